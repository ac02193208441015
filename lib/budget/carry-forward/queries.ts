import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import type { EnvelopeParts } from "./rules.ts";

/**
 * Where the money of each envelope comes from, earliest year first. Reads the carried entries, and those that take them back,
 * by their index alone.
 */
export async function listEnvelopeParts(
  actor: MfatActor,
  client: Pick<Tx, "$queryRaw"> = db(),
): Promise<EnvelopeParts[]> {
  permit(actor, "budget:read");
  return client.$queryRaw<EnvelopeParts[]>`
    SELECT y."startYear", y."envelopeCents",
      (y."envelopeCents" - coalesce(e.cents, 0))::bigint AS "newCents", coalesce(e.cents, 0)::bigint AS "carriedCents",
      coalesce(a.into, 0)::bigint AS "askedIntoCents", coalesce(a.out, 0)::bigint AS "askedFromCents"
    FROM "FinancialYear" y
    LEFT JOIN LATERAL (
      SELECT sum(l."envelopeCents" + coalesce(r."envelopeCents", 0)) AS cents
      FROM "ChangeRequest" c
      JOIN "LedgerEntry" l ON l."changeId" = c.id AND l."startYear" = y."startYear" AND l."reversesId" IS NULL
      LEFT JOIN "LedgerEntry" r ON r."reversesId" = l.id
      WHERE c."startYear" IN (y."startYear", y."startYear" - 1) AND c.kind = 'CARRY_FORWARD' AND c."appliedAt" IS NOT NULL
    ) e ON true
    LEFT JOIN LATERAL (
      SELECT sum(cents) FILTER (WHERE c."startYear" = y."startYear" - 1) AS into,
        sum(cents) FILTER (WHERE c."startYear" = y."startYear") AS out
      FROM "ChangeRequest" c
      WHERE c."startYear" IN (y."startYear", y."startYear" - 1) AND c.kind = 'CARRY_FORWARD' AND c.state = 'ASKED'
    ) a ON true
    ORDER BY y."startYear"`;
}

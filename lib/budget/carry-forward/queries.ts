import type { EnvelopeParts, Moved } from "#lib/budget/rules.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { now } from "#lib/platform/clock.ts";
import type { Marking } from "#lib/platform/db/generated/enums.ts";
import { db, type Tx } from "#lib/platform/db.ts";

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

/** What an initiative of a year has that can be carried into the next, in cents. */
export type MovableLine = Moved & {
  reference: string;
  title: string;
  agency: string;
  marking: Marking;
  /** Why it cannot be carried now; null where it can. */
  problem: string | null;
};

/**
 * What initiatives have unspent in a year: what is reserved, and what is committed and neither paid, claimed nor stated as
 * work that was done.
 */
export async function listMovable(
  actor: MfatActor,
  startYear: number,
  client: Pick<Tx, "$queryRaw"> = db(),
): Promise<MovableLine[]> {
  permit(actor, "budget:read");
  const rows = await client.$queryRaw<
    (Omit<MovableLine, "problem"> & { isVarying: boolean; isAsked: boolean; isLapsing: boolean; isRecused: boolean })[]
  >`
    SELECT f."applicationId", a.reference, a.title, a.marking, g.abbreviation AS agency, f."reservedCents",
      CASE WHEN a.state = 'TERMINATED' THEN 0 ELSE
        greatest(0, f."committedCents" - f."paidCents" - coalesce(u.open, 0) - coalesce(u.stated, 0)) END::bigint
        AS "committedCents",
      EXISTS (SELECT FROM "InterestDeclaration" d WHERE d."applicationId" = a.id AND d."isRecused"
        AND d."personId" = ${actor.personId}::uuid) AS "isRecused",
      EXISTS (SELECT FROM "Variation" v WHERE v."applicationId" = a.id AND v.state IN ('ASKED', 'BUDGET_CONFIRMED'))
        AS "isVarying",
      EXISTS (SELECT FROM "CarriedInitiative" i JOIN "ChangeRequest" c ON c.id = i."changeId"
        WHERE i."applicationId" = a.id AND c."startYear" = ${startYear} AND c.state = 'ASKED') AS "isAsked",
      EXISTS (SELECT FROM "Offer" o WHERE o."applicationId" = a.id AND o.outcome IS NULL AND o."dueAt" < ${now()}
        AND a."heldAt" IS NULL) AS "isLapsing"
    FROM "ApplicationFunding" f
    JOIN "Application" a ON a.id = f."applicationId"
    JOIN "Agency" g ON g.id = a."agencyId"
    LEFT JOIN year_unspent(${startYear}) u ON u."applicationId" = f."applicationId"
    WHERE f."startYear" = ${startYear} AND (f."reservedCents" > 0 OR f."committedCents" > f."paidCents")
    ORDER BY a.reference`;
  return rows
    .filter(({ reservedCents, committedCents }) => reservedCents + committedCents > 0n)
    .map(({ isVarying, isAsked, isLapsing, isRecused, ...row }) => ({
      ...row,
      problem: isRecused
        ? `You declared an interest in ${row.reference}, so somebody else needs to carry it forward`
        : isVarying
          ? `${row.reference} has an open variation. Decide it first`
          : isAsked
            ? `A carry-forward of ${row.reference} is already waiting. Confirm, decline or withdraw it first`
            : isLapsing
              ? `The last day of the offer of ${row.reference} has passed, so its money is released within minutes`
              : null,
    }));
}

/** What a carry-forward moves for each initiative. */
export async function listCarriedInitiatives(
  actor: MfatActor,
  changeId: string,
  client: Pick<Tx, "carriedInitiative"> = db(),
): Promise<Moved[]> {
  permit(actor, "budget:read");
  return client.carriedInitiative.findMany({ where: { changeId }, orderBy: { application: { reference: "asc" } } });
}

import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import type { CashLine } from "./rules.ts";

/**
 * All money that moved, by month and by the year of the work: the one query behind the page and its file. The index
 * that it reads is written in the same words (LedgerEntry_moved). @throws FORBIDDEN
 */
export function listCash(actor: MfatActor, client: Pick<Tx, "$queryRaw"> = db()): Promise<CashLine[]> {
  permit(actor, "budget:read");
  return client.$queryRaw<CashLine[]>`
    SELECT date_trunc('month', coalesce("effectiveOn", (at AT TIME ZONE 'Pacific/Auckland')::date))::date AS month,
      "startYear", sum("paidCents")::bigint AS cents
    FROM "LedgerEntry" WHERE "paidCents" <> 0
    GROUP BY 1, 2 HAVING sum("paidCents") <> 0 ORDER BY 1, 2`;
}

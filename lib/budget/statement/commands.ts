import { listEnvelopeParts } from "#lib/budget/carry-forward/queries.ts";
import { listWholeLedger } from "#lib/budget/ledger/queries.ts";
import { listLedgerDifferences, listPositions } from "#lib/budget/queries.ts";
import { listHolders, listShares } from "#lib/budget/shares/queries.ts";
import { listCarryForwards } from "#lib/changes/queries.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { transaction } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
import type { Paper } from "#lib/platform/paper.ts";
import { statementPaper } from "./rules.ts";

/**
 * A year's statement, all of one moment; the audit trail keeps who made one. It reads the year's whole ledger, to say
 * whether the counters are its sums. @throws NOT_FOUND where the fund does not have the year
 */
export function makeStatement(
  actor: MfatActor,
  startYear: number,
  { remoteAddress }: { remoteAddress?: string },
): Promise<Paper> {
  permit(actor, "budget:read");
  return transaction(async (tx) => {
    await tx.$executeRaw`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`;
    const at = now();
    const position = (await listPositions(actor, tx)).find((one) => one.startYear === startYear);
    const parts = (await listEnvelopeParts(actor, tx)).find((one) => one.startYear === startYear);
    if (!position || !parts) throw notFound();
    const adjusted = { startYear, kind: "ADJUST", reference: null, month: null } as const;
    const paper = statementPaper(
      {
        position,
        parts,
        carried: await listCarryForwards(actor, startYear, tx),
        adjustments: (await listWholeLedger(actor, adjusted, tx)).reverse(),
        agencies: await listShares(actor, startYear, "agency", tx),
        initiatives: (await listHolders(actor, { startYear, by: null, of: null, counter: null }, tx)).lines,
        differences: await listLedgerDifferences(tx, startYear),
        entries: await tx.ledgerEntry.count({ where: { startYear } }),
      },
      at,
    );
    await recordEvent(tx, {
      event: "budget.statementMade",
      actor,
      subject: `year:${startYear}`,
      data: { marking: paper.marking },
      ...(remoteAddress && { remoteAddress }),
    });
    return paper;
  });
}

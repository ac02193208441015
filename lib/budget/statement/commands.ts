import { statementPaper } from "#lib/budget/statement/paper/rules.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { recordEvent } from "#lib/platform/audit.ts";
import { transaction } from "#lib/platform/db.ts";
import { readStatement } from "./queries.ts";
import type { Statement } from "./rules.ts";

/**
 * A year's statement for a file, all of one moment; the audit trail records who downloaded one. Of a year that is not closed it reads
 * the whole ledger, to say whether the counters are its sums. @throws NOT_FOUND where the fund does not have the year
 */
export function makeStatement(
  actor: MfatActor,
  startYear: number,
  { remoteAddress }: { remoteAddress?: string },
): Promise<Statement> {
  permit(actor, "budget:read");
  return transaction(async (tx) => {
    await tx.$executeRaw`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`;
    const statement = await readStatement(actor, startYear, tx);
    await recordEvent(tx, {
      event: "budget.statementMade",
      actor,
      subject: `year:${startYear}`,
      data: { marking: statementPaper(statement).marking, isFinal: statement.isFinal },
      ...(remoteAddress && { remoteAddress }),
    });
    return statement;
  });
}

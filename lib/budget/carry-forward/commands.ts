import { type Cause, enterChange, envelopeNow } from "#lib/budget/commands.ts";
import { endedYear } from "#lib/budget/rules.ts";
import { askForChange, changeOnce, type FormRequest } from "#lib/changes/commands.ts";
import { type ChangeLine, carriedYears } from "#lib/changes/rules.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, earlierOf, laterOf, yearBeginsOn, yearEndsOn } from "#lib/platform/dates.ts";
import type { Tx } from "#lib/platform/db.ts";
import { DomainError, invalid, notFound } from "#lib/platform/errors.ts";

export type NewCarryForward = { fromYear: number; cents: bigint; reason: string; source: string };

/**
 * Asks for money of one year to be carried into the next, which another person confirms: it moves nothing until then.
 * @throws INVALID where the fund does not have one of the years, or the one that it goes into has ended
 */
export function askForCarryForward(
  actor: MfatActor,
  request: FormRequest,
  { fromYear, ...asked }: NewCarryForward,
): Promise<void> {
  permit(actor, "envelope:adjust");
  return changeOnce(request.requestId, async (tx) => {
    const known = await tx.financialYear.count({ where: { startYear: { in: [fromYear, fromYear + 1] } } });
    if (known < 2) throw invalid({ fromYear: "Choose a financial year from the list" });
    const ended = endedYear(fromYear + 1, dayOf(now()));
    if (ended) throw invalid({ fromYear: ended });
    await askForChange(tx, actor, request, { ...asked, kind: "CARRY_FORWARD", startYear: fromYear });
  });
}

/**
 * Moves the money: two adjustments of one change, the year that it comes from lowered and the next one raised.
 * @throws MONEY with what is available, where the first year has reserved or committed it; STATE
 */
export async function applyCarryForward(tx: Tx, cause: Cause, change: ChangeLine): Promise<string[]> {
  const { id: changeId, startYear, cents, source } = change;
  if (startYear === null || cents === null || source === null) throw notFound();
  const today = dayOf(now());
  const ended = endedYear(startYear + 1, today);
  if (ended) throw new DomainError("STATE", `${ended}. Decline this carry-forward.`);
  const reason = `Carried forward from ${carriedYears(change)}: ${change.reason}`;
  const row = (year: number, envelopeCents: bigint) => ({
    startYear: year,
    kind: "ADJUST" as const,
    envelopeCents,
    source,
    effectiveOn: laterOf(yearBeginsOn(year), earlierOf(today, yearEndsOn(year))),
    changeId,
  });
  await enterChange(tx, { ...cause, reason }, [row(startYear, -cents), row(startYear + 1, cents)]);
  return [await envelopeNow(tx, startYear), await envelopeNow(tx, startYear + 1)];
}

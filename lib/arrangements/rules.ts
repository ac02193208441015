import type { PhasedAmount } from "#lib/budget/rules.ts";
import { addMonths, dayOf, endOfDay, formatDay, yearEndsOn } from "#lib/platform/dates.ts";
import { formatYear } from "#lib/platform/money.ts";

/** How many months ahead the last day of an offer may be without a reason. */
const MONTHS_AHEAD = 6;

/**
 * An offer has to be answered before the first of its financial years ends, because that year takes no money
 * afterwards.
 */
export const firstYear = (phasing: PhasedAmount): number | undefined =>
  phasing.find(({ cents }) => cents > 0n)?.startYear;

/**
 * What is wrong with the last day of an offer: input name to message. `label`: the form's label for the day. `today`:
 * the civil day in New Zealand.
 */
export function checkLastDay(
  label: string,
  { dueOn, reason }: { dueOn: Date; reason: string | null },
  phasing: PhasedAmount,
  { now, today }: { now: Date; today: Date },
): Record<string, string> {
  if (endOfDay(dueOn) <= now) return { "dueOn-day": `${label} must be today or later` };
  const year = firstYear(phasing);
  if (year !== undefined && dueOn > yearEndsOn(year)) {
    const last = formatDay(yearEndsOn(year));
    return {
      "dueOn-day": `${label} must be ${last} or earlier. The offer has money from ${formatYear(year)}, which ends that day`,
    };
  }
  const furthest = addMonths(today, MONTHS_AHEAD);
  if (reason || dueOn <= furthest) return {};
  return {
    reason: `${label} is after ${formatDay(furthest)}, more than ${MONTHS_AHEAD} months ahead. Enter a reason, or an earlier day`,
  };
}

export const HOLD_NOTE =
  "Nobody needs to act until the fund desk resumes it. Its due dates then move by as long as it was on hold. The end of the financial year does not move.";

export const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** How many hours something was on hold, rounded up from the second minute of each. */
export const hoursHeld = (heldAt: Date, resumedAt: Date): number =>
  Math.max(0, Math.ceil((resumedAt.getTime() - heldAt.getTime() - MINUTE_MS) / HOUR_MS));

/** The dates of an arrangement whose offer is accepted at that moment: those in the application. */
export const datesFrom = ({ startsOn, endsOn }: { startsOn: Date | null; endsOn: Date | null }, acceptedAt: Date) => {
  const acceptedOn = dayOf(acceptedAt);
  return { startsOn: startsOn ?? acceptedOn, endsOn: endsOn ?? acceptedOn, acceptedOn };
};

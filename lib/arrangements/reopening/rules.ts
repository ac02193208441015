import { LAST_DAY_LABELS } from "#lib/arrangements/schema.ts";
import { endedYears, type PhasedAmount } from "#lib/budget/rules.ts";
import { type Field, reasonFields } from "#lib/form/fields.ts";
import { lateToReopen } from "#lib/lifecycle/rules.ts";
import { dayOf, earlierOf, endOfDay, formatDeadline, yearEndsOn } from "#lib/platform/dates.ts";
import type { AmountKind, State } from "#lib/platform/db/generated/enums.ts";

/** The amount that is reserved in a state, and that ending it releases. */
export const RESERVED: Partial<Record<State, AmountKind>> = {
  BUDGET_CHECK: "RECOMMENDED",
  DECISION: "RECOMMENDED",
  APPROVED: "APPROVED",
  OFFERED: "APPROVED",
};

/** The end of an application, and what reopening it restores. */
export type End = {
  /** The state it was in when it was ended. */
  before: State;
  endedAt: Date;
  /** The last moment to reopen it. */
  until: Date;
  /** Since when it had been on hold when it ended; null if it was not. */
  heldAt: Date | null;
  round: { closesAt: Date | null };
  /** What was reserved for it. */
  phasing: PhasedAmount;
  /** If it was offered: the deadline that the offer had. */
  offer: { id: string; dueAt: Date } | null;
};

/** Why it can no longer be reopened; null if it can. Whether a year still has the money is for the ledger to say. */
export function whyNotReopened(end: End, now: Date): string | null {
  const late = lateToReopen(end.until, now, "it ended");
  if (late) return late;
  const { closesAt } = end.round;
  if (end.before === "DRAFT" && closesAt && closesAt <= now) {
    return `The round closed on ${formatDeadline(closesAt)}, so the draft can no longer be submitted.`;
  }
  const ended = endedYears(end.phasing, dayOf(now));
  return ended && `${ended} Ask the agency to apply for money in a later year.`;
}

/** The end of an arrangement, and what reopening it by two people restores. */
export type EndByTwo = {
  before: State;
  endedAt: Date;
  until: Date;
  /** Who asked for it and why; null: nobody, or it was declined. */
  asked: { byId: string; reason: string } | null;
  /** What its termination released. */
  phasing: PhasedAmount;
  /** The reports that its termination cancelled, as they were before; null: not on record. */
  reports: readonly CancelledReport[] | null;
  hasAcquittal: boolean;
};
type CancelledReport = {
  id: string;
  state: "DUE" | "RETURNED";
  answeredById: string | null;
  answeredAt: string | null;
  reason: string | null;
};

export const OWN_REOPENING = "You asked for this reopening, so somebody else needs to confirm it.";

/** Why a terminated or closed application can no longer be reopened; null if it can. */
export function whyNotReopenedByTwo(end: EndByTwo, now: Date): string | null {
  const late = lateToReopen(end.until, now, "it ended");
  if (late || end.before === "CLOSING") return late;
  if (end.hasAcquittal) return "Its acquittal has been submitted. You can reopen it once the acquittal is returned.";
  if (!end.reports) return "We have no record of which reports were open when it ended, so it cannot be reopened here.";
  const ended = endedYears(end.phasing, dayOf(now));
  return ended && `${ended} Ask the agency to apply for money in a later year.`;
}

/** What can be done if ending it now is a mistake: why it could never be reopened, or the last moment to do so. */
export type Prospect = { why: string } | { until: Date };

/**
 * `phasing`: what would have to be reserved or committed again. `until`: the last moment, by the number of days alone.
 */
export function prospectOfReopening(
  { before, until, round: { closesAt }, phasing }: Pick<End, "before" | "until" | "round" | "phasing">,
  now: Date,
): Prospect {
  const ended = endedYears(phasing, dayOf(now));
  if (ended) return { why: ended };
  const years = phasing.filter(({ cents }) => cents > 0n).map(({ startYear }) => endOfDay(yearEndsOn(startYear)));
  const round = before === "DRAFT" && closesAt ? [closesAt] : [];
  return { until: [...years, ...round].reduce(earlierOf, until) };
}

const REASON = reasonFields("Why you are reopening it", "The agency reads this");
const OFFERED_FIELDS = [
  {
    kind: "day",
    name: "dueOn",
    label: LAST_DAY_LABELS.reopen,
    hint: "Until the end of that day in New Zealand. The offer then lapses",
    missing: "Enter the day the offer must be accepted by",
  },
  ...REASON,
] as const satisfies readonly Field[];

/** A reopened offer needs a last day, because its own may have passed. */
export const reopenFields = ({ offer }: Pick<End, "offer">): readonly Field[] => (offer ? OFFERED_FIELDS : REASON);

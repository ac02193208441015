import type { PhasedAmount } from "#lib/budget/rules.ts";
import { financialYearOf } from "#lib/platform/dates.ts";
import type { AmountKind, DecisionOutcome, RecommendationOutcome } from "#lib/platform/db/generated/enums.ts";
import { formatCents } from "#lib/platform/money.ts";
import { CONDITION_CHARS_MAX, CONDITIONS_MAX } from "./schema.ts";

export const OUTCOMES: Record<RecommendationOutcome, string> = {
  FUND_IN_FULL: "Fund in full",
  FUND_IN_PART: "Fund in part",
  DO_NOT_FUND: "Do not fund",
};
export const DECISIONS: Record<DecisionOutcome, string> = {
  APPROVED: "Approved",
  DECLINED: "Declined",
  RETURNED: "Returned",
  REOPENED: "Reopened",
};

/**
 * The financial years that a decision may put money into: the current one and the next two. What was requested for a
 * year that has ended is given in a later one.
 */
export function decidedYears(today: Date): number[] {
  const first = financialYearOf(today);
  return [first, first + 1, first + 2];
}

/** What is wrong with a recommendation as a whole: input name to message. Amounts in cents. */
export function checkRecommendation(recommended: {
  outcome: RecommendationOutcome;
  amountCents: bigint;
  requestedCents: bigint;
  exceptionReason: string | null;
  firstAmount: string;
}): Record<string, string> {
  const { outcome, amountCents, requestedCents, exceptionReason, firstAmount } = recommended;
  const requested = formatCents(requestedCents);
  if (outcome === "DO_NOT_FUND") {
    return amountCents ? { [firstAmount]: "Leave the amounts blank if you recommend not to fund" } : {};
  }
  if (!amountCents) return { [firstAmount]: "Enter the amount for at least one financial year" };
  if (outcome === "FUND_IN_PART" && amountCents >= requestedCents) {
    return { [firstAmount]: `Funding in part must be less than the ${requested} requested` };
  }
  if (outcome === "FUND_IN_FULL" && amountCents < requestedCents) {
    return { [firstAmount]: `Funding in full must be at least the ${requested} requested` };
  }
  if (amountCents > requestedCents && !exceptionReason) {
    return { exceptionReason: `Give a reason for recommending more than the ${requested} requested` };
  }
  return {};
}

/** Whether a delegation (null: no limit; undefined: none) covers an amount. */
export const isWithinDelegation = (delegationCents: bigint | null | undefined, amountCents: bigint): boolean =>
  delegationCents === null || (delegationCents !== undefined && amountCents <= delegationCents);

type Limit = { limitCents: bigint | null };

/**
 * Chooses among the delegations that somebody may decide under: their own if it covers the amount, otherwise the
 * smallest that does.
 */
export function delegationFor<Held extends Limit & { of: unknown }>(held: readonly Held[], cents: bigint): Held | null {
  const enough = held.filter(({ limitCents }) => isWithinDelegation(limitCents, cents));
  const own = enough.find(({ of }) => of === null);
  return own ?? enough.reduce<Held | null>((least, one) => (least && !isAbove(least, one) ? least : one), null);
}

/** The delegation with the highest limit; undefined if there is none. */
export const highestDelegation = (held: readonly Limit[]): bigint | null | undefined =>
  held.reduce<Limit | undefined>((most, one) => (most && !isAbove(one, most) ? most : one), undefined)?.limitCents;

const isAbove = (one: Limit, other: Limit): boolean =>
  other.limitCents !== null && (one.limitCents === null || one.limitCents > other.limitCents);

/** Who decided, for a record: for a deputy, also who they decided for. */
export const decidedBy = (by: string, forName: string | null): string => (forName ? `${by} for ${forName}` : by);

/** What the history and MFAT's emails add about a deputy's decision. `of`: the approver; null: their own delegation. */
export const decidedFor = (by: string, of: { id: string; name: string } | null, what = "Decided") =>
  of ? { data: { forId: of.id, forName: of.name }, mfatNote: `${what} by ${decidedBy(by, of.name)}.` } : { data: {} };

/** The amount of a decision: whoever reopens it needs a delegation for that. */
export const decidedCents = (application: { approvedCents: bigint | null; recommendedCents: bigint | null }): bigint =>
  application.approvedCents ?? application.recommendedCents ?? 0n;

/** The part of a recommendation that is not reserved while a decision is in force, and is again once it is reopened. */
export const notReserved = (phasing: readonly { kind: AmountKind; startYear: number; cents: bigint }[]): PhasedAmount =>
  phasing
    .filter(({ kind }) => kind === "RECOMMENDED")
    .map(({ startYear, cents }) => {
      const approved = phasing.find((part) => part.kind === "APPROVED" && part.startYear === startYear);
      return { startYear, cents: cents - (approved?.cents ?? 0n) };
    })
    .filter(({ cents }) => cents > 0n);

/** A delegation in words. */
export function formatDelegation(delegationCents: bigint | null | undefined): string {
  if (delegationCents === undefined) return "none";
  return delegationCents === null ? "without limit" : `up to ${formatCents(delegationCents)}`;
}

/** Under which delegation it was decided, to follow the decider's name. Returning a recommendation needs none. */
export function delegationWords(decision: {
  outcome: DecisionOutcome;
  delegationCents: bigint | null;
  forName: string | null;
}): string {
  const { outcome, delegationCents, forName } = decision;
  if (outcome === "RETURNED") return "";
  return `, ${forName ? `under the delegation of ${forName},` : "delegation"} ${formatDelegation(delegationCents)}`;
}

/** What a decision lacks: a reason, where it differs from the recommendation. */
export function checkApproval(approved: {
  amountCents: bigint;
  recommendedCents: bigint;
  isSamePhasing: boolean;
  isSameConditions: boolean;
  reason: string | null;
  firstAmount: string;
}): Record<string, string> {
  const { amountCents, recommendedCents, isSamePhasing, isSameConditions, reason, firstAmount } = approved;
  if (!amountCents) return { [firstAmount]: "Enter the amount for at least one financial year" };
  const isSame = amountCents === recommendedCents && isSamePhasing && isSameConditions;
  return isSame || reason ? {} : { reason: "Give a reason: this differs from the recommendation" };
}

/** What is wrong with a library of conditions: input name to message. */
export function checkConditions(conditions: readonly string[]): Record<string, string> {
  const long = conditions.findIndex((condition) => condition.length > CONDITION_CHARS_MAX);
  if (long >= 0) return { conditions: `Condition ${long + 1} must be ${CONDITION_CHARS_MAX} characters or fewer` };
  const twice = conditions.find((condition, index) => conditions.indexOf(condition) !== index);
  if (twice) return { conditions: `“${twice}” appears twice. Remove one` };
  if (conditions.length > CONDITIONS_MAX) return { conditions: `There can be ${CONDITIONS_MAX} conditions at most` };
  return {};
}

/** The conditions from the library, one on each line, followed by those written for this offer. */
export const joinConditions = (standard: readonly string[] | null | undefined, own: string | null): string =>
  [...(standard ?? []), ...(own ? [own] : [])].join("\n");

/** What to say where less than the recommended amount may be approved. */
export const beyondDelegation = (recommendedCents: bigint, delegationCents: bigint): string =>
  `${formatCents(recommendedCents)} is recommended, but you can only decide up to ${formatCents(delegationCents)}.`;

export const whoElse = (others: readonly string[]): string =>
  others.length
    ? `${new Intl.ListFormat("en-NZ", { type: "disjunction" }).format(others)} can decide this.`
    : "Nobody else’s delegation is high enough. An administrator sets delegations.";

import type { RecommendationOutcome } from "../db/generated/enums.ts";
import { formatCents } from "../money.ts";

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
    return amountCents ? { [firstAmount]: "Leave the amounts empty with a recommendation not to fund" } : {};
  }
  if (!amountCents) return { [firstAmount]: "Enter the amount for at least one financial year" };
  if (outcome === "FUND_IN_PART" && amountCents >= requestedCents) {
    return { [firstAmount]: `Funding in part is less than the ${requested} that was requested` };
  }
  if (outcome === "FUND_IN_FULL" && amountCents < requestedCents) {
    return { [firstAmount]: `Funding in full is at least the ${requested} that was requested` };
  }
  if (amountCents > requestedCents && !exceptionReason) {
    return { exceptionReason: `Give a reason for recommending more than the ${requested} that was requested` };
  }
  return {};
}

/** Whether a delegation (null: no limit; undefined: none) covers an amount. */
export const isWithinDelegation = (delegationCents: bigint | null | undefined, amountCents: bigint): boolean =>
  delegationCents === null || (delegationCents !== undefined && amountCents <= delegationCents);

/** A delegation in words. */
export function formatDelegation(delegationCents: bigint | null | undefined): string {
  if (delegationCents === undefined) return "none";
  return delegationCents === null ? "without limit" : `up to ${formatCents(delegationCents)}`;
}

/** What a decision lacks: a reason, where it differs from what was recommended. */
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

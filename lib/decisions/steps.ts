import type { Obstacles } from "#lib/lifecycle/steps.ts";
import { defineSteps } from "#lib/lifecycle/steps.ts";
import { formatCents } from "#lib/platform/money.ts";
import { beyondDelegation, isWithinDelegation, whoElse } from "./rules.ts";
import { DECLINE_FIELDS, RETURN_RECOMMENDATION_FIELDS } from "./schema.ts";

/** From the recommendation to the decision. */
export const DECISION_STEPS = defineSteps({
  recommend: {
    label: "Recommend",
    event: "application.recommended",
    happened: "recommended",
    from: { MODERATION: ["DESK"] },
    to: "BUDGET_CHECK",
    toAlso: ["DECISION"],
    changes: ["recommendedCents", "Recommendation", "Phasing"],
    asksNext: true,
    fields: "read",
    back: ["returnRecommendation"],
    takesDuty: true,
    days: 10,
    isReading: true,
  },
  confirmBudget: {
    label: "Confirm budget",
    event: "application.budgetConfirmed",
    happened: "budget confirmed",
    from: { BUDGET_CHECK: ["BUDGET"] },
    to: "DECISION",
    changes: ["BudgetCheck"],
    asksNext: true,
    fields: [],
    back: ["returnRecommendation"],
    takesDuty: true,
    days: 5,
    isReading: true,
  },
  returnRecommendation: {
    label: "Return recommendation",
    event: "application.recommendationReturned",
    happened: "recommendation returned",
    from: { BUDGET_CHECK: ["BUDGET"], DECISION: ["APPROVER"] },
    to: "MODERATION",
    changes: ["recommendedCents", "Recommendation", "BudgetCheck", "Decision", "Phasing"],
    reason: "MFAT",
    fields: RETURN_RECOMMENDATION_FIELDS,
    back: ["recommend"],
    takesDuty: true,
    isAside: true,
    readFirst: ["MFAT"],
    isReading: true,
  },
  approve: {
    label: "Approve",
    event: "application.approved",
    happened: "approved",
    from: { DECISION: ["APPROVER"] },
    to: "APPROVED",
    changes: ["approvedCents", "Decision", "Phasing"],
    fields: "read",
    back: { none: "stillOpen" },
    takesDuty: true,
    isReading: true,
  },
  decline: {
    label: "Decline",
    event: "application.declined",
    happened: "declined",
    tellsAgency: true,
    from: { DECISION: ["APPROVER"] },
    to: "DECLINED",
    changes: ["Decision"],
    reason: "MFAT",
    isFinal: true,
    fields: DECLINE_FIELDS,
    back: { none: "toldOutside" },
    takesDuty: true,
    isForSeveral: true,
    letter: "DECLINE",
    isReading: true,
  },
});

export function obstaclesToRecommending(agreed: number, criteria: number): Obstacles<keyof typeof DECISION_STEPS> {
  if (agreed >= criteria) return {};
  return { recommend: `This waits for the moderation: scores are agreed for ${agreed} of ${criteria} criteria.` };
}

type Delegated = {
  recommendedCents: bigint;
  /** The furthest that the reader may decide under: null is no limit, undefined no delegation. */
  delegationCents: bigint | null | undefined;
  /** Who may decide it, by name. */
  others: readonly string[];
};

/**
 * An approver below the amount may approve less of it, or return the recommendation; declining it needs a delegation for
 * all of it.
 */
export function obstaclesToDeciding({
  recommendedCents,
  delegationCents,
  others,
}: Delegated): Obstacles<keyof typeof DECISION_STEPS> {
  if (isWithinDelegation(delegationCents, recommendedCents)) return {};
  if (!delegationCents) {
    const none = `${formatCents(recommendedCents)} is recommended, and you hold no delegation. ${whoElse(others)}`;
    return { approve: none, decline: none };
  }
  return { decline: `${beyondDelegation(recommendedCents, delegationCents)} ${whoElse(others)}` };
}

import type { Obstacles } from "#lib/lifecycle/steps.ts";
import { defineSteps, obstacle } from "#lib/lifecycle/steps.ts";
import { formatCents } from "#lib/platform/money.ts";
import { beyondDelegation, formatDelegation, isWithinDelegation, whoElse } from "./rules.ts";
import {
  DECLINE_FIELDS,
  REOPEN_DECISION_FIELDS,
  REOPEN_DECLINED_FIELDS,
  RETURN_RECOMMENDATION_FIELDS,
  TAKE_BACK_RECOMMENDATION_FIELDS,
} from "./schema.ts";

/** From the recommendation to the decision. */
export const DECISION_STEPS = defineSteps({
  recommend: {
    label: "Recommend",
    event: "application.recommended",
    happened: "recommended",
    from: { MODERATION: ["DESK"] },
    to: "BUDGET_CHECK",
    toAlso: { MODERATION: "DECISION" },
    changes: ["recommendedCents", "Recommendation", "Phasing", "LedgerEntry"],
    asksNext: true,
    fields: "read",
    back: ["takeBackRecommendation", "returnRecommendation"],
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
  takeBackRecommendation: {
    label: "Take back recommendation",
    event: "application.recommendationTakenBack",
    happened: "recommendation taken back",
    from: { BUDGET_CHECK: ["DESK"] },
    to: "MODERATION",
    changes: ["recommendedCents", "Recommendation", "Phasing", "LedgerEntry"],
    tellsAsked: true,
    reason: "MFAT",
    fields: TAKE_BACK_RECOMMENDATION_FIELDS,
    back: ["recommend"],
    takesDuty: "RECOMMEND",
    isAside: true,
    readFirst: ["MFAT"],
    isReading: true,
  },
  returnRecommendation: {
    label: "Return recommendation",
    event: "application.recommendationReturned",
    happened: "recommendation returned",
    from: { BUDGET_CHECK: ["BUDGET"], DECISION: ["APPROVER"] },
    to: "MODERATION",
    changes: ["recommendedCents", "Recommendation", "BudgetCheck", "Decision", "Phasing", "LedgerEntry"],
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
    changes: ["approvedCents", "Decision", "Phasing", "LedgerEntry"],
    fields: "read",
    back: ["reopenDecision"],
    takesDuty: true,
    isReading: true,
  },
  decline: {
    label: "Decline",
    event: "application.declined",
    happened: "declined",
    toldOnceIn: "DECLINED",
    from: { DECISION: ["APPROVER"] },
    to: "UNSUCCESSFUL",
    changes: ["Decision", "LedgerEntry"],
    reason: "MFAT",
    fields: DECLINE_FIELDS,
    back: ["reopenDecision"],
    takesDuty: true,
    isForSeveral: true,
    isReading: true,
  },
  // Until the agency is told: after that the offer is withdrawn first, or the decline is reopened with a letter.
  reopenDecision: {
    label: "Reopen decision",
    event: "application.decisionReopened",
    happened: "decision reopened",
    from: { APPROVED: ["APPROVER"], UNSUCCESSFUL: ["APPROVER"] },
    to: "DECISION",
    changes: ["approvedCents", "Decision", "Phasing", "LedgerEntry"],
    asksNext: true,
    reason: "MFAT",
    fields: REOPEN_DECISION_FIELDS,
    back: ["approve", "decline"],
    takesDuty: "DECIDE",
    isAside: true,
    readFirst: ["MFAT"],
  },
  sendDecisionLetter: {
    label: "Send decision letter",
    event: "application.decisionLetterSent",
    happened: "decision letter sent",
    tellsAgency: true,
    from: { UNSUCCESSFUL: ["DESK"] },
    to: "DECLINED",
    isFinal: true,
    fields: [],
    back: ["reopenDeclined"],
    isForSeveral: true,
    days: 5,
    letter: "DECLINE",
  },
  reopenDeclined: {
    label: "Reopen and send correction",
    event: "application.declineReopened",
    happened: "reopened with a correcting letter",
    tellsAgency: true,
    from: { DECLINED: ["APPROVER"] },
    to: "DECISION",
    changes: ["Decision", "LedgerEntry"],
    asksNext: true,
    reason: "MFAT",
    fields: REOPEN_DECLINED_FIELDS,
    back: ["approve", "decline"],
    takesDuty: "DECIDE",
    isAside: true,
    readFirst: ["MFAT"],
    letter: "CORRECTION",
  },
});

export function obstaclesToRecommending(agreed: number, criteria: number): Obstacles<keyof typeof DECISION_STEPS> {
  if (agreed >= criteria) return {};
  return { recommend: `Agree scores for all ${criteria} criteria first (${agreed} agreed).` };
}

type Reopening = {
  step: "reopenDecision" | "reopenDeclined";
  cents: bigint;
  delegationCents: bigint | null | undefined;
  others: readonly string[];
  /** Why nobody can reopen it; null if somebody can. */
  why: string | null;
};

/** Whoever could have made a decision may reopen it. */
export function obstaclesToReopeningDecision(reopening: Reopening): Obstacles<"reopenDecision" | "reopenDeclined"> {
  const { cents, delegationCents, others, why } = reopening;
  const limit = formatDelegation(delegationCents);
  const sentence = isWithinDelegation(delegationCents, cents)
    ? why
    : `${formatCents(cents)} was decided on. Your delegation: ${limit}. ${whoElse(others)}`;
  return obstacle(reopening.step, sentence ?? undefined);
}

type Delegated = {
  recommendedCents: bigint;
  /** The highest delegation that the reader may decide under: null is no limit, undefined no delegation. */
  delegationCents: bigint | null | undefined;
  /** Who may decide it, by name. */
  others: readonly string[];
};

/**
 * An approver whose delegation is too low may approve less, or return the recommendation; declining requires a
 * delegation for the whole amount.
 */
export function obstaclesToDeciding({
  recommendedCents,
  delegationCents,
  others,
}: Delegated): Obstacles<keyof typeof DECISION_STEPS> {
  if (isWithinDelegation(delegationCents, recommendedCents)) return {};
  if (!delegationCents) {
    const none = `${formatCents(recommendedCents)} is recommended, and you have no delegation. ${whoElse(others)}`;
    return { approve: none, decline: none };
  }
  return { decline: `${beyondDelegation(recommendedCents, delegationCents)} ${whoElse(others)}` };
}

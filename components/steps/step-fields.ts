import {
  ASK_FOR_CHANGES_FIELDS,
  DECLARATION_FIELDS,
  HOLD_FIELDS,
  INELIGIBLE_FIELDS,
  MOVE_DUE_DATE_FIELDS,
  RETURN_FIELDS,
  screeningFields,
  WITHDRAW_FIELDS,
} from "#lib/applications/schema.ts";
import { ACCEPT_FIELDS, DECLINE_OFFER_FIELDS, OFFER_FIELDS } from "#lib/arrangements/schema.ts";
import { RECOVERY_FIELDS, TERMINATE_FIELDS } from "#lib/arrangements/settlement/schema.ts";
import { ASSIGN_FIELDS, UNASSIGN_FIELDS } from "#lib/assessments/schema.ts";
import {
  APPROVE_FIELDS,
  DECLINE_FIELDS,
  phasingFields,
  RECOMMEND_FIELDS,
  RECOMMEND_MORE_FIELDS,
  RETURN_RECOMMENDATION_FIELDS,
} from "#lib/decisions/schema.ts";
import type { Field } from "#lib/form/fields.ts";
import type { Action } from "#lib/lifecycle/workflow.ts";
import {
  APPROVE_CLAIM_FIELDS,
  CANCEL_CLAIM_FIELDS,
  CLAIM_FIELDS,
  PAYMENT_FIELDS,
  RECOVER_PAYMENT_FIELDS,
  RETURN_CLAIM_FIELDS,
} from "#lib/payments/schema.ts";
import { ACCEPT_REPORT_FIELDS, LAST_REPORT_FIELDS, RETURN_REPORT_FIELDS } from "#lib/reports/schema.ts";
import { DECLINE_VARIATION_FIELDS } from "#lib/variations/schema.ts";

/** What each step asks, apart from those that depend on years, criteria, or what its application holds. */
export const STEP_FIELDS = {
  signOffAndSubmit: DECLARATION_FIELDS,
  returnToContributor: RETURN_FIELDS,
  askForChanges: ASK_FOR_CHANGES_FIELDS,
  moveDueDate: MOVE_DUE_DATE_FIELDS,
  declineAsIneligible: INELIGIBLE_FIELDS,
  assignAssessors: ASSIGN_FIELDS,
  unassignAssessor: UNASSIGN_FIELDS,
  returnRecommendation: RETURN_RECOMMENDATION_FIELDS,
  decline: DECLINE_FIELDS,
  sendOffer: OFFER_FIELDS,
  acceptOffer: ACCEPT_FIELDS,
  declineOffer: DECLINE_OFFER_FIELDS,
  submitClaim: CLAIM_FIELDS,
  cancelClaim: CANCEL_CLAIM_FIELDS,
  approveClaim: APPROVE_CLAIM_FIELDS,
  returnClaim: RETURN_CLAIM_FIELDS,
  recordPayment: PAYMENT_FIELDS,
  recoverPayment: RECOVER_PAYMENT_FIELDS,
  declineVariation: DECLINE_VARIATION_FIELDS,
  acceptReport: ACCEPT_REPORT_FIELDS,
  returnReport: RETURN_REPORT_FIELDS,
  acceptLastReport: LAST_REPORT_FIELDS,
  terminate: TERMINATE_FIELDS,
  recordRecovery: RECOVERY_FIELDS,
  withdraw: WITHDRAW_FIELDS,
  putOnHold: HOLD_FIELDS,
} satisfies Partial<Record<Action, readonly Field[]>>;

/** The fields of a step's form. `years`: those that a decision may put money into; `checklist`: that of its round. */
export function stepFields(
  action: Action,
  years: readonly number[],
  { checklist = [] }: { checklist?: readonly string[] } = {},
): readonly Field[] {
  if (action === "acceptForAssessment") return screeningFields(checklist);
  if (action === "recommend") return [...RECOMMEND_FIELDS, ...phasingFields(years), ...RECOMMEND_MORE_FIELDS];
  if (action === "approve") return [...phasingFields(years), ...APPROVE_FIELDS];
  const asked: Partial<Record<Action, readonly Field[]>> = STEP_FIELDS;
  return asked[action] ?? [];
}

import { DomainError, type ErrorCode, violates } from "#lib/platform/errors.ts";

/** The database's own refusals, by the name of the constraint, in words. Each has a test that provokes it. */
const CONSTRAINTS: Record<string, [ErrorCode, string]> = {
  FinancialYear_within_envelope: ["MONEY", "There is not enough left in the envelope of that financial year."],
  FinancialYear_paid_within_committed: ["MONEY", "More would be paid than is committed in that financial year."],
  FinancialYear_not_negative: ["MONEY", "More would be released than is set aside in that financial year."],
  ApplicationFunding_paid_within_committed: ["MONEY", "More would be paid than is committed to this initiative."],
  ApplicationFunding_not_negative: ["MONEY", "More would be released than is set aside for this initiative."],
  Duty_pkey: [
    "FORBIDDEN",
    "You already have another part in this application, so somebody else needs to take this step.",
  ],
  Duty_side_fits: ["FORBIDDEN", "That step belongs to the other side."],
  AssessmentScore_by_nobody_recused: [
    "FORBIDDEN",
    "Declare your interests before you score. People with an interest cannot score.",
  ],
  AuditEvent_by_its_office: ["FORBIDDEN", "You no longer have the role for this step."],
  _by_nobody_recused: [
    "FORBIDDEN",
    "Declare your interests in this application first. People with an interest cannot take this step.",
  ],
  Advice_asked_of_adviser: [
    "CONFLICT",
    "That person no longer advises, or has an interest in the application. Ask somebody else.",
  ],
  Advice_one_open: ["CONFLICT", "That adviser already has an open question on this application."],
  Advice_goes_on: ["CONFLICT", "That question was answered, withdrawn or passed over meanwhile."],
  Recommendation_with_advice: [
    "STATE",
    "Advice is still open. Wait for the answer, withdraw the question or pass over the advice before you recommend.",
  ],
  ApplicationDocument_once: ["CONFLICT", "That file is in this section already."],
  Payment_reference_once: ["CONFLICT", "A payment with that reference is already recorded."],
  Recovery_reference_once: ["CONFLICT", "A recovery with that reference is already recorded."],
  Claim_invoice_once: ["CONFLICT", "That invoice has been claimed already."],
  Claim_within_committed: [
    "MONEY",
    "Less would be left in that financial year than is claimed of it. Claims that are open have to be paid, returned or withdrawn first.",
  ],
  Claim_days_in_order: [
    "STATE",
    "The days of that claim are not in order: work and invoice come before the claim, the end of an advance’s work does not.",
  ],
  Claim_confirmed_first: ["STATE", "The desk confirms a claim first, and another step approves it."],
  Claim_confirmed_whole: ["STATE", "A claim is confirmed by somebody at some time, or not at all."],
  Claim_two_offices: ["FORBIDDEN", "Who confirmed a claim does not approve it: another budget officer does."],
  DeskOfficer_of_the_desk: [
    "CONFLICT",
    "That person no longer works at the desk, or has an interest in the application. Choose somebody else.",
  ],
  Claim_paid_within_approved: ["MONEY", "More would be paid than was approved for that claim."],
  Claim_back_within_paid: ["MONEY", "More would come back than was paid for that claim."],
  Claim_state_follows_money: ["STATE", "The state of a claim follows from what was paid of it."],
  Claim_within_advance: ["MONEY", "More would be accounted for than that advance has paid."],
  Offer_answered_in_time: ["STATE", "An offer is accepted by the end of its last day, and lapses after it."],
  Variation_one_open: [
    "CONFLICT",
    "Another variation of this arrangement is open. It has to be decided or cancelled first.",
  ],
  Report_one_final: ["CONFLICT", "This arrangement has a final report on its schedule already."],
  LedgerEntry_year_is_closed: [
    "STATE",
    "That financial year is closed, so nothing new can be promised or added in it.",
  ],
  Recovery_by_two: ["STATE", "That financial year is closed, so one person asks for this and another confirms it."],
  PaymentLine_by_two: ["STATE", "That financial year is closed, so one person asks for this and another confirms it."],
  Accrual_before_closing: ["STATE", "That financial year is closed, so you can no longer state work for it."],
  FinancialYear_closes_in_order: ["STATE", "An earlier financial year is not closed yet. Years close in order."],
  FinancialYear_closes_whole: [
    "CONFLICT",
    "Something in this year has changed since you opened this page. Open its year end again.",
  ],
  LedgerEntry_adjusts_as_confirmed: ["CONFLICT", "This change can no longer be made as it was asked for. Ask again."],
  LedgerEntry_moves_as_carried: ["CONFLICT", "This change can no longer be made as it was asked for. Ask again."],
  LedgerEntry_paid_once_begun: ["MONEY", "That financial year has not begun, so nothing can be paid from it yet."],
  LedgerEntry_moves_sum_to_nothing: ["MONEY", "What moves between years has to keep the total."],
};

/** Turns a database error into its DomainError, or null if it has none. */
export function fromDatabase(error: unknown): DomainError | null {
  for (const [constraint, [code, message]] of Object.entries(CONSTRAINTS)) {
    if (violates(error, constraint)) return new DomainError(code, message);
  }
  return null;
}

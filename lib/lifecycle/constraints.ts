import { DomainError, type ErrorCode, violates } from "#lib/platform/errors.ts";

/** The database's own refusals in words, by constraint name. Each has a test that triggers it. */
const CONSTRAINTS: Record<string, [ErrorCode, string]> = {
  FinancialYear_within_envelope: ["MONEY", "There is not enough left in the envelope of that financial year."],
  FinancialYear_paid_within_committed: ["MONEY", "You cannot pay more than is committed in that financial year."],
  FinancialYear_not_negative: ["MONEY", "You cannot release more than is set aside in that financial year."],
  ApplicationFunding_paid_within_committed: ["MONEY", "You cannot pay more than is committed to this initiative."],
  ApplicationFunding_not_negative: ["MONEY", "You cannot release more than is set aside for this initiative."],
  Duty_pkey: [
    "FORBIDDEN",
    "You already have another part in this application, so somebody else needs to take this step.",
  ],
  Duty_side_fits: ["FORBIDDEN", "Your side cannot take that step: it is for an agency, or for MFAT."],
  AssessmentScore_by_nobody_recused: [
    "FORBIDDEN",
    "Declare your interests before you score. People with an interest cannot score.",
  ],
  AuditEvent_by_its_office: ["FORBIDDEN", "You no longer have the role for this step."],
  _by_nobody_recused: [
    "FORBIDDEN",
    "Declare your interests in this application first. People with an interest cannot take this step.",
  ],
  Decision_within_delegation: [
    "FORBIDDEN",
    "Your delegation has changed since you opened this page, so nothing was decided. Open the page again.",
  ],
  Decision_by_deputy: [
    "FORBIDDEN",
    "You are no longer deputy for that approver, so nothing was decided. Open the page again.",
  ],
  Variation_within_delegation: [
    "FORBIDDEN",
    "Your delegation has changed since you opened this page, so nothing was decided. Open the page again.",
  ],
  Variation_by_deputy: [
    "FORBIDDEN",
    "You are no longer deputy for that approver, so nothing was decided. Open the page again.",
  ],
  Advice_asked_of_adviser: [
    "CONFLICT",
    "That person no longer advises, or has an interest in the application. Ask somebody else.",
  ],
  Advice_one_open: ["CONFLICT", "That adviser already has an open question on this application."],
  Advice_goes_on: ["CONFLICT", "That question has been answered, withdrawn or passed over since you opened this page."],
  Recommendation_with_advice: [
    "STATE",
    "Advice is still open. Wait for the answer, withdraw the question or pass over the advice before you recommend.",
  ],
  Application_in_published_round: [
    "CONFLICT",
    "The fund desk has taken back that round since you opened this page. Choose another round.",
  ],
  Round_taken_back_unused: [
    "CONFLICT",
    "An agency has started an application in this round, so it cannot be taken back.",
  ],
  ApplicationDocument_once: ["CONFLICT", "That file is already in this section."],
  Payment_reference_once: ["CONFLICT", "A payment with that reference is already recorded."],
  Recovery_reference_once: ["CONFLICT", "A recovery with that reference is already recorded."],
  Claim_invoice_once: ["CONFLICT", "That invoice has already been claimed."],
  Claim_within_committed: [
    "MONEY",
    "That would leave less in that financial year than has been claimed from it. Open claims need to be paid, returned or withdrawn first.",
  ],
  Claim_days_in_order: [
    "STATE",
    "The dates of that claim are out of order. The work and the invoice must come before the claim. The work of an advance must end after it.",
  ],
  Claim_confirmed_first: ["STATE", "The desk needs to confirm a claim before it is approved."],
  Claim_confirmed_whole: ["STATE", "A confirmed claim must show who confirmed it and when."],
  Claim_two_offices: [
    "FORBIDDEN",
    "The person who confirmed a claim cannot approve it. Another budget officer needs to.",
  ],
  DeskOfficer_of_the_desk: [
    "CONFLICT",
    "That person no longer works at the desk, or has an interest in the application. Choose somebody else.",
  ],
  Claim_paid_within_approved: ["MONEY", "You cannot pay more than was approved for that claim."],
  Claim_back_within_paid: ["MONEY", "You cannot take back more than was paid for that claim."],
  Claim_state_follows_money: ["STATE", "The state of that claim does not match what was paid for it."],
  Claim_within_advance: ["MONEY", "You cannot account for more than that advance has paid."],
  Offer_answered_in_time: ["STATE", "An offer can be accepted until the end of its last day. It lapses after that."],
  Variation_one_open: [
    "CONFLICT",
    "Another variation of this arrangement is open. It needs to be decided or cancelled first.",
  ],
  Report_one_final: ["CONFLICT", "This arrangement already has a final report on its schedule."],
  LedgerEntry_year_is_closed: [
    "STATE",
    "That financial year is closed, so nothing new can be promised or added in it.",
  ],
  Agency_name_once: ["CONFLICT", "There is already an agency with this name."],
  Agency_abbreviation_once: ["CONFLICT", "Another agency already has this abbreviation."],
  Round_name_once: ["CONFLICT", "There is already a round with this name."],
  Criterion_name_once: ["CONFLICT", "There is already a criterion with this name."],
  SavedView_name_once: ["CONFLICT", "You already have a view with this name."],
  Recovery_by_two: [
    "STATE",
    "That financial year is closed, so this takes two people: one asks for it and another confirms it.",
  ],
  PaymentLine_by_two: [
    "STATE",
    "That financial year is closed, so this takes two people: one asks for it and another confirms it.",
  ],
  Accrual_before_closing: ["STATE", "That financial year is closed, so you can no longer state work for it."],
  FinancialYear_closes_in_order: ["STATE", "An earlier financial year is not closed yet. Years close in order."],
  FinancialYear_closes_whole: [
    "CONFLICT",
    "Something in this year has changed since you opened this page. Open its year end again.",
  ],
  LedgerEntry_adjusts_as_confirmed: ["CONFLICT", "This change can no longer be made as it was asked for. Ask again."],
  LedgerEntry_moves_as_carried: ["CONFLICT", "This change can no longer be made as it was asked for. Ask again."],
  LedgerEntry_paid_once_begun: ["MONEY", "That financial year has not begun, so nothing can be paid from it yet."],
  LedgerEntry_moves_sum_to_nothing: ["MONEY", "Moving money between years must not change the total."],
};

/** Turns a database error into its DomainError, or null if it has none. */
export function fromDatabase(error: unknown): DomainError | null {
  for (const [constraint, [code, message]] of Object.entries(CONSTRAINTS)) {
    if (violates(error, constraint)) return new DomainError(code, message);
  }
  return null;
}

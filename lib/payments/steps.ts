import { unbegunYear } from "#lib/budget/rules.ts";
import { afterCutoff } from "#lib/budget/years/rules.ts";
import type { Role } from "#lib/lifecycle/permissions.ts";
import { defineSteps, type Obstacles, obstacle } from "#lib/lifecycle/steps.ts";
import { ACCRUAL_FIELDS } from "./accruals/schema.ts";
import {
  accruingYears,
  CLAIM_STEPS,
  type ClaimStage,
  type ClaimStep,
  fitsClaim,
  hasChoice,
  type OpenAdvance,
  whyNotTaken,
  type YearLeft,
} from "./rules.ts";
import {
  APPROVE_CLAIM_FIELDS,
  CLAIM_FIELDS,
  CONFIRM_WORK_FIELDS,
  CORRECT_PAYMENT_FIELDS,
  CREDIT_NOTE_FIELDS,
  PAYMENT_FIELDS,
  RECOVER_PAYMENT_FIELDS,
  RETURN_CLAIM_FIELDS,
  RETURNED_PAYMENT_FIELDS,
  REVERSE_RECOVERY_FIELDS,
  TAKE_BACK_CONFIRMATION_FIELDS,
  WITHDRAW_CLAIM_FIELDS,
} from "./schema.ts";

/** Who claims for an agency. */
export const CLAIMANTS = ["CONTRIBUTOR", "FINANCE"] as const satisfies readonly Role[];

/** The steps on claims, and on what is paid of them. */
export const PAYMENT_STEPS = defineSteps({
  submitClaim: {
    label: "Submit claim",
    event: "application.claimSubmitted",
    happened: "claim submitted",
    tellsAgency: true,
    from: { ACTIVE: CLAIMANTS, CLOSING: CLAIMANTS },
    to: "stays",
    changes: ["Claim"],
    fields: CLAIM_FIELDS,
    back: ["withdrawClaim", "returnClaim"],
    days: 10,
    next: "The fund desk confirms that the work was done, or returns the claim with a reason. A budget officer then approves the money. We email the person who claimed.",
  },
  confirmWork: {
    label: "Confirm work",
    event: "application.workConfirmed",
    happened: "claim confirmed",
    tellsAgency: true,
    from: { ACTIVE: ["DESK"], CLOSING: ["DESK"] },
    to: "stays",
    changes: ["Claim"],
    asksNext: [{ role: "BUDGET", isForAnother: true }],
    isForClaims: true,
    fields: CONFIRM_WORK_FIELDS,
    back: ["takeBackConfirmation", "returnClaim"],
    days: 5,
    next: "A budget officer approves the claim, or returns it with a reason.",
  },
  takeBackConfirmation: {
    label: "Take back confirmation",
    event: "application.confirmationTakenBack",
    happened: "confirmation of a claim taken back",
    tellsAgency: true,
    from: { ACTIVE: ["DESK"], CLOSING: ["DESK"] },
    to: "stays",
    changes: ["Claim"],
    reason: "MFAT",
    fields: TAKE_BACK_CONFIRMATION_FIELDS,
    back: ["confirmWork"],
    isAside: true,
    next: "The claim is waiting on the desk again: confirm it, or return it with a reason.",
  },
  withdrawClaim: {
    label: "Withdraw claim",
    event: "application.claimWithdrawn",
    happened: "claim withdrawn",
    tellsAgency: true,
    from: { ACTIVE: CLAIMANTS, CLOSING: CLAIMANTS },
    to: "stays",
    changes: ["Claim"],
    reason: "agency",
    fields: WITHDRAW_CLAIM_FIELDS,
    back: ["submitClaim"],
    isAside: true,
    next: "Nothing more. You can claim the invoice again while its financial year is open to claims.",
  },
  approveClaim: {
    label: "Approve claim",
    event: "application.claimApproved",
    happened: "claim approved",
    tellsAgency: true,
    from: { ACTIVE: ["BUDGET"], CLOSING: ["BUDGET"] },
    to: "stays",
    changes: ["Claim"],
    isForClaims: true,
    fields: APPROVE_CLAIM_FIELDS,
    back: ["returnClaim"],
    days: 10,
    next: "If there is something to pay, it is paid, and a budget officer records the payment. A claim of $0.00 is settled by its advance.",
  },
  returnClaim: {
    label: "Return claim",
    event: "application.claimReturned",
    happened: "claim returned",
    tellsAgency: true,
    from: { ACTIVE: ["DESK", "BUDGET"], CLOSING: ["DESK", "BUDGET"] },
    to: "stays",
    changes: ["Claim"],
    reason: "agency",
    fields: RETURN_CLAIM_FIELDS,
    back: ["submitClaim"],
    isAside: true,
    next: "The agency reads the reason. It can claim again while the financial year is open to claims.",
  },
  recordPayment: {
    label: "Record payment",
    event: "application.paymentRecorded",
    happened: "payment recorded",
    tellsAgency: true,
    from: { ACTIVE: ["BUDGET"], CLOSING: ["BUDGET"] },
    to: "stays",
    changes: ["Claim", "PaymentLine", "LedgerEntry"],
    isForClaims: true,
    fields: PAYMENT_FIELDS,
    back: ["recordReturnedPayment", "correctPayment", "recoverPayment"],
    days: 10,
    next: "Nothing more once the claim is paid in full. Until then, a budget officer records each further payment.",
  },
  recordReturnedPayment: {
    label: "Record returned payment",
    event: "application.paymentReturned",
    happened: "returned payment recorded",
    tellsAgency: true,
    from: { ACTIVE: ["BUDGET"], CLOSING: ["BUDGET"] },
    to: "stays",
    changes: ["Claim", "PaymentLine", "LedgerEntry"],
    reason: "agency",
    fields: RETURNED_PAYMENT_FIELDS,
    back: ["recordPayment"],
    isAside: true,
    next: "The claim can be paid again for the same invoice. A budget officer records the new payment.",
  },
  correctPayment: {
    label: "Correct payment",
    event: "application.paymentCorrected",
    happened: "payment corrected",
    tellsAgency: true,
    from: { ACTIVE: ["BUDGET"], CLOSING: ["BUDGET"] },
    to: "stays",
    changes: ["Claim", "PaymentLine", "LedgerEntry"],
    reason: "agency",
    fields: CORRECT_PAYMENT_FIELDS,
    back: ["correctPayment"],
    isAside: true,
    next: "Nothing more. The history keeps the payment as it was first recorded.",
  },
  recordCreditNote: {
    label: "Record credit note",
    event: "application.creditNoteRecorded",
    happened: "credit note recorded",
    tellsAgency: true,
    from: { ACTIVE: ["BUDGET"], CLOSING: ["BUDGET"] },
    to: "stays",
    changes: ["Claim", "PaymentLine", "LedgerEntry"],
    reason: "agency",
    fields: CREDIT_NOTE_FIELDS,
    back: ["correctPayment"],
    isAside: true,
    next: "Nothing more. The money stays committed to the initiative, and can be claimed with another invoice.",
  },
  recoverPayment: {
    label: "Recover payment",
    event: "application.paymentRecovered",
    happened: "payment recovered",
    tellsAgency: true,
    from: { ACTIVE: ["BUDGET"], CLOSING: ["BUDGET"] },
    to: "stays",
    changes: ["Claim", "Recovery", "LedgerEntry"],
    reason: "agency",
    fields: RECOVER_PAYMENT_FIELDS,
    back: ["reverseRecovery"],
    isAside: true,
    next: "Nothing more. The money stays committed to the initiative. If its financial year is closed, it can no longer be claimed and is released when the surplus is confirmed.",
  },
  reverseRecovery: {
    label: "Reverse recovery",
    event: "application.recoveryReversed",
    happened: "recovery reversed",
    tellsAgency: true,
    from: { ACTIVE: ["BUDGET"], CLOSING: ["BUDGET"], TERMINATED: ["BUDGET"] },
    to: "stays",
    changes: ["Claim", "Recovery", "LedgerEntry"],
    reason: "agency",
    fields: REVERSE_RECOVERY_FIELDS,
    back: ["recoverPayment", "recordRecovery"],
    isAside: true,
    next: "Nothing more. The money counts as paid again. The history keeps the recovery and why it was reversed. You can record the same receipt again.",
  },
  stateAccrual: {
    label: "State unclaimed work",
    event: "application.accrualStated",
    happened: "unclaimed work stated",
    isAgencys: true,
    from: { ACTIVE: CLAIMANTS, CLOSING: CLAIMANTS },
    to: "stays",
    changes: ["Accrual"],
    whileHeld: true,
    fields: ACCRUAL_FIELDS,
    back: ["stateAccrual"],
    isAside: true,
    next: "You can state it again until the year is closed, and claim it as usual.",
  },
  changePurchaseOrder: {
    label: "Change purchase order",
    page: "Change the purchase order number",
    event: "application.purchaseOrderChanged",
    happened: "purchase order number changed",
    tellsAgency: true,
    from: { ACTIVE: ["FINANCE"], CLOSING: ["FINANCE"] },
    to: "stays",
    changes: ["Arrangement"],
    fields: "read",
    back: ["changePurchaseOrder"],
    isAside: true,
    next: "Nothing more. It is shown with your claims and on each remittance advice.",
  },
});

/** A new step either applies to one claim, or is named here because it does not. */
const OF_CLAIMS: Record<
  Exclude<keyof typeof PAYMENT_STEPS, "submitClaim" | "stateAccrual" | "changePurchaseOrder" | "reverseRecovery">,
  readonly ClaimStage[]
> = CLAIM_STEPS;

type StandingClaim = Parameters<typeof hasChoice>[1] & {
  workConfirmedAt: Date | null;
  workConfirmedById: string | null;
};
type Reader = { personId: string; roles: ReadonlySet<Role> };

/** The steps on claims are available if there are claims that the reader can take them for. */
export function obstaclesToClaims(
  claims: readonly StandingClaim[],
  { years, advances }: { years: readonly YearLeft[]; advances: readonly OpenAdvance[] },
  { personId, roles }: Reader,
  today: Date,
): Obstacles<keyof typeof PAYMENT_STEPS> {
  const steps = (Object.keys(OF_CLAIMS) as ClaimStep[]).flatMap((step) => {
    const fitting = claims.filter(
      (claim) => fitsClaim(step, claim, roles) && hasChoice(step, claim, { claims, years }),
    );
    const why = fitting.map((claim) => whyNotTaken(step, claim, personId, today));
    if (why.includes(null)) return [];
    return [[step, why[0] ? `${why[0]}.` : null] as const];
  });
  return {
    // An invoice that an advance has paid can be claimed even if no money is left.
    ...obstacle("submitClaim", advances.length ? undefined : nothingToClaim(years, today)),
    ...obstacle("stateAccrual", accruingYears(years, today).length ? undefined : null),
    ...Object.fromEntries(steps),
  };
}

/** `count`: the number of recoveries that can be reversed now. */
export const obstaclesToReversing = (count: number): Obstacles<"reverseRecovery"> =>
  count > 0 ? {} : { reverseRecovery: null };

/** Years come in order: what remains in a later one can be claimed once it has started. */
function nothingToClaim(years: readonly YearLeft[], today: Date): string | undefined {
  const left = years.filter(({ leftCents }) => leftCents > 0n);
  const next = left.find((year) => afterCutoff(year, today) === null);
  if (!next) return left[0] ? `${afterCutoff(left[0], today)}.` : "Everything committed has been paid or claimed.";
  const unbegun = unbegunYear(next.startYear, today);
  return unbegun ? `Everything committed so far has been paid or claimed. ${unbegun}.` : undefined;
}

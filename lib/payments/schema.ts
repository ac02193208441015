import { OFFICER_FILTER } from "#lib/applications/officers/schema.ts";
import { UNMET_FIELD } from "#lib/decisions/conditions/schema.ts";
import { type Answers, type Field, type Lists, type Option, reasonFields, type Values } from "#lib/form/fields.ts";
import {
  type DatabaseOrder,
  type Filters,
  filterChoice,
  type Ordered,
  orderField,
  readFilters,
} from "#lib/form/filters.ts";
import { CLAIM_STAGES } from "./rules.ts";

const EXCLUSIVE = "New Zealand dollars, GST exclusive";

/** Whether the work was done, or lies ahead. */
const BASES = [
  { value: "WORK", label: "Work that was done" },
  {
    value: "ADVANCE",
    label: "An advance",
    hint: "Money before the work. A later claim accounts for it, or it comes back",
  },
] as const satisfies readonly Option[];

/** `advances`: those that were paid and are not accounted for yet. `invoices`: files that have no claim yet. */
export const CLAIM_FIELDS = [
  {
    kind: "choice",
    name: "basis",
    label: "What are you claiming for?",
    missing: "Choose what you are claiming for",
    options: BASES,
  },
  {
    kind: "day",
    name: "workFrom",
    label: "First day of the work",
    hint: "All the work in a claim must be in one financial year. Make two claims for work before and after 30 June",
    missing: "Enter the first day of the work",
  },
  {
    kind: "day",
    name: "workTo",
    label: "Last day of the work",
    missing: "Enter the last day of the work",
  },
  {
    kind: "amount",
    name: "amount",
    label: "Amount",
    hint: `${EXCLUSIVE}. Leave out what an advance has already paid`,
    missing: "Enter the amount",
    allowZero: true,
  },
  {
    kind: "amount",
    name: "gst",
    label: "GST",
    hint: "In dollars, or 0 if there is none",
    missing: "Enter the GST, or 0",
    allowZero: true,
  },
  {
    kind: "text",
    name: "invoiceNumber",
    label: "Invoice number",
    missing: "Enter the invoice number",
    charsMax: 60,
    width: 20,
  },
  { kind: "day", name: "invoicedOn", label: "Invoice date", missing: "Enter the date of the invoice" },
  {
    kind: "text",
    name: "milestone",
    label: "What the claim is for",
    hint: "The milestone or work, in a few words",
    missing: "Enter what the claim is for",
    charsMax: 200,
  },
  {
    kind: "choice",
    name: "invoice",
    label: "The invoice",
    hint: "One of the files listed above",
    missing: "Choose the invoice’s file. Add it above first",
    options: "invoices",
    layout: "select",
  },
  {
    kind: "longText",
    name: "advanceReason",
    label: "Why the money is needed before the work",
    hint: "Only for an advance. MFAT reads this",
    optional: true,
    wordsMax: 100,
    rows: 3,
  },
  {
    kind: "choice",
    name: "accountsFor",
    label: "Advance that paid part of this invoice",
    optional: true,
    options: "advances",
    layout: "select",
  },
  {
    kind: "amount",
    name: "accounted",
    label: "How much of the invoice the advance paid",
    hint: "Do not include it in the amount above. That amount is 0 if the advance paid the whole invoice",
    optional: true,
  },
] as const satisfies readonly Field[];

/** Fields that are only asked where an advance has to be accounted for. */
export const ACCOUNTING: readonly string[] = ["accountsFor", "accounted"];

export type NewClaim = Answers<typeof CLAIM_FIELDS>;

/** `claims`: those that the step can be taken for, by their numbers. */
const CLAIM = { kind: "choice", name: "claim", label: "Claim", missing: "Choose a claim", options: "claims" } as const;

export const WITHDRAW_CLAIM_FIELDS = [CLAIM, ...reasonFields("Why you are withdrawing it", "MFAT reads this")] as const;
export const RETURN_CLAIM_FIELDS = [
  CLAIM,
  ...reasonFields("Why you are returning it", "The agency reads this"),
] as const;
export const CONFIRM_WORK_FIELDS = [CLAIM] as const satisfies readonly Field[];
export const TAKE_BACK_CONFIRMATION_FIELDS = [
  CLAIM,
  ...reasonFields("Why you are taking it back", "MFAT reads this"),
] as const;
export const APPROVE_CLAIM_FIELDS = [CLAIM] as const satisfies readonly Field[];

export type ClaimReason = Answers<typeof RETURN_CLAIM_FIELDS>;
export type ChosenClaim = Answers<typeof APPROVE_CLAIM_FIELDS>;

const REFERENCE_CHARS_MAX = 60;

/** The payment document, which may pay several claims. */
export const DOCUMENT_FIELDS = [
  { kind: "day", name: "paidOn", label: "Paid on", missing: "Enter the day it was paid" },
  {
    kind: "text",
    name: "reference",
    label: "Payment reference",
    hint: "The reference in the finance system. One payment can pay several claims",
    missing: "Enter the payment reference",
    charsMax: REFERENCE_CHARS_MAX,
    width: 20,
  },
  { kind: "text", name: "note", label: "Note", hint: "Only MFAT reads this", optional: true, charsMax: 200 },
] as const satisfies readonly Field[];

export const PAYMENT_FIELDS = [
  CLAIM,
  {
    kind: "amount",
    name: "amount",
    label: "Amount paid",
    hint: `${EXCLUSIVE}. Leave it blank if the payment covers everything that is still to be paid`,
    optional: true,
  },
  ...DOCUMENT_FIELDS,
  { ...UNMET_FIELD, optional: true },
] as const satisfies readonly Field[];

/** `amount`: for a part of the claim. */
export type NewPayment = Pick<Answers<typeof PAYMENT_FIELDS>, "claim" | "paidOn" | "reference"> &
  Partial<Answers<typeof PAYMENT_FIELDS>>;

export const CREDIT_NOTE_FIELDS = [
  CLAIM,
  { kind: "amount", name: "amount", label: "Amount of the credit note", hint: EXCLUSIVE, missing: "Enter the amount" },
  {
    kind: "text",
    name: "creditNumber",
    label: "Credit note number",
    missing: "Enter the credit note number",
    charsMax: 60,
    width: 20,
  },
  { kind: "day", name: "paidOn", label: "Taken off on", missing: "Enter the day it was taken off" },
  {
    kind: "text",
    name: "reference",
    label: "Payment reference",
    hint: "The reference, in the finance system, of the payment it was taken off",
    missing: "Enter the payment reference",
    charsMax: REFERENCE_CHARS_MAX,
    width: 20,
  },
  ...reasonFields("Why the agency is crediting it", "The agency reads this"),
] as const satisfies readonly Field[];

export type CreditNote = Answers<typeof CREDIT_NOTE_FIELDS>;

/** `payments`: the current ones and, for a correction, the credit notes, by line id. */
const PAYMENT = {
  kind: "choice",
  name: "payment",
  label: "Payment",
  hint: "A payment is not listed while part of it is credited, recovered or accounted for by a later claim. Undo that first",
  missing: "Choose a payment",
  options: "payments",
} as const;

export const RETURNED_PAYMENT_FIELDS = [
  PAYMENT,
  { kind: "day", name: "returnedOn", label: "Sent back on", missing: "Enter the day the bank sent the money back" },
  ...reasonFields("Why the bank sent it back", "The agency reads this"),
] as const satisfies readonly Field[];

export type ReturnedPayment = Answers<typeof RETURNED_PAYMENT_FIELDS>;

export const CORRECT_PAYMENT_FIELDS = [
  { ...PAYMENT, label: "Payment or credit note", missing: "Choose a payment or a credit note" },
  { kind: "day", name: "paidOn", label: "Right day", hint: "Only if the day was wrong", optional: true },
  {
    kind: "text",
    name: "reference",
    label: "Right payment reference",
    hint: "Only if the reference was wrong",
    optional: true,
    charsMax: REFERENCE_CHARS_MAX,
    width: 20,
  },
  {
    kind: "amount",
    name: "amount",
    label: "Right amount",
    hint: `Only if the amount was wrong, or 0 if it should not have been recorded. ${EXCLUSIVE}`,
    optional: true,
    allowZero: true,
  },
  ...reasonFields("What was wrong", "The agency reads this"),
] as const satisfies readonly Field[];

export type CorrectedPayment = Answers<typeof CORRECT_PAYMENT_FIELDS>;

export const RECOVER_PAYMENT_FIELDS = [
  CLAIM,
  {
    kind: "amount",
    name: "amount",
    label: "Amount that came back",
    hint: `${EXCLUSIVE}. Leave it blank if everything that was paid came back`,
    optional: true,
  },
  { kind: "day", name: "receivedOn", label: "Received on", missing: "Enter the day the money came back" },
  {
    kind: "text",
    name: "reference",
    label: "Receipt reference",
    hint: "The reference in the finance system",
    missing: "Enter the receipt reference",
    charsMax: REFERENCE_CHARS_MAX,
    width: 20,
  },
  ...reasonFields("Why you are recovering it", "The agency reads this"),
] as const satisfies readonly Field[];

/** `amount`: for a part of what was paid. */
export type NewRecovery = Omit<Answers<typeof RECOVER_PAYMENT_FIELDS>, "amount"> &
  Partial<Answers<typeof RECOVER_PAYMENT_FIELDS>>;

export const REVERSE_RECOVERY_FIELDS = [
  {
    kind: "choice",
    name: "recovery",
    label: "Recovery",
    missing: "Choose a recovery",
    options: "recoveries",
  },
  ...reasonFields("Why you are reversing it", "The agency reads this"),
] as const satisfies readonly Field[];

export type ReversedRecovery = Answers<typeof REVERSE_RECOVERY_FIELDS>;

// ---------------------------------------------------------------- the list of all claims

/** The orders of the list of claims. */
export const CLAIM_ORDERS = {
  newest: { label: "Newest first", column: "Claim", by: [], isDescending: true },
  oldest: { label: "Oldest first", column: "Claim", by: [], isDescending: false },
  largest: { label: "Largest amount", column: "Amount", by: ["cents"], isDescending: true },
  smallest: { label: "Smallest amount", column: "Amount", by: ["cents"], isDescending: false },
} as const satisfies Record<string, DatabaseOrder>;

export const CLAIM_FILTERS = [
  filterChoice(
    "state",
    "State",
    Object.entries(CLAIM_STAGES).map(([value, { label }]) => ({ value, label })),
  ),
  filterChoice("year", "Financial year", "years"),
  filterChoice("agency", "Agency", "agencies"),
  OFFICER_FILTER,
  filterChoice("only", "Only", [
    { value: "ADVANCE", label: "Advances" },
    { value: "UNSTATED", label: "Work period not stated" },
    { value: "UNORDERED", label: "Dates out of order" },
    { value: "TWICE", label: "Invoice claimed twice" },
  ]),
  orderField(CLAIM_ORDERS),
] as const satisfies readonly Field[];

export type ClaimFilter = Ordered<Answers<typeof CLAIM_FILTERS>>;
export type ClaimSearch = Filters<typeof CLAIM_FILTERS>;

export const readClaimSearch = (sent: Values, lists: Lists): ClaimSearch => readFilters(CLAIM_FILTERS, sent, lists);

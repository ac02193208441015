import { OFFICER_FILTER } from "#lib/applications/officers/schema.ts";
import { type Answers, type Field, type Lists, type Option, reasonFields, type Values } from "#lib/form/fields.ts";
import { type Filters, filterChoice, readFilters } from "#lib/form/filters.ts";
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
  { kind: "choice", name: "basis", label: "What is claimed", missing: "Choose what is claimed", options: BASES },
  {
    kind: "day",
    name: "workFrom",
    label: "Work from",
    hint: "The first day of the work. The work of one claim lies in one financial year: a period across 30 June is two claims",
    missing: "Enter the first day of the work",
  },
  {
    kind: "day",
    name: "workTo",
    label: "Work to",
    hint: "The last day of the work",
    missing: "Enter the last day of the work",
  },
  { kind: "amount", name: "amount", label: "Amount", hint: EXCLUSIVE, missing: "Enter the amount", allowZero: true },
  {
    kind: "amount",
    name: "gst",
    label: "GST",
    hint: "In dollars, 0 where there is none",
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
    label: "What it is for",
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
    label: "Why it is needed before the work",
    hint: "Only for an advance. MFAT reads this",
    optional: true,
    wordsMax: 100,
    rows: 3,
  },
  {
    kind: "choice",
    name: "accountsFor",
    label: "The advance that has paid a part of this invoice",
    optional: true,
    options: "advances",
    layout: "select",
  },
  {
    kind: "amount",
    name: "accounted",
    label: "What the advance has paid of it",
    hint: "On top of the amount above, which may then be 0",
    optional: true,
  },
] as const satisfies readonly Field[];

/** What is asked only where an advance waits to be accounted for. */
export const ACCOUNTING: readonly string[] = ["accountsFor", "accounted"];

export type NewClaim = Answers<typeof CLAIM_FIELDS>;

/** `claims`: those that the step can be taken for, by their numbers. */
const CLAIM = { kind: "choice", name: "claim", label: "Claim", missing: "Choose a claim", options: "claims" } as const;

export const CANCEL_CLAIM_FIELDS = [CLAIM, ...reasonFields("Why it is cancelled", "MFAT reads this")] as const;
export const RETURN_CLAIM_FIELDS = [CLAIM, ...reasonFields("Why it is returned", "The agency reads this")] as const;
export const CONFIRM_WORK_FIELDS = [CLAIM] as const satisfies readonly Field[];
export const TAKE_BACK_CONFIRMATION_FIELDS = [
  CLAIM,
  ...reasonFields("Why it is taken back", "MFAT reads this"),
] as const;
export const APPROVE_CLAIM_FIELDS = [CLAIM] as const satisfies readonly Field[];

export type ClaimReason = Answers<typeof RETURN_CLAIM_FIELDS>;
export type ChosenClaim = Answers<typeof APPROVE_CLAIM_FIELDS>;

const REFERENCE_CHARS_MAX = 60;

export const PAYMENT_FIELDS = [
  CLAIM,
  { kind: "day", name: "paidOn", label: "Paid on", missing: "Enter the day it was paid" },
  {
    kind: "text",
    name: "reference",
    label: "Payment reference",
    hint: "As the finance system has it. Each payment has its own",
    missing: "Enter the payment reference",
    charsMax: REFERENCE_CHARS_MAX,
    width: 20,
  },
] as const satisfies readonly Field[];

export type NewPayment = Answers<typeof PAYMENT_FIELDS>;

export const RECOVER_PAYMENT_FIELDS = [
  CLAIM,
  { kind: "day", name: "receivedOn", label: "Received on", missing: "Enter the day the money came back" },
  {
    kind: "text",
    name: "reference",
    label: "Receipt reference",
    hint: "As the finance system has it",
    missing: "Enter the receipt reference",
    charsMax: REFERENCE_CHARS_MAX,
    width: 20,
  },
  ...reasonFields("Why it is recovered", "The agency reads this"),
] as const satisfies readonly Field[];

export type NewRecovery = Answers<typeof RECOVER_PAYMENT_FIELDS>;

// ---------------------------------------------------------------- the list of all claims

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
    { value: "UNORDERED", label: "Days out of order" },
    { value: "TWICE", label: "Invoice claimed twice" },
  ]),
] as const satisfies readonly Field[];

export type ClaimFilter = Answers<typeof CLAIM_FILTERS>;
export type ClaimSearch = Filters<typeof CLAIM_FILTERS>;

export const readClaimSearch = (sent: Values, lists: Lists): ClaimSearch => readFilters(CLAIM_FILTERS, sent, lists);

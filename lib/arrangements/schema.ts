import { type Answers, type Field, reasonFields } from "../fields.ts";

export const OFFER_FIELDS = [
  {
    kind: "day",
    name: "dueOn",
    label: "Accept by",
    hint: "Until the end of that day in New Zealand; then the offer lapses",
    missing: "Enter the day by which the offer has to be accepted",
  },
  {
    kind: "longText",
    name: "message",
    label: "Message in the letter",
    hint: "Stands before the terms. The agency reads it",
    optional: true,
    wordsMax: 200,
    rows: 4,
  },
] as const satisfies readonly Field[];

export type NewOffer = Answers<typeof OFFER_FIELDS>;

export const ACCEPT_FIELDS = [
  {
    kind: "confirm",
    name: "isAccepted",
    label: "I accept this offer, its amount and its conditions for my agency",
    missing: "Confirm that you accept the offer",
  },
] as const satisfies readonly Field[];

export const DECLINE_OFFER_FIELDS = reasonFields("Why you decline it", "MFAT reads this");

export const LAST_REPORT_FIELDS = reasonFields(
  "What was reported",
  "In a few words. The agency reads this",
  "Enter what was reported",
);

export const TERMINATE_FIELDS = reasonFields("Why it is terminated", "The agency reads this");

export const ACQUITTAL_FIELDS = [
  {
    kind: "amount",
    name: "actual",
    label: "Actual cost to the fund",
    hint: "New Zealand dollars, GST exclusive",
    missing: "Enter the actual cost",
    allowZero: true,
  },
  {
    kind: "longText",
    name: "outcome",
    label: "What was achieved, and what was learned",
    missing: "Enter what was achieved",
    wordsMax: 500,
    rows: 7,
  },
] as const satisfies readonly Field[];

export type NewAcquittal = Answers<typeof ACQUITTAL_FIELDS>;

import { type Answers, type Field, reasonFields } from "#lib/form/fields.ts";

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

export const WITHDRAW_FIELDS = reasonFields("Why you withdraw it", "MFAT reads this");
export const HOLD_FIELDS = reasonFields("Why it is put on hold", "The agency reads this");

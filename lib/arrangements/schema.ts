import { type Answers, type Field, reasonFields } from "#lib/form/fields.ts";

/** The label for the last day of an offer on each form that asks for it; the errors use the same. */
export const LAST_DAY_LABELS = {
  sendOffer: "Last day to accept the offer",
  moveLastDay: "New last day",
  reopen: "Last day to accept the offer",
} as const;

export const OFFER_FIELDS = [
  {
    kind: "day",
    name: "dueOn",
    label: LAST_DAY_LABELS.sendOffer,
    hint: "Until the end of that day in New Zealand. The offer then lapses",
    missing: "Enter the day the offer must be accepted by",
  },
  {
    kind: "longText",
    name: "message",
    label: "Message in the letter",
    hint: "It comes before the terms. The agency reads it",
    optional: true,
    wordsMax: 200,
    rows: 4,
  },
  {
    kind: "longText",
    name: "reason",
    label: "Reason for giving more than 6 months",
    hint: "Only if the last day is more than 6 months from today. MFAT reads this",
    optional: true,
    wordsMax: 200,
    rows: 3,
  },
] as const satisfies readonly Field[];

export type NewOffer = Answers<typeof OFFER_FIELDS>;

export const MOVE_LAST_DAY_FIELDS = [
  {
    kind: "day",
    name: "dueOn",
    label: LAST_DAY_LABELS.moveLastDay,
    hint: "Until the end of that day in New Zealand. The offer then lapses",
    missing: "Enter the new last day",
  },
  ...reasonFields("Why you are moving it", "The agency reads this"),
] as const satisfies readonly Field[];

export type LaterLastDay = Answers<typeof MOVE_LAST_DAY_FIELDS>;

export const WITHDRAW_OFFER_FIELDS = reasonFields("Why you are withdrawing the offer", "The agency reads this");

export const ACCEPT_FIELDS = [
  {
    kind: "confirm",
    name: "isAccepted",
    label: "I accept this offer, its amount and its conditions for my agency",
    missing: "Confirm that you accept the offer",
  },
] as const satisfies readonly Field[];

export const DECLINE_OFFER_FIELDS = reasonFields("Why you are declining it", "MFAT reads this");

export const ASK_TO_REOPEN_FIELDS = reasonFields("Why it should be reopened", "MFAT reads this");
export const CONFIRM_REOPENING_FIELDS = reasonFields("Why you are reopening it", "The agency reads this");
export const DECLINE_REOPENING_FIELDS = reasonFields("Why you are not reopening it", "MFAT reads this");

export const WITHDRAW_FIELDS = reasonFields("Why you are withdrawing it", "MFAT reads this");
export const HOLD_FIELDS = reasonFields("Why you are putting it on hold", "The agency reads this");

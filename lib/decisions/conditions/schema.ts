import { type Answers, type Field, reasonFields } from "#lib/form/fields.ts";

const condition = (label: string) =>
  ({ kind: "choice", name: "condition", label, missing: "Choose a condition", options: "conditions" }) as const;

export const CHANGE_CONDITION_FIELDS = [
  condition("Condition"),
  {
    kind: "text",
    name: "owner",
    label: "Owner",
    hint: "Who has to meet it: a person or an office",
    missing: "Enter who has to meet it",
    charsMax: 120,
  },
  { kind: "day", name: "dueOn", label: "To be met by", missing: "Enter the day it must be met by" },
] as const satisfies readonly Field[];

export const MEET_CONDITION_FIELDS = [
  condition("Condition"),
  {
    kind: "longText",
    name: "proof",
    label: "What shows that it is met",
    hint: "For example a letter and its date. The agency and MFAT read this",
    missing: "Enter what shows that the condition is met",
    wordsMax: 150,
    rows: 3,
  },
] as const satisfies readonly Field[];

export const REOPEN_CONDITION_FIELDS = [
  condition("Condition that was not met"),
  ...reasonFields("Why it is not met", "The agency reads this"),
] as const satisfies readonly Field[];

export type ChangedCondition = Answers<typeof CHANGE_CONDITION_FIELDS>;
export type MetCondition = Answers<typeof MEET_CONDITION_FIELDS>;
export type ReopenedCondition = Answers<typeof REOPEN_CONDITION_FIELDS>;

/** Why a payment is made although a condition is not met. */
export const UNMET = "unmetReason";
export const UNMET_FIELD = {
  kind: "longText",
  name: UNMET,
  label: "Why you pay before every condition is met",
  hint: "MFAT reads this",
  missing: "Enter why you pay before every condition is met",
  wordsMax: 150,
  rows: 3,
} as const satisfies Field;

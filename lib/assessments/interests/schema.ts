import { type Answers, type Field, reasonFields } from "#lib/form/fields.ts";

export const DECLARE_FIELDS = [
  {
    kind: "choice",
    name: "interest",
    label: "Do you have an interest in this application?",
    hint: "Work for the applicant or a partner, a family or financial connection, or anything that could look like one",
    missing: "Say whether you have an interest",
    options: [
      { value: "none", label: "I have no interest to declare" },
      {
        value: "some",
        label: "I have an interest",
        hint: "You are then recused: you cannot open this application unless an administrator clears the interest",
      },
    ],
  },
  { kind: "longText", name: "description", label: "Describe the interest", optional: true, wordsMax: 200, rows: 4 },
] as const satisfies readonly Field[];

/** An interest that somebody learned of after they had declared. */
export const LATER_INTEREST_FIELDS = [
  {
    kind: "longText",
    name: "description",
    label: "Describe the interest",
    hint: "You are then recused. We email the desk and the administrators that you are recused, but not what the interest is",
    missing: "Describe the interest",
    wordsMax: 200,
    rows: 4,
  },
  {
    kind: "day",
    name: "learnedOn",
    label: "When you learned of it",
    missing: "Enter the day you learned of it",
  },
  {
    kind: "day",
    name: "sinceOn",
    label: "When the interest began",
    hint: "Leave blank if you do not know",
    optional: true,
  },
] as const satisfies readonly Field[];

/** The same, recorded by the desk for somebody who has left or is no longer asked. */
export const NOTE_INTEREST_FIELDS = [
  {
    ...LATER_INTEREST_FIELDS[0],
    hint: "They are then recused. We email them and the administrators that they are recused, but not what the interest is",
  },
  { ...LATER_INTEREST_FIELDS[1], label: "When the desk learned of it" },
  LATER_INTEREST_FIELDS[2],
] as const satisfies readonly Field[];

export const CLEAR_FIELDS = reasonFields(
  "Why they can still act on it",
  "We show it in the register with the interest",
);

export type Declaration = Answers<typeof DECLARE_FIELDS>;

import { z } from "zod";
import { type Answers, type Field, reasonFields } from "#lib/form/fields.ts";

export const ASK_FIELDS = [
  {
    kind: "choice",
    layout: "select",
    name: "adviser",
    label: "Who to ask",
    hint: "Advisers for the places of this initiative come first",
    missing: "Choose an adviser",
    options: "advisers",
  },
  {
    kind: "longText",
    name: "question",
    label: "Your question",
    hint: "MFAT reads this. The agency does not",
    missing: "Enter your question",
    wordsMax: 300,
    rows: 5,
  },
  {
    kind: "day",
    name: "dueOn",
    label: "Answer by",
    hint: "Usually ten working days",
    missing: "Enter the day you need the answer by",
  },
] as const satisfies readonly Field[];

export type Question = Answers<typeof ASK_FIELDS>;

export const ADVICE_FIELDS = [
  {
    kind: "longText",
    name: "advice",
    label: "Your advice",
    hint: "MFAT reads this, and the decision note quotes it. The agency does not read it",
    missing: "Enter your advice",
    wordsMax: 1_000,
    rows: 12,
  },
] as const satisfies readonly Field[];

const OPEN_QUESTION = {
  kind: "choice",
  name: "question",
  label: "Which question",
  missing: "Choose a question",
  options: "openQuestions",
} as const satisfies Field;

export const WITHDRAW_QUESTION_FIELDS = [
  OPEN_QUESTION,
  ...reasonFields("Why no answer is needed", "MFAT reads this. We tell the adviser that no answer is needed"),
] as const satisfies readonly Field[];

export const PASS_OVER_FIELDS = [
  OPEN_QUESTION,
  ...reasonFields(
    "Why you are going ahead without this advice",
    "MFAT and the adviser read this, and the decision note quotes it",
  ),
] as const satisfies readonly Field[];

/** What the event of a step stores of advice that was taken back. */
export const TAKEN_BACK = z.object({ advice: z.string(), text: z.string(), givenAt: z.string() });

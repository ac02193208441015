import { type Field, text, type Values } from "#lib/form/fields.ts";

/** The most lines that can be imported at once; a longer file is imported in parts. */
export const LINES_MAX = 200;
/** For pasted text, in characters; a file of LINES_MAX lines is far below this. */
export const TEXT_MAX = 200_000;

export const PAYMENT_LINES_FIELDS = [
  {
    kind: "longText",
    name: "lines",
    label: "Lines from the finance system",
    hint: "Paste the lines with their column headings, or choose the file below",
    missing: "Paste the lines, or choose the file",
    rows: 8,
  },
] as const satisfies readonly Field[];

/** The total that the finance system states for the list, so that part of a list is not mistaken for the whole. */
export const TOTAL_FIELD = {
  kind: "amount",
  name: "total",
  label: "Control total",
  hint: "The total of the list in your finance system. We check that the lines add up to it",
  optional: true,
} as const satisfies Field;

/** How to read dates that are ambiguous in the list itself. */
export const DAY_ORDER_FIELD = {
  kind: "choice",
  name: "dayOrder",
  label: "How are the dates in this list written?",
  missing: "Choose how the dates are written",
  options: [
    { value: "DAY", label: "The day first", hint: "11/03/2026 is 11 March 2026" },
    { value: "MONTH", label: "The month first", hint: "11/03/2026 is 3 November 2026" },
  ],
} as const satisfies Field;

export type DayOrder = (typeof DAY_ORDER_FIELD)["options"][number]["value"];
export const isDayOrder = (word: string): word is DayOrder =>
  DAY_ORDER_FIELD.options.some(({ value }) => value === word);

/** The field that shows what is wrong with the lines or the file. */
export const AT_LINES = "lines";

/** What was pasted, without the length limits of text that people write. */
export const linesIn = (values: Values): string => text(values, AT_LINES);

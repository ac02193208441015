import { type Field, text, type Values } from "#lib/form/fields.ts";

/** What may come at once; a longer file is taken in parts. */
export const LINES_MAX = 200;
/** Of pasted text, in characters; a file of LINES_MAX lines is far below it. */
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

/** What the finance system says that the list adds up to, so that a part of a list is not taken for the whole. */
export const TOTAL_FIELD = {
  kind: "amount",
  name: "total",
  label: "Control total",
  hint: "The total of the list in your finance system. We check that the lines add up to it",
  optional: true,
} as const satisfies Field;

/** How the days of a list are written that the list itself leaves open. */
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

/** Where what is wrong with the lines or the file is said. */
export const AT_LINES = "lines";

/** What was pasted, without the limits of a text that somebody writes. */
export const linesIn = (values: Values): string => text(values, AT_LINES);

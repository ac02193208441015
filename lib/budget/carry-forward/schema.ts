import type { Field } from "#lib/form/fields.ts";

/** Money of one year that is to be spent in the next. */
export const CARRY_FORWARD_FIELDS = [
  {
    kind: "choice",
    name: "fromYear",
    label: "From the financial year",
    hint: "It is carried into the year after it",
    missing: "Choose the financial year that it comes from",
    options: "years",
    layout: "select",
  },
  {
    kind: "amount",
    name: "cents",
    label: "Amount",
    hint: "GST exclusive",
    missing: "Enter the amount",
  },
  { kind: "longText", name: "reason", label: "Reason", missing: "Enter the reason", charsMax: 500, rows: 4 },
  {
    kind: "text",
    name: "source",
    label: "Source",
    hint: "The decision or paper that it rests on, like “Cabinet paper CAB-26-0123”",
    missing: "Enter the source",
    charsMax: 200,
  },
] as const satisfies readonly Field[];

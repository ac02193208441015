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
    label: "Money that is not spoken for",
    hint: "Of the envelope, what is neither reserved nor committed, GST exclusive. Enter 0 if only initiatives are carried",
    missing: "Enter the amount, or 0",
    allowZero: true,
  },
  {
    kind: "choices",
    name: "initiatives",
    label: "Initiatives",
    hint: "What they have not spent goes along, with as much of the envelope",
    optional: true,
    options: "initiatives",
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

import type { Field } from "#lib/form/fields.ts";

/** Money of one year to be spent in the next. */
export const CARRY_FORWARD_FIELDS = [
  {
    kind: "choice",
    name: "fromYear",
    label: "From the financial year",
    hint: "The money moves into the next year",
    missing: "Choose the financial year the money comes from",
    options: "years",
    layout: "select",
  },
  {
    kind: "amount",
    name: "cents",
    label: "Available money to carry",
    hint: "Money in the envelope that is not reserved or committed, GST exclusive. Enter 0 to carry initiatives only",
    missing: "Enter the amount, or 0",
    allowZero: true,
  },
  {
    kind: "choices",
    name: "initiatives",
    label: "Initiatives",
    hint: "Their unspent money moves with them, and the envelope moves by the same amount",
    optional: true,
    options: "initiatives",
  },
  { kind: "longText", name: "reason", label: "Reason", missing: "Enter the reason", charsMax: 500, rows: 4 },
  {
    kind: "text",
    name: "source",
    label: "Source",
    hint: "The decision or paper it is based on, like “Cabinet paper CAB-26-0123”",
    missing: "Enter the source",
    charsMax: 200,
  },
] as const satisfies readonly Field[];

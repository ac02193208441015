import type { Answers, Field } from "#lib/form/fields.ts";

/** Work of an ending year that is done but not claimed yet. `years`: those that are asked about. */
export const ACCRUAL_FIELDS = [
  {
    kind: "choice",
    name: "year",
    label: "Financial year",
    missing: "Choose the financial year",
    options: "years",
    layout: "select",
  },
  {
    kind: "amount",
    name: "amount",
    label: "Work done and not yet claimed",
    hint: "GST exclusive. Count work that is done, or will be done by 30 June. Enter 0 if there is none",
    missing: "Enter the amount, or 0",
    allowZero: true,
  },
  {
    kind: "longText",
    name: "work",
    label: "What was done",
    hint: "The milestones or work, in a few words. If there is none, say so",
    missing: "Enter what was done, or that there is none",
    charsMax: 1_000,
    rows: 4,
  },
] as const satisfies readonly Field[];

export type StatedAccrual = Answers<typeof ACCRUAL_FIELDS>;

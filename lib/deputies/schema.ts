import type { Field } from "#lib/form/fields.ts";

/** Who an approver names, and for which days. List: `deputies`, by id. */
export const DEPUTY_FIELDS = [
  {
    kind: "choice",
    name: "deputy",
    label: "Deputy",
    hint: "Another approver of MFAT",
    missing: "Choose your deputy",
    options: "deputies",
    layout: "select",
  },
  {
    kind: "day",
    name: "fromOn",
    label: "First day",
    hint: "From the start of that day in New Zealand",
    missing: "Enter the first day",
  },
  {
    kind: "day",
    name: "toOn",
    label: "Last day",
    hint: "Until the end of that day in New Zealand",
    missing: "Enter the last day",
  },
] as const satisfies readonly Field[];

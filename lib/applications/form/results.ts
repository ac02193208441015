import type { Field } from "#lib/form/fields.ts";

/** Section 6. */
export const RESULTS_FIELDS = [
  {
    kind: "rows",
    name: "outcomes",
    label: "Outcomes",
    hint: "What will be different for the partner, and how you will know. You will report against these outcomes",
    missing: "Add at least one outcome",
    noun: "outcome",
    min: 1,
    max: 20,
    columns: [
      { kind: "text", name: "outcome", label: "Outcome", missing: "Enter the outcome", charsMax: 300 },
      {
        kind: "text",
        name: "indicator",
        label: "Indicator",
        hint: "What you will count or observe",
        missing: "Enter the indicator",
        charsMax: 200,
      },
      { kind: "text", name: "baseline", label: "Baseline", missing: "Enter the baseline", charsMax: 120 },
      { kind: "text", name: "target", label: "Target", missing: "Enter the target", charsMax: 120 },
      { kind: "day", name: "byOn", label: "Target date", missing: "Enter the target date" },
    ],
  },
] as const satisfies readonly Field[];

import { type Field, reasonFields } from "#lib/form/fields.ts";

export const CUTOFF_FIELDS = [
  {
    kind: "day",
    name: "cutoffOn",
    label: "Cut-off day",
    hint: "The last day to claim and pay for work in this year. For example, 31 7 2027",
    missing: "Enter the cut-off day",
  },
] as const satisfies readonly Field[];

/** The same once there is one. */
export const MOVE_CUTOFF_FIELDS = [
  ...CUTOFF_FIELDS,
  ...reasonFields(
    "Why you are moving it",
    "Agencies with something left to claim read this",
    "Enter why you are moving the cut-off day",
  ),
];

export const CLOSING_FIELDS = reasonFields("Reason", "Another person reads this before they confirm it", "Enter why");

import type { Field } from "#lib/form/fields.ts";

const total = { kind: "amount", name: "total", label: "Total paid by 30 June", allowZero: true } as const;
const HINT = "For work in this financial year, including what is already paid";
const note = {
  kind: "longText",
  name: "note",
  label: "Why you expect this",
  hint: "MFAT people who read the budget see this with your name. The agency does not",
  missing: "Enter why you expect this",
  charsMax: 500,
  rows: 4,
} as const;

/** What a budget officer expects of an initiative in one year, where nothing is noted yet. */
export const FIRST_EXPECTATION_FIELDS = [
  { ...total, hint: HINT, missing: "Enter how much you expect to be paid in total by 30 June" },
  note,
] as const satisfies readonly Field[];

/** The same where something is noted: it can be taken back. */
export const EXPECTATION_FIELDS = [
  { ...total, hint: `${HINT}. Leave blank to use the forecast again`, optional: true },
  note,
] as const satisfies readonly Field[];

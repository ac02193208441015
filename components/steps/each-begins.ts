import type { Field, Values } from "#lib/form/fields.ts";
import type { KeptField } from "#lib/unsent/rules.ts";

/** The field name of the ticks (lib/scenarios/schema.ts). */
export const TAKE = "take";

type Row = { reference: string; own: readonly Field[] };

/** What a form for several applications keeps, and its starting values: all ticked, unless told which. */
export const eachBegins = (
  common: readonly Field[],
  rows: readonly Row[],
  {
    initial = {},
    ticked = rows.map(({ reference }) => reference),
  }: { initial?: Values; ticked?: readonly string[] } = {},
): [readonly KeptField[], Values] => [
  [...common, ...rows.flatMap(({ own }) => own), { name: TAKE }],
  { ...initial, [TAKE]: ticked },
];

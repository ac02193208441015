import type { Field, Values } from "#lib/form/fields.ts";
import { inputsOf } from "#lib/form/rows.ts";
import { yearColumn } from "./budget.ts";
import { fieldsOf, type SectionKey } from "./sections.ts";

/**
 * A section's answers, as a new application copies them: without dates and confirmations, which must be given again,
 * and with the amounts moved to the new financial years in order.
 */
export function copyAnswers(key: SectionKey, values: Values, from: readonly number[], to: readonly number[]): Values {
  const left = new Set(fieldsOf(key, from).flatMap(leftOut));
  const moved = new Map(from.map((year, index) => [yearColumn(year), yearColumn(to[index] ?? year)]));
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      const [field = "", row, column] = name.split(".");
      if (left.has(column === undefined ? field : `${field}.${column}`)) return [];
      return [[column === undefined ? name : `${field}.${row}.${moved.get(column) ?? column}`, value]];
    }),
  );
}

/** The inputs that are not copied; those in rows as "list.column". */
function leftOut(field: Field): string[] {
  if (field.kind === "rows") return field.columns.flatMap(leftOut).map((name) => `${field.name}.${name}`);
  return field.kind === "day" || field.kind === "confirm" ? inputsOf(field) : [];
}

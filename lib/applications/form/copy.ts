import type { Field, Values } from "#lib/form/fields.ts";
import { inputsOf } from "#lib/form/rows.ts";
import { yearColumn } from "./budget.ts";
import { fieldsOf, type SectionKey } from "./sections.ts";

/**
 * A section's answers as an application that is begun with them takes them over: without days and confirmations, which
 * are given anew, and with the amounts of the first financial year in the first of the new ones, and so on.
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

/** The inputs that are not copied; of a row "list.column". */
function leftOut(field: Field): string[] {
  if (field.kind === "rows") return field.columns.flatMap(leftOut).map((name) => `${field.name}.${name}`);
  return field.kind === "day" || field.kind === "confirm" ? inputsOf(field) : [];
}

import type { Field, Values } from "./fields.ts";

// Only needed by fields in rows: in a file of its own, so that forms without rows do not load it.

/** The inputs of a field that has no rows: three for a day, none for a lookup. */
export function inputsOf({ kind, name }: Field): string[] {
  if (kind === "day") return ["day", "month", "year"].map((part) => `${name}-${part}`);
  return kind === "lookup" ? [] : [name];
}

/** The value of a lookup; empty until everything that it depends on is chosen. */
export function lookUp({ of, table }: Extract<Field, { kind: "lookup" }>, answerTo: (name: string) => string): string {
  const key = of.map(answerTo).join(" ");
  return (Object.hasOwn(table, key) && table[key]) || "";
}

/** How many rows a form sent: one more than the highest index in the names of its inputs. */
export function countRows(name: string, values: Values): number {
  let count = 0;
  for (const key of Object.keys(values)) {
    const [start, index] = key.split(".");
    if (start === name && /^\d{1,4}$/.test(index ?? "")) count = Math.max(count, Number(index) + 1);
  }
  return count;
}

/** What can be done with a row: the labels of its buttons. */
export const ROW_STEPS = ["Copy", "Move up", "Move down", "Remove"] as const;
export type RowStep = (typeof ROW_STEPS)[number];

export const isStepPossible = (step: RowStep, index: number, count: number): boolean =>
  step === "Move up" ? index > 0 : step !== "Move down" || index < count - 1;

const SPARE_ROWS = 3;

/** Adds empty rows to write in: where nothing is written yet, and where more are asked for without JavaScript. */
export function withSpareRows(fields: readonly Field[], values: Values, isMore: boolean): Values {
  const spare = fields.flatMap((field) => {
    if (field.kind !== "rows") return [];
    const count = countRows(field.name, values);
    const fewest = field.sumBy ? SPARE_ROWS : Math.max(field.min, 1);
    const length = isMore ? count + SPARE_ROWS : count || fewest;
    return length > count ? [[`${field.name}.${length - 1}.${field.columns[0]?.name}`, ""]] : [];
  });
  return { ...values, ...Object.fromEntries(spare) };
}

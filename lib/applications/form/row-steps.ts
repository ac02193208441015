import type { Field, Values } from "#lib/form/fields.ts";
import { countRows, isStepPossible, ROW_STEPS, type RowStep } from "#lib/form/rows.ts";

/** Which row button was pressed without JavaScript: "Move up lines 2". Null where it was none. */
export function readRowStep(intent: unknown, fields: readonly Field[]): AskedStep | null {
  const [, asked, name, row] = /^([A-Z][a-z ]+) (\w+) (\d{1,4})$/.exec(String(intent)) ?? [];
  const step = ROW_STEPS.find((one) => one === asked);
  const isRows = fields.some((field) => field.kind === "rows" && field.name === name);
  return step && name && isRows ? { step, name, index: Number(row) } : null;
}

type AskedStep = { step: RowStep; name: string; index: number };

/** What was typed, with one row copied, moved or removed; unchanged where that is not possible. */
export function takeRowStep(values: Values, { step, name, index }: AskedStep): Values {
  const count = countRows(name, values);
  if (index >= count || !isStepPossible(step, index, count)) return values;
  const order = Array.from({ length: count }, (_, row) => row);
  if (step === "Copy") order.splice(index, 0, index);
  else order.splice(index, 1);
  if (step === "Move up") order.splice(index - 1, 0, index);
  if (step === "Move down") order.splice(index + 1, 0, index);
  const isInRow = (input: string, row: number) => input.startsWith(`${name}.${row}.`);
  const others = Object.entries(values).filter(([input]) => !order.concat(index).some((row) => isInRow(input, row)));
  const moved = order.flatMap((from, to) =>
    Object.entries(values)
      .filter(([input]) => isInRow(input, from))
      .map(([input, value]) => [`${name}.${to}.${input.split(".")[2]}`, value] as const),
  );
  return Object.fromEntries([...others, ...moved]);
}

// Simultaneous commands in the model of years: some order of them must explain the result of each, and the current
// state.
import { expect } from "vitest";
import { kindOf } from "./year-choices.ts";
import { dateOf, run, today } from "./year-fund.ts";
import type { Command, Model } from "./year-model.ts";
import { seenIn, seenInDatabase } from "./year-seen.ts";
import { take } from "./year-take.ts";

/** The result of a command: why it was refused (null: accepted), and the days on which it started and ended. */
export type Outcome = { command: Command; said: string | null; days: readonly number[] };

export async function runAtOnce(commands: readonly Command[]): Promise<Outcome[]> {
  return Promise.all(
    commands.map(async (command) => {
      const from = today();
      const said = await run(command);
      return { command, said, days: [...new Set([from, today()])] };
    }),
  );
}

const ordersOf = <T>(all: readonly T[]): T[][] =>
  all.length < 2
    ? [[...all]]
    : all.flatMap((one, index) => ordersOf(all.filter((_, other) => other !== index)).map((rest) => [one, ...rest]));

const CORRECTING = ["recover", "sendBack", "reverse", "credit", "correctPayment"] as const;
type Correcting = Extract<Command, { name: (typeof CORRECTING)[number] }>;

/** Whether a command corrects what was paid in a closed year, which one person asks for and another confirms. */
const takesTwo = (model: Model, command: Command): command is Correcting =>
  CORRECTING.some((name) => name === command.name) && kindOf(model, command).endsWith("in a closed year");

/**
 * What was asked for in a closed year is confirmed on its initiative as it is then: another step may have come between.
 */
const asConfirmed = (model: Model, command: Correcting): Command => ({
  ...command,
  revision: model.initiatives[command.initiative]?.revision ?? 0,
});

const BY_TWO = "so this takes two people: one asks for it and another confirms it.";

/** All models that any order of these commands leads to, if each is accepted or refused as it was. */
function reachable(model: Model, [next, ...rest]: readonly Outcome[]): Model[] {
  if (!next) return [model];
  let { command } = next;
  if (takesTwo(model, command)) {
    // The year was open when one person started the step, and closed before it was done.
    if (next.said?.endsWith(BY_TWO)) return reachable(model, rest);
    if (next.said === null) command = asConfirmed(model, command);
  }
  return next.days.flatMap((day) => {
    const after = take(model, command, day);
    return (after.refused === null) === (next.said === null) ? reachable(after.model, rest) : [];
  });
}

/** The model after these commands, if some order of them explains both the results and the current state. */
export function explained(model: Model, outcomes: readonly Outcome[], seen: readonly string[]): Model | null {
  const words = seen.join("\n");
  for (const order of ordersOf(outcomes)) {
    const found = reachable(model, order).find((one) => seenIn(one).join("\n") === words);
    if (found) return found;
  }
  return null;
}

/** @throws with what the commands said, what the model says, and where they differ */
export async function expectExplained(model: Model, outcomes: readonly Outcome[]): Promise<Model> {
  const seen = await seenInDatabase();
  const after = explained(model, outcomes, seen);
  if (after) return after;
  let last = model;
  const told = outcomes.map(({ command, said, days }) => {
    const one = take(last, command, days[0] ?? 0);
    last = one.model;
    const words = JSON.stringify(command, (_, value) => (typeof value === "bigint" ? String(value) : value));
    return `${words} on ${days.map((day) => dateOf(day).toISOString().slice(0, 10))}\n  the fund: ${said ?? "taken"}\n  the model: ${one.refused ?? "taken"}`;
  });
  expect(seen, `No order of these explains what is there:\n${told.join("\n")}`).toEqual(seenIn(last));
  throw new Error(`No order of these explains what became of them:\n${told.join("\n")}`);
}

import { createHash } from "node:crypto";
import { type Field, text, type Values } from "../../fields.ts";

/** The inputs of one field among those of a form: its own, and those of its parts and rows. */
const valuesOfField = ({ name }: Field, values: Values): [string, string | readonly string[]][] =>
  Object.entries(values)
    .filter(([input, value]) => value.length > 0 && [name, `${name}-`, `${name}.`].some((own) => fits(input, own)))
    .sort(([a], [b]) => (a < b ? -1 : 1));

const fits = (input: string, own: string): boolean => (/[-.]$/.test(own) ? input.startsWith(own) : input === own);

const markOfField = (field: Field, values: Values): string =>
  createHash("sha256")
    .update(JSON.stringify(valuesOfField(field, values)))
    .digest("base64url")
    .slice(0, 8);

/** A short mark of what each field held when a form was made. A form carries it as `shown`, so that a save can tell what
 * its sender changed from what somebody else did meanwhile. */
export const markOf = (fields: readonly Field[], values: Values): string =>
  fields.map((field) => `${field.name}=${markOfField(field, values)}`).join(" ");

/** The value of the input that chooses between two versions: "mine" or "theirs", of this very version of theirs. */
export const choiceOf = (which: "mine" | "theirs", field: Field, stored: Values): string =>
  `${which} ${markOfField(field, stored)}`;

export type Merged = {
  values: Values;
  /** Fields that only the other side changed: their version is in `values`. */
  taken: Field[];
  /** Fields that both sides changed, and that the sender has not chosen between. */
  differing: Field[];
};

/**
 * What is sent, over what is stored, field by field: who alone changed a field has it their way. Without `shown` the
 * sender knew what is stored.
 */
export function mergeAnswers(fields: readonly Field[], stored: Values, sent: Values): Merged {
  const shown = new Map(
    text(sent, "shown")
      .split(" ")
      .map((part) => part.split("=") as [string, string]),
  );
  const merged: Merged = { values: {}, taken: [], differing: [] };
  const parts: [string, string | readonly string[]][] = [];
  for (const field of fields) {
    const side = sideOf(field, shown.get(field.name), stored, sent);
    if (side === "taken") merged.taken.push(field);
    if (side === "differing") merged.differing.push(field);
    parts.push(...valuesOfField(field, side === "taken" || side === "theirs" ? stored : sent));
  }
  return { ...merged, values: Object.fromEntries(parts) };
}

function sideOf(field: Field, shown: string | undefined, stored: Values, sent: Values) {
  const theirs = markOfField(field, stored);
  const mine = markOfField(field, sent);
  if (!shown || theirs === shown || theirs === mine) return "mine";
  if (mine === shown) return "taken";
  const choice = text(sent, `choose.${field.name}`);
  if (choice === choiceOf("theirs", field, stored)) return "theirs";
  return choice === choiceOf("mine", field, stored) ? "mine" : "differing";
}

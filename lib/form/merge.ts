import { text, type Values } from "./fields.ts";

/** A field by its name alone: its inputs have that name, plus those of its parts (`name-`) and its rows (`name.`). */
type Named = { name: string };

/** All inputs of one field of a form, including those of its parts and rows. */
const valuesOfField = ({ name }: Named, values: Values): [string, string | readonly string[]][] =>
  Object.entries(values)
    .filter(([input, value]) => value.length > 0 && [name, `${name}-`, `${name}.`].some((own) => fits(input, own)))
    .sort(([a], [b]) => (a < b ? -1 : 1));

const fits = (input: string, own: string): boolean => (/[-.]$/.test(own) ? input.startsWith(own) : input === own);

/** The inputs of one field and their values. */
export const inputsOfField = (field: Named, values: Values): Values => Object.fromEntries(valuesOfField(field, values));

/** A single text equals a list of one, and space around a text does not count, because forms trim it. */
const markOfField = (field: Named, values: Values): string => {
  const texts = valuesOfField(field, values).map(([input, value]) => [input, [value].flat().map((one) => one.trim())]);
  return fingerprint(JSON.stringify(texts.filter(([, all]) => all?.[0] !== "")));
};

/** FNV-1a in 64 bits: tells two texts apart, but is not a cryptographic hash. */
function fingerprint(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(36);
}

/**
 * A short mark of what each field held when a form was rendered. A form carries it as `shown`, so that a save can tell
 * what its sender changed from what somebody else changed meanwhile.
 */
export const markOf = (fields: readonly Named[], values: Values): string =>
  fields.map((field) => `${field.name}=${markOfField(field, values)}`).join(" ");

const marksOf = (shown: string): Map<string, string> =>
  new Map(shown.split(" ").map((part) => part.split("=") as [string, string]));

/** The value of the input that chooses between two versions: "mine" or "theirs", for exactly this version of theirs. */
export const choiceOf = (which: "mine" | "theirs", field: Named, stored: Values): string =>
  `${which} ${markOfField(field, stored)}`;

export type Merged<F extends Named> = {
  values: Values;
  /** Fields that only the other side changed: their version is in `values`. */
  taken: F[];
  /** Fields that both sides changed and that the sender has not chosen between yet: `values` has what is stored. */
  differing: F[];
  /** Fields that both sides changed, where the sender has chosen. */
  chosen: F[];
  /** Fields whose `values` differ from what is stored. */
  changed: F[];
  /** The marks for the sender's form once `values` are stored. */
  shown: string;
};

/**
 * Merges what is sent into what is stored, field by field: a field that only one side changed takes that side's value.
 * `shown`: the marks of the sender's form; without it, the sender is assumed to have seen what is stored.
 */
export function mergeAnswers<F extends Named>(
  fields: readonly F[],
  stored: Values,
  sent: Values,
  shownText = text(sent, "shown"),
): Merged<F> {
  const shown = marksOf(shownText);
  const merged: Pick<Merged<F>, "taken" | "differing" | "chosen"> = { taken: [], differing: [], chosen: [] };
  const parts: [string, string | readonly string[]][] = [];
  for (const field of fields) {
    const side = sideOf(field, shown.get(field.name), stored, sent);
    if (side === "taken") merged.taken.push(field);
    if (side === "differing") merged.differing.push(field);
    if (side === "theirs" || side === "chosen mine") merged.chosen.push(field);
    parts.push(...valuesOfField(field, side === "mine" || side === "chosen mine" ? sent : stored));
  }
  const marks = marksOf(markOf(fields, sent));
  for (const { name } of merged.differing) marks.set(name, shown.get(name) ?? "");
  const values = Object.fromEntries(parts);
  return {
    ...merged,
    values,
    changed: fields.filter((field) => markOfField(field, values) !== markOfField(field, stored)),
    shown: [...marks].map(([name, mark]) => `${name}=${mark}`).join(" "),
  };
}

function sideOf(field: Named, shown: string | undefined, stored: Values, sent: Values) {
  const theirs = markOfField(field, stored);
  const mine = markOfField(field, sent);
  if (!shown || theirs === shown || theirs === mine) return "mine";
  if (mine === shown) return "taken";
  const choice = text(sent, `choose.${field.name}`);
  if (choice === choiceOf("theirs", field, stored)) return "theirs";
  return choice === choiceOf("mine", field, stored) ? "chosen mine" : "differing";
}

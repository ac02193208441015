import { CARRIED_RECORD, text, type Values } from "#lib/form/fields.ts";
import { inputsOfField, markOf, mergeAnswers } from "#lib/form/merge.ts";

/**
 * The hidden inputs that a form needs so that what is typed into it can be kept: its name on its page, whose page it
 * was, the marks of the fields as shown, the marks of the fields before anything was typed, and those of the page's
 * record.
 */
export const CARRIED = {
  form: "unsent.form",
  by: "unsent.by",
  shown: "unsent.shown",
  began: "unsent.began",
  record: CARRIED_RECORD,
} as const;

/** What somebody typed into a form and has not sent. */
export type Unsent = { values: Values; began: string; savedAt: Date };

/** A field of a form, or another group of its inputs, which has no errors of its own. */
export type KeptField = { name: string; label?: string };
/** The starting values of a form. */
type Begun = {
  values: Values;
  /** Whether any of it was typed before. */
  isFilledIn: boolean;
  /** Fields whose current value differs from the one when their text was typed: what was typed is in `values`. */
  differing: KeptField[];
  /** Marks of `values`, and of the values that the form would have if nothing had been typed. */
  shown: string;
  began: string;
};

/**
 * The starting values of a form with these fields: what it shows to everybody, overlaid with what somebody has typed
 * into it before.
 */
export function beginWith(fields: readonly KeptField[], initial: Values, unsent?: Unsent): Begun {
  const began = markOf(fields, initial);
  if (!unsent) return { values: initial, isFilledIn: false, differing: [], shown: began, began };
  const merged = mergeAnswers(fields, initial, unsent.values, unsent.began);
  const values = { ...merged.values };
  for (const field of merged.differing) {
    for (const name of Object.keys(inputsOfField(field, values))) delete values[name];
    Object.assign(values, inputsOfField(field, unsent.values));
  }
  const shown = markOf(fields, values);
  return { values, isFilledIn: shown !== began, differing: merged.differing, shown, began };
}

/** The fields that a form said it has: only these are kept. */
export const fieldsIn = (values: Values): { name: string }[] =>
  text(values, CARRIED.shown)
    .split(" ")
    .flatMap((mark) => (mark.includes("=") ? [{ name: mark.slice(0, mark.indexOf("=")) }] : []));

/** What was typed into those fields. */
export const typedIn = (fields: readonly KeptField[], values: Values): Values =>
  Object.assign({}, ...fields.map((field) => inputsOfField(field, values)));

/** What was sent, without the hidden inputs for keeping it. */
export const withoutCarried = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !name.startsWith("unsent.")));

/** The inputs that every form carries, and those that Next adds. */
const UNSEEN = /^(\$|unsent\.|requestId$|revision$|shown$|intent$)/;
/** Text that somebody typed rather than chose from a list. */
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What was typed into a form, to be read where the form no longer exists. */
export const wordsIn = (values: Values): string[] =>
  Object.entries(values)
    .filter(([name]) => !UNSEEN.test(name))
    .flatMap(([, value]) => [value].flat())
    .filter((word) => word.trim() !== "" && !ID.test(word));

/** For the person who typed, while somebody else is signed in. */
export const KEPT_FOR_YOU = "Somebody else has signed in here. We have kept what you typed in this browser for you.";

/** What a form in a browser needs to keep what is typed into it. */
export type Keeping = {
  place: { path: string; form: string };
  keptAs: KeptAs;
  /** Hidden inputs, by the names in CARRIED. */
  carried: Readonly<Record<string, string>>;
  /** The form's starting values. */
  values: Values;
  /** When the text that it was filled in with was typed, in words. */
  savedAt?: string;
  /** The labels of fields whose value has changed since that was typed. */
  differing: readonly string[];
};

/** Whose text it is, the name and key under which a browser keeps it, and the address to save it at. */
export type KeptAs = { by: string; name: string; key: string; saveTo: string };

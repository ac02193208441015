import { CARRIED_RECORD, text, type Values } from "#lib/form/fields.ts";
import { inputsOfField, markOf, mergeAnswers } from "#lib/form/merge.ts";

/**
 * What a form carries so that what is typed into it can be kept: its name on its page, whose page it was, what of each field
 * it showed, what each field held before anything was typed, and what the record of its page holds.
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

/** A field of a form, or another group of its inputs, which no error is about. */
export type KeptField = { name: string; label?: string };
/** What a form begins with. */
type Begun = {
  values: Values;
  /** Whether any of it was typed before. */
  isFilledIn: boolean;
  /** Fields that hold something else by now than when their text was typed: what was typed is in `values`. */
  differing: KeptField[];
  /** Marks of `values`, and of what the form would hold if nothing had been typed. */
  shown: string;
  began: string;
};

/** What a form of these fields begins with: what it shows to everybody, under what somebody has typed into it before. */
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

/** The fields that a form said it has, which are those that are kept. */
export const fieldsIn = (values: Values): { name: string }[] =>
  text(values, CARRIED.shown)
    .split(" ")
    .flatMap((mark) => (mark.includes("=") ? [{ name: mark.slice(0, mark.indexOf("=")) }] : []));

/** What was typed into them. */
export const typedIn = (fields: readonly KeptField[], values: Values): Values =>
  Object.assign({}, ...fields.map((field) => inputsOfField(field, values)));

/** What was sent, without what a form carries so that it is kept. */
export const withoutCarried = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !name.startsWith("unsent.")));

/** What every form carries, and what Next writes into it. */
const UNSEEN = /^(\$|unsent\.|requestId$|revision$|shown$|intent$)/;
/** Text that somebody typed, and not what they chose from a list. */
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What was typed into a form, to be read where the form is gone. */
export const wordsIn = (values: Values): string[] =>
  Object.entries(values)
    .filter(([name]) => !UNSEEN.test(name))
    .flatMap(([, value]) => [value].flat())
    .filter((word) => word.trim() !== "" && !ID.test(word));

/** To whoever typed, while another person is signed in. */
export const KEPT_FOR_YOU = "Somebody else has signed in here. We have kept what you typed in this browser for you.";

/** What a form in a browser needs to keep what is typed into it. */
export type Keeping = {
  place: { path: string; form: string };
  keptAs: KeptAs;
  /** Sent along unseen, by the names of CARRIED. */
  carried: Readonly<Record<string, string>>;
  /** What the form begins with. */
  values: Values;
  /** When what it is filled in with was typed, in words. */
  savedAt?: string;
  /** The labels of fields that hold something else by now than when that was typed. */
  differing: readonly string[];
};

/** Whose typing it is, under which name and key a browser keeps it, and where it is sent to be kept on the server. */
export type KeptAs = { by: string; name: string; key: string; saveTo: string };

import { DomainError } from "#lib/platform/errors.ts";
import { CARRIED_RECORD, type Field, type FormState, text, type Values } from "./fields.ts";
import { inputsOfField, markOf, mergeAnswers } from "./merge.ts";

/** A record, as the fields of its form. */
export type Shown = { revision: number; fields: readonly Field[]; values: Values };

/** The form was sent from a version of the record that somebody else has changed since. */
export class Outdated extends DomainError {
  readonly now: Shown;

  /** `happened`: what they did, as sentences. */
  constructor(happened: string, now: Shown) {
    super("CONFLICT", happened);
    this.now = now;
  }
}

/**
 * The form with somebody else's change where its sender left a field as it was, and with what the sender typed
 * everywhere else: nothing that was removed comes back unnoticed, and nothing that was typed is lost.
 */
export function broughtUpToDate({ message, now }: Outdated, sent: Values): Omit<FormState, "answer"> {
  const { fields, values, revision } = now;
  const merged = mergeAnswers(fields, values, sent, text(sent, CARRIED_RECORD));
  const rest = Object.entries(sent).filter(([name]) => !fields.some((field) => name in inputsOfField(field, sent)));
  const typed = Object.assign({}, ...merged.differing.map((field) => inputsOfField(field, sent)));
  const kept = Object.entries(merged.values).filter(
    ([name]) => !merged.differing.some((field) => name in inputsOfField(field, values)),
  );
  const both = merged.differing.map(({ label }) => `“${label}”`).join(" and ");
  const next = fields.length
    ? "Your changes are not saved yet. The form below has this change and what you typed. Check it, then save again."
    : "We have not done what you asked for. Check this page, then try again.";
  return {
    values: { ...Object.fromEntries([...rest, ...kept]), ...typed, [CARRIED_RECORD]: markOf(fields, values) },
    errors: {},
    revision,
    problem: [message, next, ...(both ? [`You both changed ${both}: the form shows your version.`] : [])].join(" "),
  };
}

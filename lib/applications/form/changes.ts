import { diffArrays } from "diff";
import type { Field, Lists } from "#lib/form/fields.ts";
import { inWords } from "#lib/form/parse.ts";
import { type Answered, SECTIONS, type SectionKey, WRITTEN_SECTIONS } from "./sections.ts";

/** A stretch of text that stayed, came or went. */
export type Stretch = { kind: "same" | "added" | "removed"; text: string };
/** What changed in one answer: its field's label, and its text before and after in one. */
export type AnswerChange = { label: string; stretches: Stretch[] };
export type SectionChange = { key: SectionKey; answers: AnswerChange[] };

type Read = readonly { key: SectionKey; answers: Answered | null }[];

/**
 * What changed between two readings of an application's answers, section by section, word by word; the rest is left out.
 * The declaration is made anew at every sign-off, and is no change.
 */
export function changesBetween(before: Read, after: Read, lists: Lists, years: readonly number[]): SectionChange[] {
  return WRITTEN_SECTIONS.map((key) => {
    const answersOf = (read: Read) => read.find((section) => section.key === key)?.answers;
    const fields: readonly Field[] = SECTIONS[key].fields(years);
    const answers = fields.flatMap((field): AnswerChange[] => {
      const [was, is] = [before, after].map((read) => inWords(field, answersOf(read)?.[field.name], lists).join("\n"));
      return was === is ? [] : [{ label: field.label, stretches: compareWords(was ?? "", is ?? "") }];
    });
    return { key, answers };
  }).filter(({ answers }) => answers.length > 0);
}

/** Texts with more changed words than this are shown as replaced: comparing them would take seconds and tell nothing. */
const CHANGED_WORDS_MAX = 1_500;

/** Two texts word by word. What is the same and what was added, one after the other, is the second text. */
export function compareWords(before: string, after: string): Stretch[] {
  const parts = diffArrays(wordsOf(before), wordsOf(after), {
    comparator: (one, other) => one.trimEnd() === other.trimEnd(),
    maxEditLength: CHANGED_WORDS_MAX,
  });
  if (!parts) return [...stretch("removed", before), ...stretch("added", after)];
  return parts.flatMap(({ value, added, removed }) =>
    stretch(added ? "added" : removed ? "removed" : "same", value.join("")),
  );
}

const stretch = (kind: Stretch["kind"], text: string): Stretch[] => (text ? [{ kind, text }] : []);

/** Words, each with the space after it. */
const wordsOf = (text: string): string[] => text.match(/\s*\S+\s*/g) ?? [];

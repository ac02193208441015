import { diffArrays } from "diff";
import type { Field, Lists } from "#lib/form/fields.ts";
import { inWords } from "#lib/form/parse.ts";
import { type Answered, SECTIONS, type SectionKey } from "./sections.ts";

/** A stretch of text that is unchanged, added or removed. */
export type Stretch = { kind: "same" | "added" | "removed"; text: string };
/** What changed in one answer: its field's label, and a single text that shows both versions. */
type AnswerChange = { label: string; stretches: Stretch[] };
export type SectionChange = { key: SectionKey; number: number; title: string; answers: AnswerChange[] };

type ReadSection = {
  key: SectionKey;
  number: number;
  title: string;
  fields: readonly Field[];
  answers: Answered | null;
};
/** Answers, with the form and the lists needed to read them. */
type Read = { sections: readonly ReadSection[]; lists: Lists };

/**
 * What changed between two versions of an application's answers, section by section and word by word; the rest is left
 * out. Each side is shown in the words of its own form. The declaration is made again at every sign-off, and does not
 * count as a change.
 */
export function changesBetween(before: Read, after: Read): SectionChange[] {
  return after.sections
    .filter(({ key }) => SECTIONS[key]?.by !== "CERTIFIER")
    .map((section) => {
      const old = before.sections.find(({ key }) => key === section.key);
      const gone = (old?.fields ?? []).filter(({ name }) => !section.fields.some((field) => field.name === name));
      const answers = [...section.fields, ...gone].flatMap(({ name }) =>
        answerChange(name, [old, before.lists], [section, after.lists]),
      );
      return { key: section.key, number: section.number, title: section.title, answers };
    })
    .filter(({ answers }) => answers.length > 0);
}

type Side = [ReadSection | undefined, Lists];

function answerChange(name: string, ...sides: [Side, Side]): AnswerChange[] {
  const [was, is] = sides.map(([section, lists]) => {
    const field = section?.fields.find((one) => one.name === name);
    const answer = section?.answers?.[name];
    return {
      label: field?.label,
      answer: markOf(answer),
      words: field ? inWords(field, answer, lists).join("\n") : "",
    };
  });
  // An unchanged answer is not a change if only the form's words for it differ.
  if (!was || !is || was.words === is.words || (was.label && is.label && was.answer === is.answer)) return [];
  const label = is.label ?? was.label ?? name;
  const earlier = was.label && is.label && was.label !== is.label ? ` (earlier: ${was.label})` : "";
  return [{ label: label + earlier, stretches: compareWords(was.words, is.words) }];
}

const markOf = (answer: unknown): string =>
  JSON.stringify(answer ?? null, (_name, value: unknown) => (typeof value === "bigint" ? String(value) : value));

/** Texts with more changed words than this are shown as replaced: comparing them would take seconds and help nobody. */
const CHANGED_WORDS_MAX = 1_500;

/** Compares two texts word by word. The unchanged and added stretches together are the second text. */
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

/** Words, each with the space that follows it. */
const wordsOf = (text: string): string[] => text.match(/\s*\S+\s*/g) ?? [];

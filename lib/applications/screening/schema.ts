import { SECTIONS, type SectionKey, WRITTEN_SECTIONS } from "#lib/applications/form/sections.ts";
import { type Answers, type Field, text, type Values } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { invalid } from "#lib/platform/errors.ts";

const READ_BY_AGENCY = "The agency reads this";

const ANSWER_BY = {
  kind: "day",
  name: "dueOn",
  label: "Answer by",
  hint: "Until the end of that day in New Zealand. It can be after the round closes",
  missing: "Enter the day they must answer by",
} as const;

export const MOVE_DUE_DATE_FIELDS = [
  ANSWER_BY,
  {
    kind: "longText",
    name: "reason",
    label: "Reason",
    hint: READ_BY_AGENCY,
    missing: "Enter the reason",
    wordsMax: 200,
    rows: 3,
  },
] as const satisfies readonly Field[];

export type LaterDueDate = Answers<typeof MOVE_DUE_DATE_FIELDS>;

/** A text for each section: what MFAT asks to be changed there, or what the agency answers. */
export type BySection = Partial<Record<SectionKey, string>>;

const WORDS = 150;
export const changeInput = (key: SectionKey): string => `change-${key}`;
export const answerInput = (key: SectionKey): string => `answer-${key}`;

const typedIn = (keys: readonly SectionKey[], values: Values, inputOf: (key: SectionKey) => string): BySection =>
  Object.fromEntries(keys.flatMap((key) => (text(values, inputOf(key)) ? [[key, text(values, inputOf(key))]] : [])));

const CHANGE_FIELDS = WRITTEN_SECTIONS.map(
  (key): Field => ({
    kind: "longText",
    name: changeInput(key),
    label: `${SECTIONS[key].number}. ${SECTIONS[key].title}`,
    optional: true,
    wordsMax: WORDS,
    rows: 2,
  }),
);

/** A text for each section that can be changed, and the due date. */
export const ASK_FOR_CHANGES_FIELDS: readonly Field[] = [...CHANGE_FIELDS, ANSWER_BY];

export type ChangesAsked = { changes: BySection; dueOn: Date };

/** What a form asks to be changed, by section. @throws INVALID also where it names no section */
export function readChangesAsked(values: Values): ChangesAsked {
  const changes = typedIn(WRITTEN_SECTIONS, values, changeInput);
  const day = parseFields([ANSWER_BY], values);
  const errors = { ...parseFields(CHANGE_FIELDS, values).errors, ...day.errors };
  if (!Object.keys(changes).length) {
    errors[changeInput("initiative")] = "Enter what needs to change in at least one section";
  }
  if (!day.data || Object.keys(errors).length) throw invalid(errors);
  return { changes, dueOn: day.data.dueOn };
}

/** The whole request as one text, for the history and the mail. */
export const changesInWords = (changes: BySection): string =>
  WRITTEN_SECTIONS.flatMap((key) => (changes[key] ? [`${SECTIONS[key].title}: ${changes[key]}`] : [])).join("\n");

type Sectioned = readonly { section: string }[];

/** Whether neither the answers nor the files of a section have changed. */
export const isSameSection = (
  key: SectionKey,
  changed: readonly { key: SectionKey }[],
  files: { added: Sectioned; removed: Sectioned } | null,
): boolean =>
  !changed.some((section) => section.key === key) &&
  ![...(files?.added ?? []), ...(files?.removed ?? [])].some(({ section }) => section === key);

/** An answer for each section that MFAT asked to be changed. `isSame`: whether it reads as it did then. */
export const answerFields = (asked: readonly SectionKey[], isSame: (key: SectionKey) => boolean): Field[] =>
  asked.map((key) => ({
    kind: "longText",
    name: answerInput(key),
    label: `Your answer about “${SECTIONS[key].title}”`,
    hint: isSame(key)
      ? "You have not changed this section. Change it, or tell MFAT why it stays as it is"
      : "Tell MFAT what you changed",
    missing: `Enter your answer about “${SECTIONS[key].title}”`,
    wordsMax: WORDS,
    rows: 3,
  }));

/** What the agency answers, by section. @throws INVALID where an answer is missing */
export function readChangesAnswered(asked: readonly SectionKey[], values: Values): BySection {
  const fields = answerFields(asked, () => false);
  const { errors } = parseFields(fields, values);
  if (errors) throw invalid(errors);
  return typedIn(asked, values, answerInput);
}

import { yearOptions } from "#lib/budget/schema.ts";
import type { Answers, Field, Lists, Readable, Values } from "#lib/form/fields.ts";
import { inOrder, type Parsed, parseFields, readLeniently } from "#lib/form/parse.ts";
import { expandFields } from "#lib/form/versions.ts";
import { ACTIVITIES_FIELDS } from "./activities.ts";
import { BUDGET_FIELDS, type Budget, checkBudget, endedOf } from "./budget.ts";
import { DECLARATION_FIELDS } from "./declaration.ts";
import { checkInitiative, INITIATIVE_FIELDS } from "./initiative.ts";
import { NEED_FIELDS } from "./need.ts";
import { checkOda, ODA_FIELDS } from "./oda.ts";
import { checkPartners, PARTNERS_FIELDS } from "./partners.ts";
import { PEOPLE_FIELDS } from "./people.ts";
import { RESULTS_FIELDS } from "./results.ts";
import { RISKS_FIELDS } from "./risks.ts";
import { VALUE_FIELDS } from "./value.ts";

/**
 * The sections of the application form, in order, with their numbers. A section is a list of fields, plus the checks
 * that need more than one field. Any change here is a new release (releases.ts).
 */
export const SECTIONS = {
  initiative: { number: 1, title: "The initiative", fields: () => INITIATIVE_FIELDS, by: "CONTRIBUTOR" },
  people: { number: 2, title: "People", fields: () => PEOPLE_FIELDS, by: "CONTRIBUTOR" },
  need: { number: 3, title: "The need", fields: () => NEED_FIELDS, by: "CONTRIBUTOR" },
  partners: { number: 4, title: "Pacific partners", fields: () => PARTNERS_FIELDS, by: "CONTRIBUTOR" },
  activities: { number: 5, title: "What will be done", fields: () => ACTIVITIES_FIELDS, by: "CONTRIBUTOR" },
  results: { number: 6, title: "Results", fields: () => RESULTS_FIELDS, by: "CONTRIBUTOR" },
  budget: { number: 7, title: "Budget", fields: () => BUDGET_FIELDS, by: "CONTRIBUTOR" },
  value: { number: 8, title: "Value and sustainability", fields: () => VALUE_FIELDS, by: "CONTRIBUTOR" },
  risks: { number: 9, title: "Risks", fields: () => RISKS_FIELDS, by: "CONTRIBUTOR" },
  oda: { number: 10, title: "ODA", fields: () => ODA_FIELDS, by: "CONTRIBUTOR" },
  files: { number: 11, title: "Files", fields: () => [], by: "CONTRIBUTOR", isOptional: true },
  declaration: { number: 12, title: "Declaration", fields: () => DECLARATION_FIELDS, by: "CERTIFIER" },
} as const satisfies Record<string, SectionRow>;

type SectionRow = {
  number: number;
  title: string;
  /** The fields as released: fieldsOf() returns them as they are shown. */
  fields: () => readonly Field[];
  by: "CONTRIBUTOR" | "CERTIFIER";
  /** It may stay empty. */
  isOptional?: true;
};

export type SectionKey = keyof typeof SECTIONS;
export const SECTION_KEYS = Object.keys(SECTIONS) as SectionKey[];
export const isSection = (text: string): text is SectionKey => Object.hasOwn(SECTIONS, text);
/** Whether a section may stay empty. */
export const isOptionalSection = (key: SectionKey): boolean => "isOptional" in SECTIONS[key];
/** The sections that a contributor writes. */
export const WRITTEN_SECTIONS = SECTION_KEYS.filter((key) => SECTIONS[key].by === "CONTRIBUTOR");

/** A section's fields, as they are shown. `years`: the financial years that the application may ask money for. */
export const fieldsOf = (key: SectionKey, years: readonly number[]): Field[] =>
  expandFields(SECTIONS[key].fields(), {
    years: yearOptions(years).map((option, index) => ({
      ...option,
      ...(index < endedOf(years).length && { label: `${option.label}, ended` }),
    })),
  });

/** The answers of any section, by field name. */
export type Answered = Record<string, unknown>;

/** The parsed answers of each section. */
export type SectionAnswers = {
  [Key in SectionKey]: Key extends "budget" ? Budget : Answers<ReturnType<(typeof SECTIONS)[Key]["fields"]>>;
};

/** Answers parsed with the fields of their section (readLeniently, parseFields). */
export const answersAs = <Key extends SectionKey>(_key: Key, answers: Answered): Readable<SectionAnswers[Key]> =>
  answers as Readable<SectionAnswers[Key]>;

/** The answers of one section out of all; null where there are none. */
export const answersOf = <Key extends SectionKey>(
  sections: readonly { key: SectionKey; answers: Answered | null }[],
  key: Key,
): Readable<SectionAnswers[Key]> | null => {
  const answers = sections.find((section) => section.key === key)?.answers;
  return answers ? answersAs(key, answers) : null;
};

/** Parses and checks the answers of a section. Returns them, or the errors: input name to message. */
export function parseSection(
  key: SectionKey,
  values: Values,
  lists: Lists,
  years: readonly number[],
): Parsed<Answered> {
  const fields = fieldsOf(key, years);
  const parsed = parseFields(fields, values, lists) as Parsed<Answered>;
  // Report everything at once: answers are checked against each other even where some cannot be parsed.
  const answers = parsed.data ?? readLeniently(fields, values, lists);
  const wrong = parsed.errors ?? {};
  const crossed = Object.entries(check(key, answers, years)).filter(([name]) => !isInWrongRow(name, wrong));
  const errors = { ...Object.fromEntries(crossed), ...wrong };
  return Object.keys(errors).length ? { data: null, errors: inOrder(fields, errors) } : parsed;
}

/** Whether another input in the same row cannot be parsed: then the row as a whole cannot be checked. */
function isInWrongRow(name: string, errors: Readonly<Record<string, string>>): boolean {
  const row = /^\w+\.\d+\./.exec(name)?.[0];
  return row !== undefined && Object.keys(errors).some((other) => other.startsWith(row));
}

/** What can be parsed of a section's answers, complete or not, in order to show it. */
export const readSection = (key: SectionKey, values: Values, lists: Lists, years: readonly number[]): Answered =>
  readLeniently(fieldsOf(key, years), values, lists);

function check(key: SectionKey, answers: Answered, years: readonly number[]): Record<string, string> {
  switch (key) {
    case "initiative":
      return checkInitiative(answersAs(key, answers));
    case "partners":
      return checkPartners(answersAs(key, answers));
    case "budget":
      return checkBudget(answersAs(key, answers), years);
    case "oda":
      return checkOda(answersAs(key, answers));
    default:
      return {};
  }
}

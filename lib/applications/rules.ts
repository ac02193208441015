import type { Values } from "#lib/form/fields.ts";
import { financialYearOf, formatDeadline } from "#lib/platform/dates.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { endedOf, YEARS_ASKED } from "./form/budget.ts";
import { isOptionalSection, SECTIONS, type SectionKey, WRITTEN_SECTIONS } from "./form/sections.ts";

/** The financial years that an application may ask money for: the current one and the next two. */
export function yearsOf(today: Date): number[] {
  const first = financialYearOf(today);
  return Array.from({ length: YEARS_ASKED }, (_, index) => first + index);
}

/**
 * The years of a draft: those that it may ask money for today and, before them, years that have ended but still have an
 * amount, so that the writer sees the amount and it is not lost. `budget`: that section as typed.
 */
export function draftYears(budget: Values, today: Date): number[] {
  const open = yearsOf(today);
  const typed = Object.entries(budget).flatMap(([name, value]) => {
    const year = Number(/^lines\.\d+\.year(\d{4})$/.exec(name)?.[1]);
    return year < (open[0] ?? 0) && String(value).trim() ? [year] : [];
  });
  return [...[...new Set(typed)].sort((one, other) => one - other), ...open];
}

/** The sections open for changes, including the budget if it asks for money in a year that has ended. */
export const openWithYears = (openSections: readonly string[], years: readonly number[]): string[] =>
  endedOf(years).length ? [...openSections, "budget"] : [...openSections];

/** Why an agency can neither start an application nor submit one; null where it may apply. */
export const mayNotApply = (agency: { name: string; isActive: boolean }, deskEmail: string): string | null =>
  agency.isActive
    ? null
    : `${agency.name} may not apply to the fund at present, so it cannot start or submit an application. Ask the fund desk, ${deskEmail}, about it.`;

export type SectionStatus = "not started" | "in progress" | "complete" | "cannot start yet";

/**
 * Whether a contributor may write a section now: any section of a draft, and those that a request for changes opened.
 */
export const isSectionOpen = (state: State, openSections: readonly string[], key: SectionKey): boolean =>
  SECTIONS[key].by === "CONTRIBUTOR" &&
  (state === "DRAFT" || (state === "CHANGES_REQUESTED" && openSections.includes(key)));

/**
 * Whether a newer form asks more in a section than the signed-off version answers: then it can be answered, whether
 * MFAT named it or not.
 */
export const isOpenedByForm = (
  state: State,
  key: SectionKey,
  before: { isComplete: boolean } | undefined,
  moved: { isComplete: boolean } | undefined,
): boolean =>
  state === "CHANGES_REQUESTED" &&
  SECTIONS[key].by === "CONTRIBUTOR" &&
  before?.isComplete === true &&
  moved?.isComplete === false;

/** The titles of the open sections, by key. */
export const openTitles = (sections: readonly { key: SectionKey; isOpen: boolean }[]): Record<string, string> =>
  Object.fromEntries(sections.filter(({ isOpen }) => isOpen).map(({ key }) => [key, SECTIONS[key].title]));

type ShownSection = { key: SectionKey; isOpen: boolean; isComplete: boolean };

/**
 * Where a contributor continues after a section: the next incomplete one or, where MFAT asked for changes, the next one
 * that it opened. Null: there is none, and the list of sections comes next.
 */
export function sectionAfter(state: State, sections: readonly ShownSection[], key: SectionKey): SectionKey | null {
  const isNext = ({ isOpen, isComplete, ...section }: ShownSection) =>
    isOpen && (state === "CHANGES_REQUESTED" || !isComplete) && !isOptionalSection(section.key);
  const after = sections.slice(sections.findIndex((section) => section.key === key) + 1);
  return after.find(isNext)?.key ?? null;
}

/** The incomplete sections. */
export const unfinished = (complete: ReadonlySet<string>): SectionKey[] =>
  WRITTEN_SECTIONS.filter((key) => !complete.has(key) && !isOptionalSection(key));

/** For sections as they are shown. */
export const unfinishedOf = (sections: readonly { key: SectionKey; status: SectionStatus }[]): SectionKey[] =>
  unfinished(new Set(sections.filter(({ status }) => status === "complete").map(({ key }) => key)));

/**
 * Why an application is too late to submit, or null. A draft depends on its round's closing time; an answer to a
 * request for changes on its own due date.
 */
export function tooLate(
  application: { from: State | null; closesAt: Date | null; changesDueAt: Date | null },
  now: Date,
): string | null {
  const { from, closesAt, changesDueAt } = application;
  if (from === "CHANGES_REQUESTED") {
    return changesDueAt && changesDueAt < now
      ? `The changes were due by ${formatDeadline(changesDueAt)}. Ask the fund desk for a later date.`
      : null;
  }
  return closesAt && closesAt <= now
    ? `The round closed on ${formatDeadline(closesAt)}, so this can no longer be submitted. Ask the fund desk whether the round can stay open longer, or copy the answers to a new application in another round.`
    : null;
}

import { financialYearOf, formatDeadline } from "../dates.ts";
import type { State } from "../db/generated/enums.ts";
import { isOptionalSection, SECTIONS, type SectionKey, WRITTEN_SECTIONS } from "./form/sections.ts";

/** The financial years that an application may ask money for: the one it was begun in and the two after. */
export function yearsOf(createdOn: Date): number[] {
  const first = financialYearOf(createdOn);
  return [first, first + 1, first + 2];
}

export type SectionStatus = "not started" | "in progress" | "complete" | "cannot start yet";

/** Whether a contributor may write a section now: all of a draft's, and those that a request for changes opened. */
export const isSectionOpen = (state: State, openSections: readonly string[], key: SectionKey): boolean =>
  SECTIONS[key].by === "CONTRIBUTOR" &&
  (state === "DRAFT" || (state === "CHANGES_REQUESTED" && openSections.includes(key)));

/** Whether the agency's answers may differ from those that it signed off last. */
export const isBeingWritten = (state: State): boolean => ["DRAFT", "CHANGES_REQUESTED", "SIGN_OFF"].includes(state);

/** The sections that still lack something, by title. */
export const unfinished = (complete: ReadonlySet<string>): string[] =>
  WRITTEN_SECTIONS.filter((key) => !complete.has(key) && !isOptionalSection(key)).map((key) => SECTIONS[key].title);

/**
 * Why an application is too late to submit, or null. A draft follows its round's closing; an answer to a request for
 * changes follows its own due date.
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
  return closesAt && closesAt <= now ? `The round closed on ${formatDeadline(closesAt)}.` : null;
}

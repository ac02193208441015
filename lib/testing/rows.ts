// What the rows of the table of steps say, for tests of what must be true of all of them.
import { AGENCY_ROLES, MFAT_ROLES, type Role } from "#lib/lifecycle/permissions.ts";
import { isEnded } from "#lib/lifecycle/states.ts";
import { inReview } from "#lib/lifecycle/steps.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { STEP_KEYS, type StepKey, stepRow } from "#lib/workflow/steps.ts";

export type Row = ReturnType<typeof stepRow>;

export const EVERY_ROLE: ReadonlySet<Role> = new Set([...AGENCY_ROLES, ...MFAT_ROLES]);
export const AGENCYS: ReadonlySet<Role> = new Set(AGENCY_ROLES);
const UNDER_WAY: readonly State[] = ["ACTIVE", "CLOSING", "TERMINATED"];
export const IN_REVIEW = Object.keys(inReview([])) as State[];

export const statesOf = ({ from }: Row) => Object.keys(from) as State[];
export const takersOf = ({ from }: Row): Role[] => [...new Set(Object.values(from).flat())];
export const isByMfat = (row: Row): boolean => takersOf(row).some((role) => MFAT_ROLES.includes(role));
/** The states that it leads to, wherever it was taken. */
export const leadsTo = (row: Row): State[] => {
  if (row.to === "stays") return statesOf(row);
  return row.to === "back" ? statesBefore(statesOf(row)) : [row.to];
};
/** The states from which some step leads to one of these. */
const statesBefore = (states: readonly State[]): State[] => {
  const leads = stepsWhere(({ to }) => states.some((state) => state === to));
  return [...new Set(leads.flatMap((step) => statesOf(stepRow(step))))];
};
export const ends = (row: Row): boolean => row.to !== "stays" && leadsTo(row).every(isEnded);
export const isUnderWay = (row: Row): boolean => statesOf(row).every((state) => UNDER_WAY.includes(state));
export const stepsWhere = (is: (row: Row) => unknown): StepKey[] => STEP_KEYS.filter((step) => is(stepRow(step)));

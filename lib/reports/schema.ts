import { OFFICER_FILTER } from "#lib/applications/officers/schema.ts";
import { type Answers, type Field, type Lists, reasonFields, text, type Values } from "#lib/form/fields.ts";
import {
  type DatabaseOrder,
  type Filters,
  filterChoice,
  type Ordered,
  orderField,
  readFilters,
} from "#lib/form/filters.ts";
import { inputsOf } from "#lib/form/rows.ts";
import { storedReleases } from "#lib/form/stored.ts";
import {
  expandFields,
  expandRelease,
  type FormerAnswer,
  type FormSection,
  formerAnswers,
  formerFields,
  newestOf,
  partValues,
  type ReleasedForm,
  renamesSince,
  renameValues,
  type Series,
  sectionsNow,
} from "#lib/form/versions.ts";
import { formatDay } from "#lib/platform/dates.ts";
import type { ReportKind } from "#lib/platform/db/generated/enums.ts";

import releases from "./releases.json" with { type: "json" };

/** What a report is measured against: the outcomes and milestones of the signed-off version. */
export type Basis = { outcomes: readonly Outcome[]; milestones: readonly Milestone[] };
type Outcome = { outcome: string; indicator: string; baseline: string; target: string; byOn: Date | null };
type Milestone = { what: string; where: string; byOn: Date | null };

/** The names of the inputs for an outcome, and for a milestone. */
export const reachedInput = (index: number): string => `reached-${index}`;
export const milestoneInput = (index: number): string => `milestone-${index}`;
export const noteInput = (index: number): string => `note-${index}`;

const MILESTONE_OPTIONS = [
  { value: "done", label: "Complete" },
  { value: "underWay", label: "In progress" },
  { value: "notBegun", label: "Not started" },
] as const;

const OUTCOME_FIELD: Field = {
  kind: "longText",
  each: "outcomes",
  name: "reached-{index}",
  label: "Outcome {number}: {outcome}",
  hint: "What you achieved. Indicator: {indicator}. Baseline: {baseline}. Target: {target}{by}",
  missing: "Outcome {number}: Enter what you achieved",
  wordsMax: 150,
  rows: 3,
};

const MILESTONE_FIELDS: readonly Field[] = [
  {
    kind: "choice",
    each: "milestones",
    name: "milestone-{index}",
    label: "Milestone {number}: {what}",
    hint: "{where}{by}",
    missing: "Milestone {number}: Choose complete, in progress or not started",
    options: MILESTONE_OPTIONS,
  },
  {
    kind: "text",
    each: "milestones",
    name: "note-{index}",
    label: "Note on milestone {number}",
    optional: true,
    charsMax: 200,
  },
];

export const SPENT = "spent";

const MORE_FIELDS = [
  {
    kind: "amount",
    name: SPENT,
    label: "Fund money spent so far",
    hint: "Total since the start. New Zealand dollars, GST exclusive",
    missing: "Enter the fund money spent so far",
    allowZero: true,
  },
  {
    kind: "longText",
    name: "progress",
    label: "Progress",
    hint: "What you have done, and what difference it has made",
    missing: "Enter what you have done",
    wordsMax: 500,
    rows: 7,
  },
  {
    kind: "longText",
    name: "problems",
    label: "Problems, and what you will change because of them",
    optional: true,
    wordsMax: 300,
    rows: 5,
  },
] as const satisfies readonly Field[];

/** The report form. Any change is a new release (releases.json). */
export const REPORT_SECTIONS = {
  results: { number: 1, title: "Results", fields: (): readonly Field[] => [OUTCOME_FIELD] },
  milestones: { number: 2, title: "Milestones", fields: (): readonly Field[] => MILESTONE_FIELDS },
  money: { number: 3, title: "Money and progress", fields: (): readonly Field[] => MORE_FIELDS },
};

export const reportSections = (): FormSection[] =>
  Object.entries(REPORT_SECTIONS).map(([key, { fields, ...section }]) => ({ key, ...section, fields: fields() }));

/** The releases of the report form, newest last. */
export const REPORT_RELEASES = storedReleases(releases);

/** What the report form repeats its fields for. */
export function seriesOf({ outcomes, milestones }: Basis): Series {
  const numbered = <Row extends { byOn: Date | null }>(row: Row, index: number) => ({
    ...row,
    byOn: undefined,
    index: String(index),
    number: String(index + 1),
    by: row.byOn ? `, by ${formatDay(row.byOn)}` : "",
  });
  return { outcomes: outcomes.map(numbered), milestones: milestones.map(numbered) };
}

/** A report asks about each outcome and milestone of its own application. */
export const reportFields = (basis: Basis): readonly Field[] =>
  reportSections().flatMap(({ fields }) => expandFields(fields, seriesOf(basis)));

type Written = { values: Values; formNumber: number };

/** An unfinished report, on the newest release of its form; `former` is what is no longer asked. */
export function moveReport({ values, formNumber }: Written, basis: Basis): { asked: Values; former: FormerAnswer[] } {
  const today = expandRelease({ ...newestOf(REPORT_RELEASES), sections: reportSections() }, seriesOf(basis));
  const released = [...REPORT_RELEASES.slice(0, -1).map((release) => expandRelease(release, seriesOf(basis))), today];
  const keys = today.sections.map(({ key }) => key);
  const renamed = keys.reduce<Values>(
    (moved, key) => renameValues(moved, renamesSince(released, formNumber, key)),
    values,
  );
  const { former } = partValues(
    today.sections.flatMap(({ fields }) => fields),
    renamed,
  );
  const once = today.sections.flatMap(({ key, fields }) => formerFields(released, key, fields));
  return { asked: renamed, former: formerAnswers(once, former, {}) };
}

/** The sections of the release that a report was submitted on, in its own words and under the current names. */
export const signedReportSections = (release: ReleasedForm, basis: Basis): FormSection[] =>
  sectionsNow(expandRelease(release, seriesOf(basis)), REPORT_RELEASES);

/**
 * Keeps the answers to the form's own fields from what was sent, and merges them with answers to fields that are no
 * longer asked.
 */
export const answersTo = (fields: readonly Field[], values: Values, before: Values): Record<string, string> =>
  Object.fromEntries([
    ...Object.keys(before).map((name) => [name, text(before, name)]),
    ...fields.flatMap(inputsOf).map((name) => [name, text(values, name)]),
  ]);

const REPORT_FIELD = {
  kind: "choice",
  name: "report",
  label: "Report",
  missing: "Choose a report",
  options: "reports",
} as const satisfies Field;

export const ACCEPT_REPORT_FIELDS = [REPORT_FIELD] as const satisfies readonly Field[];

/** Shown where a day is chosen: the rule is `workingDayFrom`. */
const MOVED_ON = "If you choose a weekend or public holiday, we use the next working day";

export const RETURN_REPORT_FIELDS = [
  REPORT_FIELD,
  ...reasonFields("What needs to be fixed", "The agency reads this", "Enter what needs to be fixed"),
  {
    kind: "day",
    name: "dueOn",
    label: "New due date",
    hint: `The agency keeps what it wrote and can change it. ${MOVED_ON}`,
    missing: "Enter the new due date",
  },
] as const satisfies readonly Field[];

export const REOPEN_REPORT_FIELDS = [
  REPORT_FIELD,
  ...reasonFields("Why you are reopening it", "The agency reads this"),
] as const satisfies readonly Field[];

export type ReturnedReport = Answers<typeof RETURN_REPORT_FIELDS>;
export type ReopenedReport = Answers<typeof REOPEN_REPORT_FIELDS>;

export const LAST_REPORT_FIELDS = reasonFields(
  "Summary of the report",
  "A short summary of the final report. The agency reads this",
  "Enter a summary of the report",
);

/** A report as part of its schedule. */
export type ScheduledReport = { number: number; kind: ReportKind; dueOn: Date };

export const KIND_LABELS: Record<ReportKind, string> = { PROGRESS: "progress", FINAL: "final" };

/** "Report 2 (progress)" */
export const reportName = ({ number, kind }: Pick<ScheduledReport, "number" | "kind">): string =>
  `Report ${number} (${KIND_LABELS[kind]})`;

export const dueInput = (number: number): string => `due${number}`;
export const removeInput = (number: number): string => `remove${number}`;
export const ADDED = "added";

/** Each due report with its day; progress reports can be removed, and one can be added. */
export const scheduleFields = (due: readonly (ScheduledReport & { isRemovable: boolean })[]): readonly Field[] => [
  ...due.flatMap((report): Field[] => [
    {
      kind: "day",
      name: dueInput(report.number),
      label: `${reportName(report)} is due on`,
      hint: MOVED_ON,
      missing: `Enter the due date of report ${report.number}`,
    },
    ...(report.isRemovable
      ? [
          {
            kind: "choices",
            name: removeInput(report.number),
            label: `Remove report ${report.number}`,
            optional: true,
            options: [{ value: "yes", label: "Remove it from the schedule" }],
          } as const,
        ]
      : []),
  ]),
  { kind: "day", name: ADDED, label: "Add a progress report due on", hint: MOVED_ON, optional: true },
  ...reasonFields("Why the schedule is changing", "The agency reads this"),
];

const BY_AGENCY = ["arrangement.application.agency.abbreviation", "dueOn"];

/** The orders of the list of all reports. */
export const REPORT_ORDERS = {
  due: { label: "Earliest due date", column: "Due", by: ["dueOn"], isDescending: false },
  latest: { label: "Latest due date", column: "Due", by: ["dueOn"], isDescending: true },
  agency: { label: "Agency, A to Z", column: "Agency", by: BY_AGENCY, isDescending: false },
  agencyBack: { label: "Agency, Z to A", column: "Agency", by: BY_AGENCY, isDescending: true },
} as const satisfies Record<string, DatabaseOrder>;

/** What the list of all reports can be narrowed by. */
export const REPORT_FILTER_FIELDS = [
  filterChoice("state", "State", [
    { value: "OPEN", label: "Not accepted yet" },
    { value: "OVERDUE", label: "Overdue" },
    { value: "DUE", label: "Due" },
    { value: "SUBMITTED", label: "Submitted" },
    { value: "RETURNED", label: "Returned" },
    { value: "ACCEPTED", label: "Accepted" },
    { value: "CANCELLED", label: "Cancelled" },
  ]),
  filterChoice("agency", "Agency", "agencies"),
  OFFICER_FILTER,
  orderField(REPORT_ORDERS),
] as const satisfies readonly Field[];

export type ReportFilter = Ordered<Answers<typeof REPORT_FILTER_FIELDS>>;
export type ReportSearch = Filters<typeof REPORT_FILTER_FIELDS>;

export const readReportSearch = (sent: Values, lists: Lists): ReportSearch =>
  readFilters(REPORT_FILTER_FIELDS, sent, lists);

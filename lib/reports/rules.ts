import type { Field, Values } from "#lib/form/fields.ts";
import { inWords, readLeniently } from "#lib/form/parse.ts";
import type { FormSection } from "#lib/form/versions.ts";
import { formatMarking, MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { addDays, addMonths, formatDate, formatDay, formatInstant, laterOf } from "#lib/platform/dates.ts";
import type { Marking, ReportKind, ReportState } from "#lib/platform/db/generated/enums.ts";
import { formatCents } from "#lib/platform/money.ts";
import { answer, type Paper, type PaperItem } from "#lib/platform/paper.ts";
import type { LongSheet, SheetColumn } from "#lib/platform/sheet.ts";
import {
  type Basis,
  KIND_LABELS,
  milestoneInput,
  noteInput,
  reachedInput,
  reportName,
  type ScheduledReport,
} from "./schema.ts";

// ---------------------------------------------------------------- the schedule

const PROGRESS_MONTHS = 6;
/** So long before the end the next report is the final one, and so long after the end it is due. */
const END_MONTHS = 2;
/** How far from its six months a report goes to follow a milestone, and how long the agency has to write it then. */
const NEAR_DAYS = 60;
const WRITING_DAYS = 14;

type Course = {
  startsOn: Date;
  endsOn: Date;
  /** The day of the acceptance: nothing is due before an arrangement is there. */
  acceptedOn: Date;
  /** The days by which milestones are to be done. */
  milestones: readonly Date[];
};

/**
 * The schedule of an arrangement: a progress report about every six months, two weeks after a milestone where one is
 * near, none within two months of the end; and the final report two months after the end.
 */
export const planReports = ({
  startsOn,
  endsOn,
  acceptedOn,
  milestones,
}: Course): Omit<ScheduledReport, "number">[] => [
  ...progressDays(laterOf(startsOn, acceptedOn), endsOn, milestones).map((dueOn) => ({
    kind: "PROGRESS" as const,
    dueOn,
  })),
  { kind: "FINAL", dueOn: finalDay(laterOf(endsOn, acceptedOn)) },
];

export const finalDay = (endsOn: Date): Date => addMonths(endsOn, END_MONTHS);
/** The last day on which a progress report may be due. */
export const lastProgressDay = (endsOn: Date): Date => addMonths(endsOn, -END_MONTHS);

/** The days of progress reports after a day, the first of them some six months later. */
export function progressDays(after: Date, endsOn: Date, milestones: readonly Date[]): Date[] {
  const last = lastProgressDay(endsOn);
  const days: Date[] = [];
  for (let day = nextDay(after, last, milestones); day <= last; day = nextDay(day, last, milestones)) days.push(day);
  return days;
}

function nextDay(after: Date, last: Date, milestones: readonly Date[]): Date {
  const target = addMonths(after, PROGRESS_MONTHS);
  const distance = (day: Date) => Math.abs(day.getTime() - target.getTime());
  const [nearest] = milestones
    .filter((day) => distance(day) <= distance(addDays(target, NEAR_DAYS)) && addDays(day, WRITING_DAYS) <= last)
    .sort((one, other) => distance(one) - distance(other));
  return nearest ? addDays(nearest, WRITING_DAYS) : target;
}

// ---------------------------------------------------------------- states

type Standing = { state: ReportState; dueOn: Date };

/**
 * Whether a final report was sent while the arrangement still had time before its end, as it has where that moved since: it tells of
 * the way, and the final one is still to come.
 */
export const isEarlyFinal = (
  { kind, state, submittedOn }: { kind: ReportKind; state: ReportState; submittedOn: Date | null },
  endsOn: Date,
): boolean =>
  kind === "FINAL" && (state === "SUBMITTED" || state === "ACCEPTED") && submittedOn !== null && submittedOn < endsOn;

/** The reports that may be written now: those that were returned, which come first, and the next one that is due. */
export function writable<Report extends Standing & { number: number }>(open: readonly Report[]): Report[] {
  const byDay = open.toSorted((one, other) => one.dueOn.getTime() - other.dueOn.getTime() || one.number - other.number);
  const next = byDay.find(({ state }) => state === "DUE");
  return [...byDay.filter(({ state }) => state === "RETURNED"), ...(next ? [next] : [])];
}

/** Whether the agency still has to send it. */
export const isOpenReport = (state: ReportState): boolean => state === "DUE" || state === "RETURNED";

export const isOverdue = ({ state, dueOn }: Standing, today: Date): boolean => isOpenReport(state) && dueOn < today;

const STATE_WORDS: Record<ReportState, { label: string; tone: "ok" | "wait" | "no" | "bad" | "neutral" }> = {
  DUE: { label: "Due", tone: "neutral" },
  SUBMITTED: { label: "Submitted", tone: "wait" },
  RETURNED: { label: "Returned", tone: "wait" },
  ACCEPTED: { label: "Accepted", tone: "ok" },
  CANCELLED: { label: "Cancelled", tone: "no" },
};

/** Its state in a word, and as a kind of tag. */
export const standingOf = (report: Standing, today: Date) =>
  isOverdue(report, today) ? ({ label: "Overdue", tone: "bad" } as const) : STATE_WORDS[report.state];

/** MFAT reads a report when it was sent; one that was returned is being written again. */
export const isReadable = (state: ReportState, side: "AGENCY" | "MFAT", submittedAt: Date | null): boolean =>
  submittedAt !== null && (side === "AGENCY" || state === "SUBMITTED" || state === "ACCEPTED");

// ---------------------------------------------------------------- paper

export type ReportRecord = ScheduledReport & {
  state: ReportState;
  values: Values;
  /** The form that it is written on, or was submitted on, as it was asked. */
  sections: readonly FormSection[];
  basis: Basis;
  /** As it was called when the report was submitted. */
  agencyName: string | null;
  submitterName: string | null;
  submittedAt: Date | null;
  answeredAt: Date | null;
  reason: string | null;
  application: {
    reference: string;
    title: string;
    marking: Marking;
    endorsement: string | null;
    agency: { name: string };
  };
};

/** A report in full: what it is, results, milestones, money and words. */
export function reportPaper(report: ReportRecord, today: Date): Paper {
  const { application, basis, sections } = report;
  const fields = sections.flatMap((section) => section.fields);
  const read = readLeniently(fields, report.values, {});
  const words = (name: string): string => {
    const field = fields.find((one) => one.name === name);
    return field ? inWords(field, read[name], {}).join("\n") : "";
  };
  const answered = (field: Field): PaperItem => ({
    kind: "answer",
    label: field.label,
    lines: inWords(field, read[field.name], {}),
  });
  const section = (key: string) => sections.find((one) => one.key === key);
  return {
    above: ["Report to the Pacific Security Fund"],
    title: reportName(report),
    reference: application.reference,
    marking: formatMarking(application.marking, application.endorsement),
    sections: [
      { title: "This report", items: factsOf(report, today) },
      { title: section("results")?.title ?? "Results", items: [outcomesTable(basis, words)] },
      { title: section("milestones")?.title ?? "Milestones", items: [milestonesTable(basis, words)] },
      { title: section("money")?.title ?? "Money", items: (section("money")?.fields ?? []).map(answered) },
    ],
  };
}

function factsOf(report: ReportRecord, today: Date): PaperItem[] {
  const { application, dueOn, submittedAt, answeredAt, reason, state } = report;
  return [
    answer("Initiative", application.title),
    answer("Agency", report.agencyName ?? application.agency.name),
    answer("Due", formatDay(dueOn)),
    answer("State", standingOf(report, today).label),
    ...(submittedAt
      ? [
          answer(
            "Submitted",
            report.submitterName
              ? `By ${report.submitterName}, ${formatInstant(submittedAt)}`
              : formatInstant(submittedAt),
          ),
        ]
      : []),
    ...(answeredAt && (state === "ACCEPTED" || state === "RETURNED")
      ? [answer(STATE_WORDS[state].label, `${formatDate(answeredAt)}${reason ? `: ${reason}` : ""}`)]
      : []),
  ];
}

const plain = (header: string) => ({ header, isNumeric: false });
const dayOrNone = (day: Date | null): string => (day ? formatDay(day) : "–");

const outcomesTable = ({ outcomes }: Basis, words: (name: string) => string): PaperItem => ({
  kind: "table",
  label: "Progress towards each outcome",
  columns: ["Outcome", "Indicator", "Baseline", "Target", "Target date", "Achieved"].map(plain),
  rows: outcomes.map(({ outcome, indicator, baseline, target, byOn }, index) => [
    outcome,
    indicator,
    baseline,
    target,
    dayOrNone(byOn),
    words(reachedInput(index)) || "–",
  ]),
  total: null,
});

const milestonesTable = ({ milestones }: Basis, words: (name: string) => string): PaperItem => ({
  kind: "table",
  label: "Progress of each milestone",
  columns: ["Milestone", "Where", "By when", "Progress", "Note"].map(plain),
  rows: milestones.map(({ what, where, byOn }, index) => [
    what,
    where,
    dayOrNone(byOn),
    words(milestoneInput(index)) || "–",
    words(noteInput(index)) || "–",
  ]),
  total: null,
});

// ---------------------------------------------------------------- the list of all reports

export type ListedReport = ScheduledReport & {
  id: string;
  state: ReportState;
  submittedAt: Date | null;
  spentCents: bigint | null;
  reference: string;
  title: string;
  marking: Marking;
  agency: string;
  agencyName: string;
};

export const reportsMarking = (rows: readonly { marking: Marking }[]): string =>
  MARKING_LABELS[highestMarking(rows.map(({ marking }) => marking))];

/** What was found, as a file; `filters`: what it was narrowed by and its order, in words. */
export function reportSheet(filters: string, today: Date, at: Date): LongSheet<ListedReport> {
  const columns: SheetColumn<ListedReport>[] = [
    { header: "Reference", kind: "text", width: 15, value: ({ reference }) => reference },
    { header: "Initiative", kind: "text", width: 44, value: ({ title }) => title },
    { header: "Agency", kind: "text", value: ({ agencyName }) => agencyName },
    { header: "Report", kind: "count", value: ({ number }) => number },
    { header: "Kind", kind: "text", width: 12, value: ({ kind }) => KIND_LABELS[kind] },
    { header: "Due", kind: "day", value: ({ dueOn }) => dueOn },
    { header: "State", kind: "text", width: 12, value: (row) => standingOf(row, today).label },
    {
      header: "Submitted",
      kind: "text",
      width: 28,
      value: ({ submittedAt }) => submittedAt && formatInstant(submittedAt),
    },
    { header: "Spent so far", kind: "cents", value: ({ spentCents }) => spentCents },
    { header: "Marking", kind: "text", value: ({ marking }) => MARKING_LABELS[marking] },
  ];
  return {
    title: "Reports",
    markingOf: ({ marking }) => marking,
    marking: ({ markings }) => MARKING_LABELS[highestMarking(markings)],
    about: () => [`${filters} Created ${formatInstant(at)}.`],
    columns,
  };
}

/** What was spent may not pass what is committed. */
export const checkSpent = (spentCents: bigint, committedCents: bigint): Record<string, string> =>
  spentCents > committedCents
    ? { spent: `Spent so far must be ${formatCents(committedCents)} or less: that is the amount committed` }
    : {};

import { readSigned } from "#lib/applications/answers/queries.ts";
import { answersAs } from "#lib/applications/form/sections.ts";
import { readMfatFilters } from "#lib/applications/officers/queries.ts";
import { lookedAfterBy } from "#lib/applications/officers/rules.ts";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { dayInputs, type Lists, type Option, type StepForm, type Values } from "#lib/form/fields.ts";
import { pageOf } from "#lib/form/filters.ts";
import { readReleases } from "#lib/form/queries.ts";
import { storedValues } from "#lib/form/stored.ts";
import { expandFields, type FormerAnswer, renamesSince, renameValues } from "#lib/form/versions.ts";
import type { Actor, AgencyActor, MfatActor } from "#lib/lifecycle/permissions.ts";
import { listedTo, scopeOf } from "#lib/lifecycle/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import type { ReportKind, ReportState } from "#lib/platform/db/generated/enums.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
import { FILE_PAGE, inPages, pageFound, ROWS_MAX } from "#lib/platform/lists.ts";
import { workingDayFrom } from "#lib/platform/working-days.ts";
import { isOpenReport, isReadable, type ListedReport, planReports, type ReportRecord, writable } from "./rules.ts";
import {
  type Basis,
  dueInput,
  moveReport,
  REPORT_ORDERS,
  REPORT_RELEASES,
  type ReportFilter,
  reportFields,
  reportName,
  reportSections,
  type ScheduledReport,
  scheduleFields,
  seriesOf,
  signedReportSections,
} from "./schema.ts";

type Signed = { id: string; versionNumber: number };

/** The outcomes and milestones that an application's reports are measured against. */
export async function readBasis(
  tx: Pick<Tx, "applicationVersion" | "formRelease">,
  application: Signed,
): Promise<Basis> {
  const signed = await readSigned(tx, application);
  return {
    outcomes: answersAs("results", signed("results").answers ?? {}).outcomes ?? [],
    milestones: answersAs("activities", signed("activities").answers ?? {}).activities ?? [],
  };
}

/** The schedule of an arrangement that begins on those dates, on working days. */
export async function planSchedule(
  client: Parameters<typeof readBasis>[0],
  application: Signed,
  dates: { startsOn: Date; endsOn: Date; acceptedOn: Date },
): Promise<ScheduledReport[]> {
  const { milestones } = await readBasis(client, application);
  return planReports({ ...dates, milestones: milestones.flatMap(({ byOn }) => byOn ?? []) }).map(
    ({ kind, dueOn }, index) => ({ kind, dueOn: workingDayFrom(dueOn), number: index + 1 }),
  );
}

/** The milestones that MFAT compares claims with. */
export const listMilestones = async (_actor: MfatActor, application: Signed): Promise<Basis["milestones"]> =>
  (await readBasis(db(), application)).milestones;

const BY_DUE = [{ dueOn: "asc" }, { number: "asc" }] satisfies Prisma.ReportOrderByWithRelationInput[];
const OPEN: ReportState[] = ["DUE", "RETURNED"];

/** The reports that an agency has yet to send, the first to be due first. */
export const listOpenReports = (tx: Pick<Tx, "report">, applicationId: string) =>
  tx.report.findMany({ where: { applicationId, state: { in: OPEN } }, orderBy: BY_DUE });

/** The schedule of an arrangement with what became of each report; both sides read it. */
export const listReports = (actor: Actor, applicationId: string) =>
  db().report.findMany({
    where: { applicationId, arrangement: { application: scopeOf(actor) } },
    select: {
      id: true,
      number: true,
      kind: true,
      dueOn: true,
      state: true,
      spentCents: true,
      submittedAt: true,
      answeredAt: true,
      reason: true,
    },
    orderBy: BY_DUE,
  });

export type ReportLine = Awaited<ReturnType<typeof listReports>>[number];

/** A report that was sent, in full. @throws NOT_FOUND also where it is not the reader's to read */
export async function getReport(actor: Actor, application: ApplicationHeader, number: number): Promise<ReportRecord> {
  const report = application.isOpen
    ? await db().report.findFirst({
        where: { applicationId: application.id, number, arrangement: { application: scopeOf(actor) } },
      })
    : null;
  if (!report || !isReadable(report.state, actor.side, report.submittedAt)) throw notFound();
  return readReport(application, report);
}

/** What the desk has to answer to, in full. `isFinal`: the report that ends the schedule, or the others. */
export async function readSubmitted(
  _actor: MfatActor,
  application: ApplicationHeader,
  isFinal?: boolean,
): Promise<ReportRecord[]> {
  const kind = isFinal === undefined ? undefined : isFinal ? ("FINAL" as const) : ("PROGRESS" as const);
  const reports = await db().report.findMany({
    where: { applicationId: application.id, state: "SUBMITTED", ...(kind && { kind }) },
    orderBy: BY_DUE,
  });
  return Promise.all(reports.map((report) => readReport(application, report)));
}

type ReportRow = Prisma.ReportGetPayload<object>;

/** A report by the form, the version and the names that it was submitted with; one that is written again by today's. */
async function readReport(application: ApplicationHeader, report: ReportRow): Promise<ReportRecord> {
  const { formHash, versionNumber, agencyName, submitterName } = report;
  const values = storedValues(report.values);
  if (isOpenReport(report.state) || !formHash) {
    const basis = await readBasis(db(), application);
    const sections = reportSections().map((section) => ({
      ...section,
      fields: expandFields(section.fields, seriesOf(basis)),
    }));
    const { asked } = moveReport({ ...report, values }, basis);
    return { ...report, values: asked, sections, basis, application, agencyName: null, submitterName: null };
  }
  const basis = await readBasis(db(), { ...application, versionNumber: versionNumber ?? application.versionNumber });
  const [release] = await readReleases([formHash]);
  if (!release) throw notFound();
  const sections = signedReportSections(release, basis);
  const renamed = sections.reduce<Values>(
    (moved, { key }) => renameValues(moved, renamesSince(REPORT_RELEASES, release.number, key)),
    values,
  );
  return { ...report, values: renamed, sections, basis, application, agencyName, submitterName };
}

// ---------------------------------------------------------------- forms

/** What is written of a report to questions that its form does not ask any more. */
export async function readFormerAnswers(
  _actor: AgencyActor,
  application: ApplicationHeader,
  report: { values: unknown; formNumber: number },
): Promise<FormerAnswer[]> {
  const { values, formNumber } = report;
  return moveReport({ values: storedValues(values), formNumber }, await readBasis(db(), application)).former;
}

/**
 * The reports that may be written now, with what is written of each: the one that is asked for by its number first, or else one
 * that was returned.
 */
export async function listWritable(actor: AgencyActor, application: ApplicationHeader, number?: string) {
  const open = await db().report.findMany({
    where: { applicationId: application.id, state: { in: OPEN }, arrangement: { application: scopeOf(actor) } },
  });
  const reports = writable(open);
  const asked = reports.filter((report) => String(report.number) === number);
  return [...asked, ...reports.filter((report) => !asked.includes(report))];
}

export async function readReportForm(
  actor: AgencyActor,
  application: ApplicationHeader,
  number?: string,
): Promise<StepForm> {
  const [[report], basis] = await Promise.all([listWritable(actor, application, number), readBasis(db(), application)]);
  const written = { values: storedValues(report?.values), formNumber: report?.formNumber ?? 1 };
  return {
    fields: reportFields(basis),
    initial: moveReport(written, basis).asked,
    hidden: { report: String(report?.number ?? "") },
  };
}

/** The reports that can still be moved, with their days. */
export async function readScheduleForm(_actor: MfatActor, application: ApplicationHeader): Promise<StepForm> {
  const reports = await listOpenReports(db(), application.id);
  const shown = reports.map(({ number, dueOn }) => dayInputs(dueInput(number), dueOn));
  return { fields: scheduleFields(reports.map(removable)), initial: Object.assign({}, ...shown) };
}

/** What was submitted once stays: it may be moved and not removed. */
export const removable = <Row extends { kind: string; state: ReportState }>(report: Row) => ({
  ...report,
  isRemovable: report.kind === "PROGRESS" && report.state === "DUE",
});

/** The reports that a step of the desk may be about, as options of a form: all in a state, or those of one kind. */
export async function listReportOptions(
  _actor: MfatActor,
  applicationId: string,
  state: ReportState,
  kind?: ReportKind,
): Promise<Option[]> {
  const reports = await db().report.findMany({
    where: { applicationId, state, ...(kind && { kind }) },
    orderBy: BY_DUE,
  });
  return reports.map((report) => ({ value: String(report.number), label: reportName(report) }));
}

// ---------------------------------------------------------------- the list of all reports

const REPORTS_PAGE = 50;

/** The agencies that the list's filter offers. */
export const readReportLists = (actor: MfatActor): Promise<Lists> => readMfatFilters(actor);

/** What a choice of the filter stands for. */
function statesOf(state: string | null): Prisma.ReportWhereInput {
  const today = dayOf(now());
  switch (state) {
    case null:
      return {};
    case "OPEN":
      return { state: { in: [...OPEN, "SUBMITTED"] } };
    case "OVERDUE":
      return { state: { in: OPEN }, dueOn: { lt: today } };
    case "DUE":
      return { state: "DUE", dueOn: { gte: today } };
    default:
      return { state: state as ReportState };
  }
}

function reportsWhere(actor: MfatActor, { state, agency, officer }: ReportFilter): Prisma.ReportWhereInput {
  const application: Prisma.ApplicationWhereInput = {
    AND: [listedTo(actor), agency ? { agencyId: agency } : {}, lookedAfterBy(officer, actor.personId)],
  };
  return { ...statesOf(state), arrangement: { application } };
}

const LISTED = {
  arrangement: {
    select: {
      application: {
        select: {
          reference: true,
          title: true,
          marking: true,
          agency: { select: { name: true, abbreviation: true } },
        },
      },
    },
  },
} satisfies Prisma.ReportInclude;

const listed = ({
  arrangement: { application },
  ...report
}: Prisma.ReportGetPayload<{ include: typeof LISTED }>): ListedReport => {
  const { agency, ...rest } = application;
  return { ...report, ...rest, agency: agency.abbreviation, agencyName: agency.name };
};

/** A page of all reports. `after`: what `next` of the page before was. */
export async function listAllReports(actor: MfatActor, filter: ReportFilter, after = "") {
  const where = reportsWhere(actor, filter);
  const [found, count] = await Promise.all([
    db().report.findMany({
      where,
      include: LISTED,
      ...pageOf<Prisma.ReportOrderByWithRelationInput>(REPORT_ORDERS, filter.sort, after, REPORTS_PAGE),
    }),
    db().report.count({ where, take: ROWS_MAX + 1 }),
  ]);
  return { ...pageFound(found.map(listed), REPORTS_PAGE), count };
}

/** All that a filter finds, page by page, for a file. */
export const eachReport = (tx: Tx, actor: MfatActor, filter: ReportFilter) =>
  inPages<ListedReport, string>(async (after = "") => {
    const where = reportsWhere(actor, filter);
    const page = pageOf<Prisma.ReportOrderByWithRelationInput>(REPORT_ORDERS, filter.sort, after, FILE_PAGE);
    return pageFound((await tx.report.findMany({ where, include: LISTED, ...page })).map(listed), FILE_PAGE);
  });

/** How many reports are overdue, of those that the actor sees. */
export const countOverdueReports = (actor: MfatActor): Promise<number> =>
  db().report.count({ where: reportsWhere(actor, { state: "OVERDUE", agency: null, officer: null }) });

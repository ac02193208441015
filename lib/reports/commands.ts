import { keepReleases } from "#lib/form/commands.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { filtersInWords } from "#lib/form/filters.ts";
import { parseFields } from "#lib/form/parse.ts";
import { storedValues } from "#lib/form/stored.ts";
import { newestOf } from "#lib/form/versions.ts";
import { type StepRequest, takeTransition } from "#lib/lifecycle/commands.ts";
import { type Actor, type AgencyActor, type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { type LockedApplication, lockApplication } from "#lib/lifecycle/queries.ts";
import { recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { addMonths, dayOf, formatDay, formatDueDay, laterOf } from "#lib/platform/dates.ts";
import type { ReportState } from "#lib/platform/db/generated/enums.ts";
import { longReading, type Tx, transaction } from "#lib/platform/db.ts";
import { conflict, DomainError, invalid } from "#lib/platform/errors.ts";
import { sumCents } from "#lib/platform/money.ts";
import { passSheet, type Sheet, type SheetRequest } from "#lib/platform/sheet.ts";
import { workingDayFrom } from "#lib/platform/working-days.ts";
import { eachReport, listOpenReports, planSchedule, readBasis } from "./queries.ts";
import {
  checkSpent,
  finalDay,
  isEarlyFinal,
  isOpenReport,
  lastProgressDay,
  progressDays,
  reportSheet,
  writable,
} from "./rules.ts";
import {
  answersTo,
  type Basis,
  moveReport,
  REPORT_ORDERS,
  REPORT_RELEASES,
  type ReopenedReport,
  type ReportSearch,
  type ReturnedReport,
  reportFields,
  reportName,
  SPENT,
} from "./schema.ts";
import { REPORT_STEPS } from "./steps.ts";

// ---------------------------------------------------------------- the schedule

const milestoneDays = ({ milestones }: Basis): Date[] => milestones.flatMap(({ byOn }) => byOn ?? []);

type Dates = { startsOn: Date; endsOn: Date; acceptedOn: Date };

/** The schedule of an arrangement that begins, in the transaction that accepts its offer. */
export async function makeSchedule(tx: Tx, application: LockedApplication, dates: Dates): Promise<void> {
  const reports = await planSchedule(tx, application, dates);
  await tx.report.createMany({ data: reports.map((report) => ({ ...report, applicationId: application.id })) });
}

/**
 * Moves the schedule with the end of its arrangement, in the transaction that moves the end: the final report follows it,
 * progress reports that came too close to it are cancelled, and those that there is time for now are added. What was
 * submitted stays as it is, but that a final report sent before the new end is one on the way, and another is due after it.
 * Answers what became of the final report, in words.
 */
export async function rescheduleReports(tx: Tx, applicationId: string, endsOn: Date): Promise<string> {
  const today = dayOf(now());
  const { arrangement, ...application } = await tx.application.findUniqueOrThrow({
    where: { id: applicationId },
    select: { id: true, versionNumber: true, arrangement: true },
  });
  const reports = await tx.report.findMany({ where: { applicationId }, orderBy: { dueOn: "asc" } });
  const last = workingDayFrom(lastProgressDay(endsOn));
  const tooLate = reports.filter(({ kind, state, dueOn }) => kind === "PROGRESS" && state === "DUE" && dueOn > last);
  await tx.report.updateMany({
    where: { id: { in: tooLate.map(({ id }) => id) } },
    data: { state: "CANCELLED", reason: `The arrangement ends on ${formatDay(endsOn)}` },
  });
  const early = reports.find((one) =>
    isEarlyFinal({ ...one, submittedOn: one.submittedAt && dayOf(one.submittedAt) }, endsOn),
  );
  if (early) await tx.report.update({ where: { id: early.id }, data: { kind: "PROGRESS" } });
  const kept = reports.filter(
    (report) =>
      (report.kind === "PROGRESS" || report === early) && report.state !== "CANCELLED" && !tooLate.includes(report),
  );
  const began = [arrangement?.startsOn, arrangement && dayOf(arrangement.acceptedAt)].flatMap((day) => day ?? []);
  const after = [...began, ...kept.map(({ dueOn }) => dueOn)].reduce(laterOf, new Date(0));
  const days = progressDays(after, endsOn, milestoneDays(await readBasis(tx, application)));
  await addProgress(
    tx,
    applicationId,
    days.filter((day) => day >= addMonths(today, 1)),
  );
  const final = await moveFinal(tx, applicationId, workingDayFrom(finalDay(laterOf(endsOn, today))));
  const due = final ? ` ${reportName(final)} is due on ${formatDueDay(final.dueOn)}.` : "";
  return `${early ? `Report ${early.number} counts as a progress report.` : ""}${due}`.trim();
}

/** The one final report, on its day: the one that is open, or another where none is. Null where it was sent. */
async function moveFinal(tx: Tx, applicationId: string, dueOn: Date) {
  const final = await tx.report.findFirst({ where: { applicationId, kind: "FINAL", state: { not: "CANCELLED" } } });
  if (!final) return tx.report.create({ data: { ...(await numberedNext(tx, applicationId)), kind: "FINAL", dueOn } });
  return isOpenReport(final.state) ? tx.report.update({ where: { id: final.id }, data: { dueOn } }) : null;
}

async function numberedNext(tx: Tx, applicationId: string) {
  const { _max } = await tx.report.aggregate({ where: { applicationId }, _max: { number: true } });
  return { applicationId, number: (_max.number ?? 0) + 1 };
}

/** Puts progress reports on a schedule, on working days. */
export async function addProgress(tx: Tx, applicationId: string, days: readonly Date[]): Promise<void> {
  const first = await numberedNext(tx, applicationId);
  await tx.report.createMany({
    data: days.map((day, index) => ({
      applicationId,
      number: first.number + index,
      kind: "PROGRESS" as const,
      dueOn: workingDayFrom(day),
    })),
  });
}

/** Removes reports that were not submitted from the schedule, permanently. */
export async function cancelReports(
  tx: Tx,
  actor: Actor,
  applicationId: string,
  reason: string,
): Promise<CancelledReport[]> {
  const open = await tx.report.findMany({
    where: { applicationId, state: { in: ["DUE", "RETURNED"] } },
    select: { id: true, state: true, answeredById: true, answeredAt: true, reason: true },
    orderBy: { number: "asc" },
  });
  await tx.report.updateMany({
    where: { applicationId, state: { in: ["DUE", "RETURNED"] } },
    data: { state: "CANCELLED", answeredById: actor.personId, answeredAt: now(), reason },
  });
  return open.map(({ answeredAt, ...report }) => ({ ...report, answeredAt: answeredAt?.toISOString() ?? null }));
}

/** A report as it was before it was cancelled, for the record of the step that did so. */
type CancelledReport = {
  id: string;
  state: ReportState;
  answeredById: string | null;
  answeredAt: string | null;
  reason: string | null;
};

// ---------------------------------------------------------------- the agency's

/**
 * The report that a form was made for.
 * @throws STATE where none is due, CONFLICT where it is none of those that may be written now
 */
async function reportOf(tx: Tx, { id }: LockedApplication, values: Values) {
  const reports = writable(await listOpenReports(tx, id));
  const [first] = reports;
  if (!first) throw new DomainError("STATE", "No report is due.");
  const report = reports.find(({ number }) => text(values, "report") === String(number));
  if (!report) throw conflict(`${reportName(first)} is now the next one due. Open the page again to write it.`);
  return report;
}

/** Keeps a report as far as it is written. */
export function saveReport(actor: AgencyActor, reference: string, values: Values): Promise<void> {
  permit(actor, "report:write");
  return transaction(async (tx) => {
    const application = await lockApplication(tx, actor, reference);
    if (application.state !== "ACTIVE" || application.heldAt) {
      throw new DomainError("STATE", `Reports of ${reference} are not open now. Nothing was saved.`);
    }
    const report = await reportOf(tx, application, values);
    const basis = await readBasis(tx, application);
    await tx.report.update({ where: { id: report.id }, data: written(report, basis, values) });
  });
}

/** A report as it is written, on the newest release of its form. */
function written(report: { values: unknown; formNumber: number }, basis: Basis, values: Values) {
  const { number } = newestOf(REPORT_RELEASES);
  const { asked } = moveReport({ values: storedValues(report.values), formNumber: report.formNumber }, basis);
  return { formNumber: number, values: answersTo(reportFields(basis), values, asked) };
}

/** Sends a report that was returned, or the next one due. @throws INVALID at each answer that is missing or wrong */
export function submitReport(
  actor: AgencyActor,
  request: StepRequest,
  reference: string,
  values: Values,
): Promise<void> {
  return takeTransition(actor, request, reference, REPORT_STEPS.submitReport, async (tx, application) => {
    const report = await reportOf(tx, application, values);
    const basis = await readBasis(tx, application);
    const parsed = parseFields(reportFields(basis), values);
    if (parsed.errors) throw invalid(parsed.errors);
    const spentCents = (parsed.data as Record<string, unknown>)[SPENT] as bigint;
    const funding = await tx.applicationFunding.findMany({ where: { applicationId: application.id } });
    const errors = checkSpent(spentCents, sumCents(funding.map(({ committedCents }) => committedCents)));
    if (Object.keys(errors).length) throw invalid(errors);
    const form = newestOf(REPORT_RELEASES);
    await keepReleases(tx, [form]);
    await tx.report.update({
      where: { id: report.id },
      data: {
        ...written(report, basis, values),
        state: "SUBMITTED",
        formHash: form.hash,
        versionNumber: application.versionNumber,
        agencyName: application.agency.name,
        submitterName: actor.name,
        spentCents,
        submittedById: actor.personId,
        submittedAt: now(),
        answeredById: null,
        answeredAt: null,
        reason: null,
      },
    });
    return {
      note: `It is ${reportName(report).toLowerCase()}.`,
      data: { report: report.number, spentCents: spentCents.toString() },
    };
  });
}

// ---------------------------------------------------------------- the desk's

/** A report by its number, in the state that the step is about. @throws INVALID if there is none */
async function reportIn(
  tx: Tx,
  { id: applicationId }: LockedApplication,
  number: string,
  state: "SUBMITTED" | "ACCEPTED",
) {
  const report = /^\d{1,4}$/.test(number)
    ? await tx.report.findUnique({ where: { applicationId_number: { applicationId, number: Number(number) } } })
    : null;
  if (report?.state !== state) throw invalid({ report: `Choose a report that is ${state.toLowerCase()}` });
  return report;
}

export const answerTo = (
  tx: Tx,
  actor: MfatActor,
  id: string,
  data: { state: ReportState; reason?: string; dueOn?: Date },
) => tx.report.update({ where: { id }, data: { ...data, answeredById: actor.personId, answeredAt: now() } });

/** Accepts a report on the way; the final one is accepted as the last, which begins the closing. */
export function acceptReport(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { report: number }: { report: string },
): Promise<void> {
  return takeTransition(actor, request, reference, REPORT_STEPS.acceptReport, async (tx, application) => {
    const report = await reportIn(tx, application, number, "SUBMITTED");
    if (report.kind === "FINAL") throw invalid({ report: "The final report is accepted as the last report" });
    await answerTo(tx, actor, report.id, { state: "ACCEPTED" });
    return { note: `It is ${reportName(report).toLowerCase()}.`, data: { report: report.number } };
  });
}

/** Sends a report back with what has to be put right: it is due again, and what was written is kept. */
export function returnReport(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { report: number, reason, dueOn: day }: ReturnedReport,
): Promise<void> {
  return takeTransition(actor, request, reference, REPORT_STEPS.returnReport, async (tx, application) => {
    const report = await reportIn(tx, application, number, "SUBMITTED");
    if (day < dayOf(now())) throw invalid({ "dueOn-day": "New due date must be today or later" });
    const dueOn = workingDayFrom(day);
    await answerTo(tx, actor, report.id, { state: "RETURNED", reason, dueOn });
    return {
      reason,
      note: `${reportName(report)} is due again on ${formatDueDay(dueOn)}.`,
      data: { report: report.number },
    };
  });
}

/** Makes the acceptance of a report undone: it is submitted again, to be accepted or returned. */
export function reopenReport(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { report: number, reason }: ReopenedReport,
): Promise<void> {
  return takeTransition(actor, request, reference, REPORT_STEPS.reopenReport, async (tx, application) => {
    const report = await reportIn(tx, application, number, "ACCEPTED");
    await tx.report.update({
      where: { id: report.id },
      data: { state: "SUBMITTED", answeredById: null, answeredAt: null },
    });
    return { reason, note: `It is ${reportName(report).toLowerCase()}.`, data: { report: report.number } };
  });
}

/** What the list of reports finds, for a file that leaves the portal: the audit trail keeps who took it. */
export function exportReports(
  actor: MfatActor,
  { format, remoteAddress, keep }: SheetRequest,
  search: Extract<ReportSearch, { errors: null }>,
): Promise<Sheet> {
  return longReading(async (tx) => {
    const long = reportSheet(filtersInWords(search, "All reports", REPORT_ORDERS), dayOf(now()), now());
    const sheet = await passSheet(long, eachReport(tx, actor, search.filter), keep);
    await recordEvent(tx, {
      event: "reports.exported",
      actor,
      data: { format, query: search.query, rows: sheet.count, marking: sheet.marking },
      ...(remoteAddress && { remoteAddress }),
    });
    return sheet;
  });
}

import { text, type Values } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { type StepRequest, takeTransition } from "#lib/lifecycle/commands.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDay, formatDueDay } from "#lib/platform/dates.ts";
import type { Report } from "#lib/platform/db/generated/client.ts";
import type { Tx } from "#lib/platform/db.ts";
import { DomainError, invalid } from "#lib/platform/errors.ts";
import { workingDayFrom } from "#lib/platform/working-days.ts";
import { addProgress } from "#lib/reports/commands.ts";
import { listOpenReports, removable } from "#lib/reports/queries.ts";
import { ADDED, dueInput, removeInput, reportName, scheduleFields } from "#lib/reports/schema.ts";
import { REPORT_STEPS } from "#lib/reports/steps.ts";

const REPORTS_MAX = 40;

/** Moves, removes and adds reports that were not submitted; the final report stays, and stays last. */
export function changeSchedule(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  values: Values,
): Promise<void> {
  return takeTransition(actor, request, reference, REPORT_STEPS.changeSchedule, async (tx, { id: applicationId }) => {
    const open = await listOpenReports(tx, applicationId);
    const change = await readChange(tx, applicationId, open, values);
    for (const { id, dueOn } of change.moved) await tx.report.update({ where: { id }, data: { dueOn } });
    for (const { id } of change.removed) {
      await tx.report.update({
        where: { id },
        data: { state: "CANCELLED", answeredById: actor.personId, answeredAt: now(), reason: change.reason },
      });
    }
    await addProgress(tx, applicationId, change.added);
    const due = await listOpenReports(tx, applicationId);
    return {
      reason: change.reason,
      note: due.map((report) => `${reportName(report)} is due on ${formatDueDay(report.dueOn)}.`).join(" "),
      data: { moved: change.moved.map(numberOf), removed: change.removed.map(numberOf), added: change.added.length },
    };
  });
}

const numberOf = ({ number }: { number: number }): number => number;

type Change = { moved: Report[]; removed: Report[]; added: Date[]; reason: string };

/** The changes that a form asks for. @throws INVALID at each day that is not possible */
async function readChange(tx: Tx, applicationId: string, open: readonly Report[], values: Values): Promise<Change> {
  const parsed = parseFields(scheduleFields(open.map(removable)), values);
  if (parsed.errors) throw invalid(parsed.errors);
  const data = parsed.data as Record<string, unknown>;
  const isRemoved = (report: Report) =>
    removable(report).isRemovable && text(values, removeInput(report.number)) === "yes";
  const kept = open.filter((report) => !isRemoved(report));
  const placed = kept.map((report) => ({ ...report, dueOn: movedOn(data[dueInput(report.number)] as Date) }));
  const added = data[ADDED] ? [movedOn(data[ADDED] as Date)] : [];
  const moved = placed.filter(({ id, dueOn }) =>
    open.some((one) => one.id === id && one.dueOn.getTime() !== dueOn.getTime()),
  );
  await refuseDays(tx, applicationId, { placed, moved, added });
  const removed = open.filter(isRemoved);
  if (!moved.length && !removed.length && !added.length) {
    throw new DomainError("INVALID", "Move, remove or add a report.");
  }
  return { moved, removed, added, reason: String(data.reason) };
}

/** A day that has passed is kept as typed, and refused for that reason. */
const movedOn = (day: Date): Date => (day < dayOf(now()) ? day : workingDayFrom(day));

type Days = { placed: readonly Report[]; moved: readonly Report[]; added: readonly Date[] };

async function refuseDays(tx: Tx, applicationId: string, { placed, moved, added }: Days): Promise<void> {
  const today = dayOf(now());
  const stored = await tx.report.findFirst({ where: { applicationId, kind: "FINAL", state: { not: "CANCELLED" } } });
  const final = placed.find(({ kind }) => kind === "FINAL") ?? stored;
  const days = [
    ...placed.filter(({ kind }) => kind === "PROGRESS").map(({ number, dueOn }) => [dueInput(number), dueOn] as const),
    ...added.map((day) => [ADDED, day] as const),
  ];
  const errors: Record<string, string> = {};
  for (const [name, day] of days) {
    if (final && day >= final.dueOn) {
      errors[`${name}-day`] =
        `A progress report must be due before the final one, which is due on ${formatDay(final.dueOn)}`;
    }
  }
  const fresh = [
    ...moved.map(({ number, dueOn }) => [dueInput(number), dueOn] as const),
    ...days.slice(days.length - added.length),
  ];
  for (const [name, day] of fresh) {
    if (day < today) errors[`${name}-day`] = "A report must be due today or later";
  }
  if ((await tx.report.count({ where: { applicationId } })) + added.length > REPORTS_MAX) {
    errors[`${ADDED}-day`] = `There can be ${REPORTS_MAX} reports at most`;
  }
  if (Object.keys(errors).length) throw invalid(errors);
}

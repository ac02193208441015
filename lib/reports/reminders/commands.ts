import { lockApplication } from "#lib/lifecycle/queries.ts";
import { REMINDED_DAYS } from "#lib/lifecycle/waits/rows/queries.ts";
import { isRepeated, recordEvent, requestIdOf } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays, dayOf } from "#lib/platform/dates.ts";
import type { Report } from "#lib/platform/db/generated/client.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { isWorkingDay, workingDayFrom } from "#lib/platform/working-days.ts";
import { type ReminderKind, reminderEmail } from "#lib/reports/emails.ts";
import { isOpenReport } from "#lib/reports/rules.ts";

const kindOf = (dueOn: Date, today: Date): ReminderKind =>
  dueOn > today ? "soon" : dueOn < today ? "overdue" : "today";

/**
 * The timed job, on working days: for each report that is due within two weeks, due today, or overdue, its agency is
 * reminded once; for an overdue one, the desk too. The request id of the event, made from the report, its day and the
 * kind of reminder, ensures that it is once; a report that was moved is reminded of again. Returns how many reminders
 * were sent.
 */
export async function remindOfReports(): Promise<number> {
  const today = dayOf(now());
  if (!isWorkingDay(today)) return 0;
  const due = await db().report.findMany({
    where: {
      state: { in: ["DUE", "RETURNED"] },
      dueOn: { lte: addDays(today, REMINDED_DAYS) },
      arrangement: { application: { state: "ACTIVE", heldAt: null } },
    },
    include: { arrangement: { select: { application: { select: { reference: true } } } } },
    orderBy: [{ dueOn: "asc" }, { id: "asc" }],
  });
  const reminders = due.map(({ arrangement, ...report }) => {
    const kind = kindOf(workingDayFrom(report.dueOn), today);
    const requestId = requestIdOf(report.id, `${kind} ${report.dueOn.toISOString()}`);
    return { report, kind, requestId, reference: arrangement.application.reference };
  });
  const told = await db().auditEvent.findMany({
    where: { requestId: { in: reminders.map(({ requestId }) => requestId) } },
    select: { requestId: true },
  });
  const known = new Set(told.map(({ requestId }) => requestId));
  let count = 0;
  for (const reminder of reminders) if (!known.has(reminder.requestId) && (await remind(reminder))) count++;
  return count;
}

type Reminder = { report: Report; kind: ReminderKind; requestId: string; reference: string };

/** False where it was submitted, moved or reminded of since the list was read. */
function remind({ report: { id, dueOn }, kind, requestId, reference }: Reminder): Promise<boolean> {
  return transaction(async (tx) => {
    const application = await lockApplication(tx, null, reference);
    const report = await tx.report.findUniqueOrThrow({ where: { id } });
    if ((await isRepeated(tx, requestId)) || !isOpenReport(report.state) || report.dueOn.getTime() !== dueOn.getTime())
      return false;
    const { id: applicationId, agencyId, title, marking, agency } = application;
    await recordEvent(tx, {
      event: "report.reminded",
      actor: null,
      applicationId,
      requestId,
      data: { report: report.number, kind },
    });
    const contributors = await tx.person.findMany({
      where: { agencyId, endedAt: null, roles: { some: { role: "CONTRIBUTOR" } } },
      select: { email: true },
    });
    const mail = { kind, report, reference, title, marking, agencyName: agency.name, baseUrl: env().BASE_URL };
    for (const { email } of contributors) {
      await queueEmail(tx, { to: email, applicationId, ...reminderEmail(mail, "AGENCY") });
    }
    if (kind === "overdue") {
      await queueEmail(tx, { to: env().DESK_EMAIL, applicationId, ...reminderEmail(mail, "MFAT") });
    }
    return true;
  });
}

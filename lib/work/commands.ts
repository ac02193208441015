import { type LockedApplication, listWaitedForIn, lockApplication } from "#lib/lifecycle/queries.ts";
import { alsoAsked } from "#lib/lifecycle/states.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import type { ReminderKind } from "#lib/platform/db/generated/enums.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { addWorkingDays, isWorkingDay, workingDayFrom } from "#lib/platform/working-days.ts";
import { reminderEmail } from "./emails.ts";
import { listWaits, type Wait } from "./queries.ts";
import { isRemindedAfter, REMIND_DAYS } from "./rules.ts";

type Reader = { email: string; side: "AGENCY" | "MFAT" };

/**
 * The timed job, on working days: whoever something is waiting on is reminded once, shortly before its due date, and
 * the desk is told once when that date has passed, with the owner of a condition. Each wait has its own transaction. Returns how many mails were
 * queued.
 */
export async function sendReminders(): Promise<number> {
  const today = dayOf(now());
  if (!isWorkingDay(today)) return 0;
  let count = 0;
  // Reports have reminders of their own, based on their own due dates.
  for (const wait of (await listWaits()).filter(({ step }) => step !== "submitReport")) {
    for (const kind of kindsDue(wait, today)) count += await remind(wait, kind);
  }
  return count;
}

/** Nobody is reminded on the day that something started waiting: that day's mail has just asked. */
function kindsDue({ since, dueOn }: Wait, today: Date): ReminderKind[] {
  if (!dueOn || today <= dayOf(since)) return [];
  const kinds: ReminderKind[] = [];
  if (today >= addWorkingDays(dueOn, -REMIND_DAYS)) kinds.push("REMINDER");
  if (today > workingDayFrom(dueOn)) kinds.push("ESCALATION");
  return kinds;
}

function remind(wait: Wait, kind: ReminderKind): Promise<number> {
  return transaction(async (tx) => {
    const application = await lockApplication(tx, null, wait.reference);
    // A step was taken since the list was read.
    if (application.revision !== wait.revision) return 0;
    let count = 0;
    for (const reader of await readersOf(tx, application, wait, kind)) {
      if (!(await isFirst(tx, application, wait, kind, reader))) continue;
      const isOver = wait.dueOn !== null && wait.dueOn < dayOf(now());
      const mail = reminderEmail(
        { ...wait, ...application, kind, isOver, baseUrl: env().BASE_URL, deskEmail: env().DESK_EMAIL },
        reader.side,
      );
      await queueEmail(tx, { to: reader.email, applicationId: application.id, ...mail });
      count += 1;
    }
    return count;
  });
}

async function readersOf(
  tx: Tx,
  application: LockedApplication,
  { role, personId, step }: Wait,
  kind: ReminderKind,
): Promise<Reader[]> {
  const desk: Reader = { email: env().DESK_EMAIL, side: "MFAT" };
  if (kind === "ESCALATION" && !isRemindedAfter(step)) return [desk];
  if (role === "DESK") return [desk, ...(await listWaitedForIn(tx, application, role))];
  if (!personId) {
    const asked = await Promise.all([role, ...alsoAsked(step)].map((one) => listWaitedForIn(tx, application, one)));
    const readers = [...(kind === "ESCALATION" ? [desk] : []), ...asked.flat()];
    return [...new Map(readers.map((reader) => [reader.email, reader])).values()];
  }
  return tx.person.findMany({ where: { id: personId, endedAt: null }, select: { email: true, side: true } });
}

/**
 * Records that it was sent; false where it already had been. Two assessors who are late on the same day count as one
 * reminder to the desk.
 */
async function isFirst(
  tx: Tx,
  { id: applicationId }: LockedApplication,
  { role, step, dueOn }: Wait,
  kind: ReminderKind,
  { email: to }: Reader,
): Promise<boolean> {
  if (!dueOn) return false;
  const row = { applicationId, kind, role, dueOn, to, step, sentAt: now() };
  const { count } = await tx.reminder.createMany({ data: [row], skipDuplicates: true });
  return count === 1;
}

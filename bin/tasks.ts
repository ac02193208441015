import { lapseOverdueOffers } from "#lib/arrangements/commands.ts";
import { planYears, tellOfYearEnd } from "#lib/budget/years/commands.ts";
import { deliverEmail } from "#lib/correspondence/commands.ts";
import { expireUploads, scanDocument } from "#lib/documents/commands.ts";
import { askForAccruals } from "#lib/payments/accruals/commands.ts";
import { now } from "#lib/platform/clock.ts";
import { startWorker, type Worker } from "#lib/platform/jobs.ts";
import { isWorkingTime } from "#lib/platform/working-days.ts";
import { remindOfReports } from "#lib/reports/reminders/commands.ts";
import { expireUnsent } from "#lib/unsent/commands.ts";
import { sendReminders } from "#lib/work/commands.ts";
import { takeDueMoves } from "#lib/work/leaving/commands.ts";
import { applyDueChanges } from "#lib/workflow/changes/commands.ts";

/** In UTC: 8:30 am in New Zealand, 9:30 am in summer. What a stopped worker missed runs later. */
const MORNING = ["send_reminders", "remind_of_reports", "tell_of_year_end"].map(
  (task) => `30 20 * * * ${task} ?fill=1d`,
);

/** A morning that a stopped worker missed could run at night or on a Sunday: then it waits for the next one. */
const inWorkingTime = (run: () => Promise<unknown>) => async () => {
  if (isWorkingTime(now())) await run();
};

/** The worker's tasks by name, and the timetable for those that no queued job starts. */
export function startTasks(): Worker {
  return startWorker({
    tasks: {
      send_email: (payload) => deliverEmail((payload as { id: string }).id),
      lapse_offers: async () => {
        await lapseOverdueOffers();
      },
      plan_years: () => planYears(),
      tell_of_year_end: inWorkingTime(async () => {
        await askForAccruals();
        await tellOfYearEnd();
      }),
      apply_changes: () => applyDueChanges(),
      move_people: () => takeDueMoves(),
      // After a stop offers may have passed their last day: they lapse, and nobody is reminded of them.
      send_reminders: inWorkingTime(async () => {
        await lapseOverdueOffers();
        await sendReminders();
      }),
      scan_document: (payload) => scanDocument((payload as { id: string }).id),
      expire_uploads: () => expireUploads(),
      expire_unsent: () => expireUnsent(),
      remind_of_reports: inWorkingTime(remindOfReports),
    },
    crontab: [
      "* * * * * lapse_offers",
      "7 * * * * plan_years",
      "* * * * * apply_changes",
      "* * * * * move_people",
      "17 * * * * expire_uploads",
      "27 * * * * expire_unsent",
      ...MORNING,
    ].join("\n"),
  });
}

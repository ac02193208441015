import { startWorker, type Worker } from "../lib/jobs.ts";

/** What the worker does, by name, and when it does what is not asked for by a queued job. */
export function startTasks(): Worker {
  return startWorker({
    tasks: {
      async send_email(payload) {
        const { deliverEmail } = await import("../lib/correspondence/commands.ts");
        await deliverEmail((payload as { id: string }).id);
      },
      async lapse_offers() {
        const { lapseOverdueOffers } = await import("../lib/arrangements/commands.ts");
        await lapseOverdueOffers();
      },
    },
    crontab: "* * * * * lapse_offers",
  });
}

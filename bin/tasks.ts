import { lapseOverdueOffers } from "../lib/arrangements/commands.ts";
import { deliverEmail } from "../lib/correspondence/commands.ts";
import { expireUploads, scanDocument } from "../lib/documents/commands.ts";
import { startWorker, type Worker } from "../lib/jobs.ts";

/** What the worker does, by name, and when it does what no queued job asks for. */
export function startTasks(): Worker {
  return startWorker({
    tasks: {
      send_email: (payload) => deliverEmail((payload as { id: string }).id),
      lapse_offers: async () => {
        await lapseOverdueOffers();
      },
      scan_document: (payload) => scanDocument((payload as { id: string }).id),
      expire_uploads: () => expireUploads(),
    },
    crontab: "* * * * * lapse_offers\n17 * * * * expire_uploads",
  });
}

// The worker, with a whole environment (lib/platform/env.ts): mail and timed jobs.
import "./end-with-parent.mjs";
import { disconnect } from "#lib/platform/db.ts";
import { startTasks } from "./tasks.ts";

const worker = startTasks();
let isStopping = false;
const stop = async () => {
  if (isStopping) return;
  isStopping = true;
  await worker.stop();
  await disconnect();
  process.exit(0);
};
process.on("SIGTERM", stop).on("SIGINT", stop);

/** To begin anew is how a worker recovers: what the job runner had begun with a lost connection it neither ends nor
 * tells anybody of. Jobs that were taken are free again as soon as the next worker holds the lock. */
const beginAnew = (why: string) => {
  if (isStopping) return;
  console.error(`worker: ${why}`);
  process.exit(75); // "try again" (sysexits.h)
};
worker.ended.then(beginAnew);
process.on("unhandledRejection", (error) => beginAnew(error instanceof Error ? error.message : String(error)));

// The worker, with a complete environment (lib/platform/env.ts): mail and timed jobs.
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

/**
 * A worker recovers by starting again: what the job runner had started on a lost connection, it neither finishes nor
 * reports. Jobs that were taken are free again as soon as the next worker holds the lock.
 */
const beginAnew = (why: string) => {
  if (isStopping) return;
  console.error(`worker: ${why}`);
  process.exit(75); // "try again" (sysexits.h)
};
worker.ended.then(beginAnew);
process.on("unhandledRejection", (error) => beginAnew(error instanceof Error ? error.message : String(error)));

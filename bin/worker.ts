// The worker alone, with a whole environment (lib/env.ts). `npm start` runs the same tasks in its own process.
import "./end-with-parent.mjs";
import { disconnect } from "../lib/db.ts";
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

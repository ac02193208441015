// Starts the portal and stops it again on SIGINT, SIGTERM, SIGHUP or when npm has ended.
//   --dev   with `next dev` in the place of the built web server
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

if (Number(process.versions.node.split(".")[0]) < 24) {
  console.error(
    `The portal runs on Node 24, and this is ${process.version}. \`npm start\` brings its own; where npm's ignore-scripts is on, run \`node bin/setup.mjs\` first.`,
  );
  process.exit(1);
}
process.env.TZ = "UTC";
// Compiled code is kept for the next start, of the web server too: a second less. Where it cannot be kept it is not.
process.env.NODE_COMPILE_CACHE ||= join(import.meta.dirname, "..", "node_modules", ".cache", "compiled");
enableCompileCache(process.env.NODE_COMPILE_CACHE);
// Prisma asks its driver in a way that a later version of the driver will refuse: nothing that an operator can act on.
process.noDeprecation = true;
const { boot, stopAll } = await import("./boot.ts");

const stops = [];
const stopping = new AbortController();
const booting = boot({
  isDevelopment: process.argv.includes("--dev"),
  signal: stopping.signal,
  stops,
});

/** Once only: Ctrl-C reaches npm and us both, and the end of npm is one more sign. */
async function stop(why) {
  if (stopping.signal.aborted) return;
  console.log(`${why} Stopping.`);
  stopping.abort();
  // A long step of the boot (the demo's first data) is not waited for: the next start takes it up again.
  await Promise.race([booting.catch(() => {}), pause(1_000)]);
  await stopAll(stops);
  process.exit(0);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stop(`${signal} received.`));
// A signal to `npm start` ends npm's shell, which does not pass it on: then our parent is another.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && stop("npm has ended."), 250).unref();

try {
  const { url, isDemo } = await booting;
  console.log(`\nReady: ${url}\nSign in: ${url}/sign-in`);
  if (isDemo) console.log(`Mailbox: ${url}/mailbox`);
} catch (error) {
  if (!stopping.signal.aborted) {
    stopping.abort();
    for (const line of error.problems ?? [error.message]) console.error(line);
    await stopAll(stops);
    process.exit(1);
  }
}

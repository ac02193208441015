// Starts all parts in order, each one as soon as what it needs is available.
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { disconnect } from "#lib/platform/db.ts";
import { EnvironmentError, isDemo, readSettings, type Settings, setEnvironment } from "#lib/platform/env.ts";
import { seedReferenceData } from "../prisma/seed.ts";
import { checkFolder, checkReachable, listAbsent } from "./checks.ts";
import { lockFolder } from "./data-lock.ts";
import { hasPeople, migrate } from "./database.ts";
import { completeEnvironment, dataFolder, mailboxFolder } from "./environment.ts";
import { startMailbox } from "./mailbox.ts";
import { inUse, type PostgresUrls, startPostgres, stopLeftOver } from "./postgres.ts";
import { supervise } from "./supervise.ts";
import { startWebServer, startWorkerProcess } from "./web.ts";

export type BootOptions = {
  isDevelopment: boolean;
  /** Aborts the boot before the next step. */
  signal: AbortSignal;
  /** Collects the functions that stop the started parts, in the order of their start. */
  stops: (() => Promise<void>)[];
};

/**
 * Starts the portal and returns its address.
 * @throws EnvironmentError when a setting is wrong or a service does not answer
 */
export async function boot(options: BootOptions): Promise<{ url: string; isDemo: boolean }> {
  const settings = readSettings();
  await claim(settings, options);
  await checkReachable(settings);
  const { ownerUrl, appUrl } = await database(settings, options);
  const smtpUrl = settings.SMTP_URL ?? (await mailbox(settings, options));
  const environment = completeEnvironment(settings, { databaseUrl: appUrl, smtpUrl });
  setEnvironment(environment);
  options.stops.push(disconnect);
  for (const line of await listAbsent(settings)) console.warn(line);

  options.signal.throwIfAborted();
  await timed("Migrations", () => migrate(ownerUrl, appUrl));
  options.signal.throwIfAborted();
  await timed("First data", async () => {
    // First, because it sets the envelopes of past years at times in the past.
    if (isDemo(settings)) await seedDemoOnce(settings, environment);
    await seedReferenceData();
  });
  // From here on only the parts talk to the database, and each handles its outages itself.
  await disconnect();
  options.signal.throwIfAborted();
  const worker = await supervise("The worker", async () => startWorkerProcess(environment));
  options.stops.push(() => worker.stop());
  const { isDevelopment, signal } = options;
  const startWeb = () => startWebServer(environment, { isDevelopment, signal });
  const web = await timed("Web server", () => supervise("The web server", startWeb));
  options.stops.push(() => web.stop());
  return { url: environment.BASE_URL ?? "", isDemo: isDemo(settings) };
}

/** Only one start per folder: a second one would take the database away from the first. */
async function claim(settings: Settings, { stops }: BootOptions): Promise<void> {
  const folder = dataFolder(settings);
  checkFolder(folder);
  const release = lockFolder(folder);
  if (!release) throw new EnvironmentError([inUse(folder)]);
  stops.push(async () => release());
}

async function database(settings: Settings, { stops }: BootOptions): Promise<PostgresUrls> {
  const { DATABASE_URL, DATABASE_OWNER_URL } = settings;
  if (DATABASE_URL) return { appUrl: DATABASE_URL, ownerUrl: DATABASE_OWNER_URL ?? DATABASE_URL };
  discardUnfinishedDemo(settings);
  let urls: (PostgresUrls & { port?: number }) | undefined;
  const start = async () => {
    const postgres = await startPostgres(dataFolder(settings), { port: urls?.port });
    urls = postgres;
    return postgres;
  };
  const part = await timed("Embedded database", () => supervise("The embedded database", start));
  stops.push(() => part.stop());
  if (!urls) throw new Error("The embedded database has no address.");
  return urls;
}

const unfinishedDemo = (settings: Settings) => join(dataFolder(settings), "demo.unfinished");

/**
 * The demonstration's people and applications, unless somebody is there already. Its code is only loaded for a
 * demonstration. Its files are stored on disk and not scanned, so that it can be made even while the scanner and the
 * store are unavailable.
 */
async function seedDemoOnce(settings: Settings, environment: Record<string, string>): Promise<void> {
  if (await hasPeople()) return;
  const { seedDemo } = await import("../prisma/demo/demo.ts");
  if (!settings.DATABASE_URL) writeFileSync(unfinishedDemo(settings), "");
  setEnvironment({ CLAMAV_URL: "", FILES_URL: "" });
  await seedDemo();
  setEnvironment(environment);
  rmSync(unfinishedDemo(settings), { force: true });
}

/** A start that was killed while making the demonstration left only part of one: start over. */
function discardUnfinishedDemo(settings: Settings): void {
  if (!existsSync(unfinishedDemo(settings))) return;
  stopLeftOver(dataFolder(settings));
  rmSync(join(dataFolder(settings), "pg"), { recursive: true, force: true });
  rmSync(unfinishedDemo(settings));
}

async function mailbox(settings: Settings, { stops }: BootOptions): Promise<string> {
  const folder = mailboxFolder(settings);
  if (settings.DATABASE_URL && !isDemo(settings)) {
    console.warn(`SMTP_URL is not set: mail reaches nobody and is kept in ${folder}`);
  }
  const { url, stop } = await startMailbox(folder);
  stops.push(stop);
  return url;
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  console.log(`${what}: ready in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

/** Stops what was started, last first, even if something fails on the way. */
export async function stopAll(stops: (() => Promise<void>)[]): Promise<void> {
  for (let stop = stops.pop(); stop; stop = stops.pop()) {
    await stop().catch((error: unknown) => console.error(error));
  }
}

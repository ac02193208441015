import { setTimeout as pause } from "node:timers/promises";
import { db } from "./db.ts";
import { env } from "./env.ts";
import { WORKER_LOCK } from "./jobs.ts";
import { tryMailServer } from "./mailer.ts";
import { tryScanner } from "./scanner.ts";
import { tryStore } from "./storage.ts";

type PartState = "up" | "down";

export type Health = {
  /**
   * degraded: the portal works, but something that it can do without for a while is unavailable; whatever depends on
   * that waits.
   */
  state: PartState | "degraded";
  database: { state: PartState };
  migrations: { state: PartState; missing: string[] };
  /** waiting: not tried yet; failing: tried without success and to be tried again. Ages in seconds. */
  mail: { state: PartState; isWorkerRunning: boolean; waiting: number; failing: number; oldestWaitingSeconds: number };
  /** Whether the mail server, the malware scanner and the store of files can be reached. */
  mailServer: { state: PartState };
  scanner: { state: PartState | "off" };
  files: { state: PartState };
};

/**
 * A mail is normally tried within seconds: one that nobody has tried for this long means that the queue has stopped.
 */
const WAITING_SECONDS_MAX = 300;

/**
 * Whether each part that the portal needs is up, for monitoring. Reveals nothing about people, applications or
 * addresses.
 */
export async function readHealth(): Promise<Health> {
  const [database, migrations, mail, [mailServer, scanner, files]] = await Promise.all([
    soon<Health["database"]>(databaseHealth(), { state: "down" }),
    soon<Health["migrations"]>(migrationHealth(), { state: "down", missing: [] }),
    soon<Health["mail"]>(mailHealth(), {
      state: "down",
      isWorkerRunning: false,
      waiting: 0,
      failing: 0,
      oldestWaitingSeconds: 0,
    }),
    outsideHealth(),
  ]);
  const isUp = [database, migrations, mail].every((part) => part.state === "up");
  const isWhole = [mailServer, scanner, files].every((part) => part.state !== "down");
  const state = isUp ? (isWhole ? "up" : "degraded") : "down";
  return { state, database, migrations, mail, mailServer, scanner, files };
}

/** Monitoring gets an answer even while the database hangs: a server that is up answers within milliseconds. */
const ANSWER_MS = 5_000;

const soon = <T>(part: Promise<T>, late: T): Promise<T> =>
  Promise.race([part.catch(() => late), pause(ANSWER_MS, late, { ref: false })]);

async function databaseHealth(): Promise<Health["database"]> {
  const isUp = await db().$queryRaw`SELECT 1`.then(
    () => true,
    () => false,
  );
  return { state: isUp ? "up" : "down" };
}

async function migrationHealth(): Promise<Health["migrations"]> {
  const expected = env().MIGRATIONS;
  const applied = await db().$queryRaw<{ name: string }[]>`
    SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`.catch(
    () => [],
  );
  const names = new Set(applied.map(({ name }) => name));
  const missing = expected.filter((name) => !names.has(name));
  return { state: missing.length === 0 ? "up" : "down", missing };
}

async function mailHealth(): Promise<Health["mail"]> {
  const rows = await db().$queryRaw<{ worker: boolean; waiting: number; failing: number; age: number }[]>`
    SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = ${WORKER_LOCK}::int
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS worker,
           count(*) FILTER (WHERE attempts = 0)::int AS waiting,
           count(*) FILTER (WHERE attempts > 0)::int AS failing,
           coalesce(extract(epoch FROM now() - min("createdAt") FILTER (WHERE attempts = 0)), 0)::int AS age
      FROM "Email" WHERE "sentAt" IS NULL`.catch(() => []);
  const { worker, waiting, failing, age } = rows[0] ?? { worker: false, waiting: 0, failing: 0, age: 0 };
  const isUp = worker && age <= WAITING_SECONDS_MAX;
  return { state: isUp ? "up" : "down", isWorkerRunning: worker, waiting, failing, oldestWaitingSeconds: age };
}

/** How long an answer from external parts is reused: frequent health checks do not make us check them as often. */
const OUTSIDE_MS = 10_000;

let outside: { at: number; parts: Promise<[Health["mailServer"], Health["scanner"], Health["files"]]> } | undefined;

function outsideHealth(): Promise<[Health["mailServer"], Health["scanner"], Health["files"]]> {
  if (outside && performance.now() - outside.at < OUTSIDE_MS) return outside.parts;
  const { SMTP_URL, CLAMAV_URL } = env();
  const scanner = CLAMAV_URL ? stateOf(tryScanner(CLAMAV_URL, OUTSIDE_WAIT_MS)) : { state: "off" as const };
  const parts = Promise.all([
    stateOf(tryMailServer(SMTP_URL, OUTSIDE_WAIT_MS)),
    scanner,
    stateOf(tryStore(OUTSIDE_WAIT_MS)),
  ]);
  outside = { at: performance.now(), parts };
  return parts;
}

const OUTSIDE_WAIT_MS = 3_000;

const stateOf = (attempt: Promise<void>): Promise<{ state: PartState }> =>
  attempt.then(
    () => ({ state: "up" }),
    () => ({ state: "down" }),
  );

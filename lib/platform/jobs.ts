import { setTimeout as pause } from "node:timers/promises";
import { Logger, parseCrontab, run, runMigrations, type TaskList } from "graphile-worker";
import pg from "pg";
import { APP_ROLE, appConnection, type Tx, WAIT_MS_MAX } from "./db.ts";

/** The advisory lock held by the one active worker of a database. */
export const WORKER_LOCK = 7_201_117;

/**
 * Queues a job in the caller's transaction: it runs, at least once, if and only if that commits. `key`: replaces a job
 * that is waiting under the same key.
 */
export async function queueJob(
  tx: Tx,
  name: string,
  payload: Record<string, string>,
  options: { key?: string; runAt?: Date; maxAttempts?: number } = {},
): Promise<void> {
  const { key = null, runAt = null, maxAttempts = 25 } = options;
  // $executeRaw: add_job returns a composite row, which $queryRaw cannot read.
  await tx.$executeRaw`SELECT graphile_worker.add_job(${name}::text, ${JSON.stringify(payload)}::json,
    run_at := ${runAt}::timestamptz, job_key := ${key}::text, max_attempts := ${maxAttempts}::int)`;
}

/** Installs the queue's tables as their owner, and lets the application's role use them. Can be repeated. */
export async function installQueue(ownerUrl: string): Promise<void> {
  await runMigrations({ connectionString: ownerUrl, logger: quiet });
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(grantQueue);
  } finally {
    await client.end();
  }
}

// The queue's tables have row-level security enabled: without a policy, rights alone show no rows.
const grantQueue = `
  GRANT USAGE ON SCHEMA graphile_worker TO ${APP_ROLE};
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA graphile_worker TO ${APP_ROLE};
  GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA graphile_worker TO ${APP_ROLE};
  GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA graphile_worker TO ${APP_ROLE};
  DO $$
  DECLARE
    protected record;
  BEGIN
    FOR protected IN
      SELECT relname FROM pg_class WHERE relnamespace = 'graphile_worker'::regnamespace AND relkind = 'r' AND relrowsecurity
        AND NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid AND polname = '${APP_ROLE}')
    LOOP
      EXECUTE format('CREATE POLICY ${APP_ROLE} ON graphile_worker.%I TO ${APP_ROLE} USING (true) WITH CHECK (true)', protected.relname);
    END LOOP;
  END
  $$;`;

const quiet = new Logger(() => (level, message) => {
  if (level === "error" || level === "warning") console.error(`worker: ${message.split("\n")[0]}`);
});

export type Worker = {
  /**
   * Resolves with the reason if it ended without being stopped. Running jobs may still hang, so the process has to
   * exit.
   */
  ended: Promise<string>;
  stop(): Promise<void>;
};

type Work = { tasks: TaskList; crontab: string };

/**
 * Runs queued and timed jobs until stopped, or until the database is lost. One process at a time is active and the
 * others stand by: the active one holds an advisory lock, which PostgreSQL releases the moment the process dies. So
 * whoever gets the lock knows that every job still marked as taken belonged to a dead worker, and frees it at once;
 * graphile-worker on its own waits four hours.
 */
export function startWorker(work: Work): Worker {
  const stopping = new AbortController();
  const stopped = new Promise<void>((done) => stopping.signal.addEventListener("abort", () => done(), { once: true }));
  const working = standBy(work, stopped, stopping.signal);
  return {
    ended: working.then((why) => (why === null ? new Promise(() => {}) : why)),
    async stop() {
      stopping.abort();
      await working;
    },
  };
}

/** Waits for the lock and works while holding it; returns why the work ended, or null where it was stopped. */
async function standBy(work: Work, stopped: Promise<void>, signal: AbortSignal): Promise<string | null> {
  while (!signal.aborted) {
    const why = await workIfFree(work, stopped).catch((error: Error) => {
      if (!signal.aborted) console.error(`worker: ${error.message}`);
    });
    if (signal.aborted) return null;
    if (why) return why;
    await Promise.race([stopped, pause(1_000)]);
  }
  return null;
}

/** Returns why the work ended, or null where another process holds the lock. */
async function workIfFree(work: Work, stopped: Promise<void>): Promise<string | null> {
  const holder = new pg.Client({ ...appConnection(), query_timeout: WAIT_MS_MAX });
  const lost = new Promise<string>((done) => {
    holder.on("error", (error) => done(error.message)).on("end", () => done("the database ended the connection"));
  });
  try {
    await holder.connect();
    return (await takeOver(holder)) ? await workUntil(work, lost, stopped) : null;
  } finally {
    await Promise.race([holder.end().catch(() => {}), pause(1_000)]);
  }
}

async function takeOver(holder: pg.Client): Promise<boolean> {
  const { rows } = await holder.query("SELECT pg_try_advisory_lock($1) AS got", [WORKER_LOCK]);
  if (!rows[0].got) return false;
  await holder.query(
    `SELECT graphile_worker.force_unlock_workers(array_agg(DISTINCT locked_by))
       FROM graphile_worker.jobs WHERE locked_by IS NOT NULL HAVING count(*) > 0`,
  );
  return true;
}

async function workUntil({ tasks, crontab }: Work, lost: Promise<string>, stopped: Promise<void>): Promise<string> {
  const pool = new pg.Pool({ ...appConnection(), max: 6, query_timeout: WAIT_MS_MAX });
  // A broken connection is replaced when needed; whoever was using it gets the error from the query.
  pool.on("error", () => {}).on("connect", (client) => client.on("error", () => {}));
  const runner = await run({
    pgPool: pool,
    taskList: tasks,
    parsedCronItems: parseCrontab(crontab),
    concurrency: 4,
    pollInterval: 2_000,
    noHandleSignals: true,
    logger: quiet,
  });
  const gaveUp = runner.promise.then(
    () => "the job runner ended",
    (error: Error) => error.message,
  );
  const why = await Promise.race([lost, gaveUp, stopped]);
  if (why) return why; // does not wait for running jobs: some of them would never finish
  await runner.stop().catch(() => {});
  await pool.end();
  return "stopped";
}

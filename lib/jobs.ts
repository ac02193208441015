import { Logger, parseCrontab, type Runner, run, runMigrations, type TaskList } from "graphile-worker";
import pg from "pg";
import { APP_ROLE, appConnection, type Tx } from "./db.ts";

/** The advisory lock that the one working worker of a database holds. */
export const WORKER_LOCK = 7_201_117;

/**
 * Queues a job in the caller's transaction: it runs if and only if that commits, at least once.
 * `key`: a job that waits under the same key is replaced.
 */
export async function queueJob(
  tx: Tx,
  name: string,
  payload: Record<string, string>,
  options: { key?: string; runAt?: Date; maxAttempts?: number } = {},
): Promise<void> {
  const { key = null, runAt = null, maxAttempts = 25 } = options;
  // $executeRaw: add_job answers a composite row, which $queryRaw cannot read.
  await tx.$executeRaw`SELECT graphile_worker.add_job(${name}::text, ${JSON.stringify(payload)}::json,
    run_at := ${runAt}::timestamptz, job_key := ${key}::text, max_attempts := ${maxAttempts}::int)`;
}

/** Installs the queue's tables as their owner, and lets the application's role use them. Repeatable. */
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

// The queue's tables have row level security on: without a policy, rights alone show no row.
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

export type Worker = { stop(): Promise<void> };

/**
 * Runs queued and timed jobs until stopped.
 *
 * One process at a time works and the others stand by: it holds an advisory lock, which PostgreSQL frees the moment that
 * the process dies. Whoever gets the lock so knows that every job still marked as taken was a dead worker's, and frees it
 * at once; graphile-worker by itself waits four hours for that.
 */
export function startWorker(work: { tasks: TaskList; crontab: string }): Worker {
  const stopping = new AbortController();
  const loop = standBy(work, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}

async function standBy(work: { tasks: TaskList; crontab: string }, stopping: AbortSignal): Promise<void> {
  const stopped = new Promise<void>((done) => stopping.addEventListener("abort", () => done(), { once: true }));
  while (!stopping.aborted) {
    const holder = new pg.Client(appConnection());
    const lost = new Promise<void>((done) => holder.on("error", () => done()).on("end", () => done()));
    try {
      await holder.connect();
      if (await takeOver(holder)) await workUntil(work, Promise.race([lost, stopped]));
    } catch (error) {
      if (!stopping.aborted) console.error(`worker: ${error instanceof Error ? error.message : error}`);
    } finally {
      await holder.end().catch(() => {});
    }
    if (!stopping.aborted) await Promise.race([stopped, new Promise((wake) => setTimeout(wake, 1_000))]);
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

async function workUntil(
  { tasks, crontab }: { tasks: TaskList; crontab: string },
  end: Promise<unknown>,
): Promise<void> {
  const pool = new pg.Pool({ ...appConnection(), max: 6 });
  // A connection that broke is replaced when it is needed; whoever was using it hears of it from the query.
  pool.on("error", () => {}).on("connect", (client) => client.on("error", () => {}));
  let runner: Runner | undefined;
  try {
    runner = await run({
      pgPool: pool,
      taskList: tasks,
      parsedCronItems: parseCrontab(crontab),
      concurrency: 4,
      pollInterval: 2_000,
      noHandleSignals: true,
      logger: quiet,
    });
    await Promise.race([end, runner.promise]);
  } finally {
    await runner?.stop().catch(() => {});
    await pool.end();
  }
}

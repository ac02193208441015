// Prepares a database for the portal: migrations, the queue's tables, the application's rights, first data.
import { spawn } from "node:child_process";
import pg from "pg";
import { APP_ROLE, db, disconnect } from "#lib/platform/db.ts";
import { EnvironmentError, readSettings, setEnvironment } from "#lib/platform/env.ts";
import { installQueue } from "#lib/platform/jobs.ts";
import { stepEdges } from "#lib/workflow/steps.ts";
import { completeEnvironment, dataFolder, migrationNames } from "./environment.ts";
import { checkMigrations } from "./migrations.ts";
import { borrowPostgres, type PostgresUrls } from "./postgres.ts";
import { prismaCommand } from "./prisma-command.ts";

/**
 * Updates the tables as their owner, and lets the application's login take on the application's role.
 * @throws EnvironmentError where the portal does not recognise the state of the database
 */
export async function migrate(ownerUrl: string, appUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await checkMigrations(client);
    if (!(await isMigrated(client))) await deployMigrations(ownerUrl);
    await installSteps(client);
    await installQueue(ownerUrl);
    const login = decodeURIComponent(new URL(appUrl).username);
    const { rows } = await client.query(
      "SELECT login = current_user OR pg_has_role(login, $2, 'MEMBER') AS done FROM (VALUES ($1)) AS it(login)",
      [login, APP_ROLE],
    );
    if (!rows[0].done) await client.query(`GRANT ${APP_ROLE} TO ${pg.escapeIdentifier(login)}`);
  } finally {
    await client.end();
  }
}

/** Stores the current table of steps, which the database enforces. Only the tables' owner may write it. */
async function installSteps(client: pg.Client): Promise<void> {
  await client.query("BEGIN");
  await client.query(`LOCK TABLE "StepEdge" IN SHARE ROW EXCLUSIVE MODE`);
  await client.query(`DELETE FROM "StepEdge"`);
  await client.query(
    `INSERT INTO "StepEdge" (action, "fromState", "toState", changes, roles) SELECT * FROM jsonb_to_recordset($1)
      AS one (action text, "fromState" "State", "toState" "State", changes text[], roles "Role"[])`,
    [JSON.stringify(stepEdges())],
  );
  await client.query("COMMIT");
}

async function isMigrated(client: pg.Client): Promise<boolean> {
  const { rows: found } = await client.query("SELECT to_regclass('public._prisma_migrations') IS NOT NULL AS exists");
  if (!found[0].exists) return false;
  const { rows } = await client.query(
    "SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL",
  );
  const applied = new Set(rows.map((row) => row.name));
  return migrationNames().every((name) => applied.has(name));
}

/**
 * Prisma's command takes two seconds to find that there is nothing to do, so it only runs when a migration is missing.
 */
async function deployMigrations(ownerUrl: string): Promise<void> {
  const { code, output } = await runPrisma(["migrate", "deploy"], ownerUrl);
  if (code !== 0) throw new Error(`The migrations failed:\n${output}`);
}

/** Runs Prisma's command line on a database as its owner, and waits for it. */
export async function runPrisma(words: string[], ownerUrl: string): Promise<{ code: unknown; output: string }> {
  const { file, args, options } = prismaCommand(words, ownerUrl);
  let output = "";
  const child = spawn(file, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const code = await new Promise((done) => child.once("close", done));
  return { code, output: output.trim() };
}

/** Whether anybody has an account: the demonstration is only for a database without people. */
export async function hasPeople(): Promise<boolean> {
  return (await db().person.count()) > 0;
}

/**
 * Runs an operator's task on the portal's database, even while the portal runs; an embedded database that is not
 * running is started for it. Problems are printed as lines, with exit code 1.
 */
export async function onDatabase(work: (urls: PostgresUrls) => Promise<void>): Promise<void> {
  try {
    const settings = readSettings();
    const { DATABASE_URL: appUrl, DATABASE_OWNER_URL: ownerUrl = appUrl } = settings;
    const borrowed = appUrl && ownerUrl ? null : await borrowPostgres(dataFolder(settings));
    const urls = borrowed ?? { appUrl: appUrl ?? "", ownerUrl: ownerUrl ?? "" };
    try {
      const smtpUrl = settings.SMTP_URL ?? "smtp://127.0.0.1:25";
      setEnvironment(completeEnvironment(settings, { databaseUrl: urls.appUrl, smtpUrl }));
      await work(urls);
    } finally {
      await disconnect();
      await borrowed?.stop();
    }
  } catch (error) {
    const lines =
      error instanceof EnvironmentError ? error.problems : [error instanceof Error ? error.message : String(error)];
    for (const line of lines) console.error(line);
    process.exitCode = 1;
  }
}

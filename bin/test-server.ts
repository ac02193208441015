// The databases of the tests, on the server that bin/test.mjs starts.

import { randomUUID } from "node:crypto";
import pg from "pg";

/** The templates that bin/test.mjs has made: with reference data only, or with the whole demonstration. */
export type Template = "template_reference" | "template_demo";

/** `databaseUrl`: as the application's login; `ownerUrl`: as the owner of the tables. */
export type TestDatabase = { databaseUrl: string; ownerUrl: string };

/** Copies a template to a new database. */
export async function copyDatabase(template: Template): Promise<TestDatabase & { drop: () => Promise<void> }> {
  const { TEST_OWNER_URL: ownerUrl, TEST_APP_URL: appUrl } = process.env;
  if (!ownerUrl || !appUrl)
    throw new Error("There is no test server: run `npm test -- unit FILE` or `npm test -- e2e NAME`.");
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await runSql(ownerUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  return {
    databaseUrl: inDatabase(appUrl, name),
    ownerUrl: inDatabase(ownerUrl, name),
    drop: async () => {
      await runSql(ownerUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/** Drops the databases that killed tests have left. */
export async function dropTestDatabases(ownerUrl: string): Promise<void> {
  await inSession(ownerUrl, async (client) => {
    const { rows } = await client.query<{ sql: string }>(`
      SELECT format('DROP DATABASE %I WITH (FORCE)', datname) AS sql FROM pg_database
        WHERE datname NOT IN ('postgres', 'psf') AND datname !~ '^template'`);
    for (const { sql } of rows) await client.query(sql);
  });
}

/** The options of a session in which no triggers fire and no keys are checked: it writes like a restore. */
export const UNGUARDED = "-c session_replication_role=replica";

/** Lets money move in a test's ledger without the step or the payment that it would belong to. */
export const LEDGER_ALONE = `ALTER TABLE "LedgerEntry" DISABLE TRIGGER entry_of_payment, DISABLE TRIGGER entered_by_step`;

/** Works in a database session that ends with the work. */
export async function inSession<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Runs one statement in a session of its own, and returns its rows. */
export const runSql = (url: string, sql: string, values: unknown[] = []): Promise<pg.QueryResult["rows"]> =>
  inSession(url, async (client) => (await client.query(sql, values)).rows);

/** The same address with another database's name. */
export function inDatabase(url: string, name: string): string {
  const copy = new URL(url);
  copy.pathname = `/${name}`;
  return copy.href;
}

/** The seed for the random choices of this run's tests. */
export const seed = (): number => {
  const { TEST_SEED } = process.env;
  if (!TEST_SEED) throw new Error("There is no seed: run `npm test -- unit FILE`.");
  return Number(TEST_SEED);
};

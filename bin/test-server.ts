// The databases of the tests, on the server that bin/test.mjs starts.
import { randomUUID } from "node:crypto";
import pg from "pg";

/** What bin/test.mjs has made: with reference data only, or with the whole demo. */
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
    drop: () => runSql(ownerUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** Drops what tests that were killed have left. */
export async function dropTestDatabases(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ sql: string }>(`
      SELECT format('DROP DATABASE %I WITH (FORCE)', datname) AS sql FROM pg_database
        WHERE datname NOT IN ('postgres', 'psf') AND datname !~ '^template'`);
    for (const { sql } of rows) await client.query(sql);
  } finally {
    await client.end();
  }
}

/** The options of a session in which no trigger fires and no key is looked for: it writes as a restore does. */
export const UNGUARDED = "-c session_replication_role=replica";

/** What lets money move in the ledger of a test without the step or the payment that it would be of. */
export const LEDGER_ALONE = `ALTER TABLE "LedgerEntry" DISABLE TRIGGER entry_of_payment, DISABLE TRIGGER entered_by_step`;

/** Runs one statement in a session of its own. */
export async function runSql(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** The same address with another database's name. */
export function inDatabase(url: string, name: string): string {
  const copy = new URL(url);
  copy.pathname = `/${name}`;
  return copy.href;
}

/** What the random tests of this run make their choices from. */
export const seed = (): number => {
  const { TEST_SEED } = process.env;
  if (!TEST_SEED) throw new Error("There is no seed: run `npm test -- unit FILE`.");
  return Number(TEST_SEED);
};

// Reads which migrations a database has before any are applied. A database from before the first release is recognised;
// one that is not the portal's, or is incomplete, is refused.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { EnvironmentError } from "#lib/platform/env.ts";
import BEFORE from "../prisma/before/checksums.json" with { type: "json" };
import { migrationNames } from "./environment.ts";

/** The two migrations that all earlier ones were folded into at the first release. */
const FOLDED = ["00000000000000_tables", "00000000000001_guards"] as const;

/** Prisma holds this advisory lock while it applies migrations. */
const PRISMA_LOCK = 72707369;

type Applied = { name: string; checksum: string; isFinished: boolean };

/**
 * Checks the migrations of a database. Where it has all those from before the first release, its record is changed to
 * the two that they were folded into. Waits while another start applies migrations.
 * @throws EnvironmentError where the portal does not recognise the state of the database; then nothing has been changed
 */
export async function checkMigrations(client: pg.Client): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query("SELECT pg_advisory_xact_lock($1)", [PRISMA_LOCK]);
    const applied = await listApplied(client);
    const problem = applied.length > 0 ? problemOf(applied) : await tablesProblem(client);
    if (problem) throw new EnvironmentError([`The database was not changed because ${problem}`]);
    if (applied.some(({ name }) => name in BEFORE)) await recordFolded(client, applied);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {}); // the connection itself may have failed
    throw error;
  }
}

/** Migrations that were rolled back count as never applied. */
async function listApplied(client: pg.Client): Promise<Applied[]> {
  const { rows: found } = await client.query("SELECT to_regclass('public._prisma_migrations') IS NOT NULL AS exists");
  if (!found[0].exists) return [];
  const { rows } = await client.query<Applied>(`
    SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS "isFinished"
      FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name`);
  return rows;
}

/** Why a database with these migrations cannot be used, and what to do; null where it can. */
function problemOf(applied: readonly Applied[]): string | null {
  const own = Object.fromEntries(migrationNames().map((name) => [name, checksumOf(name)]));
  const known: Record<string, string> = { ...BEFORE, ...own };
  const unfinished = applied.find(({ isFinished }) => !isFinished);
  if (unfinished) {
    const undo = `npm run prisma -- migrate resolve --rolled-back ${unfinished.name}`;
    return `its migration ${unfinished.name} did not finish. Restore the backup from before it, or run \`${undo}\` if none of its changes are there, and start again.`;
  }
  const unknown = applied.find(({ name }) => !(name in known));
  if (unknown) {
    return `this version of the portal does not know its migration ${unknown.name}. Start the version that applied it, or restore the backup from before it.`;
  }
  const edited = applied.find(({ name, checksum }) => known[name] !== checksum);
  if (edited) {
    return `its migration ${edited.name} was applied with a different text. Start the version that applied it, or restore the backup from before it.`;
  }
  const names = new Set(applied.map(({ name }) => name));
  const [missing, ...others] = Object.keys(BEFORE).filter((name) => !names.has(name));
  if (!missing || others.length + 1 === Object.keys(BEFORE).length) return null;
  const what = others.length > 0 ? `${missing} and ${others.length} more migrations` : `the migration ${missing}`;
  return `it lacks ${what} from before the first release. Start the last version that has it once, and then this one (docs/decisions/016-migrations-are-folded-once.md says how).`;
}

/** The same for a database without migrations: it has to be empty, except for what extensions have created. */
async function tablesProblem(client: pg.Client): Promise<string | null> {
  const { rows } = await client.query<{ name: string }>(`
    SELECT relname AS name FROM pg_class
      WHERE relnamespace = to_regnamespace('public') AND relkind IN ('r', 'p') AND relname <> '_prisma_migrations'
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
      ORDER BY relname LIMIT 1`);
  if (!rows[0]) return null;
  return `it has tables (${rows[0].name}) but no migrations of the portal. Use an empty database, or the one that the portal has made.`;
}

async function recordFolded(client: pg.Client, applied: readonly Applied[]): Promise<void> {
  const before = Object.keys(BEFORE);
  await client.query("DELETE FROM _prisma_migrations WHERE migration_name = ANY ($1)", [before]);
  for (const name of FOLDED.filter((one) => !applied.some((row) => row.name === one))) {
    await client.query(
      "INSERT INTO _prisma_migrations (id, migration_name, checksum, finished_at) VALUES (gen_random_uuid(), $1, $2, now())",
      [name, checksumOf(name)],
    );
  }
  console.log(
    `The database has all ${before.length} migrations from before the first release: ${FOLDED.join(" and ")} are recorded in their place.`,
  );
}

/** As Prisma records it. */
const checksumOf = (name: string): string =>
  createHash("sha256")
    .update(readFileSync(join(import.meta.dirname, "..", "prisma", "migrations", name, "migration.sql")))
    .digest("hex");

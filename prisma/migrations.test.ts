// A migration is never edited, and all of them together produce the schema. A database from before the first release
// keeps everything in it; one that is incomplete, or not the portal's, is refused without any change.
import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { listLedgerDifferences } from "#lib/budget/queries.ts";
import { db, disconnect } from "#lib/platform/db.ts";
import { EnvironmentError, env, setEnvironment } from "#lib/platform/env.ts";
import { changeEnvelope } from "#lib/testing/database.ts";
import { migrate, runPrisma } from "../bin/database.ts";
import { migrationNames } from "../bin/environment.ts";
import { checkMigrations } from "../bin/migrations.ts";
import { inDatabase, runSql, type TestDatabase } from "../bin/test-server.ts";
import { MIGRATIONS_BEFORE, makeDatabaseBefore } from "./before/database.ts";
import { seedReferenceData } from "./seed.ts";

const { TEST_OWNER_URL = "", TEST_APP_URL = "" } = process.env;
const template = `before_${randomUUID().replaceAll("-", "")}`;
const textOf = (name: string) => readFileSync(join(import.meta.dirname, "migrations", name, "migration.sql"), "utf8");
const readList = (path: string): Record<string, string> =>
  JSON.parse(readFileSync(join(import.meta.dirname, path), "utf8"));
const checksumsOf = (texts: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, createHash("sha256").update(text).digest("hex")]),
  );

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

beforeAll(async () => {
  await runSql(TEST_OWNER_URL, `CREATE DATABASE ${template}`);
  const client = await connect(inDatabase(TEST_OWNER_URL, template));
  await makeDatabaseBefore(client);
  await client.end();
});
afterAll(() => runSql(TEST_OWNER_URL, `DROP DATABASE ${template} WITH (FORCE)`));

/** A new database with a session of its owner: empty, or a copy. */
async function newDatabase(copyOf = "template0"): Promise<TestDatabase & { client: pg.Client }> {
  const name = `migrations_${randomUUID().replaceAll("-", "")}`;
  await runSql(TEST_OWNER_URL, `CREATE DATABASE ${name} TEMPLATE ${copyOf}`);
  const ownerUrl = inDatabase(TEST_OWNER_URL, name);
  const client = await connect(ownerUrl);
  onTestFinished(async () => {
    await client.end();
    await runSql(TEST_OWNER_URL, `DROP DATABASE ${name} WITH (FORCE)`);
  });
  return { ownerUrl, databaseUrl: inDatabase(TEST_APP_URL, name), client };
}

/** Every row of every table; empty tables are left out. */
async function rowsOf(client: pg.Client): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
  );
  const found: Record<string, string> = {};
  for (const { name } of rows) {
    const { rows: all } = await client.query<{ rows: string | null }>(
      `SELECT string_agg(to_jsonb(t)::text, E'\\n' ORDER BY to_jsonb(t)::text) AS rows FROM ${pg.escapeIdentifier(name)} t`,
    );
    if (all[0]?.rows) found[name] = all[0].rows;
  }
  return found;
}

/**
 * Every object of the schema with its definition and its rights. Without the order of columns and the names that
 * PostgreSQL gives to NOT NULL, which keep the name that a column used to have.
 */
const SCHEMA = `
  WITH relations AS (SELECT * FROM pg_class WHERE relnamespace = 'public'::regnamespace)
  SELECT concat_ws(' | ', kind, name, definition) AS line FROM (
    SELECT 'column', relname || '.' || attname, concat_ws(' ', format_type(atttypid, atttypmod),
        CASE WHEN attnotnull THEN 'NOT NULL' END, attcollation::regcollation, attidentity, attgenerated,
        pg_get_expr(adbin, adrelid), (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(attacl) a))
      FROM relations r JOIN pg_attribute ON attrelid = r.oid AND attnum > 0 AND NOT attisdropped
      LEFT JOIN pg_attrdef ON adrelid = r.oid AND adnum = attnum WHERE relkind = 'r'
    UNION ALL SELECT 'relation', relname, concat_ws(' ', relkind, (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(relacl) a))
      FROM relations
    UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname,
        concat_ws(' ', pg_get_constraintdef(oid), condeferrable, condeferred, convalidated)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'trigger', tgrelid::regclass || '.' || tgname, concat_ws(' ', pg_get_triggerdef(g.oid), tgenabled)
      FROM pg_trigger g JOIN relations r ON r.oid = tgrelid WHERE NOT tgisinternal
    UNION ALL SELECT 'function', p.oid::regprocedure::text, concat_ws(' ', proacl::text,
        CASE WHEN aggfnoid IS NULL THEN pg_get_functiondef(p.oid) ELSE concat_ws(' ', aggtransfn, aggtranstype::regtype, agginitval) END)
      FROM pg_proc p LEFT JOIN pg_aggregate ON aggfnoid = p.oid WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'enum', typname, string_agg(enumlabel, ', ' ORDER BY enumsortorder)
      FROM pg_type t JOIN pg_enum ON enumtypid = t.oid WHERE typnamespace = 'public'::regnamespace GROUP BY typname
    UNION ALL SELECT 'sequence', sequencename, concat_ws(' ', data_type, start_value, increment_by, max_value, cycle)
      FROM pg_sequences WHERE schemaname = 'public'
    UNION ALL SELECT 'rights', nspname, (SELECT array_agg(a::text ORDER BY a::text)::text FROM unnest(nspacl) a)
      FROM pg_namespace WHERE nspname = 'public'
    UNION ALL SELECT 'comment', pg_describe_object(classoid, objoid, objsubid), description
      FROM pg_description WHERE objoid >= 16384
    UNION ALL SELECT 'schema', nspname, '' FROM pg_namespace WHERE nspname !~ '^pg_'
  ) one (kind, name, definition) ORDER BY 1`;

const schemaOf = async (client: pg.Client) =>
  (await client.query<{ line: string }>(SCHEMA)).rows.map(({ line }) => line);

const recordOf = async (client: pg.Client) =>
  (await client.query("SELECT id, migration_name, checksum FROM _prisma_migrations ORDER BY migration_name")).rows;

describe("the migrations of the repository", () => {
  test("are never edited: a change is a new migration, with its line in prisma/checksums.json", () => {
    expect(checksumsOf(Object.fromEntries(migrationNames().map((name) => [name, textOf(name)])))).toEqual(
      readList("checksums.json"),
    );
  });

  test("come in one order, after the two that the first ones were folded into", () => {
    const [tables, guards, ...later] = migrationNames();
    expect([tables, guards]).toEqual(["00000000000000_tables", "00000000000001_guards"]);
    for (const name of later) expect(name).toMatch(/^20\d{12}_[a-z0-9_]+$/);
    const times = later.map((name) => name.slice(0, 14));
    expect(new Set(times).size).toBe(times.length);
  });

  test("make each payment a document with one line, and no cent or day of it another", async () => {
    const { client } = await newDatabase();
    const [first, ...rest] = ["20261130220000_part_paid", "20261130220100_payment_lines"];
    for (const name of migrationNames().filter((one) => one < (first ?? ""))) await client.query(textOf(name));
    // Only the rows, without what they depend on.
    await client.query(`SET session_replication_role = replica`);
    const [claim, recovered, bare] = [1, 2, 3].map((one) => `00000000-0000-7000-8000-00000000000${one}`);
    const made = (id: string | undefined, number: number, state: string) =>
      `INSERT INTO "Claim" (id, "applicationId", number, "agencyId", "startYear", cents, "gstCents", "invoiceNumber",
        "invoicedOn", milestone, "invoiceId", state, "claimedById", "decidedById", "decidedAt", "workFrom", "workTo")
        VALUES ('${id}', '${bare}', ${number}, '${bare}', 2026, ${number}23, 0, 'INV ${number}', '2026-10-01', 'Course', '${bare}',
          '${state}', '${bare}', '${bare}', now(), '2026-09-01', '2026-09-30')`;
    const paid = (of: string | null | undefined, cents: number, reference: string, day: number) =>
      `INSERT INTO "Payment" (id, "applicationId", "claimId", "startYear", cents, "paidOn", reference, "recordedById", "recordedAt")
        VALUES (gen_random_uuid(), '${bare}', ${of ? `'${of}'` : "NULL"}, 2026, ${cents}, '2026-11-0${day}', '${reference}', '${bare}',
          '2026-11-0${day}T01:02:03.004Z')`;
    for (const sql of [
      made(claim, 1, "PAID"),
      made(recovered, 2, "RECOVERED"),
      paid(claim, 123, "FIN-YP1", 1),
      paid(recovered, 223, "fin yp 1", 2),
      paid(null, 77, "OLD", 3),
      `INSERT INTO "Recovery" (id, "applicationId", "claimId", "startYear", cents, "receivedOn", reference, reason, "recordedById")
        VALUES (gen_random_uuid(), '${bare}', '${recovered}', 2026, 223, '2026-11-05', 'R-1', 'Twice', '${bare}')`,
    ]) {
      await client.query(sql);
    }
    const KEPT = `id::text, "applicationId", "claimId", "startYear", cents, "paidOn"::text, "recordedById", "recordedAt"`;
    const { rows: before } = await client.query(`SELECT reference, ${KEPT} FROM "Payment" ORDER BY "paidOn"`);
    for (const name of [first ?? "", ...rest]) await client.query(textOf(name));
    const { rows: after } =
      await client.query(`SELECT (SELECT reference FROM "Payment" p WHERE p.id = l."paymentId"), ${KEPT}
      FROM "PaymentLine" l ORDER BY "paidOn"`);
    expect(after).toEqual(before);
    const { rows: documents } = await client.query(
      `SELECT reference, "sharesReference" AS shares FROM "Payment" ORDER BY "recordedAt"`,
    );
    expect(documents).toEqual([
      { reference: "FIN-YP1", shares: false },
      { reference: "fin yp 1", shares: true },
      { reference: "OLD", shares: false },
    ]);
    const { rows: claims } = await client.query(`SELECT state, "paidCents", "backCents" FROM "Claim" ORDER BY number`);
    expect(claims).toEqual([
      { state: "PAID", paidCents: "123", backCents: "0" },
      { state: "RECOVERED", paidCents: "223", backCents: "223" },
    ]);
  });

  test("join each entry of money to what it enters, and a credit note to what it settled, and change no figure", async () => {
    const { client } = await newDatabase();
    const joins = "20261130235500_entries_of_payments";
    for (const name of migrationNames().filter((one) => one < joins)) await client.query(textOf(name));
    await client.query(`SET session_replication_role = replica`);
    const id = (last: number) => `00000000-0000-7000-8000-0000000000${last}`;
    const at = (minute: number) => `'2026-11-01T01:${10 + minute}:00Z'`;
    const line = (last: number, cents: number, minute: number, more = "false, NULL, NULL") =>
      `INSERT INTO "PaymentLine" (id, "paymentId", "applicationId", "claimId", "startYear", cents, "paidOn", "isCredit", "reversesId",
        reason, "recordedById", "recordedAt") VALUES ('${id(last)}', '${id(90)}', '${id(91)}', '${id(92)}', 2026, ${cents}, '2026-11-01',
        ${more}, '${id(93)}', ${at(minute)})`;
    const entry = (cents: number, minute: number, day = "'2026-11-01'") =>
      `INSERT INTO "LedgerEntry" ("startYear", "applicationId", kind, "paidCents", reason, "effectiveOn", "requestId", at)
        VALUES (2026, '${id(91)}', '${cents > 0 ? "PAY" : "RECOVER"}', ${cents}, 'Test', ${day}, gen_random_uuid(), ${at(minute)})`;
    for (const sql of [
      // The same amount twice on one day, the second of which was reversed and paid again; and what a credit note
      // settled.
      ...[line(10, 50, 1), entry(50, 1), line(11, 50, 2), entry(50, 2)],
      ...[entry(-50, 3), line(12, -50, 3, `false, '${id(11)}', 'Wrong'`), line(13, 50, 3), entry(50, 3)],
      ...[line(14, 20, 4), line(15, -30, 4, "true, NULL, 'CN'"), entry(20, 4), entry(-30, 4)],
      `INSERT INTO "Recovery" (id, "applicationId", "startYear", cents, "receivedOn", reference, reason, "recordedById", "recordedAt")
        VALUES ('${id(16)}', '${id(91)}', 2026, 7, '2026-11-01', 'R-1', 'Unspent', '${id(93)}', ${at(5)})`,
      entry(-7, 5, "NULL"),
      // Nobody can tell which of the two this line is.
      ...[line(17, 99, 6), entry(99, 6), entry(99, 7)],
    ]) {
      await client.query(sql);
    }
    const FIGURES = `SELECT id, "paidCents", "effectiveOn"::text, reason, at FROM "LedgerEntry" ORDER BY id`;
    const { rows: before } = await client.query(FIGURES);
    await client.query(textOf(joins));
    expect((await client.query(FIGURES)).rows).toEqual(before);
    const { rows } = await client.query(
      `SELECT right(coalesce("lineId", "recoveryId")::text, 2) AS of FROM "LedgerEntry" ORDER BY id`,
    );
    expect(rows.map(({ of }) => of)).toEqual(["10", "11", "12", "13", "14", "15", "16", null, null]);
    const { rows: settles } = await client.query(
      `SELECT right(id::text, 2) AS credit, right("settlesId"::text, 2) AS line FROM "PaymentLine" WHERE "settlesId" IS NOT NULL`,
    );
    expect(settles).toEqual([{ credit: "15", line: "14" }]);
  });

  test("make what the schema says, on an empty database, and are not applied twice", async () => {
    const { client, ownerUrl, databaseUrl } = await newDatabase();
    await migrate(ownerUrl, databaseUrl);
    const record = await recordOf(client);
    expect(record.map((row) => row.migration_name)).toEqual(migrationNames());
    const schema = join(import.meta.dirname, "schema.prisma");
    const diff = ["migrate", "diff", "--from-config-datasource", "--to-schema", schema, "--exit-code"];
    expect(await runPrisma(diff, ownerUrl)).toEqual({
      code: 0,
      output: expect.stringContaining("No difference detected"),
    });
    await migrate(ownerUrl, databaseUrl);
    expect(await recordOf(client)).toEqual(record);
  });
});

describe("a database from before the first release", () => {
  test("was made by the migrations that are listed", () => {
    expect(checksumsOf(MIGRATIONS_BEFORE)).toEqual(readList("before/checksums.json"));
  });

  test("has the schema of a new one", async () => {
    const [before, folded] = [await newDatabase(template), await newDatabase()];
    await folded.client.query(textOf("00000000000000_tables"));
    await folded.client.query(textOf("00000000000001_guards"));
    const isOurs = (line: string) => !line.includes("_prisma_migrations");
    expect(await schemaOf(folded.client)).toEqual((await schemaOf(before.client)).filter(isOurs));
  });

  test("is recognised, keeps every row and figure, and works with the portal", async () => {
    const { client, ownerUrl, databaseUrl } = await newDatabase(template);
    const { _prisma_migrations: _, ...before } = await rowsOf(client);
    expect(Object.keys(before).length).toBeGreaterThan(20);
    const schema = await schemaOf(client);
    const log = vi.spyOn(console, "log").mockReturnValue();
    await checkMigrations(client);
    expect(log.mock.calls.join()).toContain("all 28 migrations from before the first release");
    log.mockRestore();
    const { _prisma_migrations: __, ...after } = await rowsOf(client);
    expect(after).toEqual(before);
    expect(await schemaOf(client)).toEqual(schema);
    const folded = checksumsOf(
      Object.fromEntries(
        migrationNames()
          .slice(0, 2)
          .map((name) => [name, textOf(name)]),
      ),
    );
    expect(await recordOf(client)).toEqual(
      Object.entries(folded).map(([name, checksum]) => ({ id: expect.any(String), migration_name: name, checksum })),
    );

    await migrate(ownerUrl, databaseUrl);
    const status = await runPrisma(["migrate", "status"], ownerUrl);
    expect(status).toEqual({ code: 0, output: expect.stringContaining("Database schema is up to date!") });
    const url = env().DATABASE_URL;
    setEnvironment({ DATABASE_URL: databaseUrl });
    onTestFinished(async () => {
      await disconnect();
      setEnvironment({ DATABASE_URL: url });
    });
    await seedReferenceData();
    expect(await db().financialYear.findUniqueOrThrow({ where: { startYear: 2025 } })).toMatchObject({
      envelopeCents: 269999877n,
    });
    for (const email of ["asks@after.example", "confirms@after.example"]) {
      await client.query(`SET session_replication_role = replica;
        WITH made AS (INSERT INTO "Person" (id, email, name, side)
          VALUES (gen_random_uuid(), '${email}', '${email}', 'MFAT') RETURNING id)
        INSERT INTO "PersonRole" ("personId", side, role) SELECT id, 'MFAT', 'BUDGET' FROM made;
        SET session_replication_role = DEFAULT`);
    }
    await changeEnvelope(2026, 100n);
    expect(await db().financialYear.findUniqueOrThrow({ where: { startYear: 2026 } })).toMatchObject({
      envelopeCents: 275000101n,
    });
    expect(await listLedgerDifferences()).toEqual([]);
    await expect(db().$executeRaw`UPDATE "FinancialYear" SET "envelopeCents" = 0`).rejects.toThrow("permission denied");
    await expect(client.query(`UPDATE "ApplicationVersion" SET "agencyName" = 'Another'`)).rejects.toThrow(
      "append-only",
    );
  });

  test("is recognised also where Prisma's own command has tried the new migrations and was set back", async () => {
    const { client } = await newDatabase(template);
    await client.query(`INSERT INTO _prisma_migrations (id, checksum, migration_name, rolled_back_at)
      VALUES ('tried', 'x', '00000000000000_tables', now())`);
    const log = vi.spyOn(console, "log").mockReturnValue();
    await checkMigrations(client);
    log.mockRestore();
    expect((await recordOf(client)).map(({ id, migration_name }) => [id === "tried", migration_name])).toEqual(
      expect.arrayContaining([
        [true, "00000000000000_tables"],
        [false, "00000000000000_tables"],
        [false, "00000000000001_guards"],
      ]),
    );
  });
});

describe("a database is refused in one line, and nothing is changed:", () => {
  const LAST = "20261129180100_released_report_forms";
  const add = (name: string, finished: string) =>
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('added', 'x', '${name}', ${finished})`;
  const change = (name: string, set: string) => `UPDATE _prisma_migrations SET ${set} WHERE migration_name = '${name}'`;
  const DATE = "20270101000000_later";

  const refused: [what: string, from: "before" | "today" | "nothing", sql: string, line: string][] = [
    [
      "one migration from before is missing",
      "before",
      `DELETE FROM _prisma_migrations WHERE migration_name = '${LAST}'`,
      `it lacks the migration ${LAST} from before the first release. Start the last version that has it once, and then`,
    ],
    [
      "several are missing",
      "before",
      `DELETE FROM _prisma_migrations WHERE migration_name > '20261129'`,
      "it lacks 20261129102000_codes_by_browser and 5 more migrations from before the first release. Start the last",
    ],
    ["one is unknown", "before", add(DATE, "now()"), `this version of the portal does not know its migration ${DATE}.`],
    [
      "one did not finish",
      "before",
      change(LAST, "finished_at = NULL"),
      `its migration ${LAST} did not finish. Restore the backup from before it, or run`,
    ],
    [
      "one had another text",
      "before",
      change("20261124000100_guards", "checksum = repeat('0', 64)"),
      "its migration 20261124000100_guards was applied with a different text. Start the version that applied it, or",
    ],
    [
      "Prisma's own command has tried the new migrations",
      "before",
      add("00000000000000_tables", "NULL"),
      "run `npm run prisma -- migrate resolve --rolled-back 00000000000000_tables` if none of its changes are there",
    ],
    ["its migrations are not recorded", "before", "DROP TABLE _prisma_migrations", "it has tables (Acquittal) but"],
    ["it is somebody else’s", "nothing", "CREATE TABLE theirs (id int)", "it has tables (theirs) but no migrations of"],
    ["a later version made it", "today", add(DATE, "now()"), "does not know its migration 20270101000000_later. Start"],
    ["a new one did not finish", "today", change("00000000000001_guards", "finished_at = NULL"), "did not finish."],
    ["a new one had another text", "today", change("00000000000000_tables", "checksum = 'x'"), "a different text."],
  ];
  test.each(refused)("%s", async (_what, from, sql, line) => {
    const { client, ownerUrl, databaseUrl } = await newDatabase(
      { before: template, today: "template_reference", nothing: "template0" }[from],
    );
    await client.query(sql);
    const found = async () => ({ rows: await rowsOf(client), schema: await schemaOf(client) });
    const before = await found();
    const error = await migrate(ownerUrl, databaseUrl).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EnvironmentError);
    expect((error as EnvironmentError).problems).toEqual([
      expect.stringMatching(/^The database was not changed because .+$/),
    ]);
    expect((error as EnvironmentError).message).toContain(line);
    expect(await found()).toEqual(before);
  });
});

import pg from "pg";
import { describe, expect, test } from "vitest";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { appConnection, db, disconnect, nameStatements, type Tx, transaction } from "./db.ts";
import { setEnvironment } from "./env.ts";
import { queueJob } from "./jobs.ts";

const database = useTestDatabase();

async function currentUser(url: string): Promise<string> {
  const client = new pg.Client(appConnection(url));
  await client.connect();
  const { rows } = await client.query("SELECT current_user AS name");
  await client.end();
  return rows[0].name;
}

describe("the application's rights", () => {
  test("its own login and the owner's both act as psf_app", async () => {
    expect(await currentUser(database.databaseUrl)).toBe("psf_app");
    expect(await currentUser(database.ownerUrl)).toBe("psf_app");
  });

  test.each(["LedgerEntry", "AuditEvent"])("%s can be neither changed nor emptied", async (table) => {
    for (const sql of [`UPDATE "${table}" SET id = id`, `DELETE FROM "${table}"`, `TRUNCATE "${table}"`]) {
      await expect(db().$executeRawUnsafe(sql)).rejects.toThrow(/permission denied/);
    }
  });

  test("a year's counters cannot be written, and no table can be altered", async () => {
    await expect(db().$executeRaw`UPDATE "FinancialYear" SET "paidCents" = 1`).rejects.toThrow(/permission denied/);
    await expect(db().$executeRaw`ALTER TABLE "LedgerEntry" DISABLE TRIGGER ALL`).rejects.toThrow(/must be owner/);
  });
});

test("who is in another’s way, so that the database ends one of them, reads so, and nothing is changed", async () => {
  const rename = (tx: Tx) => tx.$executeRaw`UPDATE "Agency" SET kind = kind`;
  const seen = transaction(async (tx) => {
    await tx.$executeRaw`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`;
    await tx.agency.count();
    await unguarded().$executeRaw`UPDATE "Agency" SET kind = kind`;
    await rename(tx);
  });
  await expect(seen).rejects.toMatchObject({
    code: "CONFLICT",
    message: expect.stringMatching(/did not make your change/),
  });
});

describe("names of statements", () => {
  const ask = (name: ReturnType<typeof nameStatements>, sql: string, count = 1) => name({ sql, args: Array(count) });

  test("the same text has the same name, from the second time on, and another text another", () => {
    const [name, other] = [nameStatements(), nameStatements()];
    expect(ask(name, "SELECT 1")).toBe("");
    const named = ask(name, "SELECT 1");
    expect(named).toMatch(/^[\w-]{43}$/);
    expect(ask(name, "SELECT 1")).toBe(named);
    expect([ask(name, "SELECT 2"), ask(name, "SELECT 2") === named]).toEqual(["", false]);
    expect([ask(other, "SELECT 1"), ask(other, "SELECT 1")]).toEqual(["", named]);
  });

  test("there are five hundred at most, none for what is asked once or has a long list", () => {
    const name = nameStatements();
    for (let n = 0; n < 10_000; n++) expect(ask(name, `once ${n}`)).toBe("");
    for (let n = 0; n < 600; n++) ask(name, `twice ${n}`);
    const names = new Set<string>();
    for (let round = 0; round < 3; round++)
      for (let n = 0; n < 600; n++)
        [ask(name, `twice ${n}`), ask(name, `twice ${n}`)].forEach((one) => void names.add(one));
    names.delete("");
    expect(names.size).toBe(500);
    const list = nameStatements();
    expect([ask(list, "long", 51), ask(list, "long", 51), ask(list, "short", 50)]).toEqual(["", "", ""]);
    expect(ask(list, "short", 50)).not.toBe("");
  });

  test("the database keeps a plan for what was asked twice, and none where the setting is off", async () => {
    const kept = () =>
      transaction(async (tx) => {
        for (let n = 0; n < 3; n++) await tx.agency.findFirst({ where: { name: `Agency ${n}` } });
        const rows = await tx.$queryRaw<{ statement: string }[]>`SELECT statement FROM pg_prepared_statements`;
        return rows.filter(({ statement }) => statement.includes('"Agency"')).length;
      });
    expect(await kept()).toBe(1);
    setEnvironment({ DATABASE_PREPARED: "0" });
    await disconnect();
    try {
      expect(await kept()).toBe(0);
    } finally {
      setEnvironment({ DATABASE_PREPARED: undefined });
      await disconnect();
    }
  });
});

describe("queued jobs", () => {
  const countJobs = async () =>
    (
      await db().$queryRaw<
        { count: number }[]
      >`SELECT count(*)::int AS count FROM graphile_worker.jobs WHERE key = 'test'`
    )[0]?.count;

  test("belong to the transaction: none without its commit, one with it, and the same key replaces", async () => {
    const failing = transaction(async (tx) => {
      await queueJob(tx, "send_email", { id: "none" }, { key: "test" });
      throw new Error("rolled back");
    });
    await expect(failing).rejects.toThrow("rolled back");
    expect(await countJobs()).toBe(0);
    for (const id of ["first", "second"])
      await transaction((tx) => queueJob(tx, "send_email", { id }, { key: "test" }));
    expect(await countJobs()).toBe(1);
  });
});

import pg from "pg";
import { describe, expect, test } from "vitest";
import { appConnection, db, transaction } from "./db.ts";
import { queueJob } from "./jobs.ts";
import { useTestDatabase } from "./test-database.ts";

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

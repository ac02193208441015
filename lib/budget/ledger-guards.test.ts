import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { db, transaction } from "#lib/platform/db.ts";
import {
  cause,
  ENVELOPE,
  expectBalance,
  first,
  held,
  newApplication,
  reserved,
  useLedger,
} from "#lib/testing/ledger.ts";
import { runSql } from "../../bin/test-server.ts";
import { commitReserve } from "./commands.ts";
import { listLedgerDifferences } from "./queries.ts";

const database = useLedger();

describe("the application's own login, with SQL of its own", () => {
  let sql: pg.Client;
  let id = "";
  beforeAll(async () => {
    sql = new pg.Client({ connectionString: database.databaseUrl });
    await sql.connect();
  });
  afterAll(() => sql.end());
  beforeEach(async () => {
    id = await newApplication();
    await reserved(id, 1_000n);
    const other = await newApplication();
    await reserved(other, 5_000n);
    await transaction((tx) => commitReserve(tx, cause(), other));
  });
  const insert = (kind: string, columns: Record<string, bigint>) => {
    const names = Object.keys(columns).map((name) => `"${name}"`);
    return `INSERT INTO "LedgerEntry" ("startYear", "applicationId", kind, reason, "requestId", ${names.join(", ")})
      VALUES (${first}, '${id}', '${kind}', 'SQL', gen_random_uuid(), ${Object.values(columns).join(", ")})`;
  };

  test("may read and add an entry: what follows is refused for its own sake", async () => {
    expect((await sql.query("SELECT session_user AS name")).rows[0].name).toBe("psf_app");
    await sql.query(insert("RESERVE", { reservedCents: 1n }));
    expect(await held(id)).toEqual([[1_001n, 0n, 0n]]);
  });

  const statements: [string, () => string, RegExp][] = [
    ["write a counter", () => `UPDATE "FinancialYear" SET "envelopeCents" = 999999999999`, /permission denied/],
    ["lower what is reserved", () => `UPDATE "FinancialYear" SET "reservedCents" = 0`, /permission denied/],
    [
      "make a year with an envelope",
      () => `INSERT INTO "FinancialYear" VALUES (2090, 1, 0, 0, 0)`,
      /permission denied/,
    ],
    ["delete a year", () => `DELETE FROM "FinancialYear"`, /permission denied/],
    [
      "write what an application holds",
      () => `UPDATE "ApplicationFunding" SET "reservedCents" = 0`,
      /permission denied/,
    ],
    ["change an entry", () => `UPDATE "LedgerEntry" SET reason = 'x'`, /permission denied/],
    ["delete an entry", () => `DELETE FROM "LedgerEntry"`, /permission denied/],
    ["empty the ledger", () => `TRUNCATE "LedgerEntry"`, /permission denied/],
    ["change an event", () => `UPDATE "AuditEvent" SET reason = 'x'`, /permission denied/],
    ["delete an event", () => `DELETE FROM "AuditEvent"`, /permission denied/],
    ["empty the audit trail", () => `TRUNCATE "AuditEvent"`, /permission denied/],
    ["overspend", () => insert("RESERVE", { reservedCents: ENVELOPE }), /within_envelope/],
    ["overflow a counter", () => insert("RESERVE", { reservedCents: 2n ** 63n - 1n }), /within_envelope|out of range/],
    ["release more than it holds", () => insert("RELEASE", { reservedCents: -1_001n }), /not_negative/],
    [
      "commit more than is reserved",
      () => insert("COMMIT", { reservedCents: -1_001n, committedCents: 1_001n }),
      /not_negative/,
    ],
    [
      "pay what is not committed to it",
      () => insert("PAY", { paidCents: 1n }),
      /ApplicationFunding_paid_within_committed/,
    ],
    ["pay more than the year has", () => insert("PAY", { paidCents: ENVELOPE }), /FinancialYear_paid_within_committed/],
    ["commit without a reserve", () => insert("COMMIT", { committedCents: 1n }), /LedgerEntry_shape/],
    [
      "raise the envelope in an application's name",
      () => insert("RESERVE", { envelopeCents: 1n }),
      /LedgerEntry_shape/,
    ],
    ["take back a payment as a negative one", () => insert("PAY", { paidCents: -1n }), /_not_negative/],
    ["disable the trigger", () => `ALTER TABLE "LedgerEntry" DISABLE TRIGGER apply_ledger_entry`, /must be owner/],
    ["drop the trigger", () => `DROP TRIGGER apply_ledger_entry ON "LedgerEntry"`, /must be owner/],
    [
      "drop the check",
      () => `ALTER TABLE "FinancialYear" DROP CONSTRAINT "FinancialYear_within_envelope"`,
      /must be owner/,
    ],
    [
      "replace the function",
      () =>
        `CREATE OR REPLACE FUNCTION apply_ledger_entry() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`,
      /permission denied|must be owner/,
    ],
    ["switch triggers off for its session", () => "SET session_replication_role = replica", /permission denied/],
    ["become the owner", () => "SET ROLE psf_owner", /permission denied/],
  ];
  test.each(statements)("cannot %s", async (_what, statement, message) => {
    const before = await db().financialYear.findMany({ orderBy: { startYear: "asc" } });
    const entries = await db().ledgerEntry.count();
    await expect(sql.query(statement())).rejects.toThrow(message);
    expect(await db().financialYear.findMany({ orderBy: { startYear: "asc" } })).toEqual(before);
    expect(await db().ledgerEntry.count()).toBe(entries);
    await expectBalance();
  });

  test("cannot lead the trigger to a table of its own", async () => {
    await sql.query(`CREATE TEMP TABLE "FinancialYear" AS SELECT * FROM public."FinancialYear"`);
    await sql.query(`UPDATE pg_temp."FinancialYear" SET "envelopeCents" = 999999999999`);
    try {
      await expect(sql.query(insert("RESERVE", { reservedCents: ENVELOPE }))).rejects.toThrow(/within_envelope/);
    } finally {
      await sql.query(`DROP TABLE pg_temp."FinancialYear"`);
    }
  });
});

test("counters that somebody moved behind the ledger's back are named, row by row", async () => {
  expect(await listLedgerDifferences()).toEqual([]);
  const { startYear, reservedCents, applicationId } = await db().applicationFunding.findFirstOrThrow({
    where: { reservedCents: { gt: 0n } },
  });
  const { reference } = await db().application.findUniqueOrThrow({ where: { id: applicationId } });
  const owner = (statement: string, ...values: unknown[]) => runSql(database.ownerUrl, statement, values);
  const move = async (change: number) => {
    await owner(
      `UPDATE "FinancialYear" SET "envelopeCents" = "envelopeCents" + $1 WHERE "startYear" = $2`,
      change,
      startYear,
    );
    await owner(
      `UPDATE "ApplicationFunding" SET "reservedCents" = "reservedCents" - $1 WHERE "applicationId" = $2 AND "startYear" = $3`,
      change,
      applicationId,
      startYear,
    );
  };
  await move(1);
  const { envelopeCents } = await db().financialYear.findUniqueOrThrow({ where: { startYear } });
  expect(await listLedgerDifferences()).toEqual([
    {
      startYear,
      reference: null,
      month: null,
      counter: "envelope",
      counterCents: envelopeCents,
      ledgerCents: envelopeCents - 1n,
    },
    {
      startYear,
      reference,
      month: null,
      counter: "reserved",
      counterCents: reservedCents - 1n,
      ledgerCents: reservedCents,
    },
  ]);
  await move(-1);
  expect(await listLedgerDifferences()).toEqual([]);
});

// The portal with an operator's own database and mail server.
import { randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeDatabaseBefore } from "../prisma/before/database.ts";
import { startMailbox } from "./mailbox.ts";
import { startPortal } from "./portal-process.ts";
import { freePort } from "./postgres.ts";
import { inDatabase, inSession, runSql } from "./test-server.ts";

const { TEST_OWNER_URL = "" } = process.env;

/** An empty database whose owner is not a superuser, as an operator would create it. */
async function newDatabase() {
  const name = `own_${randomUUID().replaceAll("-", "")}`;
  await runSql(TEST_OWNER_URL, `CREATE ROLE ${name} LOGIN CREATEROLE PASSWORD 'of the test'`);
  await runSql(TEST_OWNER_URL, `GRANT psf_app TO ${name} WITH ADMIN OPTION`);
  await runSql(TEST_OWNER_URL, `CREATE DATABASE ${name} OWNER ${name}`);
  onTestFinished(async () => {
    await runSql(TEST_OWNER_URL, `DROP DATABASE ${name} WITH (FORCE)`);
    await runSql(TEST_OWNER_URL, `DROP ROLE ${name}`);
  });
  const url = new URL(inDatabase(TEST_OWNER_URL, name));
  url.username = name;
  url.password = "of the test";
  return url.href;
}

test("it starts empty but for reference data, and a command makes its two administrators", async () => {
  const folder = mkdtempSync(join(tmpdir(), "psf-own-"));
  const mailbox = await startMailbox(join(folder, "server"));
  onTestFinished(mailbox.stop);
  const databaseUrl = await newDatabase();
  const settings = {
    DATABASE_URL: databaseUrl,
    SMTP_URL: mailbox.url,
    AUTH_SECRET: "a secret of the tests, long enough",
    PORT: `${await freePort()}`,
    DATA_DIR: folder,
  };
  const portal = startPortal(settings);
  onTestFinished(async () => {
    portal.child.kill("SIGTERM");
    await portal.ended;
  });
  await portal.ready();
  const get = (path: string) => fetch(`http://127.0.0.1:${settings.PORT}${path}`);
  expect((await get("/api/health")).status).toBe(200);
  expect(
    await runSql(
      databaseUrl,
      `SELECT (SELECT count(*)::int FROM "Person") AS people, (SELECT count(*) > 10 FROM "Place") AS places`,
    ),
  ).toEqual([{ people: 0, places: true }]);

  // No trace of the demonstration.
  expect(portal.output()).not.toContain("Mailbox:");
  expect((await get("/mailbox")).status).toBe(404);
  expect(await (await get("/sign-in")).text()).not.toContain("desk@mfat.example");

  const admin = (...who: string[]) => startPortal(settings, { program: ["admin.ts", ...who] });
  expect(await admin("first@mfat.govt.nz", "First Administrator").ended).toBe(0);
  expect(
    await runSql(databaseUrl, `SELECT email, role::text FROM "Person" JOIN "PersonRole" ON id = "personId"`),
  ).toEqual([{ email: "first@mfat.govt.nz", role: "ADMINISTRATOR" }]);
  expect(await admin("second@mfat.govt.nz", "Second Administrator").ended).toBe(0);
  const third = admin("third@mfat.govt.nz", "Third Administrator");
  expect(await third.ended).toBe(1);
  expect(third.errors().trim().split("\n")).toHaveLength(1);
  expect(await runSql(databaseUrl, `SELECT DISTINCT "envelopeCents"::text FROM "FinancialYear"`)).toEqual([
    { envelopeCents: "0" },
  ]);
  const verify = startPortal(settings, { program: ["ledger.ts"] });
  expect(await verify.ended).toBe(0);
  expect(verify.output()).toMatch(/^Every counter is the sum of the ledger: \d+ entries, 3 financial years\.$/m);
  const nobody = admin();
  expect(await nobody.ended).toBe(1);
  expect(nobody.errors()).toContain("npm run admin -- name@agency.govt.nz");
});

test("a database from before the first release is taken over with its figures, and one that lacks a migration is refused", async () => {
  const databaseUrl = await newDatabase();
  await inSession(databaseUrl, makeDatabaseBefore);
  const figures = async () => [
    await runSql(
      databaseUrl,
      `SELECT "startYear", "envelopeCents", "reservedCents", "committedCents", "paidCents" FROM "FinancialYear"
       WHERE "startYear" IN (2025, 2026, 2027) ORDER BY 1`,
    ),
    await runSql(databaseUrl, `SELECT * FROM "ApplicationFunding" ORDER BY 1, 2`),
  ];
  const before = await figures();
  const settings = {
    DATABASE_URL: databaseUrl,
    SMTP_URL: "smtp://127.0.0.1:1",
    AUTH_SECRET: "a secret of the tests, long enough",
    PORT: `${await freePort()}`,
    DATA_DIR: mkdtempSync(join(tmpdir(), "psf-own-")),
  };
  const last = "migration_name = '20261129180100_released_report_forms'";
  await runSql(databaseUrl, `UPDATE _prisma_migrations SET rolled_back_at = now() WHERE ${last}`);
  const refused = startPortal(settings);
  expect(await refused.ended).toBe(1);
  expect(refused.errors().trim().split("\n")).toEqual([
    expect.stringMatching(/^SMTP_URL: /),
    expect.stringMatching(/^The database was not changed because it lacks the migration 20261129180100_released_/),
  ]);

  await runSql(databaseUrl, `UPDATE _prisma_migrations SET rolled_back_at = NULL WHERE ${last}`);
  const portal = startPortal(settings);
  onTestFinished(async () => {
    portal.child.kill("SIGTERM");
    await portal.ended;
  });
  await portal.ready();
  expect(portal.output()).toContain("The database has all 28 migrations from before the first release");
  expect((await fetch(`http://127.0.0.1:${settings.PORT}/api/health`)).status).toBe(200);
  expect(await figures()).toEqual(before);
  const verify = startPortal(settings, { program: ["ledger.ts"] });
  expect(await verify.ended).toBe(0);
  expect(verify.output()).toMatch(/^Every counter is the sum of the ledger: \d{3} entries, \d financial years\.$/m);
});

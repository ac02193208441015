// The budget's pages with a long ledger: what they read of it comes from an index, and is little more than what they show.
import { beforeAll, expect, test } from "vitest";
import { listCarryForwards } from "#lib/changes/queries.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { sumCents } from "#lib/platform/money.ts";
import { useTestDatabase } from "#lib/testing/database.ts";
import { runSql } from "../../bin/test-server.ts";
import { listEnvelopeParts } from "./carry-forward/queries.ts";
import { exportBudget } from "./exports/commands.ts";
import { getForecast } from "./forecast/queries.ts";
import { FORECAST_MAX, OTHERS, OTHERS_EVENLY } from "./forecast/rules.ts";
import { listLedger, sumLedger } from "./ledger/queries.ts";
import { countHolders, listMonths, listPositions } from "./queries.ts";
import { listHolders, listShares } from "./shares/queries.ts";
import { SHARE_KINDS } from "./shares/rules.ts";

const database = useTestDatabase();

const ENTRIES = 20_000;
const APPLICATIONS = 2 * FORECAST_MAX;
const actor: MfatActor = {
  side: "MFAT",
  personId: "00000000-0000-0000-0000-000000000000",
  name: "",
  email: "",
  roles: new Set(["BUDGET"]),
};
let startYear = 0;

/** Entries as they are after years, without the counters that the triggers would keep; and what applications hold. */
const fill = (year: number): string => `
  ALTER TABLE "Round" DISABLE TRIGGER USER;
  INSERT INTO "Round" (id, name, "opensAt", "publishedAt") VALUES (gen_random_uuid(), 'Many', now(), now());
  ALTER TABLE "Round" ENABLE TRIGGER USER;
  ALTER TABLE "Application" DISABLE TRIGGER begins_as_draft;
  INSERT INTO "Application" (id, reference, "agencyId", "roundId", state, title, "versionNumber", "createdById")
    SELECT gen_random_uuid(), 'PSF-${year}-' || lpad(n::text, 5, '0'), (SELECT id FROM "Agency" ORDER BY id LIMIT 1 OFFSET n % 5),
      (SELECT id FROM "Round" WHERE name = 'Many'), 'ACTIVE', 'Initiative ' || n, 1, gen_random_uuid()
    FROM generate_series(1, ${APPLICATIONS}) n;
  ALTER TABLE "Application" ENABLE TRIGGER begins_as_draft;
  ALTER TABLE "ApplicationPlace" DISABLE TRIGGER USER;
  INSERT INTO "ApplicationPlace" ("applicationId", "placeCode", percent)
    SELECT id, p.code, 50 FROM "Application" CROSS JOIN (VALUES ('FJ'), ('TO')) p(code);
  ALTER TABLE "ApplicationPlace" ENABLE TRIGGER USER;
  INSERT INTO "ApplicationFunding" ("applicationId", "startYear", "reservedCents") SELECT id, ${year}, 100 FROM "Application";
  ALTER TABLE "LedgerEntry" DISABLE TRIGGER USER;
  INSERT INTO "LedgerEntry" ("startYear", "applicationId", kind, "reservedCents", reason, "requestId", at)
    SELECT ${year}, a.ids[1 + n % ${APPLICATIONS}], CASE n % 2 WHEN 0 THEN 'RESERVE' ELSE 'RELEASE' END::"LedgerKind",
      CASE n % 2 WHEN 0 THEN 1 ELSE -1 END, 'Filled', gen_random_uuid(), make_date(${year}, 7, 1) + n % 360 * interval '1 day'
    FROM generate_series(1, ${ENTRIES}) n, (SELECT array_agg(id) AS ids FROM "Application") a;
  ALTER TABLE "LedgerEntry" ENABLE TRIGGER USER;
  ALTER TABLE "FinancialYear" DISABLE TRIGGER USER;
  UPDATE "FinancialYear" SET "envelopeCents" = 100 * ${APPLICATIONS}, "reservedCents" = 100 * ${APPLICATIONS} WHERE "startYear" = ${year};
  ALTER TABLE "FinancialYear" ENABLE TRIGGER USER;
  VACUUM ANALYZE "LedgerEntry", "Application", "ApplicationFunding", "ApplicationPlace"`;

beforeAll(async () => {
  startYear = (await db().financialYear.findFirstOrThrow({ orderBy: { startYear: "asc" } })).startYear;
  for (const statement of fill(startYear).split(";\n")) await runSql(database.ownerUrl, statement);
});

type Plan = {
  "Node Type": string;
  "Relation Name"?: string;
  "Actual Rows"?: number;
  "Actual Loops"?: number;
  "Rows Removed by Filter"?: number;
  Plans?: Plan[];
};

/** How many entries of the ledger the queries of `read` went through, and whether they read the table from end to end. */
async function ledgerReads(read: (client: Tx) => Promise<unknown>): Promise<{ rows: number; scans: number }> {
  const found = { rows: 0, scans: 0 };
  const walk = (node: Plan): void => {
    if (node["Relation Name"] === "LedgerEntry") {
      const each = (node["Actual Rows"] ?? 0) + (node["Rows Removed by Filter"] ?? 0);
      found.rows += each * (node["Actual Loops"] ?? 1);
      found.scans += Number(/Seq Scan/.test(node["Node Type"]));
    }
    for (const child of node.Plans ?? []) walk(child);
  };
  const $queryRaw = async (query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]) => {
    const sql = "raw" in query ? Prisma.sql(query, ...values) : query;
    const plans = await db().$queryRaw<{ "QUERY PLAN": [{ Plan: Plan }] }[]>`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`;
    for (const plan of plans) walk(plan["QUERY PLAN"][0].Plan);
    return db().$queryRaw(sql);
  };
  const { application, person, financialMonth } = db();
  await read({ $queryRaw, application, person, financialMonth } as unknown as Tx);
  return found;
}

test("the overview, the shares and the rows behind a figure read next to nothing of the ledger", async () => {
  const all = { startYear, kind: "ADJUST", reference: null, month: null } as const;
  const { rows, scans } = await ledgerReads((client) =>
    Promise.all([
      listPositions(actor, client),
      listMonths(actor, startYear, new Date(Date.UTC(startYear, 11, 1)), client),
      countHolders(actor, startYear, client),
      listEnvelopeParts(actor, client),
      listCarryForwards(actor, startYear, client),
      listLedger(actor, all, undefined, client),
      ...SHARE_KINDS.map((by) => listShares(actor, startYear, by, client)),
      listHolders(actor, { startYear, by: "place", of: "FJ", counter: "reserved" }, client),
    ]),
  );
  expect(scans).toBe(0);
  expect(rows).toBeLessThan(200);
});

test("a forecast reads the entries of the largest initiatives, and what it says of all others adds up to the year", async () => {
  const december = new Date(Date.UTC(startYear, 11, 1));
  const { rows, scans } = await ledgerReads((client) => getForecast(actor, startYear, december, client));
  expect(scans).toBe(0);
  expect(rows).toBeLessThan((ENTRIES * FORECAST_MAX) / APPLICATIONS + 200);
  const { lines, assumptions } = await getForecast(actor, startYear, december);
  const others = lines.find(({ applicationId }) => applicationId === OTHERS);
  const held = await db().applicationFunding.findMany({ where: { startYear }, orderBy: { applicationId: "asc" } });
  expect(others?.reservedCents).toBe(sumCents(held.slice(FORECAST_MAX).map((one) => one.reservedCents)));
  expect(sumCents(others?.reservedDueCents ?? [])).toBe(others?.reservedCents);
  expect(assumptions).toContain(OTHERS_EVENLY);
});

test("a page of the ledger, narrowed or not and in its middle, reads little more than itself", async () => {
  const middle = BigInt(ENTRIES / 2);
  const none = { startYear, kind: null, reference: null, month: null };
  for (const filter of [
    none,
    { ...none, kind: "RELEASE" as const },
    { ...none, reference: `PSF-${startYear}-00100` },
  ]) {
    const { rows, scans } = await ledgerReads((client) => listLedger(actor, filter, middle, client));
    expect([filter, scans]).toEqual([filter, 0]);
    expect(rows).toBeLessThan(2_000);
  }
});

test("more entries than are counted are not summed; a file takes them all, page by page, and a month says what it comes to", async () => {
  const all = { startYear, kind: null, reference: null, month: null };
  expect(await sumLedger(actor, all)).toBeNull();
  const asked = { year: String(startYear) };
  const whole = await exportBudget(actor, { format: "csv" }, "ledger", asked);
  const count = await db().ledgerEntry.count({ where: { startYear } });
  expect([whole.count, new Set(whole.rows.map(([id]) => id)).size]).toEqual([count, count]);
  const month = await sumLedger(actor, { ...all, month: 3 });
  const sheet = await exportBudget(actor, { format: "csv" }, "ledger", { ...asked, month: "3" });
  expect(sheet.rows).toHaveLength(month?.count ?? 0);
  expect(sheet.rows.length).toBeGreaterThan(1_000);
});

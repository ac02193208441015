import { randomUUID } from "node:crypto";
import type { Browser } from "@playwright/test";
import pg from "pg";
import {
  commitReserve,
  movePhasing,
  pay,
  recover,
  releaseReserve,
  releaseUnpaid,
  reserve,
} from "#lib/budget/commands.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf } from "#lib/platform/dates.ts";
import { db, disconnect, type Tx, transaction } from "#lib/platform/db.ts";
import { setEnvironment } from "#lib/platform/env.ts";
import { copyDatabase, LEDGER_ALONE, runSql } from "../../bin/test-server.ts";
import { expect, type Portal, signInOnce, startPortal, test } from "../fixtures.ts";

// What a money command costs beside its own SQL, and what a long ledger costs the budget page: two sides each time, in
// one run, so that the machine's speed cancels out.

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

// ---------------------------------------------------------------- commands beside their SQL

/** At least half as fast as the same statements sent straight through pg. */
const SPEED_MIN = 0.5;
const ROUNDS = 12;
const WARM_UP = 3;
/** How often the commands run before the other side's turn. */
const EACH = 5;

type Statement = { text: string; values?: unknown[] };

/** Every statement that goes to the database between the two calls, in its order. */
function listen(): () => Statement[] {
  const heard: Statement[] = [];
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function heardQuery(this: pg.Client, ...given: unknown[]) {
    const [what, values] = given as [string | Statement, unknown[]];
    heard.push(
      typeof what === "string"
        ? { text: what, ...(values && { values }) }
        : { text: what.text, values: what.values ?? [] },
    );
    return Reflect.apply(query, this, given);
  } as typeof query;
  return () => {
    pg.Client.prototype.query = query;
    return heard;
  };
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

test("money commands beside the same SQL through pg", async () => {
  test.setTimeout(300_000);
  // Two copies of one database: what one side writes, with every id, the other writes again.
  const [ours, straight] = [await copyDatabase("template_demo"), await copyDatabase("template_demo")];
  for (const { ownerUrl } of [ours, straight]) await runSql(ownerUrl, LEDGER_ALONE);
  const client = new pg.Client({ connectionString: straight.databaseUrl });
  await client.connect();
  try {
    setEnvironment({ DATABASE_URL: ours.databaseUrl });
    const take = await roundOfCommands();
    const speeds: number[] = [];
    for (let round = 0; round < WARM_UP + ROUNDS; round++) {
      const stop = listen();
      const commandsMs = await timed(take);
      const statements = stop();
      const sqlMs = await timed(async () => {
        for (const statement of statements) await client.query(statement);
      });
      if (round >= WARM_UP) speeds.push(sqlMs / commandsMs);
    }
    const { rows } = await client.query(`SELECT count(*)::int AS count FROM "LedgerEntry"`);
    expect(rows[0].count, "both sides wrote the same").toBe(await db().ledgerEntry.count());
    const speed = median(speeds);
    const range = [...speeds].sort((a, b) => a - b).map((one) => one.toFixed(2));
    console.log(
      `Money commands: ${speed.toFixed(2)} of the speed of their SQL, median of ${ROUNDS}, ${range[0]} to ${range.at(-1)} (limit ${SPEED_MIN})`,
    );
    expect(speed).toBeGreaterThanOrEqual(SPEED_MIN);
  } finally {
    await client.end();
    await disconnect();
    await Promise.all([ours.drop(), straight.drop()]);
  }
});

/** Every command of the ledger, some times over, on one application, which holds nothing at the end. */
async function roundOfCommands(): Promise<() => Promise<void>> {
  const budget = asMfat((await findActor("budget@mfat.example")) ?? never());
  const startYear = financialYearOf(dayOf(now()));
  const { id } = await db().application.findFirstOrThrow({ where: { state: "MODERATION" } });
  const on = dayOf(now());
  const cents = 100_000n;
  const steps: ((tx: Tx, cause: { actor: typeof budget; requestId: string; reason: string }) => Promise<unknown>)[] = [
    (tx, cause) => reserve(tx, cause, id, [{ startYear, cents }]),
    (tx, cause) => releaseReserve(tx, cause, id),
    (tx, cause) => reserve(tx, cause, id, [{ startYear, cents }]),
    (tx, cause) => commitReserve(tx, cause, id),
    (tx, cause) => pay(tx, cause, id, { startYear, cents: cents / 2n, on }),
    (tx, cause) => recover(tx, cause, id, { startYear, cents: cents / 2n, on }),
    (tx, cause) => movePhasing(tx, cause, id, [{ startYear: startYear + 1, cents }]),
    (tx, cause) => movePhasing(tx, cause, id, [{ startYear, cents }]),
    (tx, cause) => releaseUnpaid(tx, cause, id),
  ];
  return async () => {
    for (let time = 0; time < EACH; time++) {
      for (const step of steps) {
        const cause = { actor: budget, requestId: randomUUID(), reason: "Benchmark" };
        await transaction((tx) => step(tx, cause));
      }
    }
  };
}

const never = () => {
  throw new Error("The demo has no such person.");
};

// ---------------------------------------------------------------- a long ledger

const SHORT = 1_000;
const LONG = 1_000_000;
const SLOWER_MAX = 1.5;
const REQUESTS = 25;
const UNCOUNTED = 10;

/** Adds entries of the year that reserve and release in turn, so that its counters stay as they are, up to `count`. */
async function fillLedger(portal: Portal, startYear: number, count: number): Promise<void> {
  const owner = new pg.Client({ connectionString: portal.ownerUrl });
  await owner.connect();
  await owner.query(`ALTER TABLE "LedgerEntry" DISABLE TRIGGER apply_ledger_entry`);
  await owner.query(
    `INSERT INTO "LedgerEntry" ("startYear", "applicationId", kind, "reservedCents", reason, "requestId", at)
     SELECT $1::int, a.ids[1 + (n / 2) % array_length(a.ids, 1)], CASE n % 2 WHEN 0 THEN 'RESERVE' ELSE 'RELEASE' END::"LedgerKind",
       CASE n % 2 WHEN 0 THEN 100 ELSE -100 END, 'Benchmark', gen_random_uuid(), now()
     FROM (SELECT array_agg("applicationId") AS ids FROM "ApplicationFunding" WHERE "startYear" = $1) a,
       generate_series(0, 2 * (($2 - (SELECT count(*) FROM "LedgerEntry" WHERE "startYear" = $1)) / 2)::int - 1) n`,
    [startYear, count],
  );
  await owner.query(`ALTER TABLE "LedgerEntry" ENABLE TRIGGER apply_ledger_entry`);
  await owner.query(`VACUUM ANALYZE "LedgerEntry"`);
  await owner.end();
}

/** A page of the budget, in a portal whose ledger has so many entries. */
async function budgetOf(
  portal: Portal,
  browser: Browser,
  startYear: number,
  count: number,
): Promise<() => Promise<number>> {
  await fillLedger(portal, startYear, count);
  const page = await (await browser.newContext({ baseURL: portal.url })).newPage();
  await signInOnce(portal, page, "budget@mfat.example");
  return () =>
    timed(async () => {
      const response = await page.request.get(`/budget?year=${startYear}`);
      expect(response.status()).toBe(200);
      await response.body();
    });
}

test("the budget page with a million entries beside a thousand", async ({ browser, portal }) => {
  test.setTimeout(300_000);
  const startYear = financialYearOf(dayOf(new Date()));
  const other = await startPortal(99);
  try {
    const readShort = await budgetOf(portal, browser, startYear, SHORT);
    const readLong = await budgetOf(other.portal, browser, startYear, LONG);
    const times: [shortMs: number, longMs: number][] = [];
    for (let turn = 0; turn < REQUESTS + UNCOUNTED; turn++) times.push([await readShort(), await readLong()]);
    const counted = times.slice(UNCOUNTED);
    const [shortMs, longMs] = [median(counted.map(([ms]) => ms)), median(counted.map(([, ms]) => ms))];
    const slower = median(counted.map(([one, two]) => two / one));
    console.log(
      `Budget page: ${shortMs.toFixed(0)} ms with ${SHORT.toLocaleString("en-NZ")} entries, ${longMs.toFixed(0)} ms with ${LONG.toLocaleString("en-NZ")}: ${slower.toFixed(2)} times, median of ${REQUESTS} pairs (limit ${SLOWER_MAX})`,
    );
    expect(slower).toBeLessThanOrEqual(SLOWER_MAX);
  } finally {
    await other.stop();
  }
});

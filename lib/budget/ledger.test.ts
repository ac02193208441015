// The ledger moves money exactly, and nothing gets round it: no command, and no statement of the application's own login.
import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { declineChange, withdrawChange } from "#lib/changes/commands.ts";
import { listChangesBeside, listOpenChanges } from "#lib/changes/queries.ts";
import { fromDatabase } from "#lib/lifecycle/constraints.ts";
import { asMfat, type MfatActor, type Role } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { shiftClock } from "#lib/platform/clock.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { confirmLastChange, unguarded, useLedgerAlone, useTestDatabase } from "#lib/test-database.ts";
import {
  adjustEnvelope,
  adjustReserve,
  commitReserve,
  pay,
  releaseReserve,
  releaseUnpaid,
  reserve,
} from "./commands.ts";
import { listLedger } from "./ledger/queries.ts";
import { listLedgerDifferences, listMonths, listPositions } from "./queries.ts";
import type { PhasedAmount } from "./rules.ts";
import { listHolders, listShares } from "./shares/queries.ts";

const database = useTestDatabase();
useLedgerAlone();
const ENVELOPE = 270_000_000n;
let first = 0;
let agencyId = "";
let roundId = "";
let budget: MfatActor;
let number = 0;

beforeAll(async () => {
  first = (await db().financialYear.findFirstOrThrow({ orderBy: { startYear: "asc" } })).startYear;
  agencyId = (await db().agency.findFirstOrThrow()).id;
  roundId = (await db().round.create({ data: { name: "Ledger", opensAt: new Date(0) } })).id;
  budget = await somebody("BUDGET");
});

async function somebody(...roles: Role[]): Promise<MfatActor> {
  const email = `ledger${++number}@mfat.example`;
  await unguarded().person.create({
    data: { email, name: `Person ${number}`, side: "MFAT", roles: { create: roles.map((role) => ({ role })) } },
  });
  const actor = await findActor(email);
  if (!actor) throw new Error("nobody");
  return asMfat(actor);
}

async function newApplication(places: Record<string, number> = {}): Promise<string> {
  const reference = `PSF-${first}-${String(++number).padStart(4, "0")}`;
  const { id } = await db().application.create({
    data: {
      reference,
      title: `Initiative ${number}`,
      agencyId,
      roundId,
      createdById: budget.personId,
      places: { create: Object.entries(places).map(([placeCode, percent]) => ({ placeCode, percent })) },
    },
  });
  return id;
}

const cause = (reason = "Test") => ({ actor: budget, requestId: randomUUID(), reason });
/** Cents for the first year, the second and so on. */
const over = (...cents: bigint[]): PhasedAmount =>
  cents.map((one, index) => ({ startYear: first + index, cents: one }));
const reserved = async (id: string, ...cents: bigint[]) =>
  transaction((tx) => reserve(tx, cause(), id, over(...cents)));
const paid = (id: string, startYear: number, cents: bigint) =>
  transaction((tx) => pay(tx, cause(), id, { startYear, cents, on: new Date(Date.UTC(startYear, 6, 1)) }));

/** What an application holds, year by year: [reserved, committed, paid]. */
async function held(id: string): Promise<bigint[][]> {
  const rows = await db().applicationFunding.findMany({ where: { applicationId: id }, orderBy: { startYear: "asc" } });
  return rows.map(({ reservedCents, committedCents, paidCents }) => [reservedCents, committedCents, paidCents]);
}

async function refusal(work: Promise<unknown>): Promise<DomainError> {
  const error = await work.then(
    () => new Error("not refused"),
    (reason: unknown) => reason,
  );
  if (error instanceof DomainError) return error;
  throw error;
}

/** Every counter of every year is the sum of its column of the ledger, and within its bounds. */
async function expectBalance(): Promise<void> {
  const years = await db().financialYear.findMany({ orderBy: { startYear: "asc" } });
  for (const { startYear, cutoffOn: _, closedAt: __, ...counters } of years) {
    const { _sum } = await db().ledgerEntry.aggregate({
      where: { startYear },
      _sum: { envelopeCents: true, reservedCents: true, committedCents: true, paidCents: true },
    });
    expect(counters).toEqual(_sum);
    expect(counters.reservedCents + counters.committedCents).toBeLessThanOrEqual(counters.envelopeCents);
    expect(counters.paidCents).toBeLessThanOrEqual(counters.committedCents);
  }
}

describe("the way of money", () => {
  test("reserve, adjust, commit, pay and release move exactly what they say", async () => {
    const id = await newApplication();
    await reserved(id, 10_000_000n, 5_000_000n);
    expect(await held(id)).toEqual([
      [10_000_000n, 0n, 0n],
      [5_000_000n, 0n, 0n],
    ]);
    await transaction((tx) => adjustReserve(tx, cause(), id, over(7_000_000n, 8_000_000n, 1_000_001n)));
    expect(await held(id)).toEqual([
      [7_000_000n, 0n, 0n],
      [8_000_000n, 0n, 0n],
      [1_000_001n, 0n, 0n],
    ]);
    const entries = await db().ledgerEntry.findMany({ where: { applicationId: id }, orderBy: { id: "asc" } });
    expect(entries.slice(2).map(({ kind, reservedCents }) => [kind, reservedCents])).toEqual([
      ["RELEASE", -3_000_000n],
      ["RESERVE", 3_000_000n],
      ["RESERVE", 1_000_001n],
    ]);
    await transaction((tx) => commitReserve(tx, cause(), id));
    await paid(id, first, 2_000_000n);
    expect((await held(id))[0]).toEqual([0n, 7_000_000n, 2_000_000n]);
    expect(await transaction((tx) => releaseUnpaid(tx, cause(), id))).toBe(14_000_001n);
    expect(await held(id)).toEqual([
      [0n, 2_000_000n, 2_000_000n],
      [0n, 0n, 0n],
      [0n, 0n, 0n],
    ]);
    await expectBalance();
  });

  test("an adjustment to what is held already, and a release of nothing, write no entry", async () => {
    const id = await newApplication();
    await reserved(id, 100n);
    await transaction((tx) => adjustReserve(tx, cause(), id, over(100n)));
    await transaction((tx) => releaseReserve(tx, cause(), id));
    await transaction((tx) => releaseReserve(tx, cause(), id));
    expect(await db().ledgerEntry.count({ where: { applicationId: id } })).toBe(2);
    expect(await held(id)).toEqual([[0n, 0n, 0n]]);
  });

  test("what does not fit in one of its years is refused as a whole, with what is available there", async () => {
    const [before] = await listPositions(budget);
    const id = await newApplication();
    const error = await refusal(reserved(id, 100n, ENVELOPE + 1n));
    expect(error).toMatchObject({
      code: "MONEY",
      message: expect.stringMatching(/^Only \$[\d,]+\.\d\d is available in/),
    });
    expect(await held(id)).toEqual([]);
    expect((await listPositions(budget))[0]).toEqual(before);
  });
});

describe("constraints in words", () => {
  test("within envelope, not negative and paid within committed, of the year and of the application", async () => {
    const startYear = first + 2;
    const [one, other] = [await newApplication(), await newApplication()];
    const entry = (applicationId: string, data: Record<string, bigint>, kind: "RESERVE" | "RELEASE" | "PAY") =>
      db().ledgerEntry.create({
        data: { startYear, applicationId, kind, reason: "Test", requestId: randomUUID(), ...data },
      });
    await transaction((tx) => reserve(tx, cause(), one, [{ startYear, cents: 100n }]));
    await transaction((tx) => reserve(tx, cause(), other, [{ startYear, cents: 100n }]));
    await transaction((tx) => commitReserve(tx, cause(), other));
    const words = async (work: Promise<unknown>) =>
      fromDatabase(
        await work.then(
          () => new Error("not refused"),
          (error: unknown) => error,
        ),
      )?.message;
    expect(await words(entry(one, { reservedCents: ENVELOPE }, "RESERVE"))).toMatch("not enough left in the envelope");
    expect(await words(entry(one, { reservedCents: -ENVELOPE }, "RELEASE"))).toMatch(
      "set aside in that financial year",
    );
    expect(await words(entry(other, { reservedCents: -1n }, "RELEASE"))).toMatch("set aside for this initiative");
    expect(await words(entry(other, { paidCents: ENVELOPE }, "PAY"))).toMatch("committed in that financial year");
    expect(await words(entry(one, { paidCents: 1n }, "PAY"))).toMatch("committed to this initiative");
    await expectBalance();
  });
});

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

describe("the envelope", () => {
  const request = () => ({ requestId: randomUUID() });
  const adjustment = (startYear: number, changeCents: bigint) => ({
    startYear,
    changeCents,
    reason: "Supplementary estimates",
    source: "Estimates",
    effectiveOn: new Date(Date.UTC(startYear, 6, 1)),
  });
  const positionOf = async (startYear: number) =>
    (await listPositions(budget)).find((position) => position.startYear === startYear);

  test("is asked for once by the same request sent twice at once, confirmed once, and told", async () => {
    const before = await positionOf(first);
    const emails = await db().email.count({ where: { to: "psf@mfat.govt.nz" } });
    const twice = request();
    await Promise.all([1, 2, 3].map(() => adjustEnvelope(budget, twice, adjustment(first, 100n))));
    const confirmed = randomUUID();
    await confirmLastChange(confirmed);
    expect((await positionOf(first))?.envelopeCents).toBe((before?.envelopeCents ?? 0n) + 100n);
    expect(await db().email.count({ where: { to: "psf@mfat.govt.nz" } })).toBe(emails + 2);
    expect(await db().auditEvent.findUnique({ where: { requestId: confirmed } })).toMatchObject({
      event: "change.confirmed",
      reason: "Supplementary estimates",
      data: { kind: "ENVELOPE", askedBy: budget.name },
    });
  });

  test("is not asked for twice by a form filled in again, and who confirms one reads of the others of its year", async () => {
    await adjustEnvelope(budget, request(), adjustment(first, 7n));
    expect(await refusal(adjustEnvelope(budget, request(), adjustment(first, 7n)))).toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(/raised by \$0\.07” is waiting already\. .+ asked for it/),
    });
    // Another sum, day, reason or year is another change.
    await adjustEnvelope(budget, request(), adjustment(first, 8n));
    await adjustEnvelope(budget, request(), { ...adjustment(first, 7n), reason: "Another paper" });
    await adjustEnvelope(budget, request(), {
      ...adjustment(first, 7n),
      effectiveOn: new Date(Date.UTC(first, 6, 2)),
    });
    await adjustEnvelope(budget, request(), adjustment(first + 1, 7n));
    const beside = async () => {
      const [change, ...others] = (await listOpenChanges(budget)).filter(({ startYear }) => startYear === first);
      return change ? { change, others, found: await listChangesBeside(budget, change) } : null;
    };
    const second = await somebody("BUDGET");
    const before = await beside();
    expect(before?.others).toHaveLength(3);
    const waiting = before?.found.filter(({ state }) => state === "ASKED");
    expect(new Set(waiting?.map(({ id }) => id))).toEqual(new Set(before?.others.map(({ id }) => id)));
    await confirmLastChange();
    for (const { id } of await listOpenChanges(budget)) await declineChange(second, request(), id, "A test");
    // What was confirmed is read of for a month, what was declined not at all.
    const after = before && (await listChangesBeside(budget, before.change));
    expect(after?.some(({ state }) => state !== "CONFIRMED")).toBe(false);
    const again = adjustment(first, 7n);
    await adjustEnvelope(budget, request(), again);
    const [open] = await listOpenChanges(budget);
    await withdrawChange(budget, request(), open?.id ?? "", "A test");
    shiftClock(31 * 86_400_000);
    expect(open && (await listChangesBeside(budget, open))).toEqual([]);
    shiftClock(0);
  });

  test("is lowered to what is reserved and committed, and not a cent below: the refusal says what is available", async () => {
    const startYear = first + 1;
    const id = await newApplication();
    await transaction((tx) => reserve(tx, cause(), id, [{ startYear, cents: 270_000n }]));
    const available = (await positionOf(startYear))?.availableCents ?? 0n;
    const message = `Only ${formatCents(available)} is available in ${formatYear(startYear)}.`;
    const error = await refusal(adjustEnvelope(budget, request(), adjustment(startYear, -available - 1n)));
    expect(error.fields).toEqual({ change: message });
    // What was there when it was asked for may be gone when it is confirmed: it is refused then, and waits on.
    await adjustEnvelope(budget, request(), adjustment(startYear, -available));
    await transaction((tx) => reserve(tx, cause(), id, [{ startYear, cents: 1n }]));
    expect(await refusal(confirmLastChange())).toMatchObject({
      code: "MONEY",
      message: `Only ${formatCents(available - 1n)} is available in ${formatYear(startYear)}.`,
    });
    expect((await positionOf(startYear))?.availableCents).toBe(available - 1n);
    await transaction((tx) => releaseReserve(tx, cause(), id));
    await transaction((tx) => reserve(tx, cause(), id, [{ startYear, cents: 270_000n }]));
    await confirmLastChange();
    expect((await positionOf(startYear))?.availableCents).toBe(0n);
    await expectBalance();
  });

  test("is set for the next year, and for no year further off or before the first", async () => {
    const next = ((await listPositions(budget)).at(-1)?.startYear ?? 0) + 1;
    for (const startYear of [next + 1, first - 1]) {
      const { fields } = await refusal(adjustEnvelope(budget, request(), adjustment(startYear, 100n)));
      expect(fields).toHaveProperty("year");
    }
    expect((await refusal(adjustEnvelope(budget, request(), adjustment(next, -1n)))).fields).toHaveProperty("change");
    expect(await positionOf(next)).toBeUndefined();
    await adjustEnvelope(budget, request(), adjustment(next, 500n));
    expect(await positionOf(next)).toMatchObject({ envelopeCents: 0n });
    await confirmLastChange();
    expect(await positionOf(next)).toMatchObject({ envelopeCents: 500n, availableCents: 500n, reservedCents: 0n });
  });

  test("stays as it is for nothing, and for whoever is no budget officer", async () => {
    const before = await positionOf(first);
    expect(() => adjustEnvelope(budget, request(), adjustment(first, 0n))).toThrow(DomainError);
    for (const role of ["DESK", "ASSESSOR", "APPROVER", "AUDITOR", "ADMINISTRATOR"] as const) {
      const actor = await somebody(role);
      expect(() => adjustEnvelope(actor, request(), adjustment(first, 100n))).toThrow(/budget officer/);
    }
    expect(await positionOf(first)).toEqual(before);
  });
});

describe("what the budget page reads", () => {
  test("the rows behind the figures add up to the position, whole cents of shares too", async () => {
    await reserved(await newApplication({ TO: 33, WS: 33, FJ: 34 }), 1_000_001n);
    const id = await newApplication({ TO: 1, KI: 99 });
    await reserved(id, 77n);
    await transaction((tx) => commitReserve(tx, cause(), id));
    const position = (await listPositions(budget))[0];
    const sum = (rows: readonly { reservedCents: bigint; committedCents: bigint }[]) => ({
      reservedCents: rows.reduce((total, row) => total + row.reservedCents, 0n),
      committedCents: rows.reduce((total, row) => total + row.committedCents, 0n),
    });
    const { lines } = await listHolders(budget, { startYear: first, by: null, of: null, counter: null });
    expect(position).toMatchObject(sum(lines));
    const places = await listShares(budget, first, "place");
    expect(position).toMatchObject(sum(places));
    expect(places.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["Fiji", "Samoa", "Tonga", "Kiribati", "No place given"]),
    );
    const { month: _, ...last } = (await listMonths(budget, first, new Date(Date.UTC(first + 1, 5, 30)))).at(-1) ?? {
      month: 0,
    };
    expect(position).toMatchObject(last);
  });

  test("months run from July to today's, and a year to come has none", async () => {
    const months = async (day: string) => (await listMonths(budget, first, new Date(day))).map(({ month }) => month);
    expect(await months(`${first}-06-30`)).toEqual([]);
    expect(await months(`${first}-07-01`)).toEqual([0]);
    expect(await months(`${first + 1}-01-31`)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(await months(`${first + 3}-01-31`)).toHaveLength(12);
  });

  test("an assessor reads the money, and names only of what is assigned", async () => {
    const assessor = await somebody("ASSESSOR");
    const all = { startYear: first, by: null, of: null, counter: null };
    const holders = (await listHolders(assessor, all)).lines;
    expect(holders.length).toBeGreaterThan(0);
    expect(holders.map(({ application }) => application)).toEqual(holders.map(() => null));
    const { lines } = await listLedger(assessor, { startYear: first, kind: null, reference: null, month: null });
    expect(lines.every(({ application }) => application === null)).toBe(true);
    expect((await listHolders(budget, all)).lines.every(({ application }) => application !== null)).toBe(true);
  });

  test("the ledger comes in pages that miss and repeat nothing", async () => {
    const id = await newApplication();
    for (let entry = 0; entry < 60; entry++) await reserved(id, 1n);
    const seen: bigint[] = [];
    let before: bigint | undefined;
    do {
      const { lines, next } = await listLedger(
        budget,
        { startYear: first, kind: null, reference: null, month: null },
        before,
      );
      seen.push(...lines.map((line) => line.id));
      before = next ?? undefined;
    } while (before !== undefined);
    const all = await db().ledgerEntry.findMany({
      where: { startYear: first },
      orderBy: { id: "desc" },
      select: { id: true },
    });
    expect(seen).toEqual(all.map((entry) => entry.id));
    expect(seen.length).toBeGreaterThan(60);
  });
});

test("counters that somebody moved behind the ledger's back are named, row by row", async () => {
  expect(await listLedgerDifferences()).toEqual([]);
  const { startYear, reservedCents, applicationId } = await db().applicationFunding.findFirstOrThrow({
    where: { reservedCents: { gt: 0n } },
  });
  const { reference } = await db().application.findUniqueOrThrow({ where: { id: applicationId } });
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const move = async (change: number) => {
    await owner.query(`UPDATE "FinancialYear" SET "envelopeCents" = "envelopeCents" + $1 WHERE "startYear" = $2`, [
      change,
      startYear,
    ]);
    await owner.query(
      `UPDATE "ApplicationFunding" SET "reservedCents" = "reservedCents" - $1 WHERE "applicationId" = $2 AND "startYear" = $3`,
      [change, applicationId, startYear],
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
  await owner.end();
});

// The ledger moves money exactly, and nothing gets round it: no command, and no statement of the application's own login.
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { fromDatabase } from "#lib/lifecycle/constraints.ts";
import { db, transaction } from "#lib/platform/db.ts";
import {
  budget,
  cause,
  ENVELOPE,
  expectBalance,
  first,
  held,
  newApplication,
  over,
  paid,
  refusal,
  reserved,
  somebody,
  useLedger,
} from "#lib/testing/ledger.ts";
import { adjustReserve, commitReserve, releaseReserve, releaseUnpaid, reserve } from "./commands.ts";
import { listLedger } from "./ledger/queries.ts";
import { listMonths, listPositions } from "./queries.ts";
import { listHolders, listShares } from "./shares/queries.ts";

useLedger();

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

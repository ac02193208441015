// Carry-forward and corrections: what changes an envelope beside an adjustment, and what the database holds them to.
import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { adjustEnvelope, reserve } from "#lib/budget/commands.ts";
import { reverseAdjustment } from "#lib/budget/ledger/commands.ts";
import { getLedgerEntry, listLedger } from "#lib/budget/ledger/queries.ts";
import { isReversible } from "#lib/budget/ledger/rules.ts";
import { listLedgerDifferences, listPositions } from "#lib/budget/queries.ts";
import { asMfat, type MfatActor, type Role } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { shiftClock } from "#lib/platform/clock.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { useTestDatabase } from "#lib/test-database.ts";
import { agreeCarryForward, cancelCarryForward, confirmCarryForward } from "./commands.ts";
import { getCarryForward, listCarryForwards, listEnvelopeParts } from "./queries.ts";

const database = useTestDatabase();
afterEach(() => {
  shiftClock(0);
});
let first = 0;
let budget: MfatActor;
let applicationId = "";

beforeAll(async () => {
  first = (await db().financialYear.findFirstOrThrow({ orderBy: { startYear: "asc" } })).startYear;
  budget = await somebody("BUDGET");
  const { id: agencyId } = await db().agency.findFirstOrThrow();
  const { id: roundId } = await db().round.create({ data: { name: "Carry", opensAt: new Date(0) } });
  const data = { reference: `PSF-${first}-0001`, agencyId, roundId, createdById: budget.personId };
  applicationId = (await db().application.create({ data })).id;
});

async function somebody(role: Role): Promise<MfatActor> {
  const email = `${role.toLowerCase()}@carry.example`;
  await db().person.create({ data: { email, name: role, side: "MFAT", roles: { create: [{ role }] } } });
  const actor = await findActor(email);
  if (!actor) throw new Error("nobody");
  return asMfat(actor);
}

const request = () => ({ requestId: randomUUID() });
const agreed = async (cents: bigint, fromYear = first): Promise<string> => {
  await agreeCarryForward(budget, request(), { fromYear, cents, reason: "Ships were late", source: "Paper 7" });
  return (await db().carryForward.findFirstOrThrow({ orderBy: { id: "desc" } })).id;
};
const positionOf = async (startYear: number) => {
  const found = (await listPositions(budget)).find((one) => one.startYear === startYear);
  if (!found) throw new Error(`There is no ${startYear}.`);
  return found;
};
const partsOf = async (startYear: number) =>
  (await listEnvelopeParts(budget)).find((one) => one.startYear === startYear);
const lastMail = async () => (await db().email.findFirstOrThrow({ orderBy: { id: "desc" } })).subject;

async function refusal(work: () => Promise<unknown>): Promise<DomainError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error("not refused");
}

describe("a carry-forward", () => {
  test("in principle stands beside the envelopes; confirmed once it moves both; new money stays apart", async () => {
    const before = [await positionOf(first), await positionOf(first + 1)];
    const id = await agreed(5_000n);
    expect([await positionOf(first), await positionOf(first + 1)]).toEqual(before);
    expect(await partsOf(first)).toMatchObject({ carriedCents: 0n, inPrincipleFromCents: 5_000n });
    expect(await partsOf(first + 1)).toMatchObject({ carriedCents: 0n, inPrincipleIntoCents: 5_000n });
    expect(await lastMail()).toBe(
      `[UNCLASSIFIED] Carry-forward ${formatYear(first)} to ${formatYear(first + 1)}: $50.00 agreed in principle`,
    );

    const twice = request();
    await Promise.all([1, 2, 3].map(() => confirmCarryForward(budget, twice, id)));
    expect((await positionOf(first)).envelopeCents).toBe((before[0]?.envelopeCents ?? 0n) - 5_000n);
    expect((await positionOf(first + 1)).envelopeCents).toBe((before[1]?.envelopeCents ?? 0n) + 5_000n);
    expect(await partsOf(first + 1)).toMatchObject({
      newCents: before[1]?.envelopeCents,
      carriedCents: 5_000n,
      inPrincipleIntoCents: 0n,
    });
    const entries = await db().ledgerEntry.findMany({ where: { carryForwardId: id }, orderBy: { startYear: "asc" } });
    expect(entries.map(({ startYear, envelopeCents, requestId }) => [startYear, envelopeCents, requestId])).toEqual([
      [first, -5_000n, twice.requestId],
      [first + 1, 5_000n, twice.requestId],
    ]);
    expect(await lastMail()).toMatch(/\$50\.00 confirmed$/);
    expect(await db().auditEvent.findUnique({ where: { requestId: twice.requestId } })).toMatchObject({
      event: "carryForward.confirmed",
      actorId: budget.personId,
    });
    expect(await getCarryForward(budget, id)).toMatchObject({ state: "CONFIRMED", settledBy: "BUDGET" });
    expect((await refusal(() => confirmCarryForward(budget, request(), id))).code).toBe("CONFLICT");
    expect((await refusal(() => cancelCarryForward(budget, request(), id, "No"))).message).toMatch(
      /^It was confirmed on .+ already\.$/,
    );
  });

  test("is refused below what is reserved and committed, with the figure, and stays in principle; cancelled with a reason", async () => {
    const { availableCents } = await positionOf(first);
    await transaction((tx) =>
      reserve(tx, { actor: budget, ...request(), reason: "Test" }, applicationId, [
        { startYear: first, cents: availableCents - 900n },
      ]),
    );
    const id = await agreed(901n);
    const error = await refusal(() => confirmCarryForward(budget, request(), id));
    expect(error).toMatchObject({
      code: "MONEY",
      message: `Only ${formatCents(900n)} is available in ${formatYear(first)}.`,
    });
    expect(await getCarryForward(budget, id)).toMatchObject({ state: "IN_PRINCIPLE", settledAt: null });
    expect((await positionOf(first)).availableCents).toBe(900n);
    await cancelCarryForward(budget, request(), id, "The ships came");
    expect(await getCarryForward(budget, id)).toMatchObject({ state: "CANCELLED", settledWhy: "The ships came" });
    expect((await listCarryForwards(budget, first)).map(({ state }) => state)).toEqual(["CONFIRMED", "CANCELLED"]);
    expect(await db().ledgerEntry.count({ where: { carryForwardId: id } })).toBe(0);
  });

  test("goes into no year that has ended: neither agreed nor confirmed then", async () => {
    const id = await agreed(1_00n);
    shiftClock(Date.UTC(first + 2, 6, 1) - Date.now());
    const ended = `${formatYear(first + 1)} ended on 30 June ${first + 2}, so it can take no more money`;
    expect(await refusal(() => agreed(1_00n))).toMatchObject({ fields: { fromYear: ended } });
    expect(await refusal(() => confirmCarryForward(budget, request(), id))).toMatchObject({
      code: "STATE",
      message: `${ended}. Cancel this carry-forward.`,
    });
    await cancelCarryForward(budget, request(), id, "Too late");
  });

  test("needs two open years, a carry-forward that exists, and a budget officer", async () => {
    const last = (await listPositions(budget)).at(-1)?.startYear ?? 0;
    expect((await refusal(() => agreed(1n, last))).fields).toHaveProperty("fromYear");
    for (const id of [randomUUID(), "none"]) {
      expect((await refusal(() => confirmCarryForward(budget, request(), id))).code).toBe("NOT_FOUND");
    }
    const desk = await somebody("DESK");
    const id = await agreed(1n, first + 1);
    for (const work of [
      () => agreeCarryForward(desk, request(), { fromYear: first, cents: 1n, reason: "x", source: "x" }),
      () => confirmCarryForward(desk, request(), id),
      () => cancelCarryForward(desk, request(), id, "x"),
      () => reverseAdjustment(desk, request(), 1n, "x"),
    ]) {
      expect((await refusal(work)).code).toBe("FORBIDDEN");
    }
  });
});

describe("a correction", () => {
  const adjusted = async (startYear: number, changeCents: bigint): Promise<bigint> => {
    const effectiveOn = new Date(Date.UTC(startYear, 9, 1));
    await adjustEnvelope(budget, request(), {
      startYear,
      changeCents,
      reason: "Typed twice",
      source: "Paper",
      effectiveOn,
    });
    return (await db().ledgerEntry.findFirstOrThrow({ orderBy: { id: "desc" } })).id;
  };

  test("names what it reverses, once, and both entries say so", async () => {
    const before = await positionOf(first + 1);
    const id = await adjusted(first + 1, 700n);
    await reverseAdjustment(budget, request(), id, "It was typed twice");
    expect(await positionOf(first + 1)).toEqual(before);
    const correction = await db().ledgerEntry.findUniqueOrThrow({ where: { reversesId: id } });
    expect(correction).toMatchObject({
      envelopeCents: -700n,
      reason: "It was typed twice",
      source: "Paper",
      effectiveOn: new Date(Date.UTC(first + 1, 9, 1)),
    });
    const wrong = await getLedgerEntry(budget, id);
    expect(wrong).toMatchObject({ reversedById: correction.id });
    const { lines } = await listLedger(budget, { startYear: first + 1, kind: "ADJUST", reference: null, month: null });
    expect(lines[0]).toMatchObject({ id: correction.id, reversesId: id });
    expect([wrong, lines[0]].map((line) => line && isReversible(line))).toEqual([false, false]);
    expect(await lastMail()).toMatch(/an adjustment made in error was reversed$/);
    expect((await refusal(() => reverseAdjustment(budget, request(), id, "Again"))).message).toBe(
      `It has been reversed already, by entry ${correction.id}.`,
    );
    expect((await refusal(() => reverseAdjustment(budget, request(), correction.id, "Back"))).code).toBe("STATE");
    expect(await listLedgerDifferences()).toEqual([]);
  });

  test("is refused where the envelope would fall below what is reserved and committed, and of what is no adjustment", async () => {
    const id = await adjusted(first, 800n);
    const { availableCents } = await positionOf(first);
    await transaction((tx) =>
      reserve(tx, { actor: budget, ...request(), reason: "Test" }, applicationId, [
        { startYear: first, cents: availableCents - 799n },
      ]),
    );
    expect(await refusal(() => reverseAdjustment(budget, request(), id, "Back"))).toMatchObject({
      code: "MONEY",
      message: `Only $7.99 is available in ${formatYear(first)}.`,
    });
    const reserveEntry = await db().ledgerEntry.findFirstOrThrow({ where: { kind: "RESERVE" } });
    expect((await refusal(() => reverseAdjustment(budget, request(), reserveEntry.id, "x"))).code).toBe("STATE");
    expect((await refusal(() => reverseAdjustment(budget, request(), 999_999n, "x"))).code).toBe("NOT_FOUND");
  });

  test("of one half of a carry-forward takes the other half back too", async () => {
    const before = [await partsOf(first + 1), await partsOf(first + 2)];
    const id = await agreed(300n, first + 1);
    await confirmCarryForward(budget, request(), id);
    const half = await db().ledgerEntry.findFirstOrThrow({ where: { carryForwardId: id, startYear: first + 2 } });
    await reverseAdjustment(budget, request(), half.id, "The wrong year");
    expect([await partsOf(first + 1), await partsOf(first + 2)]).toEqual(before);
    expect(await db().ledgerEntry.count({ where: { carryForwardId: id } })).toBe(4);
    expect(await listLedgerDifferences()).toEqual([]);
  });
});

describe("the application's own login, with SQL of its own", () => {
  const sql = async (statement: string, values: unknown[]) => {
    const client = new pg.Client({ connectionString: database.databaseUrl });
    await client.connect();
    try {
      return await client.query(statement, values);
    } finally {
      await client.end();
    }
  };
  const ENTRY = `INSERT INTO "LedgerEntry" ("startYear", kind, "envelopeCents", reason, source, "effectiveOn", "requestId", "carryForwardId", "reversesId")
    VALUES ($1, 'ADJUST', $2, 'SQL', 'SQL', now(), gen_random_uuid(), $3, $4)`;

  test("cannot carry half of it, nor what is in principle, nor say that it is confirmed", async () => {
    const id = await agreed(10n, first + 1);
    await expect(sql(ENTRY, [first + 2, 10, id, null])).rejects.toThrow(/carries_whole/);
    await expect(
      sql(`UPDATE "CarryForward" SET state = 'CONFIRMED', "settledAt" = now() WHERE id = $1`, [id]),
    ).rejects.toThrow(/confirmed_is_carried/);
    await expect(sql(`UPDATE "CarryForward" SET cents = 1 WHERE id = $1`, [id])).rejects.toThrow(/permission denied/);
  });

  test("cannot correct by another amount or in another year", async () => {
    const wrong = await db().ledgerEntry.findFirstOrThrow({
      where: { kind: "ADJUST", startYear: first + 1, reversesId: null, correction: null, carryForwardId: null },
    });
    for (const [year, cents] of [
      [first + 1, wrong.envelopeCents - 1n],
      [first + 2, wrong.envelopeCents],
    ] as const) {
      await expect(sql(ENTRY, [year, String(-cents), null, wrong.id.toString()])).rejects.toThrow(
        /reverses_exactly|within_envelope/,
      );
    }
  });
});

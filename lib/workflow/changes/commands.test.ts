// What takes two people: what each kind does once it is confirmed, who may do what, and what the database holds it to.
import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { askForCarryForward } from "#lib/budget/carry-forward/commands.ts";
import { listEnvelopeParts } from "#lib/budget/carry-forward/queries.ts";
import { adjustEnvelope, askForThreshold, commitReserve, pay, releaseReserve, reserve } from "#lib/budget/commands.ts";
import { reverseAdjustment } from "#lib/budget/ledger/commands.ts";
import { getLedgerEntry, listLedger } from "#lib/budget/ledger/queries.ts";
import { isReversible, whyStays } from "#lib/budget/ledger/rules.ts";
import { listLedgerDifferences, listPositions } from "#lib/budget/queries.ts";
import { declineChange, withdrawChange } from "#lib/changes/commands.ts";
import {
  countChangesToConfirm,
  currentThreshold,
  getChange,
  listCarryForwards,
  listOpenChanges,
} from "#lib/changes/queries.ts";
import { changeState } from "#lib/changes/rules.ts";
import { asMfat, type MfatActor, type Role } from "#lib/lifecycle/permissions.ts";
import { changeDelegation, endAccount } from "#lib/people/commands.ts";
import { findActor } from "#lib/people/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { dayOf, withinYear } from "#lib/platform/dates.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { approveBefore, budgetOfficers, keepForm, unguarded, useTestDatabase } from "#lib/test-database.ts";
import { takeStep } from "#lib/workflow/commands.ts";
import { applyDueChanges, confirmChange } from "./commands.ts";

const database = useTestDatabase();
afterEach(() => {
  shiftClock(0);
});
let first = 0;
let budget: MfatActor;
let second: MfatActor;
let applicationId = "";

beforeAll(async () => {
  first = (await db().financialYear.findFirstOrThrow({ orderBy: { startYear: "asc" } })).startYear;
  [budget, second] = await budgetOfficers();
  const { id: agencyId } = await db().agency.findFirstOrThrow();
  const { id: roundId } = await db().round.create({ data: { name: "Carry", opensAt: new Date(0) } });
  const data = { reference: `PSF-${first}-0001`, agencyId, roundId, createdById: budget.personId };
  applicationId = (await db().application.create({ data })).id;
});

const DAY_MS = 86_400_000;
let number = 0;

async function somebody(...roles: Role[]): Promise<MfatActor> {
  const email = `person${++number}@changes.example`;
  const held = { create: roles.map((role) => ({ role })) };
  await db().person.create({ data: { email, name: roles.join(" "), side: "MFAT", roles: held } });
  const actor = await findActor(email);
  if (!actor) throw new Error("nobody");
  return asMfat(actor);
}

const request = () => ({ requestId: randomUUID() });
const lastChange = async (): Promise<string> =>
  (await db().changeRequest.findFirstOrThrow({ orderBy: { id: "desc" } })).id;
const carried = async (cents: bigint, fromYear = first, initiatives: string[] = []): Promise<string> => {
  await askForCarryForward(budget, request(), {
    fromYear,
    cents,
    initiatives,
    reason: "Ships were late",
    source: "Paper 7",
  });
  return lastChange();
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
  test("asked for stands beside the envelopes; confirmed once it moves both; new money stays apart", async () => {
    const before = [await positionOf(first), await positionOf(first + 1)];
    const id = await carried(5_000n);
    expect([await positionOf(first), await positionOf(first + 1)]).toEqual(before);
    expect(await partsOf(first)).toMatchObject({ carriedCents: 0n, askedFromCents: 5_000n });
    expect(await partsOf(first + 1)).toMatchObject({ carriedCents: 0n, askedIntoCents: 5_000n });
    expect(await lastMail()).toBe(
      `[UNCLASSIFIED] Carry-forward ${formatYear(first)} into ${formatYear(first + 1)}: $50.00: asked for by asks`,
    );

    const twice = request();
    await Promise.all([1, 2, 3].map(() => confirmChange(second, twice, id)));
    expect((await positionOf(first)).envelopeCents).toBe((before[0]?.envelopeCents ?? 0n) - 5_000n);
    expect((await positionOf(first + 1)).envelopeCents).toBe((before[1]?.envelopeCents ?? 0n) + 5_000n);
    expect(await partsOf(first + 1)).toMatchObject({
      newCents: before[1]?.envelopeCents,
      carriedCents: 5_000n,
      askedIntoCents: 0n,
    });
    const entries = await db().ledgerEntry.findMany({ where: { changeId: id }, orderBy: { startYear: "asc" } });
    expect(entries.map(({ startYear, envelopeCents, requestId }) => [startYear, envelopeCents, requestId])).toEqual([
      [first, -5_000n, twice.requestId],
      [first + 1, 5_000n, twice.requestId],
    ]);
    expect(await lastMail()).toMatch(/\$50\.00: confirmed by confirms$/);
    expect(await db().auditEvent.findUnique({ where: { requestId: twice.requestId } })).toMatchObject({
      event: "change.confirmed",
      actorId: second.personId,
      data: { askedBy: "asks" },
    });
    expect(await getChange(budget, id)).toMatchObject({ state: "CONFIRMED", settledBy: "confirms", askedBy: "asks" });
    expect((await refusal(() => confirmChange(second, request(), id))).code).toBe("CONFLICT");
    expect((await refusal(() => declineChange(second, request(), id, "No"))).message).toMatch(
      /^confirms confirmed it on .+\.$/,
    );
  });

  test("is refused below what is reserved and committed, with the figure, and waits on; declined with a reason", async () => {
    const { availableCents } = await positionOf(first);
    expect((await refusal(() => carried(availableCents + 1n))).fields).toHaveProperty("cents");
    const id = await carried(901n);
    await transaction((tx) =>
      reserve(tx, { actor: budget, ...request(), reason: "Test" }, applicationId, [
        { startYear: first, cents: availableCents - 900n },
      ]),
    );
    const error = await refusal(() => confirmChange(second, request(), id));
    expect(error).toMatchObject({
      code: "MONEY",
      message: `Only ${formatCents(900n)} is available in ${formatYear(first)}.`,
    });
    expect(await getChange(budget, id)).toMatchObject({ state: "ASKED", settledAt: null });
    expect((await positionOf(first)).availableCents).toBe(900n);
    await declineChange(second, request(), id, "The ships came");
    expect(await getChange(budget, id)).toMatchObject({ state: "DECLINED", settledWhy: "The ships came" });
    expect((await listCarryForwards(budget, first)).map(({ state }) => state)).toEqual(["CONFIRMED", "DECLINED"]);
    expect(await db().ledgerEntry.count({ where: { changeId: id } })).toBe(0);
  });

  test("of free money is asked for once: until it is settled, another out of the same year is a conflict", async () => {
    const id = await carried(1_00n);
    expect(await refusal(() => carried(1_00n))).toMatchObject({
      code: "CONFLICT",
      message: `“Carry-forward ${formatYear(first)} into ${formatYear(first + 1)}: $1.00” is waiting already. asks asked for it. Confirm, decline or withdraw it first.`,
    });
    await withdrawChange(budget, request(), id, "Another amount");
    const other = await carried(2_00n);
    await withdrawChange(budget, request(), other, "Not now");
  });

  test("goes into no year that has ended: neither asked for nor confirmed then", async () => {
    const id = await carried(1_00n);
    shiftClock(Date.UTC(first + 2, 6, 1) - Date.now());
    const ended = `${formatYear(first + 1)} ended on 30 June ${first + 2}, so it can take no more money`;
    expect(await refusal(() => carried(1_00n))).toMatchObject({ fields: { fromYear: ended } });
    expect(await refusal(() => confirmChange(second, request(), id))).toMatchObject({
      code: "STATE",
      message: `${ended}. Decline this carry-forward.`,
    });
    await withdrawChange(budget, request(), id, "Too late");
  });

  test("needs two years that the fund has, a change that exists, and the right offices", async () => {
    const last = (await listPositions(budget)).at(-1)?.startYear ?? 0;
    expect((await refusal(() => carried(1n, last))).fields).toHaveProperty("fromYear");
    for (const id of [randomUUID(), "none"]) {
      expect((await refusal(() => confirmChange(second, request(), id))).code).toBe("NOT_FOUND");
    }
    const [desk, approver] = [await somebody("DESK"), await somebody("APPROVER")];
    const id = await carried(1n, first + 1);
    const asked = { fromYear: first, cents: 1n, initiatives: [], reason: "x", source: "x" };
    for (const work of [
      () => askForCarryForward(desk, request(), asked),
      () => askForCarryForward(approver, request(), asked),
      () => confirmChange(desk, request(), id),
      () => declineChange(desk, request(), id, "x"),
      () => withdrawChange(approver, request(), id, "x"),
      () => reverseAdjustment(desk, request(), 1n, "x"),
    ]) {
      expect((await refusal(work)).code).toBe("FORBIDDEN");
    }
    await confirmChange(approver, request(), id);
    expect(await getChange(desk, id)).toMatchObject({ state: "CONFIRMED", settledBy: "APPROVER" });
  });
});

describe("a carry-forward takes along what initiatives have unspent", () => {
  const held = async (id: string) => {
    const rows = await db().applicationFunding.findMany({
      where: { applicationId: id },
      orderBy: { startYear: "asc" },
    });
    return rows.map((row) => [row.startYear - first, row.reservedCents, row.committedCents, row.paidCents]);
  };
  const cause = () => ({ actor: budget, ...request(), reason: "Test" });
  let boats = "";
  let dogs = "";
  let agencyMail = "";

  const openVariation = async () =>
    unguarded().variation.create({
      data: {
        applicationId: boats,
        number: 99,
        kind: "SCOPE",
        reason: "Another port",
        current: { scope: "One" },
        proposed: { scope: "Two" },
        formHash: await keepForm("VARIATION"),
        agencyName: "-",
        askerName: "-",
        askedById: budget.personId,
      },
    });

  beforeAll(async () => {
    await transaction((tx) => releaseReserve(tx, cause(), applicationId));
    const agency = await db().agency.findFirstOrThrow();
    const { id: roundId } = await db().round.findFirstOrThrow();
    agencyMail = "writes@carry.example";
    await db().person.create({
      data: {
        email: agencyMail,
        name: "Writer",
        side: "AGENCY",
        agencyId: agency.id,
        roles: { create: { role: "CONTRIBUTOR" } },
      },
    });
    const make = async (title: string, state: "ACTIVE" | "OFFERED") => {
      const reference = `PSF-${first}-${title}`;
      const data = { reference, title, agencyId: agency.id, roundId, createdById: budget.personId, state };
      return (await unguarded().application.create({ data })).id;
    };
    [boats, dogs] = [await make("Boats", "ACTIVE"), await make("Dogs", "OFFERED")];
    const days = { startsOn: new Date(Date.UTC(first, 6, 1)), endsOn: new Date(Date.UTC(first + 2, 5, 30)) };
    await unguarded().arrangement.create({ data: { applicationId: boats, ...days } });
    await approveBefore(dogs, 40_00n);
    await unguarded().phasing.createMany({
      data: [
        { applicationId: dogs, kind: "RECOMMENDED", startYear: first, cents: 40_00n },
        { applicationId: dogs, kind: "APPROVED", startYear: first, cents: 40_00n },
      ],
    });
    const both = [first, first + 1].map((startYear) => ({ startYear, cents: 100_00n }));
    await transaction((tx) => reserve(tx, cause(), boats, both));
    await transaction((tx) => commitReserve(tx, cause(), boats));
    const on = new Date(Date.UTC(first, 8, 1));
    await transaction((tx) => pay(tx, cause(), boats, { startYear: first, cents: 30_00n, on }));
    await transaction((tx) => reserve(tx, cause(), dogs, [{ startYear: first, cents: 40_00n }]));
    // Neither year has a cent that is free.
    for (const startYear of [first, first + 1]) {
      const { availableCents } = await positionOf(startYear);
      await transaction((tx) => reserve(tx, cause(), applicationId, [{ startYear, cents: availableCents }]));
    }
  });

  test("from a year without a free cent into another, as an agreed re-phasing that the agency reads", async () => {
    const before = [await positionOf(first), await positionOf(first + 1)];
    expect(before.map(({ availableCents }) => availableCents)).toEqual([0n, 0n]);
    const id = await carried(0n, first, [boats, dogs]);
    expect(await getChange(budget, id)).toMatchObject({ cents: 110_00n });
    expect(await refusal(() => carried(0n, first, [dogs]))).toMatchObject({
      fields: { initiatives: expect.stringMatching(/^A carry-forward of PSF-\d+-Dogs is waiting already/) },
    });
    await confirmChange(await somebody("APPROVER"), request(), id);
    expect(await held(boats)).toEqual([
      [0, 0n, 30_00n, 30_00n],
      [1, 0n, 170_00n, 0n],
    ]);
    expect(await held(dogs)).toEqual([
      [0, 0n, 0n, 0n],
      [1, 40_00n, 0n, 0n],
    ]);
    const after = [await positionOf(first), await positionOf(first + 1)];
    expect(after.map(({ envelopeCents, availableCents }) => [envelopeCents, availableCents])).toEqual([
      [(before[0]?.envelopeCents ?? 0n) - 110_00n, 0n],
      [(before[1]?.envelopeCents ?? 0n) + 110_00n, 0n],
    ]);
    expect(await listLedgerDifferences()).toEqual([]);
    expect(await db().variation.findMany({ where: { applicationId: boats } })).toMatchObject([
      {
        kind: "REPHASING",
        state: "APPROVED",
        changeId: id,
        current: {
          phasing: [
            { startYear: first, cents: "10000" },
            { startYear: first + 1, cents: "10000" },
          ],
        },
        proposed: {
          phasing: [
            { startYear: first, cents: "3000" },
            { startYear: first + 1, cents: "17000" },
          ],
        },
      },
    ]);
    const phasing = await db().phasing.findMany({ where: { applicationId: dogs, cents: { gt: 0 } } });
    expect(phasing.map(({ kind, startYear }) => [kind, startYear - first]).sort()).toEqual([
      ["APPROVED", 1],
      ["RECOMMENDED", 0],
    ]);
    const mails = await db().email.findMany({ where: { to: agencyMail }, orderBy: { id: "asc" } });
    expect(mails).toHaveLength(2);
    // The officers' own reason stays with them.
    expect(mails.map(({ text }) => text).join()).not.toContain("Ships were late");
    expect(mails.map(({ text }) => text).join()).toContain(`${formatYear(first + 1)} $170.00`);
    const stale = { ...request(), revision: 0 };
    const hold = { values: { reason: "A port is closed" }, isLater: false };
    const desk = await somebody("DESK");
    expect(await refusal(() => takeStep(desk, stale, `PSF-${first}-Dogs`, "putOnHold", hold))).toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(/^Money of PSF-.* was carried into another year/),
    });
  });

  test("and back, by reversing either half; what was accepted meanwhile goes back as a commitment", async () => {
    await transaction((tx) => commitReserve(tx, cause(), dogs));
    const days = { startsOn: new Date(Date.UTC(first, 6, 1)), endsOn: new Date(Date.UTC(first + 2, 5, 30)) };
    await unguarded().arrangement.create({ data: { applicationId: dogs, ...days } });
    const { changeId } = await db().carriedInitiative.findFirstOrThrow({ where: { applicationId: boats } });
    const half = await db().ledgerEntry.findFirstOrThrow({
      where: { changeId, startYear: first + 1, kind: "ADJUST" },
    });
    const { id: varying } = await openVariation();
    expect(await refusal(() => reverseAdjustment(budget, request(), half.id, "Back"))).toMatchObject({
      code: "STATE",
      message: `PSF-${first}-Boats has an open variation. Decide it first.`,
    });
    await unguarded().variation.update({
      where: { id: varying },
      data: { state: "CANCELLED", decidedById: budget.personId, decidedAt: new Date() },
    });
    shiftClock(DAY_MS);
    await reverseAdjustment(budget, request(), half.id, "Not needed after all");
    await confirmChange(second, request(), await lastChange());
    expect(await held(boats)).toEqual([
      [0, 0n, 100_00n, 30_00n],
      [1, 0n, 100_00n, 0n],
    ]);
    expect((await held(dogs)).at(0)).toEqual([0, 0n, 40_00n, 0n]);
    expect(await listLedgerDifferences()).toEqual([]);
    // All of it moves back on one day: no month in between holds the envelope without its commitments.
    const back = await db().ledgerEntry.findMany({ where: { changeId: await lastChange() } });
    expect(back).toHaveLength(6);
    for (const { startYear, effectiveOn, at } of back) {
      expect(withinYear(startYear, effectiveOn ?? dayOf(at))).toEqual(withinYear(startYear, dayOf(now())));
    }
    expect(await db().variation.count({ where: { applicationId: boats, changeId: { not: null } } })).toBe(2);
  });

  test("nobody with an interest in an initiative carries it", async () => {
    const tied = await somebody("BUDGET");
    const interest = { hasInterest: true, isRecused: true, description: "A cousin works there." };
    await db().interestDeclaration.create({ data: { applicationId: boats, personId: tied.personId, ...interest } });
    const id = await carried(0n, first, [boats]);
    expect(await refusal(() => confirmChange(tied, request(), id))).toMatchObject({
      code: "STATE",
      message: `You declared an interest in PSF-${first}-Boats, so somebody else carries it.`,
    });
    await declineChange(second, request(), id, "Not now");
  });

  test("what is reserved for an offer whose last day has passed is about to be released, and is not carried", async () => {
    const id = await carried(0n, first, [boats]);
    const sent = { applicationId: boats, sentById: budget.personId, sentAt: new Date(0) };
    const { id: letterId } = await db().letter.create({ data: { ...sent, kind: "OFFER", text: "An offer" } });
    const open = await unguarded().offer.create({
      data: { ...sent, letterId, amountCents: 1n, dueAt: new Date(1000) },
    });
    expect(await refusal(() => confirmChange(second, request(), id))).toMatchObject({
      code: "STATE",
      message: `The last day of the offer of PSF-${first}-Boats has passed, so its money is released within minutes.`,
    });
    await unguarded().offer.update({ where: { id: open.id }, data: { outcome: "LAPSED", answeredAt: new Date(2000) } });
    await declineChange(second, request(), id, "Not now");
  });

  test("what was spent meanwhile is not carried: it is asked for anew", async () => {
    const id = await carried(0n, first, [boats]);
    const on = new Date(Date.UTC(first, 9, 1));
    await transaction((tx) => pay(tx, cause(), boats, { startYear: first, cents: 1n, on }));
    expect(await refusal(() => confirmChange(second, request(), id))).toMatchObject({
      code: "STATE",
      message: `PSF-${first}-Boats has $69.99 left to carry, less than was asked for. Decline this, and ask again.`,
    });
    await declineChange(second, request(), id, "Asked anew");
    for (const initiatives of [[randomUUID()], ["none"]]) {
      expect((await refusal(() => carried(0n, first, initiatives))).fields).toHaveProperty("initiatives");
    }
    expect((await refusal(() => carried(0n))).fields).toHaveProperty("cents");
  });

  test("who had a page of one of them open reads its new amounts before they act", async () => {
    const before = await db().application.findUniqueOrThrow({ where: { id: boats } });
    const id = await carried(0n, first, [boats]);
    expect((await db().application.findUniqueOrThrow({ where: { id: boats } })).revision).toBe(before.revision);
    await confirmChange(second, request(), id);
    expect((await db().application.findUniqueOrThrow({ where: { id: boats } })).revision).toBe(before.revision + 1);
  });
});

describe("two people", () => {
  beforeAll(() =>
    transaction((tx) => releaseReserve(tx, { actor: budget, ...request(), reason: "Test" }, applicationId)),
  );
  const raise = { changeCents: 100n, reason: "More", source: "Paper" };
  const asked = async (startYear: number, effectiveOn = new Date(Date.UTC(startYear, 6, 1))) => {
    await adjustEnvelope(budget, request(), { ...raise, startYear, effectiveOn });
    return lastChange();
  };

  test("who asked neither confirms nor declines, and may withdraw; so may another of the office", async () => {
    const id = await asked(first);
    for (const work of [
      () => confirmChange(budget, request(), id),
      () => declineChange(budget, request(), id, "Mine"),
    ]) {
      expect(await refusal(work)).toMatchObject({ code: "FORBIDDEN", message: expect.stringMatching(/somebody else/) });
    }
    expect([await countChangesToConfirm(budget), (await countChangesToConfirm(second)) > 0]).toEqual([0, true]);
    const before = await positionOf(first);
    await withdrawChange(second, request(), id, "They left");
    expect(await getChange(second, id)).toMatchObject({ state: "WITHDRAWN", settledBy: "confirms" });
    expect(await positionOf(first)).toEqual(before);
    expect(await lastMail()).toMatch(/: withdrawn by confirms$/);
  });

  test("two who settle it at once: one does, the other reads what became of it", async () => {
    const id = await asked(first);
    const approver = await somebody("APPROVER");
    const settled = await Promise.allSettled([
      confirmChange(second, request(), id),
      declineChange(approver, request(), id, "No"),
    ]);
    const refused = settled.flatMap((one) => (one.status === "rejected" ? [String(one.reason.message)] : []));
    expect(refused).toEqual([expect.stringMatching(/^(confirms confirmed|APPROVER declined) it on /)]);
  });

  test("nothing is asked of nobody", async () => {
    const others = { endedAt: null, roles: { some: { role: { in: ["BUDGET", "APPROVER"] as Role[] } } } };
    const ids = (await db().person.findMany({ where: { ...others, id: { not: budget.personId } } })).map(
      (one) => one.id,
    );
    await db().person.updateMany({ where: { id: { in: ids } }, data: { endedAt: new Date() } });
    const error = await refusal(() => asked(first));
    await db().person.updateMany({ where: { id: { in: ids } }, data: { endedAt: null } });
    expect(error).toMatchObject({
      code: "STATE",
      message: expect.stringMatching(/another budget officer or approver/),
    });
  });

  test("an adjustment takes effect on its day: of this year then, of a year to come that begins with it at once", async () => {
    const later = new Date(Date.UTC(first + 1, 0, 15));
    shiftClock(Date.UTC(first, 8, 1) - Date.now());
    const outside = await refusal(() => asked(first, new Date(Date.UTC(first, 5, 30))));
    expect(outside.fields["effectiveOn-day"]).toMatch(/^Enter a day of .+, from 1 July/);
    const id = await asked(first, later);
    const next = await asked(first + 2);
    const before = [await positionOf(first), await positionOf(first + 2)];
    await confirmChange(second, request(), next);
    await confirmChange(second, request(), id);
    const waiting = await getChange(budget, id);
    expect(changeState(waiting)).toBe(`Confirmed, takes effect on 15 January ${first + 1}`);
    await applyDueChanges();
    expect((await listOpenChanges(budget)).map((one) => one.id)).toContain(id);
    expect(await positionOf(first)).toEqual(before[0]);
    expect((await positionOf(first + 2)).envelopeCents).toBe((before[1]?.envelopeCents ?? 0n) + 100n);

    shiftClock(Date.UTC(first + 1, 0, 14, 11, 30) - Date.now());
    expect(dayOf(new Date(Date.UTC(first + 1, 0, 14, 11, 30)))).toEqual(later);
    await Promise.all([applyDueChanges(), applyDueChanges()]);
    expect((await positionOf(first)).envelopeCents).toBe((before[0]?.envelopeCents ?? 0n) + 100n);
    expect(await db().ledgerEntry.findMany({ where: { changeId: id } })).toMatchObject([
      { effectiveOn: later, actorId: second.personId },
    ]);
    expect(await lastMail()).toMatch(/: took effect$/);
  });

  test("what a year cannot hold any more on the day waits, is told once, and can be withdrawn", async () => {
    shiftClock(Date.UTC(first, 8, 1) - Date.now());
    const startYear = first;
    const { availableCents } = await positionOf(startYear);
    const effectiveOn = new Date(Date.UTC(first, 10, 1));
    await adjustEnvelope(budget, request(), { ...raise, startYear, effectiveOn, changeCents: -availableCents });
    const id = await lastChange();
    await confirmChange(second, request(), id);
    const cause = { actor: budget, ...request(), reason: "Test" };
    await transaction((tx) => reserve(tx, cause, applicationId, [{ startYear, cents: 1n }]));
    shiftClock(Date.UTC(first, 10, 2) - Date.now());
    const emails = await db().email.count();
    for (let time = 0; time < 3; time++) await applyDueChanges();
    expect(await db().email.count()).toBe(emails + 3);
    expect(await lastMail()).toMatch(/: did not take effect$/);
    await withdrawChange(second, request(), id, "Not needed");
    expect(await getChange(budget, id)).toMatchObject({ state: "WITHDRAWN", appliedAt: null });
  });

  test("a delegation is asked for by one administrator and confirmed by another, who is not whose it is", async () => {
    const [admin, other] = [await somebody("ADMINISTRATOR"), await somebody("ADMINISTRATOR", "APPROVER")];
    const approver = await somebody("APPROVER");
    const limit = { delegation: "limit", limit: "150,000", reason: "Acting" };
    await changeDelegation(admin, request(), approver.personId, limit);
    const id = await lastChange();
    expect(await findActor(approver.email)).not.toHaveProperty("delegationCents");
    expect((await refusal(() => confirmChange(second, request(), id))).code).toBe("NOT_FOUND");
    expect((await refusal(() => confirmChange(admin, request(), id))).code).toBe("FORBIDDEN");
    await confirmChange(other, request(), id);
    expect(await findActor(approver.email)).toMatchObject({ delegationCents: 15_000_000n });
    expect(await lastMail()).toBe(
      "[UNCLASSIFIED] Delegation of APPROVER: up to $150,000.00: confirmed by ADMINISTRATOR APPROVER",
    );

    const toOther = () =>
      changeDelegation(admin, request(), other.personId, { delegation: "unlimited", reason: "More" });
    expect((await refusal(toOther)).message).toMatch(/Add another administrator first/);
    const third = await somebody("ADMINISTRATOR");
    await toOther();
    const own = await lastChange();
    expect((await refusal(() => confirmChange(other, request(), own))).message).toMatch(/your own delegation/);
    await confirmChange(third, request(), own);
    expect(await findActor(other.email)).toMatchObject({ delegationCents: null });
  });

  test("a delegation of who is no approver any more is not confirmed", async () => {
    const [admin, other, approver] = [
      await somebody("ADMINISTRATOR"),
      await somebody("ADMINISTRATOR"),
      await somebody("APPROVER"),
    ];
    await changeDelegation(admin, request(), approver.personId, { delegation: "unlimited", reason: "x" });
    const id = await lastChange();
    await endAccount(admin, request(), approver.personId);
    expect(await refusal(() => confirmChange(other, request(), id))).toMatchObject({ code: "STATE" });
  });
});

describe("a correction", () => {
  const adjusted = async (startYear: number, changeCents: bigint): Promise<bigint> => {
    const effectiveOn = new Date(Date.UTC(startYear, 6, 1));
    const because = { reason: "Typed twice", source: "Paper", effectiveOn };
    await adjustEnvelope(budget, request(), { startYear, changeCents, ...because });
    await confirmChange(second, request(), await lastChange());
    return (await db().ledgerEntry.findFirstOrThrow({ orderBy: { id: "desc" } })).id;
  };
  const reverse = async (id: bigint, reason = "Back"): Promise<void> => {
    await reverseAdjustment(budget, request(), id, reason);
    await confirmChange(second, request(), await lastChange());
  };

  test("names what it reverses, once, and both entries say so", async () => {
    const before = await positionOf(first + 1);
    const id = await adjusted(first + 1, 700n);
    await reverse(id, "It was typed twice");
    expect(await positionOf(first + 1)).toEqual(before);
    const correction = await db().ledgerEntry.findUniqueOrThrow({ where: { reversesId: id } });
    expect(correction).toMatchObject({
      envelopeCents: -700n,
      reason: "It was typed twice",
      source: "Paper",
      effectiveOn: new Date(Date.UTC(first + 1, 6, 1)),
    });
    const wrong = await getLedgerEntry(budget, id);
    expect(wrong).toMatchObject({ reversedById: correction.id, askedBy: "asks", by: "confirms" });
    const { lines } = await listLedger(budget, { startYear: first + 1, kind: "ADJUST", reference: null, month: null });
    expect(lines[0]).toMatchObject({ id: correction.id, reversesId: id });
    expect([wrong, lines[0]].map((line) => line && isReversible(line))).toEqual([false, false]);
    expect(await lastMail()).toMatch(new RegExp(`: reverse entry ${id}: confirmed by confirms$`));
    expect((await refusal(() => reverse(id))).message).toBe(`It has been reversed already, by entry ${correction.id}.`);
    expect((await refusal(() => reverse(correction.id))).code).toBe("STATE");
    expect(await listLedgerDifferences()).toEqual([]);
  });

  test("is asked for once, of either half of a carry-forward too: another is a conflict until it is settled", async () => {
    const id = await adjusted(first + 1, 300n);
    await confirmChange(second, request(), await carried(100n, first + 1));
    const halves = await db().ledgerEntry.findMany({ where: { changeId: await lastChange() } });
    for (const [one, other] of [[id, id], halves.map((half) => half.id)]) {
      await reverseAdjustment(budget, request(), one ?? 0n, "Once");
      const once = await lastChange();
      expect(await refusal(() => reverseAdjustment(budget, request(), other ?? 0n, "Twice"))).toMatchObject({
        code: "CONFLICT",
        message: expect.stringMatching(/reverse entry \d+” is waiting already/),
      });
      await withdrawChange(budget, request(), once, "Not needed");
    }
  });

  test("is refused where the envelope would fall below what is reserved and committed, and of what is no adjustment", async () => {
    const id = await adjusted(first, 800n);
    const { availableCents } = await positionOf(first);
    await transaction((tx) =>
      reserve(tx, { actor: budget, ...request(), reason: "Test" }, applicationId, [
        { startYear: first, cents: availableCents - 799n },
      ]),
    );
    expect(await refusal(() => reverse(id))).toMatchObject({
      code: "MONEY",
      message: `Only $7.99 is available in ${formatYear(first)}.`,
    });
    const reserveEntry = await db().ledgerEntry.findFirstOrThrow({ where: { kind: "RESERVE" } });
    expect((await refusal(() => reverse(reserveEntry.id))).code).toBe("STATE");
    expect((await refusal(() => reverse(999_999n))).code).toBe("NOT_FOUND");
  });

  test("of a carry-forward that took initiatives out of a year is not offered once that is closed", async () => {
    const carriedAlong = await db().carriedInitiative.findMany();
    const half = await db().ledgerEntry.findFirstOrThrow({
      where: { changeId: { in: carriedAlong.map(({ changeId }) => changeId) }, kind: "ADJUST", correction: null },
      orderBy: { startYear: "desc" },
    });
    const from = half.startYear - 1;
    const life = (closedAt: Date | null, cutoffOn: Date | null) =>
      unguarded().financialYear.update({ where: { startYear: from }, data: { closedAt, cutoffOn } });
    expect(isReversible(await getLedgerEntry(budget, half.id))).toBe(true);
    await life(new Date(Date.UTC(from + 1, 7, 1)), new Date(Date.UTC(from + 1, 6, 20)));
    try {
      const line = await getLedgerEntry(budget, half.id);
      expect([isReversible(line), whyStays(line)]).toEqual([
        false,
        `This carry-forward stays. ${formatYear(from)} is closed, so initiatives cannot go back into it.`,
      ]);
      expect(await refusal(() => reverse(half.id))).toMatchObject({
        code: "STATE",
        message: `${formatYear(from)} is closed, so initiatives cannot go back into it.`,
      });
    } finally {
      await life(null, null);
    }
  });

  test("of one half of a carry-forward takes the other half back too", async () => {
    const before = [await partsOf(first + 1), await partsOf(first + 2)];
    const id = await carried(300n, first + 1);
    await confirmChange(second, request(), id);
    const half = await db().ledgerEntry.findFirstOrThrow({ where: { changeId: id, startYear: first + 2 } });
    await reverse(half.id, "The wrong year");
    expect([await partsOf(first + 1), await partsOf(first + 2)]).toEqual(before);
    expect(await db().ledgerEntry.count({ where: { changeId: await lastChange() } })).toBe(2);
    expect(await listLedgerDifferences()).toEqual([]);
  });
});

describe("a small envelope change", () => {
  const asked = async (changeCents: bigint, actor = budget): Promise<string> => {
    const change = { startYear: first + 1, changeCents, reason: "A fee", source: "Paper 9" };
    await adjustEnvelope(actor, request(), { ...change, effectiveOn: new Date(Date.UTC(first + 1, 6, 1)) });
    return lastChange();
  };
  const alone = async (cents: bigint, actor = budget) => confirmChange(actor, request(), await asked(cents, actor));

  test("takes two people until two have set a threshold, and then one, whose changes of a year count in sum", async () => {
    expect(await currentThreshold(budget)).toBe(0n);
    expect((await refusal(() => alone(1n))).code).toBe("FORBIDDEN");
    await withdrawChange(budget, request(), await lastChange(), "Too small");

    await askForThreshold(budget, request(), { cents: 500_00n, reason: "Fees of banks" });
    const id = await lastChange();
    const again = () => askForThreshold(second, request(), { cents: 600_00n, reason: "More" });
    expect((await refusal(again)).code).toBe("CONFLICT");
    expect((await refusal(() => confirmChange(budget, request(), id))).code).toBe("FORBIDDEN");
    expect(await currentThreshold(budget)).toBe(0n);
    await confirmChange(second, request(), id);
    expect(await currentThreshold(budget)).toBe(500_00n);
    expect((await refusal(() => askForThreshold(budget, request(), { cents: 500_00n, reason: "Same" }))).code).toBe(
      "INVALID",
    );

    const before = await positionOf(first + 1);
    await alone(300_00n);
    await alone(200_00n, second);
    expect((await positionOf(first + 1)).envelopeCents - before.envelopeCents).toBe(500_00n);
    expect((await refusal(() => alone(-1n))).code).toBe("FORBIDDEN");
    expect(await getChange(budget, await lastChange())).toMatchObject({ state: "ASKED", isSmall: false });
    await confirmChange(second, request(), await lastChange());
    expect(await listLedgerDifferences()).toEqual([]);
  });

  test("is never one by somebody else's word: who asked does not decline, and the database holds the sum too", async () => {
    await askForThreshold(budget, request(), { cents: 500_01n, reason: "A cent more" });
    await confirmChange(second, request(), await lastChange());
    const small = await asked(1n);
    expect((await refusal(() => declineChange(budget, request(), small, "No"))).code).toBe("FORBIDDEN");
    const client = new pg.Client({ connectionString: database.databaseUrl });
    await client.connect();
    const settle = (id: string) =>
      client.query(
        `UPDATE "ChangeRequest" SET state = 'CONFIRMED', "settledById" = "askedById", "settledAt" = now() WHERE id = $1`,
        [id],
      );
    try {
      const large = await asked(2n);
      await expect(settle(large)).rejects.toThrow(/two_people/);
      await confirmChange(budget, request(), small);
      await expect(settle(await asked(1n))).rejects.toThrow(/two_people/);
    } finally {
      await client.end();
    }
  });

  test("is confirmed by its asker though nobody else is there to", async () => {
    await askForThreshold(budget, request(), { cents: 600_00n, reason: "Room" });
    await confirmChange(second, request(), await lastChange());
    const others = {
      roles: { some: { role: { in: ["BUDGET", "APPROVER"] as Role[] } } },
      id: { not: budget.personId },
    };
    const ended = await db().person.findMany({ where: { ...others, endedAt: null }, select: { id: true } });
    const ids = { id: { in: ended.map(({ id }) => id) } };
    await db().person.updateMany({ where: ids, data: { endedAt: new Date() } });
    try {
      expect((await refusal(() => asked(100_00n))).code).toBe("STATE");
      await alone(99_00n);
    } finally {
      await db().person.updateMany({ where: ids, data: { endedAt: null } });
    }
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
  const ENTRY = `INSERT INTO "LedgerEntry" ("startYear", kind, "envelopeCents", reason, source, "effectiveOn", "requestId", "changeId", "reversesId", "actorId")
    VALUES ($1, 'ADJUST', $2, 'SQL', 'SQL', make_date($1, 7, 1), gen_random_uuid(), $3, $4, $5)`;
  const entry = (startYear: number, cents: bigint, changeId: string | null, reversesId: bigint | null = null) =>
    sql(ENTRY, [startYear, String(cents), changeId, reversesId && String(reversesId), second.personId]);

  test("cannot adjust an envelope for no change, for one that waits, by another amount, or half a carry-forward", async () => {
    await expect(entry(first, 10n, null)).rejects.toThrow(/asked_for/);
    const id = await carried(10n, first + 1);
    await expect(entry(first + 2, 10n, id)).rejects.toThrow(/adjusts_as_confirmed/);
    const done = await db().changeRequest.findFirstOrThrow({ where: { kind: "ENVELOPE", appliedAt: { not: null } } });
    await expect(entry(done.startYear ?? first, done.cents ?? 0n, done.id)).rejects.toThrow(/adjusts_as_confirmed/);
    for (const change of [
      `state = 'CONFIRMED', "settledAt" = now(), "settledById" = "askedById", "appliedAt" = now()`,
      `state = 'DECLINED', "settledAt" = now(), "settledById" = "askedById"`,
    ]) {
      await expect(sql(`UPDATE "ChangeRequest" SET ${change} WHERE id = $1`, [id])).rejects.toThrow(/two_people/);
    }
    await expect(
      sql(
        `UPDATE "ChangeRequest" SET state = 'CONFIRMED', "settledAt" = now(), "settledById" = $2, "appliedAt" = now()
         WHERE id = $1`,
        [id, second.personId],
      ),
    ).rejects.toThrow(/applied_is_entered/);
    await expect(sql(`UPDATE "ChangeRequest" SET cents = 1 WHERE id = $1`, [id])).rejects.toThrow(/permission denied/);
    await expect(sql(`UPDATE "ChangeRequest" SET "settledWhy" = 'x' WHERE id = $1`, [done.id])).rejects.toThrow(
      /has ended/,
    );
  });

  test("cannot adjust on a day outside the year", async () => {
    const late = ENTRY.replace("make_date($1, 7, 1)", "make_date($1, 6, 30)");
    await expect(sql(late, [first, "1", await lastChange(), null, second.personId])).rejects.toThrow(/within_year/);
  });

  test("cannot correct by another amount or in another year", async () => {
    const wrong = await db().ledgerEntry.findFirstOrThrow({
      where: { kind: "ADJUST", startYear: first + 1, reversesId: null, correction: null },
    });
    for (const [year, cents] of [
      [first + 1, wrong.envelopeCents - 1n],
      [first + 2, wrong.envelopeCents],
    ] as const) {
      await expect(entry(year, -cents, wrong.changeId, wrong.id)).rejects.toThrow(/reverses_exactly|within_envelope/);
    }
  });
});

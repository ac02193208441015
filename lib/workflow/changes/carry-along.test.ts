// Unspent money of initiatives moves into the next year with the envelope, and back.
import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { commitReserve, pay, releaseReserve, reserve } from "#lib/budget/commands.ts";
import { reverseAdjustment } from "#lib/budget/ledger/commands.ts";
import { getLedgerEntry } from "#lib/budget/ledger/queries.ts";
import { isReversible, whyStays } from "#lib/budget/ledger/rules.ts";
import { listLedgerDifferences } from "#lib/budget/queries.ts";
import { declineChange } from "#lib/changes/commands.ts";
import { getChange } from "#lib/changes/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { dayOf, withinYear } from "#lib/platform/dates.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { formatYear } from "#lib/platform/money.ts";
import {
  applicationId,
  budget,
  carried,
  first,
  lastChange,
  positionOf,
  refusal,
  request,
  second,
  somebody,
  useChanges,
} from "#lib/testing/changes.ts";
import { approveBefore, keepForm, unguarded } from "#lib/testing/database.ts";
import { takeStep } from "#lib/workflow/commands.ts";
import { confirmChange } from "./commands.ts";

useChanges();

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
    await unguarded().person.create({
      data: {
        email: "claims@carry.example",
        name: "Claimant",
        side: "AGENCY",
        agencyId: agency.id,
        roles: { create: { role: "FINANCE" } },
      },
    });
    await unguarded().person.create({
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
    // Neither year has a cent available.
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
      fields: { initiatives: expect.stringMatching(/^A carry-forward of PSF-\d+-Dogs is already waiting/) },
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
    const claimants = await db().email.findMany({ where: { to: "claims@carry.example" } });
    expect(claimants.map(({ subject }) => subject)).toEqual(mails.map(({ subject }) => subject));
    // The officers' own reason is not shown to the agency.
    expect(mails.map(({ text }) => text).join()).not.toContain("Ships were late");
    expect(mails.map(({ text }) => text).join()).toContain(`${formatYear(first + 1)} $170.00`);
    const stale = { ...request(), revision: 0 };
    const hold = { values: { reason: "A port is closed" }, isLater: false };
    const desk = await somebody("DESK");
    expect(await refusal(() => takeStep(desk, stale, `PSF-${first}-Dogs`, "putOnHold", hold))).toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(/^Money for PSF-.* was carried into another year/),
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
    shiftClock(86_400_000);
    await reverseAdjustment(budget, request(), half.id, "Not needed after all");
    await confirmChange(second, request(), await lastChange());
    expect(await held(boats)).toEqual([
      [0, 0n, 100_00n, 30_00n],
      [1, 0n, 100_00n, 0n],
    ]);
    expect((await held(dogs)).at(0)).toEqual([0, 0n, 40_00n, 0n]);
    expect(await listLedgerDifferences()).toEqual([]);
    // All of it moves back on one day: in no month does the envelope lack room for its commitments.
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
    await unguarded().interestDeclaration.create({
      data: { applicationId: boats, personId: tied.personId, ...interest },
    });
    const id = await carried(0n, first, [boats]);
    expect(await refusal(() => confirmChange(tied, request(), id))).toMatchObject({
      code: "STATE",
      message: `You declared an interest in PSF-${first}-Boats, so somebody else needs to carry it forward.`,
    });
    await declineChange(second, request(), id, "Not now");
  });

  test("what is reserved for an offer whose last day has passed is about to be released, and is not carried", async () => {
    const id = await carried(0n, first, [boats]);
    const sent = { applicationId: boats, sentById: budget.personId, sentAt: new Date(0) };
    const { id: letterId } = await unguarded().letter.create({ data: { ...sent, kind: "OFFER", text: "An offer" } });
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

  test("its correction is not offered once the year that they left is closed", async () => {
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
        `You cannot reverse this carry-forward. ${formatYear(from)} is closed, so initiatives cannot go back into it.`,
      ]);
      expect(await refusal(() => reverseAdjustment(budget, request(), half.id, "Back"))).toMatchObject({
        code: "STATE",
        message: `${formatYear(from)} is closed, so initiatives cannot go back into it.`,
      });
    } finally {
      await life(null, null);
    }
  });
});

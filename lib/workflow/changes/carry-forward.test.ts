// Available money of the envelope moves into the next year, and back.
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { askForCarryForward } from "#lib/budget/carry-forward/commands.ts";
import { reserve } from "#lib/budget/commands.ts";
import { reverseAdjustment } from "#lib/budget/ledger/commands.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { declineChange, withdrawChange } from "#lib/changes/commands.ts";
import { getChange, listCarryForwards } from "#lib/changes/queries.ts";
import { shiftClock } from "#lib/platform/clock.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import {
  applicationId,
  budget,
  carried,
  first,
  lastMail,
  partsOf,
  positionOf,
  refusal,
  request,
  second,
  somebody,
  useChanges,
} from "#lib/testing/changes.ts";
import { confirmChange } from "./commands.ts";

useChanges();

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
      message: `“Carry-forward ${formatYear(first)} into ${formatYear(first + 1)}: $1.00” is already waiting. asks asked for it. Confirm, decline or withdraw it first.`,
    });
    await withdrawChange(budget, request(), id, "Another amount");
    const other = await carried(2_00n);
    await withdrawChange(budget, request(), other, "Not now");
  });

  test("goes into no year that has ended: neither asked for nor confirmed then", async () => {
    const id = await carried(1_00n);
    shiftClock(Date.UTC(first + 2, 6, 1) - Date.now());
    const ended = `${formatYear(first + 1)} ended on 30 June ${first + 2}, so you cannot add money to it`;
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

// The envelope of a year: asked for by one person, and confirmed by another.
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { declineChange, withdrawChange } from "#lib/changes/commands.ts";
import { listChangesBeside, listOpenChanges } from "#lib/changes/queries.ts";
import { shiftClock } from "#lib/platform/clock.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { confirmLastChange } from "#lib/testing/database.ts";
import {
  budget,
  cause,
  expectBalance,
  first,
  newApplication,
  refusal,
  somebody,
  useLedger,
} from "#lib/testing/ledger.ts";
import { adjustEnvelope, commitReserve, releaseReserve, reserve } from "./commands.ts";
import { listPositions } from "./queries.ts";

useLedger();

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
      message: expect.stringMatching(/raised by \$0\.07” is already waiting\. .+ asked for it/),
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
    // What is committed is no more available than what is reserved.
    await transaction((tx) => commitReserve(tx, cause(), id));
    expect((await refusal(adjustEnvelope(budget, request(), adjustment(startYear, -1n)))).fields).toEqual({
      change: `Only ${formatCents(0n)} is available in ${formatYear(startYear)}.`,
    });
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

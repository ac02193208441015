import { beforeAll, describe, expect, test } from "vitest";
import { adjustEnvelope, releaseReserve, reserve } from "#lib/budget/commands.ts";
import { declineChange, withdrawChange } from "#lib/changes/commands.ts";
import { countChangesToConfirm, getChange, listOpenChanges } from "#lib/changes/queries.ts";
import { changeState } from "#lib/changes/rules.ts";
import type { Role } from "#lib/lifecycle/permissions.ts";
import { endAccount } from "#lib/people/commands.ts";
import { changeDelegation } from "#lib/people/delegations/commands.ts";
import { findActor } from "#lib/people/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { db, transaction } from "#lib/platform/db.ts";
import {
  applicationId,
  budget,
  carried,
  first,
  lastChange,
  lastMail,
  positionOf,
  refusal,
  request,
  second,
  somebody,
  useChanges,
} from "#lib/testing/changes.ts";
import { unguarded } from "#lib/testing/database.ts";
import { asShown } from "#lib/testing/settings.ts";
import { runSql } from "../../../bin/test-server.ts";
import { applyDueChanges, confirmChange } from "./commands.ts";

const database = useChanges();

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

  test("its emails say whom it waits on; who was asked reads that it is withdrawn, and who asked that it is declined", async () => {
    const approver = await somebody("APPROVER");
    const mails = async (id: string, happened: string) =>
      db().email.findMany({ where: { text: { contains: id }, subject: { contains: happened } } });
    const id = await asked(first);
    const asking = (await mails(id, "asked for by")).find(({ to }) => to === approver.email);
    expect(asking?.text).toContain(
      "It is waiting on another budget officer or approver. Nothing changes until one of them confirms it.",
    );
    await withdrawChange(budget, request(), id, "A slip");
    expect((await mails(id, "withdrawn by")).map(({ to }) => to)).toContain(approver.email);
    const again = await asked(first);
    await declineChange(second, request(), again, "Not now");
    const told = (await mails(again, "declined by")).map(({ to }) => to);
    expect([told.includes(budget.email), told.includes(approver.email)]).toEqual([true, false]);
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
    await unguarded().person.updateMany({ where: { id: { in: ids } }, data: { endedAt: new Date() } });
    const error = await refusal(() => asked(first));
    await unguarded().person.updateMany({ where: { id: { in: ids } }, data: { endedAt: null } });
    expect(error).toMatchObject({
      code: "STATE",
      message: expect.stringMatching(/another budget officer or approver/),
    });
  });

  test("an adjustment takes effect on its day: of this year then, of a year to come that begins with it at once", async () => {
    const later = new Date(Date.UTC(first + 1, 0, 15));
    shiftClock(Date.UTC(first, 8, 1) - Date.now());
    const outside = await refusal(() => asked(first, new Date(Date.UTC(first, 5, 30))));
    expect(outside.fields["effectiveOn-day"]).toMatch(/^Enter a date in .+, from 1 July/);
    const id = await asked(first, later);
    const next = await asked(first + 2);
    const before = [await positionOf(first), await positionOf(first + 2)];
    await confirmChange(second, request(), next);
    await confirmChange(second, request(), id);
    const waiting = await getChange(budget, id);
    expect(changeState(waiting, dayOf(now()))).toBe(`Confirmed, takes effect on 15 January ${first + 1}`);
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
    await changeDelegation(admin, await asShown(approver.personId), approver.personId, limit);
    const id = await lastChange();
    expect(await findActor(approver.email)).not.toHaveProperty("delegationCents");
    expect((await refusal(() => confirmChange(second, request(), id))).code).toBe("NOT_FOUND");
    expect((await refusal(() => confirmChange(admin, request(), id))).code).toBe("FORBIDDEN");
    await confirmChange(other, request(), id);
    expect(await findActor(approver.email)).toMatchObject({ delegationCents: 15_000_000n });
    expect(await lastMail()).toBe(
      "[UNCLASSIFIED] Delegation of APPROVER: up to $150,000.00: confirmed by ADMINISTRATOR APPROVER",
    );

    const toOther = async () =>
      changeDelegation(admin, await asShown(other.personId), other.personId, {
        delegation: "unlimited",
        reason: "More",
      });
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
    await changeDelegation(admin, await asShown(approver.personId), approver.personId, {
      delegation: "unlimited",
      reason: "x",
    });
    const id = await lastChange();
    await endAccount(admin, await asShown(approver.personId), approver.personId);
    expect(await refusal(() => confirmChange(other, request(), id))).toMatchObject({ code: "STATE" });
  });
});

describe("the application's own login, with SQL of its own", () => {
  const sql = (statement: string, values: unknown[]) => runSql(database.databaseUrl, statement, values);
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

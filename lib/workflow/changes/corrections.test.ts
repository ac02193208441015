import { describe, expect, test } from "vitest";
import { adjustEnvelope, askForThreshold, reserve } from "#lib/budget/commands.ts";
import { reverseAdjustment } from "#lib/budget/ledger/commands.ts";
import { getLedgerEntry, listLedger } from "#lib/budget/ledger/queries.ts";
import { isReversible } from "#lib/budget/ledger/rules.ts";
import { listLedgerDifferences } from "#lib/budget/queries.ts";
import { declineChange, withdrawChange } from "#lib/changes/commands.ts";
import { currentThreshold, getChange } from "#lib/changes/queries.ts";
import type { Role } from "#lib/lifecycle/permissions.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { formatYear } from "#lib/platform/money.ts";
import {
  applicationId,
  budget,
  carried,
  first,
  lastChange,
  lastMail,
  partsOf,
  positionOf,
  refusal,
  request,
  second,
  useChanges,
} from "#lib/testing/changes.ts";
import { unguarded } from "#lib/testing/database.ts";
import { runSql } from "../../../bin/test-server.ts";
import { confirmChange } from "./commands.ts";

const database = useChanges();

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
    expect((await refusal(() => reverse(id))).message).toBe(`It was already reversed, by entry ${correction.id}.`);
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
        message: expect.stringMatching(/reverse entry \d+” is already waiting/),
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
    const settle = (id: string) =>
      runSql(
        database.databaseUrl,
        `UPDATE "ChangeRequest" SET state = 'CONFIRMED', "settledById" = "askedById", "settledAt" = now() WHERE id = $1`,
        [id],
      );
    const large = await asked(2n);
    await expect(settle(large)).rejects.toThrow(/two_people/);
    await confirmChange(budget, request(), small);
    await expect(settle(await asked(1n))).rejects.toThrow(/two_people/);
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
    await unguarded().person.updateMany({ where: ids, data: { endedAt: new Date() } });
    try {
      expect((await refusal(() => asked(100_00n))).code).toBe("STATE");
      await alone(99_00n);
    } finally {
      await unguarded().person.updateMany({ where: ids, data: { endedAt: null } });
    }
  });
});

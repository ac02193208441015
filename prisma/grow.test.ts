import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createApplication } from "#lib/applications/commands.ts";
import { listLedgerDifferences } from "#lib/budget/queries.ts";
import { asAgency } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { db } from "#lib/platform/db.ts";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { listWork } from "#lib/work/queries.ts";
import { grow } from "./grow.ts";

const database = useTestDatabase("template_demo");

const countByState = async () =>
  new Map(
    (await db().application.groupBy({ by: ["state"], _count: true })).map(({ state, _count }) => [state, _count]),
  );

test("the demonstration many times over is as spread, its sums are right, and it goes on from there", async () => {
  const contributor = asAgency((await findActor("contributor@police.example")) ?? never());
  const [states, work] = [await countByState(), await listWork(contributor)];
  const before = await db().application.count();
  expect(await grow(database.ownerUrl, 2 * before, () => {})).toBe(2 * before);
  // Nor does a second time make what is there already.
  expect(await grow(database.ownerUrl, 4 * before, () => {})).toBe(4 * before);

  expect(await countByState()).toEqual(new Map([...states].map(([state, count]) => [state, 4 * count])));
  expect((await listWork(contributor)).count).toBe(4 * work.count);
  expect(await listLedgerDifferences()).toEqual([]);
  const references = await db().application.findMany({ select: { reference: true } });
  expect(new Set(references.map(({ reference }) => reference)).size).toBe(4 * before);

  const { id: roundId } = await db().round.findFirstOrThrow({ where: { closesAt: null } });
  const reference = await createApplication(contributor, { requestId: randomUUID() }, roundId);
  expect(references.map((one) => one.reference)).not.toContain(reference);
});

test("what is not the demonstration is never multiplied", async () => {
  await unguarded().person.create({ data: { email: "somebody@mfat.govt.nz", name: "Somebody", side: "MFAT" } });
  await expect(grow(database.ownerUrl, 1_000_000, () => {})).rejects.toThrow("not of the demonstration");
});

function never(): never {
  throw new Error("There is no such person.");
}

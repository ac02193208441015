// Scenarios through the commands that people use, on a real database: who may change them, and what is kept.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { db } from "#lib/platform/db.ts";
import { declareNone, unguarded } from "#lib/testing/database.ts";
import {
  application,
  created,
  desk,
  duty,
  pick,
  plan,
  request,
  round,
  roundId,
  scenarioOf,
  somebody,
  useScenarios,
  year,
} from "#lib/testing/scenarios.ts";
import { createScenario, deleteScenario, recommendScenario, renameScenario, saveScenario } from "./commands.ts";
import { getScenario, listScenarios, readChoosing } from "./queries.ts";
import type { Choice } from "./rules.ts";

useScenarios();

test("the list is by agreed total, then reference; what was recommended is fixed, what is not open shows no more than its name", async () => {
  const third = await application({ scores: [2, 2] });
  const first = await application({ scores: [4, 3] });
  const second = await application({ scores: [2, 2] });
  const unscored = await application({ scores: [4, null] });
  const held = await application({ scores: [1, 1], isHeld: true });
  const assessed = await application({ scores: [0, 1] });
  await duty(assessed, desk, "ASSESS");
  const decided = await application({ state: "DECISION" });
  await application({ state: "ASSESSMENT" });
  const closed = await application({ for: [] });
  const recused = await application();
  await unguarded().interestDeclaration.updateMany({
    where: { application: { reference: recused }, personId: desk.personId },
    data: { hasInterest: true, isRecused: true, description: "A cousin works there" },
  });
  const choosing = await readChoosing(desk, roundId);
  expect(choosing.candidates.map(({ reference, obstacle }) => [reference, obstacle?.kind])).toEqual([
    [first, undefined],
    [third, undefined],
    [second, undefined],
    [held, "held"],
    [assessed, "duty"],
    [unscored, "unscored"],
  ]);
  expect(choosing.settled.map(({ reference }) => reference)).toEqual([decided]);
  expect(choosing.closed.map(({ reference, isRecused }) => [reference, isRecused])).toEqual([
    [closed, false],
    [recused, true],
  ]);
  expect(Object.keys(choosing.closed[0] ?? {}).sort()).toEqual(
    ["abbreviation", "isRecused", "marking", "reference", "state", "title"].sort(),
  );
  const auditor = await somebody("AUDITOR");
  expect((await readChoosing(auditor, roundId)).closed).toEqual([]);
});

test("who may not read is refused, and who may only read keeps nothing", async () => {
  const reference = await application();
  const id = await created([pick(reference)]);
  const assessor = await somebody("ASSESSOR");
  await expect(readChoosing(assessor, roundId)).rejects.toMatchObject({ code: "FORBIDDEN" });
  for (const role of ["BUDGET", "APPROVER", "AUDITOR"] as const) {
    const reader = await somebody(role);
    expect((await listScenarios(reader, roundId)).length).toBe(1);
    await expect(created([], "Other", reader)).rejects.toMatchObject({ code: "FORBIDDEN" });
    const stale = { ...request(), revision: 1 };
    await expect(async () => saveScenario(reader, stale, roundId, id, [])).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(async () => deleteScenario(reader, stale, roundId, id)).rejects.toMatchObject({ code: "FORBIDDEN" });
    const nothing = await plan([reference], { rationale: "Yes" });
    await expect(recommendScenario(reader, stale, roundId, id, nothing)).rejects.toMatchObject({ code: "FORBIDDEN" });
  }
  for (const wrong of ["nothing", randomUUID()]) {
    await expect(readChoosing(desk, wrong)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(scenarioOf(wrong)).rejects.toMatchObject({ code: "NOT_FOUND" });
  }
  await expect(getScenario(desk, await round(), id)).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a scenario keeps ticks and amounts, moves no money, and the same form sent twice makes one", async () => {
  const [one, two] = [await application(), await application()];
  const before = await db().ledgerEntry.count();
  const asked = request();
  const make = () =>
    createScenario(desk, asked, roundId, {
      name: "As ranked",
      choices: [pick(one, 700n), pick(two, 5n, false)],
      from: null,
    });
  const [id, again] = await Promise.all([make(), make()]);
  expect([id, await make()]).toEqual([again, id]);
  expect(await scenarioOf(id)).toMatchObject({ name: "As ranked", revision: 1, count: 1, savedBy: desk.name });
  expect((await scenarioOf(id)).lines.sort((a, b) => (a.reference < b.reference ? -1 : 1))).toEqual([
    pick(one, 700n),
    pick(two, 5n, false),
  ]);
  await expect(created([], "as RANKED")).rejects.toMatchObject({
    fields: { name: expect.stringContaining("already") },
  });
  expect(await db().ledgerEntry.count()).toBe(before);
});

test("saving, renaming and deleting are refused on top of somebody else's change, and say whose", async () => {
  const reference = await application();
  const colleague = await somebody("DESK");
  await declareNone(colleague.personId, { reference });
  const id = await created([pick(reference)]);
  await saveScenario(colleague, { ...request(), revision: 1 }, roundId, id, [pick(reference, 400n)]);
  const stale = { ...request(), revision: 1 };
  await expect(saveScenario(desk, stale, roundId, id, [])).rejects.toThrow(`${colleague.name} saved`);
  await expect(renameScenario(desk, stale, roundId, id, "Mine")).rejects.toMatchObject({ code: "CONFLICT" });
  await expect(deleteScenario(desk, stale, roundId, id)).rejects.toMatchObject({ code: "CONFLICT" });
  await expect(
    recommendScenario(desk, stale, roundId, id, await plan([reference], { rationale: "Yes" })),
  ).rejects.toMatchObject({ code: "CONFLICT" });
  expect((await scenarioOf(id)).lines).toEqual([pick(reference, 400n)]);
  await renameScenario(desk, { ...request(), revision: 2 }, roundId, id, "Ours");
  const last = { ...request(), revision: 3 };
  await deleteScenario(desk, last, roundId, id);
  await deleteScenario(desk, last, roundId, id);
  expect(await listScenarios(desk, roundId)).toEqual([]);
  await expect(saveScenario(colleague, { ...request(), revision: 3 }, roundId, id, [])).rejects.toThrow(
    `${desk.name} deleted “Ours”`,
  );
  await created([], "Ours");
  const events = await db().auditEvent.findMany({ where: { subject: `scenario:${id}` }, orderBy: { id: "asc" } });
  expect(events.map(({ event, actorId }) => [event, actorId])).toEqual([
    ["scenario.created", desk.personId],
    ["scenario.saved", colleague.personId],
    ["scenario.renamed", desk.personId],
    ["scenario.deleted", desk.personId],
  ]);
});

test("of two who save at once one is told what the other did", async () => {
  const reference = await application();
  const id = await created([pick(reference)]);
  const save = (cents: bigint) =>
    saveScenario(desk, { ...request(), revision: 1 }, roundId, id, [pick(reference, cents)]);
  const results = await Promise.allSettled([save(100n), save(200n)]);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect((await scenarioOf(id)).revision).toBe(2);
});

test("what cannot be ticked is refused at its tick; what a colleague chose and is not open stays as it was", async () => {
  const colleague = await somebody("DESK");
  const hidden = await application({ for: [colleague] });
  const held = await application({ isHeld: true });
  const assessed = await application();
  await duty(assessed, desk, "ASSESS");
  await declareNone(colleague.personId, { reference: assessed });
  const id = await created([pick(hidden, 300n), pick(assessed, 250n)], "Theirs", colleague);
  const save = (revision: number, choices: Choice[]) =>
    saveScenario(desk, { ...request(), revision }, roundId, id, choices);
  await expect(save(1, [pick(held)])).rejects.toMatchObject({
    fields: { [`pick-${held}`]: expect.stringContaining("on hold") },
  });
  await expect(
    save(1, [{ ...pick(assessed), phasing: [{ startYear: year + 9, cents: 1n }] }]),
  ).resolves.toBeUndefined();
  await save(2, [pick(hidden, 1n, false), pick(assessed, 1n, false)]);
  const sorted = (lines: Choice[]) => lines.sort((a, b) => (a.reference < b.reference ? -1 : 1));
  const kept = sorted([pick(hidden, 300n), pick(assessed, 250n)]);
  expect(sorted((await scenarioOf(id)).lines)).toEqual(kept);
  const copy = await createScenario(desk, request(), roundId, { name: "Copy", choices: [], from: id });
  expect(sorted((await scenarioOf(copy)).lines)).toContainEqual(pick(hidden, 300n));
  const open = await application();
  const distant = { ...pick(open), phasing: [{ startYear: year + 9, cents: 1n }] };
  await expect(save(3, [distant])).rejects.toMatchObject({ code: "INVALID" });
});

test("of more than a page has the highest are shown, and a scenario keeps what it held of the others", async () => {
  const best = await application({ scores: [4, 4] });
  for (let index = 0; index < 200; index++) await application({ scores: [3, 3] });
  const last = await application({ scores: [1, 1] });
  const id = await created([pick(best)]);
  await unguarded().scenarioLine.create({
    data: { scenario: { connect: { id } }, application: { connect: { reference: last } }, isChosen: true },
  });
  const { candidates, more } = await readChoosing(desk, roundId);
  expect([candidates.length, more]).toEqual([200, 2]);
  expect([candidates[0]?.reference, candidates[0]?.rank, candidates[199]?.rank]).toEqual([best, "1", "2="]);
  expect(candidates[199]?.tie).toContain("The same total as 199 others");
  const { revision } = await scenarioOf(id);
  await saveScenario(desk, { ...request(), revision }, roundId, id, [
    pick(best, 1_000n, false),
    pick(candidates[1]?.reference ?? ""),
  ]);
  const chosen = (await scenarioOf(id)).lines.filter(({ isChosen }) => isChosen);
  expect(chosen.map(({ reference }) => reference).sort()).toEqual([candidates[1]?.reference, last].sort());
});

// Scenarios through the commands that people use, on a real database: who may, what stays, and never above the envelope.
import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { listPositions } from "#lib/budget/queries.ts";
import { STARTING_CONDITIONS } from "#lib/decisions/schema.ts";
import { asMfat, type MfatActor, type Role } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf } from "#lib/platform/dates.ts";
import type { DutyKind, State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { changeEnvelope, declareNone, useTestDatabase } from "#lib/test-database.ts";
import { createScenario, deleteScenario, recommendScenario, renameScenario, saveScenario } from "./commands.ts";
import { getScenario, listRuns, listScenarios, readChoosing } from "./queries.ts";
import type { Choice } from "./rules.ts";

useTestDatabase();

let number = 0;
let agencyId = "";
let roundId = "";
let desk: MfatActor;
/** The financial year that the tests play in. */
const year = financialYearOf(dayOf(now()));

beforeEach(async () => {
  agencyId = (await db().agency.findFirstOrThrow()).id;
  roundId = await round();
  desk = await somebody("DESK");
  // Whom a recommendation asks, not to fund as well.
  await somebody("BUDGET");
  const { personId } = await somebody("APPROVER");
  await db().delegation.create({ data: { personId, limitCents: null } });
  await db().application.updateMany({ data: { state: "WITHDRAWN" }, where: { state: "MODERATION" } });
});

async function round(): Promise<string> {
  const criteria = [
    { name: "Need", weight: 60, position: 0, anchors: [] },
    { name: "Value", weight: 40, position: 1, anchors: [] },
  ];
  const name = `Round ${++number}`;
  return (await db().round.create({ data: { name, opensAt: new Date(0), criteria: { create: criteria } } })).id;
}

async function somebody(...roles: Role[]): Promise<MfatActor> {
  const email = `scenario${++number}@mfat.example`;
  const data = roles.map((role) => ({ role }));
  await db().person.create({ data: { email, name: `Person ${number}`, side: "MFAT", roles: { create: data } } });
  const actor = await findActor(email);
  if (!actor) throw new Error("nobody");
  return asMfat(actor);
}

type Given = {
  scores?: [number | null, number | null];
  cents?: bigint;
  isHeld?: boolean;
  state?: State;
  for?: MfatActor[];
};

/** In moderation, scored, and declared for by the desk (or those given). */
async function application(given: Given = {}): Promise<string> {
  const reference = `PSF-${year}-${String(++number).padStart(4, "0")}`;
  const criteria = await db().criterion.findMany({ where: { roundId }, orderBy: { position: "asc" } });
  const [first = null, second = null] = given.scores ?? [3, 3];
  const cents = given.cents ?? 1_000n;
  const { id } = await db().application.create({
    data: {
      reference,
      state: given.state ?? "MODERATION",
      versionNumber: 1,
      title: reference,
      agencyId,
      roundId,
      createdById: desk.personId,
      requestedCents: cents,
      heldAt: given.isHeld ? new Date() : null,
      phasing: { create: { kind: "REQUESTED", startYear: year, cents } },
      agreedScores: {
        create: [first, second].map((score, index) => ({
          criterionId: criteria[index]?.id ?? "",
          score,
          agreedById: desk.personId,
        })),
      },
    },
  });
  for (const { personId } of given.for ?? [desk]) await declareNone(personId, { id });
  return reference;
}

async function duty(reference: string, { personId }: MfatActor, kind: DutyKind): Promise<void> {
  const { id: applicationId } = await db().application.findUniqueOrThrow({ where: { reference } });
  const isRecused = kind === "ASSESS" ? null : false;
  await db().duty.create({ data: { applicationId, personId, side: "MFAT", kind, isRecused } });
}

const request = () => ({ requestId: randomUUID() });
const pick = (reference: string, cents = 1_000n, isChosen = true): Choice => ({
  reference,
  isChosen,
  phasing: cents ? [{ startYear: year, cents }] : [],
});
const created = (choices: Choice[], name = `Scenario ${++number}`, actor = desk) =>
  createScenario(actor, request(), roundId, { name, choices, from: null });
const scenarioOf = (id: string, actor = desk) => getScenario(actor, roundId, id);

/** Leaves exactly this much available in the test's year. */
async function leaveAvailable(cents: bigint): Promise<void> {
  const positions = await listPositions(desk);
  const available = positions.find(({ startYear }) => startYear === year)?.availableCents ?? 0n;
  if (available === cents) return;
  await changeEnvelope(year, cents - available);
}
const available = async () =>
  (await listPositions(desk)).find(({ startYear }) => startYear === year)?.availableCents ?? 0n;

type RowWords = { rationale?: string; exceptionReason?: string };

async function plan(
  references: string[],
  common: { rationale?: string; declineRationale?: string } = {},
  own: RowWords = {},
) {
  const found = await db().application.findMany({ where: { reference: { in: references } } });
  return {
    rationale: common.rationale ?? null,
    standardConditions: STARTING_CONDITIONS.slice(2, 3),
    conditions: "Report within three months.",
    declineRationale: common.declineRationale ?? null,
    rows: found.map(({ reference, revision }) => ({
      reference,
      revision,
      conditions: null,
      rationale: own.rationale ?? null,
      exceptionReason: own.exceptionReason ?? null,
    })),
  };
}

async function recommendAll(actor: MfatActor, id: string, references: string[], own: RowWords = {}) {
  const { revision } = await scenarioOf(id, actor);
  const words = { rationale: "The need is shown.", declineRationale: "Others are stronger." };
  const asked = { ...request(), revision };
  await recommendScenario(actor, asked, roundId, id, await plan(references, words, own));
  const run = (await listRuns(actor, roundId, id)).find(({ requestId }) => requestId === asked.requestId);
  return Object.fromEntries((run?.rows ?? []).map((row) => [row.reference, row.refusal ?? row.outcome]));
}

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
  await db().interestDeclaration.updateMany({
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

test("each row is recommended by itself: one that is refused, with its figure, does not stop the others", async () => {
  await leaveAvailable(2_500n);
  const fits = await application({ scores: [4, 4] });
  const part = await application({ scores: [4, 3] });
  const over = await application({ scores: [3, 3], cents: 1_001n });
  const small = await application({ scores: [2, 2], cents: 1_000n });
  const held = await application({ scores: [1, 1] });
  const assessed = await application({ scores: [1, 0] });
  const unticked = await application({ scores: [0, 0] });
  const all = [pick(fits), pick(part, 600n), pick(over, 1_001n), pick(small, 100n), pick(held), pick(assessed)];
  const id = await created([...all, pick(unticked, 1_000n, false)]);
  await db().application.update({ where: { reference: held }, data: { heldAt: new Date() } });
  await duty(assessed, desk, "ASSESS");
  const became = await recommendAll(desk, id, [unticked, ...all.map(({ reference }) => reference)].reverse());
  expect(became).toEqual({
    [fits]: "FUND_IN_FULL",
    [part]: "FUND_IN_PART",
    [over]: expect.stringContaining("Only $9.00 is available"),
    [small]: "FUND_IN_PART",
    [held]: expect.stringContaining("on hold"),
    [assessed]: expect.stringContaining("You are an assessor of it"),
    [unticked]: "DO_NOT_FUND",
  });
  expect(await available()).toBe(800n);
  const states = await db().application.findMany({
    where: { roundId },
    select: { reference: true, state: true },
    orderBy: { reference: "asc" },
  });
  expect(states.map(({ state }) => state)).toEqual([
    "BUDGET_CHECK",
    "BUDGET_CHECK",
    "MODERATION",
    "BUDGET_CHECK",
    "MODERATION",
    "MODERATION",
    "DECISION",
  ]);
  const recommendation = await db().recommendation.findFirstOrThrow({ where: { application: { reference: part } } });
  expect(recommendation).toMatchObject({
    amountCents: 600n,
    conditions: `${STARTING_CONDITIONS[2]}\nReport within three months.`,
    rationale: "The need is shown.",
  });
});

test("words that are missing are said at their fields before anything is recommended; common and own words go together", async () => {
  await leaveAvailable(5_000n);
  const more = await application();
  const none = await application();
  const id = await created([pick(more, 2_000n), pick(none, 1_000n, false)]);
  const asked = () => ({ ...request(), revision: 1 });
  await expect(recommendScenario(desk, asked(), roundId, id, await plan([more, none]))).rejects.toMatchObject({
    fields: {
      rationale: expect.any(String),
      declineRationale: expect.any(String),
      [`exceptionReason-${more}`]: expect.any(String),
    },
  });
  await expect(recommendScenario(desk, asked(), roundId, id, await plan([]))).rejects.toMatchObject({
    fields: { take: expect.any(String) },
  });
  expect(await db().recommendation.count({ where: { application: { roundId } } })).toBe(0);
  const own = { rationale: "Above all in Samoa.", exceptionReason: "The partner pays less." };
  expect(await recommendAll(desk, id, [more], own)).toEqual({ [more]: "FUND_IN_FULL" });
  expect(await db().recommendation.findFirstOrThrow({ where: { application: { reference: more } } })).toMatchObject({
    rationale: "The need is shown.\n\nAbove all in Samoa.",
    exceptionReason: "The partner pays less.",
  });
});

test("sent twice it recommends once; a page from before a step is refused for that row alone", async () => {
  await leaveAvailable(5_000n);
  const [one, two] = [await application(), await application()];
  const id = await created([pick(one), pick(two)]);
  const words = await plan([one, two], { rationale: "Yes" });
  await db().application.update({ where: { reference: two }, data: { revision: { increment: 1 } } });
  const asked = { ...request(), revision: 1 };
  const send = () => recommendScenario(desk, asked, roundId, id, words);
  await Promise.all([send(), send()]);
  await send();
  const runs = await listRuns(desk, roundId, id);
  expect(runs.length).toBe(1);
  expect(runs[0]?.rows.map(({ reference, refusal }) => [reference, refusal === null])).toEqual([
    [one, true],
    [two, false],
  ]);
  expect(await db().recommendation.count({ where: { application: { roundId } } })).toBe(1);
  expect(await available()).toBe(4_000n);
});

test("another round's application is none of a scenario's business", async () => {
  const reference = await application();
  const id = await created([pick(reference)]);
  const ours = roundId;
  roundId = await round();
  const other = await application();
  roundId = ours;
  await expect(recommendAll(desk, id, [other])).rejects.toMatchObject({ fields: { take: expect.any(String) } });
});

test("two desks turn overlapping scenarios into recommendations at once: never above the envelope, each application once", async () => {
  await leaveAvailable(4_500n);
  const colleague = await somebody("DESK");
  const references: string[] = [];
  for (let each = 0; each < 9; each++) references.push(await application({ for: [desk, colleague] }));
  const mine = references.slice(0, 6);
  const theirs = references.slice(3).reverse();
  const [first, second] = [
    await created(mine.map((one) => pick(one))),
    await created(
      theirs.map((one) => pick(one)),
      "Theirs",
      colleague,
    ),
  ];
  await Promise.all([recommendAll(desk, first, mine), recommendAll(colleague, second, theirs)]);
  const recommended = await db().application.findMany({ where: { roundId, state: "BUDGET_CHECK" } });
  expect(recommended.length).toBe(4);
  expect(await available()).toBe(500n);
  const counts = await db().recommendation.groupBy({
    by: ["applicationId"],
    where: { application: { roundId } },
    _count: { _all: true },
  });
  expect(counts.every(({ _count }) => _count._all === 1)).toBe(true);
  const year1 = await db().financialYear.findUniqueOrThrow({ where: { startYear: year } });
  expect(year1.reservedCents + year1.committedCents).toBeLessThanOrEqual(year1.envelopeCents);
});

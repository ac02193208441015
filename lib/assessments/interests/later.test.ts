// An interest that somebody learns of after they have acted: it is always recorded, and recuses from then on.
import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import { saveAssessment } from "#lib/assessments/commands.ts";
import { saveModeration } from "#lib/assessments/moderation/commands.ts";
import { readAssessments } from "#lib/assessments/queries.ts";
import { asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { listAskedSteps } from "#lib/lifecycle/waits/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays, dayOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { getDecisionNote } from "#lib/records/queries.ts";
import { draftOf, useCast, who } from "#lib/testing/cast.ts";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { declare, read, scores, TAKE, well } from "#lib/testing/steps.ts";
import { listApplications, readFilterLists } from "#lib/views/queries.ts";
import { readSearch } from "#lib/views/schema.ts";
import { listWork } from "#lib/work/queries.ts";
import { takeStep } from "#lib/workflow/commands.ts";
import { listObstacles } from "#lib/workflow/obstacles/queries.ts";
import type { StepKey } from "#lib/workflow/steps.ts";
import { clearInterest, noteInterest, noteInterestOf } from "./commands.ts";
import { getInterest, listInterests, listInterestsOf, readLateOfficers } from "./queries.ts";
import { interestWords, laterWords } from "./rules.ts";

useTestDatabase("template_demo");
useCast();

const mfat = (name: string): MfatActor => asMfat(who(`${name}@mfat.example`));
let reference = "";

const today = () => dayOf(now());
const learned = (days = 0): Parameters<typeof noteInterest>[3] => ({
  description: "My sister joined the partner.",
  learnedOn: addDays(today(), days),
  sinceOn: null,
});
const note = async (name: string, values = learned(), requestId = randomUUID()) =>
  noteInterest(mfat(name), { requestId }, reference, values);
const isOpenTo = async (name: string) => (await getApplication(mfat(name), reference)).isOpen;
const stateOf = async (name: string) =>
  (await db().assessment.findFirstOrThrow({ where: { application: { reference }, assessorId: mfat(name).personId } }))
    .status;
const isAskedOf = async (name: string) =>
  (await listWork(mfat(name))).items.some((item) => item.reference === reference);
const mailsOf = async (subject: string) =>
  db().email.findMany({ where: { application: { reference }, subject: { contains: subject } } });

async function take(name: string, step: StepKey, values: Record<string, string> = {}) {
  const { revision } = await read(reference);
  return takeStep(mfat(name), { requestId: randomUUID(), revision }, reference, step, { values, isLater: false });
}

async function press(step: Exclude<StepKey, "lapse">, email: string) {
  const { revision } = await read(reference);
  await TAKE[step](who(email), { requestId: randomUUID(), revision }, reference, well);
}

/** In moderation, with two complete assessments and agreed scores. */
beforeEach(async () => {
  reference = await draftOf("contributor@police.example");
  await press("sendForSignOff", "contributor@police.example");
  await press("signOffAndSubmit", "certifier@police.example");
  await declare(mfat("desk"), reference, well);
  await press("acceptForAssessment", "desk@mfat.example");
  await press("assignAssessors", "desk@mfat.example");
  for (const name of ["assessor1", "assessor2"]) await declare(mfat(name), reference, well);
});

async function leadTo(state: "MODERATION" | "BUDGET_CHECK" | "DECISION"): Promise<void> {
  for (const name of ["assessor1", "assessor2"]) await press("completeAssessment", `${name}@mfat.example`);
  await press("startModeration", "desk@mfat.example");
  await saveModeration(mfat("desk"), reference, await scores(reference));
  if (state === "MODERATION") return;
  await press("recommend", "desk@mfat.example");
  if (state === "BUDGET_CHECK") return;
  await declare(mfat("budget"), reference, well);
  await press("confirmBudget", "budget@mfat.example");
}

test("an assessor who has scored takes an interest down: recused from then on, and what they declared and scored stays", async () => {
  await leadTo("MODERATION");
  const { id } = await read(reference);
  const [assessor] = [mfat("assessor1").personId];
  const key = { applicationId_personId: { applicationId: id, personId: assessor } };
  const declared = await db().interestDeclaration.findUniqueOrThrow({ where: key });
  const before = await readAssessments(mfat("desk"), await getApplication(mfat("desk"), reference));
  const requestId = randomUUID();
  await note("assessor1", { ...learned(-2), sinceOn: addDays(today(), -30) }, requestId);
  await note("assessor1", learned(), requestId);

  expect(await db().interestDeclaration.findUniqueOrThrow({ where: key })).toEqual({ ...declared, isRecused: true });
  const [later, ...more] = await db().laterInterest.findMany({ where: { applicationId: id } });
  expect(more).toEqual([]);
  expect(later).toMatchObject({ personId: assessor, learnedOn: addDays(today(), -2), sinceOn: addDays(today(), -30) });
  expect(await isOpenTo("assessor1")).toBe(false);
  expect(await readAssessments(mfat("desk"), await getApplication(mfat("desk"), reference))).toEqual(before);
  const told = await mailsOf("interest declared");
  expect(told.map(({ to }) => to)).toEqual(expect.arrayContaining(["psf@mfat.govt.nz", "admin@mfat.example"]));
  for (const { text } of told) {
    expect(text).toContain("The assessment they completed still counts.");
    expect(text).not.toContain("sister");
  }
  const [shown] = (await listInterestsOf(mfat("auditor"), id)).filter(({ personId }) => personId === assessor);
  expect(shown && interestWords(shown)).toBe("No interest. Learned of an interest later: recused");

  const dueOn = {
    "dueOn-day": String(today().getUTCDate()),
    "dueOn-month": String(today().getUTCMonth() + 1),
    "dueOn-year": String(today().getUTCFullYear()),
  };
  await expect(
    take("desk", "returnAssessment", { assessor, reason: "Score it again.", ...dueOn }),
  ).rejects.toMatchObject({ fields: { assessor: expect.stringContaining("Set the assessment aside") } });
  await take("desk", "setAssessmentAside", { assessor, reason: "Their sister joined the partner." });
  expect([await stateOf("assessor1"), (await read(reference)).state]).toEqual(["SET_ASIDE", "ASSESSMENT"]);
  const { id: applicationId, state } = await read(reference);
  expect(await listAskedSteps(db(), { id: applicationId, state })).toMatchObject([
    { role: "DESK", step: "assignAssessors" },
  ]);
});

test("the desk keeps the assessment instead, with a reason: nothing goes on before it has decided", async () => {
  await leadTo("MODERATION");
  const keep = (reason = "It was complete before she joined.") =>
    take("desk", "keepAssessment", { assessor: mfat("assessor1").personId, reason });
  await expect(keep()).rejects.toMatchObject({ code: "INVALID" });
  const offered = async () => listObstacles(mfat("desk"), await getApplication(mfat("desk"), reference));
  expect(await offered()).toMatchObject({ keepAssessment: null });
  await note("assessor1");
  const toDecide = expect.stringContaining(`First decide about the assessment by ${mfat("assessor1").name}`);
  expect(await offered()).toMatchObject({ recommend: toDecide });
  await expect(press("recommend", "desk@mfat.example")).rejects.toMatchObject({ code: "STATE", message: toDecide });
  await expect(keep("")).rejects.toMatchObject({ fields: { reason: "Enter a reason" } });
  await keep();
  expect(await stateOf("assessor1")).toBe("COMPLETE");
  expect(await offered()).not.toHaveProperty("recommend");
  const { id } = await read(reference);
  expect(await db().laterInterest.findFirstOrThrow({ where: { applicationId: id } })).toMatchObject({
    keptById: mfat("desk").personId,
    keptReason: "It was complete before she joined.",
  });
  await expect(keep()).rejects.toMatchObject({ code: "INVALID" });
  await press("recommend", "desk@mfat.example");
  const { interests } = await getDecisionNote(mfat("auditor"), reference);
  expect(interests.flatMap(({ later }) => later.map(({ keptReason }) => keptReason))).toEqual([
    "It was complete before she joined.",
  ]);
  expect(await isOpenTo("assessor1")).toBe(false);
});

test("an assessor who is still scoring is not asked any more, and writes nothing more, until it is cleared", async () => {
  const typed = await scores(reference);
  await saveAssessment(mfat("assessor1"), reference, typed);
  expect(await isAskedOf("assessor1")).toBe(true);
  await note("assessor1");
  expect([await stateOf("assessor1"), await isAskedOf("assessor1")]).toEqual(["RECUSED", false]);
  await expect(saveAssessment(mfat("assessor1"), reference, typed)).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(take("assessor1", "completeAssessment", typed)).rejects.toMatchObject({ code: "FORBIDDEN" });
  const { id } = await read(reference);
  await expect(
    db().assessmentScore.updateMany({
      where: { applicationId: id, assessorId: mfat("assessor1").personId },
      data: { score: 1 },
    }),
  ).rejects.toThrow("AssessmentScore_by_nobody_recused");

  const admin = mfat("admin");
  expect((await listInterests(admin, { isRecused: true })).rows.map(({ by }) => by)).toContain(mfat("assessor1").name);
  await getInterest(admin, reference, mfat("assessor1").personId);
  const clear = () =>
    clearInterest(admin, { requestId: randomUUID() }, reference, mfat("assessor1").personId, { reason: "Far away." });
  await clear();
  expect([await stateOf("assessor1"), await isAskedOf("assessor1"), await isOpenTo("assessor1")]).toEqual([
    "ASSIGNED",
    true,
    true,
  ]);
  await expect(clear()).rejects.toMatchObject({ code: "CONFLICT" });
  await note("assessor1", { ...learned(), description: "And a brother, too." });
  expect([await stateOf("assessor1"), await isOpenTo("assessor1")]).toEqual(["RECUSED", false]);
});

test("who has recommended, checked or may decide is recused too: no list asks them, and no command takes their step", async () => {
  await leadTo("DECISION");
  await declare(mfat("approver2"), reference, well);
  expect(await isAskedOf("approver2")).toBe(true);
  await note("approver2");
  expect(await isAskedOf("approver2")).toBe(false);
  await expect(take("approver2", "returnRecommendation", { reason: "Look again." })).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
  await note("budget");
  await note("desk");
  const { id } = await read(reference);
  const recommendation = await db().recommendation.findFirstOrThrow({ where: { applicationId: id } });
  const { id: _, position: __, ...check } = await db().budgetCheck.findFirstOrThrow({ where: { applicationId: id } });
  await expect(db().budgetCheck.create({ data: { ...check, position: {} } })).rejects.toThrow(
    "BudgetCheck_by_nobody_recused",
  );
  const decision = { applicationId: id, recommendationId: recommendation.id, decidedById: mfat("approver2").personId };
  await expect(
    db().duty.create({
      data: { applicationId: id, personId: decision.decidedById, side: "MFAT", kind: "DECIDE" },
    }),
  ).rejects.toThrow("Duty_by_nobody_recused");
  await expect(db().decision.create({ data: { ...decision, outcome: "APPROVED", amountCents: 1n } })).rejects.toThrow(
    "Decision_by_nobody_recused",
  );
  const { id: ___, ...again } = recommendation;
  await expect(db().recommendation.create({ data: again })).rejects.toThrow("Recommendation_by_nobody_recused");
  await expect(saveModeration(mfat("desk"), reference, {})).rejects.toMatchObject({ code: "STATE" });
  await expect(take("desk", "putOnHold", { reason: "Wait." })).rejects.toMatchObject({ code: "FORBIDDEN" });
});

test("the desk takes one down for somebody who has left or was taken off, and is told what still counts", async () => {
  const { id } = await read(reference);
  const assessor = mfat("assessor1");
  const noteOf = (by: string, of: string, when = learned()) =>
    noteInterestOf(mfat(by), { requestId: randomUUID() }, reference, mfat(of).personId, when);
  await expect(async () => noteOf("approver1", "assessor1")).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(async () => noteOf("desk", "desk")).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(noteOf("desk", "approver1")).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(noteOf("desk", "assessor1", learned(1))).rejects.toMatchObject({
    fields: { "learnedOn-day": "Date must be today or in the past" },
  });
  expect(await getInterest(mfat("desk"), reference, assessor.personId)).toMatchObject({ isRecused: false });
  await take("desk", "unassignAssessor", { assessor: assessor.personId, reason: "On leave." });
  await unguarded().person.update({ where: { id: assessor.personId }, data: { endedAt: now() } });
  try {
    await noteOf("desk", "assessor1");
  } finally {
    await unguarded().person.update({ where: { id: assessor.personId }, data: { endedAt: null } });
  }
  expect(await db().laterInterest.findFirstOrThrow({ where: { applicationId: id } })).toMatchObject({
    personId: assessor.personId,
    notedById: mfat("desk").personId,
  });
  const told = await mailsOf("interest declared");
  expect(told.map(({ to }) => to)).not.toContain(assessor.email);
  for (const { text } of told)
    expect(text).toContain(`The desk noted an interest of ${assessor.name}, who is recused.`);
  const [shown] = (await listInterestsOf(mfat("auditor"), id)).filter(({ personId }) => personId === assessor.personId);
  expect(shown?.isRecused).toBe(true);
  expect(shown?.later.map(laterWords).join()).toContain(`by ${mfat("desk").name}`);
  // People who are still here are told.
  await noteOf("desk", "assessor2");
  expect((await mailsOf("interest declared")).map(({ to }) => to)).toContain(mfat("assessor2").email);
});

test("the budget check and the decision wait for the desk to decide about an assessment, in their own words", async () => {
  await leadTo("BUDGET_CHECK");
  await note("assessor1");
  const { name } = mfat("assessor1");
  const waits = `The desk first has to decide about the assessment by ${name}, who learned of an interest after completing it.`;
  const offered = async (actor: string) => listObstacles(mfat(actor), await getApplication(mfat(actor), reference));
  await declare(mfat("budget"), reference, well);
  expect((await offered("budget")).confirmBudget).toBe(waits);
  // It also says who it is waiting on: in lists, on its page and in "My work".
  const waitsOnDesk = async () => {
    const { id } = await read(reference);
    const { filter } = readSearch("MFAT", { words: reference }, await readFilterLists(mfat("auditor")));
    if (!filter) throw new Error("no filter");
    const { rows } = await listApplications(mfat("auditor"), filter);
    const { waiting } = await getApplication(mfat("desk"), reference);
    return [
      await isAskedOf("budget"),
      await isAskedOf("desk"),
      rows.find((one) => one.id === id)?.waitsOn,
      waiting?.step,
    ];
  };
  expect(await waitsOnDesk()).toEqual([false, true, "DESK", "decideOnAssessment"]);
  await expect(press("confirmBudget", "budget@mfat.example")).rejects.toMatchObject({ code: "STATE", message: waits });
  const keep = () =>
    take("desk", "keepAssessment", {
      assessor: mfat("assessor1").personId,
      reason: "It was complete before she joined.",
    });
  await keep();
  expect(await waitsOnDesk()).toEqual([true, false, "BUDGET", "confirmBudget"]);
  await press("confirmBudget", "budget@mfat.example");
  await declare(mfat("approver2"), reference, well);
  await note("assessor2");
  const decided = `The desk first has to decide about the assessment by ${mfat("assessor2").name}`;
  expect(await offered("approver2")).toMatchObject({
    approve: expect.stringContaining(decided),
    decline: expect.stringContaining(decided),
  });
  for (const step of ["approve", "decline"] as const) {
    await expect(press(step, "approver2@mfat.example")).rejects.toMatchObject({
      message: expect.stringContaining(decided),
    });
  }
  await take("desk", "keepAssessment", { assessor: mfat("assessor2").personId, reason: "Long before." });
  expect(await offered("approver2")).not.toHaveProperty("approve");
  await press("approve", "approver2@mfat.example");
});

test("of an assessment that somebody completed before they learned of an interest, the desk reads that it has to decide", async () => {
  await leadTo("MODERATION");
  const late = async (actor: string) => readLateOfficers(mfat(actor), await read(reference));
  expect(await late("desk")).toEqual([]);
  await note("assessor1");
  const { name } = mfat("assessor1");
  expect(await late("desk")).toEqual([
    {
      sentence: `${name}, who completed an assessment, has declared an interest since. The desk decides whether the assessment still counts.`,
      steps: ["setAssessmentAside", "keepAssessment"],
    },
  ]);
  await take("desk", "keepAssessment", { assessor: mfat("assessor1").personId, reason: "Long before." });
  expect(await late("desk")).toEqual([]);
});

test("of what somebody recommended or checked before they learned of an interest, MFAT reads that it stands and how it goes back", async () => {
  await leadTo("BUDGET_CHECK");
  await note("desk");
  const late = async (actor: string) => readLateOfficers(mfat(actor), await read(reference));
  await declare(mfat("desk2"), reference, well);
  const { name } = mfat("desk");
  const made = `${name}, who made the recommendation, has declared an interest since. What they did still counts unless the recommendation is taken back or returned.`;
  expect(await late("desk2")).toMatchObject([
    { sentence: made, steps: ["takeBackRecommendation", "returnRecommendation"] },
  ]);
  const told = await mailsOf("interest declared");
  expect(told.at(-1)?.text).toContain(made);
  await declare(mfat("budget"), reference, well);
  await press("confirmBudget", "budget@mfat.example");
  await note("budget");
  expect((await late("desk2")).map(({ steps }) => steps)).toEqual([["returnRecommendation"], ["returnRecommendation"]]);
  await declare(mfat("approver2"), reference, well);
  await press("approve", "approver2@mfat.example");
  await note("approver2");
  expect((await late("desk2")).at(-1)).toMatchObject({
    sentence: `${mfat("approver2").name}, who made the decision, has declared an interest since. What they did still counts unless the decision is reopened.`,
    steps: ["reopenDecision"],
  });
  await clearInterest(mfat("admin"), { requestId: randomUUID() }, reference, mfat("desk").personId, { reason: "Far." });
  expect((await late("desk2")).map(({ sentence }) => sentence).join()).not.toContain(name);
});

test("the days of an interest are in order, and only who has declared before learns of one later", async () => {
  await expect(note("assessor1", learned(1))).rejects.toMatchObject({
    fields: { "learnedOn-day": "Date must be today or in the past" },
  });
  await expect(note("assessor1", { ...learned(-1), sinceOn: today() })).rejects.toMatchObject({
    fields: { "sinceOn-day": expect.any(String) },
  });
  await expect(note("approver1")).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(async () => note("auditor")).rejects.toMatchObject({ code: "FORBIDDEN" });
});

test("the database keeps what was taken down, and lets nobody say that it does not recuse", async () => {
  await note("assessor1");
  const { id } = await read(reference);
  const where = { applicationId: id, personId: mfat("assessor1").personId };
  await expect(db().interestDeclaration.updateMany({ where, data: { isRecused: false } })).rejects.toThrow(
    "InterestDeclaration_recused",
  );
  await expect(db().laterInterest.updateMany({ where, data: { description: "None." } })).rejects.toThrow(/permission/);
  await expect(db().laterInterest.deleteMany({ where })).rejects.toThrow(/permission/);
  const cleared = { clearedById: where.personId, clearedAt: now(), clearReason: "Mine" };
  await expect(db().laterInterest.updateMany({ where, data: cleared })).rejects.toThrow("LaterInterest_cleared");
  const row = { ...where, ...learned() };
  await expect(db().laterInterest.create({ data: { ...row, description: "" } })).rejects.toThrow(
    "LaterInterest_described",
  );
  await expect(db().laterInterest.create({ data: { ...row, learnedOn: addDays(today(), 2) } })).rejects.toThrow(
    "LaterInterest_days",
  );
});

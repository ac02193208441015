// An assessment is reopened, and what was completed before can still be read.
import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import { assignAssessors, saveAssessment } from "#lib/assessments/commands.ts";
import { listAssessorOptions, listEarlierScores, readAssessments } from "#lib/assessments/queries.ts";
import { criterionSpread } from "#lib/assessments/rules.ts";
import { scoreInput } from "#lib/assessments/schema.ts";
import { changeCriteria } from "#lib/fund/commands.ts";
import { asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { listAskedSteps } from "#lib/lifecycle/waits/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays, dayOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { getDecisionNote } from "#lib/records/queries.ts";
import { draftOf, useCast, who } from "#lib/testing/cast.ts";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { declare, read, scores, TAKE, well } from "#lib/testing/steps.ts";
import { listWork } from "#lib/work/queries.ts";
import { takeStep } from "#lib/workflow/commands.ts";
import { listObstacles } from "#lib/workflow/obstacles/queries.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import type { StepKey } from "#lib/workflow/steps.ts";
import { saveModeration } from "./commands.ts";

useTestDatabase("template_demo");
useCast();

const mfat = (name: string): MfatActor => asMfat(who(`${name}@mfat.example`));
let reference = "";

/** A step as its form sends it. */
async function take(name: string, step: StepKey, values: Record<string, string> = {}, requestId = randomUUID()) {
  const { revision } = await read(reference);
  return takeStep(
    who(`${name}@${step === "withdraw" ? "police" : "mfat"}.example`),
    { requestId, revision },
    reference,
    step,
    {
      values,
      isLater: false,
    },
  );
}

const application = async (name: string) => getApplication(mfat(name), reference);
const statusOf = async (name: string) =>
  (await db().assessment.findFirstOrThrow({ where: { application: { reference }, assessorId: mfat(name).personId } }))
    .status;
const asked = async () => {
  const { id, state } = await read(reference);
  return (await listAskedSteps(db(), { id, state })).map(({ role, step }) => `${role} ${step}`);
};
const recordFor = async (name: string) => readAssessments(mfat(name), await application(name));
const mailsOf = async (subject: string) =>
  (await db().email.findMany({ where: { application: { reference }, subject: { contains: subject } } })).map(
    ({ to, text }) => ({ to, text }),
  );
const today = () => dayOf(now());
const on = (day: Date) => ({
  "dueOn-day": String(day.getUTCDate()),
  "dueOn-month": String(day.getUTCMonth() + 1),
  "dueOn-year": String(day.getUTCFullYear()),
});
const of = (name: string, reason = "It scores an earlier version.") => ({ assessor: mfat(name).personId, reason });
const stateNow = async () => (await read(reference)).state;
const agreed = () =>
  db().agreedScore.findMany({ where: { application: { reference } }, orderBy: { criterionId: "asc" } });

/** Up to the decision: moderated, recommended and its budget confirmed. */
async function leadTo(state: "MODERATION" | "BUDGET_CHECK" | "DECISION"): Promise<void> {
  await take("desk", "startModeration");
  await saveModeration(mfat("desk"), reference, await scores(reference));
  for (const [step, name] of [
    ["recommend", "desk"],
    ["confirmBudget", "budget"],
  ] as const) {
    const { state: is, revision } = await read(reference);
    if (is === state) return;
    await declare(mfat(name), reference, well).catch(() => {});
    await TAKE[step](mfat(name), { requestId: randomUUID(), revision }, reference, well);
  }
}

/** A third assessor completes an assessment too. */
async function assessThird(): Promise<void> {
  const { revision } = await read(reference);
  await assignAssessors(mfat("desk"), { requestId: randomUUID(), revision }, reference, {
    assessors: [mfat("jack").personId],
    dueOn: today(),
  });
  await declare(mfat("jack"), reference, well);
  await take("jack", "completeAssessment", await scores(reference));
}

/** An application with two complete assessments, which scored every criterion alike except the first. */
beforeEach(async () => {
  reference = await draftOf("contributor@police.example");
  for (const [step, name] of [
    ["sendForSignOff", "contributor@police.example"],
    ["signOffAndSubmit", "certifier@police.example"],
    ["acceptForAssessment", "desk@mfat.example"],
    ["assignAssessors", "desk@mfat.example"],
  ] as const) {
    const { revision } = await read(reference);
    if (name.endsWith("desk@mfat.example") && step === "acceptForAssessment") await declare(who(name), reference, well);
    await TAKE[step](who(name), { requestId: randomUUID(), revision }, reference, well);
  }
  const typed = await scores(reference);
  const [first = ""] = Object.keys(typed).filter((key) => key.startsWith(scoreInput("")));
  for (const [name, score] of [
    ["assessor1", "4"],
    ["assessor2", "2"],
  ] as const) {
    await declare(mfat(name), reference, well);
    await take(name, "completeAssessment", { ...typed, [first]: score });
  }
});

test("an assessor reopens their assessment, changes a score and completes it anew; both versions can be read", async () => {
  const before = await recordFor("desk");
  const waiting = await asked();
  expect(waiting).toEqual(["DESK startModeration"]);
  const requestId = randomUUID();
  await take("assessor1", "reopenAssessment", {}, requestId);
  await take("assessor1", "reopenAssessment", {}, requestId);
  expect(await statusOf("assessor1")).toBe("ASSIGNED");
  expect(await asked()).toEqual(["ASSESSOR completeAssessment"]);
  expect((await listWork(mfat("assessor1"))).items).toContainEqual(
    expect.objectContaining({ reference, step: "completeAssessment" }),
  );
  expect((await recordFor("desk")).spread).toBeNull();

  const own = (await recordFor("assessor1")).assessments.find(
    ({ assessorId }) => assessorId === mfat("assessor1").personId,
  );
  const was = before.assessments.find(({ assessorId }) => assessorId === mfat("assessor1").personId);
  expect(own?.scores).toEqual(was?.scores);
  const typed = await scores(reference);
  await take("assessor1", "completeAssessment", typed);
  expect(await asked()).toEqual(waiting);
  const after = await recordFor("desk");
  const now = after.assessments.find(({ assessorId }) => assessorId === mfat("assessor1").personId);
  expect(now?.total).not.toBe(was?.total);
  const [earlier, ...more] = await listEarlierScores(mfat("auditor"), await application("auditor"), after);
  expect([earlier?.assessor, earlier?.total, more]).toEqual([was?.assessor, was?.total, []]);
  expect(earlier?.scores.map(({ score }) => score)).toEqual(was?.scores.map(({ score }) => score));
  const history = await listHistory(mfat("auditor"), (await read(reference)).id);
  expect(history.slice(0, 3).map(({ action }) => action)).toEqual([
    "completeAssessment",
    "reopenAssessment",
    "completeAssessment",
  ]);
});

test("while one is reopened, the other assessor reads neither what it was nor what it becomes", async () => {
  await take("assessor1", "reopenAssessment");
  const record = await recordFor("assessor2");
  expect(await listEarlierScores(mfat("assessor2"), await application("assessor2"), record)).toEqual([]);
  expect(await listEarlierScores(mfat("assessor1"), await application("assessor1"), record)).toHaveLength(1);
  expect(record.assessments.find(({ assessorId }) => assessorId === mfat("assessor1").personId)?.scores).toEqual([]);
});

test("an assessment is reopened by nobody else, not before it is complete, and not once moderation has started", async () => {
  const offered = async (name: string) => listObstacles(mfat(name), await application(name));
  // They cannot be asked for advice either.
  const other = { giveAdvice: expect.stringMatching(/^You are an assessor of it/) };
  expect(await offered("assessor1")).toEqual({ completeAssessment: null, ...other });
  await take("assessor1", "reopenAssessment");
  expect(await offered("assessor1")).toMatchObject({ reopenAssessment: null });
  await expect(take("assessor1", "reopenAssessment")).rejects.toMatchObject({ code: "CONFLICT" });
  await declare(mfat("jack"), reference, well);
  await expect(take("jack", "reopenAssessment")).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(take("desk", "startModeration")).rejects.toMatchObject({ code: "STATE" });
  await take("assessor1", "completeAssessment", await scores(reference));
  await take("desk", "startModeration");
  await expect(take("assessor1", "reopenAssessment")).rejects.toMatchObject({ code: "STATE" });
});

test("the desk returns an assessment from the moderation: its assessor is asked again, and what was agreed stays", async () => {
  await leadTo("MODERATION");
  await saveModeration(mfat("desk"), reference, await scores(reference));
  const [before, wasAgreed] = [await recordFor("desk"), await agreed()];
  const dueOn = addDays(today(), 3);
  await expect(
    take("desk", "returnAssessment", { ...of("assessor1"), ...on(addDays(today(), -1)) }),
  ).rejects.toMatchObject({
    fields: { "dueOn-day": expect.any(String) },
  });
  await take("desk", "returnAssessment", { ...of("assessor1"), ...on(dueOn) });
  expect([await stateNow(), await statusOf("assessor1")]).toEqual(["ASSESSMENT", "ASSIGNED"]);
  expect(await asked()).toEqual(["ASSESSOR completeAssessment"]);
  const told = await mailsOf("assessment returned");
  expect(told.map(({ to }) => to).sort()).toEqual(["assessor1@mfat.example", "psf@mfat.govt.nz"]);
  for (const { text } of told) expect(text).toContain("The reason is in the portal.");
  const waiting = (await listWork(mfat("assessor1"))).items.find((item) => item.reference === reference);
  expect(waiting).toMatchObject({ step: "completeAssessment", dueOn });
  expect(dayOf(waiting?.since ?? new Date(0))).toEqual(today());

  await take("assessor1", "completeAssessment", await scores(reference));
  expect(await asked()).toEqual(["DESK startModeration"]);
  await take("desk", "startModeration");
  expect(await agreed()).toEqual(wasAgreed);
  const [earlier] = await listEarlierScores(mfat("auditor"), await application("auditor"), await recordFor("auditor"));
  expect(earlier?.total).toBe(before.assessments[0]?.total);
});

test("an assessment is not returned to who has left or is recused, nor by somebody who assesses it", async () => {
  await assessThird();
  await take("desk", "startModeration");
  const form = { ...of("assessor1"), ...on(today()) };
  await expect(take("jack", "returnAssessment", form)).rejects.toMatchObject({
    code: "FORBIDDEN",
    message: "You are an assessor of it, so somebody else needs to take this step.",
  });
  await expect(take("jack", "setAssessmentAside", of("assessor1"))).rejects.toMatchObject({ code: "FORBIDDEN" });
  const leave = (endedAt: Date | null) =>
    unguarded().person.update({ where: { id: mfat("assessor1").personId }, data: { endedAt } });
  await leave(now());
  await expect(take("desk", "returnAssessment", form)).rejects.toMatchObject({
    fields: { assessor: expect.stringContaining("Set the assessment aside") },
  });
  await leave(null);
  await expect(take("desk", "returnAssessment", { ...form, assessor: randomUUID() })).rejects.toMatchObject({
    code: "INVALID",
  });
  await take("desk", "returnAssessment", form);
  expect(await stateNow()).toBe("ASSESSMENT");
});

test("what is set aside counts for nothing and stays to be read; too few are left, and the application goes back", async () => {
  await leadTo("MODERATION");
  const before = await recordFor("desk");
  expect(before.spread).toBeGreaterThan(0);
  await expect(
    take("desk", "setAssessmentAside", { assessor: mfat("assessor1").personId, reason: "" }),
  ).rejects.toMatchObject({
    fields: { reason: "Enter a reason" },
  });
  await take("desk", "setAssessmentAside", of("assessor1"));
  expect([await stateNow(), await statusOf("assessor1")]).toEqual(["ASSESSMENT", "SET_ASIDE"]);
  expect(await asked()).toEqual(["DESK assignAssessors"]);
  const record = await recordFor("desk");
  const aside = record.assessments.find(({ status }) => status === "SET_ASIDE");
  const was = before.assessments.find(({ assessorId }) => assessorId === mfat("assessor1").personId);
  expect(aside).toMatchObject({
    total: was?.total,
    scores: was?.scores,
    setAsideReason: "It scores an earlier version.",
  });
  expect(record.spread).toBeNull();
  expect(criterionSpread(record.assessments, record.criteria[0]?.id ?? "")).toBeNull();
  expect((await mailsOf("assessment set aside")).map(({ to }) => to).sort()).toEqual([
    "assessor1@mfat.example",
    // Looks after it.
    "jack@mfat.example",
    "psf@mfat.govt.nz",
  ]);
  await expect(saveAssessment(mfat("assessor1"), reference, {})).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(take("assessor1", "reopenAssessment")).rejects.toMatchObject({ code: "CONFLICT" });
  await expect(take("desk", "startModeration")).rejects.toMatchObject({ code: "STATE" });
  const options = await listAssessorOptions(mfat("desk"), (await read(reference)).id);
  expect(options.some(({ value }) => value === mfat("assessor1").personId)).toBe(false);

  await take("desk", "countAssessmentAgain", of("assessor1", "It was the same version."));
  expect([await stateNow(), await recordFor("desk")]).toEqual(["MODERATION", before]);
  await expect(take("desk", "countAssessmentAgain", of("assessor1"))).rejects.toMatchObject({ code: "INVALID" });
});

test("where somebody assesses in place of what was set aside, counting it again does not take their work away", async () => {
  await leadTo("MODERATION");
  await take("desk", "setAssessmentAside", of("assessor1"));
  const { revision } = await read(reference);
  await assignAssessors(mfat("desk"), { requestId: randomUUID(), revision }, reference, {
    assessors: [mfat("jack").personId],
    dueOn: today(),
  });
  await take("desk", "countAssessmentAgain", of("assessor1"));
  expect([await stateNow(), await asked()]).toEqual([
    "ASSESSMENT",
    ["ASSESSOR declareInterests", "DESK startModeration"],
  ]);
});

test("after the recommendation one is set aside where enough are left, and counted again unless it was made without it", async () => {
  await leadTo("DECISION");
  await expect(take("desk", "setAssessmentAside", of("assessor1"))).rejects.toMatchObject({
    code: "STATE",
    message:
      "Only 1 of the 2 assessments that the round needs would be left. The recommendation needs to be returned first.",
  });
  const { roundId, revision } = await read(reference);
  const needs = (minimumAssessments: number) =>
    unguarded().round.update({ where: { id: roundId }, data: { minimumAssessments } });
  await needs(1);
  try {
    await take("desk", "setAssessmentAside", of("assessor1"));
    expect([await stateNow(), (await read(reference)).revision]).toEqual(["DECISION", revision + 1]);
    const told = (await mailsOf("assessment set aside")).map(({ to }) => to);
    expect(told).toEqual(expect.arrayContaining(["approver2@mfat.example", "assessor1@mfat.example"]));
    const { scores: noted } = await getDecisionNote(mfat("auditor"), reference);
    expect([noted.assessors.length, noted.spread, noted.setAside.map(({ reason }) => reason)]).toEqual([
      1,
      null,
      ["It scores an earlier version."],
    ]);
    await take("desk", "countAssessmentAgain", of("assessor1"));
    expect(await statusOf("assessor1")).toBe("COMPLETE");

    await take("desk", "setAssessmentAside", of("assessor1"));
    await declare(mfat("approver2"), reference, well);
    await take("approver2", "returnRecommendation", { reason: "Look again." });
    const { revision: fresh } = await read(reference);
    await TAKE.recommend(mfat("desk"), { requestId: randomUUID(), revision: fresh }, reference, well);
    await expect(take("desk", "countAssessmentAgain", of("assessor1"))).rejects.toMatchObject({
      message: "The recommendation was made without it, so the recommendation needs to be returned first.",
    });
  } finally {
    await needs(2);
  }
});

test("the database knows no assessment set aside without its day, its reason and somebody else", async () => {
  const key = { applicationId: (await read(reference)).id, assessorId: mfat("assessor1").personId };
  const set = (data: object) => db().assessment.update({ where: { applicationId_assessorId: key }, data });
  const whole = { status: "SET_ASIDE", setAsideAt: now(), setAsideById: mfat("desk").personId, setAsideReason: "Late" };
  for (const broken of [
    { status: "SET_ASIDE" },
    { ...whole, setAsideReason: "" },
    { ...whole, setAsideById: key.assessorId },
    { ...whole, completedAt: null },
    { ...whole, status: "COMPLETE" },
  ]) {
    await expect(set(broken)).rejects.toThrow(/Assessment_(set_aside|completed)/);
  }
  // It is complete, and only lacks its step.
  await expect(set(whole)).rejects.toThrow("Assessment_by_step");
});

test("the scores of others are covered for who may still be asked to score, and who may have read them is not", async () => {
  const { id } = await read(reference);
  const jack = mfat("jack");
  await declare(jack, reference, well).catch(() => {});
  const others = async (name: string) => (await recordFor(name)).assessments.map(({ total }) => total === null);
  expect(await others("desk")).toEqual([false, false]);
  // Jack has every role, including assessor.
  expect(await others("jack")).toEqual([true, true]);
  const options = async () => (await listAssessorOptions(mfat("desk"), id)).map(({ value }) => value);
  expect(await options()).toContain(jack.personId);
  await take("desk", "startModeration");
  expect(await others("jack")).toEqual([false, false]);
  await take("desk", "returnAssessment", { ...of("assessor1"), ...on(today()) });
  expect(await options()).not.toContain(jack.personId);
  const { revision } = await read(reference);
  const assigned = assignAssessors(mfat("desk"), { requestId: randomUUID(), revision }, reference, {
    assessors: [jack.personId],
    dueOn: today(),
  });
  await expect(assigned).rejects.toMatchObject({
    fields: { assessors: expect.stringContaining("may have read the scores of others") },
  });
});

test("what was scored on earlier criteria is brought to those of now by asking its assessors again", async () => {
  await take("desk", "startModeration");
  await saveModeration(mfat("desk"), reference, await scores(reference));
  const values = { reason: "The round weighs value more now.", ...on(addDays(today(), 3)) };
  await expect(take("desk", "askToScoreAgain", values)).rejects.toMatchObject({ code: "STATE" });
  const before = await recordFor("auditor");
  const { id, roundId, criteriaVersion } = await read(reference);
  const round = await db().round.findUniqueOrThrow({ where: { id: roundId } });
  const kept = before.criteria.map(({ name, anchors, sections }, index) => ({
    name,
    weight: [5, 20, 15, 20, 40][index] ?? 0,
    anchors: [...anchors],
    sections: [...sections],
  }));
  const asking = { requestId: randomUUID(), revision: round.revision };
  await changeCriteria(mfat("desk"), asking, roundId, kept, "Value first.");
  expect((await recordFor("auditor")).measured).toContain(`version ${criteriaVersion} of the criteria`);
  await take("desk", "askToScoreAgain", values);
  expect([await stateNow(), await statusOf("assessor1"), await statusOf("assessor2")]).toEqual([
    "ASSESSMENT",
    "ASSIGNED",
    "ASSIGNED",
  ]);
  expect(await mailsOf("assessors asked to score again")).toEqual(
    expect.arrayContaining([expect.objectContaining({ to: "assessor1@mfat.example" })]),
  );
  const after = await recordFor("auditor");
  expect([after.measured, after.agreed.scores, after.criteria.map(({ weight }) => weight)]).toEqual([
    null,
    [],
    [5, 20, 15, 20, 40],
  ]);
  const earlier = await listEarlierScores(mfat("auditor"), await application("auditor"), after);
  expect(earlier.map(({ total }) => total).sort()).toEqual(before.assessments.map(({ total }) => total).sort());
  expect(earlier[0]?.scores.map(({ criterion }) => criterion)).toEqual(before.criteria.map(({ name }) => name));
  for (const name of ["assessor1", "assessor2"]) await take(name, "completeAssessment", await scores(reference));
  await take("desk", "startModeration");
  expect((await listObstacles(mfat("desk"), await application("desk"))).recommend).toContain("(0 agreed)");
  expect(await db().agreedScore.count({ where: { applicationId: id } })).toBeGreaterThan(0);
});

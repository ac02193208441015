// What was assessed is opened again, and what was completed before stays to be read.
import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import { asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { listAskedSteps } from "#lib/lifecycle/waits/queries.ts";
import { db } from "#lib/platform/db.ts";
import { draftOf, useCast, who } from "#lib/test-cast.ts";
import { useTestDatabase } from "#lib/test-database.ts";
import { declare, read, scores, TAKE, well } from "#lib/test-steps.ts";
import { listWork } from "#lib/work/queries.ts";
import { takeStep } from "#lib/workflow/commands.ts";
import { listHistory, listObstacles } from "#lib/workflow/queries.ts";
import type { StepKey } from "#lib/workflow/steps.ts";
import { listEarlierScores, readAssessments } from "./queries.ts";
import { scoreInput } from "./schema.ts";

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
/** An application with two complete assessments, which scored every criterion alike but the first. */
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
  expect(await offered("assessor1")).toEqual({ completeAssessment: null });
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

// Whatever is waiting, is waiting on somebody who can act; whoever loses a task is told, and what they wrote is kept.
import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { listAskedSteps } from "#lib/lifecycle/waits/queries.ts";
import { createPerson } from "#lib/people/commands.ts";
import { findActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays, dayOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { declareNone, useTestDatabase } from "#lib/testing/database.ts";
import { asShown } from "#lib/testing/settings.ts";
import { changePerson, endAccount } from "#lib/work/leaving/commands.ts";
import { listWork } from "#lib/work/queries.ts";
import { takeStep } from "#lib/workflow/commands.ts";
import { assignAssessors, saveAssessment, unassignAssessor } from "./commands.ts";
import { listLostComments } from "./queries.ts";
import { commentInput } from "./schema.ts";

useTestDatabase("template_demo");

const mfat = async (email: string): Promise<MfatActor> => {
  const actor = await findActor(email);
  if (!actor) throw new Error(email);
  return asMfat(actor);
};
const today = () => dayOf(now());
let desk: MfatActor, admin: MfatActor, assessor: MfatActor, reference: string, id: string;

const application = () => db().application.findUniqueOrThrow({ where: { reference } });
const request = async () => ({ requestId: randomUUID(), revision: (await application()).revision });
const asked = async () =>
  (await listAskedSteps(db(), await application())).map(
    ({ role, step, personId }) => `${role} ${step}${personId ? " by name" : ""}`,
  );
/** Mails to somebody about the application since the test started. */
const mailsTo = async (to: string) =>
  (await db().email.findMany({ where: { to, applicationId: id, id: { gt: begun } }, orderBy: { id: "asc" } })).map(
    ({ subject, text }) => ({ subject, text }),
  );
let begun = "";

/** An application that is being assessed, and a new person who is its only assessor. */
let number = 0;
beforeEach(async () => {
  [desk, admin] = [await mfat("desk@mfat.example"), await mfat("admin@mfat.example")];
  const found = await db()
    .application.findFirstOrThrow({
      where: { state: "ASSESSMENT", heldAt: null, assessments: { none: { status: "ASSIGNED" } } },
      orderBy: { reference: "asc" },
    })
    .catch(() => db().application.findFirstOrThrow({ where: { state: "ASSESSMENT", heldAt: null } }));
  [reference, id] = [found.reference, found.id];
  await declareNone(desk.personId, { id });
  const email = `lost${++number}@mfat.example`;
  await createPerson(
    admin,
    { requestId: randomUUID() },
    { name: `Assessor ${number} Lost`, email, belongsTo: "MFAT", roles: ["ASSESSOR"] },
  );
  assessor = await mfat(email);
  await assign(5);
  await declareNone(assessor.personId, { id });
  begun = (await db().email.findFirstOrThrow({ orderBy: { id: "desc" } })).id;
});

const assign = async (days: number) =>
  assignAssessors(desk, await request(), reference, { assessors: [assessor.personId], dueOn: addDays(today(), days) });

test("assigning again with another day moves the day and tells the assessor; the same again is refused and not recorded", async () => {
  await assign(9);
  const key = { applicationId_assessorId: { applicationId: id, assessorId: assessor.personId } };
  expect((await db().assessment.findUniqueOrThrow({ where: key })).dueOn).toEqual(addDays(today(), 9));
  expect((await mailsTo(assessor.email)).map(({ subject }) => subject)).toEqual([
    expect.stringContaining(`${reference}: assessors assigned`),
  ]);
  const before = await db().auditEvent.count({ where: { applicationId: id } });
  await expect(assign(9)).rejects.toMatchObject({ fields: { assessors: expect.stringContaining("already assigned") } });
  expect(await db().auditEvent.count({ where: { applicationId: id } })).toBe(before);
  expect(await mailsTo(assessor.email)).toHaveLength(1);
});

test("whoever is unassigned is told which application it was, without a link that leads nowhere, and reads their words", async () => {
  const { id: criterionId } = await db().criterion.findFirstOrThrow({
    where: { round: { applications: { some: { id } } }, version: (await application()).criteriaVersion ?? 1 },
  });
  await saveAssessment(assessor, reference, { [commentInput(criterionId)]: "The need is well shown." });
  await unassignAssessor(desk, await request(), reference, { assessor: assessor.personId, reason: "On leave" });
  const mails = await mailsTo(assessor.email);
  expect(mails.map(({ subject }) => subject)).toEqual([
    expect.stringContaining(`${reference}: your assessment is no longer needed`),
  ]);
  expect(mails[0]?.text).toContain("/unsent");
  expect(mails[0]?.text).not.toContain(`/applications/${reference}`);
  expect(await listLostComments(assessor)).toEqual([
    { reference, words: [expect.stringContaining("The need is well shown.")] },
  ]);
});

test("a hold lets the assessor wait, and its end asks again", async () => {
  await takeStep(desk, await request(), reference, "putOnHold", {
    values: { reason: "Waiting for the partner" },
    isLater: false,
  });
  await takeStep(desk, await request(), reference, "resume", { values: {}, isLater: false });
  expect((await mailsTo(assessor.email)).map(({ subject }) => subject)).toEqual([
    expect.stringContaining("your assessment can wait"),
    expect.stringContaining(`${reference}: `),
  ]);
});

test.each(["role", "account"])(
  "with the %s of an assessor the desk is asked again, and nobody waits on who cannot act",
  async (what) => {
    expect((await listWork(assessor)).items).toContainEqual(expect.objectContaining({ reference }));
    expect(await asked()).toContain("ASSESSOR completeAssessment by name");
    const standing = await db().assessment.count({
      where: { applicationId: id, status: { in: ["ASSIGNED", "COMPLETE"] } },
    });
    const { minimumAssessments } = await db().round.findFirstOrThrow({ where: { applications: { some: { id } } } });
    const form = await asShown(assessor.personId);
    if (what === "account") await endAccount(admin, form, assessor.personId, {});
    else {
      const values = { name: assessor.name, roles: ["AUDITOR"] };
      await expect(changePerson(admin, form, assessor.personId, values)).rejects.toMatchObject({
        questions: [{ hint: expect.stringContaining(reference) }],
      });
      await changePerson(admin, form, assessor.personId, { ...values, roleSeen: "yes" });
    }
    const rest = await asked();
    expect(rest.includes("DESK assignAssessors")).toBe(standing - 1 < minimumAssessments);
    const named = (await listAskedSteps(db(), await application())).map(({ personId }) => personId);
    expect(named).not.toContain(assessor.personId);
    const mail = await db().email.findFirstOrThrow({
      where: { to: "psf@mfat.govt.nz", subject: { contains: assessor.name } },
      orderBy: { id: "desc" },
    });
    expect(mail.text).toContain(`Assign another assessor where you need one: ${reference}`);
  },
);

test("who gave the role up is not told that they need not assess what they no longer could", async () => {
  const values = { name: assessor.name, roles: ["ADVISER"], roleSeen: "yes" };
  await changePerson(admin, await asShown(assessor.personId), assessor.personId, values);
  const { agencyId } = await application();
  const { email } = await db().person.findFirstOrThrow({
    where: { agencyId, endedAt: null, roles: { some: { role: "CONTRIBUTOR" } } },
  });
  const contributor = (await findActor(email)) ?? expect.fail();
  const step = { values: { reason: "The partner has other plans" }, isLater: false };
  await takeStep(contributor, await request(), reference, "withdraw", step);
  expect(await mailsTo(assessor.email)).toEqual([]);
});

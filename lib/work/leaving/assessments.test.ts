// Somebody can no longer assess: what they have not completed is handed over in the same form, to people who may assess it.
import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { assignAssessors, saveAssessment } from "#lib/assessments/commands.ts";
import { handOverFields } from "#lib/assessments/handover/schema.ts";
import { listLostComments } from "#lib/assessments/queries.ts";
import { commentInput } from "#lib/assessments/schema.ts";
import { asMfat, type MfatActor, type Role } from "#lib/lifecycle/permissions.ts";
import { listAskedSteps } from "#lib/lifecycle/waits/queries.ts";
import { createPerson } from "#lib/people/commands.ts";
import { findActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays, dayOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { addWorkingDays } from "#lib/platform/working-days.ts";
import { declareNone, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { asShown } from "#lib/testing/settings.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import { changePerson, endAccount } from "./commands.ts";
import { readLeaving } from "./queries.ts";
import { leavingLines } from "./rules.ts";

useTestDatabase("template_demo");

const mfat = async (email: string): Promise<MfatActor> => asMfat((await findActor(email)) ?? expect.fail(email));
const today = () => dayOf(now());
const mailsTo = async (to: string) =>
  (await db().email.findMany({ where: { to, id: { gt: begun } }, orderBy: { id: "asc" } })).map(
    ({ subject }) => subject,
  );

let number = 0;
async function somebody(...roles: Role[]): Promise<MfatActor> {
  const email = `assesses${++number}@mfat.example`;
  const values = { name: `Sina ${number} Assesses`, email, belongsTo: "MFAT", roles };
  await createPerson(admin, { requestId: randomUUID() }, values);
  return mfat(email);
}

let admin: MfatActor, desk: MfatActor, leaver: MfatActor, begun: string;
let applications: { id: string; reference: string }[];

/** Two applications of which the same person is an assessor. */
beforeEach(async () => {
  [admin, desk] = [await mfat("admin@mfat.example"), await mfat("desk@mfat.example")];
  applications = await db().application.findMany({
    where: { state: "ASSESSMENT", heldAt: null },
    orderBy: { reference: "asc" },
    take: 2,
  });
  leaver = await somebody("ASSESSOR", "BUDGET");
  await assign(leaver);
  begun = (await db().email.findFirstOrThrow({ orderBy: { id: "desc" } })).id;
});

async function assign(person: MfatActor): Promise<void> {
  for (const { id, reference } of applications) {
    await declareNone(desk.personId, { id });
    const { revision } = await db().application.findUniqueOrThrow({ where: { id } });
    const assignment = { assessors: [person.personId], dueOn: addDays(today(), 60) };
    await assignAssessors(desk, { requestId: randomUUID(), revision }, reference, assignment);
  }
}

const inputOf = (form: "role" | "account", index: number) => `${form}Assessor-${applications[index]?.id}`;
const assessmentOf = (index: number, { personId: assessorId }: MfatActor) =>
  db().assessment.findUnique({
    where: { applicationId_assessorId: { applicationId: applications[index]?.id ?? "", assessorId } },
  });
const losesRole = async (values: Record<string, string>, form = asShown(leaver.personId)) =>
  changePerson(admin, await form, leaver.personId, {
    name: leaver.name,
    roles: ["BUDGET"],
    roleSeen: "yes",
    ...values,
  });

test("who takes the role away chooses who assesses instead, each or all; both are told, and what was written is kept", async () => {
  const [one, two] = [await somebody("ASSESSOR"), await somebody("ASSESSOR")];
  const [first, second] = applications;
  await declareNone(leaver.personId, { id: first?.id ?? "" });
  const criterion = await db().criterion.findFirstOrThrow({
    where: { round: { applications: { some: { id: first?.id ?? "" } } } },
  });
  await saveAssessment(leaver, first?.reference ?? "", { [commentInput(criterion.id)]: "Clear enough" });
  const { assessments } = await readLeaving(admin, leaver.personId);
  const fields = handOverFields(assessments, "roleAssessor");
  expect(fields.map(({ name }) => name)).toEqual(["roleAssessor", inputOf("role", 0), inputOf("role", 1)]);
  const before = await db().email.count();
  await losesRole({ roleAssessor: one.personId, [inputOf("role", 0)]: "", [inputOf("role", 1)]: two.personId });
  expect([(await assessmentOf(0, one))?.status, (await assessmentOf(1, two))?.status]).toEqual([
    "ASSIGNED",
    "ASSIGNED",
  ]);
  expect(await assessmentOf(1, one)).toBeNull();
  for (const index of [0, 1]) expect((await assessmentOf(index, leaver))?.status).toBe("UNASSIGNED");
  expect((await assessmentOf(0, one))?.dueOn).toEqual(addDays(today(), 60));
  expect(await mailsTo(one.email)).toContain(
    `[UNCLASSIFIED] 1 assessment handed over from ${leaver.name} to ${one.name}`,
  );
  expect(await mailsTo(leaver.email)).toEqual([
    `[UNCLASSIFIED] ${first?.reference}, ${second?.reference}: your assessments are no longer needed`,
  ]);
  expect(await mailsTo("psf@mfat.govt.nz")).not.toContainEqual(expect.stringContaining("please ask somebody else"));
  expect(await db().email.count()).toBe(before + 5);
  expect((await listLostComments(leaver)).map(({ reference }) => reference)).toEqual([first?.reference]);
  expect(await listAskedSteps(db(), { id: first?.id ?? "", state: "ASSESSMENT" })).toContainEqual({
    role: "ASSESSOR",
    step: "declareInterests",
    personId: one.personId,
  });
  const [line] = await listHistory(desk, first?.id ?? "");
  expect(line).toMatchObject({ happened: `Assessment handed over from ${leaver.name} to ${one.name}`, by: admin.name });
  const agency = await findActor("certifier@police.example");
  const own = await listHistory(agency ?? expect.fail(), first?.id ?? "");
  expect(own.map(({ happened }) => happened).join()).not.toContain("handed over");
});

test("who ends an account hands over too; without a choice, and for what the page did not show, the desk is asked", async () => {
  const one = await somebody("ASSESSOR");
  // Whoever takes over has five working days at least.
  await unguarded().assessment.updateMany({
    where: { assessorId: leaver.personId },
    data: { dueOn: addDays(today(), -3) },
  });
  const page = await asShown(leaver.personId);
  await endAccount(admin, page, leaver.personId, { [inputOf("account", 0)]: one.personId, accountAssessor: "" });
  expect(await assessmentOf(0, one)).toMatchObject({ status: "ASSIGNED", dueOn: addWorkingDays(today(), 5) });
  expect((await assessmentOf(1, leaver))?.status).toBe("ASSIGNED");
  const asked = await db().email.findMany({ where: { subject: { contains: `] ${leaver.name} can no longer` } } });
  expect(
    asked.map(({ to, text }) => [
      to,
      text.includes(applications[1]?.reference ?? ""),
      text.includes(applications[0]?.reference ?? ""),
    ]),
  ).toEqual([["psf@mfat.govt.nz", true, false]]);
  // Whose account has ended gets no mail.
  expect(await mailsTo(leaver.email)).toEqual([]);
  const event = await db().auditEvent.findUniqueOrThrow({ where: { requestId: page.requestId } });
  expect(event.data).toMatchObject({
    assessmentsHandedOver: [applications[0]?.reference],
    assessmentsLeft: [applications[1]?.reference],
  });
});

test("only who may assess it is offered, and taken: nobody recused, with another part in it, or who may have read scores", async () => {
  const [recused, free, scored] = [await somebody("ASSESSOR"), await somebody("ASSESSOR"), await somebody("ASSESSOR")];
  const [first] = applications;
  const applicationId = first?.id ?? "";
  await declareNone(recused.personId, { id: applicationId });
  const interest = { hasInterest: true, isRecused: true, description: "Used to work there" };
  await unguarded().interestDeclaration.updateMany({ where: { personId: recused.personId }, data: interest });
  await assign(scored);
  const offered = async () =>
    (await readLeaving(admin, leaver.personId)).assessments[0]?.successors.map(({ id }) => id) ?? [];
  expect(await offered()).toContain(free.personId);
  for (const { personId } of [leaver, scored, desk, recused]) expect(await offered()).not.toContain(personId);
  // Somebody left, or gave the role up, after the page was opened.
  const page = await asShown(leaver.personId);
  await endAccount(admin, await asShown(free.personId), free.personId, {});
  await expect(losesRole({ [inputOf("role", 0)]: free.personId }, Promise.resolve(page))).rejects.toMatchObject({
    fields: { [inputOf("role", 0)]: `They can no longer assess ${first?.reference}. Choose somebody else` },
  });
  expect([...((await findActor(leaver.email))?.roles ?? [])]).toContain("ASSESSOR");
  for (const person of [scored, desk, leaver, recused]) {
    await expect(losesRole({ [inputOf("role", 0)]: person.personId })).rejects.toMatchObject({ code: "INVALID" });
  }
  // They keep the role: nothing is handed over, whatever the form says.
  const values = { name: "Sina Renamed", roles: ["ASSESSOR", "BUDGET"], [inputOf("role", 0)]: scored.personId };
  await changePerson(admin, await asShown(leaver.personId), leaver.personId, values);
  expect((await assessmentOf(0, leaver))?.status).toBe("ASSIGNED");
});

test("two administrators at once: one hands over, and the other is told; nobody left to choose says so", async () => {
  const [one, two, admin2] = [
    await somebody("ASSESSOR"),
    await somebody("ASSESSOR"),
    await mfat("admin2@mfat.example"),
  ];
  const page = await asShown(leaver.personId);
  const all = await Promise.allSettled([
    endAccount(admin, page, leaver.personId, { [inputOf("account", 0)]: one.personId }),
    endAccount(admin2, { ...page, requestId: randomUUID() }, leaver.personId, {
      [inputOf("account", 0)]: two.personId,
    }),
  ]);
  expect(all.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const rows = await db().assessment.count({
    where: { applicationId: applications[0]?.id ?? "", assessorId: { in: [one.personId, two.personId] } },
  });
  expect(rows).toBe(1);
  const lines = (successors: { id: string; name: string }[]) =>
    leavingLines({
      ...{ name: "Sina", agencyId: null, agencyName: null, offices: [], officers: [], administrators: [] },
      held: [{ kind: "assessments", count: 1, references: ["PSF-2026-0001"] }],
      assessments: [{ applicationId: "1", reference: "PSF-2026-0001", dueOn: null, successors }],
    })[0]?.outcome;
  expect(lines([])).toMatch(/^Nobody else can assess them now, so we ask the desk/);
  expect(lines([{ id: "2", name: "Tom" }])).toMatch(/^You choose who assesses them instead, or we ask the desk/);
  expect(
    handOverFields([{ applicationId: "1", reference: "PSF-2026-0001", dueOn: null, successors: [] }], "a"),
  ).toEqual([]);
});

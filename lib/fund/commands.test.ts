import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { getApplication, readScreening } from "#lib/applications/queries.ts";
import { checkInput, noteInput } from "#lib/applications/schema.ts";
import { acceptForAssessment, saveScreening } from "#lib/applications/screening/commands.ts";
import { assignAssessors, completeAssessment, unassignAssessor } from "#lib/assessments/commands.ts";
import { readAssessments } from "#lib/assessments/queries.ts";
import { commentInput, scoreInput } from "#lib/assessments/schema.ts";
import type { Values } from "#lib/form/fields.ts";
import { asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { db } from "#lib/platform/db.ts";
import { declareNone, leadTo, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { changeCriteria, changeRound, createRound } from "./commands.ts";
import { getRound, listCriteria, listRounds } from "./queries.ts";
import { parseCriteria } from "./rules.ts";
import { criterionInput, type KeptRound, STARTING_CHECKLIST } from "./schema.ts";

useTestDatabase("template_demo");

const person = async (email: string) => asMfat((await findActor(email)) ?? never());
const never = () => {
  throw new Error("The demo has no such person.");
};
const desk = () => person("desk@mfat.example");
const day = (text: string) => new Date(`${text}T00:00:00Z`);
const request = () => ({ requestId: randomUUID() });
const round = (more: Partial<KeptRound> = {}): KeptRound => ({
  name: `Round ${randomUUID()}`,
  opensOn: day("2027-02-01"),
  closesOn: day("2027-03-31"),
  closesTime: "12:00",
  money: 50_000_000n,
  minimumAssessments: 2,
  checklist: "One?\n\n  Two?  ",
  tellEmails: "Pacific.Team@mfat.example",
  ...more,
});

async function newRound(more: Partial<KeptRound> = {}) {
  const kept = round(more);
  await createRound(await desk(), request(), kept);
  const { id } = await db().round.findUniqueOrThrow({ where: { name: kept.name } });
  return { kept, round: await getRound(await desk(), id) };
}

test("a round is kept as it was typed: its times in New Zealand, its questions by line, its money", async () => {
  const { round: made } = await newRound();
  expect(made).toMatchObject({
    opensAt: new Date("2027-01-31T11:00:00Z"),
    closesAt: new Date("2027-03-30T23:00:00Z"),
    moneyCents: 50_000_000n,
    checklist: ["One?", "Two?"],
    tellEmails: ["pacific.team@mfat.example"],
    criteriaVersion: 1,
    revision: 1,
  });
  expect(made.criteria.map(({ weight }) => weight)).toEqual([25, 20, 15, 20, 20]);
  const told = await db().email.findMany({ where: { subject: { contains: made.name } }, select: { to: true } });
  expect(told.map(({ to }) => to).sort()).toEqual(["pacific.team@mfat.example", "psf@mfat.govt.nz"]);
});

test.each<[Partial<KeptRound>, string]>([
  [{ closesOn: day("2027-01-31") }, "closesOn-day"],
  [{ closesTime: "25:00" }, "closesTime"],
  [{ closesTime: "5 pm" }, "closesTime"],
  [{ closesOn: null }, "closesOn-day"],
  [{ tellEmails: "one@mfat.example\nnobody" }, "tellEmails"],
  [{ checklist: Array(21).fill("Really?").join("\n") }, "checklist"],
  [{ checklist: "x".repeat(201) }, "checklist"],
])("what is wrong with a round is said at its place: %o", async (more, field) => {
  const before = await db().round.count();
  await expect(newRound(more)).rejects.toMatchObject({ code: "INVALID", fields: { [field]: expect.any(String) } });
  expect(await db().round.count()).toBe(before);
});

test("of two who change a round at once the second is told, and a name is taken once", async () => {
  const { kept, round: made } = await newRound();
  const change = async (name: string, revision: number) =>
    changeRound(await desk(), { ...request(), revision }, made.id, { ...kept, name });
  await change(`${kept.name} b`, 1);
  await expect(change(`${kept.name} c`, 1)).rejects.toMatchObject({ code: "CONFLICT" });
  const { kept: other } = await newRound();
  await expect(change(other.name, 2)).rejects.toMatchObject({ fields: { name: expect.any(String) } });
  const budget = await person("budget@mfat.example");
  await expect(changeRound(budget, { ...request(), revision: 2 }, made.id, kept)).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
  const event = await db().auditEvent.findFirstOrThrow({ where: { event: "round.changed" }, orderBy: { id: "desc" } });
  expect(event.data).toMatchObject({ before: { name: kept.name }, after: { name: `${kept.name} b` } });
});

const typed = (...criteria: { name: string; weight: string }[]): Values =>
  Object.assign(
    {},
    ...criteria.map(({ name, weight }, index) => ({
      [criterionInput(index, "name")]: name,
      [criterionInput(index, "weight")]: weight,
      [criterionInput(index, "sections")]: ["need"],
      ...Object.fromEntries([0, 1, 2, 3, 4].map((score) => [criterionInput(index, `anchor${score}`), `Is ${score}`])),
    })),
  );

test("weights add up to 100, names are different, and a criterion has all its anchors", () => {
  const [name, weight] = [criterionInput(0, "name"), criterionInput(0, "weight")];
  const errorsOf = (values: Values) => parseCriteria(values, ["need"]).errors;
  expect(errorsOf({})).toEqual({ [name]: "Enter at least one criterion" });
  expect(errorsOf(typed({ name: "Need", weight: "99" }))).toEqual({
    [weight]: "Weights must add up to 100; they add up to 99",
  });
  const [half, twice] = [{ name: "Need", weight: "50" }, criterionInput(1, "name")];
  expect(errorsOf(typed(half, half))).toEqual({ [twice]: "There is already a criterion with this name" });
  const anchor = criterionInput(0, "anchor3");
  expect(errorsOf({ ...typed({ name: "Need", weight: "100" }), [anchor]: "" })).toEqual({
    [anchor]: "Enter what 3 (adequate) means",
  });
  expect(errorsOf({ ...typed({ name: "Need", weight: "1.5" }) })).toHaveProperty(weight);
  expect(
    errorsOf({ ...typed({ name: "Need", weight: "100" }), [criterionInput(0, "sections")]: ["nowhere"] }),
  ).toHaveProperty(criterionInput(0, "sections"));
  expect(parseCriteria(typed(half, { name: "Value", weight: "50" }), ["need"]).data).toHaveLength(2);
});

test("an application keeps the criteria that it was accepted with, whatever the desk changes later", async () => {
  const actor = await desk();
  const [waiting, read] = await Promise.all(
    (["SUBMITTED", "MODERATION"] as const).map((state) =>
      db().application.findFirstOrThrow({ where: { state, heldAt: null }, include: { round: true } }),
    ),
  );
  if (!waiting || !read) throw never();
  await unguarded().application.update({ where: { id: waiting.id }, data: { roundId: read.roundId } });
  const before = await listCriteria(db(), read);
  const { data } = parseCriteria(typed({ name: "Need", weight: "60" }, { name: "Value", weight: "40" }), ["need"]);
  await changeCriteria(actor, { ...request(), revision: read.round.revision }, read.roundId, data ?? []);
  await declareNone(actor.personId, { id: read.id });
  expect(await listCriteria(db(), await getApplication(actor, read.reference))).toEqual(before);
  await declareNone(actor.personId, { id: waiting.id });
  await acceptForAssessment(actor, { ...request(), revision: waiting.revision }, waiting.reference, ALL_YES);
  const accepted = await getApplication(actor, waiting.reference);
  expect((await listCriteria(db(), accepted)).map(({ name }) => name)).toEqual(["Need", "Value"]);
  await expect(db().criterion.updateMany({ data: { weight: 1 } })).rejects.toThrow(/permission denied/);
});

const ALL_YES: Values = Object.fromEntries(STARTING_CHECKLIST.map((_, position) => [checkInput(position), "YES"]));

test("a screening is kept as far as it has come; with a no it is not accepted, and what was answered stays on record", async () => {
  const actor = await desk();
  const { id, reference } = await db().application.findFirstOrThrow({ where: { state: "CHANGES_REQUESTED" } });
  const { revision } = await leadTo(reference, "SUBMITTED");
  await declareNone(actor.personId, { id });
  await saveScreening(actor, reference, { [checkInput(1)]: "NO", [noteInput(1)]: "One place is not in the Pacific" });
  const screening = await readScreening(actor, id);
  expect(screening?.checks.map(({ answer }) => answer)).toEqual([null, "NO", null, null, null]);
  const accept = (values: Values) => acceptForAssessment(actor, { ...request(), revision }, reference, values);
  await expect(accept({ ...ALL_YES, [checkInput(1)]: "NO" })).rejects.toMatchObject({
    fields: { [checkInput(1)]: expect.stringContaining("decline it as ineligible") },
  });
  await expect(accept({ ...ALL_YES, [checkInput(4)]: "" })).rejects.toMatchObject({
    fields: { [checkInput(4)]: expect.stringMatching(/^Answer/) },
  });
  await accept({ ...ALL_YES, [checkInput(3)]: "NOT_APPLICABLE" });
  const kept = await readScreening(actor, id);
  expect(kept?.checks[3]).toMatchObject({ question: STARTING_CHECKLIST[3], answer: "NOT_APPLICABLE" });
  await expect(saveScreening(actor, reference, {})).rejects.toMatchObject({ code: "STATE" });
});

async function scored(actor: MfatActor, reference: string): Promise<void> {
  const application = await db().application.findUniqueOrThrow({ where: { reference }, include: { round: true } });
  const criteria = await listCriteria(db(), application);
  await declareNone(actor.personId, { reference });
  await completeAssessment(
    actor,
    { ...request(), revision: application.revision },
    reference,
    Object.fromEntries(
      criteria.flatMap(({ id }) => [
        [scoreInput(id), "3"],
        [commentInput(id), "Sound"],
      ]),
    ),
  );
}

test("assessors are taken off and replaced, and read each other's scores once all are complete", async () => {
  const actor = await desk();
  const { id, reference } = await db().application.findFirstOrThrow({ where: { state: "ASSESSMENT" } });
  await declareNone(actor.personId, { id });
  const [first, second, third] = await Promise.all([1, 2, 3].map((which) => person(`assessor${which}@mfat.example`)));
  if (!first || !second || !third) throw never();
  const step = async () => {
    const { revision } = await db().application.findUniqueOrThrow({ where: { id } });
    return { ...request(), revision };
  };
  const dueOn = day("2099-01-01");
  const ids = [first, second, third].map(({ personId }) => personId);
  await expect(
    assignAssessors(actor, await step(), reference, { assessors: ids, dueOn: day("2020-01-01") }),
  ).rejects.toMatchObject({ fields: { "dueOn-day": expect.any(String) } });
  await assignAssessors(actor, await step(), reference, { assessors: ids, dueOn });
  const open = await db().assessment.findFirstOrThrow({ where: { applicationId: id, status: "ASSIGNED" } });
  await unassignAssessor(actor, await step(), reference, { assessor: open.assessorId, reason: "On leave" });
  const gone = [first, second, third].find(({ personId }) => personId === open.assessorId) ?? never();
  await expect(getApplication(gone, reference)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(
    unassignAssessor(actor, await step(), reference, { assessor: open.assessorId, reason: "Again" }),
  ).rejects.toMatchObject({ code: "INVALID" });
  await assignAssessors(actor, await step(), reference, { assessors: [open.assessorId], dueOn });
  const left = await db().assessment.findMany({ where: { applicationId: id, status: "ASSIGNED" } });
  const reader = async (by: MfatActor) => readAssessments(by, await getApplication(by, reference));
  for (const [index, { assessorId }] of left.entries()) {
    const by = [first, second, third].find(({ personId }) => personId === assessorId) ?? never();
    await scored(by, reference);
    const others = (await reader(by)).assessments.filter((one) => one.assessorId !== assessorId);
    const isLast = index === left.length - 1;
    expect(others.filter(({ total }) => total !== null).length > 0).toBe(isLast);
  }
});

test("every round is listed with the criteria that it has now", async () => {
  for (const { criteria } of await listRounds(await desk())) {
    expect(criteria.reduce((sum, { weight }) => sum + weight, 0)).toBe(100);
  }
});

import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createApplication } from "#lib/applications/commands.ts";
import { getApplication, readScreening } from "#lib/applications/queries.ts";
import { checkInput, noteInput } from "#lib/applications/schema.ts";
import { acceptForAssessment, saveScreening } from "#lib/applications/screening/commands.ts";
import { assignAssessors, completeAssessment, unassignAssessor } from "#lib/assessments/commands.ts";
import { readAssessments } from "#lib/assessments/queries.ts";
import { commentInput, scoreInput } from "#lib/assessments/schema.ts";
import type { Values } from "#lib/form/fields.ts";
import { asAgency, asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays, dayOf, formatDueDay } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { declareNone, leadTo, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { readFilterLists } from "#lib/views/queries.ts";
import { listBreaches } from "#lib/workflow/held/queries.ts";
import { changeCriteria, changeRound, createRound, publishRound, takeBackRound } from "./commands.ts";
import {
  getRound,
  listAnnouncedRounds,
  listCriteria,
  listOpenCriteria,
  listOpenRounds,
  listRounds,
} from "./queries.ts";
import { parseCriteria } from "./rules.ts";
import { criterionInput, type KeptRound, STARTING_CHECKLIST } from "./schema.ts";

useTestDatabase("template_demo");

const person = async (email: string) => asMfat((await findActor(email)) ?? never());
const never = () => {
  throw new Error("The demo has no such person.");
};
const contributor = async () => asAgency((await findActor("contributor@police.example")) ?? never());
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
  // Of a year to come: a round that has closed is not published.
  const year = now().getUTCFullYear() + 1;
  const { round: made } = await newRound({ opensOn: day(`${year}-02-01`), closesOn: day(`${year}-03-31`) });
  expect(made).toMatchObject({
    opensAt: new Date(`${year}-01-31T11:00:00Z`),
    closesAt: new Date(`${year}-03-30T23:00:00Z`),
    moneyCents: 50_000_000n,
    checklist: ["One?", "Two?"],
    tellEmails: ["pacific.team@mfat.example"],
    criteriaVersion: 1,
    revision: 1,
  });
  expect(made.criteria.map(({ weight }) => weight)).toEqual([25, 20, 15, 20, 20]);
  expect(await toldOf(made.name)).toEqual([]);
  await publishRound(await desk(), { ...request(), revision: 1 }, made.id);
  expect(await toldOf(made.name)).toEqual(["pacific.team@mfat.example", "psf@mfat.govt.nz"]);
});

const toldOf = async (name: string) => {
  const told = await db().email.findMany({ where: { subject: { contains: name } }, select: { to: true } });
  return told.map(({ to }) => to).sort();
};

/** A published round that is open, as `at` has it. */
async function openRound(at = now()) {
  const [opensOn, closesOn] = [addDays(dayOf(at), -2), addDays(dayOf(at), 30)];
  const made = await newRound({ opensOn, closesOn, closesTime: "5 pm" });
  await publishRound(await desk(), { ...request(), revision: 1 }, made.round.id);
  return { kept: made.kept, round: await getRound(await desk(), made.round.id) };
}

test("a drafted round is public nowhere, and nobody applies in it, until it is published", async () => {
  const at = now();
  const { round: made, kept } = await newRound({ opensOn: addDays(dayOf(at), -2), closesOn: addDays(dayOf(at), 30) });
  const names = async () => [
    (await listOpenRounds(at)).some(({ id }) => id === made.id),
    (await listAnnouncedRounds(at)).some(({ id }) => id === made.id),
    (await listOpenCriteria(at)).some((group) => group.names.includes(made.name)),
    (await listRounds(await person("assessor1@mfat.example"))).some(({ id }) => id === made.id),
    ((await readFilterLists(await person("budget@mfat.example"))).rounds ?? []).some(({ value }) => value === made.id),
  ];
  expect(await names()).toEqual([false, false, false, false, false]);
  expect((await listRounds(await desk())).some(({ id }) => id === made.id)).toBe(true);
  const begin = async () => createApplication(await contributor(), request(), made.id);
  await expect(begin()).rejects.toMatchObject({ fields: { round: expect.any(String) } });
  const data = await db().application.findFirstOrThrow({ where: { state: "DRAFT" } });
  const forged = { ...data, id: randomUUID(), reference: "PSF-2026-9998", roundId: made.id };
  await expect(db().application.create({ data: forged })).rejects.toThrow(/Application_in_published_round/);
  await changeRound(await desk(), { ...request(), revision: 1 }, made.id, { ...kept, minimumAssessments: 3 });
  expect(await toldOf(made.name)).toEqual([]);
  await publishRound(await desk(), { ...request(), revision: 2 }, made.id);
  expect(await names()).toEqual([true, true, true, true, true]);
  const again = publishRound(await desk(), { ...request(), revision: 3 }, made.id);
  await expect(again).rejects.toMatchObject({ code: "STATE" });
  await begin();
  expect(await listBreaches()).toEqual([]);
});

test("a round that would have closed is not published, and one that nobody uses is taken back", async () => {
  const { round: over } = await newRound({ opensOn: day("2024-02-01"), closesOn: day("2024-03-29") });
  const publish = publishRound(await desk(), { ...request(), revision: 1 }, over.id);
  await expect(publish).rejects.toThrow(/Friday 29 March 2024, 12:00 pm NZDT, which has passed/);
  const { round: made } = await openRound();
  const reason = "Announced by mistake";
  await takeBackRound(await desk(), { ...request(), revision: made.revision }, made.id, { reason });
  expect((await getRound(await desk(), made.id)).publishedAt).toBeNull();
  expect(await toldOf(`taken back: ${made.name}`)).toEqual(["pacific.team@mfat.example", "psf@mfat.govt.nz"]);
  expect(await listBreaches()).toEqual([]);
  const { round: used } = await openRound();
  await createApplication(await contributor(), request(), used.id);
  const back = takeBackRound(await desk(), { ...request(), revision: used.revision }, used.id, { reason });
  await expect(back).rejects.toThrow(/An agency has started an application/);
  const forged = db().round.update({ where: { id: used.id }, data: { publishedAt: null } });
  await expect(forged).rejects.toThrow(/Round_taken_back_unused/);
});

test("of one who begins an application and one who takes the round back at once, one is refused", async () => {
  const reason = "Announced by mistake";
  for (const _turn of [1, 2, 3]) {
    const { round: made } = await openRound();
    const back = takeBackRound(await desk(), { ...request(), revision: made.revision }, made.id, { reason });
    const both = await Promise.allSettled([createApplication(await contributor(), request(), made.id), back]);
    expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const begun = await db().application.count({ where: { roundId: made.id } });
    const { publishedAt } = await db().round.findUniqueOrThrow({ where: { id: made.id } });
    expect(begun === 0 || publishedAt !== null).toBe(true);
  }
});

test("who writes or signs off an application in a round is told by mail when its closing moves", async () => {
  const actor = await desk();
  const { round: made, kept } = await openRound();
  const reference = await createApplication(await contributor(), request(), made.id);
  const signed = await createApplication(await contributor(), request(), made.id);
  await leadTo(signed, "SIGN_OFF");
  const submitted = await createApplication(await contributor(), request(), made.id);
  await leadTo(submitted, "WITHDRAWN");
  const move = async (closesOn: Date, isSure?: boolean) => {
    const { revision } = await getRound(actor, made.id);
    await changeRound(actor, { ...request(), revision }, made.id, { ...kept, closesOn }, isSure);
  };
  const mails = (of: string, how: string) =>
    db().email.findMany({
      where: { subject: { contains: `${of}: closing time moved ${how}` } },
      orderBy: { to: "asc" },
    });
  const closesOn = kept.closesOn ?? never();
  await move(addDays(closesOn, 7));
  const [mail] = await mails(reference, "later");
  const { email } = await contributor();
  expect(mail?.to).toBe(email);
  for (const on of [closesOn, addDays(closesOn, 7)]) expect(mail?.text).toContain(`${formatDueDay(on)}, 5:00 pm`);
  const certifiers = await db().person.findMany({
    where: { agencyId: (await contributor()).agencyId, endedAt: null, roles: { some: { role: "CERTIFIER" } } },
  });
  const asked = [email, ...certifiers.map((one) => one.email)].sort();
  expect((await mails(signed, "later")).map(({ to }) => to)).toEqual(asked);
  expect(await mails(submitted, "later")).toEqual([]);
  await expect(move(closesOn)).rejects.toMatchObject({
    fields: { closesEarlier: expect.stringContaining("2 applications") },
    questions: [{ name: "closesEarlier" }],
  });
  expect(await mails(reference, "earlier")).toEqual([]);
  await move(closesOn, true);
  expect(await mails(reference, "earlier")).toHaveLength(1);
});

test("a round is copied with the criteria that it has now", async () => {
  const actor = await desk();
  const { round: made } = await newRound();
  const { data } = parseCriteria(typed({ name: "Need", weight: "60" }, { name: "Value", weight: "40" }), ["need"]);
  await changeCriteria(actor, { ...request(), revision: 1 }, made.id, data ?? []);
  const next = round();
  await createRound(actor, request(), next, made.id);
  const { id } = await db().round.findUniqueOrThrow({ where: { name: next.name } });
  const { criteria, publishedAt } = await getRound(actor, id);
  expect([criteria.map(({ name, weight }) => [name, weight]), publishedAt]).toEqual([
    [
      ["Need", 60],
      ["Value", 40],
    ],
    null,
  ]);
});

test.each<[Partial<KeptRound>, string]>([
  [{ closesOn: day("2027-01-31") }, "closesOn-day"],
  [{ closesTime: "25:00" }, "closesTime"],
  [{ closesTime: "5" }, "closesTime"],
  [{ closesOn: day("2027-09-26"), closesTime: "2:30 am" }, "closesTime"],
  [{ closesTime: "00:00" }, "closesTime"],
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
  const change = async (reason?: string) =>
    changeCriteria(actor, { ...request(), revision: read.round.revision }, read.roundId, data ?? [], reason);
  const scored = await db().application.count({ where: { roundId: read.roundId, criteriaVersion: { not: null } } });
  await expect(change()).rejects.toMatchObject({
    fields: { reason: expect.stringContaining(`${scored} application`) },
    questions: [{ name: "reason" }],
  });
  await change("Value counts for more this year.");
  const event = await db().auditEvent.findFirstOrThrow({
    where: { event: "round.criteriaChanged" },
    orderBy: { id: "desc" },
  });
  expect(event.data).toMatchObject({ accepted: scored, reason: "Value counts for more this year." });
  const { measured } = await readAssessments(
    await person("auditor@mfat.example"),
    await getApplication(await person("auditor@mfat.example"), read.reference),
  );
  expect(measured).toMatch(/^Scored on version 1 of the criteria. The round now has version 2/);
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

// What waits on whom: by role, state, delegation and separation of duties, the longest wait first.

import { beforeEach, expect, test } from "vitest";
import { formNumberNow } from "#lib/applications/form/releases.ts";
import { type SectionKey, WRITTEN_SECTIONS } from "#lib/applications/form/sections.ts";
import { getApplication } from "#lib/applications/queries.ts";
import { listDeciders } from "#lib/decisions/queries.ts";
import { type Actor, asMfat, type MfatActor, type Role } from "#lib/lifecycle/permissions.ts";
import type { Obstacles } from "#lib/lifecycle/steps.ts";
import { findActor } from "#lib/people/queries.ts";
import { dayOf } from "#lib/platform/dates.ts";
import type { DutyKind, State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { declareNone, keepForm, unguarded, useTestDatabase } from "#lib/test-database.ts";
import { listObstacles } from "#lib/workflow/queries.ts";
import { listPipeline, listWork } from "./queries.ts";

useTestDatabase();

let number = 0;
let agencyId = "";
let roundId = "";
let authorId = "";

/** Each test has a round of its own; what the tests before left waiting is put out of the way. */
beforeEach(async () => {
  await unguarded().application.updateMany({ data: { state: "CLOSED" } });
  agencyId = (await db().agency.findFirstOrThrow()).id;
  roundId = (await db().round.create({ data: { name: `Round ${++number}`, opensAt: new Date(0) } })).id;
  authorId = (await somebody("DESK")).personId;
});

async function somebody(...roles: Role[]): Promise<MfatActor> {
  const email = `work${++number}@mfat.example`;
  const data = roles.map((role) => ({ role }));
  const ties = roles.includes("ADVISER") ? { adviseOn: "Law" } : {};
  await unguarded().person.create({ data: { email, name: email, side: "MFAT", ...ties, roles: { create: data } } });
  return found(email);
}

async function approver(limitCents: bigint | null): Promise<MfatActor> {
  const { personId, email } = await somebody("APPROVER");
  await unguarded().delegation.create({ data: { personId, limitCents } });
  return found(email);
}

async function found(email: string): Promise<MfatActor> {
  const actor = await findActor(email);
  if (!actor) throw new Error("nobody");
  return asMfat(actor);
}

type Given = { daysAgo?: number; recommendedCents?: bigint; isHeld?: boolean };

async function application(state: State, { daysAgo = 1, recommendedCents, isHeld }: Given = {}) {
  const reference = `PSF-2026-${String(++number).padStart(4, "0")}`;
  const { id } = await unguarded().application.create({
    data: {
      reference,
      state,
      versionNumber: 1,
      title: reference,
      agencyId,
      roundId,
      createdById: authorId,
      stateSince: day(-daysAgo),
      requestedCents: 500n,
      recommendedCents: recommendedCents ?? null,
      formNumber: formNumberNow(),
      heldAt: isHeld ? day(0) : null,
    },
  });
  return { id, reference };
}

const day = (offset: number): Date => new Date(Date.UTC(2026, 10, 24 + offset));
async function duty(applicationId: string, { personId }: MfatActor, kind: DutyKind): Promise<void> {
  if (kind !== "ASSESS") await declareNone(personId, { id: applicationId });
  await db().duty.create({ data: { applicationId, personId, side: "MFAT", kind } });
}

async function assign(applicationId: string, assessor: MfatActor, assignedAt: Date): Promise<void> {
  await duty(applicationId, assessor, "ASSESS");
  await unguarded().assessment.create({
    data: { applicationId, assessorId: assessor.personId, versionNumber: 1, assignedById: authorId, assignedAt },
  });
}

async function finish(applicationId: string, { personId }: MfatActor, status: "COMPLETE" | "RECUSED", at: Date) {
  const hasInterest = status === "RECUSED";
  await unguarded().interestDeclaration.create({
    data: { applicationId, personId, hasInterest, isRecused: hasInterest, declaredAt: at },
  });
  await unguarded().assessment.update({
    where: { applicationId_assessorId: { applicationId, assessorId: personId } },
    data: { status, completedAt: status === "COMPLETE" ? at : null },
  });
}

async function acquit(applicationId: string, submittedAt: Date, surplusConfirmedAt: Date | null): Promise<void> {
  const sent = { formHash: await keepForm("ACQUITTAL"), agencyName: "-", submitterName: "-", submittedById: authorId };
  await unguarded().acquittal.create({
    data: { ...sent, applicationId, actualCents: 0n, outcome: "Done", submittedAt, surplusConfirmedAt },
  });
}

const waiting = async (actor: MfatActor) =>
  (await listWork(actor)).items.map(({ reference, step, since }) => [reference, step, since]);

test("the desk: what it moves on, the longest wait first, each with its step", async () => {
  const desk = await somebody("DESK");
  const approved = await application("APPROVED", { daysAgo: 2 });
  const unsuccessful = await application("UNSUCCESSFUL", { daysAgo: 4 });
  const submitted = await application("SUBMITTED", { daysAgo: 9 });
  const moderated = await application("MODERATION", { daysAgo: 5 });
  const closing = await application("CLOSING", { daysAgo: 50 });
  await acquit(closing.id, day(-40), day(-3));
  const unconfirmed = await application("CLOSING", { daysAgo: 50 });
  await acquit(unconfirmed.id, day(-40), null);
  for (const state of [
    "DRAFT",
    "SIGN_OFF",
    "CHANGES_REQUESTED",
    "BUDGET_CHECK",
    "DECISION",
    "OFFERED",
    "ACTIVE",
  ] as const)
    await application(state);
  expect(await waiting(desk)).toEqual([
    [submitted.reference, "screen", day(-9)],
    [moderated.reference, "recommend", day(-5)],
    [unsuccessful.reference, "sendDecisionLetter", day(-4)],
    [closing.reference, "close", day(-3)],
    [approved.reference, "sendOffer", day(-2)],
  ]);
});

test("an assessment waits on the desk with too few assessors and with enough complete, on assessors in between", async () => {
  const desk = await somebody("DESK");
  const [one, two, three] = [await somebody("ASSESSOR"), await somebody("ASSESSOR"), await somebody("ASSESSOR")];
  const { id, reference } = await application("ASSESSMENT", { daysAgo: 20 });
  expect(await waiting(desk)).toEqual([[reference, "assignAssessors", day(-20)]]);
  await assign(id, one, day(-18));
  await assign(id, two, day(-17));
  expect(await waiting(desk)).toEqual([]);
  expect(await waiting(one)).toEqual([[reference, "declareInterests", day(-18)]]);
  expect(await waiting(three)).toEqual([]);
  await finish(id, one, "RECUSED", day(-15));
  expect(await waiting(one)).toEqual([]);
  expect(await waiting(desk)).toEqual([[reference, "assignAssessors", day(-15)]]);
  await assign(id, three, day(-14));
  await unguarded().interestDeclaration.create({
    data: { applicationId: id, personId: two.personId, hasInterest: false, isRecused: false },
  });
  expect(await waiting(two)).toEqual([[reference, "completeAssessment", day(-17)]]);
  await unguarded().assessment.update({
    where: { applicationId_assessorId: { applicationId: id, assessorId: two.personId } },
    data: { status: "COMPLETE", completedAt: day(-12) },
  });
  expect(await waiting(desk)).toEqual([]);
  await finish(id, three, "COMPLETE", day(-11));
  expect(await waiting(desk)).toEqual([[reference, "startModeration", day(-11)]]);
});

test("a step that somebody may not take because of another duty does not wait on them", async () => {
  const both = await somebody("DESK", "BUDGET");
  const other = await somebody("BUDGET");
  const { id, reference } = await application("BUDGET_CHECK", { recommendedCents: 100n });
  expect(await waiting(both)).toHaveLength(1);
  await duty(id, both, "RECOMMEND");
  expect(await waiting(both)).toEqual([]);
  await duty(id, other, "CHECK_BUDGET");
  expect(await waiting(other)).toEqual([[reference, "confirmBudget", day(-1)]]);
});

test("the budget officer confirms the surplus once the acquittal is submitted", async () => {
  const budget = await somebody("BUDGET");
  const { id, reference } = await application("CLOSING", { daysAgo: 30 });
  expect(await waiting(budget)).toEqual([]);
  await acquit(id, day(-6), null);
  expect(await waiting(budget)).toEqual([[reference, "confirmSurplus", day(-6)]]);
});

test("an approver decides to the cent within the delegation; none is nothing, no limit is everything", async () => {
  const { reference } = await application("DECISION", { recommendedCents: 1_000n });
  expect(await waiting(await approver(999n))).toEqual([]);
  expect(await waiting(await approver(1_000n))).toEqual([[reference, "decide", day(-1)]]);
  expect(await waiting(await approver(null))).toHaveLength(1);
  expect(await waiting(await somebody("APPROVER"))).toEqual([]);
});

/** What is in the way, in sentences; steps for which there is nothing to do are left out. */
async function obstacles(actor: Actor, reference: string): Promise<Obstacles> {
  if (actor.side === "MFAT") await declareNone(actor.personId, { reference });
  const found = Object.entries(await listObstacles(actor, await getApplication(actor, reference)));
  return Object.fromEntries(found.filter(([, sentence]) => sentence !== null));
}

test("sending for sign-off waits for every section that has to be written, and for no file", async () => {
  const { id, reference } = await application("DRAFT");
  const contributor: Actor = {
    side: "AGENCY",
    personId: authorId,
    name: "Contributor",
    email: "contributor@agency.example",
    roles: new Set(["CONTRIBUTOR"]),
    agencyId,
    agencyName: "Agency",
  };
  expect(await obstacles(contributor, reference)).toEqual({ sendForSignOff: "10 sections are not complete yet." });
  const write = (section: SectionKey) =>
    db().applicationSection.create({
      data: { applicationId: id, section, values: {}, isComplete: true, savedById: authorId },
    });
  const [last, ...others] = WRITTEN_SECTIONS.filter((key) => key !== "files");
  for (const section of others) await write(section);
  expect(await obstacles(contributor, reference)).toEqual({ sendForSignOff: "1 section is not complete yet." });
  await write(last ?? "need");
  expect(await obstacles(contributor, reference)).toEqual({
    sendForSignOff: expect.stringMatching(/^Your agency has no certifier .* Ask the fund desk, psf@mfat\.govt\.nz/),
  });
  const roles = { create: { role: "CERTIFIER" as const } };
  const certifier = { email: "certifier@agency.example", name: "Certifier", side: "AGENCY" as const, agencyId, roles };
  await unguarded().person.create({ data: certifier });
  expect(await obstacles(contributor, reference)).toEqual({});
});

test("a step that another duty rules out is not offered, and says why", async () => {
  const both = await somebody("DESK", "BUDGET", "APPROVER");
  const { id, reference } = await application("BUDGET_CHECK", { recommendedCents: 100n });
  expect(await obstacles(both, reference)).toEqual({});
  await duty(id, both, "RECOMMEND");
  const why = "You made a recommendation on it, so somebody else needs to take this step.";
  expect(await obstacles(both, reference)).toEqual({ confirmBudget: why, returnRecommendation: why });
  const checker = await somebody("DESK", "BUDGET");
  await duty(id, checker, "CHECK_BUDGET");
  expect(await obstacles(checker, reference)).toEqual({
    takeBackRecommendation: expect.stringContaining("its budget"),
  });
  await unguarded().application.update({ where: { id }, data: { state: "DECISION" } });
  expect(await obstacles(both, reference)).toMatchObject({ approve: why, decline: why, returnRecommendation: why });
  await unguarded().application.update({ where: { id }, data: { state: "APPROVED" } });
  expect(await obstacles(both, reference)).toEqual({ reopenDecision: why });
  await unguarded().application.update({ where: { id }, data: { state: "OFFERED" } });
  expect(await obstacles(both, reference)).toEqual({});
});

test("moderation waits for the round's number of assessments, and says how many are complete", async () => {
  const desk = await somebody("DESK");
  await somebody("ADVISER");
  const [one, two] = [await somebody("ASSESSOR"), await somebody("ASSESSOR")];
  const { id, reference } = await application("ASSESSMENT");
  await assign(id, one, day(-5));
  await assign(id, two, day(-5));
  await finish(id, one, "COMPLETE", day(-4));
  expect(await obstacles(desk, reference)).toEqual({ startModeration: expect.stringContaining("1 of 2 assessments") });
  await finish(id, two, "COMPLETE", day(-3));
  expect(await obstacles(desk, reference)).toEqual({});
});

test("a recommendation waits until scores are agreed for every criterion", async () => {
  const desk = await somebody("DESK");
  await somebody("ADVISER");
  const { id, reference } = await application("MODERATION");
  const criterion = { name: "Need", weight: 100, anchors: [], position: 1, roundId };
  const { id: criterionId } = await db().criterion.create({ data: criterion });
  expect(await obstacles(desk, reference)).toEqual({ recommend: expect.stringContaining("(0 agreed)") });
  const agreed = { applicationId: id, criterionId, score: 3, comment: "Agreed", agreedById: authorId };
  await unguarded().agreedScore.create({ data: agreed });
  expect(await obstacles(desk, reference)).toEqual({});
});

test("above the delegation an approver may approve less or return it, and is told who may decline it", async () => {
  const { id, reference } = await application("DECISION", { recommendedCents: 1_000n });
  const small = await approver(999n);
  const none = await somebody("APPROVER");
  const enough = await approver(1_000n);
  const busy = await approver(null);
  await duty(id, busy, "RECOMMEND");
  const why = expect.stringMatching(
    new RegExp(`^\\$10\\.00 is recommended, but you can only decide up to \\$9\\.99\\. .*${enough.name}`),
  );
  expect(await obstacles(small, reference)).toEqual({ decline: why });
  expect((await obstacles(small, reference)).decline).not.toContain(busy.name);
  expect(Object.keys(await obstacles(none, reference))).toEqual(["approve", "decline"]);
  expect(await obstacles(enough, reference)).toEqual({});
});

test("what a deputy may decide waits on them, on their days and where the approver has no other part", async () => {
  const [chief, deputy] = [await approver(null), await approver(999n)];
  const { id, reference } = await application("DECISION", { recommendedCents: 1_000n });
  const other = await application("DECISION", { recommendedCents: 1_000n });
  await duty(other.id, chief, "RECOMMEND");
  const today = dayOf(new Date());
  const naming = await unguarded().deputy.create({
    data: { approverId: chief.personId, deputyId: deputy.personId, fromOn: today, toOn: today },
  });
  expect((await waiting(deputy)).map(([one]) => one)).toEqual([reference]);
  expect(await obstacles(deputy, reference)).toEqual({});
  expect(await listDeciders(id, 1_000n)).toEqual(expect.arrayContaining([chief.name, deputy.name]));
  await unguarded().deputy.update({
    where: { id: naming.id },
    data: { endedAt: new Date(), endedById: chief.personId },
  });
  expect(await waiting(deputy)).toEqual([]);
  expect(await listDeciders(id, 1_000n)).not.toContain(deputy.name);
});

test("closing takes its three steps one after the other", async () => {
  const desk = await somebody("DESK");
  const { id, reference } = await application("CLOSING");
  await declareNone(desk.personId, { reference });
  const steps = ["close", "confirmSurplus", "recordRecovery", "submitAcquittal"] as const;
  const blocked = async () => {
    const standing = await listObstacles(desk, await getApplication(desk, reference));
    return steps.filter((step) => step in standing);
  };
  expect(await blocked()).toEqual(["close", "confirmSurplus", "recordRecovery"]);
  await acquit(id, day(-6), null);
  expect(await blocked()).toEqual(["close", "recordRecovery", "submitAcquittal"]);
  await unguarded().acquittal.updateMany({ where: { applicationId: id }, data: { surplusConfirmedAt: day(-5) } });
  expect(await blocked()).toEqual(["confirmSurplus", "recordRecovery", "submitAcquittal"]);
});

test("what is on hold is counted and not listed; an auditor and an administrator are asked nothing", async () => {
  await application("SUBMITTED", { isHeld: true });
  await application("SUBMITTED");
  expect(await listWork(await somebody("DESK"))).toMatchObject({
    count: 1,
    heldCount: 1,
    items: [{ amountOf: "requested" }],
  });
  expect(await listWork(await somebody("AUDITOR", "ADMINISTRATOR"))).toEqual({ items: [], count: 0, heldCount: 0 });
});

test("an application says whom it waits on since when: each of a state's offices in turn, and the desk while on hold", async () => {
  const desk = await somebody("DESK");
  const assessors = [await somebody("ASSESSOR"), await somebody("ASSESSOR")] as const;
  const waitingOf = async (reference: string) => (await getApplication(desk, reference)).waiting;
  const read = await application("ASSESSMENT", { daysAgo: 20 });
  expect(await waitingOf(read.reference)).toMatchObject({ role: "DESK", since: day(-20) });
  for (const assessor of assessors) await assign(read.id, assessor, day(-18));
  expect(await waitingOf(read.reference)).toMatchObject({ role: "ASSESSOR", since: day(-18) });
  for (const assessor of assessors) await finish(read.id, assessor, "COMPLETE", day(-11));
  expect(await waitingOf(read.reference)).toMatchObject({ role: "DESK", since: day(-11) });
  const closing = await application("CLOSING", { daysAgo: 50 });
  expect(await waitingOf(closing.reference)).toMatchObject({ role: "CERTIFIER", since: day(-50) });
  await acquit(closing.id, day(-40), null);
  expect(await waitingOf(closing.reference)).toMatchObject({ role: "BUDGET", since: day(-40) });
  const held = await application("BUDGET_CHECK", { isHeld: true });
  expect(await waitingOf(held.reference)).toMatchObject({ role: "DESK", since: day(0) });
  expect(await waitingOf((await application("CLOSED")).reference)).toBeNull();
});

test("an agency's people have work of their own, without what they may not take and what is another agency's", async () => {
  const person = async (...roles: Role[]): Promise<Actor> => {
    const email = `work${++number}@agency.example`;
    const data = roles.map((role) => ({ role }));
    await unguarded().person.create({
      data: { email, name: email, side: "AGENCY", agencyId, roles: { create: data } },
    });
    const actor = await findActor(email);
    if (!actor) throw new Error("nobody");
    return actor;
  };
  const [asked, certifier] = [await person("CONTRIBUTOR", "CERTIFIER"), await person("CERTIFIER")];
  const { id, reference } = await application("SIGN_OFF", { daysAgo: 3 });
  const other = await db().agency.findFirstOrThrow({ where: { id: { not: agencyId } } });
  await unguarded().application.update({
    where: { id: (await application("SIGN_OFF")).id },
    data: { agencyId: other.id },
  });
  const { personId } = asked;
  await db().duty.create({ data: { applicationId: id, personId, side: "AGENCY", agencyId, kind: "ASK_SIGN_OFF" } });
  const draft = await application("DRAFT", { daysAgo: 1 });
  const works = async (actor: Actor) => (await listWork(actor)).items.map((item) => [item.reference, item.step]);
  expect(await works(certifier)).toEqual([[reference, "signOffAndSubmit"]]);
  expect(await works(asked)).toEqual([[draft.reference, "sendForSignOff"]]);
});

test("what waits is due after the usual working days, or on the day that was set", async () => {
  const [desk, assessor] = [await somebody("DESK"), await somebody("ASSESSOR")];
  // Tuesday the 17th and five working days.
  const submitted = await application("SUBMITTED", { daysAgo: 7 });
  const { id, reference } = await application("ASSESSMENT");
  await assign(id, assessor, day(-5));
  await unguarded().assessment.updateMany({ where: { applicationId: id }, data: { dueOn: day(2) } });
  const dueOf = async (actor: MfatActor) => (await listWork(actor)).items.map((item) => [item.reference, item.dueOn]);
  expect((await dueOf(desk))[0]).toEqual([submitted.reference, day(0)]);
  expect(await dueOf(assessor)).toEqual([[reference, day(2)]]);
});

test("more than a page is counted in full", async () => {
  for (let each = 0; each < 105; each++) await application("SUBMITTED");
  const { items, count } = await listWork(await somebody("DESK"));
  expect([items.length, count]).toEqual([100, 105]);
});

test("the pipeline counts each state before the end; an assessor's is what is assigned", async () => {
  const assessor = await somebody("ASSESSOR");
  const { id } = await application("ASSESSMENT");
  await application("ASSESSMENT");
  for (const state of ["DRAFT", "SIGN_OFF", "ACTIVE", "CLOSED", "DECLINED"] as const) await application(state);
  const counts = async (actor: MfatActor) =>
    (await listPipeline(actor))
      .filter(({ count }) => count)
      .map(({ state, count, requestedCents }) => [state, count, requestedCents]);
  expect(await counts(await somebody("DESK"))).toEqual([
    ["ASSESSMENT", 2, 1_000n],
    ["ACTIVE", 1, 500n],
  ]);
  expect(await counts(assessor)).toEqual([]);
  await assign(id, assessor, day(0));
  // What is requested is read once they have declared.
  expect(await counts(assessor)).toEqual([["ASSESSMENT", 1, 0n]]);
  await declareNone(assessor.personId, { id });
  expect(await counts(assessor)).toEqual([["ASSESSMENT", 1, 500n]]);
});

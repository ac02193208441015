// What is waiting on whom: by role, state, delegation and separation of duties, the longest wait first.

import { randomUUID } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import { listDeciders } from "#lib/decisions/queries.ts";
import type { Actor, MfatActor, Role } from "#lib/lifecycle/permissions.ts";
import { FIRST_MAX } from "#lib/lifecycle/waits/rows/queries.ts";
import { findActor } from "#lib/people/queries.ts";
import { shiftClock } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { declareNone, unguarded } from "#lib/testing/database.ts";
import {
  acquit,
  agencyId,
  application,
  approver,
  assign,
  day,
  duty,
  finish,
  obstacles,
  somebody,
  useRounds,
  waiting,
} from "#lib/testing/work.ts";
import { listPipeline, listWork } from "./queries.ts";

useRounds();
afterEach(() => {
  shiftClock(0);
});

test("the desk: what it moves on, the longest wait first, each with its step", async () => {
  // On a day when only the first of them is overdue.
  shiftClock(day(0).getTime() - Date.now());
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

test("what is on hold is counted and not listed; an auditor and an administrator are asked nothing", async () => {
  await application("SUBMITTED", { isHeld: true });
  await application("SUBMITTED");
  expect(await listWork(await somebody("DESK"))).toMatchObject({
    count: 1,
    heldCount: 1,
    items: [{ amountOf: "requested" }],
  });
  expect(await listWork(await somebody("AUDITOR", "ADMINISTRATOR"))).toEqual({
    items: [],
    count: 0,
    heldCount: 0,
    hasMore: false,
  });
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
    const email = `${randomUUID()}@agency.example`;
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

test("what is overdue comes before what has waited longer", async () => {
  const assessor = await somebody("ASSESSOR");
  const [longer, overdue, most] = [
    await application("ASSESSMENT"),
    await application("ASSESSMENT"),
    await application("ASSESSMENT"),
  ];
  for (const [{ id }, since, dueOn] of [
    [longer, day(-9), day(2)],
    [overdue, day(-5), day(-1)],
    [most, day(-4), day(-3)],
  ] as const) {
    await assign(id, assessor, since);
    await unguarded().assessment.updateMany({ where: { applicationId: id }, data: { dueOn } });
  }
  expect((await listWork(assessor)).items.map(({ reference }) => reference)).toEqual(
    [most, overdue, longer].map(({ reference }) => reference),
  );
});

test("of each step a page is counted, and said where there is more", async () => {
  const desk = await somebody("DESK");
  const counted = async () => {
    const { items, count, hasMore } = await listWork(desk);
    return [items.length, count, hasMore];
  };
  for (let each = 0; each < FIRST_MAX; each++) await application("SUBMITTED");
  await application("APPROVED");
  expect(await counted()).toEqual([100, 101, false]);
  await application("SUBMITTED");
  expect(await counted()).toEqual([100, 101, true]);
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
  // They can read the requested amount once they have declared.
  expect(await counts(assessor)).toEqual([["ASSESSMENT", 1, 0n]]);
  await declareNone(assessor.personId, { id });
  expect(await counts(assessor)).toEqual([["ASSESSMENT", 1, 500n]]);
});

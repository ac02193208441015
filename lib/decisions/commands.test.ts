// Who may decide what, under whose delegation, and what a decision leaves behind.

import { randomUUID } from "node:crypto";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { endDeputy, nameDeputy } from "#lib/deputies/commands.ts";
import { listDelegations, listOwnDeputies } from "#lib/deputies/queries.ts";
import { type AgencyActor, asAgency, asMfat, type MfatActor, type Role } from "#lib/lifecycle/permissions.ts";
import { changePerson, endAccount } from "#lib/people/commands.ts";
import { findActor } from "#lib/people/queries.ts";
import { shiftClock } from "#lib/platform/clock.ts";
import { addDays, atTime, dayOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import type { DomainError } from "#lib/platform/errors.ts";
import { formatYear } from "#lib/platform/money.ts";
import { declareNone, useTestDatabase } from "#lib/test-database.ts";
import { listWork } from "#lib/work/queries.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import * as decisions from "./commands.ts";
import { currentConditions, getConditions, readDecisions } from "./queries.ts";
import { decidedYears } from "./rules.ts";

useTestDatabase();
afterEach(() => {
  shiftClock(0);
});

/** The clock stands at noon, so many days from today: a day is 23 or 25 hours long twice a year. */
const standOn = (days: number) => shiftClock(atTime(addDays(dayOf(new Date()), days), "12:00").getTime() - Date.now());
const LOW = 15_000_000n;
const AMOUNT = 20_000_000n;
let startYear = 0;
let agencyId = "";
let roundId = "";
let number = 0;
let desk: MfatActor;
let budget: MfatActor;
let certifier: AgencyActor;

beforeAll(async () => {
  startYear = (await db().financialYear.findFirstOrThrow({ orderBy: { startYear: "asc" } })).startYear;
  agencyId = (await db().agency.findFirstOrThrow()).id;
  roundId = (await db().round.create({ data: { name: "Decisions", opensAt: new Date(0) } })).id;
  [desk, budget] = [await somebody("DESK"), await somebody("BUDGET")];
  const email = "certifier@decisions.example";
  const roles = { create: { role: "CERTIFIER" as const } };
  await db().person.create({ data: { email, name: "Certifier", side: "AGENCY", agencyId, roles } });
  certifier = asAgency(await found(email));
});

async function found(email: string) {
  const actor = await findActor(email);
  if (!actor) throw new Error(`nobody has ${email}`);
  return actor;
}

async function somebody(...roles: Role[]): Promise<MfatActor> {
  const email = `decides${++number}@mfat.example`;
  const data = roles.map((role) => ({ role }));
  await db().person.create({ data: { email, name: `Person ${number}`, side: "MFAT", roles: { create: data } } });
  return asMfat(await found(email));
}

/** `limitCents` undefined: no delegation. */
async function approver(limitCents?: bigint | null): Promise<MfatActor> {
  const { personId, email } = await somebody("APPROVER");
  if (limitCents !== undefined) await db().delegation.create({ data: { personId, limitCents } });
  return asMfat(await found(email));
}

async function request(reference: string) {
  const { revision } = await db().application.findUniqueOrThrow({ where: { reference } });
  return { requestId: randomUUID(), revision };
}

/** An application that was moderated, and asks for so much. */
async function inModeration(requestedCents = AMOUNT): Promise<string> {
  const reference = `PSF-2026-${String(++number).padStart(4, "0")}`;
  await db().application.create({
    data: {
      reference,
      title: reference,
      agencyId,
      roundId,
      createdById: certifier.personId,
      state: "MODERATION",
      requestedCents,
    },
  });
  for (const { personId } of [desk, budget]) await declareNone(personId, { reference });
  return reference;
}

/** One that was recommended at so much, and whose budget is confirmed; nothing: not to be funded. */
async function inDecision(cents = AMOUNT, inYear = startYear): Promise<string> {
  const reference = await inModeration(cents || AMOUNT);
  await recommend(reference, cents, inYear);
  if (cents) await decisions.confirmBudget(budget, await request(reference), reference);
  return reference;
}

const recommend = async (reference: string, cents: bigint, inYear = startYear) =>
  decisions.recommend(desk, await request(reference), reference, {
    outcome: cents ? "FUND_IN_FULL" : "DO_NOT_FUND",
    phasing: cents ? [{ startYear: inYear, cents }] : [],
    conditions: "One report",
    rationale: "The need is shown.",
    exceptionReason: null,
  });

const approve = async (
  actor: MfatActor,
  reference: string,
  cents = AMOUNT,
  reason: string | null = null,
  inYear = startYear,
) => {
  await declareNone(actor.personId, { reference });
  await decisions.approve(actor, await request(reference), reference, {
    phasing: [{ startYear: inYear, cents }],
    conditions: "One report",
    reason,
  });
};

const decline = async (actor: MfatActor, reference: string) => {
  await declareNone(actor.personId, { reference });
  await decisions.decline(actor, await request(reference), reference, {
    reason: "Too many like it",
    agencyText: "The fund has helped with this before.",
  });
};

const refusal = (work: Promise<unknown>): Promise<DomainError> =>
  work.then(
    () => Promise.reject(new Error("not refused")),
    (error) => error,
  );
const decisionOf = (reference: string) => db().decision.findFirstOrThrow({ where: { application: { reference } } });
const stateOf = async (reference: string) => (await db().application.findUniqueOrThrow({ where: { reference } })).state;
const today = (days = 0): Date => addDays(dayOf(new Date()), days);
const name = (of: MfatActor, deputy: MfatActor, from = 0, to = 3) =>
  nameDeputy(of, { requestId: randomUUID() }, { deputy: deputy.personId, fromOn: today(from), toOn: today(to) });

describe("a deputy", () => {
  test("decides under the approver's delegation, and is recorded as deciding for them", async () => {
    const [chief, deputy] = [await approver(null), await approver(LOW)];
    await name(chief, deputy);
    const reference = await inDecision();
    expect((await listWork(deputy)).items.map((item) => item.reference)).toContain(reference);
    await approve(deputy, reference);
    expect(await decisionOf(reference)).toMatchObject({
      decidedById: deputy.personId,
      forId: chief.personId,
      forDuty: "DELEGATE",
      delegationCents: null,
    });
    const { id } = await db().application.findUniqueOrThrow({ where: { reference } });
    const said = `${deputy.name} for ${chief.name}`;
    expect((await readDecisions(desk, id))[0]?.decisions[0]?.by).toBe(said);
    expect((await listHistory(desk, id))[0]).toMatchObject({ action: "approve", by: said });
    const mail = await db().email.findFirstOrThrow({ where: { applicationId: id, subject: { contains: "approved" } } });
    expect(mail.text).toContain(`Decided by ${said}.`);
  });

  test("decides under their own delegation where it suffices", async () => {
    const [chief, deputy] = [await approver(null), await approver(LOW)];
    await name(chief, deputy);
    const reference = await inDecision(LOW);
    await approve(deputy, reference, LOW);
    expect(await decisionOf(reference)).toMatchObject({ forId: null, forDuty: null, delegationCents: LOW });
  });

  test("declines for the approver, and the agency does not read who did", async () => {
    const [chief, deputy] = [await approver(null), await approver()];
    await name(chief, deputy);
    const reference = await inDecision();
    await decline(deputy, reference);
    expect(await decisionOf(reference)).toMatchObject({ outcome: "DECLINED", forId: chief.personId });
    const { id } = await db().application.findUniqueOrThrow({ where: { reference } });
    const mails = await db().email.findMany({ where: { applicationId: id, to: certifier.email } });
    expect(mails.map(({ text }) => text).join()).not.toMatch(new RegExp(`${chief.name}\\b|${deputy.name}\\b`));
    expect((await listHistory(certifier, id)).find(({ action }) => action === "decline")?.by).toBe("MFAT");
  });

  test("decides nothing before the first day, nor after the last", async () => {
    const [chief, deputy] = [await approver(null), await approver(LOW)];
    const later = startYear + 1; // in three days this year may have ended
    const reference = await inDecision(AMOUNT, later);
    await name(chief, deputy, 1, 2);
    const decide = () => approve(deputy, reference, AMOUNT, null, later);
    const isRefused = async () => expect((await refusal(decide())).code).toBe("INVALID");
    await isRefused();
    standOn(3);
    await isRefused();
    standOn(1);
    await decide();
    expect(await stateOf(reference)).toBe("APPROVED");
  });

  test("decides nothing once it is ended, by whom it was for alone, and the same form twice ends it once", async () => {
    const [chief, deputy] = [await approver(null), await approver(LOW)];
    await name(chief, deputy);
    const id = (await listOwnDeputies(chief)).named[0]?.id ?? "";
    expect((await refusal(endDeputy(deputy, { requestId: randomUUID() }, id))).code).toBe("NOT_FOUND");
    const again = { requestId: randomUUID() };
    await endDeputy(chief, again, id);
    await endDeputy(chief, again, id);
    await endDeputy(chief, { requestId: randomUUID() }, id);
    expect((await refusal(approve(deputy, await inDecision()))).code).toBe("INVALID");
    const events = await db().auditEvent.findMany({ where: { subject: `person:${chief.personId}` } });
    expect(events.map(({ event }) => event)).toEqual(["deputy.named", "deputy.ended"]);
    const told = await db().email.findMany({ where: { to: deputy.email }, orderBy: { id: "asc" } });
    expect(told.map(({ subject }) => subject.slice(0, 40))).toEqual([
      expect.stringContaining("You are deputy of"),
      expect.stringContaining("You are no longer"),
    ]);
  });

  test("ends with the account or the role of either, for good", async () => {
    const admin = await somebody("ADMINISTRATOR");
    const once = () => ({ requestId: randomUUID() });
    const ends: ((chief: MfatActor, deputy: MfatActor) => Promise<void>)[] = [
      (chief) => endAccount(admin, once(), chief.personId),
      (chief) => changePerson(admin, once(), chief.personId, { name: chief.name, roles: ["DESK"] }),
      (_, deputy) => changePerson(admin, once(), deputy.personId, { name: deputy.name, roles: ["BUDGET"] }),
      (_, deputy) => endAccount(admin, once(), deputy.personId),
    ];
    for (const end of ends) {
      const [chief, deputy] = [await approver(null), await approver(LOW)];
      await name(chief, deputy);
      await end(chief, deputy);
      const row = await db().deputy.findFirstOrThrow({ where: { approverId: chief.personId } });
      expect(row).toMatchObject({ endedById: admin.personId, endedAt: expect.any(Date) });
      expect((await listDelegations(deputy, randomUUID())).filter(({ of }) => of)).toEqual([]);
    }
  });

  test("is refused where they have another part in the application, or an interest in it", async () => {
    const [chief, deputy, other] = [await approver(null), await approver(LOW), await approver(null)];
    await name(chief, deputy);
    await name(other, deputy);
    const reference = await inDecision();
    const application = { applicationId: (await db().application.findUniqueOrThrow({ where: { reference } })).id };
    await db().duty.create({ data: { ...application, personId: deputy.personId, side: "MFAT", kind: "ASSESS" } });
    expect((await refusal(approve(deputy, reference))).message).toMatch(/assessor of it/);
    const second = await inDecision();
    const { id } = await db().application.findUniqueOrThrow({ where: { reference: second } });
    const recused = { hasInterest: true, isRecused: true, description: "A friend" };
    await db().interestDeclaration.create({ data: { applicationId: id, personId: deputy.personId, ...recused } });
    const form = { phasing: [{ startYear, cents: AMOUNT }], conditions: "One report", reason: null };
    const work = decisions.approve(deputy, await request(second), second, form);
    expect((await refusal(work)).message).toMatch(/declared an interest/);
  });

  test("does not decide for whom has another part in the application, or an interest in it", async () => {
    const [chief, deputy] = [await approver(null), await approver(LOW)];
    await name(chief, deputy);
    const [dutiful, recused] = [await inDecision(), await inDecision()];
    const idOf = async (reference: string) => (await db().application.findUniqueOrThrow({ where: { reference } })).id;
    await db().duty.create({
      data: { applicationId: await idOf(dutiful), personId: chief.personId, side: "MFAT", kind: "ASSESS" },
    });
    await db().interestDeclaration.create({
      data: {
        applicationId: await idOf(recused),
        personId: chief.personId,
        hasInterest: true,
        isRecused: true,
        description: "A friend",
      },
    });
    const waiting = (await listWork(deputy)).items.map(({ reference }) => reference);
    for (const reference of [dutiful, recused]) {
      expect(waiting).not.toContain(reference);
      expect((await refusal(approve(deputy, reference))).code).toBe("INVALID");
    }
  });

  test("for whom it was decided has no other part in the application afterwards: the database holds it", async () => {
    const [chief, deputy] = [await approver(null), await approver(LOW)];
    await name(chief, deputy);
    const reference = await inDecision();
    await approve(deputy, reference);
    const { id } = await db().application.findUniqueOrThrow({ where: { reference } });
    const held = { applicationId: id, personId: chief.personId, side: "MFAT" as const };
    await expect(db().duty.create({ data: { ...held, kind: "ASSESS" } })).rejects.toThrow();
    const decision = await decisionOf(reference);
    const lie = { ...decision, id: randomUUID(), forId: desk.personId, forDuty: "DELEGATE" as const };
    await expect(db().decision.create({ data: lie })).rejects.toThrow(/Decision_applicationId_forId_forDuty_fkey/);
    await expect(db().decision.create({ data: { ...lie, forDuty: "RECOMMEND" } })).rejects.toThrow(/Decision_for/);
  });

  test("does not hand on the delegation, and an amount above both is at its place", async () => {
    const [chief, deputy, third] = [await approver(AMOUNT - 1n), await approver(LOW), await approver()];
    await name(chief, deputy);
    await name(deputy, third);
    const reference = await inDecision();
    const above = await refusal(approve(deputy, reference));
    expect(above.fields[`phasing${startYear}`]).toMatch(/^You may decide up to \$199,999\.99; \$200,000\.00 needs/);
    expect((await listDelegations(third, randomUUID())).map(({ of, limitCents }) => [of?.name, limitCents])).toEqual([
      [deputy.name, LOW],
    ]);
    await approve(deputy, reference, AMOUNT - 1n, "As much as there is a delegation for");
    expect(await decisionOf(reference)).toMatchObject({ forId: chief.personId, delegationCents: AMOUNT - 1n });
  });

  test("is another approver, on days that are free, named by who holds a delegation", async () => {
    const [chief, deputy, assessor] = [await approver(null), await approver(), await somebody("ASSESSOR")];
    expect((await refusal(name(chief, assessor))).fields).toHaveProperty("deputy");
    expect((await refusal(name(chief, chief))).fields).toHaveProperty("deputy");
    expect((await refusal(name(chief, deputy, -1, 2))).fields).toHaveProperty("fromOn-day");
    expect((await refusal(name(deputy, chief))).code).toBe("STATE");
    await expect((async () => name(assessor, deputy))()).rejects.toMatchObject({ code: "FORBIDDEN" });
    const both = await Promise.allSettled([name(chief, deputy), name(chief, deputy)]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("against the recommendation", () => {
  test("an approver below the amount approves less of it, with a reason, and declines nothing of it", async () => {
    const low = await approver(LOW);
    const reference = await inDecision();
    expect((await refusal(decline(low, reference))).message).toMatch(/^You may decide up to \$150,000\.00/);
    expect((await refusal(approve(low, reference, LOW))).fields).toHaveProperty("reason");
    await approve(low, reference, LOW, "The first half is what is urgent");
    expect(await decisionOf(reference)).toMatchObject({ amountCents: LOW, delegationCents: LOW });
  });

  test("who holds no delegation decides nothing", async () => {
    expect((await refusal(approve(await approver(), await inDecision()))).code).toBe("FORBIDDEN");
  });

  test("approving what was recommended not to be funded needs a reason, and the money to be there", async () => {
    const chief = await approver(null);
    const reference = await inDecision(0n);
    expect((await refusal(approve(chief, reference))).fields).toHaveProperty("reason");
    const tooMuch = 100_000_000_000n;
    expect((await refusal(approve(chief, reference, tooMuch, "Urgent"))).code).toBe("MONEY");
    await approve(chief, reference, AMOUNT, "A minister has promised it");
    const { id } = await db().application.findUniqueOrThrow({ where: { reference } });
    const held = await db().applicationFunding.findFirstOrThrow({ where: { applicationId: id } });
    expect(held.reservedCents).toBe(AMOUNT);
  });

  test("declining what was recommended gives the reserve back, and keeps the reason from the agency", async () => {
    const reference = await inDecision();
    await decline(await approver(null), reference);
    const application = await db().application.findUniqueOrThrow({ where: { reference }, include: { funding: true } });
    expect(application.funding.map(({ reservedCents }) => reservedCents)).toEqual([0n]);
    expect(await decisionOf(reference)).toMatchObject({ reason: "Too many like it" });
    const told = (await listHistory(certifier, application.id)).find(({ action }) => action === "decline");
    expect(told?.reason).toBeNull();
  });
});

describe("a financial year that has ended", () => {
  const year = () => startYear + 1;
  const julyAfter = () => shiftClock(Date.UTC(year() + 1, 6, 1) - Date.now());
  const ended = () => `${formatYear(year())} ended on 30 June ${year() + 1}, so it can take no more money`;

  test("takes no recommendation, also by a form that was made by hand", async () => {
    const reference = await inModeration();
    julyAfter();
    expect(await refusal(recommend(reference, AMOUNT, year()))).toMatchObject({
      fields: { [`phasing${year()}`]: `${ended()}. Enter the amount in a later year` },
    });
    await recommend(reference, AMOUNT, year() + 1);
    expect(await stateOf(reference)).toBe("BUDGET_CHECK");
  });

  test("takes no budget check and no approval of what was recommended before; in a later year it is approved", async () => {
    const [chief, reference] = [await approver(null), await inDecision(AMOUNT, year())];
    const other = await inModeration();
    await recommend(other, AMOUNT, year());
    julyAfter();
    expect(await refusal(decisions.confirmBudget(budget, await request(other), other))).toMatchObject({
      code: "STATE",
      message: `${ended()}. $200,000.00 is phased in it. Return the recommendation.`,
    });
    expect(await refusal(approve(chief, reference, AMOUNT, null, year()))).toMatchObject({
      fields: { [`phasing${year()}`]: `${ended()}. Enter the amount in a later year` },
    });
    await decisions.approve(chief, await request(reference), reference, {
      phasing: [{ startYear: year() + 1, cents: AMOUNT }],
      conditions: "One report",
      reason: "The year has ended",
    });
    expect(await stateOf(reference)).toBe("APPROVED");
  });

  test("is not among the years that a decision is for", () => {
    expect(decidedYears(new Date(Date.UTC(2027, 5, 30)))).toEqual([2026, 2027, 2028]);
    expect(decidedYears(new Date(Date.UTC(2027, 6, 1)))).toEqual([2027, 2028, 2029]);
  });
});

test("returning voids the budget check: what is recommended anew is checked anew before it is decided", async () => {
  const chief = await approver(null);
  const reference = await inDecision();
  await declareNone(chief.personId, { reference });
  await decisions.returnRecommendation(chief, await request(reference), reference, { reason: "Say more" });
  const application = await db().application.findUniqueOrThrow({
    where: { reference },
    include: { recommendations: true, funding: true, phasing: true },
  });
  expect(application).toMatchObject({ state: "MODERATION", recommendedCents: null, phasing: [] });
  expect(application.recommendations.map(({ returnedAt }) => returnedAt !== null)).toEqual([true]);
  expect(application.funding.map(({ reservedCents }) => reservedCents)).toEqual([0n]);
  await recommend(reference, AMOUNT);
  expect(await stateOf(reference)).toBe("BUDGET_CHECK");
  expect((await refusal(approve(chief, reference))).code).toBe("STATE");
  await decisions.confirmBudget(budget, await request(reference), reference);
  await approve(chief, reference);
  const checks = await db().budgetCheck.findMany({ where: { applicationId: application.id }, orderBy: { id: "asc" } });
  const decided = await db().decision.findFirstOrThrow({
    where: { applicationId: application.id, outcome: "APPROVED" },
  });
  expect(checks.map(({ recommendationId }) => recommendationId === decided.recommendationId)).toEqual([false, true]);
});

describe("the library of conditions", () => {
  const library = () => currentConditions(db());
  const save = async (actor: MfatActor, conditions: string[], revision?: number) =>
    decisions.saveConditions(
      actor,
      { requestId: randomUUID(), revision: revision ?? (await library()).number },
      conditions,
    );

  test("is kept by the desk, as a new row for each save, and the same again or sent twice makes none", async () => {
    const before = await library();
    const once = { requestId: randomUUID(), revision: before.number };
    const conditions = ["Report each quarter.", "Name the fund."];
    await Promise.all([1, 2].map(() => decisions.saveConditions(desk, once, conditions)));
    await save(desk, conditions);
    expect(await library()).toMatchObject({ number: before.number + 1, conditions, savedById: desk.personId });
    expect(await getConditions(desk)).toMatchObject({ conditions, savedBy: desk.name });
    expect(await db().auditEvent.count({ where: { event: "conditions.saved" } })).toBe(1);
    await expect(db().conditionList.updateMany({ data: { conditions: [] } })).rejects.toThrow();
    await expect((async () => save(budget, []))()).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(getConditions(budget)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("is refused with the line that is wrong, and after a colleague saved", async () => {
    const { number: revision, conditions } = await library();
    const long = await refusal(save(desk, ["Short.", "x".repeat(301)]));
    expect(long.fields.conditions).toBe("Condition 2 must be 300 characters or fewer");
    expect((await refusal(save(desk, ["Twice.", "Twice."]))).fields.conditions).toBe("“Twice.” stands there twice");
    const many = Array.from({ length: 31 }, (_, index) => `Condition ${index}`);
    expect((await refusal(save(desk, many))).fields.conditions).toBe("There can be 30 conditions at most");
    await save(desk, many.slice(1));
    expect((await refusal(save(desk, conditions, revision))).code).toBe("CONFLICT");
  });

  test("is chosen from for a recommendation, which keeps its words; what was taken out is refused at its field", async () => {
    await save(desk, ["Report each quarter.", "Name the fund."]);
    const chief = await approver(null);
    const reference = await inDecision(1n);
    await declareNone(chief.personId, { reference });
    await decisions.returnRecommendation(chief, await request(reference), reference, { reason: "Say more" });
    const recommended = {
      outcome: "FUND_IN_FULL" as const,
      phasing: [{ startYear, cents: 1n }],
      standardConditions: ["Report each quarter.", "Name the fund."],
      conditions: "Buy nothing before March.",
      rationale: "The need is shown.",
      exceptionReason: null,
    };
    await save(desk, ["Report each quarter."]);
    const refused = await refusal(decisions.recommend(desk, await request(reference), reference, recommended));
    expect(refused.fields.standardConditions).toContain("“Name the fund.” is in the library no more");
    await decisions.recommend(desk, await request(reference), reference, {
      ...recommended,
      standardConditions: ["Report each quarter."],
    });
    await save(desk, []);
    const { conditions } = await db().recommendation.findFirstOrThrow({
      where: { application: { reference }, returnedAt: null },
    });
    expect(conditions).toBe("Report each quarter.\nBuy nothing before March.");
  });
});

// What is undone is as it was before, and both stay on record.
import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import { putOnHold, resume, sendOffer } from "#lib/arrangements/commands.ts";
import { findLetter } from "#lib/letters/queries.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { findWaiting } from "#lib/lifecycle/waits/queries.ts";
import { shiftClock } from "#lib/platform/clock.ts";
import { addDays, dayOf, endOfDay, formatDeadline, yearBeginsOn } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { addWorkingDays } from "#lib/platform/working-days.ts";
import { changeEnvelope, declareNone, unguarded } from "#lib/testing/database.ts";
import {
  AMOUNT,
  approve,
  approver,
  budget,
  certifier,
  decline,
  desk,
  inDecision,
  inModeration,
  LOW,
  name,
  recommend,
  refusal,
  request,
  somebody,
  startYear,
  useDecisions,
} from "#lib/testing/decisions.ts";
import { listWork } from "#lib/work/queries.ts";
import { listObstacles } from "#lib/workflow/obstacles/queries.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import * as decisions from "./commands.ts";
import { readDecisions } from "./queries.ts";

useDecisions();
beforeEach(() => changeEnvelope(startYear, 5n * AMOUNT));

/** Everything that a step moves, except its times and its additions to the record. */
async function standOf(reference: string) {
  const application = await db().application.findUniqueOrThrow({
    where: { reference },
    include: { funding: true, phasing: { orderBy: [{ kind: "asc" }, { startYear: "asc" }] } },
  });
  const { id, state, recommendedCents, approvedCents, phasing } = application;
  return {
    state,
    recommendedCents,
    approvedCents,
    phasing,
    held: application.funding.filter(({ reservedCents, committedCents }) => reservedCents + committedCents > 0n),
    years: await db().financialYear.findMany({ orderBy: { startYear: "asc" } }),
    waitsOn: (await findWaiting(db(), application))?.role,
    recommendations: await db().recommendation.count({ where: { applicationId: id, returnedAt: null } }),
  };
}

const idOf = async (reference: string) => (await db().application.findUniqueOrThrow({ where: { reference } })).id;
const because = { reason: "A typing error" };

describe("a recommendation that the desk takes back", () => {
  const takeBack = async (actor: typeof desk, reference: string, asked?: Awaited<ReturnType<typeof request>>) =>
    decisions.takeBackRecommendation(actor, asked ?? (await request(reference)), reference, because);

  test("is as if it had not been made, to the cent, and both stand in the record", async () => {
    const reference = await inModeration();
    const before = await standOf(reference);
    await recommend(reference, AMOUNT);
    const after = await standOf(reference);
    expect([after.state, after.recommendedCents]).toEqual(["BUDGET_CHECK", AMOUNT]);
    const once = await request(reference);
    await takeBack(desk, reference, once);
    await takeBack(desk, reference, once);
    expect(await standOf(reference)).toEqual(before);
    const id = await idOf(reference);
    expect((await listHistory(desk, id)).map(({ action, reason }) => [action, reason])).toEqual([
      ["takeBackRecommendation", because.reason],
      ["recommend", null],
    ]);
    expect((await readDecisions(desk, id))[0]).toMatchObject({
      by: desk.name,
      takenBackBy: desk.name,
      takenBackReason: because.reason,
      budgetChecks: [],
    });
    await recommend(reference, AMOUNT);
    expect(await standOf(reference)).toEqual(after);
  });

  test("is asked of the budget officer no more, who is told; the agency hears and reads nothing of it", async () => {
    const reference = await inModeration();
    await recommend(reference, AMOUNT);
    expect((await listWork(budget)).items.map((item) => item.reference)).toContain(reference);
    await takeBack(desk, reference);
    expect((await listWork(budget)).items.map((item) => item.reference)).not.toContain(reference);
    const id = await idOf(reference);
    const told = await db().email.findMany({ where: { applicationId: id, subject: { contains: "taken back" } } });
    expect(told.map(({ to }) => to)).toEqual(expect.arrayContaining([budget.email, "psf@mfat.govt.nz"]));
    expect(told.map(({ to }) => to)).not.toContain(certifier.email);
    expect(await listHistory(certifier, id)).toEqual([]);
  });

  test("by a colleague, who then answers for it too; not once its budget is confirmed, nor without the role", async () => {
    const reference = await inModeration();
    await recommend(reference, AMOUNT);
    const colleague = await somebody("DESK", "BUDGET");
    await declareNone(colleague.personId, { reference });
    expect((await refusal(takeBack(budget, reference))).code).toBe("FORBIDDEN");
    await takeBack(colleague, reference);
    await recommend(reference, AMOUNT);
    expect((await refusal(decisions.confirmBudget(colleague, await request(reference), reference))).message).toMatch(
      /^You made a recommendation on it/,
    );
    await decisions.confirmBudget(budget, await request(reference), reference);
    expect((await refusal(takeBack(desk, reference))).code).toBe("STATE");
  });

  test("by nobody else, also by direct SQL: who took it back has recommended, with a reason, and it no longer holds", async () => {
    const id = await idOf(await inDecision());
    const set = (data: object) =>
      db().recommendation.updateMany({ where: { applicationId: id }, data: { returnedAt: new Date(), ...data } });
    const mine = { takenBackById: desk.personId, takenBackReason: "Because" };
    await expect(set({ ...mine, takenBackById: budget.personId })).rejects.toThrow(/takenBackById/);
    await expect(set({ ...mine, returnedAt: null })).rejects.toThrow("Recommendation_taken_back");
    await expect(set({ takenBackById: desk.personId })).rejects.toThrow("Recommendation_taken_back");
    // It is complete, and only lacks its step.
    await expect(set(mine)).rejects.toThrow("Recommendation_by_step");
  });
});

describe("a decision that is reopened", () => {
  const reopen = async (actor: MfatActor, reference: string, asked?: Awaited<ReturnType<typeof request>>) => {
    await declareNone(actor.personId, { reference });
    return decisions.reopenDecision(actor, asked ?? (await request(reference)), reference, because);
  };
  const obstacle = async (actor: MfatActor, reference: string) => {
    await declareNone(actor.personId, { reference });
    // MFAT does not see amounts that were never signed off.
    await unguarded().application.update({ where: { reference }, data: { versionNumber: 1 } });
    return (await listObstacles(actor, await getApplication(actor, reference))).reopenDecision;
  };
  const ways = {
    "approved in full": (chief: MfatActor, reference: string) => approve(chief, reference),
    "approved in part": (chief: MfatActor, reference: string) => approve(chief, reference, LOW, "The first half"),
    declined: decline,
  };

  for (const [how, make] of Object.entries(ways)) {
    test(`${how}: budget and reserve are to the cent what they were, and it is decided anew on the same budget check`, async () => {
      const chief = await approver(null);
      const reference = await inDecision();
      const before = await standOf(reference);
      await make(chief, reference);
      const after = await standOf(reference);
      expect(after).not.toEqual(before);
      const once = await request(reference);
      await reopen(chief, reference, once);
      await reopen(chief, reference, once);
      expect(await standOf(reference)).toEqual(before);
      const id = await idOf(reference);
      expect((await listHistory(desk, id)).slice(0, 2).map(({ action, reason }) => [action, reason])).toEqual([
        ["reopenDecision", because.reason],
        [how === "declined" ? "decline" : "approve", expect.toSatisfy((reason) => reason !== because.reason)],
      ]);
      const outcome = how === "declined" ? "DECLINED" : "APPROVED";
      const [record] = await readDecisions(desk, id);
      expect(record?.decisions.map((one) => one.outcome)).toEqual(["REOPENED", outcome]);
      expect(record?.returnedAt).toBeNull();
      await make(chief, reference);
      expect(await standOf(reference)).toEqual(after);
    });
  }

  test("is asked of the approvers again and told to the desk, and never to the agency", async () => {
    const [chief, other, reference] = [await approver(null), await approver(null), await inDecision()];
    await decline(chief, reference);
    await reopen(chief, reference);
    const id = await idOf(reference);
    const told = await db().email.findMany({
      where: { applicationId: id, subject: { contains: "decision reopened" } },
    });
    expect(told.map(({ to }) => to)).toEqual(expect.arrayContaining([chief.email, other.email, "psf@mfat.govt.nz"]));
    expect(await db().email.count({ where: { applicationId: id, to: certifier.email } })).toBe(0);
    expect(await listHistory(certifier, id)).toEqual([]);
    expect((await listWork(other)).items.map((item) => item.reference)).toContain(reference);
  });

  test("by who could have made it: within a delegation, their own or as deputy, and with no other part in it", async () => {
    const [chief, low, deputy] = [await approver(null), await approver(LOW), await approver(LOW)];
    const [whole, part] = [await inDecision(), await inDecision()];
    await approve(chief, whole);
    await approve(chief, part, LOW, "The first half is what is urgent");
    const beyond = /^\$200,000\.00 was decided on\. Your delegation: up to \$150,000\.00\. .+ can decide this\./;
    expect(await obstacle(low, whole)).toMatch(beyond);
    expect(await refusal(reopen(low, whole))).toMatchObject({ code: "FORBIDDEN" });
    expect(await obstacle(low, part)).toBeUndefined();
    await reopen(low, part);
    await name(chief, deputy);
    await reopen(deputy, whole);
    const id = await idOf(whole);
    expect((await readDecisions(desk, id))[0]?.decisions[0]).toMatchObject({
      outcome: "REOPENED",
      amountCents: AMOUNT,
      by: `${deputy.name} for ${chief.name}`,
    });
    const mail = await db().email.findFirstOrThrow({
      where: { applicationId: id, subject: { contains: "decision reopened" } },
    });
    expect(mail.text).toContain(`Reopened by ${deputy.name} for ${chief.name}.`);

    const assessor = await approver(null);
    const third = await inDecision();
    await approve(chief, third);
    await declareNone(assessor.personId, { reference: third });
    const duty = { applicationId: await idOf(third), personId: assessor.personId, side: "MFAT" as const };
    await db().duty.create({ data: { ...duty, kind: "ASSESS" } });
    expect(await obstacle(assessor, third)).toMatch(/^You are an assessor of it/);
    expect((await refusal(reopen(assessor, third))).message).toMatch(/^You are an assessor of it/);
    expect((await refusal(reopen(desk, third))).code).toBe("FORBIDDEN");
  });

  test("not once the agency is told, nor on hold, nor by a page from before somebody else reopened it", async () => {
    const [chief, other] = [await approver(null), await approver(null)];
    const [good, bad] = [await inDecision(), await inDecision()];
    await approve(chief, good);
    await decline(chief, bad);
    await putOnHold(desk, await request(good), good, because);
    expect((await refusal(reopen(chief, good))).message).toContain("is on hold");
    await resume(desk, await request(good), good);
    await sendOffer(desk, await request(good), good, {
      dueOn: addDays(dayOf(new Date()), 1),
      message: null,
      reason: null,
    });
    await decisions.sendDecisionLetter(desk, await request(bad), bad);
    expect([(await refusal(reopen(chief, good))).code, (await refusal(reopen(chief, bad))).code]).toEqual([
      "STATE",
      "STATE",
    ]);
    const third = await inDecision();
    await approve(chief, third);
    const stale = await request(third);
    await reopen(other, third);
    expect((await refusal(reopen(chief, third, stale))).code).toBe("CONFLICT");
  });

  test("not where the money was given away since, or its year has ended; what is still reserved goes back all the same", async () => {
    const chief = await approver(null);
    const [declined, less, whole] = [await inDecision(), await inDecision(), await inDecision()];
    await decline(chief, declined);
    await approve(chief, less, LOW, "The first half");
    await approve(chief, whole);
    const year = await db().financialYear.findUniqueOrThrow({ where: { startYear } });
    const available = year.envelopeCents - year.reservedCents - year.committedCents;
    await changeEnvelope(startYear, AMOUNT - LOW - 1n - available);
    const left = `Only ${formatCents(AMOUNT - LOW - 1n)} is available in ${formatYear(startYear)}.`;
    for (const reference of [declined, less]) {
      expect(await obstacle(chief, reference)).toBe(left);
      expect(await refusal(reopen(chief, reference))).toMatchObject({ code: "MONEY", message: left });
    }
    await changeEnvelope(startYear, 1n);
    await reopen(chief, less);
    await changeEnvelope(startYear, available - (AMOUNT - LOW));
    shiftClock(yearBeginsOn(startYear + 1).getTime() + 86_400_000 - Date.now());
    const ended = `${formatYear(startYear)} ended on 30 June ${startYear + 1}, so you cannot add money to it`;
    expect(await obstacle(chief, declined)).toContain(ended);
    expect(await refusal(reopen(chief, declined))).toMatchObject({
      code: "STATE",
      message: expect.stringContaining(ended),
    });
    await reopen(chief, whole);
    expect(await standOf(whole)).toMatchObject({ state: "DECISION", held: [{ reservedCents: AMOUNT }] });
  });

  test("has a reason, also by direct SQL", async () => {
    const [chief, reference] = [await approver(null), await inDecision()];
    await approve(chief, reference);
    const { id: _, ...made } = await db().decision.findFirstOrThrow({ where: { application: { reference } } });
    for (const reason of [null, ""]) {
      const again = db().decision.create({ data: { ...made, outcome: "REOPENED", reason } });
      await expect(again).rejects.toThrow("Decision_reopened_reason");
    }
  });
});

describe("a decline that the agency was told of", () => {
  const written = { reason: "It was meant for another", agencyText: "Our letter was meant for another application." };
  const told = async (chief: MfatActor): Promise<string> => {
    const reference = await inDecision();
    await decline(chief, reference);
    await decisions.sendDecisionLetter(desk, await request(reference), reference);
    return reference;
  };
  const reopen = async (actor: MfatActor, reference: string, asked?: Awaited<ReturnType<typeof request>>) => {
    await declareNone(actor.personId, { reference });
    return decisions.reopenDeclined(actor, asked ?? (await request(reference)), reference, written);
  };
  const obstacle = async (actor: MfatActor, reference: string) => {
    await unguarded().application.update({ where: { reference }, data: { versionNumber: 1 } });
    return (await listObstacles(actor, await getApplication(actor, reference))).reopenDeclined;
  };

  test("is reopened with a letter that corrects it: the money is reserved again, and it is decided anew", async () => {
    const chief = await approver(null);
    const reference = await inDecision();
    const before = await standOf(reference);
    await decline(chief, reference);
    await decisions.sendDecisionLetter(desk, await request(reference), reference);
    const once = await request(reference);
    await reopen(chief, reference, once);
    await reopen(chief, reference, once);
    expect(await standOf(reference)).toEqual(before);
    const id = await idOf(reference);
    const letters = await db().letter.findMany({ where: { applicationId: id }, orderBy: { id: "asc" } });
    expect(letters.map(({ kind }) => kind)).toEqual(["DECLINE", "CORRECTION"]);
    const letter = await findLetter(certifier, id);
    expect(letter?.text).toContain(`\n\n${written.agencyText}\n\n`);
    expect(letter?.text).not.toContain(written.reason);
    expect((await listHistory(certifier, id)).map(({ action, by, reason }) => [action, by, reason])).toEqual([
      ["reopenDeclined", "MFAT", null],
      ["sendDecisionLetter", "MFAT", null],
    ]);
    expect((await readDecisions(desk, id))[0]?.decisions[0]).toMatchObject({ outcome: "REOPENED", ...written });
    await approve(chief, reference);
    expect(await standOf(reference)).toMatchObject({ state: "APPROVED", held: [{ reservedCents: AMOUNT }] });
    expect((await getApplication(certifier, reference)).approvedCents).toBeNull();
  });

  test("is told to the agency’s people who took part, to the desk and to the approvers", async () => {
    const [chief, other] = [await approver(null), await approver(null)];
    const reference = await told(chief);
    const id = await idOf(reference);
    const said = { applicationId: id, agencyId: certifier.agencyId, authorId: certifier.personId, at: new Date() };
    await db().comment.create({ data: { ...said, requestId: randomUUID(), text: "Really?" } });
    await reopen(chief, reference);
    const mails = await db().email.findMany({
      where: { applicationId: id, subject: { contains: "correcting letter" } },
    });
    expect(mails.map(({ to }) => to)).toEqual(
      expect.arrayContaining([certifier.email, "psf@mfat.govt.nz", other.email]),
    );
    const own = mails.find(({ to }) => to === certifier.email);
    expect(own?.text).toContain("It is now “Being decided” and is waiting on MFAT.");
    expect(own?.text).toContain("The letter is in the portal.");
    expect(own?.text).not.toMatch(new RegExp(`${written.reason}|${chief.name}\\b`));
  });

  test("for 20 working days, to the last second of that day", async () => {
    const chief = await approver(null);
    const reference = await told(chief);
    const { stateSince } = await db().application.findUniqueOrThrow({ where: { reference } });
    const until = endOfDay(addWorkingDays(dayOf(stateSince), 20));
    const sentence = `It could be reopened until ${formatDeadline(until)}, 20 working days after the agency was told.`;
    shiftClock(until.getTime() + 2_000 - Date.now());
    expect(await obstacle(chief, reference)).toBe(sentence);
    expect(await refusal(reopen(chief, reference))).toMatchObject({ code: "STATE", message: sentence });
    shiftClock(until.getTime() - 60_000 - Date.now());
    expect(await obstacle(chief, reference)).toBeUndefined();
    await reopen(chief, reference);
  });

  test("by an approver within their delegation, and by no desk officer", async () => {
    const [chief, low] = [await approver(null), await approver(LOW)];
    const reference = await told(chief);
    expect((await refusal(reopen(desk, reference))).code).toBe("FORBIDDEN");
    expect((await refusal(reopen(low, reference))).message).toMatch(/^You can only decide up to \$150,000\.00/);
    expect(await obstacle(low, reference)).toContain("Your delegation: up to $150,000.00.");
    expect(await db().letter.count({ where: { application: { reference } } })).toBe(1);
    await reopen(chief, reference);
    expect(await db().letter.count({ where: { application: { reference } } })).toBe(2);
  });
});

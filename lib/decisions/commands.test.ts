// Who may decide what, and what a decision leaves behind.
import { describe, expect, test } from "vitest";
import { shiftClock } from "#lib/platform/clock.ts";
import { db } from "#lib/platform/db.ts";
import { formatYear } from "#lib/platform/money.ts";
import { declareNone, rename } from "#lib/testing/database.ts";
import {
  AMOUNT,
  approve,
  approver,
  budget,
  certifier,
  decisionOf,
  decline,
  desk,
  inDecision,
  inModeration,
  LOW,
  recommend,
  refusal,
  request,
  startYear,
  stateOf,
  useDecisions,
} from "#lib/testing/decisions.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import * as decisions from "./commands.ts";
import { readDecisions } from "./queries.ts";
import { decidedYears } from "./rules.ts";

useDecisions();

describe("against the recommendation", () => {
  test("an approver below the amount approves less of it, with a reason, and declines nothing of it", async () => {
    const low = await approver(LOW);
    const reference = await inDecision();
    expect((await refusal(decline(low, reference))).message).toMatch(/^You can only decide up to \$150,000\.00/);
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
    expect(await listHistory(certifier, application.id)).toEqual([]);
    await decisions.sendDecisionLetter(desk, await request(reference), reference);
    expect(
      (await listHistory(certifier, application.id)).map(({ action, by, reason }) => [action, by, reason]),
    ).toEqual([["sendDecisionLetter", "MFAT", null]]);
  });
});

describe("a financial year that has ended", () => {
  const year = () => startYear + 1;
  const julyAfter = () => shiftClock(Date.UTC(year() + 1, 6, 1) - Date.now());
  const ended = () => `${formatYear(year())} ended on 30 June ${year() + 1}, so you cannot add money to it`;

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
      message: `${ended()}. $200,000.00 is planned in it. Return the recommendation.`,
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

test("the history and the record of a decision name those who acted as they were called then", async () => {
  const chief = await approver(null);
  const reference = await inDecision();
  await approve(chief, reference);
  const { id } = await db().application.findUniqueOrThrow({ where: { reference } });
  const told = async () => ({
    decisions: await readDecisions(desk, id),
    history: (await listHistory(desk, id)).map(({ action, by }) => [action, by]),
  });
  const before = await told();
  expect(before.decisions[0]).toMatchObject({ by: desk.name, budgetChecks: [{ by: budget.name }] });
  expect(before.history[0]).toEqual(["approve", chief.name]);
  const ids = [desk, budget, chief].map(({ personId }) => personId);
  await rename(ids, () => "Somebody Renamed");
  expect(await told()).toEqual(before);
});

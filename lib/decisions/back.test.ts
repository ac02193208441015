// What is undone is as it was before, and both stand in the record.
import { describe, expect, test } from "vitest";
import { findWaiting } from "#lib/lifecycle/waits/queries.ts";
import { db } from "#lib/platform/db.ts";
import { declareNone } from "#lib/test-database.ts";
import {
  AMOUNT,
  budget,
  certifier,
  desk,
  inDecision,
  inModeration,
  recommend,
  refusal,
  request,
  somebody,
  useDecisions,
} from "#lib/test-decisions.ts";
import { listWork } from "#lib/work/queries.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import * as decisions from "./commands.ts";
import { readDecisions } from "./queries.ts";

useDecisions();

/** All that a step moves, but for its times and what it adds to the record. */
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
    await set(mine);
  });
});

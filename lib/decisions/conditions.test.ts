// The library of conditions.
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { db } from "#lib/platform/db.ts";
import { declareNone } from "#lib/testing/database.ts";
import {
  approver,
  budget,
  desk,
  inDecision,
  refusal,
  request,
  startYear,
  useDecisions,
} from "#lib/testing/decisions.ts";
import * as decisions from "./commands.ts";
import { saveConditions } from "./conditions/commands.ts";
import { currentConditions, getConditions } from "./queries.ts";

useDecisions();

describe("the library of conditions", () => {
  const library = () => currentConditions(db());
  const save = async (actor: MfatActor, conditions: string[], revision?: number) =>
    saveConditions(actor, { requestId: randomUUID(), revision: revision ?? (await library()).number }, conditions);

  test("is kept by the desk, as a new row for each save, and the same again or sent twice makes none", async () => {
    const before = await library();
    const once = { requestId: randomUUID(), revision: before.number };
    const conditions = ["Report each quarter.", "Name the fund."];
    await Promise.all([1, 2].map(() => saveConditions(desk, once, conditions)));
    await expect(save(desk, conditions)).rejects.toMatchObject({ code: "STATE" });
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
    expect((await refusal(save(desk, ["Twice.", "Twice."]))).fields.conditions).toBe(
      "“Twice.” appears twice. Remove one",
    );
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
    expect(refused.fields.standardConditions).toContain("“Name the fund.” is no longer in the library");
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

// Finds what was done around the database's guards, as the owner of its tables.
import { beforeAll, describe, expect, test } from "vitest";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { listBreaches } from "./queries.ts";

useTestDatabase("template_demo");
/** An application in each state that the tests need. */
const ids: Record<string, string> = {};

beforeAll(async () => {
  for (const state of ["SUBMITTED", "OFFERED", "ACTIVE"] as const) {
    ids[state] = (await db().application.findFirstOrThrow({ where: { state }, orderBy: { reference: "asc" } })).id;
  }
});

describe("what was done as the owner is found", () => {
  const found = async (work: () => Promise<unknown>, undo: () => Promise<unknown>) => {
    await work();
    try {
      return await listBreaches();
    } finally {
      await undo();
      expect(await listBreaches()).toEqual([]);
    }
  };
  const application = (state: string) => ({ where: { id: ids[state] ?? "" } });
  const referenceOf = async (state: string) => (await db().application.findUniqueOrThrow(application(state))).reference;

  test("nothing is, in the demonstration", async () => {
    expect(await listBreaches()).toEqual([]);
  });

  test("a state", async () => {
    const put = (state: State) => () =>
      unguarded().application.update({ ...application("SUBMITTED"), data: { state } });
    expect(await found(put("ACTIVE"), put("SUBMITTED"))).toEqual([
      { rule: "Application_state_of_last_step", what: await referenceOf("SUBMITTED") },
    ]);
  });

  test("an approved amount, and one that is requested", async () => {
    const add = (column: "approvedCents" | "requestedCents", increment: bigint) => () =>
      unguarded().application.update({ ...application("ACTIVE"), data: { [column]: { increment } } });
    const what = await referenceOf("ACTIVE");
    expect(await found(add("approvedCents", 1n), add("approvedCents", -1n))).toEqual([
      { rule: "Application_approved_as_decided", what },
    ]);
    expect(await found(add("requestedCents", 1n), add("requestedCents", -1n))).toEqual([
      { rule: "Application_requested_as_signed", what },
    ]);
  });

  test("a completed score", async () => {
    const { applicationId, assessorId } = await db().assessment.findFirstOrThrow({ where: { status: "COMPLETE" } });
    const { criterionId, comment } = await db().assessmentScore.findFirstOrThrow({
      where: { applicationId, assessorId },
    });
    const where = { applicationId_assessorId_criterionId: { applicationId, assessorId, criterionId } };
    const write = (text: string) => () => unguarded().assessmentScore.update({ where, data: { comment: text } });
    expect(await found(write("Excellent"), write(comment))).toEqual([
      { rule: "Assessment_as_completed", what: expect.stringMatching(/^PSF-/) },
    ]);
  });

  test("a delegation, and a decision beyond it", async () => {
    const held = await db().delegation.findFirstOrThrow({ where: { limitCents: { not: null } } });
    const { name } = await db().person.findUniqueOrThrow({ where: { id: held.personId } });
    const put = (limitCents: bigint | null) => () =>
      unguarded().delegation.update({ where: { personId: held.personId }, data: { limitCents } });
    expect(await found(put(null), put(held.limitCents))).toEqual([{ rule: "Delegation_by_change", what: name }]);
    const decided = await db().decision.findFirstOrThrow({
      where: { outcome: "APPROVED", delegationCents: { not: null } },
    });
    const decide = (delegationCents: bigint | null) => () =>
      unguarded().decision.update({ where: { id: decided.id }, data: { delegationCents } });
    expect(await found(decide(1n), decide(decided.delegationCents))).toEqual([
      { rule: "Decision_within_delegation", what: expect.stringMatching(/^PSF-/) },
    ]);
  });

  test("a decision without its budget check", async () => {
    const { id, budgetCheckId } = await db().decision.findFirstOrThrow({ where: { outcome: "APPROVED" } });
    expect(budgetCheckId).not.toBeNull();
    const put = (budgetCheck: string | null) => () =>
      unguarded().decision.update({ where: { id }, data: { budgetCheckId: budgetCheck } });
    expect(await found(put(null), put(budgetCheckId))).toEqual([
      { rule: "Decision_on_confirmed_budget", what: expect.stringMatching(/^PSF-/) },
    ]);
  });

  test("an entry of a payment that is another’s, and a payment that is not entered", async () => {
    const [one, other] = await db().ledgerEntry.findMany({
      where: { kind: "PAY", lineId: { not: null } },
      include: { application: { select: { reference: true } } },
      orderBy: { id: "asc" },
      take: 2,
      distinct: ["paidCents"],
    });
    const put = (id?: bigint, lineId: string | null = null) =>
      unguarded().ledgerEntry.update({ where: { id: id ?? 0n }, data: { lineId } });
    const move = async () => {
      await put(one?.id, null);
      await put(other?.id, one?.lineId);
    };
    const undo = async () => {
      await put(other?.id, other?.lineId);
      await put(one?.id, one?.lineId);
    };
    const of = (entry?: typeof one) => `${entry?.application?.reference}, entry ${entry?.id}`;
    expect(await found(move, undo)).toEqual(
      expect.arrayContaining([
        { rule: "LedgerEntry_of_payment", what: of(one) },
        { rule: "LedgerEntry_of_payment", what: of(other) },
        { rule: "PaymentLine_is_entered", what: expect.stringContaining(`line ${other?.lineId}`) },
      ]),
    );
  });

  test("a step that is gone from the trail, a table of steps that was changed, and a guard that is off", async () => {
    const sql = (text: string) => () => unguarded().$executeRawUnsafe(text);
    const off = (way: string) => sql(`ALTER TABLE "Application" ${way} TRIGGER application_by_step`);
    expect(await found(off("DISABLE"), off("ENABLE"))).toEqual([
      { rule: "Trigger_is_on", what: "Application, application_by_step" },
    ]);
    const edge = sql(`INSERT INTO "StepEdge" VALUES ('approve', 'DRAFT', 'ACTIVE', '{}')`);
    expect(
      await found(edge, sql(`DELETE FROM "StepEdge" WHERE "fromState" = 'DRAFT' AND "toState" = 'ACTIVE'`)),
    ).toEqual([{ rule: "StepEdge_is_the_table", what: "approve" }]);
    const trail = (from: State) =>
      sql(
        `UPDATE "AuditEvent" SET "fromState" = '${from}' WHERE "applicationId" = '${ids.OFFERED}' AND action = 'sendOffer'`,
      );
    expect(await found(trail("DRAFT"), trail("APPROVED"))).toEqual([
      { rule: "AuditEvent_step_goes_on", what: expect.stringContaining(await referenceOf("OFFERED")) },
    ]);
  });
});

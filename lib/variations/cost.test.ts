// A variation of cost: what is reserved, committed and released, and who decides.

import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { listLedgerDifferences } from "#lib/budget/queries.ts";
import { nameDeputy } from "#lib/deputies/commands.ts";
import { fromDatabase } from "#lib/lifecycle/constraints.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { addDays } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { unguarded } from "#lib/testing/database.ts";
import { asShown } from "#lib/testing/settings.ts";
import {
  approve,
  approver,
  approverOf,
  arrangement,
  ask,
  budget,
  cancel,
  confirm,
  contributor,
  decline,
  desk,
  FIRST,
  found,
  held,
  idOf,
  last,
  phased,
  refusal,
  SECOND,
  somebody,
  today,
  useVariations,
  waiting,
  year,
} from "#lib/testing/variations.ts";
import { listBreaches } from "#lib/workflow/held/queries.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import { listVariations } from "./queries.ts";
import type { Terms } from "./rules.ts";

useVariations();

describe("a variation of cost", () => {
  const more = (): Terms => ({ kind: "COST", phasing: phased(FIRST - 1_000_00n, SECOND + 9_000_00n) });

  test("is set aside at the budget check and committed when it is approved; what a year loses is released", async () => {
    const reference = await arrangement();
    await ask(reference, more());
    expect(await waiting(budget, reference)).toEqual(["confirmVariation"]);
    expect(await refusal(approve(reference, approver))).toMatchObject({
      code: "STATE",
      message: "The budget officer needs to confirm the budget of Variation 1, cost, first.",
    });
    await confirm(reference);
    expect(await held(reference)).toEqual([0n, FIRST, 9_000_00n, SECOND]);
    expect([await waiting(budget, reference), await waiting(approver, reference)]).toEqual([[], ["approveVariation"]]);
    expect(await refusal(confirm(reference))).toMatchObject({ code: "STATE" });
    await approve(reference, approver);
    expect(await held(reference)).toEqual([0n, FIRST - 1_000_00n, 0n, SECOND + 9_000_00n]);
    expect(await last(reference)).toMatchObject({
      state: "APPROVED",
      confirmed: { by: budget.name },
      decided: { by: approver.name, delegationCents: null },
    });
    expect(await db().duty.findMany({ where: { application: { reference } }, orderBy: { kind: "asc" } })).toMatchObject(
      [
        { personId: budget.personId, kind: "CHECK_BUDGET" },
        { personId: approver.personId, kind: "DECIDE" },
      ],
    );
    const application = await db().application.findUniqueOrThrow({ where: { reference } });
    expect([application.requestedCents, application.approvedCents]).toEqual([FIRST + SECOND, FIRST + SECOND]);
    expect(await listLedgerDifferences()).toEqual([]);
  });

  test("gives back what was set aside when it is declined or cancelled", async () => {
    const reference = await arrangement();
    for (const end of [() => decline(reference, approver), () => cancel(reference)]) {
      await ask(reference, more());
      await confirm(reference);
      await end();
      expect(await held(reference)).toEqual([0n, FIRST, 0n, SECOND]);
    }
    const records = await listVariations(contributor, await idOf(reference));
    expect(records.map(({ state, answer, confirmed, decided }) => [state, answer, confirmed, decided?.by])).toEqual([
      ["CANCELLED", null, null, contributor.name],
      ["DECLINED", "Too late in the year.", null, "MFAT"],
    ]);
  });

  test("of more than is available is refused with that sum: when asked for, and when the money went meanwhile", async () => {
    const reference = await arrangement();
    const { envelopeCents, reservedCents, committedCents } = await db().financialYear.findUniqueOrThrow({
      where: { startYear: year },
    });
    const available = envelopeCents - reservedCents - committedCents;
    const refused = await refusal(ask(reference, { kind: "COST", phasing: phased(FIRST + available + 1n, SECOND) }));
    expect(refused.fields[`phasing${year}`]).toMatch(/ Only \$[\d,.]+ is available in /);
    await ask(reference, { kind: "COST", phasing: phased(FIRST + available, SECOND) });
    // Another arrangement takes some of it.
    await arrangement();
    await expect(confirm(reference)).rejects.toMatchObject({
      code: "MONEY",
      message: expect.stringMatching(/^Only \$/),
    });
    expect(await held(reference)).toEqual([0n, FIRST, 0n, SECOND]);
    await cancel(reference);
  });

  test("needs a delegation for the new total, in words and on My work; a deputy's is recorded", async () => {
    const low = await approverOf(FIRST + SECOND);
    const reference = await arrangement(low);
    await ask(reference, more());
    await confirm(reference);
    expect(await waiting(low, reference)).toEqual([]);
    expect(await refusal(approve(reference, low))).toMatchObject({
      code: "FORBIDDEN",
      message: "You can only decide up to $40,000.00. $48,000.00 needs an approver with a higher delegation.",
    });
    const days = { deputy: low.personId, fromOn: today(), toOn: addDays(today(), 3) };
    await nameDeputy(approver, await asShown(approver.personId), days);
    expect(await waiting(low, reference)).toEqual(["approveVariation"]);
    await approve(reference, low);
    expect(await last(reference)).toMatchObject({
      decided: { by: `${low.name} for ${approver.name}`, forName: approver.name, delegationCents: null },
    });
    expect((await listHistory(desk, await idOf(reference)))[0]?.by).toBe(`${low.name} for ${approver.name}`);
  });

  test("who checks its budget does not decide on it, also where the portal is passed by", async () => {
    const both = await somebody("BUDGET", "APPROVER");
    await unguarded().delegation.create({ data: { personId: both.personId, limitCents: null } });
    const reference = await arrangement(both);
    const jack = asMfat(await found(both.email));
    await ask(reference, more());
    await confirm(reference, jack);
    expect(await waiting(jack, reference)).toEqual([]);
    expect(await refusal(approve(reference, jack))).toMatchObject({
      code: "FORBIDDEN",
      message: expect.stringContaining("You checked its budget"),
    });
    const { id } = (await last(reference)) ?? { id: "" };
    const decided = { state: "APPROVED", decidedById: jack.personId, decidedAt: new Date() } as const;
    await expect(db().variation.update({ where: { id }, data: decided })).rejects.toThrow(/Variation_decide_duty/);
    await expect(db().variation.update({ where: { id }, data: { ...decided, decideDuty: "DECIDE" } })).rejects.toThrow(
      /decideDuty_fkey/,
    );
  });
});

describe("a delegation that is lowered while its approver decides on a variation", () => {
  const more = (): Terms => ({ kind: "COST", phasing: phased(FIRST, SECOND + 9_000_00n) });

  /** A variation within the delegation of its approver, about to be approved. */
  async function deciding() {
    const limited = await approverOf(50_000_00n);
    const reference = await arrangement(limited);
    await ask(reference, more());
    await confirm(reference);
    return { reference, limited };
  }

  /** Lowers it in a transaction that ends once the approval waits for it, or has ended first. */
  async function meanwhile({ reference, limited }: Awaited<ReturnType<typeof deciding>>): Promise<string> {
    let said = Promise.resolve("not begun");
    await unguarded().$transaction(async (tx) => {
      await tx.delegation.update({ where: { personId: limited.personId }, data: { limitCents: 1_00n } });
      let isOver = false;
      said = approve(reference, limited)
        .then(
          () => "done",
          (error) => fromDatabase(error)?.message ?? String(error),
        )
        .finally(() => {
          isOver = true;
        });
      const waits = () => tx.$queryRaw<unknown[]>`SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      while (!isOver && (await waits()).length === 0) await pause(2);
    });
    return said;
  }

  const beyond = async () => (await listBreaches()).filter(({ rule }) => rule === "Variation_within_delegation");

  test("the variation is not approved, and the approver is told", async () => {
    const variation = await deciding();
    expect(await meanwhile(variation)).toMatch(/^Your delegation has changed/);
    expect(await last(variation.reference)).toMatchObject({ state: "BUDGET_CONFIRMED" });
    expect(await held(variation.reference)).toEqual([0n, FIRST, 9_000_00n, SECOND]);
  });

  test("control: where the database only reads the delegation, it is approved", async () => {
    const [made] = await unguarded().$queryRaw<{ source: string }[]>`
      SELECT pg_get_functiondef('varies_within_delegation'::regproc) AS source`;
    const source = made?.source ?? "";
    expect(source).toContain(" FOR SHARE");
    await unguarded().$executeRawUnsafe(source.replaceAll(" FOR SHARE", ""));
    expect(await meanwhile(await deciding())).toBe("done");
    await unguarded().$executeRawUnsafe(source);
  });

  test("one beyond the delegation is refused past the portal’s commands too, and found where the owner did it", async () => {
    const { reference, limited } = await deciding();
    const { id } = (await last(reference)) ?? { id: "" };
    await unguarded().delegation.update({ where: { personId: limited.personId }, data: { limitCents: 1_00n } });
    const decided = { decidedById: limited.personId, decideDuty: "DECIDE", decidedAt: new Date() } as const;
    const approved = { ...decided, state: "APPROVED", delegationCents: 1_00n } as const;
    await expect(db().variation.update({ where: { id }, data: approved })).rejects.toThrow(
      /Variation_within_delegation/,
    );
    expect(await beyond()).toEqual([]);
    await unguarded().variation.update({ where: { id }, data: approved });
    expect(await beyond()).toEqual([{ rule: "Variation_within_delegation", what: reference }]);
  });
});

// Who may ask for, check, approve, decline and cancel a variation, and what each leaves behind.
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import { pay } from "#lib/budget/commands.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays } from "#lib/platform/dates.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { formatYear } from "#lib/platform/money.ts";
import { keepForm, signedToday, unguarded } from "#lib/testing/database.ts";
import {
  agencyId,
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
  held,
  idOf,
  last,
  later,
  phased,
  reason,
  refusal,
  request,
  SECOND,
  somebody,
  today,
  useVariations,
  waiting,
  year,
} from "#lib/testing/variations.ts";
import { listObstacles } from "#lib/workflow/obstacles/queries.ts";
import { inWords } from "#lib/workflow/rules.ts";
import * as variations from "./commands.ts";
import { getAgreed, listRegister, listVariations } from "./queries.ts";
import type { Terms } from "./rules.ts";

useVariations();

test("who acts next is asked, also while something else has waited longer; who is recused is not", async () => {
  const recused = await somebody("BUDGET");
  const reference = await arrangement(recused);
  const applicationId = await idOf(reference);
  const sent = { formHash: await keepForm("REPORT"), versionNumber: 1, agencyName: "-", submitterName: "-" };
  await unguarded().applicationVersion.create({
    data: {
      ...(await signedToday()),
      applicationId,
      number: 1,
      answers: {},
      requestedCents: 0n,
      certifiedById: applicationId,
    },
  });
  await unguarded().report.create({
    data: {
      ...sent,
      applicationId,
      number: 1,
      kind: "PROGRESS",
      dueOn: today(),
      state: "SUBMITTED",
      submittedAt: now(),
    },
  });
  const key = { applicationId_personId: { applicationId, personId: recused.personId } };
  await unguarded().interestDeclaration.update({ where: key, data: { hasInterest: true, isRecused: true } });
  const told = async (what: string) =>
    (await db().email.findMany({ where: { applicationId, subject: { contains: what } } })).map(({ to }) => to);
  await ask(reference, { kind: "COST", phasing: phased(FIRST + 1n, SECOND) });
  expect(await told("variation asked for")).toContain(budget.email);
  expect(await told("variation asked for")).not.toContain(recused.email);
  // Once the budget is confirmed, the contributor's report has waited longest.
  await unguarded().report.updateMany({ where: { applicationId }, data: { state: "RETURNED", answeredAt: now() } });
  await confirm(reference);
  expect(await told("budget of the variation confirmed")).toContain(approver.email);
  const listed = async (actor: MfatActor) =>
    (await listRegister(actor, { state: "OPEN", kind: null, agency: null, officer: null })).rows.map(
      ({ application }) => application,
    );
  expect(await listed(budget)).toContainEqual(expect.objectContaining({ reference }));
  expect(await listed(recused)).not.toContainEqual(expect.objectContaining({ reference }));
  await cancel(reference);
});

describe("several changes in one variation", () => {
  test("an end before a year that holds money takes a re-phasing with it, which the budget officer checks first", async () => {
    const reference = await arrangement();
    const endsOn = today();
    expect(await refusal(ask(reference, { kind: "TIME", endsOn }))).toMatchObject({
      fields: { "endsOn-day": expect.stringContaining(`is committed in ${formatYear(year + 1)}`) },
    });
    const joined = { kind: "REPHASING", endsOn, scope: "Two courses", phasing: phased(FIRST + SECOND, 0n) } as const;
    await ask(reference, joined);
    expect([await waiting(budget, reference), await waiting(desk, reference)]).toEqual([["confirmVariation"], []]);
    expect(await refusal(approve(reference, desk))).toMatchObject({ code: "STATE" });
    await confirm(reference);
    expect([await waiting(budget, reference), await waiting(desk, reference)]).toEqual([[], ["approveVariation"]]);
    expect(await held(reference)).toEqual([SECOND, FIRST, 0n, SECOND]);
    expect((await refusal(approve(reference, budget))).code).toBe("FORBIDDEN");
    await approve(reference, desk);
    expect(await held(reference)).toEqual([0n, FIRST + SECOND, 0n, 0n]);
    expect(await getAgreed(contributor, await idOf(reference))).toMatchObject({ endsOn, scope: "Two courses" });
    expect(await last(reference)).toMatchObject({
      kindLabel: "Time, Scope and Re-phasing",
      state: "APPROVED",
      current: { phasing: phased(FIRST, SECOND) },
      proposed: { endsOn },
    });
    const found = async (kind: string) =>
      (await listRegister(desk, { state: null, kind, agency: null, officer: null })).rows.some(
        ({ application }) => application.reference === reference,
      );
    expect([await found("TIME"), await found("SCOPE"), await found("REPHASING"), await found("COST")]).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  test("or the money of that year is given back, which the approver decides", async () => {
    const reference = await arrangement();
    await ask(reference, { kind: "COST", endsOn: today(), phasing: phased(FIRST, 0n) });
    expect(await waiting(budget, reference)).toEqual(["confirmVariation"]);
    await confirm(reference);
    await approve(reference, approver);
    expect(await held(reference)).toEqual([0n, FIRST, 0n, 0n]);
    expect(await getAgreed(contributor, await idOf(reference))).toMatchObject({ endsOn: today() });
  });

  test("what was set aside is given back where it is declined", async () => {
    const reference = await arrangement();
    await ask(reference, { kind: "REPHASING", endsOn: today(), phasing: phased(FIRST + SECOND, 0n) });
    await confirm(reference);
    await decline(reference, desk);
    expect(await held(reference)).toEqual([0n, FIRST, 0n, SECOND]);
  });
});

describe("the desk approves time and scope", () => {
  test("a new end is the arrangement's, and what was applied for stays", async () => {
    const reference = await arrangement();
    const applicationId = await idOf(reference);
    const report = { applicationId, number: 1, kind: "FINAL", dueOn: addDays(today(), 330) } as const;
    const { id } = await unguarded().report.create({ data: report });
    await ask(reference, later(400));
    expect(await waiting(desk, reference)).toEqual(["approveVariation"]);
    expect([await waiting(budget, reference), await waiting(approver, reference)]).toEqual([[], []]);
    await approve(reference, desk);
    const { endsOn, scope } = await db().arrangement.findFirstOrThrow({ where: { application: { reference } } });
    expect([endsOn, scope]).toEqual([addDays(today(), 400), ""]);
    expect((await db().report.findUniqueOrThrow({ where: { id } })).dueOn > endsOn).toBe(true);
    expect(await last(reference)).toMatchObject({ state: "APPROVED", decided: { by: desk.name }, number: 1 });
    expect(await db().application.findUniqueOrThrow({ where: { reference } })).toMatchObject({ endsOn: null });
    expect(await waiting(desk, reference)).toEqual([]);
  });

  test("another scope is kept in words, and is what the next one begins with", async () => {
    const reference = await arrangement();
    await ask(reference, { kind: "SCOPE", scope: "Three courses" });
    await approve(reference, desk);
    expect(await getAgreed(contributor, await idOf(reference))).toMatchObject({ scope: "Three courses" });
    expect(await refusal(ask(reference, { kind: "SCOPE", scope: "Three courses" }))).toMatchObject({
      fields: { scope: expect.any(String) },
    });
  });

  test("nobody else does, and another kind is not the desk's", async () => {
    const reference = await arrangement();
    await ask(reference, later(400));
    for (const other of [budget, approver]) {
      expect(await refusal(approve(reference, other))).toMatchObject({
        code: "FORBIDDEN",
        message: "A variation of time is approved by the desk officer.",
      });
      expect((await refusal(decline(reference, other))).code).toBe("FORBIDDEN");
    }
    expect(await refusal(confirm(reference))).toMatchObject({
      code: "STATE",
      message: "Variation 1, time, has no budget check. The desk officer approves it.",
    });
    await cancel(reference);
    await ask(reference, { kind: "REPHASING", phasing: phased(FIRST - 1n, SECOND + 1n) });
    expect(await refusal(approve(reference, desk))).toMatchObject({
      message: "A variation of re-phasing is approved by the budget officer.",
    });
  });
});

describe("a re-phasing", () => {
  test("moves what is committed between years when the budget officer approves it", async () => {
    const reference = await arrangement();
    const terms: Terms = { kind: "REPHASING", phasing: phased(FIRST - 5_000_00n, SECOND + 5_000_00n) };
    await ask(reference, terms);
    expect(await held(reference)).toEqual([0n, FIRST, 0n, SECOND]);
    expect(await waiting(budget, reference)).toEqual(["approveVariation"]);
    await approve(reference, budget);
    expect(await held(reference)).toEqual([0n, FIRST - 5_000_00n, 0n, SECOND + 5_000_00n]);
    const kinds = await db().ledgerEntry.findMany({
      where: { application: { reference } },
      orderBy: { id: "desc" },
      take: 2,
    });
    expect(kinds.map(({ kind, actorId }) => [kind, actorId])).toEqual([
      ["MOVE", budget.personId],
      ["MOVE", budget.personId],
    ]);
    expect(await db().application.findUniqueOrThrow({ where: { reference } })).toMatchObject({
      approvedCents: FIRST + SECOND,
    });
    expect(await db().phasing.findMany({ where: { application: { reference }, startYear: year } })).toMatchObject([
      { kind: "APPROVED", cents: FIRST },
    ]);
  });

  test("is refused where more was paid since it was asked for", async () => {
    const reference = await arrangement();
    await ask(reference, { kind: "REPHASING", phasing: phased(1_000_00n, FIRST + SECOND - 1_000_00n) });
    const id = await idOf(reference);
    const cause = { actor: budget, requestId: randomUUID(), reason: "Paid" };
    await transaction((tx) => pay(tx, cause, id, { startYear: year, cents: 1_000_01n, on: today() }));
    expect(await refusal(approve(reference, budget))).toMatchObject({
      code: "STATE",
      message: expect.stringContaining(`$1,000.01 is paid or claimed in ${formatYear(year)} by now`),
    });
    expect(await held(reference)).toEqual([0n, FIRST, 0n, SECOND]);
  });
});

describe("one at a time", () => {
  test("a second one is refused as long as the first is open, by the database too", async () => {
    const reference = await arrangement();
    await ask(reference, later(400));
    expect(await refusal(ask(reference, later(500)))).toMatchObject({
      code: "CONFLICT",
      message: "Variation 1, time, is open. It needs to be decided or cancelled first.",
    });
    const row = await db().variation.findFirstOrThrow({ where: { arrangement: { application: { reference } } } });
    const { id: _, ...copy } = row;
    await expect(db().variation.create({ data: { ...copy, number: 2, current: {}, proposed: {} } })).rejects.toThrow(
      /Variation_one_open|Unique constraint/,
    );
    await decline(reference, desk);
    await ask(reference, later(500));
    expect((await last(reference))?.number).toBe(2);
  });

  test("two approve at once: one does, the other is told so; the same form twice acts once", async () => {
    const other = await approverOf(null);
    const reference = await arrangement(other);
    await ask(reference, { kind: "COST", phasing: phased(FIRST + 1n, SECOND) });
    await confirm(reference);
    const { revision } = await request(reference);
    const press = (actor: MfatActor, requestId: string) =>
      variations.approveVariation(actor, { requestId, revision }, reference);
    const form = randomUUID();
    const results = await Promise.allSettled([press(approver, form), press(other, randomUUID())]);
    const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    expect(refused).toHaveLength(1);
    expect(inWords(refused[0])).toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("variation approved"),
    });
    if (results[0]?.status === "fulfilled") await press(approver, form);
    expect(await held(reference)).toEqual([0n, FIRST + 1n, 0n, SECOND]);
    expect(await db().ledgerEntry.count({ where: { application: { reference }, committedCents: 1n } })).toBe(1);
  });

  test("another agency's is not found, and nothing is possible where none is open or all is on hold", async () => {
    const reference = await arrangement();
    expect(await refusal(cancel(reference))).toMatchObject({
      code: "STATE",
      message: "No variation is open, so you cannot do this now: “Cancel the variation”.",
    });
    const agency = await db().agency.findFirstOrThrow({ where: { id: { not: agencyId } } });
    const stranger = { ...contributor, agencyId: agency.id };
    const asked = { ...later(400), reason };
    expect(
      await refusal(variations.askForVariation(stranger, await request(reference), reference, asked)),
    ).toMatchObject({ code: "NOT_FOUND" });
    await ask(reference, later(400));
    expect(await listVariations(stranger, await idOf(reference))).toEqual([]);
    await unguarded().application.update({ where: { reference }, data: { heldAt: new Date() } });
    expect(await refusal(approve(reference, desk))).toMatchObject({ message: expect.stringContaining("is on hold") });
  });
});

test("a closed year keeps its money: a re-phasing out of it is neither asked for nor approved", async () => {
  const terms = { kind: "REPHASING", phasing: phased(FIRST - 1n, SECOND + 1n) } as const;
  const [asked, other] = [await arrangement(), await arrangement()];
  await ask(asked, terms);
  const life = (closedAt: Date | null, cutoffOn: Date | null) =>
    unguarded().financialYear.update({ where: { startYear: year }, data: { closedAt, cutoffOn } });
  await life(new Date(Date.UTC(year + 1, 7, 1)), new Date(Date.UTC(year + 1, 6, 20)));
  try {
    const why = `${formatYear(year)} is closed, so its money cannot move into another year`;
    const now = expect.stringContaining(`${why}. Decline the variation. The agency can ask again`);
    // Its page says so first, and shows what can still be done.
    const offered = await listObstacles(budget, await getApplication(budget, asked));
    expect([offered.approveVariation, offered.declineVariation]).toEqual([now, undefined]);
    expect(await refusal(approve(asked, budget))).toMatchObject({ code: "STATE", message: now });
    expect(await refusal(ask(other, terms))).toMatchObject({ fields: { [`phasing${year}`]: why } });
    const { years } = await getAgreed(contributor, await idOf(other));
    expect(years.filter(({ isClosed }) => isClosed).map(({ startYear }) => startYear)).toEqual([year]);
    await decline(asked, budget);
  } finally {
    await life(null, null);
  }
});

test("who acts next is asked by mail, and the agency is told how it ended", async () => {
  const reference = await arrangement();
  const applicationId = await idOf(reference);
  const mails = async () => {
    const found = await db().email.findMany({ where: { applicationId }, orderBy: { createdAt: "asc" } });
    return found.map(({ to, subject, text }) => ({ to, what: subject.split(": ").at(-1), text }));
  };
  await ask(reference, { kind: "COST", phasing: phased(FIRST + 1n, SECOND) });
  expect(await mails()).toContainEqual({
    to: budget.email,
    what: expect.stringContaining("variation asked for by"),
    text: expect.stringMatching(/waiting on the budget officer[\s\S]*It is variation 1, cost\./),
  });
  await confirm(reference);
  expect((await mails()).filter(({ to }) => to === approver.email)).toMatchObject([
    { what: "budget of the variation confirmed by the budget officer" },
  ]);
  expect((await mails()).filter(({ to, what }) => to === contributor.email && what?.startsWith("budget"))).toEqual([]);
});

// Who may ask for, check, approve, decline and cancel a variation, and what each leaves behind.

import { randomUUID } from "node:crypto";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { commitReserve, pay, reserve } from "#lib/budget/commands.ts";
import { listLedgerDifferences } from "#lib/budget/queries.ts";
import type { PhasedAmount } from "#lib/budget/rules.ts";
import { nameDeputy } from "#lib/deputies/commands.ts";
import { type AgencyActor, asAgency, asMfat, type MfatActor, type Role } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { addDays, dayOf, financialYearOf } from "#lib/platform/dates.ts";
import { db, transaction } from "#lib/platform/db.ts";
import type { DomainError } from "#lib/platform/errors.ts";
import { formatYear } from "#lib/platform/money.ts";
import { csvOf } from "#lib/platform/sheet.ts";
import { declareNone, keepForm, signedToday, useTestDatabase } from "#lib/test-database.ts";
import { listWork } from "#lib/work/queries.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import { inWords } from "#lib/workflow/rules.ts";
import * as variations from "./commands.ts";
import { getAgreed, listRegister, listVariations } from "./queries.ts";
import { changeOfTotal, type Terms, waitsOnWords } from "./rules.ts";

useTestDatabase();
afterEach(() => {
  shiftClock(0);
});

const [FIRST, SECOND] = [30_000_00n, 10_000_00n];
const reason = "The partner asked for it.";
let year = 0;
let number = 0;
let agencyId = "";
let roundId = "";
let contributor: AgencyActor;
let desk: MfatActor;
let budget: MfatActor;
let approver: MfatActor;

beforeAll(async () => {
  year = financialYearOf(dayOf(now()));
  agencyId = (await db().agency.findFirstOrThrow()).id;
  roundId = (await db().round.create({ data: { name: "Variations", opensAt: new Date(0) } })).id;
  const roles = { create: { role: "CONTRIBUTOR" as const } };
  const email = "contributor@variations.example";
  await db().person.create({ data: { email, name: "Contributor", side: "AGENCY", agencyId, roles } });
  contributor = asAgency(await found(email));
  [desk, budget] = [await somebody("DESK"), await somebody("BUDGET")];
  approver = await approverOf(null);
});

async function found(email: string) {
  const actor = await findActor(email);
  if (!actor) throw new Error(`nobody has ${email}`);
  return actor;
}

async function somebody(...roles: Role[]): Promise<MfatActor> {
  const email = `varies${++number}@mfat.example`;
  const create = roles.map((role) => ({ role }));
  await db().person.create({ data: { email, name: `Person ${number}`, side: "MFAT", roles: { create } } });
  return asMfat(await found(email));
}

async function approverOf(limitCents: bigint | null): Promise<MfatActor> {
  const { personId, email } = await somebody("APPROVER");
  await db().delegation.create({ data: { personId, limitCents } });
  return asMfat(await found(email));
}

const phased = (first: bigint, second: bigint): PhasedAmount => [
  { startYear: year, cents: first },
  { startYear: year + 1, cents: second },
];

/** An arrangement over two years, of which everybody who acts has declared. Answers its reference. */
async function arrangement(...others: MfatActor[]): Promise<string> {
  const reference = `PSF-2026-${String(++number).padStart(4, "0")}`;
  const phasing = phased(FIRST, SECOND);
  const approvedCents = FIRST + SECOND;
  const { id } = await db().application.create({
    data: {
      reference,
      title: reference,
      agencyId,
      roundId,
      createdById: contributor.personId,
      state: "ACTIVE",
      requestedCents: approvedCents,
      recommendedCents: approvedCents,
      approvedCents,
      phasing: { create: phasing.map((part) => ({ ...part, kind: "APPROVED" as const })) },
      arrangement: { create: { startsOn: addDays(today(), -30), endsOn: addDays(today(), 300) } },
    },
  });
  await transaction(async (tx) => {
    const cause = { actor: null, requestId: randomUUID(), reason: "Agreed" };
    await reserve(tx, cause, id, phasing);
    await commitReserve(tx, cause, id);
  });
  for (const { personId } of [desk, budget, approver, ...others]) await declareNone(personId, { reference });
  return reference;
}

const today = (): Date => dayOf(now());
async function request(reference: string) {
  const { revision } = await db().application.findUniqueOrThrow({ where: { reference } });
  return { requestId: randomUUID(), revision };
}
const ask = async (reference: string, terms: Terms) =>
  variations.askForVariation(contributor, await request(reference), reference, { ...terms, reason });
const confirm = async (reference: string, actor = budget) =>
  variations.confirmVariation(actor, await request(reference), reference);
const approve = async (reference: string, actor: MfatActor) =>
  variations.approveVariation(actor, await request(reference), reference);
const decline = async (reference: string, actor: MfatActor) =>
  variations.declineVariation(actor, await request(reference), reference, { reason: "Too late in the year." });
const cancel = async (reference: string) =>
  variations.cancelVariation(contributor, await request(reference), reference);

const idOf = async (reference: string) => (await db().application.findUniqueOrThrow({ where: { reference } })).id;
/** Reserved and committed in the two years, in cents. */
async function held(reference: string): Promise<bigint[]> {
  const rows = await db().applicationFunding.findMany({
    where: { application: { reference } },
    orderBy: { startYear: "asc" },
  });
  return rows.flatMap(({ reservedCents, committedCents }) => [reservedCents, committedCents]);
}
const last = async (reference: string) => (await listVariations(desk, await idOf(reference)))[0];
const refusal = (work: Promise<unknown>): Promise<DomainError> =>
  work.then(
    () => Promise.reject(new Error("not refused")),
    (error) => error,
  );
const waiting = async (actor: MfatActor, reference: string) =>
  (await listWork(actor)).items.filter((item) => item.reference === reference).map(({ step }) => step);
const later = (days: number): Terms => ({ kind: "TIME", endsOn: addDays(today(), days) });

test("who acts next is asked, also while something else has waited longer; who is recused is not", async () => {
  const recused = await somebody("BUDGET");
  const reference = await arrangement(recused);
  const applicationId = await idOf(reference);
  const sent = { formHash: await keepForm("REPORT"), versionNumber: 1, agencyName: "-", submitterName: "-" };
  await db().applicationVersion.create({
    data: {
      ...(await signedToday()),
      applicationId,
      number: 1,
      answers: {},
      requestedCents: 0n,
      certifiedById: applicationId,
    },
  });
  await db().report.create({
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
  await db().interestDeclaration.update({ where: key, data: { hasInterest: true, isRecused: true } });
  const told = async (what: string) =>
    (await db().email.findMany({ where: { applicationId, subject: { contains: what } } })).map(({ to }) => to);
  await ask(reference, { kind: "COST", phasing: phased(FIRST + 1n, SECOND) });
  expect(await told("variation asked for")).toContain(budget.email);
  expect(await told("variation asked for")).not.toContain(recused.email);
  // What has waited longest once the budget is confirmed is the contributor's report.
  await db().report.updateMany({ where: { applicationId }, data: { state: "RETURNED", answeredAt: now() } });
  await confirm(reference);
  expect(await told("budget of the variation confirmed")).toContain(approver.email);
  const listed = async (actor: MfatActor) =>
    (await listRegister(actor, { state: "OPEN", kind: null, agency: null })).rows.map(({ application }) => application);
  expect(await listed(budget)).toContainEqual(expect.objectContaining({ reference }));
  expect(await listed(recused)).not.toContainEqual(expect.objectContaining({ reference }));
  await cancel(reference);
});

describe("the desk approves time and scope", () => {
  test("a new end is the arrangement's, and what was applied for stays", async () => {
    const reference = await arrangement();
    const applicationId = await idOf(reference);
    const report = { applicationId, number: 1, kind: "FINAL", dueOn: addDays(today(), 330) } as const;
    const { id } = await db().report.create({ data: report });
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
      message: "Variation 1, time, has no budget check: only one of cost has.",
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

describe("a variation of cost", () => {
  const more = (): Terms => ({ kind: "COST", phasing: phased(FIRST - 1_000_00n, SECOND + 9_000_00n) });

  test("is set aside at the budget check and committed when it is approved; what a year loses is released", async () => {
    const reference = await arrangement();
    await ask(reference, more());
    expect(await waiting(budget, reference)).toEqual(["confirmVariation"]);
    expect(await refusal(approve(reference, approver))).toMatchObject({
      code: "STATE",
      message: "The budget officer has to confirm the budget of Variation 1, cost, first.",
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
      message: "You may decide up to $40,000.00; $48,000.00 needs an approver with a higher delegation.",
    });
    const days = { deputy: low.personId, fromOn: today(), toOn: addDays(today(), 3) };
    await nameDeputy(approver, { requestId: randomUUID() }, days);
    expect(await waiting(low, reference)).toEqual(["approveVariation"]);
    await approve(reference, low);
    expect(await last(reference)).toMatchObject({
      decided: { by: `${low.name} for ${approver.name}`, forName: approver.name, delegationCents: null },
    });
    expect((await listHistory(desk, await idOf(reference)))[0]?.by).toBe(`${low.name} for ${approver.name}`);
  });

  test("who checks its budget does not decide on it, also where the portal is passed by", async () => {
    const both = await somebody("BUDGET", "APPROVER");
    await db().delegation.create({ data: { personId: both.personId, limitCents: null } });
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

describe("one at a time", () => {
  test("a second one is refused as long as the first is open, by the database too", async () => {
    const reference = await arrangement();
    await ask(reference, later(400));
    expect(await refusal(ask(reference, later(500)))).toMatchObject({
      code: "CONFLICT",
      message: "Variation 1, time, is open. It has to be decided or cancelled first.",
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
      message: "No variation is open, so “Cancel the variation” is not possible.",
    });
    const agency = await db().agency.findFirstOrThrow({ where: { id: { not: agencyId } } });
    const stranger = { ...contributor, agencyId: agency.id };
    const asked = { ...later(400), reason };
    expect(
      await refusal(variations.askForVariation(stranger, await request(reference), reference, asked)),
    ).toMatchObject({ code: "NOT_FOUND" });
    await ask(reference, later(400));
    expect(await listVariations(stranger, await idOf(reference))).toEqual([]);
    await db().application.update({ where: { reference }, data: { heldAt: new Date() } });
    expect(await refusal(approve(reference, desk))).toMatchObject({ message: expect.stringContaining("is on hold") });
  });
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
    text: expect.stringMatching(/waits on the budget officer[\s\S]*It is variation 1, cost\./),
  });
  await confirm(reference);
  expect((await mails()).filter(({ to }) => to === approver.email)).toMatchObject([
    { what: "budget of the variation confirmed by the budget officer" },
  ]);
  expect((await mails()).filter(({ to, what }) => to === contributor.email && what?.startsWith("budget"))).toEqual([]);
});

describe("the list of all variations", () => {
  const any = { state: null, kind: null, agency: null };

  test("is narrowed by state, kind and agency, in pages and as a file that says so", async () => {
    const reference = await arrangement();
    await ask(reference, { kind: "COST", phasing: phased(FIRST + 7_00n, SECOND) });
    const open = await listRegister(desk, { state: "OPEN", kind: "COST", agency: agencyId });
    const found = open.rows.find(({ application }) => application.reference === reference);
    expect([found && changeOfTotal(found), found && waitsOnWords(found)]).toEqual([7_00n, "the budget officer"]);
    expect(open.rows.every(({ kind, decidedAt }) => kind === "COST" && decidedAt === null)).toBe(true);
    const all = await listRegister(desk, any);
    expect([all.count, all.rows.length]).toEqual([await db().variation.count(), all.count]);
    const [first, second] = all.rows;
    const cursor = `${first?.askedAt.toISOString()}_${first?.id}`;
    expect((await listRegister(desk, any, cursor)).rows[0]?.id).toBe(second?.id);

    const sheet = await variations.exportVariations(
      desk,
      { format: "csv" },
      { state: "OPEN", kind: "COST", agency: "nobody" },
    );
    expect(sheet.about[0]).toMatch(/^State: Neither decided nor cancelled\. Kind: Cost\. /);
    expect(csvOf(sheet)).toContain(`${reference},${reference},`);
    expect(sheet.rows).toHaveLength((await listRegister(desk, { ...any, state: "OPEN", kind: "COST" })).count);
    expect(await db().auditEvent.count({ where: { event: "variations.exported", actorId: desk.personId } })).toBe(1);
    await cancel(reference);
  });

  test("is not for an assessor, and has no words of an application", async () => {
    const assessor = await somebody("ASSESSOR");
    await expect(listRegister(assessor, any)).rejects.toMatchObject({ code: "FORBIDDEN" });
    const { rows } = await listRegister(desk, any);
    expect(rows.some((row) => "reason" in row)).toBe(false);
  });
});

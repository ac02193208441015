// A financial year from planned to closed, with everybody who has a part in it: its money, an initiative, unclaimed
// work, what is carried forward, the closing, and what comes after.
import { randomUUID } from "node:crypto";
import { afterEach, beforeAll, expect, test } from "vitest";
import * as arrangements from "#lib/arrangements/commands.ts";
import {
  close as closeInitiative,
  confirmSurplus,
  recordRecovery,
  submitAcquittal,
} from "#lib/arrangements/settlement/commands.ts";
import * as moderation from "#lib/assessments/moderation/commands.ts";
import { askForCarryForward } from "#lib/budget/carry-forward/commands.ts";
import { listMovable } from "#lib/budget/carry-forward/queries.ts";
import { adjustEnvelope } from "#lib/budget/commands.ts";
import { listLedgerDifferences, listPositions } from "#lib/budget/queries.ts";
import { readChangedSince, readStatement, rowsNow } from "#lib/budget/statement/queries.ts";
import { askForClosing, planYears, setCutoff, tellOfYearEnd } from "#lib/budget/years/commands.ts";
import { readYearEnd } from "#lib/budget/years/queries.ts";
import * as decisions from "#lib/decisions/commands.ts";
import { dayInputs } from "#lib/form/fields.ts";
import { type AgencyActor, asAgency, asMfat, type MfatActor, type Role } from "#lib/lifecycle/permissions.ts";
import { askForAccruals, stateAccrual } from "#lib/payments/accruals/commands.ts";
import { submitClaim, withdrawClaim } from "#lib/payments/commands.ts";
import { findActor } from "#lib/people/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf, yearBeginsOn } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import type { DomainError } from "#lib/platform/errors.ts";
import { formatYear } from "#lib/platform/money.ts";
import { invoiceOf } from "#lib/testing/claim-steps.ts";
import { closeYearsBefore, declareNone, leadTo, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { scores, TAKE, well } from "#lib/testing/steps.ts";
import { listVariations } from "#lib/variations/queries.ts";
import { listWork } from "#lib/work/queries.ts";
import { acquittalValues } from "../../prisma/demo/reports.ts";
import { confirmChange } from "./changes/commands.ts";
import { askInClosedYear } from "./closed/commands.ts";

useTestDatabase("template_demo");
afterEach(() => shiftClock(0));

/** So far ahead that the demonstration has no money in it. */
let year = 0;
let reference = "";
let id = "";
let desk: MfatActor;
let budget: MfatActor;
let second: MfatActor;
let approver: MfatActor;
let contributor: AgencyActor;
let certifier: AgencyActor;

/** Noon in New Zealand or shortly before; `month` 0 is the July in which the year starts. */
const goTo = (month: number, day: number) => shiftClock(Date.UTC(year, 6 + month, day) - Date.now());
const on = (month: number, day: number) => new Date(Date.UTC(year, 6 + month, day));
const once = () => ({ requestId: randomUUID() });
const refusal = (work: Promise<unknown>): Promise<DomainError> =>
  work.then(
    () => Promise.reject(new Error("not refused")),
    (error) => error,
  );
const request = async () => {
  const { revision } = await db().application.findUniqueOrThrow({ where: { id } });
  return { ...once(), revision };
};
const confirmLast = async (who: MfatActor) => {
  const { id: changeId } = await db().changeRequest.findFirstOrThrow({
    where: { state: "ASKED" },
    orderBy: { id: "desc" },
  });
  await confirmChange(who, once(), changeId);
};
const positionOf = async () => (await listPositions(budget)).find(({ startYear }) => startYear === year);
/** Claims, approves and pays as the random walks would when all goes well: half of what is left. */
const claimAndPay = async () => {
  await TAKE.submitClaim(contributor, await request(), reference, well);
  await TAKE.confirmWork(desk, await request(), reference, well);
  await TAKE.approveClaim(budget, await request(), reference, well);
  await TAKE.recordPayment(second, await request(), reference, well);
};

beforeAll(async () => {
  const who = async (email: string) => {
    const actor = await findActor(email);
    if (!actor) throw new Error(email);
    return actor;
  };
  const mfat = async (name: string) => asMfat(await who(`${name}@mfat.example`));
  [desk, budget, second, approver] = [
    await mfat("desk"),
    await mfat("budget"),
    await mfat("budget2"),
    await mfat("approver2"),
  ];
  year = financialYearOf(dayOf(now())) + 3;
  const application = await db().application.findFirstOrThrow({ where: { state: "MODERATION", heldAt: null } });
  ({ id, reference } = application);
  const ofAgency = async (role: Role) => {
    const { agencyId } = application;
    const person = await db().person.findFirstOrThrow({
      where: { agencyId, endedAt: null, roles: { some: { role } } },
    });
    return asAgency(await who(person.email));
  };
  [contributor, certifier] = [await ofAgency("CONTRIBUTOR"), await ofAgency("CERTIFIER")];
  // The fund may have been made when another year was open.
  await planYears();
  await closeYearsBefore(year);
  for (const { personId } of [desk, budget, second, approver]) await declareNone(personId, { id });
});

test("planned: a year has no money until two people give it, and its promises rest on that", async () => {
  goTo(-4, 15);
  await planYears();
  expect(await positionOf()).toMatchObject({ envelopeCents: 0n });
  await moderation.saveModeration(desk, reference, await scores(reference));
  const recommend = async () =>
    decisions.recommend(desk, await request(), reference, {
      outcome: "FUND_IN_PART",
      phasing: [
        { startYear: year, cents: 80_000_00n },
        { startYear: year + 1, cents: 0n },
      ],
      conditions: null,
      rationale: "The need is shown.",
      exceptionReason: "Needed",
    });
  expect((await refusal(recommend())).message).toMatch(/Only \$0\.00 is available/);
  const envelope = { startYear: year, changeCents: 80_000_00n, reason: "Estimates", source: "Vote" };
  await adjustEnvelope(budget, once(), { ...envelope, effectiveOn: yearBeginsOn(year) });
  expect((await refusal(confirmLast(budget))).code).toBe("FORBIDDEN");
  await confirmLast(approver);
  expect(await positionOf()).toMatchObject({ envelopeCents: 80_000_00n });
  await recommend();
  await decisions.confirmBudget(budget, await request(), reference);
  await decisions.approve(approver, await request(), reference, {
    phasing: [{ startYear: year, cents: 80_000_00n }],
    conditions: null,
    reason: null,
  });
  const offer = async (dueOn: Date) =>
    arrangements.sendOffer(desk, await request(), reference, { dueOn, message: null, reason: null } as never);
  expect((await refusal(offer(on(12, 1)))).fields).toHaveProperty("dueOn-day");
  await offer(on(-3, 15));
  await arrangements.acceptOffer(certifier, await request(), reference);
  expect(await positionOf()).toMatchObject({ committedCents: 80_000_00n, reservedCents: 0n });
  expect((await refusal(TAKE.submitClaim(contributor, await request(), reference, well))).fields).toHaveProperty(
    "workFrom-day",
  );
});

test("open: it is claimed and paid, and in June its agency states what is done and not claimed", async () => {
  goTo(4, 10);
  await claimAndPay();
  expect(await positionOf()).toMatchObject({ paidCents: 40_000_00n });
  goTo(10, 31);
  const askedOf = () => db().auditEvent.count({ where: { event: "accrual.asked", applicationId: id } });
  await askForAccruals();
  expect(await askedOf()).toBe(0);
  const answer = { year: String(year), amount: 15_000_00n, work: "Training in two ports" };
  expect((await refusal(stateAccrual(contributor, await request(), reference, answer))).fields).toHaveProperty("year");
  goTo(11, 2);
  for (let time = 0; time < 2; time++) await askForAccruals();
  const isAsked = async () =>
    (await listWork(contributor)).items.filter((item) => item.reference === reference && item.step === "stateAccrual");
  expect(await isAsked()).toMatchObject([{ dueOn: on(11, 30) }]);
  // Claimed work is not asked about; after a claim is returned or withdrawn, it is asked about again.
  await TAKE.submitClaim(contributor, await request(), reference, (sides) => (sides === 4 ? 1 : 0));
  expect(await isAsked()).toEqual([]);
  await withdrawClaim(contributor, await request(), reference, { claim: "2", reason: "Not yet" });
  expect(await isAsked()).toHaveLength(1);
  expect(await askedOf()).toBe(1);
  expect(await tellOfYearEnd()).toBe(true);
  const subject = { contains: `${reference}: tell us about unclaimed work` };
  expect(await db().email.count({ where: { to: contributor.email, subject } })).toBe(1);
  const wrong = { ...answer, amount: 40_000_01n };
  expect((await refusal(stateAccrual(contributor, await request(), reference, wrong))).fields).toHaveProperty("amount");
  await stateAccrual(contributor, await request(), reference, { ...answer, amount: 1_00n });
  await stateAccrual(contributor, await request(), reference, answer);
  expect(await isAsked()).toEqual([]);
  expect((await readYearEnd(budget, year)).unspent).toMatchObject([
    { applicationId: id, unspentCents: 40_000_00n, openCents: 0n, statedCents: 15_000_00n, askedAt: expect.any(Date) },
  ]);
});

test("closing: the rest is carried on, and work is claimed and paid until the cut-off", async () => {
  goTo(12, 5);
  await planYears();
  await setCutoff(budget, once(), year, on(12, 31));
  expect(await listMovable(budget, year)).toMatchObject([{ applicationId: id, committedCents: 25_000_00n }]);
  expect((await positionOf())?.availableCents).toBe(0n);
  const asked = { fromYear: year, cents: 0n, initiatives: [id], reason: "Ships were late", source: "Paper 7" };
  await askForCarryForward(budget, once(), asked);
  await confirmLast(second);
  const [agreed] = await listVariations(contributor, id);
  expect(agreed).toMatchObject({
    state: "APPROVED",
    kind: "REPHASING",
    proposed: {
      phasing: [
        { startYear: year, cents: 55_000_00n },
        { startYear: year + 1, cents: 25_000_00n },
      ],
    },
  });
  expect(await db().email.count({ where: { to: certifier.email, subject: { contains: "carried forward" } } })).toBe(1);
  // What was promised and the envelope behind it leave the year together: June has both, and later months neither.
  const ended = (await rowsNow(db(), year)).filter(({ section, key }) => section === "AFTER_JUNE" || key === "11");
  expect(ended).toMatchObject([
    { name: "June", envelopeCents: 80_000_00n, committedCents: 80_000_00n },
    { key: "paid", envelopeCents: 0n, committedCents: 0n },
    { key: "other", envelopeCents: -25_000_00n, committedCents: -25_000_00n },
  ]);
  goTo(13, 1);
  const late = await refusal(TAKE.submitClaim(contributor, await request(), reference, () => 1));
  expect(late.fields["workFrom-day"]).toMatch(/ended on 31 July/);
});

test("closed: two people close it, what is accrued is claimed and paid, and its statement stays", async () => {
  goTo(13, 2);
  await askForClosing(budget, once(), year, "Everything is paid, accrued or carried on");
  await confirmLast(approver);
  const statement = await readStatement(budget, year);
  expect(statement.rows.find(({ section }) => section === "YEAR")).toMatchObject({
    envelopeCents: 55_000_00n,
    committedCents: 55_000_00n,
    paidCents: 40_000_00n,
    accruedCents: 15_000_00n,
  });
  goTo(13, 20);
  const invoice = await invoiceOf(contributor, reference);
  const claim = async (amount: bigint) =>
    submitClaim(contributor, await request(), reference, {
      basis: "WORK",
      workFrom: on(10, 1),
      workTo: on(11, 20),
      amount,
      gst: 0n,
      invoiceNumber: randomUUID(),
      invoicedOn: on(13, 18),
      milestone: "Training in two ports",
      invoice,
      advanceReason: null,
      accountsFor: null,
      accounted: null,
    });
  expect((await refusal(claim(15_000_01n))).fields).toHaveProperty("amount");
  await claim(15_000_00n);
  await TAKE.confirmWork(desk, await request(), reference, well);
  await TAKE.approveClaim(second, await request(), reference, well);
  await TAKE.recordPayment(budget, await request(), reference, well);
  expect(await positionOf()).toMatchObject({ paidCents: 55_000_00n, committedCents: 55_000_00n });
  const again = await readStatement(budget, year);
  expect(again).toEqual(statement);
  expect(
    (await readChangedSince(budget, again)).map(({ figure, thenCents, nowCents }) => [figure, thenCents, nowCents]),
  ).toEqual(
    Array(2)
      .fill([
        ["Paid", 40_000_00n, 55_000_00n],
        ["Accrued", 15_000_00n, 0n],
      ])
      .flat(),
  );
  expect(await listLedgerDifferences()).toEqual([]);

  // What comes back in a closed year is said to be lost to the initiative, and is.
  const received = dayInputs("receivedOn", on(13, 20));
  const back = { claim: "3", ...received, reference: randomUUID(), reason: "Paid twice" };
  await askInClosedYear(budget, await request(), reference, "recoverPayment", back);
  await confirmLast(second);
  const told = await db().email.findFirstOrThrow({
    where: { to: contributor.email, subject: { contains: `${reference}: payment recovered` } },
    orderBy: { id: "desc" },
  });
  expect(told.text).toContain(`${formatYear(year)} is closed, so this money can no longer be claimed.`);
  expect((await refusal(claim(1n))).message).toBeTruthy();
  expect((await readChangedSince(budget, again)).map(({ figure, nowCents }) => [figure, nowCents])).toEqual(
    Array(2)
      .fill([
        ["Payments", 55_000_00n],
        ["Recovered", 15_000_00n],
        ["Accrued", 0n],
      ])
      .flat(),
  );
});

test("a surplus is confirmed in a closed year too: recovered and released there, and the statement stays", async () => {
  goTo(13, 25);
  const statement = await readStatement(budget, year);
  await unguarded().report.updateMany({ where: { applicationId: id }, data: { state: "CANCELLED" } });
  await leadTo(reference, "CLOSING");
  await submitAcquittal(certifier, await request(), reference, await acquittalValues(reference, 39_000_00n));
  const confirm = async () => confirmSurplus(budget, await request(), reference);
  expect((await refusal(confirm())).message).toMatch(/Recover \$1,000\.00 first/);
  const recovery = { amount: 1_000_00n, year: String(year), receivedOn: on(13, 25), reference: randomUUID() };
  await recordRecovery(budget, await request(), reference, recovery);
  await confirm();
  expect(await positionOf()).toMatchObject({ committedCents: 39_000_00n, paidCents: 39_000_00n });
  const next = (await listPositions(budget)).find(({ startYear }) => startYear === year + 1);
  expect(next).toMatchObject({ committedCents: 0n, availableCents: 25_000_00n });
  expect(await readStatement(budget, year)).toEqual(statement);
  expect((await readChangedSince(budget, statement)).map(({ figure, nowCents }) => [figure, nowCents])).toContainEqual([
    "Committed",
    39_000_00n,
  ]);
  expect(await listLedgerDifferences()).toEqual([]);
  await closeInitiative(desk, await request(), reference);
});

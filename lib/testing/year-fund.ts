// A fund whose initiatives are claimed, paid and carried forward over years by the real commands, so that tests can
// compare them with the model (year-model.ts).
import { randomUUID } from "node:crypto";
import { afterEach, beforeAll } from "vitest";
import { askForCarryForward } from "#lib/budget/carry-forward/commands.ts";
import { adjustEnvelope, commitReserve, releaseUnpaid, reserve } from "#lib/budget/commands.ts";
import { reverseAdjustment } from "#lib/budget/ledger/commands.ts";
import { askForClosing, planYears, setCutoff } from "#lib/budget/years/commands.ts";
import { declineChange, withdrawChange } from "#lib/changes/commands.ts";
import * as decisions from "#lib/decisions/commands.ts";
import type { Values } from "#lib/form/fields.ts";
import { fromDatabase } from "#lib/lifecycle/constraints.ts";
import { type AgencyActor, asAgency, asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { lockApplication } from "#lib/lifecycle/queries.ts";
import { stateAccrual } from "#lib/payments/accruals/commands.ts";
import * as claims from "#lib/payments/commands.ts";
import * as payments from "#lib/payments/lines/commands.ts";
import { stageOfClaim } from "#lib/payments/rules.ts";
import { findActor } from "#lib/people/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { db, type Tx, transaction } from "#lib/platform/db.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { plainCents } from "#lib/platform/money.ts";
import { applyDueChanges, confirmChange } from "#lib/workflow/changes/commands.ts";
import { askInClosedYear } from "#lib/workflow/closed/commands.ts";
import { takeStep } from "#lib/workflow/commands.ts";
import type { TestDatabase } from "../../bin/test-server.ts";
import { invoiceOf } from "./claim-steps.ts";
import { approveBefore, budgetOfficers, declareNone, unguarded, useLedgerAlone, useTestDatabase } from "./database.ts";
import { dayAt } from "./year-days.ts";
import { type Command, type Model, type Name, newInitiative } from "./year-model.ts";

export const DAY_MS = 86_400_000;
export const dateOf = (day: number): Date => new Date(day * DAY_MS);
export const today = (): number => dayAt(now().getTime());

export let officers: [MfatActor, MfatActor];
let desk: MfatActor;
export let contributor: AgencyActor;
let roundId = "";
let number = 0;
/** For the initiatives of the model, in its order. */
export const known: { id: string; reference: string }[] = [];
/** What existed before is not part of the model. */
export let before: { changes: string[]; closed: number[] } = { changes: [], closed: [] };

/** A database of its own and the people who act in it; the clock is reset after each test. */
export function useYearFund(): TestDatabase {
  const database = useTestDatabase();
  useLedgerAlone();
  beforeAll(async () => {
    officers = await budgetOfficers();
    const { id: agencyId } = await db().agency.findFirstOrThrow({ orderBy: { name: "asc" } });
    roundId = (
      await unguarded().round.create({ data: { name: "Years", opensAt: new Date(0), publishedAt: new Date(0) } })
    ).id;
    const person = async (email: string, role: "DESK" | "CONTRIBUTOR", of: { side: "MFAT" } | typeof agency) => {
      await unguarded().person.create({ data: { email, name: email, ...of, roles: { create: { role } } } });
      return (await findActor(email)) ?? nobody();
    };
    const agency = { side: "AGENCY", agencyId } as const;
    desk = asMfat(await person("desk@years.example", "DESK", { side: "MFAT" }));
    contributor = asAgency(await person("contributor@years.example", "CONTRIBUTOR", agency));
  });
  afterEach(() => {
    shiftClock(0);
  });
  return database;
}

function nobody(): never {
  throw new Error("There is nobody of that name.");
}

/** Adds an arrangement to the fund, or an application that is waiting to be recommended. */
async function addInitiative(isProposal: boolean): Promise<void> {
  const { startYear } = await db().financialYear.findFirstOrThrow({ orderBy: { startYear: "asc" } });
  const reference = `PSF-${startYear}-${String(++number).padStart(4, "0")}`;
  const own = { title: reference, agencyId: contributor.agencyId, createdById: contributor.personId };
  const state = isProposal ? "MODERATION" : "ACTIVE";
  const { id } = await unguarded().application.create({
    data: { reference, roundId, ...own, state, requestedCents: 100_000_000n },
  });
  if (!isProposal) {
    const days = { startsOn: dateOf(0), endsOn: dateOf(60_000) };
    // Work before the acceptance of an offer cannot be claimed: this one was accepted before all of it.
    await unguarded().arrangement.create({ data: { applicationId: id, ...days, acceptedAt: dateOf(0) } });
    await approveBefore(id, 100_000_000n);
  }
  for (const { personId } of [desk, ...officers]) await declareNone(personId, { id });
  known.push({ id, reference });
}

/**
 * The model of the current fund, after adding that many arrangements and proposals, to which nothing has happened yet.
 */
export async function newModel(arrangements: number, proposals: number): Promise<Model> {
  known.length = 0;
  for (let count = 0; count < arrangements + proposals; count++) await addInitiative(count >= arrangements);
  const [years, changes] = [await db().financialYear.findMany(), await db().changeRequest.findMany()];
  before = {
    changes: changes.map(({ id }) => id),
    closed: years.flatMap(({ startYear, closedAt }) => (closedAt ? [startYear] : [])),
  };
  const model: Model = { years: {}, initiatives: [], changes: [], adjustments: [], statements: {}, turn: 0 };
  for (const one of years) {
    model.years[one.startYear] = {
      envelope: one.envelopeCents,
      reserved: one.reservedCents,
      committed: one.committedCents,
      paid: one.paidCents,
      cutoff: one.cutoffOn && one.cutoffOn.getTime() / DAY_MS,
      isClosed: one.closedAt !== null,
    };
  }
  model.initiatives = known.map((_, index) => newInitiative(index >= arrangements));
  return model;
}

// ---------------------------------------------------------------- the real commands

const initiative = (index: number) => known[index] ?? nobody();
const once = () => ({ requestId: randomUUID() });
const cause = () => ({ actor: officers[0], ...once(), reason: "Test" });
const because = { reason: "As agreed" };
const changeBy = (token: string) => db().changeRequest.findFirstOrThrow({ where: { reason: token } });
const dayIn = (name: string, day: number) => {
  const date = dateOf(day);
  return {
    [`${name}-day`]: String(date.getUTCDate()),
    [`${name}-month`]: String(date.getUTCMonth() + 1),
    [`${name}-year`]: String(date.getUTCFullYear()),
  };
};
const claimed = (of: { claim: number }) => ({ claim: String(of.claim) });

/** Who a claim is waiting on: the desk, until it has confirmed it. */
async function officeOf(of: { initiative: number; claim: number }): Promise<MfatActor> {
  const found = await db().claim.findFirst({
    where: { application: { reference: initiative(of.initiative).reference }, number: of.claim },
  });
  return found && stageOfClaim(found) === "CLAIMED" ? desk : officers[0];
}

/** Locks the application’s row first, like every step. */
const moving = (index: number, work: (tx: Tx, id: string) => Promise<unknown>) =>
  transaction(async (tx) => {
    const { id } = await lockApplication(tx, null, initiative(index).reference);
    await work(tx, id);
  });

async function give(tx: Tx, id: string, { year, cents }: Extract<Command, { name: "give" }>): Promise<void> {
  await reserve(tx, cause(), id, [{ startYear: year, cents }]);
  await commitReserve(tx, cause(), id);
}

async function claim(command: Extract<Command, { name: "claim" }>): Promise<void> {
  const { reference } = initiative(command.initiative);
  const { token, cents, isAdvance, revision } = command;
  const advance = command.accountsFor
    ? await db().claim.findFirstOrThrow({ where: { application: { reference }, number: command.accountsFor } })
    : null;
  const work = dateOf(command.on);
  await claims.submitClaim(contributor, { ...once(), revision }, reference, {
    basis: isAdvance ? "ADVANCE" : "WORK",
    workFrom: work,
    workTo: work,
    amount: cents,
    gst: 0n,
    invoiceNumber: token,
    invoicedOn: dateOf(Math.min(command.on, today())),
    milestone: "Boats",
    invoice: await invoiceOf(contributor, reference),
    advanceReason: isAdvance ? "The yard asks for it" : null,
    accountsFor: advance?.id ?? null,
    accounted: command.accounted || null,
  });
}

const step = (of: { initiative: number; revision: number }) =>
  [{ ...once(), revision: of.revision }, initiative(of.initiative).reference] as const;

const amountOf = ({ cents }: { cents?: bigint | null }) => ({ amount: cents ? plainCents(cents) : "" });

/** A step that corrects what was paid: in a closed year one person asks for it, and another confirms it. */
async function byTwoIfClosed(
  command: { initiative: number; revision: number },
  name: "recoverPayment" | "recordReturnedPayment" | "reverseRecovery" | "recordCreditNote" | "correctPayment",
  answers: Values,
): Promise<unknown> {
  const [request, reference] = step(command);
  const values = { ...answers, ...because };
  const asked = await askInClosedYear(officers[1], request, reference, name, values);
  if (!asked) return takeStep(officers[1], request, reference, name, { values, isLater: false });
  try {
    return await confirmChange(officers[0], once(), asked);
  } catch (error) {
    await withdrawChange(officers[1], once(), asked, "No");
    throw error;
  }
}

/** A payment or a credit note of a claim, by its index in the order of recording. */
async function lineAt(of: { initiative: number; claim: number; at: number }, kind: "payments" | "credits") {
  const lines = await db().paymentLine.findMany({
    where: { claim: { application: { reference: initiative(of.initiative).reference }, number: of.claim } },
    orderBy: [{ recordedAt: "asc" }, { id: "asc" }],
  });
  const credits = lines.filter((line) => line.isCredit);
  const isSettled = ({ id }: (typeof lines)[number]) => credits.some(({ settlesId }) => settlesId === id);
  const found = kind === "credits" ? credits : lines.filter((line) => !line.isCredit && !isSettled(line));
  return found.filter(({ reversesId }) => reversesId === null)[of.at]?.id ?? "";
}

const RUN: { [N in Name]: (command: Extract<Command, { name: N }>) => Promise<unknown> } = {
  give: (command) => moving(command.initiative, (tx, id) => give(tx, id, command)),
  release: (command) => moving(command.initiative, (tx, id) => releaseUnpaid(tx, cause(), id)),
  recommend: (command) =>
    decisions.recommend(desk, ...step(command), {
      outcome: "FUND_IN_PART",
      phasing: [{ startYear: command.year, cents: command.cents }],
      conditions: null,
      rationale: "The need is shown",
      exceptionReason: "As agreed",
    }),
  returnRecommendation: (command) => decisions.returnRecommendation(officers[0], ...step(command), because),
  claim,
  confirmWork: (command) => claims.confirmWork(desk, ...step(command), claimed(command)),
  approveClaim: (command) => claims.approveClaim(officers[0], ...step(command), claimed(command)),
  returnClaim: async (command) =>
    claims.returnClaim(await officeOf(command), ...step(command), { ...claimed(command), ...because }),
  withdrawClaim: (command) => claims.withdrawClaim(contributor, ...step(command), { ...claimed(command), ...because }),
  pay: (command) =>
    payments.recordPayment(officers[1], ...step(command), {
      ...claimed(command),
      paidOn: dateOf(command.on),
      reference: randomUUID(),
      amount: command.cents ?? null,
    }),
  recover: (command) => {
    const own = { ...dayIn("receivedOn", command.on), reference: randomUUID(), ...amountOf(command) };
    return byTwoIfClosed(command, "recoverPayment", { ...claimed(command), ...own });
  },
  sendBack: async (command) => {
    const own = { payment: await lineAt(command, "payments"), ...dayIn("returnedOn", command.on) };
    await byTwoIfClosed(command, "recordReturnedPayment", own);
  },
  credit: (command) => {
    const own = { creditNumber: command.token, reference: command.token, ...dayIn("paidOn", command.on) };
    return byTwoIfClosed(command, "recordCreditNote", { ...claimed(command), ...own, ...amountOf(command) });
  },
  correctPayment: async (command) => {
    const own = { payment: await lineAt(command, command.of), amount: plainCents(command.cents) };
    await byTwoIfClosed(command, "correctPayment", own);
  },
  reverse: async (command) => {
    const rows = await db().recovery.findMany({
      where: { claim: { application: { reference: initiative(command.initiative).reference }, number: command.claim } },
      orderBy: [{ recordedAt: "asc" }, { id: "asc" }],
    });
    const came = rows.filter(({ reversesId }) => reversesId === null);
    await byTwoIfClosed(command, "reverseRecovery", { recovery: came[command.at]?.id ?? "" });
  },
  stateAccrual: (command) =>
    stateAccrual(contributor, ...step(command), { year: String(command.year), amount: command.cents, work: "Boats" }),
  setCutoff: ({ year, day }) => setCutoff(officers[0], once(), year, dateOf(day), "As agreed"),
  adjust: ({ token, year, cents, effectiveOn }) =>
    adjustEnvelope(officers[0], once(), {
      startYear: year,
      changeCents: cents,
      reason: token,
      source: "Paper",
      effectiveOn: dateOf(effectiveOn),
    }),
  carry: ({ token, year, cents, initiatives }) =>
    askForCarryForward(officers[0], once(), {
      fromYear: year,
      cents,
      initiatives: initiatives.map((index) => initiative(index).id),
      reason: token,
      source: "Paper",
    }),
  correct: async ({ token, of, year }) => {
    const { id: changeId } = await changeBy(of);
    const entry = await db().ledgerEntry.findFirstOrThrow({ where: { changeId, startYear: year, kind: "ADJUST" } });
    await reverseAdjustment(officers[0], once(), entry.id, token);
  },
  close: ({ token, year }) => askForClosing(officers[0], once(), year, token),
  confirm: async ({ change, isSamePerson }) =>
    confirmChange(officers[isSamePerson ? 0 : 1], once(), (await changeBy(change)).id),
  decline: async ({ change }) => declineChange(officers[1], once(), (await changeBy(change)).id, "No"),
  withdraw: async ({ change }) => withdrawChange(officers[0], once(), (await changeBy(change)).id, "No"),
  applyDue: applyDueChanges,
  planYears,
};

/** The message of a refusal; null: accepted. An unintended error fails the test. */
export async function run(command: Command): Promise<string | null> {
  try {
    await (RUN[command.name] as (command: Command) => Promise<unknown>)(command);
    return null;
  } catch (error) {
    const isSame = command.name === "confirm" && command.isSamePerson;
    const codes = ["MONEY", "INVALID", "STATE", "CONFLICT", ...(isSame ? ["FORBIDDEN"] : [])];
    const refusal = error instanceof DomainError ? error : fromDatabase(error);
    if (!refusal || !codes.includes(refusal.code)) throw error;
    return [refusal.code, refusal.message, ...Object.values(refusal.fields)].join(" ");
  }
}

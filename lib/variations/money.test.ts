// Whatever is asked for, checked, approved, declined, cancelled and paid, in any order and at once: what is committed
// is what was agreed last, and nothing is reserved when nothing is open. The model is a few lines of memory.
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { commitReserve, pay, reserve } from "#lib/budget/commands.ts";
import { listLedgerDifferences } from "#lib/budget/queries.ts";
import type { PhasedAmount } from "#lib/budget/rules.ts";
import { type AgencyActor, asAgency, asMfat, type MfatActor, type Role } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf } from "#lib/platform/dates.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { sumCents } from "#lib/platform/money.ts";
import { approveBefore, declareNone, unguarded, useLedgerAlone, useTestDatabase } from "#lib/testing/database.ts";
import { Balance, tryAll } from "#lib/testing/random.ts";
import * as variations from "./commands.ts";

useTestDatabase();
useLedgerAlone();

const RUNS = 10;
const START = [30_000n, 10_000n] as const;
let year = 0;
let contributor: AgencyActor;
let budget: MfatActor;
let approver: MfatActor;
let roundId = "";
let number = 0;

beforeAll(async () => {
  year = financialYearOf(dayOf(now()));
  const agency = await db().agency.findFirstOrThrow();
  contributor = asAgency(await somebody("contributor@money.example", "CONTRIBUTOR", agency.id));
  budget = asMfat(await somebody("budget@money.example", "BUDGET"));
  approver = asMfat(await somebody("approver@money.example", "APPROVER"));
  roundId = (
    await unguarded().round.create({ data: { name: "Money", opensAt: new Date(0), publishedAt: new Date(0) } })
  ).id;
});

async function somebody(email: string, role: Role, agencyId?: string) {
  const roles = { create: { role } };
  const side = agencyId ? "AGENCY" : "MFAT";
  const { id } = await unguarded().person.create({
    data: { email, name: email, side, agencyId: agencyId ?? null, roles },
  });
  if (role === "APPROVER") await unguarded().delegation.create({ data: { personId: id } });
  const actor = await findActor(email);
  if (!actor) throw new Error(email);
  return actor;
}

const phased = (amounts: readonly bigint[]): PhasedAmount =>
  amounts.map((cents, index) => ({ startYear: year + index, cents })).filter(({ cents }) => cents > 0n);

async function newArrangement(): Promise<{ id: string; reference: string }> {
  const reference = `PSF-2026-${String(++number).padStart(4, "0")}`;
  const { id } = await unguarded().application.create({
    data: {
      reference,
      title: reference,
      agencyId: contributor.agencyId,
      roundId,
      createdById: contributor.personId,
      state: "ACTIVE",
      arrangement: { create: { startsOn: dayOf(now()), endsOn: dayOf(now()) } },
    },
  });
  await approveBefore(id, sumCents(START));
  await transaction(async (tx) => {
    await reserve(tx, cause(), id, phased(START));
    await commitReserve(tx, cause(), id);
  });
  for (const { personId } of [budget, approver]) await declareNone(personId, { id });
  return { id, reference };
}

const cause = () => ({ actor: null, requestId: randomUUID(), reason: "Money" });

const DOES = ["ask", "confirm", "approve", "decline", "cancel", "pay"] as const;
type Does = (typeof DOES)[number];

const step = fc.record({
  /** One in four is any step at all; the others are due steps, the one that was tried least first. */
  any: fc.option(fc.constantFrom(...DOES), { freq: 3 }),
  choice: fc.nat(999),
  /** By how much the first and the second year change; a re-phasing gives the second what the first loses. */
  first: fc.integer({ min: -12_000, max: 12_000 }),
  second: fc.integer({ min: -12_000, max: 12_000 }),
  kind: fc.constantFrom("COST" as const, "COST" as const, "REPHASING" as const),
  /** Twice at the same moment, as by two people. */
  isTwice: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What is agreed and paid by year, and what is open. */
type Model = {
  agreed: bigint[];
  paid: bigint[];
  open: { kind: "COST" | "REPHASING"; amounts: bigint[]; isReserved: boolean } | null;
};

/** The steps that somebody could take now. */
function due({ open }: Model): Does[] {
  if (!open) return ["ask", "pay"];
  return [open.kind === "COST" && !open.isReserved ? "confirm" : "approve", "decline", "cancel", "pay"];
}

/** What a step asks for: the amounts by year, and how to take it. */
function press(model: Model, { first, second, kind }: Step, reference: string, revision: number) {
  const request = { requestId: randomUUID(), revision };
  const changes = [BigInt(first), kind === "REPHASING" ? -BigInt(first) : BigInt(second)];
  const amounts = model.agreed.map((cents, index) => {
    const asked = cents + (changes[index] ?? 0n);
    return asked > 0n ? asked : 0n;
  });
  const because = { reason: "Money" };
  const decider = model.open?.kind === "COST" ? approver : budget;
  const take = {
    ask: () =>
      variations.askForVariation(contributor, request, reference, { kind, phasing: phased(amounts), ...because }),
    confirm: () => variations.confirmVariation(budget, request, reference),
    approve: () => variations.approveVariation(decider, request, reference),
    decline: () => variations.declineVariation(decider, request, reference, because),
    cancel: () => variations.cancelVariation(contributor, request, reference),
  };
  return { amounts, take };
}

/** How the model changes where the portal accepted it. */
function apply(model: Model, does: Does, { kind }: Step, amounts: bigint[]): void {
  if (does === "ask") model.open = { kind, amounts, isReserved: false };
  else if (does === "confirm" && model.open) model.open.isReserved = true;
  else {
    if (does === "approve" && model.open) model.agreed = model.open.amounts;
    model.open = null;
  }
}

async function payOne(model: Model, { first }: Step, id: string): Promise<boolean> {
  const index = first % 2 ? 1 : 0;
  const paid = { startYear: year + index, cents: BigInt(Math.abs(first)) + 1n, on: dayOf(now()) };
  const isPaid = await isTaken(() => transaction((tx) => pay(tx, cause(), id, paid)));
  if (isPaid) model.paid[index] = (model.paid[index] ?? 0n) + paid.cents;
  return isPaid;
}

async function isTaken(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}

async function check(model: Model, id: string): Promise<void> {
  const rows = await db().applicationFunding.findMany({ where: { applicationId: id }, orderBy: { startYear: "asc" } });
  const reserved = model.agreed.map((cents, index) => {
    const more = (model.open?.amounts[index] ?? 0n) - cents;
    return model.open?.isReserved && more > 0n ? more : 0n;
  });
  expect(
    rows.map(({ committedCents, paidCents, reservedCents }) => [committedCents, paidCents, reservedCents]),
  ).toEqual(model.agreed.map((cents, index) => [cents, model.paid[index], reserved[index]]));
}

/** One step, alone or twice at once: of two attempts at most one is accepted. Returns whether one was. */
async function takeOne(model: Model, does: Does, one: Step, { id, reference }: { id: string; reference: string }) {
  if (does === "pay") return payOne(model, one, id);
  const { revision } = await db().application.findUniqueOrThrow({ where: { id } });
  const presses = Array.from({ length: one.isTwice ? 2 : 1 }, () => press(model, one, reference, revision));
  const said = await Promise.all(presses.map(({ take }) => isTaken(take[does])));
  expect(said.filter(Boolean).length).toBeLessThan(2);
  const wasTaken = said.includes(true);
  if (wasTaken) apply(model, does, one, presses[0]?.amounts ?? []);
  return wasTaken;
}

test("the money of an arrangement is what was agreed last", async () => {
  const balance = new Balance<Does>();
  const run = fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 18 }), async (steps) => {
    const arrangement = await newArrangement();
    const model: Model = { agreed: [...START], paid: [0n, 0n], open: null };
    for (const one of steps) {
      const does = one.any ?? balance.next(due(model), one.choice);
      if (await takeOne(model, does, one, arrangement)) balance.took(does);
      await check(model, arrangement.id);
    }
    expect(await listLedgerDifferences()).toEqual([]);
  });
  await tryAll(run, RUNS);
  console.log(`Taken: ${balance.words()}`);
  // Steps that are always refused prove nothing.
  expect(balance.missing(DOES)).toEqual([]);
});

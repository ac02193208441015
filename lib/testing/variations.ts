// For tests: an arrangement over two years, and the people for its variations.
import { randomUUID } from "node:crypto";
import { afterEach, beforeAll } from "vitest";
import { commitReserve, reserve } from "#lib/budget/commands.ts";
import type { PhasedAmount } from "#lib/budget/rules.ts";
import { type AgencyActor, asAgency, asMfat, type MfatActor, type Role } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { addDays, dayOf, financialYearOf } from "#lib/platform/dates.ts";
import { db, transaction } from "#lib/platform/db.ts";
import type { DomainError } from "#lib/platform/errors.ts";
import * as variations from "#lib/variations/commands.ts";
import { listVariations } from "#lib/variations/queries.ts";
import type { Terms } from "#lib/variations/rules.ts";
import { listWork } from "#lib/work/queries.ts";
import { approveBefore, declareNone, unguarded, useLedgerAlone, useTestDatabase } from "./database.ts";

export const [FIRST, SECOND] = [30_000_00n, 10_000_00n];
export const reason = "The partner asked for it.";
export let year = 0;
let number = 0;
export let agencyId = "";
let roundId = "";
export let contributor: AgencyActor;
export let desk: MfatActor;
export let budget: MfatActor;
export let approver: MfatActor;

/** A database of its own, and the people who ask for variations and decide on them. */
export function useVariations(): void {
  useTestDatabase();
  useLedgerAlone();
  beforeAll(makePeople);
  afterEach(() => {
    shiftClock(0);
  });
}

async function makePeople(): Promise<void> {
  year = financialYearOf(dayOf(now()));
  agencyId = (await db().agency.findFirstOrThrow()).id;
  roundId = (
    await unguarded().round.create({ data: { name: "Variations", opensAt: new Date(0), publishedAt: new Date(0) } })
  ).id;
  const roles = { create: { role: "CONTRIBUTOR" as const } };
  const email = "contributor@variations.example";
  await unguarded().person.create({ data: { email, name: "Contributor", side: "AGENCY", agencyId, roles } });
  contributor = asAgency(await found(email));
  [desk, budget] = [await somebody("DESK"), await somebody("BUDGET")];
  approver = await approverOf(null);
}

export async function found(email: string) {
  const actor = await findActor(email);
  if (!actor) throw new Error(`nobody has ${email}`);
  return actor;
}

export async function somebody(...roles: Role[]): Promise<MfatActor> {
  const email = `varies${++number}@mfat.example`;
  const create = roles.map((role) => ({ role }));
  await unguarded().person.create({ data: { email, name: `Person ${number}`, side: "MFAT", roles: { create } } });
  return asMfat(await found(email));
}

export async function approverOf(limitCents: bigint | null): Promise<MfatActor> {
  const { personId, email } = await somebody("APPROVER");
  await unguarded().delegation.create({ data: { personId, limitCents } });
  return asMfat(await found(email));
}

export const phased = (first: bigint, second: bigint): PhasedAmount => [
  { startYear: year, cents: first },
  { startYear: year + 1, cents: second },
];

/** An arrangement over two years, for which everybody who acts has declared their interests. Returns its reference. */
export async function arrangement(...others: MfatActor[]): Promise<string> {
  const reference = `PSF-2026-${String(++number).padStart(4, "0")}`;
  const phasing = phased(FIRST, SECOND);
  const approvedCents = FIRST + SECOND;
  const { id } = await unguarded().application.create({
    data: {
      reference,
      title: reference,
      agencyId,
      roundId,
      createdById: contributor.personId,
      state: "ACTIVE",
      requestedCents: approvedCents,
      phasing: { create: phasing.map((part) => ({ ...part, kind: "APPROVED" as const })) },
      arrangement: { create: { startsOn: addDays(today(), -30), endsOn: addDays(today(), 300) } },
    },
  });
  await approveBefore(id, approvedCents);
  await transaction(async (tx) => {
    const cause = { actor: null, requestId: randomUUID(), reason: "Agreed" };
    await reserve(tx, cause, id, phasing);
    await commitReserve(tx, cause, id);
  });
  for (const { personId } of [desk, budget, approver, ...others]) await declareNone(personId, { reference });
  return reference;
}

export const today = (): Date => dayOf(now());
export async function request(reference: string) {
  const { revision } = await db().application.findUniqueOrThrow({ where: { reference } });
  return { requestId: randomUUID(), revision };
}
export const ask = async (reference: string, terms: Terms) =>
  variations.askForVariation(contributor, await request(reference), reference, { ...terms, reason });
export const confirm = async (reference: string, actor = budget) =>
  variations.confirmVariation(actor, await request(reference), reference);
export const approve = async (reference: string, actor: MfatActor) =>
  variations.approveVariation(actor, await request(reference), reference);
export const decline = async (reference: string, actor: MfatActor) =>
  variations.declineVariation(actor, await request(reference), reference, { reason: "Too late in the year." });
export const cancel = async (reference: string) =>
  variations.cancelVariation(contributor, await request(reference), reference);

export const idOf = async (reference: string) =>
  (await db().application.findUniqueOrThrow({ where: { reference } })).id;
/** Reserved and committed in the two years, in cents. */
export async function held(reference: string): Promise<bigint[]> {
  const rows = await db().applicationFunding.findMany({
    where: { application: { reference } },
    orderBy: { startYear: "asc" },
  });
  return rows.flatMap(({ reservedCents, committedCents }) => [reservedCents, committedCents]);
}
export const last = async (reference: string) => (await listVariations(desk, await idOf(reference)))[0];
export const refusal = (work: Promise<unknown>): Promise<DomainError> =>
  work.then(
    () => Promise.reject(new Error("not refused")),
    (error) => error,
  );
export const waiting = async (actor: MfatActor, reference: string) =>
  (await listWork(actor)).items.filter((item) => item.reference === reference).map(({ step }) => step);
export const later = (days: number): Terms => ({ kind: "TIME", endsOn: addDays(today(), days) });

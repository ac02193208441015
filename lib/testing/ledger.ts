// The ledger alone: applications without a history, and money that moves by the ledger's own commands.
import { randomUUID } from "node:crypto";
import { beforeAll, expect } from "vitest";
import { pay, reserve } from "#lib/budget/commands.ts";
import type { PhasedAmount } from "#lib/budget/rules.ts";
import { asMfat, type MfatActor, type Role } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { DomainError } from "#lib/platform/errors.ts";
import type { TestDatabase } from "../../bin/test-server.ts";
import { unguarded, useLedgerAlone, useTestDatabase } from "./database.ts";

export const ENVELOPE = 270_000_000n;
export let first = 0;
let agencyId = "";
let roundId = "";
export let budget: MfatActor;
let number = 0;

/** A database of its own, with a budget officer. */
export function useLedger(): TestDatabase {
  const database = useTestDatabase();
  useLedgerAlone();
  beforeAll(async () => {
    first = (await db().financialYear.findFirstOrThrow({ orderBy: { startYear: "asc" } })).startYear;
    agencyId = (await db().agency.findFirstOrThrow()).id;
    roundId = (
      await unguarded().round.create({ data: { name: "Ledger", opensAt: new Date(0), publishedAt: new Date(0) } })
    ).id;
    budget = await somebody("BUDGET");
  });
  return database;
}

export async function somebody(...roles: Role[]): Promise<MfatActor> {
  const email = `ledger${++number}@mfat.example`;
  await unguarded().person.create({
    data: { email, name: `Person ${number}`, side: "MFAT", roles: { create: roles.map((role) => ({ role })) } },
  });
  const actor = await findActor(email);
  if (!actor) throw new Error("nobody");
  return asMfat(actor);
}

export async function newApplication(places: Record<string, number> = {}): Promise<string> {
  const reference = `PSF-${first}-${String(++number).padStart(4, "0")}`;
  const { id } = await db().application.create({
    data: {
      reference,
      title: `Initiative ${number}`,
      agencyId,
      roundId,
      createdById: budget.personId,
      places: { create: Object.entries(places).map(([placeCode, percent]) => ({ placeCode, percent })) },
    },
  });
  return id;
}

export const cause = (reason = "Test") => ({ actor: budget, requestId: randomUUID(), reason });
/** Cents for the first year, the second and so on. */
export const over = (...cents: bigint[]): PhasedAmount =>
  cents.map((one, index) => ({ startYear: first + index, cents: one }));
export const reserved = async (id: string, ...cents: bigint[]) =>
  transaction((tx) => reserve(tx, cause(), id, over(...cents)));
export const paid = (id: string, startYear: number, cents: bigint) =>
  transaction((tx) => pay(tx, cause(), id, { startYear, cents, on: new Date(Date.UTC(startYear, 6, 1)) }));

/** What an application holds, year by year: [reserved, committed, paid]. */
export async function held(id: string): Promise<bigint[][]> {
  const rows = await db().applicationFunding.findMany({ where: { applicationId: id }, orderBy: { startYear: "asc" } });
  return rows.map(({ reservedCents, committedCents, paidCents }) => [reservedCents, committedCents, paidCents]);
}

export async function refusal(work: Promise<unknown>): Promise<DomainError> {
  const error = await work.then(
    () => new Error("not refused"),
    (reason: unknown) => reason,
  );
  if (error instanceof DomainError) return error;
  throw error;
}

/** Every counter of every year is the sum of its column of the ledger, and within its bounds. */
export async function expectBalance(): Promise<void> {
  const years = await db().financialYear.findMany({ orderBy: { startYear: "asc" } });
  for (const { startYear, cutoffOn: _, closedAt: __, ...counters } of years) {
    const { _sum } = await db().ledgerEntry.aggregate({
      where: { startYear },
      _sum: { envelopeCents: true, reservedCents: true, committedCents: true, paidCents: true },
    });
    expect(counters).toEqual(_sum);
    expect(counters.reservedCents + counters.committedCents).toBeLessThanOrEqual(counters.envelopeCents);
    expect(counters.paidCents).toBeLessThanOrEqual(counters.committedCents);
  }
}

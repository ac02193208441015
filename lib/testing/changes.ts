// For tests: a fund whose two budget officers ask for changes and confirm them.
import { randomUUID } from "node:crypto";
import { afterEach, beforeAll } from "vitest";
import { askForCarryForward } from "#lib/budget/carry-forward/commands.ts";
import { listEnvelopeParts } from "#lib/budget/carry-forward/queries.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { asMfat, type MfatActor, type Role } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { shiftClock } from "#lib/platform/clock.ts";
import { db } from "#lib/platform/db.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { budgetOfficers, unguarded, useLedgerAlone, useTestDatabase } from "./database.ts";

/** The first financial year of the fund. */
export let first = 0;
export let budget: MfatActor;
export let second: MfatActor;
/** An application without money, whose reserve can use up a year. */
export let applicationId = "";
let number = 0;

/** A database of its own; the clock is reset after each test. */
export function useChanges() {
  afterEach(() => {
    shiftClock(0);
  });
  const database = useTestDatabase();
  useLedgerAlone();
  beforeAll(async () => {
    first = (await db().financialYear.findFirstOrThrow({ orderBy: { startYear: "asc" } })).startYear;
    [budget, second] = await budgetOfficers();
    const { id: agencyId } = await db().agency.findFirstOrThrow();
    const { id: roundId } = await unguarded().round.create({
      data: { name: "Carry", opensAt: new Date(0), publishedAt: new Date(0) },
    });
    const data = { reference: `PSF-${first}-0001`, agencyId, roundId, createdById: budget.personId };
    applicationId = (await db().application.create({ data })).id;
  });
  return database;
}

export async function somebody(...roles: Role[]): Promise<MfatActor> {
  const email = `person${++number}@changes.example`;
  const held = { create: roles.map((role) => ({ role })) };
  await unguarded().person.create({ data: { email, name: roles.join(" "), side: "MFAT", roles: held } });
  const actor = await findActor(email);
  if (!actor) throw new Error("nobody");
  return asMfat(actor);
}

export const request = () => ({ requestId: randomUUID() });
export const lastChange = async (): Promise<string> =>
  (await db().changeRequest.findFirstOrThrow({ orderBy: { id: "desc" } })).id;
export const carried = async (cents: bigint, fromYear = first, initiatives: string[] = []): Promise<string> => {
  await askForCarryForward(budget, request(), {
    fromYear,
    cents,
    initiatives,
    reason: "Ships were late",
    source: "Paper 7",
  });
  return lastChange();
};
export const positionOf = async (startYear: number) => {
  const found = (await listPositions(budget)).find((one) => one.startYear === startYear);
  if (!found) throw new Error(`There is no ${startYear}.`);
  return found;
};
export const partsOf = async (startYear: number) =>
  (await listEnvelopeParts(budget)).find((one) => one.startYear === startYear);
export const lastMail = async () => (await db().email.findFirstOrThrow({ orderBy: { id: "desc" } })).subject;

export async function refusal(work: () => Promise<unknown>): Promise<DomainError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error("not refused");
}

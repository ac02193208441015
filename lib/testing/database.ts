import { randomUUID } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import { afterAll, beforeAll } from "vitest";
import { adjustEnvelope } from "#lib/budget/commands.ts";
import { keepReleases } from "#lib/form/commands.ts";
import { newestOf } from "#lib/form/versions.ts";
import { asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { changePerson } from "#lib/people/commands.ts";
import { findActor } from "#lib/people/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { addDays, atTime, yearBeginsOn, yearEndsOn } from "#lib/platform/dates.ts";
import { PrismaClient } from "#lib/platform/db/generated/client.ts";
import type { FormKind, State } from "#lib/platform/db/generated/enums.ts";
import { db, disconnect } from "#lib/platform/db.ts";
import { setEnvironment } from "#lib/platform/env.ts";
import { confirmChange } from "#lib/workflow/changes/commands.ts";
import { FORMS } from "../../bin/forms.ts";
import { copyDatabase, LEDGER_ALONE, type Template, type TestDatabase, UNGUARDED } from "../../bin/test-server.ts";
import { asShown } from "./settings.ts";

/**
 * Gives a test file a database of its own, copied from a template, which db() then uses; it is dropped at the end. The
 * returned addresses are set before the first test.
 */
export function useTestDatabase(template: Template = "template_reference"): TestDatabase {
  const database: TestDatabase = { databaseUrl: "", ownerUrl: "" };
  let drop = async () => {};
  beforeAll(async () => {
    const { databaseUrl, ownerUrl, ...copy } = await copyDatabase(template);
    drop = copy.drop;
    Object.assign(database, { databaseUrl, ownerUrl });
    setEnvironment({ DATABASE_URL: databaseUrl, DATABASE_POOL: "30", DATABASE_PATIENCE: "5" });
    ownerClient = new PrismaClient({
      adapter: new PrismaPg({ connectionString: ownerUrl, options: `-c timezone=UTC ${UNGUARDED}` }),
    });
  });
  afterAll(async () => {
    await Promise.all([disconnect(), ownerClient?.$disconnect()]);
    await drop();
  });
  return database;
}

let ownerClient: PrismaClient | undefined;

/**
 * The same database as its owner and without its guards, for the starting point of a test: an application in some
 * state, a delegation that nobody asked for. What the test is about goes through db().
 */
export function unguarded(): PrismaClient {
  if (!ownerClient) throw new Error("There is no database yet.");
  return ownerClient;
}

/** For tests of the ledger alone, whose entries belong to no payment and no step. Call it after the database. */
export function useLedgerAlone(): void {
  beforeAll(async () => {
    await unguarded().$executeRawUnsafe(LEDGER_ALONE);
  });
}

/** As if the years before one had been closed at their ends, because years close in order. Returns them. */
export async function closeYearsBefore(year: number): Promise<number[]> {
  const open = await db().financialYear.findMany({ where: { startYear: { lt: year }, closedAt: null } });
  for (const { startYear } of open) {
    const life = { cutoffOn: yearBeginsOn(startYear + 1), closedAt: addDays(yearBeginsOn(startYear + 1), 2) };
    await unguarded().financialYear.update({ where: { startYear }, data: life });
  }
  return open.map(({ startYear }) => startYear);
}

/** As if a step had brought an application there. */
export async function leadTo(reference: string, state: State) {
  const { id, ...application } = await unguarded().application.update({ where: { reference }, data: { state } });
  const step = { action: "-", fromState: state, toState: state };
  await unguarded().auditEvent.create({ data: { event: "application.led", applicationId: id, at: now(), ...step } });
  return { id, ...application };
}

/** As if that amount had been recommended for an application, and its budget confirmed. Returns both rows. */
export async function recommendBefore(
  applicationId: string,
  amountCents: bigint,
  recommendedById: string = randomUUID(),
) {
  const words = { conditions: "", rationale: "Fair" };
  const { id: recommendationId } = await unguarded().recommendation.create({
    data: { applicationId, outcome: "FUND_IN_PART", amountCents, ...words, recommendedById },
  });
  const { id: budgetCheckId } = await unguarded().budgetCheck.create({
    data: { applicationId, recommendationId, isConfirmed: true, position: [], checkedById: randomUUID() },
  });
  await unguarded().application.update({ where: { id: applicationId }, data: { recommendedCents: amountCents } });
  return { recommendationId, budgetCheckId };
}

/** The same, and as if the same amount had been approved. */
export async function approveBefore(applicationId: string, amountCents: bigint): Promise<void> {
  const on = await recommendBefore(applicationId, amountCents);
  await unguarded().decision.create({
    data: { ...on, applicationId, outcome: "APPROVED", amountCents, decidedById: randomUUID() },
  });
  await unguarded().application.update({ where: { id: applicationId }, data: { approvedCents: amountCents } });
}

/** The newest release of a form, stored as if something had been sent on it; returns its hash. */
export async function keepForm(kind: FormKind): Promise<string> {
  const { releases } = FORMS.find((form) => form.kind === kind) ?? { releases: [] };
  const release = newestOf(releases);
  await keepReleases(db(), [release]);
  return release.hash;
}

/** What every version has in addition to its answers: the current forms, stored, and names. */
export async function signedToday() {
  const names = { agencyName: "An agency", roundName: "A round", certifierName: "A certifier" };
  const [formHash, declarationHash] = [await keepForm("APPLICATION"), await keepForm("DECLARATION")];
  return { formHash, declarationHash, lists: {}, ...names };
}

/** As if that person had declared no interest in the application, as everybody at MFAT does before they act. */
export async function declareNone(
  personId: string,
  application: { id: string } | { reference: string },
): Promise<void> {
  const { id: applicationId } = await db().application.findUniqueOrThrow({
    where: "id" in application ? { id: application.id } : application,
    select: { id: true },
  });
  const declared = { hasInterest: false, isRecused: false };
  await unguarded().interestDeclaration.upsert({
    where: { applicationId_personId: { applicationId, personId } },
    create: { applicationId, personId, ...declared },
    update: { ...declared, description: null, clearedById: null, clearedAt: null, clearReason: null },
  });
}

/** Gives people other names, as an administrator does. */
export async function rename(ids: readonly string[], nameOf: (name: string) => string): Promise<void> {
  const email = "renames@mfat.example";
  const roles = { create: { role: "ADMINISTRATOR" as const } };
  await unguarded().person.upsert({
    where: { email },
    update: {},
    create: { email, name: "Renames", side: "MFAT", roles },
  });
  const actor = (await findActor(email)) as MfatActor;
  for (const person of await db().person.findMany({ where: { id: { in: [...ids] } }, include: { roles: true } })) {
    const values = { name: nameOf(person.name), roles: person.roles.map(({ role }) => role) };
    await changePerson(actor, await asShown(person.id), person.id, values);
  }
}

/** The two people who set the envelopes in the template. */
export async function budgetOfficers(): Promise<[MfatActor, MfatActor]> {
  const people = await db().person.findMany({
    where: { roles: { some: { role: "BUDGET" } }, endedAt: null },
    orderBy: { createdAt: "asc" },
    take: 2,
  });
  const [first, second] = await Promise.all(people.map(({ email }) => findActor(email)));
  if (!first || !second) throw new Error("There are no two budget officers.");
  return [asMfat(first), asMfat(second)];
}

/**
 * Confirms the change that was last asked for (with that reason), as a budget officer who did not ask; returns its id.
 */
export async function confirmLastChange(requestId = randomUUID(), reason?: string): Promise<string> {
  const { id, askedById } = await db().changeRequest.findFirstOrThrow({
    where: { state: "ASKED", ...(reason && { reason }) },
    orderBy: { id: "desc" },
  });
  const [first, second] = await budgetOfficers();
  await confirmChange(first.personId === askedById ? second : first, { requestId }, id);
  return id;
}

/** Changes a year's envelope at once, as two budget officers. */
export async function changeEnvelope(startYear: number, changeCents: bigint): Promise<void> {
  const [asker] = await budgetOfficers();
  const because = { reason: "Test", source: "Test", effectiveOn: yearBeginsOn(startYear) };
  await adjustEnvelope(asker, { requestId: randomUUID() }, { startYear, changeCents, ...because });
  await confirmLastChange();
}

/**
 * The financial year in which the demonstration was made. If it has ended since, the clock goes back to its last
 * minute.
 */
export async function standInDemoYear(): Promise<number> {
  const last = await db().financialYear.findFirstOrThrow({ orderBy: { startYear: "desc" } });
  const year = last.startYear - 2;
  const endsAt = atTime(yearEndsOn(year), "23:59");
  if (now() > endsAt) shiftClock(endsAt.getTime() - Date.now());
  return year;
}

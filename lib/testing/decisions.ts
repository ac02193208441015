// For tests: applications that are waiting for a decision, and the people who decide.
import { randomUUID } from "node:crypto";
import { afterEach, beforeAll } from "vitest";
import { USUAL_ENVELOPE_CENTS } from "#lib/budget/rules.ts";
import * as decisions from "#lib/decisions/commands.ts";
import { nameDeputy } from "#lib/deputies/commands.ts";
import { type AgencyActor, asAgency, asMfat, type MfatActor, type Role } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { shiftClock } from "#lib/platform/clock.ts";
import { addDays, atTime, dayOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import type { DomainError } from "#lib/platform/errors.ts";
import type { TestDatabase } from "../../bin/test-server.ts";
import { changeEnvelope, declareNone, unguarded, useTestDatabase } from "./database.ts";
import { asShown } from "./settings.ts";

/** The clock is set to noon, that many days from today: twice a year a day has 23 or 25 hours. */
export const standOn = (days: number) =>
  shiftClock(atTime(addDays(dayOf(new Date()), days), "12:00").getTime() - Date.now());
export const LOW = 15_000_000n;
export const AMOUNT = 20_000_000n;
export let startYear = 0;
let agencyId = "";
let roundId = "";
let number = 0;
export let desk: MfatActor;
export let budget: MfatActor;
export let certifier: AgencyActor;

/** A database of its own, and the people who recommend, check and certify. */
export function useDecisions(): TestDatabase {
  const database = useTestDatabase();
  beforeAll(makePeople);
  afterEach(() => {
    shiftClock(0);
  });
  return database;
}

async function makePeople(): Promise<void> {
  // Next year, because this one may end while the tests run.
  const [, next] = await db().financialYear.findMany({ orderBy: { startYear: "asc" } });
  startYear = next?.startYear ?? 0;
  await changeEnvelope(startYear + 2, USUAL_ENVELOPE_CENTS);
  agencyId = (await db().agency.findFirstOrThrow()).id;
  roundId = (
    await unguarded().round.create({ data: { name: "Decisions", opensAt: new Date(0), publishedAt: new Date(0) } })
  ).id;
  [desk, budget] = [await somebody("DESK"), await somebody("BUDGET")];
  // The people who are told of a confirmed budget.
  await approver(null);
  const email = "certifier@decisions.example";
  const roles = { create: { role: "CERTIFIER" as const } };
  await unguarded().person.create({ data: { email, name: "Certifier", side: "AGENCY", agencyId, roles } });
  certifier = asAgency(await found(email));
}

async function found(email: string) {
  const actor = await findActor(email);
  if (!actor) throw new Error(`nobody has ${email}`);
  return actor;
}

export async function somebody(...roles: Role[]): Promise<MfatActor> {
  const email = `decides${++number}@mfat.example`;
  const data = roles.map((role) => ({ role }));
  await unguarded().person.create({ data: { email, name: `Person ${number}`, side: "MFAT", roles: { create: data } } });
  return asMfat(await found(email));
}

/** `limitCents` undefined: no delegation. */
export async function approver(limitCents?: bigint | null): Promise<MfatActor> {
  const { personId, email } = await somebody("APPROVER");
  if (limitCents !== undefined) await unguarded().delegation.create({ data: { personId, limitCents } });
  return asMfat(await found(email));
}

export async function request(reference: string) {
  const { revision } = await db().application.findUniqueOrThrow({ where: { reference } });
  return { requestId: randomUUID(), revision };
}

/** A moderated application that asks for that amount. */
export async function inModeration(requestedCents = AMOUNT): Promise<string> {
  const reference = `PSF-2026-${String(++number).padStart(4, "0")}`;
  await unguarded().application.create({
    data: {
      reference,
      title: reference,
      agencyId,
      roundId,
      createdById: certifier.personId,
      state: "MODERATION",
      requestedCents,
    },
  });
  for (const { personId } of [desk, budget]) await declareNone(personId, { reference });
  return reference;
}

/** One that was recommended at that amount, with its budget confirmed; no amount: not to be funded. */
export async function inDecision(cents = AMOUNT, inYear = startYear): Promise<string> {
  const reference = await inModeration(cents || AMOUNT);
  await recommend(reference, cents, inYear);
  if (cents) await decisions.confirmBudget(budget, await request(reference), reference);
  return reference;
}

export const recommend = async (reference: string, cents: bigint, inYear = startYear) =>
  decisions.recommend(desk, await request(reference), reference, {
    outcome: cents ? "FUND_IN_FULL" : "DO_NOT_FUND",
    phasing: cents ? [{ startYear: inYear, cents }] : [],
    conditions: "One report",
    rationale: "The need is shown.",
    exceptionReason: null,
  });

export const approve = async (
  actor: MfatActor,
  reference: string,
  cents = AMOUNT,
  reason: string | null = null,
  inYear = startYear,
) => {
  await declareNone(actor.personId, { reference });
  await decisions.approve(actor, await request(reference), reference, {
    phasing: [{ startYear: inYear, cents }],
    conditions: "One report",
    reason,
  });
};

export const decline = async (actor: MfatActor, reference: string) => {
  await declareNone(actor.personId, { reference });
  await decisions.decline(actor, await request(reference), reference, {
    reason: "Too many like it",
    agencyText: "The fund has helped with this before.",
  });
};

export const refusal = (work: Promise<unknown>): Promise<DomainError> =>
  work.then(
    () => Promise.reject(new Error("not refused")),
    (error) => error,
  );
export const decisionOf = (reference: string) =>
  db().decision.findFirstOrThrow({ where: { application: { reference } } });
export const stateOf = async (reference: string) =>
  (await db().application.findUniqueOrThrow({ where: { reference } })).state;
const today = (days = 0): Date => addDays(dayOf(new Date()), days);
export const name = async (of: MfatActor, deputy: MfatActor, from = 0, to = 3) =>
  nameDeputy(of, await asShown(of.personId), { deputy: deputy.personId, fromOn: today(from), toOn: today(to) });

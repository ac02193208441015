// For tests: applications that one step is taken for at once, and what its form sends.
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach } from "vitest";
import { prepareBatch, takeBatch } from "#lib/batches/commands.ts";
import { getBatch } from "#lib/batches/queries.ts";
import type { BatchStep } from "#lib/batches/schema.ts";
import { reserve } from "#lib/budget/commands.ts";
import type { Values } from "#lib/form/fields.ts";
import { asMfat, type MfatActor, type Role } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { addDays, dayOf, financialYearOf } from "#lib/platform/dates.ts";
import type { DutyKind, State } from "#lib/platform/db/generated/enums.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { approveBefore, declareNone, recommendBefore, unguarded, useLedgerAlone, useTestDatabase } from "./database.ts";

let number = 0;
let agencyId = "";
export let roundId = "";
export let desk: MfatActor;

/** A database of its own, in which each test gets a round and a desk officer. */
export function useBatches(): void {
  useTestDatabase();
  useLedgerAlone();
  afterEach(() => {
    shiftClock(0);
  });
  beforeEach(begin);
}

async function begin(): Promise<void> {
  agencyId = (await db().agency.findFirstOrThrow()).id;
  roundId = (
    await unguarded().round.create({
      data: { name: `Round ${++number}`, opensAt: new Date(0), publishedAt: new Date(0) },
    })
  ).id;
  desk = await somebody("DESK");
  const certifier = {
    email: `certifier${number}@batches.example`,
    name: "Certifier",
    side: "AGENCY" as const,
    agencyId,
  };
  await unguarded().person.create({ data: { ...certifier, roles: { create: { role: "CERTIFIER" } } } });
  await unguarded().application.updateMany({ data: { state: "WITHDRAWN" } });
}

export async function somebody(role: Role, delegationCents?: bigint): Promise<MfatActor> {
  const email = `batch${++number}@mfat.example`;
  const delegation = delegationCents === undefined ? {} : { delegation: { create: { limitCents: delegationCents } } };
  const roles = { create: { role } };
  await unguarded().person.create({ data: { email, name: `Person ${number}`, side: "MFAT", roles, ...delegation } });
  const actor = await findActor(email);
  if (!actor) throw new Error("nobody");
  return asMfat(actor);
}

/** An application in a state, with no interests declared by the given people (by default the desk). */
export async function application(state: State, open: readonly MfatActor[] = [desk]): Promise<string> {
  const reference = `PSF-2026-${String(++number).padStart(4, "0")}`;
  const cents = 1_000n;
  const { id } = await unguarded().application.create({
    data: {
      reference,
      state,
      versionNumber: 1,
      title: `Title ${reference}`,
      agencyId,
      roundId,
      createdById: desk.personId,
      requestedCents: cents,
    },
  });
  if (state === "APPROVED") await approve(id, cents);
  for (const { personId } of open) await declareNone(personId, { id });
  return reference;
}

/** With the approved amount reserved. */
async function approve(applicationId: string, cents: bigint): Promise<void> {
  const part = { startYear: financialYearOf(dayOf(now())) + 1, cents };
  await approveBefore(applicationId, cents);
  await unguarded().phasing.create({ data: { ...part, applicationId, kind: "APPROVED" } });
  await transaction((tx) =>
    reserve(tx, { actor: desk, requestId: randomUUID(), reason: "Approved" }, applicationId, [part]),
  );
}

export async function duty(reference: string, { personId }: MfatActor, kind: DutyKind): Promise<void> {
  const { id: applicationId } = await db().application.findUniqueOrThrow({ where: { reference } });
  if (kind === "RECOMMEND" || kind === "DECIDE") await declareNone(personId, { id: applicationId });
  await db().duty.create({ data: { applicationId, personId, side: "MFAT", kind } });
}

/** In decision, with a recommendation not to fund of that many cents. */
export async function recommended(cents: bigint, open: readonly MfatActor[]): Promise<string> {
  const reference = await application("DECISION", open);
  await duty(reference, desk, "RECOMMEND");
  const { id } = await db().application.findUniqueOrThrow({ where: { reference } });
  await recommendBefore(id, cents, desk.personId);
  return reference;
}

export async function recuse({ personId }: MfatActor, reference: string): Promise<void> {
  await declareNone(personId, { reference });
  await unguarded().interestDeclaration.updateMany({
    where: { personId, application: { reference } },
    data: { hasInterest: true, isRecused: true, description: "A cousin works there" },
  });
}

export const day = (at = addDays(dayOf(now()), 20)) => ({
  "dueOn-day": String(at.getUTCDate()),
  "dueOn-month": String(at.getUTCMonth() + 1),
  "dueOn-year": String(at.getUTCFullYear()),
});
export const request = () => ({ requestId: randomUUID() });

/** What the form sends for these, with their current revisions. */
export async function sent(references: readonly string[], more: Values = {}): Promise<Values> {
  const found = await db().application.findMany({ where: { reference: { in: [...references] } } });
  const revisions = found.map(({ reference, revision }) => [`revision-${reference}`, String(revision)]);
  return { take: references, ...day(), ...Object.fromEntries(revisions), ...more };
}

export async function prepared(
  references: readonly string[],
  more: Values = {},
  step: BatchStep = "sendOffer",
  actor = desk,
) {
  return prepareBatch(actor, request(), step, await sent(references, more));
}

/** By reference: null, or why not. */
export async function taken(id: string, step: BatchStep = "sendOffer", actor = desk) {
  const { letter } = await getBatch(actor, step, id);
  await takeBatch(actor, { revision: letter?.number ?? 0 }, step, id);
  const batch = await getBatch(actor, step, id);
  return Object.fromEntries((batch.taken?.rows ?? []).map(({ reference, refusal }) => [reference, refusal]));
}

export const statesOf = async (...references: string[]) => {
  const found = await db().application.findMany({ where: { reference: { in: references } } });
  return references.map((one) => found.find(({ reference }) => reference === one)?.state);
};
export const named = (rows: readonly { reference: string }[]) => rows.map(({ reference }) => reference);

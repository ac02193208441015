// For tests of what is waiting on whom: applications in every state, and people at MFAT.

import { beforeEach } from "vitest";
import { formNumberNow } from "#lib/applications/form/releases.ts";
import { getApplication } from "#lib/applications/queries.ts";
import { type Actor, asMfat, type MfatActor, type Role } from "#lib/lifecycle/permissions.ts";
import type { Obstacles } from "#lib/lifecycle/steps.ts";
import { findActor } from "#lib/people/queries.ts";
import type { DutyKind, State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { listWork } from "#lib/work/queries.ts";
import { listObstacles } from "#lib/workflow/obstacles/queries.ts";
import { declareNone, keepForm, unguarded, useTestDatabase } from "./database.ts";

let number = 0;
export let agencyId = "";
export let roundId = "";
export let authorId = "";

/** A database of its own, in which each test gets a round; what earlier tests left waiting is moved out of the way. */
export function useRounds(): void {
  useTestDatabase();
  beforeEach(begin);
}

async function begin(): Promise<void> {
  await unguarded().application.updateMany({ data: { state: "CLOSED" } });
  agencyId = (await db().agency.findFirstOrThrow()).id;
  roundId = (
    await unguarded().round.create({
      data: { name: `Round ${++number}`, opensAt: new Date(0), publishedAt: new Date(0) },
    })
  ).id;
  authorId = (await somebody("DESK")).personId;
}

export async function somebody(...roles: Role[]): Promise<MfatActor> {
  const email = `work${++number}@mfat.example`;
  const data = roles.map((role) => ({ role }));
  const ties = roles.includes("ADVISER") ? { adviseOn: "Law" } : {};
  await unguarded().person.create({ data: { email, name: email, side: "MFAT", ...ties, roles: { create: data } } });
  return found(email);
}

export async function approver(limitCents: bigint | null): Promise<MfatActor> {
  const { personId, email } = await somebody("APPROVER");
  await unguarded().delegation.create({ data: { personId, limitCents } });
  return found(email);
}

async function found(email: string): Promise<MfatActor> {
  const actor = await findActor(email);
  if (!actor) throw new Error("nobody");
  return asMfat(actor);
}

type Given = { daysAgo?: number; recommendedCents?: bigint; isHeld?: boolean };

export async function application(state: State, { daysAgo = 1, recommendedCents, isHeld }: Given = {}) {
  const reference = `PSF-2026-${String(++number).padStart(4, "0")}`;
  const { id } = await unguarded().application.create({
    data: {
      reference,
      state,
      versionNumber: 1,
      title: reference,
      agencyId,
      roundId,
      createdById: authorId,
      stateSince: day(-daysAgo),
      requestedCents: 500n,
      recommendedCents: recommendedCents ?? null,
      formNumber: formNumberNow(),
      heldAt: isHeld ? day(0) : null,
    },
  });
  return { id, reference };
}

export const day = (offset: number): Date => new Date(Date.UTC(2026, 10, 24 + offset));
export async function duty(applicationId: string, { personId }: MfatActor, kind: DutyKind): Promise<void> {
  if (kind !== "ASSESS") await declareNone(personId, { id: applicationId });
  await db().duty.create({ data: { applicationId, personId, side: "MFAT", kind } });
}

export async function assign(applicationId: string, assessor: MfatActor, assignedAt: Date): Promise<void> {
  await duty(applicationId, assessor, "ASSESS");
  await unguarded().assessment.create({
    data: { applicationId, assessorId: assessor.personId, versionNumber: 1, assignedById: authorId, assignedAt },
  });
}

export async function finish(applicationId: string, { personId }: MfatActor, status: "COMPLETE" | "RECUSED", at: Date) {
  const hasInterest = status === "RECUSED";
  await unguarded().interestDeclaration.create({
    data: { applicationId, personId, hasInterest, isRecused: hasInterest, declaredAt: at },
  });
  await unguarded().assessment.update({
    where: { applicationId_assessorId: { applicationId, assessorId: personId } },
    data: { status, completedAt: status === "COMPLETE" ? at : null },
  });
}

export async function acquit(applicationId: string, submittedAt: Date, surplusConfirmedAt: Date | null): Promise<void> {
  const sent = { formHash: await keepForm("ACQUITTAL"), agencyName: "-", submitterName: "-", submittedById: authorId };
  await unguarded().acquittal.create({
    data: { ...sent, applicationId, actualCents: 0n, outcome: "Done", submittedAt, surplusConfirmedAt },
  });
}

export const waiting = async (actor: MfatActor) =>
  (await listWork(actor)).items.map(({ reference, step, since }) => [reference, step, since]);

/** The obstacles, in sentences; steps with nothing to do are left out. */
export async function obstacles(actor: Actor, reference: string): Promise<Obstacles> {
  if (actor.side === "MFAT") await declareNone(actor.personId, { reference });
  const found = Object.entries(await listObstacles(actor, await getApplication(actor, reference)));
  return Object.fromEntries(found.filter(([, sentence]) => sentence !== null));
}

import { randomUUID } from "node:crypto";
import { type Cause, commitReserve, releaseReserve, releaseUnpaid } from "../budget/commands.ts";
import { now } from "../clock.ts";
import { dayOf, endOfDay, formatDeadline } from "../dates.ts";
import { db, type Tx } from "../db.ts";
import { DomainError, invalid } from "../errors.ts";
import type { Reason } from "../fields.ts";
import { sendLetter } from "../letters/commands.ts";
import { offerValues } from "../letters/rules.ts";
import { type StepRequest, takeTransition } from "../lifecycle/commands.ts";
import type { LockedApplication } from "../lifecycle/queries.ts";
import { formatCents, sumCents } from "../money.ts";
import type { AgencyActor, MfatActor } from "../permissions.ts";
import { approvedConditions } from "./queries.ts";
import { checkAcquittal } from "./rules.ts";
import type { NewAcquittal, NewOffer } from "./schema.ts";

/** Sends the offer: the letter is kept as it was sent, with the deadline of its acceptance. */
export function sendOffer(actor: MfatActor, request: StepRequest, reference: string, offer: NewOffer): Promise<void> {
  return takeTransition(actor, request, reference, "sendOffer", async (tx, application) => {
    const [sentAt, dueAt] = [now(), endOfDay(offer.dueOn)];
    if (dueAt <= sentAt) throw invalid({ "dueOn-day": "Accept by must be a day that has not passed" });
    const amountCents = application.approvedCents ?? 0n;
    const terms = {
      amountCents,
      phasing: await tx.phasing.findMany({
        where: { applicationId: application.id, kind: "APPROVED" },
        orderBy: { startYear: "asc" },
      }),
      conditions: await approvedConditions(tx, actor, application.id),
      message: offer.message,
      dueAt,
    };
    const letter = await sendLetter(tx, actor, application, "OFFER", offerValues(application, terms));
    await tx.offer.create({
      data: {
        applicationId: application.id,
        amountCents,
        letterId: letter.id,
        dueAt,
        sentById: actor.personId,
        sentAt,
      },
    });
    return { note: `The offer can be accepted until ${formatDeadline(dueAt)}.`, data: { dueAt: dueAt.toISOString() } };
  });
}

/** Writes the answer to the open offer, if there is one. */
export async function closeOpenOffer(
  tx: Tx,
  applicationId: string,
  answer: { outcome: "ACCEPTED" | "DECLINED" | "LAPSED" | "WITHDRAWN"; answeredById: string | null; reason?: string },
): Promise<void> {
  await tx.offer.updateMany({ where: { applicationId, outcome: null }, data: { ...answer, answeredAt: now() } });
}

const openOffer = (tx: Tx, application: LockedApplication) =>
  tx.offer.findFirstOrThrow({ where: { applicationId: application.id, outcome: null } });

const causeOf = (actor: Cause["actor"], { requestId }: StepRequest, reason: string): Cause => ({
  actor,
  requestId,
  reason,
});

/** Until the deadline's last second: what was reserved is committed. */
export function acceptOffer(actor: AgencyActor, request: StepRequest, reference: string): Promise<void> {
  return takeTransition(actor, request, reference, "acceptOffer", async (tx, application) => {
    const { dueAt } = await openOffer(tx, application);
    if (dueAt < now()) throw new DomainError("STATE", `The offer could be accepted until ${formatDeadline(dueAt)}.`);
    await closeOpenOffer(tx, application.id, { outcome: "ACCEPTED", answeredById: actor.personId });
    await commitReserve(tx, causeOf(actor, request, "Offer accepted"), application.id);
    await beginArrangement(tx, application.id);
    return {};
  });
}

/** With the dates that were applied for; every version that was signed off has them. */
async function beginArrangement(tx: Tx, applicationId: string): Promise<void> {
  const { startsOn, endsOn } = await tx.application.findUniqueOrThrow({ where: { id: applicationId } });
  const acceptedAt = now();
  const today = dayOf(acceptedAt);
  await tx.arrangement.create({
    data: { applicationId, startsOn: startsOn ?? today, endsOn: endsOn ?? today, acceptedAt },
  });
}

export function declineOffer(actor: AgencyActor, request: StepRequest, reference: string, { reason }: Reason) {
  return takeTransition(actor, request, reference, "declineOffer", async (tx, application) => {
    await closeOpenOffer(tx, application.id, { outcome: "DECLINED", answeredById: actor.personId, reason });
    await releaseReserve(tx, causeOf(actor, request, "Offer declined"), application.id);
    return { reason };
  });
}

/** The timed job: every offer whose deadline has passed lapses, each in its own transaction. Answers how many did. */
export async function lapseOverdueOffers(): Promise<number> {
  const overdue = await db().offer.findMany({
    where: { outcome: null, dueAt: { lt: now() }, application: { state: "OFFERED", heldAt: null } },
    select: { application: { select: { reference: true } } },
    orderBy: { dueAt: "asc" },
    take: 100,
  });
  let count = 0;
  for (const { application } of overdue) {
    try {
      await lapse(application.reference);
      count++;
    } catch (error) {
      // Accepted or put on hold since the list was read: nothing is left to lapse.
      if (!(error instanceof DomainError)) throw error;
    }
  }
  return count;
}

function lapse(reference: string): Promise<void> {
  const request: StepRequest = { requestId: randomUUID(), revision: 0 };
  return takeTransition(null, request, reference, "lapse", async (tx, application) => {
    const { dueAt } = await openOffer(tx, application);
    if (dueAt >= now()) throw new DomainError("STATE", "The offer's deadline has not passed.");
    await closeOpenOffer(tx, application.id, { outcome: "LAPSED", answeredById: null });
    await releaseReserve(tx, causeOf(null, request, "Offer lapsed"), application.id);
    return {};
  });
}

export const acceptLastReport = (actor: MfatActor, request: StepRequest, reference: string, { reason }: Reason) =>
  takeTransition(actor, request, reference, "acceptLastReport", async () => ({ reason }));

/** Ends an arrangement early: what is committed and not paid goes back to the envelope. */
export function terminate(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { reason }: Reason,
): Promise<void> {
  return takeTransition(actor, request, reference, "terminate", async (tx, application) => {
    const releasedCents = await releaseUnpaid(tx, causeOf(actor, request, "Terminated"), application.id);
    return { reason, data: { releasedCents: releasedCents.toString() } };
  });
}

/** The final account, once. */
export function submitAcquittal(actor: AgencyActor, request: StepRequest, reference: string, acquittal: NewAcquittal) {
  return takeTransition(actor, request, reference, "submitAcquittal", async (tx, application) => {
    const before = await tx.acquittal.findUnique({ where: { applicationId: application.id } });
    if (before) throw new DomainError("CONFLICT", "The acquittal has been submitted already.");
    const funding = await tx.applicationFunding.findMany({ where: { applicationId: application.id } });
    const errors = checkAcquittal(acquittal.actual, sumCents(funding.map((part) => part.committedCents)));
    if (Object.keys(errors).length) throw invalid(errors);
    await tx.acquittal.create({
      data: {
        applicationId: application.id,
        actualCents: acquittal.actual,
        outcome: acquittal.outcome,
        submittedById: actor.personId,
        submittedAt: now(),
      },
    });
    return { data: { actualCents: acquittal.actual.toString() } };
  });
}

/**
 * Confirms what is left over and gives it back to the envelope. What was really spent has to be paid first, so that the
 * surplus is what stays unpaid.
 */
export function confirmSurplus(actor: MfatActor, request: StepRequest, reference: string): Promise<void> {
  return takeTransition(actor, request, reference, "confirmSurplus", async (tx, application) => {
    const acquittal = await tx.acquittal.findUnique({ where: { applicationId: application.id } });
    if (!acquittal) throw new DomainError("STATE", "The acquittal has to be submitted first.");
    if (acquittal.surplusConfirmedAt) throw new DomainError("CONFLICT", "The surplus has been confirmed already.");
    const funding = await tx.applicationFunding.findMany({ where: { applicationId: application.id } });
    const paidCents = sumCents(funding.map((part) => part.paidCents));
    if (paidCents !== acquittal.actualCents) {
      const [paid, actual] = [formatCents(paidCents), formatCents(acquittal.actualCents)];
      throw new DomainError("STATE", `${paid} is paid and ${actual} was spent. They have to be the same first.`);
    }
    const surplusCents = await releaseUnpaid(tx, causeOf(actor, request, "Surplus confirmed"), application.id);
    await tx.acquittal.update({
      where: { applicationId: application.id },
      data: { surplusCents, surplusConfirmedById: actor.personId, surplusConfirmedAt: now() },
    });
    return { data: { surplusCents: surplusCents.toString() } };
  });
}

export function close(actor: MfatActor, request: StepRequest, reference: string): Promise<void> {
  return takeTransition(actor, request, reference, "close", async (tx, application) => {
    const acquittal = await tx.acquittal.findUnique({ where: { applicationId: application.id } });
    if (!acquittal?.surplusConfirmedAt) throw new DomainError("STATE", "The surplus has to be confirmed first.");
    return {};
  });
}

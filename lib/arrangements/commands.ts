import { randomUUID } from "node:crypto";
import { type Cause, commitReserve, releaseReserve } from "#lib/budget/commands.ts";
import { endedYears, type PhasedAmount } from "#lib/budget/rules.ts";
import { keepConditions } from "#lib/decisions/conditions/commands.ts";
import type { Reason } from "#lib/form/fields.ts";
import { sendLetter } from "#lib/letters/commands.ts";
import { offerValues } from "#lib/letters/rules.ts";
import { type StepRequest, takeTransition } from "#lib/lifecycle/commands.ts";
import type { AgencyActor, MfatActor } from "#lib/lifecycle/permissions.ts";
import type { LockedApplication } from "#lib/lifecycle/queries.ts";
import { now } from "#lib/platform/clock.ts";
import {
  addDays,
  dayOf,
  earlierOf,
  endOfDay,
  formatDay,
  formatDeadline,
  laterOf,
  yearEndsOn,
} from "#lib/platform/dates.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { DomainError, invalid } from "#lib/platform/errors.ts";
import { workingDayFrom } from "#lib/platform/working-days.ts";
import { makeSchedule } from "#lib/reports/commands.ts";
import { finalDay } from "#lib/reports/rules.ts";
import { approvedConditions, offeredReports } from "./queries.ts";
import { checkLastDay, datesFrom, firstYear, HOLD_NOTE, HOUR_MS, hoursHeld } from "./rules.ts";
import { LAST_DAY_LABELS, type LaterLastDay, type NewOffer } from "./schema.ts";
import { OFFER_STEPS, PAUSE_STEPS } from "./steps.ts";

/** Sends the offer: the letter is stored as it was sent, with the last day to accept it. */
export function sendOffer(actor: MfatActor, request: StepRequest, reference: string, offer: NewOffer): Promise<void> {
  return takeTransition(actor, request, reference, OFFER_STEPS.sendOffer, async (tx, application) => {
    const [sentAt, dueAt] = [now(), endOfDay(offer.dueOn)];
    const amountCents = application.approvedCents ?? 0n;
    const phasing = await approvedPhasing(tx, application.id);
    refuseEnded(phasing, "Ask the agency to withdraw the application and apply for money in a later year.");
    refuseLastDay("sendOffer", offer, phasing);
    const terms = {
      amountCents,
      phasing,
      conditions: await approvedConditions(tx, actor, application.id),
      reports: await offeredReports(tx, application, sentAt),
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
    return {
      ...(offer.reason && { reason: offer.reason }),
      note: `The offer can be accepted until ${formatDeadline(dueAt)}.`,
      data: { dueAt: dueAt.toISOString() },
    };
  });
}

/** Gives the agency more or less time to answer. */
export function moveLastDay(actor: MfatActor, request: StepRequest, reference: string, moved: LaterLastDay) {
  return takeTransition(actor, request, reference, OFFER_STEPS.moveLastDay, async (tx, application) => {
    const [offer, dueAt] = [await openOffer(tx, application), endOfDay(moved.dueOn)];
    refuseLastDay("moveLastDay", moved, await approvedPhasing(tx, application.id));
    if (dueAt.getTime() === offer.dueAt.getTime()) {
      throw invalid({ "dueOn-day": `${formatDay(moved.dueOn)} is already the last day. Enter another day` });
    }
    await tx.offer.update({ where: { id: offer.id }, data: { dueAt } });
    return {
      reason: moved.reason,
      note: `The last day to accept the offer is now ${formatDeadline(dueAt)}. It was ${formatDeadline(offer.dueAt)}.`,
      data: { from: offer.dueAt.toISOString(), to: dueAt.toISOString() },
    };
  });
}

/** Withdraws an offer so that it can be sent again: its money stays reserved, and its letter stays on record. */
export function withdrawOffer(actor: MfatActor, request: StepRequest, reference: string, { reason }: Reason) {
  return takeTransition(actor, request, reference, OFFER_STEPS.withdrawOffer, async (tx, application) => {
    await closeOpenOffer(tx, application.id, { outcome: "WITHDRAWN", answeredById: actor.personId, reason });
    return { reason, note: "The offer can no longer be accepted." };
  });
}

const approvedPhasing = (tx: Tx, applicationId: string): Promise<PhasedAmount> =>
  tx.phasing.findMany({ where: { applicationId, kind: "APPROVED" }, orderBy: { startYear: "asc" } });

/** @throws STATE saying what to do instead, where there is money in a financial year that has ended */
function refuseEnded(phasing: PhasedAmount, instead: string): void {
  const ended = endedYears(phasing, dayOf(now()));
  if (ended) throw new DomainError("STATE", `${ended} ${instead}`);
}

/** @throws INVALID at the day, or at the reason where it needs one */
function refuseLastDay(
  form: keyof typeof LAST_DAY_LABELS,
  offer: { dueOn: Date; reason: string | null },
  phasing: PhasedAmount,
): void {
  const errors = checkLastDay(LAST_DAY_LABELS[form], offer, phasing, { now: now(), today: dayOf(now()) });
  if (Object.keys(errors).length) throw invalid(errors);
}

/**
 * A point in time, or the end of the offer's first financial year if that is earlier: a hold does not stop the year.
 */
async function withinFirstYear(tx: Tx, applicationId: string, dueAt: Date): Promise<Date> {
  const year = firstYear(await approvedPhasing(tx, applicationId));
  return year === undefined ? dueAt : earlierOf(dueAt, endOfDay(yearEndsOn(year)));
}

/** Records the answer to the open offer, if there is one. */
async function closeOpenOffer(
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

/** Up to the deadline's last second. What was reserved becomes committed. */
export function acceptOffer(actor: AgencyActor, request: StepRequest, reference: string): Promise<void> {
  return takeTransition(actor, request, reference, OFFER_STEPS.acceptOffer, async (tx, application) => {
    const { dueAt } = await openOffer(tx, application);
    if (dueAt < now()) throw new DomainError("STATE", `The offer could be accepted until ${formatDeadline(dueAt)}.`);
    refuseEnded(await approvedPhasing(tx, application.id), "Ask the fund desk what happens now.");
    await closeOpenOffer(tx, application.id, { outcome: "ACCEPTED", answeredById: actor.personId });
    await commitReserve(tx, causeOf(actor, request, "Offer accepted"), application.id);
    await beginArrangement(tx, actor, application);
    return {};
  });
}

/**
 * Creates the arrangement with the dates in the application, which every signed-off version has, and with its report
 * schedule and its conditions.
 */
async function beginArrangement(tx: Tx, actor: AgencyActor, application: LockedApplication): Promise<void> {
  const acceptedAt = now();
  const dates = datesFrom(application, acceptedAt);
  const { startsOn, endsOn } = dates;
  await tx.arrangement.create({ data: { applicationId: application.id, startsOn, endsOn, acceptedAt } });
  await makeSchedule(tx, application, dates);
  // Due with the final report, which covers them, until the desk says otherwise.
  const dueOn = workingDayFrom(finalDay(laterOf(endsOn, dayOf(acceptedAt))));
  await keepConditions(tx, application, await approvedConditions(tx, actor, application.id), dueOn);
}

export function declineOffer(actor: AgencyActor, request: StepRequest, reference: string, { reason }: Reason) {
  return takeTransition(actor, request, reference, OFFER_STEPS.declineOffer, async (tx, application) => {
    await closeOpenOffer(tx, application.id, { outcome: "DECLINED", answeredById: actor.personId, reason });
    await releaseReserve(tx, causeOf(actor, request, "Offer declined"), application.id);
    return { reason };
  });
}

/** The timed job: every offer whose deadline has passed lapses, each in its own transaction. Returns how many did. */
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
      // It was accepted or put on hold since the list was read, so it does not lapse.
      if (!(error instanceof DomainError)) throw error;
    }
  }
  return count;
}

function lapse(reference: string): Promise<void> {
  const request: StepRequest = { requestId: randomUUID(), revision: 0 };
  return takeTransition(null, request, reference, OFFER_STEPS.lapse, async (tx, application) => {
    const { dueAt } = await openOffer(tx, application);
    if (dueAt >= now()) throw new DomainError("STATE", "The offer's deadline has not passed.");
    await closeOpenOffer(tx, application.id, { outcome: "LAPSED", answeredById: null });
    await releaseReserve(tx, causeOf(null, request, "Offer lapsed"), application.id);
    return {};
  });
}

// ---------------------------------------------------------------- steps that end or interrupt an application

/** Releases what was reserved and closes an open offer. */
export function withdraw(actor: AgencyActor, request: StepRequest, reference: string, { reason }: Reason) {
  return takeTransition(actor, request, reference, PAUSE_STEPS.withdraw, async (tx, application) => {
    await releaseReserve(tx, { actor, requestId: request.requestId, reason: "Withdrawn" }, application.id);
    await closeOpenOffer(tx, application.id, { outcome: "WITHDRAWN", answeredById: actor.personId, reason });
    const { heldAt } = application;
    return { reason, set: { heldAt: null }, ...(heldAt && { data: { heldAt: heldAt.toISOString() } }) };
  });
}

export function putOnHold(actor: MfatActor, request: StepRequest, reference: string, { reason }: Reason) {
  return takeTransition(actor, request, reference, PAUSE_STEPS.putOnHold, async () => ({
    reason,
    note: HOLD_NOTE,
    set: { heldAt: now() },
  }));
}

/**
 * Whatever was due and had not passed is now due as many hours later as it was on hold, rounded up; due dates without a
 * time, as many days later. So nobody loses time by a hold.
 */
export function resume(actor: MfatActor, request: StepRequest, reference: string): Promise<void> {
  return takeTransition(actor, request, reference, PAUSE_STEPS.resume, async (tx, application) => {
    const { id: applicationId, heldAt, changesDueAt } = application;
    if (!heldAt) return {};
    const hours = hoursHeld(heldAt, now());
    const later = (day: Date) => addDays(day, Math.ceil(hours / 24));
    const laterAt = (moment: Date) => new Date(moment.getTime() + hours * HOUR_MS);
    const offer = await tx.offer.findFirst({ where: { applicationId, outcome: null, dueAt: { gte: heldAt } } });
    const isMoved = await moveDueDays(tx, { applicationId, dueOn: { gte: dayOf(heldAt) } }, later);
    const dueAt = offer && (await withinFirstYear(tx, applicationId, laterAt(offer.dueAt)));
    if (offer && dueAt) await tx.offer.update({ where: { id: offer.id }, data: { dueAt } });
    const changesAt = changesDueAt && changesDueAt >= heldAt ? laterAt(changesDueAt) : changesDueAt;
    return { set: { heldAt: null, changesDueAt: changesAt }, ...noteOf(dueAt, changesAt, isMoved ? hours : 0) };
  });
}

/** The due dates that had not passed: of assessments, questions to advisers, reports and conditions. Says if any of the last two moved. */
async function moveDueDays(
  tx: Tx,
  where: { applicationId: string; dueOn: { gte: Date } },
  later: (day: Date) => Date,
): Promise<boolean> {
  for (const { applicationId, assessorId, dueOn } of await tx.assessment.findMany({
    where: { ...where, status: "ASSIGNED" },
  })) {
    const key = { applicationId_assessorId: { applicationId, assessorId } };
    await tx.assessment.update({ where: key, data: { dueOn: dueOn && later(dueOn) } });
  }
  for (const { id, dueOn } of await tx.advice.findMany({ where: { ...where, state: "ASKED" } })) {
    await tx.advice.update({ where: { id }, data: { dueOn: later(dueOn) } });
  }
  const reports = await tx.report.findMany({ where: { ...where, state: { in: ["DUE", "RETURNED"] } } });
  const conditions = await tx.condition.findMany({ where: { ...where, metAt: null } });
  for (const { id, dueOn } of reports) {
    await tx.report.update({ where: { id }, data: { dueOn: workingDayFrom(later(dueOn)) } });
  }
  for (const { id, dueOn } of conditions) {
    await tx.condition.update({ where: { id }, data: { dueOn: workingDayFrom(later(dueOn)) } });
  }
  return reports.length + conditions.length > 0;
}

/** `hours`: by how much reports and conditions moved; 0 where there were none. */
function noteOf(offerDueAt: Date | null, changesDueAt: Date | null, hours: number): { note?: string } {
  if (offerDueAt) return { note: `The offer can be accepted until ${formatDeadline(offerDueAt)}.` };
  if (hours > 0) {
    const days = Math.ceil(hours / 24);
    return {
      note: `Reports and conditions are due ${days} ${days === 1 ? "day" : "days"} later. If that is not a working day, they are due on the next one.`,
    };
  }
  return changesDueAt ? { note: `Changes are due by ${formatDeadline(changesDueAt)}.` } : {};
}

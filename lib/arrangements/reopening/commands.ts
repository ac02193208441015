import { checkLastDay } from "#lib/arrangements/rules.ts";
import { LAST_DAY_LABELS } from "#lib/arrangements/schema.ts";
import { CONFIRMERS, PAUSE_STEPS } from "#lib/arrangements/steps.ts";
import { commitReserve, reserve } from "#lib/budget/commands.ts";
import { type Reason, text, type Values } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { type StepOutcome, type StepRequest, takeTransition } from "#lib/lifecycle/commands.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import type { LockedApplication } from "#lib/lifecycle/queries.ts";
import { STILL_ASSESSES } from "#lib/lifecycle/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, endOfDay, formatDeadline } from "#lib/platform/dates.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import type { Tx } from "#lib/platform/db.ts";
import { conflict, DomainError, forbidden, invalid } from "#lib/platform/errors.ts";
import { readEnd, readEndByTwo } from "./queries.ts";
import { type End, type EndByTwo, OWN_REOPENING, reopenFields, whyNotReopened, whyNotReopenedByTwo } from "./rules.ts";

/**
 * Reopens what was ended in error: the application is back in its former state, with the same money reserved, the same
 * offer open and the same people asked. The end stays in the history.
 * @throws STATE if it is too late, MONEY with the available amount if a year no longer has the money
 */
export function reopen(actor: MfatActor, request: StepRequest, reference: string, values: Values): Promise<void> {
  return takeTransition(actor, request, reference, PAUSE_STEPS.reopen, async (tx, application) => {
    const end = await readEnd(tx, actor, application);
    const obstacle = end ? whyNotReopened(end, now()) : "We have no record of the state it was in before it ended.";
    if (!end || obstacle) throw new DomainError("STATE", obstacle ?? "");
    const { data, errors } = parseFields(reopenFields(end), values);
    if (errors) throw invalid(errors);
    const reason = text(values, "reason");
    await reserve(tx, { actor, requestId: request.requestId, reason: "Reopened" }, application.id, end.phasing);
    return {
      to: end.before,
      reason,
      set: { heldAt: end.heldAt },
      asks: await listUnfinished(tx, application.id, end.before),
      ...(end.offer && (await openAgain(tx, end.offer, { dueOn: data.dueOn as Date, reason }, end.phasing))),
    };
  });
}

/** Asks for an arrangement that ended in error to be reopened: another person confirms or declines it. */
export function askToReopen(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { reason }: Reason,
): Promise<void> {
  return takeTransition(actor, request, reference, PAUSE_STEPS.askToReopen, async (tx, application) => {
    const end = await endByTwo(tx, actor, application);
    if (end.asked) throw conflict("Somebody has already asked to reopen it.");
    refuse(whyNotReopenedByTwo(end, now()));
    const others = await tx.person.findMany({
      where: {
        endedAt: null,
        id: { not: actor.personId },
        roles: { some: { role: { in: [...CONFIRMERS] } } },
        declarations: { none: { applicationId: application.id, isRecused: true } },
      },
      select: { id: true },
    });
    if (!others.length) throw new DomainError("STATE", NOBODY_ELSE);
    return { reason, asks: others.map(({ id }) => id) };
  });
}

const NOBODY_ELSE =
  "Nobody else can confirm this. Ask an administrator to add another budget officer or approver first.";

/**
 * Reopens an ended arrangement at another person's request: what its termination released is committed again, and the
 * reports that it cancelled are due again.
 * @throws FORBIDDEN for the person who asked, STATE if it is too late, MONEY with the available amount if a year no
 * longer has the money
 */
export function confirmReopening(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { reason }: Reason,
): Promise<void> {
  return takeTransition(actor, request, reference, PAUSE_STEPS.confirmReopening, async (tx, application) => {
    const end = await endByTwo(tx, actor, application);
    if (!end.asked) throw conflict("The request to reopen it is no longer open.");
    if (end.asked.byId === actor.personId) throw forbidden(OWN_REOPENING);
    refuse(whyNotReopenedByTwo(end, now()));
    const cause = { actor, requestId: request.requestId, reason: "Reopened" };
    await reserve(tx, cause, application.id, end.phasing);
    await commitReserve(tx, cause, application.id);
    for (const { id, answeredAt, ...before } of end.reports ?? []) {
      await tx.report.update({ where: { id }, data: { ...before, answeredAt: answeredAt && new Date(answeredAt) } });
    }
    return { to: end.before, reason, data: { askedById: end.asked.byId }, asks: [end.asked.byId] };
  });
}

/** Leaves it ended, after somebody asked to reopen it. */
export function declineReopening(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { reason }: Reason,
): Promise<void> {
  return takeTransition(actor, request, reference, PAUSE_STEPS.declineReopening, async (tx, application) => {
    const { asked } = await endByTwo(tx, actor, application);
    if (!asked) throw conflict("The request to reopen it is no longer open.");
    return { reason, asks: [asked.byId] };
  });
}

async function endByTwo(tx: Tx, actor: MfatActor, application: LockedApplication): Promise<EndByTwo> {
  const end = await readEndByTwo(tx, actor, application);
  if (!end) throw new DomainError("STATE", "We have no record of the state it was in before it ended.");
  return end;
}

function refuse(obstacle: string | null): void {
  if (obstacle) throw new DomainError("STATE", obstacle);
}

/** Takes back the answer to the offer. @throws INVALID at its last day */
async function openAgain(
  tx: Tx,
  { id, dueAt: before }: NonNullable<End["offer"]>,
  last: { dueOn: Date; reason: string },
  phasing: End["phasing"],
): Promise<StepOutcome> {
  const errors = checkLastDay(LAST_DAY_LABELS.reopen, last, phasing, { now: now(), today: dayOf(now()) });
  if (Object.keys(errors).length) throw invalid(errors);
  const dueAt = endOfDay(last.dueOn);
  await tx.offer.update({
    where: { id },
    data: { dueAt, outcome: null, answeredById: null, answeredAt: null, reason: null },
  });
  return {
    note: `The offer can be accepted until ${formatDeadline(dueAt)}.`,
    data: { from: before.toISOString(), to: dueAt.toISOString() },
  };
}

/** The assessors and advisers who were told that it had ended. */
async function listUnfinished(tx: Tx, applicationId: string, before: State): Promise<string[]> {
  const [open, questions] = await Promise.all([
    before === "ASSESSMENT"
      ? tx.assessment.findMany({ where: { applicationId, status: "ASSIGNED", ...STILL_ASSESSES } })
      : [],
    tx.advice.findMany({
      where: { applicationId, state: "ASKED", adviser: { endedAt: null, roles: { some: { role: "ADVISER" } } } },
    }),
  ]);
  return [...open.map(({ assessorId }) => assessorId), ...questions.map(({ adviserId }) => adviserId)];
}

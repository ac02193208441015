import { checkLastDay } from "#lib/arrangements/rules.ts";
import { LAST_DAY_LABELS } from "#lib/arrangements/schema.ts";
import { PAUSE_STEPS } from "#lib/arrangements/steps.ts";
import { reserve } from "#lib/budget/commands.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { type StepOutcome, type StepRequest, takeTransition } from "#lib/lifecycle/commands.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, endOfDay, formatDeadline } from "#lib/platform/dates.ts";
import type { Tx } from "#lib/platform/db.ts";
import { DomainError, invalid } from "#lib/platform/errors.ts";
import { readEnd } from "./queries.ts";
import { type End, reopenFields, whyNotReopened } from "./rules.ts";

/**
 * Takes an end back that came in error: the application is again where it was, with the same money reserved, the same offer
 * open and the same people asked. What ended it stays in the history.
 * @throws STATE if it is too late, MONEY with what is available if a year has given the money away
 */
export function reopen(actor: MfatActor, request: StepRequest, reference: string, values: Values): Promise<void> {
  return takeTransition(actor, request, reference, PAUSE_STEPS.reopen, async (tx, application) => {
    const end = await readEnd(tx, actor, application);
    const obstacle = end ? whyNotReopened(end, now()) : "It is not on record which state it was in before.";
    if (!end || obstacle) throw new DomainError("STATE", obstacle ?? "");
    const { data, errors } = parseFields(reopenFields(end), values);
    if (errors) throw invalid(errors);
    const reason = text(values, "reason");
    await reserve(tx, { actor, requestId: request.requestId, reason: "Reopened" }, application.id, end.phasing);
    return {
      to: end.before,
      reason,
      set: { heldAt: end.heldAt },
      ...(end.before === "ASSESSMENT" && { asks: await unfinishedAssessors(tx, application.id) }),
      ...(end.offer && (await openAgain(tx, end.offer, { dueOn: data.dueOn as Date, reason }, end.phasing))),
    };
  });
}

/** The answer to the offer is taken back. @throws INVALID at its last day */
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

/** The assessors who were told that it ended. */
async function unfinishedAssessors(tx: Tx, applicationId: string): Promise<string[]> {
  const open = await tx.assessment.findMany({ where: { applicationId, status: "ASSIGNED" } });
  return open.map(({ assessorId }) => assessorId);
}

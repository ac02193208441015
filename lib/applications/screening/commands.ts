import { type Check, checksOf, refusedChecks, screeningFields } from "#lib/applications/schema.ts";
import { APPLICATION_STEPS } from "#lib/applications/steps.ts";
import type { Reason, Values } from "#lib/form/fields.ts";
import { parseFields, tooLong } from "#lib/form/parse.ts";
import { sendLetter } from "#lib/letters/commands.ts";
import { ineligibleValues } from "#lib/letters/rules.ts";
import { refuseUndeclared, type StepRequest, takeTransition } from "#lib/lifecycle/commands.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { type LockedApplication, lockApplication } from "#lib/lifecycle/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { endOfDay, formatDeadline } from "#lib/platform/dates.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { DomainError, invalid } from "#lib/platform/errors.ts";
import { type ChangesAsked, changesInWords, type LaterDueDate } from "./schema.ts";

/** Saves the screening answers so far. @throws INVALID at a note that is too long */
export function saveScreening(actor: MfatActor, reference: string, values: Values): Promise<void> {
  permit(actor, "screening:edit");
  return transaction(async (tx) => {
    const application = await lockApplication(tx, actor, reference);
    if (application.state !== "SUBMITTED")
      throw new DomainError("STATE", "This application is not being screened now.");
    await refuseUndeclared(tx, actor, application);
    const errors = tooLong(screeningFields(application.round.checklist), values);
    if (Object.keys(errors).length) throw invalid(errors);
    await writeScreening(tx, actor, application, checksOf(application.round.checklist, values));
  });
}

async function writeScreening(
  tx: Tx,
  actor: MfatActor,
  { id: applicationId, versionNumber }: LockedApplication,
  checks: readonly Check[],
): Promise<void> {
  for (const { position, ...check } of checks) {
    const row = { ...check, answeredById: actor.personId, answeredAt: now() };
    await tx.screeningAnswer.upsert({
      where: { applicationId_versionNumber_position: { applicationId, versionNumber, position } },
      create: { applicationId, versionNumber, position, ...row },
      update: row,
    });
  }
}

/** Accepts an application whose checklist is clear. It keeps the criteria that its round has now. */
export function acceptForAssessment(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  values: Values,
): Promise<void> {
  return takeTransition(actor, request, reference, APPLICATION_STEPS.acceptForAssessment, async (tx, application) => {
    const { checklist, criteriaVersion } = application.round;
    const parsed = parseFields(screeningFields(checklist), values);
    const checks = checksOf(checklist, values);
    const errors = { ...refusedChecks(checks), ...parsed.errors };
    if (Object.keys(errors).length) throw invalid(errors);
    await writeScreening(tx, actor, application, checks);
    return { set: { criteriaVersion }, data: { version: application.versionNumber, criteriaVersion } };
  });
}

/** @throws INVALID if the date has passed */
function dueAtOf(dueOn: Date): Date {
  const dueAt = endOfDay(dueOn);
  if (dueAt <= now()) throw invalid({ "dueOn-day": "Date must be today or later" });
  return dueAt;
}

/** Opens the sections that need to change, each with its own reason. */
export function askForChanges(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { changes, dueOn }: ChangesAsked,
) {
  return takeTransition(actor, request, reference, APPLICATION_STEPS.askForChanges, async () => {
    const changesDueAt = dueAtOf(dueOn);
    const sections = Object.keys(changes);
    return {
      reason: changesInWords(changes),
      set: { openSections: sections, changesDueAt },
      data: { sections, changes },
      note: `Changes are due by ${formatDeadline(changesDueAt)}.`,
    };
  });
}

/** Gives the agency a new due date for its answer, even if the first one has passed. */
export function moveDueDate(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { dueOn, reason }: LaterDueDate,
) {
  return takeTransition(actor, request, reference, APPLICATION_STEPS.moveDueDate, async () => {
    const changesDueAt = dueAtOf(dueOn);
    return { reason, set: { changesDueAt }, note: `Changes are due by ${formatDeadline(changesDueAt)}.` };
  });
}

export function declineAsIneligible(actor: MfatActor, request: StepRequest, reference: string, { reason }: Reason) {
  return takeTransition(actor, request, reference, APPLICATION_STEPS.declineAsIneligible, async (tx, application) => {
    await sendLetter(tx, actor, application, "INELIGIBLE", ineligibleValues(application, reason));
    return { reason };
  });
}

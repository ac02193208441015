import type { Answers, Values } from "#lib/form/fields.ts";
import { parseFields, tooLong } from "#lib/form/parse.ts";
import { listCriteria } from "#lib/fund/queries.ts";
import { refuseUndeclared, type StepRequest, takeTransition } from "#lib/lifecycle/commands.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { type LockedApplication, lockApplication } from "#lib/lifecycle/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDueDay } from "#lib/platform/dates.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { DomainError, forbidden, invalid } from "#lib/platform/errors.ts";
import { listScoreReaders } from "./queries.ts";
import { weightedTotal } from "./rules.ts";
import {
  type ASSIGN_FIELDS,
  type CompletedScores,
  commentInput,
  scoreFields,
  scoreInput,
  type UNASSIGN_FIELDS,
} from "./schema.ts";
import { ASSESSMENT_STEPS } from "./steps.ts";

export type Assignment = Answers<typeof ASSIGN_FIELDS>;

/**
 * Assigns assessors to the submitted version. Assessors who are already assigned get the new due date, and are told.
 * @throws INVALID where that changes nothing
 */
export function assignAssessors(actor: MfatActor, request: StepRequest, reference: string, assignment: Assignment) {
  return takeTransition(actor, request, reference, ASSESSMENT_STEPS.assignAssessors, async (tx, application) => {
    const { assessors, dueOn } = assignment;
    if (dueOn < dayOf(now())) throw invalid({ "dueOn-day": "Date must be today or later" });
    const people = await tx.person.findMany({
      where: { id: { in: assessors }, side: "MFAT", endedAt: null, roles: { some: { role: "ASSESSOR" } } },
      select: { id: true, name: true },
    });
    if (people.length !== new Set(assessors).size) throw invalid({ assessors: "Choose from the assessors listed" });
    const assigned = await tx.assessment.findMany({
      where: { applicationId: application.id, status: { not: "UNASSIGNED" } },
      select: { assessorId: true, status: true, dueOn: true },
    });
    const fresh = people.filter(({ id }) => !assigned.some((one) => one.assessorId === id));
    const moved = assigned.filter(
      (one) =>
        one.status === "ASSIGNED" && assessors.includes(one.assessorId) && one.dueOn?.getTime() !== dueOn.getTime(),
    );
    if (fresh.length + moved.length === 0) {
      throw invalid({
        assessors: "You have already assigned all of them, due on this day. Choose somebody else, or another day",
      });
    }
    const readers = await listScoreReaders(tx, [application.id]);
    const reader = fresh.find(({ id }) => readers.some((one) => one.id === id));
    if (reader) {
      throw invalid({ assessors: `${reader.name} may have read the scores of others, so they cannot assess it` });
    }
    for (const person of fresh) await assign(tx, actor, application, person, dueOn);
    await tx.assessment.updateMany({
      where: { applicationId: application.id, assessorId: { in: moved.map(({ assessorId }) => assessorId) } },
      data: { dueOn },
    });
    return {
      asks: [...fresh.map(({ id }) => id), ...moved.map(({ assessorId }) => assessorId)],
      data: {
        assessors: fresh.map(({ id }) => id),
        ...(moved.length && { moved: moved.map(({ assessorId }) => assessorId) }),
      },
      note: `The assessment is due on ${formatDueDay(dueOn)}.`,
    };
  });
}

async function assign(
  tx: Tx,
  actor: MfatActor,
  application: LockedApplication,
  { id: assessorId, name }: { id: string; name: string },
  dueOn: Date,
): Promise<void> {
  const duty = application.duties.find(({ personId }) => personId === assessorId);
  if (duty && duty.kind !== "ASSESS") {
    throw invalid({ assessors: `${name} already has another part in this application` });
  }
  const applicationId = application.id;
  const key = { applicationId, personId: assessorId };
  if (!duty) await tx.duty.create({ data: { ...key, side: "MFAT", kind: "ASSESS", since: now() } });
  const declared = await tx.interestDeclaration.findUnique({ where: { applicationId_personId: key } });
  const row = {
    status: declared?.isRecused ? ("RECUSED" as const) : ("ASSIGNED" as const),
    versionNumber: application.versionNumber,
    assignedById: actor.personId,
    assignedAt: now(),
    dueOn,
  };
  await tx.assessment.upsert({
    where: { applicationId_assessorId: { applicationId, assessorId } },
    create: { applicationId, assessorId, ...row },
    update: row,
  });
}

/** Unassigns an assessor who has not completed the assessment; what they wrote is kept but does not count. */
export function unassignAssessor(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { assessor, reason }: Answers<typeof UNASSIGN_FIELDS>,
) {
  return takeTransition(actor, request, reference, ASSESSMENT_STEPS.unassignAssessor, async (tx, application) => {
    const { count } = await tx.assessment.updateMany({
      where: { applicationId: application.id, assessorId: assessor, status: { in: ["ASSIGNED", "RECUSED"] } },
      data: { status: "UNASSIGNED" },
    });
    if (count === 0) throw invalid({ assessor: "Choose an assessor who has not completed the assessment" });
    return { reason, data: { assessor } };
  });
}

async function assignedTo(tx: Tx, actor: MfatActor, application: LockedApplication) {
  const assessment = await tx.assessment.findUnique({
    where: { applicationId_assessorId: { applicationId: application.id, assessorId: actor.personId } },
  });
  if (!assessment) throw forbidden("You are not assigned to assess this application.");
  return assessment;
}

/** Only an assessor who is assigned, has declared their interests and is not recused can write. */
async function mayScore(tx: Tx, actor: MfatActor, application: LockedApplication): Promise<void> {
  const { status } = await assignedTo(tx, actor, application);
  await refuseUndeclared(tx, actor, application);
  if (status === "UNASSIGNED") throw forbidden("You are not assigned to assess this application any more.");
  if (status === "COMPLETE") throw new DomainError("CONFLICT", "Your assessment is complete already.");
  if (status === "SET_ASIDE") throw forbidden("The desk has set your assessment aside.");
}

/** Saves unfinished scores and comments. @throws INVALID at a comment that is too long */
export function saveAssessment(actor: MfatActor, reference: string, values: Values): Promise<void> {
  permit(actor, "assessment:score");
  return transaction(async (tx) => {
    const application = await lockApplication(tx, actor, reference);
    if (application.state !== "ASSESSMENT")
      throw new DomainError("STATE", "This application is not being assessed now.");
    await mayScore(tx, actor, application);
    const errors = tooLong(scoreFields(await listCriteria(tx, application)), values);
    if (Object.keys(errors).length) throw invalid(errors);
    await writeScores(tx, actor, application, values);
  });
}

async function writeScores(tx: Tx, actor: MfatActor, application: LockedApplication, values: Values): Promise<void> {
  for (const { id } of await listCriteria(tx, application)) {
    const key = { applicationId: application.id, assessorId: actor.personId, criterionId: id };
    const typed = values[scoreInput(id)];
    const comment = values[commentInput(id)];
    const row = {
      score: typeof typed === "string" && /^[0-4]$/.test(typed) ? Number(typed) : null,
      comment: typeof comment === "string" ? comment : "",
    };
    await tx.assessmentScore.upsert({
      where: { applicationId_assessorId_criterionId: key },
      create: { ...key, ...row },
      update: row,
    });
  }
}

/** A score and a comment for each criterion. @throws INVALID at the inputs that lack one */
export function completeAssessment(actor: MfatActor, request: StepRequest, reference: string, values: Values) {
  return takeTransition(actor, request, reference, ASSESSMENT_STEPS.completeAssessment, async (tx, application) => {
    await mayScore(tx, actor, application);
    const criteria = await listCriteria(tx, application);
    const parsed = parseFields(scoreFields(criteria), values);
    if (parsed.errors) throw invalid(parsed.errors);
    await writeScores(tx, actor, application, values);
    await tx.assessment.update({
      where: { applicationId_assessorId: { applicationId: application.id, assessorId: actor.personId } },
      data: { status: "COMPLETE", completedAt: now() },
    });
    return { data: { version: application.versionNumber } };
  });
}

/**
 * Reopens the assessor's own completed assessment, with its scores. The event stores what was completed, so that both
 * versions can be read.
 */
export function reopenAssessment(actor: MfatActor, request: StepRequest, reference: string) {
  return takeTransition(actor, request, reference, ASSESSMENT_STEPS.reopenAssessment, async (tx, application) => {
    const { status } = await assignedTo(tx, actor, application);
    if (status !== "COMPLETE")
      throw new DomainError("CONFLICT", "Your assessment is not complete, so it is open already.");
    const data = await keepCompleted(tx, application, actor.personId);
    await openAgain(tx, application, actor.personId, {});
    return { data };
  });
}

/** What an assessor completed, for the event of the step that reopens it. */
export async function keepCompleted(tx: Tx, application: LockedApplication, assessorId: string) {
  const criteria = await listCriteria(tx, application);
  const { completedAt, scores } = await tx.assessment.findUniqueOrThrow({
    where: { applicationId_assessorId: { applicationId: application.id, assessorId } },
    include: { scores: true },
  });
  const completed: CompletedScores = {
    at: completedAt?.toISOString() ?? "",
    total: weightedTotal(criteria, scores),
    scores: scores.map(({ criterionId, score, comment }) => ({ criterionId, score, comment })),
  };
  return { assessor: assessorId, completed };
}

/** A completed assessment is waiting on its assessor again, from now on. */
export async function openAgain(
  tx: Tx,
  { id: applicationId }: LockedApplication,
  assessorId: string,
  more: { assignedById?: string; dueOn?: Date },
): Promise<void> {
  await tx.assessment.update({
    where: { applicationId_assessorId: { applicationId, assessorId } },
    data: { status: "ASSIGNED", completedAt: null, assignedAt: now(), ...more },
  });
}

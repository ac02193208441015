import { keepCompleted, openAgain } from "#lib/assessments/commands.ts";
import { listUndecided } from "#lib/assessments/interests/queries.ts";
import { mayAssess } from "#lib/assessments/rules.ts";
import {
  type COUNT_AGAIN_FIELDS,
  commentInput,
  type KEEP_FIELDS,
  type RETURN_FIELDS,
  type SCORE_AGAIN_FIELDS,
  type SET_ASIDE_FIELDS,
  scoreFields,
  scoreInput,
} from "#lib/assessments/schema.ts";
import { ASSESSMENT_STEPS, undecidedWords } from "#lib/assessments/steps.ts";
import type { Answers, Values } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { listCriteria } from "#lib/fund/queries.ts";
import { refuseUndeclared, type StepRequest, takeTransition } from "#lib/lifecycle/commands.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { type LockedApplication, listWaitedForIn, lockApplication } from "#lib/lifecycle/queries.ts";
import { otherDuty, STILL_ASSESSES } from "#lib/lifecycle/rules.ts";
import { STATES } from "#lib/lifecycle/states.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDueDay } from "#lib/platform/dates.ts";
import type { AssessmentStatus } from "#lib/platform/db/generated/enums.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { DomainError, forbidden, invalid } from "#lib/platform/errors.ts";

/** Ends scoring once the round's minimum number of assessments is complete. */
export function startModeration(actor: MfatActor, request: StepRequest, reference: string): Promise<void> {
  return takeTransition(actor, request, reference, ASSESSMENT_STEPS.startModeration, async (tx, application) => {
    const complete = await tx.assessment.count({ where: { applicationId: application.id, status: "COMPLETE" } });
    const { minimumAssessments } = application.round;
    if (complete < minimumAssessments) {
      throw new DomainError("STATE", `${minimumAssessments} assessments need to be complete. ${complete} of them are.`);
    }
    await refuseUndecided(tx, actor, application);
    return {};
  });
}

/** Returns a completed assessment to its assessor. Agreed scores of the moderation are kept. */
export function returnAssessment(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { assessor, dueOn, reason }: Answers<typeof RETURN_FIELDS>,
) {
  return takeTransition(actor, request, reference, ASSESSMENT_STEPS.returnAssessment, async (tx, application) => {
    refuseAssessors(actor, application);
    if (dueOn < dayOf(now())) throw invalid({ "dueOn-day": "Date must be today or later" });
    await findComplete(tx, application, assessor);
    if (!(await tx.person.count({ where: { id: assessor, ...mayAssess(application.id) } }))) {
      throw invalid({ assessor: "They cannot assess it any more. Set the assessment aside and assign somebody else" });
    }
    const data = await keepCompleted(tx, application, assessor);
    await openAgain(tx, application, assessor, { assignedById: actor.personId, dueOn });
    return {
      reason,
      data,
      asks: await listUnfinished(tx, application),
      mfatNote: `The assessor needs to complete it again by ${formatDueDay(dueOn)}. The reason is in the portal.`,
    };
  });
}

/**
 * Moves an application to its round's current criteria: assessors who completed an assessment are asked again, and what
 * they completed can still be read. Assessments by people who can no longer assess it are set aside.
 */
export function askToScoreAgain(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { dueOn, reason }: Answers<typeof SCORE_AGAIN_FIELDS>,
) {
  return takeTransition(actor, request, reference, ASSESSMENT_STEPS.askToScoreAgain, async (tx, application) => {
    refuseAssessors(actor, application);
    const { id: applicationId, round } = application;
    if (application.criteriaVersion === round.criteriaVersion) {
      throw new DomainError("STATE", "This assessment already uses the round’s current criteria.");
    }
    if (dueOn < dayOf(now())) throw invalid({ "dueOn-day": "Date must be today or later" });
    const complete = await tx.assessment.findMany({ where: { applicationId, status: "COMPLETE" } });
    const able = await tx.person.findMany({
      where: { AND: [{ id: { in: complete.map(({ assessorId }) => assessorId) } }, mayAssess(applicationId)] },
      select: { id: true },
    });
    const again: Awaited<ReturnType<typeof keepCompleted>>[] = [];
    for (const { assessorId } of complete) {
      again.push(await keepCompleted(tx, application, assessorId));
      if (able.some(({ id }) => id === assessorId)) {
        await openAgain(tx, application, assessorId, { assignedById: actor.personId, dueOn });
        continue;
      }
      await tx.assessment.update({
        where: { applicationId_assessorId: { applicationId, assessorId } },
        data: { status: "SET_ASIDE", setAsideAt: now(), setAsideById: actor.personId, setAsideReason: reason },
      });
    }
    return {
      to: "ASSESSMENT",
      set: { criteriaVersion: round.criteriaVersion },
      reason,
      data: { again, criteriaVersion: round.criteriaVersion },
      asks: await listUnfinished(tx, application),
      mfatNote: `The assessors need to score it by ${formatDueDay(dueOn)}, on version ${round.criteriaVersion} of the criteria. The reason is in the portal.`,
    };
  });
}

/**
 * An assessment that is set aside no longer counts, but its scores stay on record. Where too few are left for
 * moderation, the application goes back to assessment; a recommendation has to be returned first.
 */
export function setAssessmentAside(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { assessor, reason }: Answers<typeof SET_ASIDE_FIELDS>,
) {
  return takeTransition(actor, request, reference, ASSESSMENT_STEPS.setAssessmentAside, async (tx, application) => {
    refuseAssessors(actor, application);
    const left = (await findComplete(tx, application, assessor)) - 1;
    const { minimumAssessments } = application.round;
    const isEnough = left >= minimumAssessments;
    if (!isEnough && isRecommended(application)) {
      throw new DomainError(
        "STATE",
        `Only ${left} of the ${minimumAssessments} assessments that the round needs would be left. The recommendation needs to be returned first.`,
      );
    }
    await tx.assessment.update({
      where: { applicationId_assessorId: { applicationId: application.id, assessorId: assessor } },
      data: { status: "SET_ASIDE", setAsideAt: now(), setAsideById: actor.personId, setAsideReason: reason },
    });
    const isBack = !isEnough && application.state === "MODERATION";
    return {
      reason,
      data: { assessor },
      ...(isBack && { to: "ASSESSMENT" as const }),
      asks: isBack ? await listUnfinished(tx, application) : [],
      tells: await listConcerned(tx, actor, application, assessor),
      mfatNote: isEnough
        ? "The reason is in the portal."
        : `${left} of ${minimumAssessments} assessments are left. The desk will assign another assessor. The reason is in the portal.`,
    };
  });
}

/** The desk decides that an assessment still counts, although its assessor learned of an interest after completing it. */
export function keepAssessment(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { assessor, reason }: Answers<typeof KEEP_FIELDS>,
) {
  return takeTransition(actor, request, reference, ASSESSMENT_STEPS.keepAssessment, async (tx, application) => {
    refuseAssessors(actor, application);
    const undecided = await listUndecided(tx, application.id);
    if (!undecided.some(({ value }) => value === assessor))
      throw invalid({ assessor: "Choose an assessment that is waiting for your decision" });
    await tx.laterInterest.updateMany({
      where: { applicationId: application.id, personId: assessor, clearedAt: null, keptAt: null },
      data: { keptAt: now(), keptById: actor.personId, keptReason: reason },
    });
    return { reason, data: { assessor }, mfatNote: "The reason is in the portal." };
  });
}

/** @throws STATE while the desk has not decided about an assessment whose assessor learned of an interest */
export async function refuseUndecided(tx: Tx, { roles }: MfatActor, { id }: LockedApplication): Promise<void> {
  const names = (await listUndecided(tx, id)).map(({ label }) => label);
  if (names.length) throw new DomainError("STATE", undecidedWords(names, roles.has("DESK")));
}

/** The way back, as long as no recommendation was made without it. */
export function countAssessmentAgain(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { assessor, reason }: Answers<typeof COUNT_AGAIN_FIELDS>,
) {
  return takeTransition(actor, request, reference, ASSESSMENT_STEPS.countAssessmentAgain, async (tx, application) => {
    refuseAssessors(actor, application);
    const { id: applicationId } = application;
    const found = await tx.assessment.findFirst({
      where: { applicationId, assessorId: assessor, status: "SET_ASIDE" },
    });
    if (!found?.setAsideAt) throw invalid({ assessor: "Choose an assessment that was set aside" });
    const without = isRecommended(application)
      ? await tx.recommendation.count({
          where: { applicationId, returnedAt: null, recommendedAt: { gte: found.setAsideAt } },
        })
      : 0;
    if (without) {
      throw new DomainError(
        "STATE",
        "The recommendation was made without it, so the recommendation needs to be returned first.",
      );
    }
    await tx.assessment.update({
      where: { applicationId_assessorId: { applicationId, assessorId: assessor } },
      data: { status: "COMPLETE", setAsideAt: null, setAsideById: null, setAsideReason: null },
    });
    return {
      reason,
      data: { assessor },
      ...((await isModeratedAgain(tx, application, assessor)) && { to: "MODERATION" as const }),
      tells: await listConcerned(tx, actor, application, assessor),
      mfatNote: "The reason is in the portal.",
    };
  });
}

/** Whether setting that assessment aside took the application out of moderation, and nobody is assessing it now. */
async function isModeratedAgain(tx: Tx, application: LockedApplication, assessorId: string): Promise<boolean> {
  if (application.state !== "ASSESSMENT") return false;
  const { id: applicationId, round } = application;
  const [last, rows] = await Promise.all([
    tx.auditEvent.findFirst({
      where: { applicationId, action: "setAssessmentAside", data: { path: ["assessor"], equals: assessorId } },
      orderBy: { id: "desc" },
    }),
    tx.assessment.findMany({ where: { applicationId }, select: { status: true } }),
  ]);
  const count = (status: AssessmentStatus) => rows.filter((row) => row.status === status).length;
  return last?.fromState === "MODERATION" && count("COMPLETE") >= round.minimumAssessments && !count("ASSIGNED");
}

const isRecommended = ({ state }: LockedApplication): boolean => state === "BUDGET_CHECK" || state === "DECISION";

/** Assessors of an application do not judge its assessments. @throws FORBIDDEN */
function refuseAssessors({ personId }: MfatActor, { duties }: LockedApplication): void {
  const isAssessor = duties.some((duty) => duty.personId === personId && duty.kind === "ASSESS");
  if (isAssessor) throw forbidden(otherDuty("ASSESS"));
}

/** How many assessments are complete, including that one. @throws INVALID if it is not complete */
async function findComplete(tx: Tx, { id: applicationId }: LockedApplication, assessor: string): Promise<number> {
  const complete = await tx.assessment.findMany({
    where: { applicationId, status: "COMPLETE" },
    select: { assessorId: true },
  });
  if (!complete.some(({ assessorId }) => assessorId === assessor)) {
    throw invalid({ assessor: "Choose an assessment that is complete" });
  }
  return complete.length;
}

/** The assessors who have an assessment to complete. */
async function listUnfinished(tx: Tx, { id: applicationId }: LockedApplication): Promise<string[]> {
  const rows = await tx.assessment.findMany({
    where: { applicationId, status: "ASSIGNED", ...STILL_ASSESSES },
    select: { assessorId: true },
  });
  return rows.map(({ assessorId }) => assessorId);
}

/** The addresses of that assessor and of those it is waiting on, who may have read other totals. */
async function listConcerned(
  tx: Tx,
  actor: MfatActor,
  application: LockedApplication,
  assessorId: string,
): Promise<string[]> {
  const [assessor, waiting] = await Promise.all([
    tx.person.findFirst({ where: { id: assessorId, endedAt: null }, select: { email: true } }),
    listWaitedForIn(tx, application, STATES[application.state].waitsOn, actor.personId),
  ]);
  return [...(assessor ? [assessor] : []), ...waiting].map(({ email }) => email);
}

/** Saves unfinished agreed scores of the moderation. */
export function saveModeration(actor: MfatActor, reference: string, values: Values): Promise<void> {
  permit(actor, "moderation:edit");
  return transaction(async (tx) => {
    const application = await lockApplication(tx, actor, reference);
    if (application.state !== "MODERATION")
      throw new DomainError("STATE", "This application is not in moderation now.");
    await refuseUndeclared(tx, actor, application);
    const criteria = await listCriteria(tx, application);
    const parsed = parseFields(scoreFields(criteria), values);
    if (parsed.errors) throw invalid(parsed.errors);
    for (const { id } of criteria) {
      const key = { applicationId: application.id, criterionId: id };
      const row = {
        score: Number(values[scoreInput(id)]),
        comment: String(values[commentInput(id)]).trim(),
        agreedById: actor.personId,
        agreedAt: now(),
      };
      await tx.agreedScore.upsert({
        where: { applicationId_criterionId: key },
        create: { ...key, ...row },
        update: row,
      });
    }
  });
}

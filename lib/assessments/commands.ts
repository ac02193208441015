import type { Answers, Values } from "#lib/form/fields.ts";
import { parseFields, tooLong } from "#lib/form/parse.ts";
import { listCriteria } from "#lib/fund/queries.ts";
import { refuseUndeclared, type StepRequest, takeTransition } from "#lib/lifecycle/commands.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { type LockedApplication, listWaitedForIn, lockApplication } from "#lib/lifecycle/queries.ts";
import { otherDuty } from "#lib/lifecycle/rules.ts";
import { STATES } from "#lib/lifecycle/states.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDay } from "#lib/platform/dates.ts";
import type { AssessmentStatus } from "#lib/platform/db/generated/enums.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { DomainError, forbidden, invalid } from "#lib/platform/errors.ts";
import { listUndecided } from "./interests/queries.ts";
import { mayAssess, weightedTotal } from "./rules.ts";
import {
  type ASSIGN_FIELDS,
  type COUNT_AGAIN_FIELDS,
  type CompletedScores,
  commentInput,
  type KEEP_FIELDS,
  type RETURN_FIELDS,
  type SET_ASIDE_FIELDS,
  scoreFields,
  scoreInput,
  type UNASSIGN_FIELDS,
} from "./schema.ts";
import { ASSESSMENT_STEPS, undecidedWords } from "./steps.ts";

export type Assignment = Answers<typeof ASSIGN_FIELDS>;

/** Assigns assessors to the version that was submitted. Who is assigned already stays so. */
export function assignAssessors(actor: MfatActor, request: StepRequest, reference: string, assignment: Assignment) {
  return takeTransition(actor, request, reference, ASSESSMENT_STEPS.assignAssessors, async (tx, application) => {
    const { assessors, dueOn } = assignment;
    if (dueOn < dayOf(now())) throw invalid({ "dueOn-day": "Complete by must be today or later" });
    const people = await tx.person.findMany({
      where: { id: { in: assessors }, side: "MFAT", endedAt: null, roles: { some: { role: "ASSESSOR" } } },
      select: { id: true, name: true },
    });
    if (people.length !== new Set(assessors).size) throw invalid({ assessors: "Choose from the assessors listed" });
    const assigned = await tx.assessment.findMany({
      where: { applicationId: application.id, status: { not: "UNASSIGNED" } },
      select: { assessorId: true },
    });
    const fresh = people.filter(({ id }) => !assigned.some((one) => one.assessorId === id));
    for (const person of fresh) await assign(tx, actor, application, person, dueOn);
    return {
      asks: fresh.map(({ id }) => id),
      data: { assessors: fresh.map(({ id }) => id) },
      note: `The assessment is due on ${formatDay(dueOn)}.`,
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

/** Takes off an assessor who has not completed the assessment; what they wrote is kept and counts for nothing. */
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
    return { reason, asks: [assessor], data: { assessor } };
  });
}

async function assignedTo(tx: Tx, actor: MfatActor, application: LockedApplication) {
  const assessment = await tx.assessment.findUnique({
    where: { applicationId_assessorId: { applicationId: application.id, assessorId: actor.personId } },
  });
  if (!assessment) throw forbidden("You are not assigned to assess this application.");
  return assessment;
}

/** Only who is assigned, has declared and is not recused holds a pen. */
async function mayScore(tx: Tx, actor: MfatActor, application: LockedApplication): Promise<void> {
  const { status } = await assignedTo(tx, actor, application);
  await refuseUndeclared(tx, actor, application);
  if (status === "UNASSIGNED") throw forbidden("You are not assigned to assess this application any more.");
  if (status === "COMPLETE") throw new DomainError("CONFLICT", "Your assessment is complete already.");
  if (status === "SET_ASIDE") throw forbidden("The desk has set your assessment aside.");
}

/** Keeps scores and comments as far as they have come. @throws INVALID at a comment that is too long to be kept */
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
 * Opens the assessor's own completed assessment again, with the scores as they were. The event keeps what was completed,
 * so that both versions can be read.
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

/** What an assessor completed, for the event of the step that opens it again. */
async function keepCompleted(tx: Tx, application: LockedApplication, assessorId: string) {
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

/** An assessment that was complete waits on its assessor again, from now on. */
async function openAgain(
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

/** Ends scoring, once the round's minimum number of assessments is complete. */
export function startModeration(actor: MfatActor, request: StepRequest, reference: string): Promise<void> {
  return takeTransition(actor, request, reference, ASSESSMENT_STEPS.startModeration, async (tx, application) => {
    const complete = await tx.assessment.count({ where: { applicationId: application.id, status: "COMPLETE" } });
    const { minimumAssessments } = application.round;
    if (complete < minimumAssessments) {
      throw new DomainError("STATE", `${minimumAssessments} assessments have to be complete; ${complete} of them are.`);
    }
    await refuseUndecided(tx, actor, application);
    return {};
  });
}

/** Gives a completed assessment back to its assessor. What was agreed in the moderation stays as it was written. */
export function returnAssessment(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { assessor, dueOn, reason }: Answers<typeof RETURN_FIELDS>,
) {
  return takeTransition(actor, request, reference, ASSESSMENT_STEPS.returnAssessment, async (tx, application) => {
    refuseAssessors(actor, application);
    if (dueOn < dayOf(now())) throw invalid({ "dueOn-day": "Complete by must be today or later" });
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
      mfatNote: `The assessor is asked to complete it again by ${formatDay(dueOn)}. The reason is in the portal.`,
    };
  });
}

/**
 * An assessment set aside counts for nothing from then on, and its scores stay as they were. Where too few are left for
 * the moderation, the application goes back to be assessed; a recommendation has to be returned first.
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
        `Only ${left} of the ${minimumAssessments} assessments that the round needs would be left. The recommendation has to be returned first.`,
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
        : `${left} of ${minimumAssessments} assessments are left: the desk assigns another assessor. The reason is in the portal.`,
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
      throw invalid({ assessor: "Choose an assessment you still have to decide about" });
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
      throw new DomainError("STATE", "The recommendation was made without it, so that has to be returned first.");
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

/** Whether setting that one aside took the application out of its moderation, and nobody is assessing it now. */
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

/** Who assesses an application does not judge its assessments. @throws FORBIDDEN */
function refuseAssessors({ personId }: MfatActor, { duties }: LockedApplication): void {
  const isAssessor = duties.some((duty) => duty.personId === personId && duty.kind === "ASSESS");
  if (isAssessor) throw forbidden(otherDuty("ASSESS"));
}

/** How many assessments are complete, that one among them. @throws INVALID if it is not */
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
    where: { applicationId, status: "ASSIGNED" },
    select: { assessorId: true },
  });
  return rows.map(({ assessorId }) => assessorId);
}

/** The addresses of that assessor and of whoever it waits on, who may have read other totals. */
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

/** Keeps the agreed scores of the moderation as far as they have come. */
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

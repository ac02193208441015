import { now } from "../clock.ts";
import { type Tx, transaction } from "../db.ts";
import { DomainError, forbidden, invalid } from "../errors.ts";
import type { Values } from "../fields.ts";
import { parseFields } from "../form.ts";
import { listCriteria } from "../fund/queries.ts";
import { type StepRequest, takeTransition } from "../lifecycle/commands.ts";
import { type LockedApplication, lockApplication } from "../lifecycle/queries.ts";
import { type MfatActor, permit } from "../permissions.ts";
import { commentInput, type Declaration, scoreFields, scoreInput } from "./schema.ts";

/** Assigns assessors to the version that was submitted. Who is assigned already stays so. */
export function assignAssessors(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  assessorIds: readonly string[],
) {
  return takeTransition(actor, request, reference, "assignAssessors", async (tx, application) => {
    const people = await tx.person.findMany({
      where: { id: { in: [...assessorIds] }, side: "MFAT", endedAt: null, roles: { some: { role: "ASSESSOR" } } },
      select: { id: true, name: true },
    });
    if (people.length !== new Set(assessorIds).size) throw invalid({ assessors: "Choose from the assessors listed" });
    const assigned = await tx.assessment.findMany({
      where: { applicationId: application.id },
      select: { assessorId: true },
    });
    const fresh = people.filter(({ id }) => !assigned.some((one) => one.assessorId === id));
    for (const { id, name } of fresh) await assign(tx, actor, application, id, name);
    return { asks: fresh.map(({ id }) => id), data: { assessors: fresh.map(({ id }) => id) } };
  });
}

async function assign(tx: Tx, actor: MfatActor, application: LockedApplication, assessorId: string, name: string) {
  if (application.duties.some((duty) => duty.personId === assessorId)) {
    throw invalid({ assessors: `${name} already has another part in this application` });
  }
  const applicationId = application.id;
  await tx.duty.create({ data: { applicationId, personId: assessorId, side: "MFAT", kind: "ASSESS", since: now() } });
  await tx.assessment.create({
    data: {
      applicationId,
      assessorId,
      versionNumber: application.versionNumber,
      assignedById: actor.personId,
      assignedAt: now(),
    },
  });
}

/** Declared once, before anything is scored: an interest recuses for good. */
export function declareInterests(actor: MfatActor, request: StepRequest, reference: string, declaration: Declaration) {
  const hasInterest = declaration.interest === "some";
  return takeTransition(actor, request, reference, "declareInterests", async (tx, application) => {
    await assignedTo(tx, actor, application);
    if (hasInterest && !declaration.description) throw invalid({ description: "Describe the interest" });
    const key = { applicationId: application.id, personId: actor.personId };
    const before = await tx.interestDeclaration.findUnique({ where: { applicationId_personId: key } });
    if (before) throw new DomainError("CONFLICT", "You have declared your interests in this application already.");
    await tx.interestDeclaration.create({
      data: { ...key, hasInterest, description: declaration.description, declaredAt: now() },
    });
    if (hasInterest) {
      await tx.assessment.update({
        where: { applicationId_assessorId: { applicationId: application.id, assessorId: actor.personId } },
        data: { status: "RECUSED" },
      });
    }
    return { data: { hasInterest } };
  });
}

async function assignedTo(tx: Tx, actor: MfatActor, application: LockedApplication) {
  const assessment = await tx.assessment.findUnique({
    where: { applicationId_assessorId: { applicationId: application.id, assessorId: actor.personId } },
  });
  if (!assessment) throw forbidden("You are not assigned to assess this application.");
  return assessment;
}

/** Only who is assigned and has declared no interest holds a pen. */
async function mayScore(tx: Tx, actor: MfatActor, application: LockedApplication): Promise<void> {
  const { status } = await assignedTo(tx, actor, application);
  if (status === "RECUSED") throw forbidden("You declared an interest, so you cannot open or score this application.");
  if (status === "COMPLETE") throw new DomainError("CONFLICT", "Your assessment is complete already.");
  const declaration = await tx.interestDeclaration.findUnique({
    where: { applicationId_personId: { applicationId: application.id, personId: actor.personId } },
  });
  if (!declaration) throw forbidden("Declare your interests first.");
}

/** Keeps scores and comments as far as they have come. */
export function saveAssessment(actor: MfatActor, reference: string, values: Values): Promise<void> {
  permit(actor, "assessment:score");
  return transaction(async (tx) => {
    const application = await lockApplication(tx, actor, reference);
    if (application.state !== "ASSESSMENT")
      throw new DomainError("STATE", "This application is not being assessed now.");
    await mayScore(tx, actor, application);
    await writeScores(tx, actor, application, values);
  });
}

async function writeScores(tx: Tx, actor: MfatActor, application: LockedApplication, values: Values): Promise<void> {
  for (const { id } of await listCriteria(tx, application.roundId)) {
    const key = { applicationId: application.id, assessorId: actor.personId, criterionId: id };
    const typed = values[scoreInput(id)];
    const comment = values[commentInput(id)];
    const row = {
      score: typeof typed === "string" && /^[0-4]$/.test(typed) ? Number(typed) : null,
      comment: typeof comment === "string" ? comment.slice(0, 5_000) : "",
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
  return takeTransition(actor, request, reference, "completeAssessment", async (tx, application) => {
    await mayScore(tx, actor, application);
    const criteria = await listCriteria(tx, application.roundId);
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

/** Ends scoring, once the round's minimum number of assessments is complete. */
export function startModeration(actor: MfatActor, request: StepRequest, reference: string): Promise<void> {
  return takeTransition(actor, request, reference, "startModeration", async (tx, application) => {
    const complete = await tx.assessment.count({ where: { applicationId: application.id, status: "COMPLETE" } });
    const { minimumAssessments } = application.round;
    if (complete < minimumAssessments) {
      throw new DomainError("STATE", `${minimumAssessments} assessments have to be complete; ${complete} of them are.`);
    }
    return {};
  });
}

/** Keeps the agreed scores of the moderation as far as they have come. */
export function saveModeration(actor: MfatActor, reference: string, values: Values): Promise<void> {
  permit(actor, "moderation:edit");
  return transaction(async (tx) => {
    const application = await lockApplication(tx, actor, reference);
    if (application.state !== "MODERATION")
      throw new DomainError("STATE", "This application is not being moderated now.");
    const criteria = await listCriteria(tx, application.roundId);
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

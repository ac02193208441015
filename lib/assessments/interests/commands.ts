import { nameDeskOfficer } from "#lib/applications/officers/commands.ts";
import { type Answers, type Reason, UUID } from "#lib/form/fields.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { type LockedApplication, lockApplication } from "#lib/lifecycle/queries.ts";
import { isRepeated, type NewEvent, recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { longReading, type Tx, transaction } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { conflict, DomainError, forbidden, invalid, notFound } from "#lib/platform/errors.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { passSheet, type Sheet, type SheetRequest } from "#lib/platform/sheet.ts";
import { interestEmail } from "./emails.ts";
import { eachInterest, listLateOfficers } from "./queries.ts";
import { interestSheet } from "./rules.ts";
import type { Declaration, LATER_INTEREST_FIELDS } from "./schema.ts";

/**
 * Declared once for each application, before anything of it but title and agency is read: an interest recuses until it
 * is cleared.
 */
export async function declareInterests(
  actor: MfatActor,
  request: PlainRequest,
  reference: string,
  declaration: Declaration,
): Promise<void> {
  permit(actor, "interest:declare");
  const hasInterest = declaration.interest === "some";
  const description = hasInterest ? declaration.description : null;
  if (hasInterest && !description) throw invalid({ description: "Describe the interest" });
  await transaction(async (tx) => {
    const application = await lockApplication(tx, actor, reference);
    if (await isRepeated(tx, request.requestId)) return;
    if (application.versionNumber === 0)
      throw new DomainError(
        "STATE",
        "The agency has not submitted this application yet, so you do not need to declare anything.",
      );
    const key = { applicationId: application.id, personId: actor.personId };
    if (await tx.interestDeclaration.count({ where: key }))
      throw conflict("You have declared your interests in this application already.");
    await tx.interestDeclaration.create({
      data: { ...key, hasInterest, isRecused: hasInterest, description, declaredAt: now() },
    });
    const own = { id: actor.personId, name: actor.name, email: actor.email, endedAt: null };
    if (hasInterest) await recuse(tx, own, application, { isNoted: false });
    await recordInterest(tx, actor, application, request, {
      event: hasInterest ? "interest.declared" : "interest.none",
      ...(description && { reason: description }),
    });
  });
}

/**
 * Takes down an interest that somebody learned of after they had declared, whatever they have done since. What they
 * declared and did stays as it was; from now on they are recused, and the desk decides whether an assessment of theirs
 * still counts.
 */
export function noteInterest(
  actor: MfatActor,
  request: PlainRequest,
  reference: string,
  learned: LearnedInterest,
): Promise<void> {
  permit(actor, "interest:declare");
  return takeDown(actor, request, reference, actor.personId, learned);
}

/**
 * The same by the desk, for somebody who has left, or from whom the application was taken: what they did in it is looked at
 * again all the same.
 * @throws FORBIDDEN for an interest of one's own, NOT_FOUND for somebody who has declared nothing
 */
export function noteInterestOf(
  actor: MfatActor,
  request: PlainRequest,
  reference: string,
  personId: string,
  learned: LearnedInterest,
): Promise<void> {
  permit(actor, "interest:note");
  if (personId === actor.personId) throw forbidden("Declare your own interests under “Your interests”.");
  return takeDown(actor, request, reference, personId, learned);
}

type LearnedInterest = Answers<typeof LATER_INTEREST_FIELDS>;

async function takeDown(
  actor: MfatActor,
  request: PlainRequest,
  reference: string,
  personId: string,
  { description, sinceOn, learnedOn }: LearnedInterest,
): Promise<void> {
  if (learnedOn > dayOf(now())) throw invalid({ "learnedOn-day": "Date must be today or in the past" });
  if (sinceOn && sinceOn > learnedOn)
    throw invalid({ "sinceOn-day": "Date must be on or before the day you learned of it" });
  const isOwn = personId === actor.personId;
  await transaction(async (tx) => {
    const application = await lockApplication(tx, actor, reference);
    if (await isRepeated(tx, request.requestId)) return;
    const key = { applicationId: application.id, personId };
    const declared = UUID.test(personId)
      ? await tx.interestDeclaration.findUnique({
          where: { applicationId_personId: key },
          select: { person: { select: { id: true, name: true, email: true, endedAt: true } } },
        })
      : null;
    if (!declared) throw isOwn ? forbidden("Declare your interests in this application first.") : notFound();
    const noted = isOwn ? {} : { notedById: actor.personId };
    await tx.laterInterest.create({ data: { ...key, ...noted, description, sinceOn, learnedOn, notedAt: now() } });
    await recuse(tx, declared.person, application, { isNoted: !isOwn });
    const of = isOwn ? {} : { subject: `person:${personId}` };
    await recordInterest(tx, actor, application, request, { event: "interest.learned", reason: description, ...of });
  });
}

/** What they have not completed or look after waits for somebody else, and the desk and the administrators are told. */
async function recuse(
  tx: Tx,
  person: Recused,
  application: LockedApplication,
  { isNoted }: { isNoted: boolean },
): Promise<void> {
  const own = { applicationId: application.id, assessorId: person.id };
  await tx.assessment.updateMany({ where: { ...own, status: "ASSIGNED" }, data: { status: "RECUSED" } });
  const hasAssessed = (await tx.assessment.count({ where: { ...own, status: "COMPLETE" } })) > 0;
  const stands = (await listLateOfficers(tx, application)).filter(({ personId }) => personId === person.id);
  await tellOfInterest(tx, person, application, {
    hasAssessed,
    isNoted,
    stands: stands.map(({ sentence }) => sentence),
  });
  if (application.deskOfficerId === person.id) await nameDeskOfficer(tx, application);
}

type Recused = { id: string; name: string; email: string; endedAt: Date | null };

/** The desk finds somebody else, and the administrators may clear it. Describe the interest stays in the portal. */
async function tellOfInterest(
  tx: Tx,
  person: Recused,
  application: LockedApplication,
  facts: { hasAssessed: boolean; isNoted: boolean; stands: readonly string[] },
): Promise<void> {
  const administrators = await tx.person.findMany({
    where: { endedAt: null, roles: { some: { role: "ADMINISTRATOR" } } },
    select: { email: true },
  });
  const { reference, title, marking } = application;
  const mail = interestEmail({ reference, title, marking, by: person.name, ...facts, baseUrl: env().BASE_URL });
  const told = facts.isNoted && !person.endedAt ? [person] : [];
  for (const to of new Set([env().DESK_EMAIL, ...[...administrators, ...told].map(({ email }) => email)])) {
    await queueEmail(tx, { to, applicationId: application.id, ...mail });
  }
}

/** Lets somebody who is recused act all the same, for a reason that stays on record with each interest of theirs. */
export function clearInterest(
  actor: MfatActor,
  request: PlainRequest,
  reference: string,
  personId: string,
  { reason }: Reason,
): Promise<void> {
  permit(actor, "interest:clear");
  return transaction(async (tx) => {
    const application = await lockApplication(tx, actor, reference);
    if (await isRepeated(tx, request.requestId)) return;
    const key = { applicationId: application.id, personId };
    const before = await tx.interestDeclaration.findUnique({ where: { applicationId_personId: key } });
    if (!before) throw notFound();
    if (personId === actor.personId) throw forbidden("Somebody else needs to clear your interest.");
    if (!before.isRecused) throw conflict("This interest has already been cleared.");
    const cleared = { clearedById: actor.personId, clearedAt: now(), clearReason: reason };
    await tx.laterInterest.updateMany({ where: { ...key, clearedAt: null }, data: cleared });
    if (before.hasInterest && !before.clearedAt) {
      await tx.interestDeclaration.update({
        where: { applicationId_personId: key },
        data: { isRecused: false, ...cleared },
      });
    }
    await tx.assessment.updateMany({
      where: { applicationId: application.id, assessorId: personId, status: "RECUSED" },
      data: { status: "ASSIGNED" },
    });
    await recordInterest(tx, actor, application, request, {
      event: "interest.cleared",
      reason,
      subject: `person:${personId}`,
    });
  });
}

function recordInterest(
  tx: Tx,
  actor: MfatActor,
  { id }: LockedApplication,
  { requestId, remoteAddress }: PlainRequest,
  event: Pick<NewEvent, "event" | "reason" | "subject">,
): Promise<void> {
  return recordEvent(tx, { ...event, actor, applicationId: id, requestId, ...(remoteAddress && { remoteAddress }) });
}

type PlainRequest = { requestId: string; remoteAddress?: string };

/** The register of interests, for a file that leaves the portal: the audit trail keeps who took it. @throws FORBIDDEN */
export function exportInterests(
  actor: MfatActor,
  { format, remoteAddress, keep }: SheetRequest,
  { isRecused = false }: { isRecused?: boolean },
): Promise<Sheet> {
  return longReading(async (tx) => {
    const sheet = await passSheet(interestSheet(isRecused, now()), eachInterest(tx, actor, { isRecused }), keep);
    await recordEvent(tx, {
      event: "interests.exported",
      actor,
      data: { format, isRecused, rows: sheet.count, marking: sheet.marking },
      ...(remoteAddress && { remoteAddress }),
    });
    return sheet;
  });
}

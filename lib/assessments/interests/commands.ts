import type { Reason } from "#lib/form/fields.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { type LockedApplication, lockApplication } from "#lib/lifecycle/queries.ts";
import { isRepeated, type NewEvent, recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { conflict, DomainError, forbidden, invalid, notFound } from "#lib/platform/errors.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import type { Sheet, SheetFormat } from "#lib/platform/sheet.ts";
import { interestEmail } from "./emails.ts";
import { listAllInterests } from "./queries.ts";
import { interestSheet } from "./rules.ts";
import type { Declaration } from "./schema.ts";

/**
 * Declared once for each application, before anything of it but title and agency is read: an interest recuses until it
 * is cleared. One that somebody learns of later is declared in the same way, as long as nothing was done yet.
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
      throw new DomainError("STATE", "It has not been submitted: there is nothing to read.");
    const key = { applicationId: application.id, personId: actor.personId };
    const before = await tx.interestDeclaration.findUnique({ where: { applicationId_personId: key } });
    if (before) await refuseToDeclareAgain(tx, before, hasInterest);
    const row = { hasInterest, isRecused: hasInterest, description, declaredAt: now() };
    await tx.interestDeclaration.upsert({
      where: { applicationId_personId: key },
      create: { ...key, ...row },
      update: row,
    });
    await tx.assessment.updateMany({
      where: { applicationId: application.id, assessorId: actor.personId, status: "ASSIGNED" },
      data: { status: hasInterest ? "RECUSED" : "ASSIGNED" },
    });
    await recordInterest(tx, actor, application, request, {
      event: hasInterest ? "interest.declared" : "interest.none",
      ...(description && { reason: description }),
    });
    if (hasInterest) await tellOfInterest(tx, actor, application);
  });
}

/** What was done before stands on record as it was done: it cannot be made to have been recused. */
async function refuseToDeclareAgain(
  tx: Tx,
  before: { applicationId: string; personId: string; hasInterest: boolean },
  hasInterest: boolean,
): Promise<void> {
  const { applicationId, personId } = before;
  if (before.hasInterest || !hasInterest)
    throw conflict("You have declared your interests in this application already.");
  const [scores, duties] = await Promise.all([
    tx.assessmentScore.count({ where: { applicationId, assessorId: personId } }),
    tx.duty.count({ where: { applicationId, personId, isRecused: false } }),
  ]);
  if (scores + duties > 0) {
    throw conflict("You have acted on this application already. Tell an administrator of the interest at once.");
  }
}

/** The desk finds somebody else, and the administrators may clear it. What the interest is stays in the portal. */
async function tellOfInterest(tx: Tx, actor: MfatActor, application: LockedApplication): Promise<void> {
  const administrators = await tx.person.findMany({
    where: { endedAt: null, roles: { some: { role: "ADMINISTRATOR" } } },
    select: { email: true },
  });
  const { reference, title, marking } = application;
  const mail = interestEmail({ reference, title, marking, by: actor.name, baseUrl: env().BASE_URL });
  for (const to of new Set([env().DESK_EMAIL, ...administrators.map(({ email }) => email)])) {
    await queueEmail(tx, { to, applicationId: application.id, ...mail });
  }
}

/** Lets somebody who declared an interest act all the same, for a reason that stays on record. */
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
    if (personId === actor.personId) throw forbidden("Somebody else has to clear an interest of yours.");
    if (!before.isRecused) throw conflict("This interest does not recuse anybody: it is cleared already.");
    await tx.interestDeclaration.update({
      where: { applicationId_personId: key },
      data: { isRecused: false, clearedById: actor.personId, clearedAt: now(), clearReason: reason },
    });
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

type ExportRequest = { format: SheetFormat; remoteAddress?: string };

/** The register of interests, for a file that leaves the portal: the audit trail keeps who took it. @throws FORBIDDEN */
export function exportInterests(
  actor: MfatActor,
  { format, remoteAddress }: ExportRequest,
  { isRecused = false }: { isRecused?: boolean },
): Promise<Sheet> {
  return transaction(async (tx) => {
    const rows = await listAllInterests(tx, actor, { isRecused });
    const sheet = interestSheet(rows, isRecused, now());
    await recordEvent(tx, {
      event: "interests.exported",
      actor,
      data: { format, isRecused, rows: rows.length, marking: sheet.marking },
      ...(remoteAddress && { remoteAddress }),
    });
    return sheet;
  });
}

import type { SectionKey } from "#lib/applications/form/sections.ts";
import type { AgencyActor } from "#lib/lifecycle/permissions.ts";
import { listParticipants, lockApplication } from "#lib/lifecycle/queries.ts";
import { isEnded } from "#lib/lifecycle/states.ts";
import { now } from "#lib/platform/clock.ts";
import { transaction } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { DomainError, notFound } from "#lib/platform/errors.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { commentEmail } from "./emails.ts";
import { namedIn } from "./rules.ts";
import type { NewComment } from "./schema.ts";

type Request = { requestId: string };

/**
 * Adds a comment for colleagues. Emails those who worked on the application and those named in the comment; returns how
 * many. The same request twice adds it once.
 * @throws NOT_FOUND, STATE where the application has ended
 */
export function addComment(
  actor: AgencyActor,
  { requestId }: Request,
  reference: string,
  { text, section }: NewComment,
): Promise<number> {
  return transaction(async (tx) => {
    const application = await lockApplication(tx, actor, reference);
    if (await tx.comment.findUnique({ where: { requestId }, select: { id: true } })) return 0;
    if (isEnded(application.state))
      throw new DomainError("STATE", "This application has ended, so you can no longer comment on it.");
    const { id: applicationId, title, marking } = application;
    const about = (section || null) as SectionKey | null;
    await tx.comment.create({
      data: {
        applicationId,
        agencyId: actor.agencyId,
        section: about,
        text,
        authorId: actor.personId,
        at: now(),
        requestId,
      },
    });
    // The mail log does not link it to the application, because MFAT can read what an application's page lists.
    const mail = { reference, title, marking, author: actor.name, section: about, baseUrl: env().BASE_URL };
    const colleagues = await tx.person.findMany({
      where: { agencyId: actor.agencyId, endedAt: null, roles: { some: {} } },
      select: { id: true, name: true, email: true },
    });
    const participants = new Set((await listParticipants(tx, application)).map(({ id }) => id));
    const named = new Set(namedIn(text, colleagues).map(({ id }) => id));
    const told = colleagues.filter(({ id }) => id !== actor.personId && (participants.has(id) || named.has(id)));
    for (const { id, email: to } of told)
      await queueEmail(tx, { to, ...commentEmail({ ...mail, isNamed: named.has(id) }) });
    return told.length;
  });
}

/** Marks a comment as done; if that happens twice, the first person stays on record. @throws NOT_FOUND */
export function settleComment(actor: AgencyActor, reference: string, id: string): Promise<void> {
  return transaction(async (tx) => {
    const { id: applicationId } = await lockApplication(tx, actor, reference);
    const comment = await tx.comment.findFirst({ where: { id, applicationId } });
    if (!comment) throw notFound();
    if (comment.doneAt) return;
    await tx.comment.update({ where: { id }, data: { doneAt: now(), doneById: actor.personId } });
  });
}

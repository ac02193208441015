import { checkTemplate, type TemplateText } from "#lib/letters/rules.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import type { Revised } from "#lib/lifecycle/settings/rules.ts";
import { isRepeated, recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import type { LetterKind } from "#lib/platform/db/generated/enums.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { conflict, DomainError, invalid, notFound } from "#lib/platform/errors.ts";
import { queueJob } from "#lib/platform/jobs.ts";
import { mailer } from "#lib/platform/mailer.ts";
import { previewLetter } from "./queries.ts";
import { mailRevision, mailSince } from "./rules.ts";

/**
 * Sends a queued mail, at least once: every attempt carries the same Message-ID, and a mail that was sent is not sent
 * again. A server's refusal is stored with the mail and thrown, so that the queue tries again with growing pauses.
 */
export async function deliverEmail(id: string): Promise<void> {
  const email = await db().email.findUnique({ where: { id } });
  if (!email || email.sentAt) return;
  try {
    await mailer().sendMail({
      from: { name: "Pacific Security Fund", address: env().MAIL_FROM },
      replyTo: env().DESK_EMAIL,
      to: email.to,
      subject: email.subject,
      text: email.text,
      html: email.html,
      messageId: `<${id}@${new URL(env().BASE_URL).hostname}>`,
      date: email.createdAt,
      headers: { "Auto-Submitted": "auto-generated" },
    });
  } catch (error) {
    const lastError = (error instanceof Error ? error.message : String(error)).slice(0, 500);
    await db().email.update({ where: { id }, data: { attempts: { increment: 1 }, lastError } });
    throw error;
  }
  const blank = email.isSecret ? { text: "", html: "" } : {};
  await db().email.update({
    where: { id },
    data: { attempts: { increment: 1 }, sentAt: now(), lastError: null, ...blank },
  });
}

/**
 * Queues a mail again, whether or not it was sent, if nothing has happened to it since its list was read. A secret is
 * never sent again.
 * @throws CONFLICT, STATE where it is already in the queue
 */
export function sendAgain(actor: MfatActor, request: Revised, id: string): Promise<void> {
  permit(actor, "mail:send");
  return transaction(async (tx) => {
    if (await isRepeated(tx, request.requestId)) return;
    const email = await tx.email.findUnique({ where: { id, isSecret: false } });
    if (!email) throw notFound();
    if (mailRevision(email) !== request.revision) throw conflict(`${mailSince(email)} Look at it again first.`);
    if (!email.sentAt && !email.lastError) {
      throw new DomainError("STATE", "This email is already in the queue, so there is nothing to send again.");
    }
    await tx.email.update({ where: { id }, data: { sentAt: null, lastError: null } });
    await queueJob(tx, "send_email", { id }, { key: `email:${id}`, maxAttempts: 25 });
    const { revision: _, ...trace } = request;
    await recordEvent(tx, { event: "email.sentAgain", actor, subject: `email:${id}`, ...trace });
  });
}

/** The letter that an unsaved text would make for an application. @throws INVALID at the fields, FORBIDDEN */
export async function previewTemplate(
  actor: MfatActor,
  kind: LetterKind,
  text: TemplateText,
  reference: string,
): Promise<string> {
  permit(actor, "letter:keep");
  const errors = checkTemplate(kind, text);
  if (!reference) errors.application = "Choose an application to preview with";
  if (Object.keys(errors).length) throw invalid(errors);
  return previewLetter(actor, kind, reference, now(), { text });
}

import { isRepeated, recordEvent } from "#lib/audit.ts";
import { now } from "#lib/clock.ts";
import { db, transaction } from "#lib/db.ts";
import { env } from "#lib/env.ts";
import { notFound } from "#lib/errors.ts";
import { queueJob } from "#lib/jobs.ts";
import { mailer } from "#lib/mailer.ts";
import { type MfatActor, permit } from "#lib/permissions.ts";

/**
 * Sends a queued mail. At least once: every try carries the same Message-ID, and a mail that was sent is not sent again.
 * What a server says against it is kept with the mail and thrown, so that the queue tries again, later each time.
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

/** Puts a mail into the queue again, whatever became of it. A secret is never sent again. */
export function sendAgain(
  actor: MfatActor,
  request: { requestId: string; remoteAddress?: string },
  id: string,
): Promise<void> {
  permit(actor, "mail:send");
  return transaction(async (tx) => {
    if (await isRepeated(tx, request.requestId)) return;
    const email = await tx.email.findUnique({ where: { id, isSecret: false } });
    if (!email) throw notFound();
    await tx.email.update({ where: { id }, data: { sentAt: null, lastError: null } });
    await queueJob(tx, "send_email", { id }, { key: `email:${id}`, maxAttempts: 25 });
    await recordEvent(tx, { event: "email.sentAgain", actor, subject: `email:${id}`, ...request });
  });
}

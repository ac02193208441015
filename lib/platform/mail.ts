import { now } from "./clock.ts";
import type { Tx } from "./db.ts";
import { queueJob } from "./jobs.ts";
import { writable } from "./text.ts";

export type NewEmail = {
  to: string;
  subject: string;
  text: string;
  html: string;
  applicationId?: string;
  /** The worker deletes the text of a secret (a sign-in code) once it has been sent. */
  isSecret?: boolean;
};

/**
 * Queues a mail. Its row and its job are part of the caller's transaction, so it is sent if and only if what it reports
 * has happened. The row's id is its Message-ID, the same for every attempt.
 */
export async function queueEmail(tx: Tx, email: NewEmail): Promise<string> {
  const { id } = await tx.email.create({
    data: {
      ...email,
      subject: oneLine(writable(email.subject)),
      text: writable(email.text),
      html: writable(email.html),
      createdAt: now(),
    },
    select: { id: true },
  });
  await queueJob(tx, "send_email", { id }, { key: `email:${id}`, maxAttempts: 25 });
  return id;
}

/** Nothing that somebody typed may start a header of its own. */
const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, " ").trim();

import { z } from "zod";
import type { Prisma } from "#lib/db/generated/client.ts";
import { db } from "#lib/db.ts";
import { type Actor, type MfatActor, permit } from "#lib/permissions.ts";

export type MailFate = "waiting" | "sent" | "failing";

export type MailLine = {
  id: string;
  to: string;
  subject: string;
  createdAt: Date;
  sentAt: Date | null;
  attempts: number;
  lastError: string | null;
  isSecret: boolean;
  fate: MailFate;
  /** When it is tried next; null: it is sent, or is tried no more. */
  nextTryAt: Date | null;
};

const FATES: Record<MailFate, Prisma.EmailWhereInput> = {
  waiting: { sentAt: null, lastError: null },
  failing: { sentAt: null, lastError: { not: null } },
  sent: { sentAt: { not: null } },
};

const PAGE = 50;

/** Every mail and its fate, newest first, a page at a time: `before` is the last id of the page before. */
export async function listMail(
  actor: MfatActor,
  filter: { fate?: MailFate; before?: string } = {},
): Promise<{ lines: MailLine[]; next: string | null }> {
  permit(actor, "mail:read");
  const isId = z.uuid().safeParse(filter.before).success;
  const rows = await db().email.findMany({
    where: { ...(filter.fate && FATES[filter.fate]), ...(isId && { id: { lt: filter.before } }) },
    orderBy: { id: "desc" },
    take: PAGE + 1,
  });
  const next = rows.length > PAGE ? (rows[PAGE - 1]?.id ?? null) : null;
  return { lines: await toLines(rows.slice(0, PAGE)), next };
}

/** The mails about one application, newest first: to an agency those that went to its own people. */
export async function listMailOf(actor: Actor, applicationId: string): Promise<MailLine[]> {
  const own =
    actor.side === "AGENCY"
      ? {
          to: {
            in: (await db().person.findMany({ where: { agencyId: actor.agencyId }, select: { email: true } })).map(
              ({ email }) => email,
            ),
          },
        }
      : {};
  const rows = await db().email.findMany({ where: { applicationId, ...own }, orderBy: { id: "desc" }, take: 100 });
  return toLines(rows);
}

type Row = Omit<MailLine, "fate" | "nextTryAt">;

async function toLines(rows: readonly Row[]): Promise<MailLine[]> {
  const keys = rows.flatMap(({ id, sentAt }) => (sentAt ? [] : `email:${id}`));
  const tries = keys.length
    ? await db().$queryRaw<{ key: string; runAt: Date }[]>`
        SELECT key, run_at AS "runAt" FROM graphile_worker.jobs WHERE key = ANY(${keys}) AND attempts < max_attempts`
    : [];
  return rows.map((row) => toLine(row, tries.find(({ key }) => key === `email:${row.id}`)?.runAt ?? null));
}

const toLine = (
  { id, to, subject, createdAt, sentAt, attempts, lastError, isSecret }: Row,
  nextTryAt: Date | null,
): MailLine => ({
  id,
  to,
  subject,
  createdAt,
  sentAt,
  attempts,
  lastError,
  isSecret,
  fate: fateOf(sentAt, lastError),
  nextTryAt,
});

/** Failing: tried in vain, and tried again later. What was put into the queue again is waiting. */
function fateOf(sentAt: Date | null, lastError: string | null): MailFate {
  if (sentAt) return "sent";
  return lastError === null ? "waiting" : "failing";
}

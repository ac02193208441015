import { z } from "zod";
import { type ApplicationHeader, getApplication } from "#lib/applications/queries.ts";
import { approvedConditions, offeredReports } from "#lib/arrangements/queries.ts";
import { currentDeclineText } from "#lib/decisions/queries.ts";
import { currentTemplate, readLetterHead } from "#lib/letters/queries.ts";
import {
  correctionValues,
  declineValues,
  ineligibleValues,
  LETTERS,
  type MergeValues,
  mergeLetter,
  offerValues,
  type TemplateText,
} from "#lib/letters/rules.ts";
import { type Actor, type AgencyActor, type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { scopeOf } from "#lib/lifecycle/queries.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import type { LetterKind } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { DomainError, invalid } from "#lib/platform/errors.ts";
import { mailRevision, toldWords } from "./rules.ts";

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
  revision: number;
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
          to: { in: await listAddresses(actor) },
        }
      : {};
  const rows = await db().email.findMany({ where: { applicationId, ...own }, orderBy: { id: "desc" }, take: 100 });
  return toLines(rows);
}

/** The addresses that the people of an agency have and had. */
async function listAddresses({ agencyId }: AgencyActor): Promise<string[]> {
  const rows = await db().$queryRaw<{ email: string }[]>`
    SELECT p.email FROM "Person" p WHERE p."agencyId" = ${agencyId}::uuid
    UNION SELECT e.data #>> '{before,email}' FROM "Person" p JOIN "AuditEvent" e
      ON e.event = 'person.addressChanged' AND e.subject = 'person:' || p.id WHERE p."agencyId" = ${agencyId}::uuid`;
  return rows.map(({ email }) => email);
}

/** Who was emailed of a step when the actor took it last, as the outbox has it; null where nobody was. */
export async function readTold(
  actor: Actor,
  { id: applicationId, reference }: { id: string; reference: string },
  { key: action, happened }: { key: string; happened: string },
): Promise<string | null> {
  const event = await db().auditEvent.findFirst({
    where: { applicationId, application: scopeOf(actor), action, actorId: actor.personId },
    orderBy: { id: "desc" },
    select: { at: true },
  });
  if (!event) return null;
  const mails = await db().email.findMany({
    where: {
      applicationId,
      createdAt: { gte: event.at },
      // Whoever lost a task with it is told of that (lostEmail).
      OR: [happened, "your assessment", "your advice"].map((what) => ({
        subject: { contains: `${reference}: ${what}` },
      })),
    },
    select: { to: true },
  });
  const people = await db().person.findMany({
    where: { email: { in: mails.map(({ to }) => to) } },
    select: { id: true, name: true, side: true, agency: { select: { name: true } } },
    orderBy: { name: "asc" },
  });
  return toldWords(
    actor,
    mails.some(({ to }) => to === env().DESK_EMAIL),
    people.map(({ agency, ...person }) => ({ ...person, agency: agency?.name ?? null })),
  );
}

type Row = Omit<MailLine, "fate" | "nextTryAt" | "revision">;

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
  revision: mailRevision({ sentAt, attempts, lastError }),
  nextTryAt,
});

/** Failing: tried in vain, and tried again later. What was put into the queue again is waiting. */
function fateOf(sentAt: Date | null, lastError: string | null): MailFate {
  if (sentAt) return "sent";
  return lastError === null ? "waiting" : "failing";
}

/** What is written when a letter is sent; what is not written yet is left out. */
export type Written = { message?: string; dueAt?: Date; agencyText?: string; reason?: string };

/**
 * A letter as it would go out at `at`, with what is written for it so far; of `text` where that is not saved yet. What
 * is not approved yet is shown with what is recommended or requested.
 * @throws INVALID where there is no such application, or it is not open to the actor
 */
export async function previewLetter(
  actor: MfatActor,
  kind: LetterKind,
  reference: string,
  at: Date,
  { text, written = {} }: { text?: TemplateText; written?: Written } = {},
): Promise<string> {
  const application = await getApplication(actor, reference).catch((error) => {
    if (error instanceof DomainError) return null;
    throw error;
  });
  if (!application?.isOpen) throw invalid({ application: "Choose an application to preview with" });
  const template = text ?? (await currentTemplate(db(), kind));
  const values = await previewValues(actor, kind, application, at, written);
  const signatory = actor.roles.has(LETTERS[kind].signedBy) ? actor.name : null;
  return mergeLetter(template, values, await readLetterHead(db(), kind, application, { signatory, sentAt: at }));
}

async function previewValues(
  actor: MfatActor,
  kind: LetterKind,
  application: ApplicationHeader,
  at: Date,
  { message, dueAt, agencyText, reason }: Written,
): Promise<MergeValues> {
  if (kind === "DECLINE") {
    const decided = application.state === "UNSUCCESSFUL" ? await currentDeclineText(db(), actor, application.id) : null;
    return declineValues(application, agencyText ?? decided);
  }
  if (kind === "CORRECTION") return correctionValues(application, agencyText ?? null);
  if (kind === "INELIGIBLE") return ineligibleValues(application, reason ?? null);
  const { approvedCents, recommendedCents, requestedCents } = application;
  const stands = approvedCents !== null ? "APPROVED" : recommendedCents ? "RECOMMENDED" : "REQUESTED";
  return offerValues(application, {
    amountCents: approvedCents ?? (recommendedCents || requestedCents),
    phasing: application.phasing.filter((part) => part.kind === stands),
    conditions: await approvedConditions(db(), actor, application.id),
    reports: await offeredReports(db(), application, at),
    message: message ?? null,
    dueAt: dueAt ?? null,
  });
}

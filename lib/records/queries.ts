import { readAdvice } from "#lib/advice/queries.ts";
import { getAnswers } from "#lib/applications/answers/queries.ts";
import { type ApplicationHeader, getApplication, readScreening } from "#lib/applications/queries.ts";
import { listInterestsOf } from "#lib/assessments/interests/queries.ts";
import { readAssessments } from "#lib/assessments/queries.ts";
import type { DecisionNote } from "#lib/decisions/note/rules.ts";
import { readDecisions, readDeclineText } from "#lib/decisions/queries.ts";
import { listFiles } from "#lib/documents/queries.ts";
import { plainLetter } from "#lib/letters/paper/rules.ts";
import { findLetter, listLetters, type SentLetter } from "#lib/letters/queries.ts";
import { LETTERS, sinceSent } from "#lib/letters/rules.ts";
import { type Actor, type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { readNamesOfDay, scopeOf } from "#lib/lifecycle/queries.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import { db } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import { stepRow } from "#lib/workflow/steps.ts";
import { type ApplicationCopy, type AuditSubject, auditSubject } from "./rules.ts";

/**
 * What a printable copy shows to who asks: MFAT what was signed off last, an agency its draft while it may be written.
 * @throws NOT_FOUND also where it is another agency's, and where nothing in it is the reader's to read yet
 */
export async function getCopy(actor: Actor, reference: string): Promise<ApplicationCopy> {
  const application = await getApplication(actor, reference);
  const [answers, files] = await Promise.all([getAnswers(actor, application), listFiles(actor, application)]);
  if (!answers) throw notFound();
  return { application, answers, files };
}

/**
 * A letter that an agency was sent, as it was sent: the one with that id, or the last one where none is named.
 * @throws NOT_FOUND also where the application is not open to the reader
 */
export async function getLetter(
  actor: Actor,
  reference: string,
  id: string,
): Promise<{ application: ApplicationHeader; letter: SentLetter }> {
  const application = await getApplication(actor, reference);
  const letters = application.isOpen ? await listLetters(actor, application.id) : [];
  const letter = id ? letters.find((one) => one.id === id) : letters[0];
  if (!letter) throw notFound();
  return { application, letter };
}

/**
 * What the note on a decision says, once something is recommended.
 * @throws NOT_FOUND also where the application is not open to the reader
 */
export async function getDecisionNote(actor: MfatActor, reference: string): Promise<DecisionNote> {
  const application = await getApplication(actor, reference);
  const { id } = application;
  const recommendations = application.isOpen ? await readDecisions(actor, id) : [];
  if (!recommendations.length) throw notFound();
  const [versions, history, interests, screening, record, advice, letter, toldBefore] = await Promise.all([
    listVersions(actor, id),
    listHistory(actor, id),
    listInterestsOf(actor, id),
    readScreening(actor, id),
    readAssessments(actor, application),
    readAdvice(actor, application),
    findLetter(actor, id),
    readDeclineText(actor, id),
  ]);
  const told = letter
    ? {
        what: LETTERS[letter.kind].label,
        at: letter.sentAt,
        text: [sinceSent(letter, application.state), plainLetter(letter.text)].filter(Boolean).join("\n\n"),
      }
    : toldBefore && { what: "In the portal", at: null, text: toldBefore };
  return {
    application,
    versions,
    readings: history
      .filter(({ action }) => action && stepRow(action).isReading)
      .map(({ by, happened, at }) => ({ by, at, what: happened, version: versionAt(versions, at) }))
      .reverse(),
    interests,
    screening,
    scores: {
      criteria: record.criteria,
      assessors: record.assessments
        .filter(({ status }) => status === "COMPLETE")
        .map(({ assessor, scores, total }) => ({ name: assessor, scores, total })),
      setAside: record.assessments
        .filter(({ status }) => status === "SET_ASIDE")
        .map(({ assessor, scores, total, setAsideReason }) => ({
          name: assessor,
          scores,
          total,
          reason: setAsideReason ?? "",
        })),
      agreed: record.agreed,
      spread: record.spread,
      measured: record.measured,
    },
    advice,
    recommendations,
    told: told || null,
  };
}

const versionAt = (versions: readonly { number: number; certifiedAt: Date }[], at: Date): number =>
  versions.findLast(({ certifiedAt }) => certifiedAt <= at)?.number ?? 0;

/** Every version that was signed off, the first one first, in the names of its day. */
async function listVersions(actor: MfatActor, applicationId: string) {
  const versions = await db().applicationVersion.findMany({
    where: { applicationId, application: scopeOf(actor) },
    select: {
      number: true,
      certifiedAt: true,
      certifierName: true,
      requestedCents: true,
      agencyName: true,
      roundName: true,
    },
    orderBy: { number: "asc" },
  });
  return versions.map(({ certifierName, ...version }) => ({ ...version, certifiedBy: certifierName }));
}

export type AuditLine = {
  id: bigint;
  at: Date;
  event: string;
  /** A person's name; null: the portal by itself, or somebody not signed in. */
  by: string | null;
  subject: AuditSubject | null;
  reason: string | null;
  /** What was changed, as it was recorded. */
  data: Prisma.JsonValue;
  remoteAddress: string | null;
};

const PAGE = 50;

/** The audit trail, newest first, a page at a time: `before` is the last id of the page before. */
export async function listAudit(
  actor: MfatActor,
  { event, before }: { event?: string; before?: string } = {},
): Promise<{ lines: AuditLine[]; next: string | null }> {
  permit(actor, "audit:read");
  const isId = before !== undefined && /^\d{1,18}$/.test(before);
  const rows = await db().auditEvent.findMany({
    where: { ...(event && { event }), ...(isId && { id: { lt: BigInt(before) } }) },
    include: { application: { select: { reference: true } } },
    orderBy: { id: "desc" },
    take: PAGE + 1,
  });
  const shown = rows.slice(0, PAGE);
  const nameOf = await namesOf(shown);
  const lines = shown.map(({ id, at, reason, data, remoteAddress, ...row }) => ({
    id,
    at,
    event: row.event,
    by: row.actorId && (nameOf(`person:${row.actorId}`, at) || "a person"),
    subject: subjectOf(row.application?.reference ?? null, row.subject, (subject) => nameOf(subject, at)),
    reason,
    data,
    remoteAddress,
  }));
  return { lines, next: rows.length > PAGE ? String(shown.at(-1)?.id) : null };
}

/** The names of all events that have ever happened, by steps through the index rather than through every row. */
export async function listAuditEvents(actor: MfatActor): Promise<string[]> {
  permit(actor, "audit:read");
  const rows = await db().$queryRaw<{ event: string }[]>`
    WITH RECURSIVE events AS (
      (SELECT event FROM "AuditEvent" ORDER BY event LIMIT 1)
      UNION ALL
      SELECT (SELECT event FROM "AuditEvent" WHERE event > events.event ORDER BY event LIMIT 1) FROM events WHERE event IS NOT NULL
    )
    SELECT event FROM events WHERE event IS NOT NULL ORDER BY event LIMIT 500`;
  return rows.map(({ event }) => event);
}

type Named = { actorId: string | null; subject: string | null };

/** Names everything that the lines name by its subject (`person:…`, `agency:…`, `round:…`): people as of the line's day. */
async function namesOf(rows: readonly Named[]): Promise<(subject: string, at: Date) => string | undefined> {
  const subjects = [
    ...rows.flatMap((row) => row.subject ?? []),
    ...rows.flatMap((row) => (row.actorId ? [`person:${row.actorId}`] : [])),
  ];
  const idsOf = (kind: string) =>
    subjects.filter((subject) => SUBJECT.exec(subject)?.[1] === kind).map((subject) => subject.slice(kind.length + 1));
  const among = (kind: string) => ({ where: { id: { in: idsOf(kind) } }, select: { id: true, name: true } });
  const [personOn, agencies, rounds] = await Promise.all([
    readNamesOfDay(db(), idsOf("person")),
    db().agency.findMany(among("agency")),
    db().round.findMany(among("round")),
  ]);
  const names = new Map([
    ...agencies.map(({ id, name }): [string, string] => [`agency:${id}`, name]),
    ...rounds.map(({ id, name }): [string, string] => [`round:${id}`, name]),
  ]);
  return (subject, at) => {
    const [, kind, id = ""] = /^(\w+):(.*)$/.exec(subject) ?? [];
    return kind === "person" ? personOn(id, at) || undefined : names.get(subject);
  };
}

const SUBJECT = /^(person|agency|round):[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function subjectOf(
  reference: string | null,
  subject: string | null,
  nameOf: (subject: string) => string | undefined,
): AuditSubject | null {
  if (reference) return { label: reference, href: `/applications/${reference}` };
  return subject === null ? null : auditSubject(subject, nameOf(subject));
}

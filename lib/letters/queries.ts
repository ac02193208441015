import { type ApplicationHeader, getApplication } from "#lib/applications/queries.ts";
import { approvedConditions } from "#lib/arrangements/queries.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import type { LetterKind } from "#lib/db/generated/enums.ts";
import { db, type Tx } from "#lib/db.ts";
import { DomainError, invalid } from "#lib/errors.ts";
import { scopeOf } from "#lib/lifecycle/queries.ts";
import { type Actor, type MfatActor, permit } from "#lib/permissions.ts";
import {
  declineValues,
  ineligibleValues,
  LETTER_KINDS,
  type MergeValues,
  mergeLetter,
  offerValues,
  type TemplateText,
} from "./rules.ts";

/** The text that letters of a kind are made of now. */
export const currentTemplate = (client: Pick<Tx, "letterTemplate">, kind: LetterKind) =>
  client.letterTemplate.findFirstOrThrow({ where: { kind }, orderBy: { number: "desc" } });

export type TemplateVersion = TemplateText & {
  kind: LetterKind;
  number: number;
  savedAt: Date;
  /** A person's name; null: the text that the portal began with. */
  savedBy: string | null;
  /** How many letters it was sent in. */
  count: number;
};

/** Every version of a letter's text, the newest first. */
export async function listVersions(actor: MfatActor, kind: LetterKind): Promise<TemplateVersion[]> {
  permit(actor, "letter:read");
  const rows = await db().letterTemplate.findMany({
    where: { kind },
    include: { _count: { select: { letters: true } } },
    orderBy: { number: "desc" },
    take: 100,
  });
  const people = await db().person.findMany({
    where: { id: { in: rows.flatMap(({ savedById }) => savedById ?? []) } },
    select: { id: true, name: true },
  });
  return rows.map(({ _count, savedById, ...row }) => ({
    ...row,
    savedBy: people.find(({ id }) => id === savedById)?.name ?? null,
    count: _count.letters,
  }));
}

/** The version of each letter that stands. */
export async function listTemplates(actor: MfatActor): Promise<TemplateVersion[]> {
  const all = await Promise.all(LETTER_KINDS.map((kind) => listVersions(actor, kind)));
  return all.flatMap(([current]) => current ?? []);
}

/** The applications that a preview may be made with, the newest first: what was submitted and is open to the actor. */
export function listPreviewable(actor: MfatActor) {
  permit(actor, "letter:keep");
  return db().application.findMany({
    where: { AND: [scopeOf(actor), openTo(actor)] },
    select: { reference: true, title: true, marking: true },
    orderBy: { id: "desc" },
    take: 200,
  });
}

/** What is in an application is read by who has declared their interests in it. */
const openTo = ({ personId }: MfatActor): Prisma.ApplicationWhereInput => ({
  versionNumber: { gt: 0 },
  interests: { some: { personId, isRecused: false } },
});

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
  const values = await previewValues(actor, kind, application, written);
  return mergeLetter(template, values, { agency: application.agency.name, sentAt: at });
}

async function previewValues(
  actor: MfatActor,
  kind: LetterKind,
  application: ApplicationHeader,
  { message, dueAt, agencyText, reason }: Written,
): Promise<MergeValues> {
  if (kind === "DECLINE") return declineValues(application, agencyText ?? null);
  if (kind === "INELIGIBLE") return ineligibleValues(application, reason ?? null);
  const { approvedCents, recommendedCents, requestedCents } = application;
  const stands = approvedCents !== null ? "APPROVED" : recommendedCents ? "RECOMMENDED" : "REQUESTED";
  return offerValues(application, {
    amountCents: approvedCents ?? (recommendedCents || requestedCents),
    phasing: application.phasing.filter((part) => part.kind === stands),
    conditions: await approvedConditions(db(), actor, application.id),
    message: message ?? null,
    dueAt: dueAt ?? null,
  });
}

/** The letter that was sent last, as it was sent; null where none was. Both sides read it. */
export const findLetter = (actor: Actor, applicationId: string) =>
  db().letter.findFirst({
    where: { applicationId, application: scopeOf(actor) },
    include: { template: { select: { number: true } } },
    orderBy: { id: "desc" },
  });

export type SentLetter = NonNullable<Awaited<ReturnType<typeof findLetter>>>;

import { type Actor, type MfatActor, permit, type Role } from "#lib/lifecycle/permissions.ts";
import { readNamesOfDay, scopeOf } from "#lib/lifecycle/queries.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import type { LetterKind } from "#lib/platform/db/generated/enums.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { LETTER_KINDS, LETTERS, type LetterHead, OFFICES, type TemplateText } from "./rules.ts";

/** The text that letters of a kind are made of now. */
export const currentTemplate = (client: Pick<Tx, "letterTemplate">, kind: LetterKind) =>
  client.letterTemplate.findFirstOrThrow({ where: { kind }, orderBy: { number: "desc" } });

type Addressed = { id: string; reference: string; agencyId: string; agency: { name: string } };

/**
 * What stands around the words of a letter. It goes to the certifier who signed off last, or to another of the agency where they
 * have left, with a copy to the contributor who started the application. `signatory`: null where nobody of that office is there.
 */
export async function readLetterHead(
  client: Pick<Tx, "person" | "application">,
  kind: LetterKind,
  { id, reference, agencyId, agency }: Addressed,
  { signatory, sentAt }: { signatory: string | null; sentAt: Date },
): Promise<LetterHead> {
  const people = await client.person.findMany({
    where: { agencyId, endedAt: null, roles: { some: { role: { in: ["CERTIFIER", "CONTRIBUTOR"] } } } },
    select: { id: true, name: true, roles: { select: { role: true } } },
    orderBy: [{ name: "asc" }, { id: "asc" }],
  });
  const written = await client.application.findUnique({
    where: { id },
    select: { createdById: true, versions: { orderBy: { number: "desc" }, take: 1, select: { certifiedById: true } } },
  });
  const holders = (role: Role) => people.filter(({ roles }) => roles.some((one) => one.role === role));
  const certifiers = holders("CERTIFIER");
  const signed = certifiers.find((one) => one.id === written?.versions[0]?.certifiedById);
  return {
    reference,
    agency: agency.name,
    certifier: (signed ?? certifiers[0])?.name ?? null,
    signatory: signatory ?? "[Name]",
    office: OFFICES[LETTERS[kind].signedBy],
    copyTo: holders("CONTRIBUTOR").find((one) => one.id === written?.createdById)?.name ?? null,
    deskEmail: env().DESK_EMAIL,
    sentAt,
  };
}

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
  const nameOf = await readNamesOfDay(
    db(),
    rows.map(({ savedById }) => savedById),
  );
  return rows.map(({ _count, savedById, ...row }) => ({
    ...row,
    savedBy: savedById && nameOf(savedById, row.savedAt),
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

/** The letters of an application as they were sent, the newest first. Both sides read them. */
export const listLetters = (actor: Actor, applicationId: string) =>
  db().letter.findMany({
    where: { applicationId, application: scopeOf(actor) },
    include: {
      template: { select: { number: true } },
      offer: { select: { dueAt: true, outcome: true, answeredAt: true } },
    },
    orderBy: { id: "desc" },
    take: 50,
  });

export type SentLetter = Awaited<ReturnType<typeof listLetters>>[number];

/** The letter that was sent last; null where none was. */
export const findLetter = async (actor: Actor, applicationId: string): Promise<SentLetter | null> =>
  (await listLetters(actor, applicationId))[0] ?? null;

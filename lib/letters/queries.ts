import { type Actor, type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { readNamesOfDay, scopeOf } from "#lib/lifecycle/queries.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import type { LetterKind } from "#lib/platform/db/generated/enums.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { LETTER_KINDS, type TemplateText } from "./rules.ts";

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

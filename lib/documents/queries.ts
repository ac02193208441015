import { UUID } from "#lib/form/fields.ts";
import type { Actor, AgencyActor } from "#lib/lifecycle/permissions.ts";
import { scopeOf } from "#lib/lifecycle/queries.ts";
import { type Reading, readingOf } from "#lib/lifecycle/rules.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import type { ScanState, State } from "#lib/platform/db/generated/enums.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { DomainError, notFound } from "#lib/platform/errors.ts";
import { type ArrangementFileSection, type FileSection, isDownloadable } from "./rules.ts";

export type ListedFile = {
  /** Of the document's use in this application. */
  id: string;
  section: FileSection;
  description: string;
  fileName: string;
  sizeBytes: number;
  scanState: ScanState;
  addedAt: Date;
};

/** An application as somebody reads it. */
type Readable = { id: string; isOpen: boolean; state: State; versionNumber: number };

/** What was sent to MFAT: signed off with a version, or with a claim. */
const SENT: Prisma.ApplicationDocumentWhereInput[] = [{ versions: { some: {} } }, { claims: { some: {} } }];

/** An agency reads its files as they are; MFAT those that were sent to it. */
const readableBy = (actor: Actor): Prisma.ApplicationDocumentWhereInput => ({
  OR: actor.side === "AGENCY" ? [{ removedAt: null }, ...SENT] : SENT,
});

/** The files of an application as they stood at a reading of it: its reader's own unless told. */
export async function listFiles(
  actor: Actor,
  application: Readable,
  reading = readingOf(actor.side, application),
): Promise<ListedFile[]> {
  if (!application.isOpen || (reading === "draft" && actor.side === "MFAT")) return [];
  const where: Prisma.ApplicationDocumentWhereInput =
    reading === "draft" ? { removedAt: null } : { versions: { some: { number: reading } } };
  const uses = await db().applicationDocument.findMany({
    where: { ...where, applicationId: application.id, application: scopeOf(actor) },
    include: { document: true },
    orderBy: { id: "asc" },
  });
  return uses.map(listed);
}

type Use = Prisma.ApplicationDocumentGetPayload<{ include: { document: true } }>;

const listed = ({
  id,
  section,
  description,
  addedAt,
  document: { fileName, sizeBytes, scanState },
}: Use): ListedFile => ({
  id,
  section: section as FileSection,
  description,
  fileName,
  sizeBytes,
  scanState,
  addedAt,
});

/** `isSent`: MFAT reads it, so that it stays. */
export type ArrangementFile = ListedFile & { isSent: boolean };

/** The files that an agency has added to its arrangement and not taken out again. */
export async function listArrangementFiles(
  actor: AgencyActor,
  applicationId: string,
  section: ArrangementFileSection,
): Promise<ArrangementFile[]> {
  const uses = await db().applicationDocument.findMany({
    where: { applicationId, section, removedAt: null, application: scopeOf(actor) },
    include: { document: true, _count: { select: { claims: true } } },
    orderBy: { id: "desc" },
  });
  return uses.map((use) => ({ ...listed(use), isSent: use._count.claims > 0 }));
}

export type FileChanges = { added: ListedFile[]; removed: ListedFile[] };

/** The files that came and went between two readings of an application. */
export async function readFileChanges(
  actor: Actor,
  application: Readable,
  { from, to }: { from: Reading; to: Reading },
): Promise<FileChanges> {
  const [before, after] = await Promise.all([listFiles(actor, application, from), listFiles(actor, application, to)]);
  const without = (files: ListedFile[], others: ListedFile[]) =>
    files.filter(({ id }) => !others.some((other) => other.id === id));
  return { added: without(after, before), removed: without(before, after) };
}

export type StoredFile = { fileName: string; mediaType: string; sizeBytes: number; storageKey: string };

/**
 * A file to give out.
 * @throws NOT_FOUND also where it is another agency's, STATE where it has not passed the malware scan
 */
export async function getFile(actor: Actor, application: Readable, id: string): Promise<StoredFile> {
  if (!application.isOpen || !UUID.test(id)) throw notFound();
  const use = await db().applicationDocument.findFirst({
    where: { ...readableBy(actor), id, applicationId: application.id, application: scopeOf(actor) },
    include: { document: true },
  });
  if (!use) throw notFound();
  if (!isDownloadable(use.document.scanState)) {
    throw new DomainError("STATE", "This file has not passed the malware scan, so you cannot download it.");
  }
  return use.document;
}

/** Files of the agency that this application does not have yet, the newest first. */
export function listEarlierFiles(actor: AgencyActor, applicationId: string, tx: Tx = db()) {
  return tx.document.findMany({
    where: {
      agencyId: actor.agencyId,
      scanState: { not: "REFUSED" },
      uses: { some: { section: { in: ["partners", "files"] } }, none: { applicationId, removedAt: null } },
    },
    orderBy: { id: "desc" },
    select: {
      id: true,
      fileName: true,
      sizeBytes: true,
      uploadedAt: true,
      uses: { orderBy: { id: "asc" }, take: 1, select: { application: { select: { reference: true } } } },
    },
    take: 100,
  });
}

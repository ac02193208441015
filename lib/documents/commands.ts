import { UUID } from "#lib/form/fields.ts";
import { type AgencyActor, permit } from "#lib/lifecycle/permissions.ts";
import { type LockedApplication, lockApplication } from "#lib/lifecycle/queries.ts";
import { isRepeated, recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { db, type Tx, transaction } from "#lib/platform/db.ts";
import { DomainError, invalid, isAway, notFound } from "#lib/platform/errors.ts";
import { queueJob } from "#lib/platform/jobs.ts";
import { hasScanner, scan } from "#lib/platform/scanner.ts";
import * as storage from "#lib/platform/storage.ts";
import { listEarlierFiles } from "./queries.ts";
import {
  ARRANGEMENT_FILES_MAX,
  checkContent,
  checkFile,
  cleanFileName,
  FILES_MAX,
  type FileSection,
  fileTypeOf,
  isFormFileSection,
  isOpenForFiles,
  permissionFor,
} from "./rules.ts";
import type { Reuse } from "./schema.ts";

type WriteRequest = { requestId: string; remoteAddress?: string };

/** The form field that the file belongs to. */
const AT_FILE = "file";

export type NewFile = { description: string; fileName: string; uploadId: string };

/**
 * Adds an upload to the files of an open section. The same request twice adds it once.
 * @throws INVALID at the field where it is too big, of a type that is not allowed, or not what its name says
 */
export async function addDocument(
  actor: AgencyActor,
  request: WriteRequest,
  reference: string,
  section: FileSection,
  given: NewFile,
): Promise<void> {
  permit(actor, permissionFor(section));
  if (await isRepeated(db(), request.requestId)) return;
  await transaction((tx) => lockForFiles(tx, actor, reference, section));
  const upload = await storage.findUpload(given.uploadId);
  if (!upload?.isWhole || upload.personId !== actor.personId) {
    // A second click finds no upload, because the first has used it.
    if (await isRepeated(db(), request.requestId)) return;
    throw invalid({ [AT_FILE]: "The upload was cut off. Choose the file again" });
  }
  const fileName = cleanFileName(given.fileName);
  const { sha256, ...content } = await storage.inspectFile(upload.path);
  const problem = checkFile({ ...given, sizeBytes: upload.sizeBytes }) ?? checkContent(fileName, content);
  if (problem) {
    await storage.discardUpload(upload.id);
    throw invalid({ [AT_FILE]: problem });
  }
  const storageKey = await storage.keepUpload(upload, sha256);
  const file = { fileName, sizeBytes: upload.sizeBytes, sha256, storageKey };
  try {
    const isTaken = await transaction((tx) => insert(tx, actor, request, reference, section, file, given.description));
    if (!isTaken) await storage.discardFile(storageKey);
  } catch (error) {
    // If the database became unavailable, nobody knows whether it has the file's row: then the file stays.
    if (!isAway(error)) await storage.discardFile(storageKey);
    throw error;
  }
  await storage.discardUpload(upload.id);
}

const FORM_SECTIONS: FileSection[] = ["partners", "files"];

/** The application, locked; refuses where the section is closed or full. */
async function lockForFiles(
  tx: Tx,
  actor: AgencyActor,
  reference: string,
  section: FileSection,
): Promise<LockedApplication> {
  const application = await lockOpenSection(tx, actor, reference, section);
  const isOfForm = isFormFileSection(section);
  const max = isOfForm ? FILES_MAX : ARRANGEMENT_FILES_MAX;
  const count = await tx.applicationDocument.count({
    where: { applicationId: application.id, removedAt: null, section: isOfForm ? { in: FORM_SECTIONS } : section },
  });
  if (count >= max) {
    const what = isOfForm ? "An application" : "An arrangement";
    throw invalid({ [AT_FILE]: `${what} can have ${max} files at most. Remove one first` });
  }
  return application;
}

async function lockOpenSection(tx: Tx, actor: AgencyActor, reference: string, section: FileSection) {
  const application = await lockApplication(tx, actor, reference);
  if (!isOpenForFiles(application, section)) {
    throw new DomainError("STATE", `This section of ${reference} is not open for changes. Nothing was saved.`);
  }
  return application;
}

type KeptFile = { fileName: string; sizeBytes: number; sha256: string; storageKey: string };

/** Returns false where the same request did it at the same moment. */
async function insert(
  tx: Tx,
  actor: AgencyActor,
  request: WriteRequest,
  reference: string,
  section: FileSection,
  file: KeptFile,
  description: string,
): Promise<boolean> {
  const application = await lockForFiles(tx, actor, reference, section);
  if (await isRepeated(tx, request.requestId)) return false;
  const { id } = await tx.document.create({
    data: {
      ...file,
      agencyId: actor.agencyId,
      mediaType: fileTypeOf(file.fileName)?.mediaType ?? "application/octet-stream",
      scanState: hasScanner() ? "WAITING" : "NOT_SCANNED",
      uploadedById: actor.personId,
      uploadedAt: now(),
    },
    select: { id: true },
  });
  if (hasScanner()) await queueJob(tx, "scan_document", { id });
  await use(tx, actor, application, section, id, description);
  await recordEvent(tx, {
    ...request,
    event: "document.added",
    actor,
    applicationId: application.id,
    subject: `document:${id}`,
    data: { section, sha256: file.sha256, sizeBytes: file.sizeBytes },
  });
  return true;
}

/** Links a document to a section; the section for files is complete once it has one. */
async function use(
  tx: Tx,
  actor: AgencyActor,
  application: LockedApplication,
  section: FileSection,
  documentId: string,
  description: string,
): Promise<void> {
  const { id: applicationId, agencyId } = application;
  const addedAt = now();
  await tx.applicationDocument.create({
    data: { applicationId, documentId, agencyId, section, description, addedById: actor.personId, addedAt },
  });
  if (section !== "files") return;
  const saved = { isComplete: true, savedById: actor.personId, savedAt: addedAt };
  await tx.applicationSection.upsert({
    where: { applicationId_section: { applicationId, section } },
    create: { applicationId, section, values: {}, ...saved },
    update: saved,
  });
}

/** Adds a file of an earlier application of the same agency. */
export function reuseDocument(
  actor: AgencyActor,
  request: WriteRequest,
  reference: string,
  section: FileSection,
  { earlierFile, earlierDescription }: Reuse,
): Promise<void> {
  permit(actor, permissionFor(section));
  return transaction(async (tx) => {
    if (await isRepeated(tx, request.requestId)) return;
    const application = await lockForFiles(tx, actor, reference, section);
    const found = await listEarlierFiles(actor, application.id, tx);
    if (!found.some(({ id }) => id === earlierFile)) throw invalid({ earlierFile: "Choose a file" });
    await use(tx, actor, application, section, earlierFile, earlierDescription);
    await recordEvent(tx, {
      ...request,
      event: "document.reused",
      actor,
      applicationId: application.id,
      subject: `document:${earlierFile}`,
      data: { section },
    });
  });
}

/**
 * Removes a file from an open section. Versions that were signed off with it keep it, and so does the agency.
 * @throws STATE where a claim uses it
 */
export function removeDocument(
  actor: AgencyActor,
  request: WriteRequest,
  reference: string,
  section: FileSection,
  useId: string,
): Promise<void> {
  permit(actor, permissionFor(section));
  return transaction(async (tx) => {
    const application = await lockOpenSection(tx, actor, reference, section);
    if (!UUID.test(useId)) throw notFound();
    const found = await tx.applicationDocument.findFirst({
      where: { id: useId, applicationId: application.id, section },
      include: { _count: { select: { claims: true } } },
    });
    if (!found) throw notFound();
    if (found.removedAt) return;
    if (found._count.claims > 0) throw new DomainError("STATE", "A claim uses this file, so it cannot be removed.");
    await tx.applicationDocument.update({
      where: { id: useId },
      data: { removedAt: now(), removedById: actor.personId },
    });
    const { id: applicationId } = application;
    if (
      section === "files" &&
      !(await tx.applicationDocument.count({ where: { applicationId, section, removedAt: null } }))
    )
      await tx.applicationSection.updateMany({ where: { applicationId, section }, data: { isComplete: false } });
    await recordEvent(tx, {
      ...request,
      event: "document.removed",
      actor,
      applicationId: application.id,
      subject: `document:${found.documentId}`,
      data: { section },
    });
  });
}

/** Links the current files to a version, in the transaction that signs it off. */
export async function freezeDocuments(tx: Tx, applicationId: string, number: number): Promise<void> {
  const uses = await tx.applicationDocument.findMany({
    where: { applicationId, removedAt: null },
    select: { id: true },
  });
  await tx.versionDocument.createMany({ data: uses.map(({ id }) => ({ applicationId, number, useId: id })) });
}

/** An application cannot be sent on with a file that nobody can ever open. @throws INVALID */
export async function refuseUnsafeDocuments(tx: Tx, applicationId: string): Promise<void> {
  const unsafe = await tx.applicationDocument.findFirst({
    where: { applicationId, removedAt: null, document: { scanState: "REFUSED" } },
    select: { document: { select: { fileName: true } } },
  });
  if (unsafe) {
    throw new DomainError(
      "INVALID",
      `The malware scan refused “${unsafe.document.fileName}”. Remove it from the application first.`,
    );
  }
}

/** A job: has the scanner read a waiting file. Throws, and is tried again, where the scanner does not answer. */
export async function scanDocument(id: string): Promise<void> {
  const document = await db().document.findUnique({ where: { id } });
  if (document?.scanState !== "WAITING") return;
  if (!hasScanner()) {
    await scanned(id, { scanState: "NOT_SCANNED" });
    return;
  }
  const verdict = await scan(await storage.openFile(document.storageKey));
  await scanned(
    id,
    verdict.isClean
      ? { scanState: "CLEAN", scannedAt: now() }
      : { scanState: "REFUSED", scannedAt: now(), scanFinding: verdict.finding },
  );
}

type Scanned = { scanState: "CLEAN" | "NOT_SCANNED" | "REFUSED"; scannedAt?: Date; scanFinding?: string };

/** The result of a scan. Only a refusal appears in the application's history. */
function scanned(id: string, data: Scanned): Promise<void> {
  return transaction(async (tx) => {
    await tx.document.update({ where: { id }, data });
    const { scanState, scanFinding: reason } = data;
    const event = { actor: null, subject: `document:${id}` };
    if (scanState !== "REFUSED") {
      await recordEvent(tx, { ...event, event: "document.scanned", data: { scanState } });
      return;
    }
    const use = await tx.applicationDocument.findFirst({ where: { documentId: id }, select: { applicationId: true } });
    await recordEvent(tx, {
      ...event,
      event: "document.refused",
      ...(reason && { reason }),
      ...(use && { applicationId: use.applicationId }),
    });
  });
}

/** A timed job: deletes uploads that were started over a day ago and belong to no application. */
export async function expireUploads(): Promise<void> {
  await storage.expireUploads();
}

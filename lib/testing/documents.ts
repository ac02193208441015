// For tests: files of a draft of New Zealand Police.

import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { getApplication } from "#lib/applications/queries.ts";
import { addDocument } from "#lib/documents/commands.ts";
import { getFile, listFiles } from "#lib/documents/queries.ts";
import { FILE_BYTES_MAX } from "#lib/documents/rules.ts";
import { asAgency } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { db } from "#lib/platform/db.ts";
import { openFile, receiveUpload } from "#lib/platform/storage.ts";
import { leadTo } from "./database.ts";

export const actorOf = async (email: string) => (await findActor(email)) ?? never();
const never = () => {
  throw new Error("The demo has no such person.");
};
export const contributor = async () => asAgency(await actorOf("contributor@police.example"));

/** A draft of New Zealand Police with all sections written. */
export async function draft(): Promise<string> {
  const { reference } = await db().application.findFirstOrThrow({
    where: { state: "SIGN_OFF", agency: { abbreviation: "NZ Police" } },
  });
  await leadTo(reference, "DRAFT");
  return reference;
}

export const request = () => ({ requestId: randomUUID() });

export async function add(
  reference: string,
  fileName: string,
  content: Buffer,
  section: "files" | "partners" = "files",
) {
  const actor = await contributor();
  const uploadId = await receiveUpload(Readable.from([content]), actor.personId, FILE_BYTES_MAX);
  await addDocument(actor, request(), reference, section, { description: "About it", fileName, uploadId });
  return uploadId;
}

export const PDF = Buffer.from("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n");
export const filesOf = async (email: string, reference: string) => {
  const actor = await actorOf(email);
  return listFiles(actor, await getApplication(actor, reference));
};
export async function read(email: string, reference: string, id: string): Promise<Buffer> {
  const actor = await actorOf(email);
  const { storageKey } = await getFile(actor, await getApplication(actor, reference), id);
  return Buffer.from(await new Response(await openFile(storageKey)).arrayBuffer());
}

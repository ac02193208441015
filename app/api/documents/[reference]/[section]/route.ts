import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Busboy, type BusboyHeaders } from "@fastify/busboy";
import { isFromOwnPage } from "#lib/auth/request.ts";
import { admittedActor, ownPath, requestContext } from "#lib/auth/session.ts";
import { addDocument } from "#lib/documents/commands.ts";
import { FILE_BYTES_MAX, filesPath, filesPathAfter, isFileSection, permissionFor } from "#lib/documents/rules.ts";
import { FILE_FIELDS } from "#lib/documents/schema.ts";
import { cleanValues, parseFields } from "#lib/form/parse.ts";
import { type AgencyActor, can } from "#lib/lifecycle/permissions.ts";
import { DomainError, invalid } from "#lib/platform/errors.ts";
import { discardUpload, receiveUpload } from "#lib/platform/storage.ts";

type Context = { params: Promise<{ reference: string; section: string }> };

/** The upload form as a browser without JavaScript posts it: streamed to disk, never held in memory. */
export async function POST(request: Request, { params }: Context): Promise<Response> {
  const [actor, { reference, section }] = await Promise.all([admittedActor(), params]);
  if (actor?.side !== "AGENCY" || !isFileSection(section) || !can(actor, permissionFor(section))) {
    return answer(404, "Not found");
  }
  if (!isFromOwnPage(request)) return answer(403, "Send files from a page of the portal");
  if (!FORM.test(request.headers.get("content-type") ?? "") || !request.body) return answer(400, "Send a form");
  const values: Record<string, string> = {};
  try {
    const sent = await receive(request, actor, values);
    const { remoteAddress } = await requestContext();
    const write = { requestId: sent.requestId, ...(remoteAddress && { remoteAddress }) };
    try {
      await addDocument(actor, write, reference, section, sent);
    } catch (error) {
      // The browser does not know the upload's id, so it cannot try again with it.
      await discardUpload(sent.uploadId);
      throw error;
    }
    return lead(filesPathAfter(reference, section, "added"));
  } catch (error) {
    if (error instanceof UnreadableForm) return answer(400, "The form was cut off. Send it again");
    if (!(error instanceof DomainError)) throw error;
    if (error.code === "NOT_FOUND") return answer(404, "Not found");
    return lead(filesPath(reference, section), problemOf(error, values));
  }
}

const FORM = /^multipart\/form-data\s*;.*\bboundary=("[^"]+"|[^\s";]+)/i;
class UnreadableForm extends Error {}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type Sent = { requestId: string; description: string; fileName: string; uploadId: string };

/** The most that browsers store in a cookie, less room for its name and path. */
const COOKIE_CHARS_MAX = 3_500;

/**
 * What the page shows, in the shape of a form's answer. What was typed comes back whole; otherwise the page says that
 * it was too long.
 */
function problemOf({ fields, message }: DomainError, { description = "" }: Record<string, string>): string {
  const isAtField = Object.keys(fields).length > 0;
  const isKept = encodeURIComponent(description).length <= COOKIE_CHARS_MAX - 1_000;
  const lost = "What you typed was too long to keep. Enter it again, in a few words";
  const problem = isKept ? (isAtField ? undefined : message) : lost;
  const values = { description: isKept ? description : "" };
  return JSON.stringify({ values, errors: fields, answer: 1, ...(problem && { problem }) });
}

/** Reads the form and puts its fields into `values`. @throws INVALID where a field is missing or the file is too big */
async function receive(request: Request, actor: AgencyActor, values: Record<string, string>): Promise<Sent> {
  const headers = Object.fromEntries(request.headers) as BusboyHeaders;
  const form = new Busboy({
    headers,
    // A name with folders is refused rather than shortened.
    preservePath: true,
    limits: { files: 1, fileSize: FILE_BYTES_MAX, fields: 10, fieldSize: 4_000, parts: 12 },
  });
  let fileName = "";
  let isTooBig = false;
  let file: Readable | undefined;
  let saving: Promise<string> | undefined;
  form.on("field", (name, value) => {
    values[name] = value;
  });
  form.on("file", (_name, stream, name) => {
    // Browsers encode a line break and a quotation mark in a file name like this.
    fileName = (name ?? "").replace(/%0[ad]/gi, "\n").replaceAll("%22", '"');
    if (!fileName) return void stream.resume();
    file = stream
      .on("limit", () => {
        isTooBig = true;
      })
      // Cut off before anybody reads it: this flag is how a later reader knows.
      .on("error", (error: Error) => stream.destroy(error));
    saving = receiveUpload(stream, actor.personId, FILE_BYTES_MAX);
    saving.catch(() => stream.resume());
  });
  try {
    await pipeline(Readable.fromWeb(request.body as never), form);
  } catch (error) {
    file?.destroy(error as Error); // the request was cut off: nothing else tells the stream that was being written
    await saving?.catch(() => {});
    throw new UnreadableForm("The form cannot be read.", { cause: error });
  }
  const uploadId = await saving;
  if (uploadId && isTooBig) {
    await discardUpload(uploadId);
    throw invalid({ file: "The file must be 25 MB or smaller" });
  }
  const parsed = parseFields(FILE_FIELDS, cleanValues(values), {});
  if (parsed.errors || !uploadId) {
    if (uploadId) await discardUpload(uploadId);
    throw invalid({ ...parsed.errors, ...(!uploadId && { file: "Choose a file" }) });
  }
  const requestId = UUID.test(values.requestId ?? "") ? (values.requestId ?? "").toLowerCase() : randomUUID();
  return { requestId, description: parsed.data.description, fileName, uploadId };
}

const answer = (status: number, text: string): Response =>
  new Response(text, { status, headers: { "x-content-type-options": "nosniff" } });

/** Goes back to the page. The problem travels in a cookie, which the page shows once. */
function lead(next: string, problem?: string): Response {
  const location = ownPath(next);
  const headers = new Headers({ location, "cache-control": "no-store" });
  const path = location.split(/[?#]/)[0];
  const value = problem ? `${encodeURIComponent(problem)}; Max-Age=20` : "; Max-Age=0";
  headers.append("set-cookie", `psf-file-problem=${value}; Path=${path}; HttpOnly; SameSite=Strict`);
  return new Response(null, { status: 303, headers });
}

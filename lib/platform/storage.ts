import { createHash, randomBytes } from "node:crypto";
import { createReadStream, existsSync, openAsBlob } from "node:fs";
import { copyFile, mkdir, open, readFile, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { FileStore } from "@tus/file-store";
import { Upload } from "@tus/utils";
import { AwsClient } from "aws4fetch";
import { fileTypeFromFile } from "file-type";
import { env } from "./env.ts";
import { needsPassword } from "./pdf-lock.ts";

/**
 * Files from outside. Unfinished uploads are in DATA_DIR/uploads, under a name that the browser knows; accepted files
 * are moved to the store, under a random key that nobody outside learns: DATA_DIR/files, or a bucket (FILES_URL).
 */

const UPLOAD_LIFE_MS = 24 * 3_600_000;

const ID = /^[0-9a-f]{48}$/;
/** The key of an upload or a stored file: 192 random bits. */
export const newStorageId = (): string => randomBytes(24).toString("hex");

let store: FileStore | undefined;

/** The unfinished uploads, as the tus server stores them. */
export function uploads(): FileStore {
  store ??= new FileStore({
    directory: join(env().DATA_DIR, "uploads"),
    expirationPeriodInMilliseconds: UPLOAD_LIFE_MS,
  });
  return store;
}

/** Removes uploads that were started over a day ago and never accepted; returns how many. */
export const expireUploads = (): Promise<number> => uploads().deleteExpired();

/** How many uploads a person has here, finished or not. */
export async function countUploads(personId: string): Promise<number> {
  const ids = (await uploads().configstore.list?.()) ?? [];
  const owners = await Promise.all(ids.map(async (id) => (await findUpload(id))?.personId));
  return owners.filter((owner) => owner === personId).length;
}

export type ReceivedUpload = { id: string; path: string; sizeBytes: number; personId: string; isWhole: boolean };

/** An upload, or null where it does not exist (any more). */
export async function findUpload(id: string): Promise<ReceivedUpload | null> {
  if (!ID.test(id)) return null;
  const upload = await uploads()
    .getUpload(id)
    .catch(() => null);
  const personId = upload?.metadata?.personId;
  if (!upload || !personId) return null;
  const path = join(uploads().directory, id);
  return { id, path, sizeBytes: upload.offset, personId, isWhole: upload.offset === upload.size };
}

/**
 * Stores a whole file as one piece, counting its bytes on the way; returns the upload's id.
 * @throws RangeError where it is longer than `bytesMax`
 */
export async function receiveUpload(stream: Readable, personId: string, bytesMax: number): Promise<string> {
  const id = newStorageId();
  const sizeMax = new Upload({ id, offset: 0, size: bytesMax, metadata: { personId } });
  await uploads().create(sizeMax);
  if (stream.destroyed) {
    // The request was already cut off: nobody would notice the error any more.
    await discardUpload(id);
    throw stream.errored ?? new Error("The file was cut off.");
  }
  let sizeBytes = 0;
  const counted = stream.map((chunk: Buffer) => {
    sizeBytes += chunk.length;
    if (sizeBytes > bytesMax) throw new RangeError("The file is too big.");
    return chunk;
  });
  try {
    await uploads().write(counted, id, 0);
  } catch (error) {
    await discardUpload(id);
    throw sizeBytes > bytesMax ? new RangeError("The file is too big.", { cause: error }) : error;
  }
  await uploads().configstore.set(id, new Upload({ id, offset: 0, size: sizeBytes, metadata: { personId } }));
  return id;
}

export async function discardUpload(id: string): Promise<void> {
  await uploads()
    .remove(id)
    .catch(() => {});
}

/** What a file is, by its content. */
export type Content = {
  sha256: string;
  /**
   * Its format by its first bytes, for example "pdf" or "docx"; null where they match none. Text may happen to start
   * like an image.
   */
  holds: string | null;
  /** Whether all of it is readable text. */
  isText: boolean;
  /** Whether programs open it as a PDF, and whether it needs a password. */
  isPdf: boolean;
  isLocked: boolean;
};

export async function inspectFile(path: string): Promise<Content> {
  const hash = createHash("sha256");
  let [text, isText]: [TextDecoder | null, boolean] = [null, true];
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    text ??= new TextDecoder(encodingOf(chunk));
    isText &&= !CONTROLS.test(text.decode(chunk, { stream: true }));
  }
  const holds = (await fileTypeFromFile(path))?.ext ?? null;
  const isPdf = holds === "pdf" || (await beginsLate(path));
  return {
    sha256: hash.digest("hex"),
    holds,
    isText,
    isPdf,
    isLocked: isPdf && needsPassword(await readFile(path)),
  };
}

/** Tab, line feed, form feed and carriage return occur in text; other control characters do not. */
const CONTROLS = /[^\P{Cc}\t\n\f\r\u0080-\u009f]/u;

/**
 * Office programs write UTF-16 with a byte order mark; for anything else, the bytes are enough to see that it is not
 * text.
 */
function encodingOf([first, second]: Buffer): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "latin1";
}

/** Programs also open a PDF with some text before its header: a line break, or a web server's header lines. */
async function beginsLate(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(PDF_HEADER_WITHIN), 0, PDF_HEADER_WITHIN, 0);
    const head = buffer.toString("latin1", 0, bytesRead);
    const at = head.indexOf("%PDF-");
    return at > 0 && !CONTROLS.test(head.slice(0, at));
  } finally {
    await file.close();
  }
}
const PDF_HEADER_WITHIN = 1024;

/**
 * Copies an upload to the store; returns its key there. The upload stays until it is discarded, so that it can be
 * copied again.
 */
export async function keepUpload(upload: ReceivedUpload, sha256: string): Promise<string> {
  const key = newStorageId();
  if (bucket()) {
    const headers = { "x-amz-content-sha256": sha256 };
    await askBucket(key, { method: "PUT", body: await openAsBlob(upload.path), headers });
    return key;
  }
  await mkdir(folder(), { recursive: true, mode: 0o700 });
  await copyFile(upload.path, join(folder(), key));
  return key;
}

/** For a file that was moved to the store but could not be accepted after all. */
export async function discardFile(key: string): Promise<void> {
  if (isInBucket(key)) await askBucket(key, { method: "DELETE" });
  else await rm(join(folder(), key), { force: true });
}

/** The content of a stored file. */
export async function openFile(key: string): Promise<ReadableStream<Uint8Array>> {
  if (isInBucket(key)) {
    const { body } = await askBucket(key, { method: "GET" });
    if (body) return body;
    throw new Error(`The store answered nothing for ${key}.`);
  }
  const path = join(folder(), key);
  await stat(path);
  return Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
}

const folder = (): string => join(env().DATA_DIR, "files");

/** Files stored on disk before there was a bucket stay there. */
const isInBucket = (key: string): boolean => bucket() !== null && !existsSync(join(folder(), key));

type Bucket = { client: AwsClient; address: string };

/** The bucket of FILES_URL, or null where files are kept on disk. */
function bucket(): Bucket | null {
  const { FILES_URL } = env();
  if (!FILES_URL) return null;
  const url = new URL(FILES_URL);
  const client = new AwsClient({
    accessKeyId: decodeURIComponent(url.username),
    secretAccessKey: decodeURIComponent(url.password),
    region: url.searchParams.get("region") ?? "us-east-1",
    service: "s3",
  });
  return { client, address: `${url.origin}${url.pathname.replace(/\/$/, "")}` };
}

/** How long the store has to start its answer, plus a second for each megabyte sent to it. */
const STORE_WAIT_MS = 8_000;

async function askBucket(key: string, request: RequestInit, waitMs = STORE_WAIT_MS): Promise<Response> {
  const { client, address } = bucket() ?? {};
  if (!client) throw new Error("There is no bucket.");
  const limitMs = waitMs + (request.body instanceof Blob ? request.body.size / 1_000 : 0);
  const waiting = new AbortController();
  // Also raced: the signal alone does not let go of a store that accepts a connection and reads nothing.
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => {
      fail(new Error(`The store did not answer within ${Math.round(limitMs)} ms.`));
      waiting.abort();
    }, limitMs);
  });
  const asked = client.fetch(`${address}/${key}`, { ...request, signal: waiting.signal });
  asked.catch(() => {}); // reported by the race
  const response = await Promise.race([asked, late]).finally(() => clearTimeout(timer));
  if (response.ok) return response;
  await response.body?.cancel();
  throw new StoreError(response.status, `${request.method} ${key}`);
}

class StoreError extends Error {
  readonly status: number;
  constructor(status: number, asked: string) {
    super(`The store answered ${status} to ${asked}.`);
    this.status = status;
  }
}

/** The free disk space needed so that uploads and the embedded database can continue. */
const FREE_BYTES_MIN = 200_000_000;

/** Whether files can be stored and read. @throws where the store does not answer in time, or the disk is full */
export async function tryStore(waitMs: number): Promise<void> {
  const { bavail, bsize } = await statfs(env().DATA_DIR);
  if (bavail * bsize < FREE_BYTES_MIN) throw new Error("The disk of DATA_DIR is full.");
  if (!bucket()) return;
  // The file does not exist, or we may not ask whether it does: either answer comes from a store that works.
  await askBucket("health", { method: "HEAD" }, waitMs).catch((error: unknown) => {
    if (!(error instanceof StoreError && (error.status === 404 || error.status === 403))) throw error;
  });
}

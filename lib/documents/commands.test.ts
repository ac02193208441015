import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createSocketServer } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { deflateRawSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { createApplication, sendForSignOff, signOffAndSubmit } from "#lib/applications/commands.ts";
import { getApplication, getDraft } from "#lib/applications/queries.ts";
import { fromDatabase } from "#lib/lifecycle/constraints.ts";
import { asAgency } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { env, setEnvironment } from "#lib/platform/env.ts";
import { findUpload, openFile, receiveUpload, uploads } from "#lib/platform/storage.ts";
import { declareNone, useTestDatabase } from "#lib/test-database.ts";
import {
  addDocument,
  expireUploads,
  refuseUnsafeDocuments,
  removeDocument,
  reuseDocument,
  scanDocument,
} from "./commands.ts";
import { getFile, listEarlierFiles, listFiles, readFileChanges } from "./queries.ts";
import { FILE_BYTES_MAX, FILES_MAX } from "./rules.ts";

useTestDatabase("template_demo");

const actorOf = async (email: string) => (await findActor(email)) ?? never();
const never = () => {
  throw new Error("The demo has no such person.");
};
const contributor = async () => asAgency(await actorOf("contributor@police.example"));

/** A draft of New Zealand Police whose sections are all written. */
async function draft(): Promise<string> {
  const { reference } = await db().application.findFirstOrThrow({
    where: { state: "SIGN_OFF", agency: { abbreviation: "NZ Police" } },
  });
  await db().application.update({ where: { reference }, data: { state: "DRAFT" } });
  return reference;
}

const request = () => ({ requestId: randomUUID() });

async function add(reference: string, fileName: string, content: Buffer, section: "files" | "partners" = "files") {
  const actor = await contributor();
  const uploadId = await receiveUpload(Readable.from([content]), actor.personId, FILE_BYTES_MAX);
  await addDocument(actor, request(), reference, section, { description: "About it", fileName, uploadId });
  return uploadId;
}

const PDF = Buffer.from("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n");
const filesOf = async (email: string, reference: string) => {
  const actor = await actorOf(email);
  return listFiles(actor, await getApplication(actor, reference));
};
async function read(email: string, reference: string, id: string): Promise<Buffer> {
  const actor = await actorOf(email);
  const { storageKey } = await getFile(actor, await getApplication(actor, reference), id);
  return Buffer.from(await new Response(await openFile(storageKey)).arrayBuffer());
}

/** The draft that most tests are about. */
let own = "";

test("a file comes back as it was sent, under its own name, and nobody else has it", async () => {
  own = await draft();
  await add(own, "Ta\u0304maki\u202e Makaurau’s plan.PDF", PDF);
  const [file] = await filesOf("contributor@police.example", own);
  expect(file).toMatchObject({
    fileName: "Tāmaki Makaurau’s plan.pdf",
    scanState: "NOT_SCANNED",
    sizeBytes: PDF.length,
  });
  expect(await read("contributor@police.example", own, file?.id ?? "")).toEqual(PDF);
  await expect(read("contributor@customs.example", own, file?.id ?? "")).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(read("desk@mfat.example", own, file?.id ?? "")).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("another agency can neither add nor remove", async () => {
  const [file] = await filesOf("contributor@police.example", own);
  const other = asAgency(await actorOf("contributor@customs.example"));
  const uploadId = await receiveUpload(Readable.from([PDF]), other.personId, FILE_BYTES_MAX);
  const given = { description: "x", fileName: "a.pdf", uploadId };
  await expect(addDocument(other, request(), own, "files", given)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(removeDocument(other, request(), own, "files", file?.id ?? "")).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  const mine = await contributor();
  await expect(addDocument(mine, request(), own, "files", given)).rejects.toMatchObject({ code: "INVALID" });
});

test("a certifier cannot add", async () => {
  const certifier = asAgency(await actorOf("certifier@police.example"));
  const given = { description: "x", fileName: "a.pdf", uploadId: "" };
  await expect(addDocument(certifier, request(), own, "files", given)).rejects.toMatchObject({ code: "FORBIDDEN" });
});

test("the same request twice adds once", async () => {
  const actor = await contributor();
  const uploadId = await receiveUpload(Readable.from([PDF]), actor.personId, FILE_BYTES_MAX);
  const twice = request();
  const before = (await filesOf("contributor@police.example", own)).length;
  const given = { description: "x", fileName: "twice.pdf", uploadId };
  await addDocument(actor, twice, own, "files", given);
  await addDocument(actor, twice, own, "files", given);
  expect(await filesOf("contributor@police.example", own)).toHaveLength(before + 1);
});

/** A zip of one stored entry after another, as office programs write them. */
function zip(entries: Record<string, string>): Buffer {
  const parts = Object.entries(entries).flatMap(([name, text]) => {
    const data = deflateRawSync(Buffer.from(text));
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(8, 8);
    head.writeUInt32LE(data.length, 18);
    head.writeUInt32LE(Buffer.byteLength(text), 22);
    head.writeUInt16LE(name.length, 26);
    return [head, Buffer.from(name), data];
  });
  return Buffer.concat([...parts, Buffer.from([0x50, 0x4b, 5, 6]), Buffer.alloc(18)]);
}

const types = (main: string) =>
  zip({
    "[Content_Types].xml": `<Types><Override PartName="/a.xml" ContentType="application/vnd.${main}+xml"/></Types>`,
    "a.xml": "<a/>",
  });
const DOCX = types("openxmlformats-officedocument.wordprocessingml.document.main");
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

describe("what a file holds has to fit its name", () => {
  test.each([
    ["plan.docx", DOCX],
    ["map.png", PNG],
    ["costs.csv", Buffer.from("Line;Amount\r\nP\u0101ua;3\r\n")],
    ["old.txt", Buffer.from("Caf\u00e9", "latin1")],
  ])("%s comes in", async (name, content) => {
    await add(own, name, content);
    expect((await filesOf("contributor@police.example", own)).map(({ fileName }) => fileName)).toContain(name);
  });

  test.each([
    ["Letter: signed?.pdf", "Letter signed.pdf"],
    ["\u202efdp.exe.pdf", "fdp.exe.pdf"],
    ["..pdf", "file.pdf"],
    [`${"ā".repeat(300)}.pdf`, `${"ā".repeat(150)}.pdf`],
  ])("of the name %j stays what a name needs", async (given, kept) => {
    await add(own, given, PDF);
    expect((await filesOf("contributor@police.example", own)).map(({ fileName }) => fileName)).toContain(kept);
  });

  test("a zip bomb called DOCX is told soon, and nothing of it is unpacked", async () => {
    const bomb = zip({ "[Content_Types].xml": " ".repeat(400_000_000) });
    const before = process.memoryUsage().rss;
    // What this process worked, so that a busy machine does not count.
    const from = process.cpuUsage();
    await expect(add(own, "bomb.docx", bomb)).rejects.toMatchObject({ code: "INVALID" });
    expect(process.cpuUsage(from).user / 1000).toBeLessThan(3000);
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
  });

  test.each([
    ["a name with folders", "../../etc/passwd.pdf", PDF],
    ["a name with folders of another system", "C:\\letters\\from Sāmoa.pdf", PDF],
    ["a name of two lines", "two\r\nSet-Cookie: a=b.pdf", PDF],
    ["a program called PDF", "letter.pdf", Buffer.from("MZ\x90\0\x03\0\0\0")],
    ["an image called PDF", "letter.pdf", PNG],
    ["a document with macros called DOCX", "plan.docx", types("ms-word.document.macroEnabled.main")],
    ["a document called by another format's name", "plan.xlsx", DOCX],
    ["a program called text", "list.txt", Buffer.from("MZ\x90\0\x03\0\0\0")],
    ["a type that may not come", "run.exe", Buffer.from("MZ\x90\0")],
    ["a page", "page.html", Buffer.from("<html></html>")],
    ["a name without an extension", "letter", PDF],
    ["nothing", "empty.pdf", Buffer.alloc(0)],
  ])("%s does not", async (_what, name, content) => {
    await expect(add(own, name, content)).rejects.toMatchObject({
      code: "INVALID",
      fields: { file: expect.any(String) },
    });
  });
});

describe("limits", () => {
  test("25 MB come in and one byte more does not, and leaves nothing behind", async () => {
    const full = Buffer.concat([PDF, Buffer.alloc(FILE_BYTES_MAX - PDF.length)]);
    await add(own, "full.pdf", full);
    const { personId } = await contributor();
    const before = await uploads().configstore.list?.();
    const tooMuch = Readable.from([full, Buffer.from("x")]);
    await expect(receiveUpload(tooMuch, personId, FILE_BYTES_MAX)).rejects.toThrow(RangeError);
    expect(await uploads().configstore.list?.()).toEqual(before);
  });

  test("the database knows the limit too", async () => {
    const { id: _, ...row } = await db().document.findFirstOrThrow();
    const data = { ...row, storageKey: "k", sizeBytes: FILE_BYTES_MAX + 1 };
    await expect(db().document.create({ data })).rejects.toThrow(/Document_size/);
  });

  test(`${FILES_MAX} files and no more`, async () => {
    const count = (await filesOf("contributor@police.example", own)).length;
    for (let more = count; more < FILES_MAX; more++) await add(own, `${more}.pdf`, PDF);
    await expect(add(own, "more.pdf", PDF)).rejects.toThrow();
    const [first, ...rest] = await filesOf("contributor@police.example", own);
    expect(rest).toHaveLength(FILES_MAX - 1);
    await removeDocument(await contributor(), request(), own, "files", first?.id ?? "");
    await add(own, "again.pdf", PDF);
  });
});

test("an earlier file of the agency is used again; another agency's is not", async () => {
  const actor = await contributor();
  const other = await db().application.findFirstOrThrow({
    where: { state: "DRAFT", agency: { abbreviation: "NZ Police" }, reference: { not: own } },
  });
  const [earlier] = await listEarlierFiles(actor, other.id);
  const given = { earlierFile: earlier?.id ?? "", earlierDescription: "Once more" };
  await reuseDocument(actor, request(), other.reference, "partners", given);
  expect(await filesOf("contributor@police.example", other.reference)).toMatchObject([
    { fileName: earlier?.fileName, description: "Once more", section: "partners" },
  ]);
  const use = await db().applicationDocument.findFirstOrThrow({
    where: { application: { reference: other.reference } },
  });
  const { id: _, ...again } = use;
  const twice = await db()
    .applicationDocument.create({ data: again })
    .catch((error: unknown) => error);
  expect(fromDatabase(twice)).toMatchObject({ code: "CONFLICT", message: expect.stringMatching(/already/) });
  const customs = asAgency(await actorOf("contributor@customs.example"));
  const theirs = await db().application.findFirstOrThrow({
    where: { state: "DRAFT", agencyId: { not: actor.agencyId } },
  });
  expect(await listEarlierFiles(customs, theirs.id)).toEqual([]);
  // Also where the application's code is passed by.
  const link = { applicationId: theirs.id, documentId: given.earlierFile, section: "files", description: "x" };
  for (const agencyId of [actor.agencyId, theirs.agencyId]) {
    const forged = db().applicationDocument.create({ data: { ...link, agencyId, addedById: actor.personId } });
    await expect(forged).rejects.toThrow(/fkey|Foreign key/i);
  }
});

test("a section that is not open takes nothing", async () => {
  const { reference: closed } = await db().application.findFirstOrThrow({
    where: { state: "ACTIVE", agency: { abbreviation: "NZ Police" } },
  });
  await expect(add(closed, "late.pdf", PDF)).rejects.toMatchObject({ code: "STATE" });
});

test("what was signed off keeps a file that is removed later; nobody can change or delete the row", async () => {
  const asker = await contributor();
  const certifier = asAgency(await actorOf("certifier@police.example"));
  const step = async () => {
    const { revision } = await db().application.findUniqueOrThrow({ where: { reference: own } });
    return { requestId: randomUUID(), revision };
  };
  await sendForSignOff(asker, await step(), own);
  const declaration = { isAccurate: true, isAuthorised: true, isPeopleTold: true, position: "Boss" } as const;
  await signOffAndSubmit(certifier, await step(), own, declaration);
  expect(await filesOf("desk@mfat.example", own)).toEqual([]);
  await declareNone((await actorOf("desk@mfat.example")).personId, { reference: own });
  const before = await filesOf("desk@mfat.example", own);
  expect(before).toHaveLength(FILES_MAX);
  const gone = before.find(({ fileName }) => fileName === "again.pdf")?.id ?? "";
  await db().application.update({
    where: { reference: own },
    data: { state: "CHANGES_REQUESTED", openSections: ["files"] },
  });
  await removeDocument(asker, request(), own, "files", gone);
  expect((await filesOf("contributor@police.example", own)).map(({ id }) => id)).not.toContain(gone);
  expect(await filesOf("desk@mfat.example", own)).toEqual(before);
  expect(await read("desk@mfat.example", own, gone)).toEqual(PDF);
  const changes = await readFileChanges(asker, await getApplication(asker, own), { from: 1, to: "draft" });
  expect([changes.added, changes.removed.map(({ id }) => id)]).toEqual([[], [gone]]);
  const where = { id: gone };
  await expect(db().applicationDocument.update({ where, data: { description: "Other" } })).rejects.toThrow(/denied/);
  await expect(db().applicationDocument.delete({ where })).rejects.toThrow(/denied/);
  await expect(db().document.updateMany({ data: { sha256: "0".repeat(64) } })).rejects.toThrow(/denied/);
  await expect(db().document.deleteMany()).rejects.toThrow(/denied/);
  await expect(db().versionDocument.deleteMany()).rejects.toThrow(/denied/);
});

test("every addition, reuse and removal is in the audit trail", async () => {
  const events = await db().auditEvent.groupBy({ by: ["event"], where: { event: { startsWith: "document." } } });
  expect(events.map(({ event }) => event).sort()).toEqual(["document.added", "document.removed", "document.reused"]);
});

test("uploads that nobody takes on are gone after a day", async () => {
  const { personId } = await contributor();
  const fresh = await receiveUpload(Readable.from([PDF]), personId, FILE_BYTES_MAX);
  const old = await receiveUpload(Readable.from([PDF]), personId, FILE_BYTES_MAX);
  const config = await uploads().getUpload(old);
  config.offset = 0;
  config.creation_date = new Date(Date.now() - 25 * 3_600_000).toISOString();
  await uploads().configstore.set(old, config);
  await expireUploads();
  expect([await findUpload(old), (await findUpload(fresh))?.id]).toEqual([null, fresh]);
  await expect(readFile(join(env().DATA_DIR, "uploads", old))).rejects.toThrow(/ENOENT/);
});

const INSTREAM = "zINSTREAM\0";

/** The file in what a client of INSTREAM has sent so far, or null while it is not whole. */
function streamed(data: Buffer): Buffer | null {
  const parts: Buffer[] = [];
  let at = INSTREAM.length;
  while (at + 4 <= data.length) {
    const length = data.readUInt32BE(at);
    if (length === 0) return Buffer.concat(parts);
    parts.push(data.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return null;
}

/** Speaks clamd's INSTREAM, and finds what holds EICAR's test. */
async function startClamd() {
  const seen: Buffer[] = [];
  const server = createSocketServer((socket) => {
    let data = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      data = Buffer.concat([data, chunk]);
      const isCommand = data.subarray(0, INSTREAM.length).toString() === INSTREAM;
      if (data.length >= INSTREAM.length && !isCommand) socket.end("UNKNOWN COMMAND\0");
      const file = streamed(data);
      if (!file) return;
      seen.push(file);
      socket.end(file.includes("EICAR-STANDARD") ? "stream: Eicar-Test-Signature FOUND\0" : "stream: OK\0");
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, seen, stop: () => new Promise((done) => server.close(done)) };
}

describe("with a malware scanner", () => {
  afterEach(() => setEnvironment({ CLAMAV_URL: undefined }));

  async function addScanned(content: Buffer) {
    const { reference: at } = await db().application.findFirstOrThrow({
      where: { state: "DRAFT", agency: { abbreviation: "NZ Police" } },
    });
    await add(at, "scan.pdf", content);
    const file = (await filesOf("contributor@police.example", at)).at(-1);
    const use = await db().applicationDocument.findUniqueOrThrow({ where: { id: file?.id ?? "" } });
    return { at, useId: use.id, id: use.documentId, state: file?.scanState };
  }

  test("a file waits, is not given out, and is once it was found clean, byte by byte", async () => {
    const clamd = await startClamd();
    setEnvironment({ CLAMAV_URL: clamd.url });
    const big = Buffer.concat([PDF, Buffer.alloc(3_000_000, "x")]);
    const { at, useId, id, state } = await addScanned(big);
    expect(state).toBe("WAITING");
    await expect(read("contributor@police.example", at, useId)).rejects.toMatchObject({ code: "STATE" });
    const jobs = await db().$queryRaw<{ n: bigint }[]>`
      SELECT count(*) AS n FROM graphile_worker.jobs WHERE task_identifier = 'scan_document'`;
    expect(jobs[0]?.n).toBe(1n);
    await scanDocument(id);
    expect(clamd.seen[0]?.equals(big)).toBe(true);
    expect((await read("contributor@police.example", at, useId)).equals(big)).toBe(true);
    await clamd.stop();
  });

  test("malware is refused, audited, never given out, and holds up the sign-off", async () => {
    const clamd = await startClamd();
    setEnvironment({ CLAMAV_URL: clamd.url });
    const { at, useId, id } = await addScanned(Buffer.concat([PDF, Buffer.from("EICAR-STANDARD-ANTIVIRUS-TEST-FILE")]));
    await scanDocument(id);
    await expect(read("contributor@police.example", at, useId)).rejects.toMatchObject({ code: "STATE" });
    const { id: applicationId } = await db().application.findUniqueOrThrow({ where: { reference: at } });
    await expect(transaction((tx) => refuseUnsafeDocuments(tx, applicationId))).rejects.toThrow(/refused “scan.pdf”/);
    const event = await db().auditEvent.findFirstOrThrow({ where: { event: "document.refused" } });
    expect(event).toMatchObject({ subject: `document:${id}`, reason: "Eicar-Test-Signature" });
    await clamd.stop();
  });

  test("no answer is no verdict: it waits on", async () => {
    setEnvironment({ CLAMAV_URL: "tcp://127.0.0.1:1" });
    const { id } = await addScanned(PDF);
    await expect(scanDocument(id)).rejects.toThrow(/ECONNREFUSED/);
    expect((await db().document.findUniqueOrThrow({ where: { id } })).scanState).toBe("WAITING");
  });
});

test("a store that speaks S3 is given signed requests, and gives the file back", async () => {
  const kept = new Map<string, Buffer>();
  const heads: string[] = [];
  const server = createServer(async (incoming, answer) => {
    heads.push(
      `${incoming.method} ${incoming.headers.authorization?.slice(0, 34)} ${incoming.headers["content-length"]}`,
    );
    const key = incoming.url ?? "";
    if (incoming.method === "PUT") kept.set(key, Buffer.concat(await incoming.toArray()));
    answer.end(incoming.method === "GET" ? kept.get(key) : undefined);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  setEnvironment({ FILES_URL: `http://key:secret@127.0.0.1:${port}/files?region=ap-southeast-2` });
  const { reference: at } = await db().application.findFirstOrThrow({
    where: { state: "DRAFT", agency: { abbreviation: "NZ Police" } },
  });
  await add(at, "stored.pdf", PDF);
  const file = (await filesOf("contributor@police.example", at)).at(-1);
  expect(await read("contributor@police.example", at, file?.id ?? "")).toEqual(PDF);
  expect([...kept.keys()]).toEqual([expect.stringMatching(/^\/files\/[0-9a-f]{48}$/)]);
  expect(heads[0]).toBe(`PUT AWS4-HMAC-SHA256 Credential=key/20 ${PDF.length}`);
  setEnvironment({ FILES_URL: undefined });
  server.closeAllConnections();
  server.close();
});

test("the section about files is complete with its first file, and not started once the last is removed", async () => {
  const actor = await contributor();
  const { id: roundId } = await db().round.findFirstOrThrow({ where: { closesAt: null } });
  const reference = await createApplication(actor, request(), roundId);
  const statusNow = async () => {
    const { sections } = await getDraft(actor, await getApplication(actor, reference));
    return sections.find(({ key }) => key === "files");
  };
  await add(reference, "one.pdf", PDF);
  await add(reference, "two.pdf", PDF);
  const files = await filesOf("contributor@police.example", reference);
  const [one, two] = files.filter(({ section }) => section === "files");
  await removeDocument(actor, request(), reference, "files", one?.id ?? "");
  expect(await statusNow()).toMatchObject({ status: "complete", savedAt: expect.any(Date) });
  await removeDocument(actor, request(), reference, "files", two?.id ?? "");
  expect(await statusNow()).toMatchObject({ status: "not started", savedAt: null });
});

// The malware scanner, and an external store.
import { createServer } from "node:http";
import { type AddressInfo, createServer as createSocketServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { db, transaction } from "#lib/platform/db.ts";
import { setEnvironment } from "#lib/platform/env.ts";
import { useTestDatabase } from "#lib/testing/database.ts";
import { add, filesOf, PDF, read } from "#lib/testing/documents.ts";
import { refuseUnsafeDocuments, scanDocument } from "./commands.ts";

useTestDatabase("template_demo");

const INSTREAM = "zINSTREAM\0";

/** The file in what an INSTREAM client has sent so far, or null while it is incomplete. */
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

/** Speaks clamd's INSTREAM, and finds what contains the EICAR test string. */
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
  // What was stored before there was a bucket is read where it is.
  setEnvironment({ FILES_URL: undefined });
  await add(at, "older.pdf", PDF);
  setEnvironment({ FILES_URL: `http://key:secret@127.0.0.1:${port}/files?region=ap-southeast-2` });
  const older = (await filesOf("contributor@police.example", at)).find(({ fileName }) => fileName === "older.pdf");
  expect(await read("contributor@police.example", at, older?.id ?? "")).toEqual(PDF);
  setEnvironment({ FILES_URL: undefined });
  server.closeAllConnections();
  server.close();
});

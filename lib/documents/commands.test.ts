// Files that are added, used again and removed, and who may.
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { getDraft } from "#lib/applications/answers/queries.ts";
import { createApplication, sendForSignOff, signOffAndSubmit } from "#lib/applications/commands.ts";
import { getApplication } from "#lib/applications/queries.ts";
import { fromDatabase } from "#lib/lifecycle/constraints.ts";
import { asAgency } from "#lib/lifecycle/permissions.ts";
import { db } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { findUpload, receiveUpload, uploads } from "#lib/platform/storage.ts";
import { declareNone, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { actorOf, add, contributor, draft, filesOf, PDF, read, request } from "#lib/testing/documents.ts";
import { addDocument, expireUploads, removeDocument, reuseDocument } from "./commands.ts";
import { listEarlierFiles, readFileChanges } from "./queries.ts";
import { FILE_BYTES_MAX, FILES_MAX } from "./rules.ts";

useTestDatabase("template_demo");

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
  // Also where somebody bypasses the application's code.
  const link = { applicationId: theirs.id, documentId: given.earlierFile, section: "files", description: "x" };
  for (const agencyId of [actor.agencyId, theirs.agencyId]) {
    const forged = db().applicationDocument.create({ data: { ...link, agencyId, addedById: actor.personId } });
    await expect(forged).rejects.toThrow(/fkey|Foreign key|of_its_agency/i);
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
  await unguarded().application.update({
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

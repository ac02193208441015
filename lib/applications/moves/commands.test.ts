// An agency takes over the work of another, or a part of it, with its history.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import { addComment, settleComment } from "#lib/comments/commands.ts";
import { listComments } from "#lib/comments/queries.ts";
import { removeDocument } from "#lib/documents/commands.ts";
import { getFile, listFiles } from "#lib/documents/queries.ts";
import type { Values } from "#lib/form/fields.ts";
import { asAgency, asMfat } from "#lib/lifecycle/permissions.ts";
import { submitClaim } from "#lib/payments/commands.ts";
import { readClaims } from "#lib/payments/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import {
  applicationId,
  claimed,
  desk,
  readClaim,
  reference,
  request,
  useClaims,
  WORK,
  who,
  worked,
} from "#lib/testing/claims.ts";
import { unguarded } from "#lib/testing/database.ts";
import { asShown } from "#lib/testing/settings.ts";
import { listBreaches } from "#lib/workflow/held/queries.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import { moveApplications } from "./commands.ts";
import { readMoving } from "./queries.ts";

useClaims();

const agencyOf = (abbreviation: string) => db().agency.findFirstOrThrow({ where: { abbreviation } });
const agency = async (email: string) => asAgency(await who(email));

async function move(
  values: Values,
  { seen = "yes", by = desk, request: form = null as string | null } = {},
): Promise<number> {
  const [police, customs] = [await agencyOf("NZ Police"), await agencyOf("Customs")];
  const asked = { agency: customs.id, reason: "Machinery of government", moveSeen: seen, ...values };
  return moveApplications(await by(), await asShown(police.id, form ?? randomUUID()), police.id, asked);
}
const countOf = async (abbreviation: string) => db().application.count({ where: { agency: { abbreviation } } });

test("a part of the work moves; a file that both parts use stays readable in both, and each is changed by its own agency", async () => {
  const [customs, police] = [await agency("contributor@customs.example"), await agency("contributor@police.example")];
  const draft = await db().application.findFirstOrThrow({
    where: { state: "DRAFT", agency: { abbreviation: "NZ Police" } },
  });
  const other = await db().application.findFirstOrThrow({
    where: { state: "DRAFT", agency: { abbreviation: "Customs" } },
  });
  const kept = await db().application.findFirstOrThrow({
    where: { agency: { abbreviation: "NZ Police" }, id: { not: draft.id }, documents: { some: { removedAt: null } } },
    include: { documents: { where: { removedAt: null } } },
  });
  const [file] = kept.documents;
  const use = await unguarded().applicationDocument.create({
    data: {
      applicationId: draft.id,
      agencyId: kept.agencyId,
      documentId: file?.documentId ?? "",
      section: "files",
      description: "The same file",
      addedById: police.personId,
    },
  });
  const some = (references: string) => move({ references });
  await expect(some("PSF-26-1")).rejects.toMatchObject({
    fields: { references: expect.stringContaining("“PSF-26-1”") },
  });
  await expect(some(`${draft.reference}\n${other.reference}`)).rejects.toMatchObject({
    fields: { references: `${other.reference} is not an application of New Zealand Police` },
  });
  expect(await some(draft.reference.toLowerCase().replaceAll("-", "–"))).toBe(1);
  expect((await listFiles(customs, await getApplication(customs, draft.reference))).map(({ id }) => id)).toContain(
    use.id,
  );
  await removeDocument(customs, { requestId: randomUUID() }, draft.reference, "files", use.id);
  expect((await getFile(police, await getApplication(police, kept.reference), file?.id ?? "")).fileName).not.toBe("");
  await expect(getApplication(police, draft.reference)).rejects.toMatchObject({ code: "NOT_FOUND" });

  // The way back: the successor’s applications move too.
  const [from, to] = [await agencyOf("Customs"), await agencyOf("NZ Police")];
  const back = { agency: to.id, references: draft.reference, reason: "In error", moveSeen: "yes" };
  expect(await moveApplications(await desk(), await asShown(from.id), from.id, back)).toBe(1);
  expect((await getApplication(police, draft.reference)).title).toBe(draft.title);
  expect(await listBreaches()).toEqual([]);
});

test("nothing moves to who could not go on with it, by another office, or from a page that is out of date", async () => {
  const [police, customs] = [await agencyOf("NZ Police"), await agencyOf("Customs")];
  const administrator = async () => asMfat(await who("admin@mfat.example"));
  await expect(move({}, { by: administrator })).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(move({ reason: "" })).rejects.toMatchObject({ fields: { reason: expect.any(String) } });
  await expect(move({ agency: police.id })).rejects.toMatchObject({ fields: { agency: expect.any(String) } });
  const stale = { requestId: randomUUID(), revision: police.revision - 1 };
  await expect(
    moveApplications(await desk(), stale, police.id, {
      agency: customs.id,
      which: "all",
      reason: "Old",
      moveSeen: "yes",
    }),
  ).rejects.toMatchObject({ code: "CONFLICT" });
  const { personId } = await agency("certifier@customs.example");
  await unguarded().person.update({ where: { id: personId }, data: { endedAt: now() } });
  await expect(move({})).rejects.toMatchObject({ fields: { agency: expect.stringContaining("has no certifier") } });
  await unguarded().agency.update({ where: { id: customs.id }, data: { isActive: false } });
  await expect(move({})).rejects.toMatchObject({ fields: { agency: expect.any(String) } });
  expect(await countOf("NZ Police")).toBeGreaterThan(0);
  await unguarded().person.update({ where: { id: personId }, data: { endedAt: null } });
  await unguarded().agency.update({ where: { id: customs.id }, data: { isActive: true } });
});

test("all applications of an agency move to its successor, which goes on with them; their history stays as it was", async () => {
  const [policeContributor, customs] = [
    await agency("contributor@police.example"),
    await agency("contributor@customs.example"),
  ];
  const invoiceNumber = `INV ${randomUUID()}`;
  const claim = await readClaim(await claimed({ invoiceNumber }));
  await addComment(policeContributor, { requestId: randomUUID() }, reference, {
    section: null,
    text: "Ask for a second quote",
  });
  const records = () =>
    Promise.all([
      db().duty.findMany({ orderBy: [{ applicationId: "asc" }, { personId: "asc" }] }),
      db().claim.findMany({ orderBy: { id: "asc" } }),
      db().applicationVersion.findMany({ orderBy: [{ applicationId: "asc" }, { number: "asc" }] }),
    ]);
  const before = await records();
  const [ours, theirs] = [await countOf("NZ Police"), await countOf("Customs")];
  const { count, words } = await readMoving(await desk(), (await agencyOf("NZ Police")).id);
  expect(count).toBe(ours);

  await expect(move({}, { seen: "" })).rejects.toMatchObject({
    questions: [{ name: "moveSeen", hint: expect.stringContaining(`${ours} applications: ${words}`) }],
  });
  expect(await countOf("NZ Police")).toBe(ours);
  const form = randomUUID();
  expect(await move({}, { request: form })).toBe(ours);
  expect([await countOf("NZ Police"), await countOf("Customs")]).toEqual([0, ours + theirs]);
  // Sent twice, it acts once.
  expect(await move({}, { request: form })).toBe(0);

  // Who gave it up opens it no more; who took it over reads its comments, files and claims.
  await expect(getApplication(policeContributor, reference)).rejects.toMatchObject({ code: "NOT_FOUND" });
  const application = await getApplication(customs, reference);
  const [comment] = await listComments(customs, applicationId);
  expect(comment).toMatchObject({ text: "Ask for a second quote", author: policeContributor.name });
  await settleComment(customs, reference, comment?.id ?? "");
  const file = await getFile(customs, application, claim.invoiceId);
  expect(file.fileName).toBe("invoice.txt");
  expect((await readClaims(customs, applicationId)).claims[0]).toMatchObject({ invoiceNumber });
  for (const reader of [customs, await desk()]) {
    expect((await listHistory(reader, applicationId))[0]).toMatchObject({
      happened: "Moved from New Zealand Police to New Zealand Customs Service",
      reason: "Machinery of government",
    });
  }
  expect(await records()).toEqual(before);

  // The same invoice is not claimed again, and another is.
  const given = { ...WORK, ...(await worked()), invoicedOn: dayOf(now()), amount: 5_000n, gst: 0n, milestone: "Next" };
  const own = async () => {
    const { documentId } = await unguarded().applicationDocument.findUniqueOrThrow({ where: { id: claim.invoiceId } });
    const { id: _, ...document } = await unguarded().document.findUniqueOrThrow({ where: { id: documentId } });
    const copy = {
      ...document,
      agencyId: customs.agencyId,
      storageKey: randomUUID().replaceAll("-", "").repeat(2).slice(0, 48),
    };
    const made = await unguarded().document.create({ data: copy });
    const use = {
      applicationId,
      agencyId: customs.agencyId,
      documentId: made.id,
      section: "claims",
      description: "Invoice",
    };
    return (await unguarded().applicationDocument.create({ data: { ...use, addedById: customs.personId } })).id;
  };
  await expect(
    submitClaim(customs, await request(), reference, {
      ...given,
      invoice: await own(),
      invoiceNumber: ` ${invoiceNumber.toLowerCase()}`,
    }),
  ).rejects.toMatchObject({ fields: { invoiceNumber: expect.stringContaining(`${reference}/${claim.number}`) } });
  await submitClaim(customs, await request(), reference, { ...given, invoice: await own(), invoiceNumber: "C-1" });

  // Everybody of both agencies is told, and the desk.
  const told = await db().email.findMany({
    where: { subject: { startsWith: `[UNCLASSIFIED] ${ours} applications moved from New Zealand Police` } },
    orderBy: { to: "asc" },
  });
  const people = await db().person.findMany({
    where: { agency: { abbreviation: { in: ["NZ Police", "Customs"] } }, endedAt: null },
  });
  expect(told.map(({ to }) => to).sort()).toEqual([...people.map(({ email }) => email), "psf@mfat.govt.nz"].sort());
  expect(await listBreaches()).toEqual([]);
});

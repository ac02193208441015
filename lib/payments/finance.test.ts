// The finance officer of an agency claims and prepares the amounts of the acquittal, and writes nothing else.
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { saveSection } from "#lib/applications/form/commands.ts";
import { getApplication } from "#lib/applications/queries.ts";
import { readAcquittalForm } from "#lib/arrangements/settlement/queries.ts";
import { addDocument } from "#lib/documents/commands.ts";
import { FILE_BYTES_MAX } from "#lib/documents/rules.ts";
import type { Values } from "#lib/form/fields.ts";
import { type Actor, type AgencyActor, asAgency, asMfat } from "#lib/lifecycle/permissions.ts";
import { listClaims } from "#lib/payments/list/queries.ts";
import { readPurchaseOrder } from "#lib/payments/orders/queries.ts";
import { findActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDay } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { formatCents } from "#lib/platform/money.ts";
import { receiveUpload } from "#lib/platform/storage.ts";
import { declareNone, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { TAKE, well } from "#lib/testing/steps.ts";
import { listWork } from "#lib/work/queries.ts";
import { takeStep } from "#lib/workflow/commands.ts";
import { listObstacles } from "#lib/workflow/obstacles/queries.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import type { StepKey } from "#lib/workflow/steps.ts";
import { acquittalValues } from "../../prisma/demo/reports.ts";

useTestDatabase("template_demo");

const actor = async (email: string) => {
  const found = await findActor(email);
  if (!found) throw new Error(email);
  return found;
};
const agency = async (email: string): Promise<AgencyActor> => asAgency(await actor(email));
const FINANCE = "finance@police.example";

const find = (state: "ACTIVE" | "CLOSING" | "DRAFT", abbreviation: string) =>
  db().application.findFirstOrThrow({
    where: { state, heldAt: null, agency: { abbreviation } },
    orderBy: { id: "desc" },
  });
const request = async (reference: string) => {
  const { revision } = await db().application.findUniqueOrThrow({ where: { reference } });
  return { requestId: randomUUID(), revision };
};

test("a finance officer adds an invoice and claims with it; a returned claim is theirs to mend, and they are told", async () => {
  const { id, reference } = await find("ACTIVE", "NZ Police");
  const finance = await agency(FINANCE);
  const uploadId = await receiveUpload(Readable.from([Buffer.from("Invoice\n")]), finance.personId, FILE_BYTES_MAX);
  const file = { description: "Invoice 7", fileName: "invoice.txt", uploadId };
  await addDocument(finance, { requestId: randomUUID() }, reference, "claims", file);
  await TAKE.submitClaim(finance, await request(reference), reference, well);
  const claim = await db().claim.findFirstOrThrow({ where: { applicationId: id }, orderBy: { number: "desc" } });
  expect(claim.claimedById).toBe(finance.personId);
  const desk = asMfat(await actor("desk@mfat.example"));
  await declareNone(desk.personId, { id });
  const values = { claim: String(claim.number), reason: "The amounts differ." };
  await takeStep(desk, await request(reference), reference, "returnClaim", { values, isLater: false });
  const tasks = async (email: string) =>
    (await listWork(await actor(email))).items
      .filter((item) => item.reference === reference)
      .map(({ step }) => step)
      // In June an agency is also asked for unclaimed work.
      .filter((step) => step !== "stateAccrual");
  expect(await tasks(FINANCE)).toEqual(["submitClaim"]);
  const mail = { applicationId: id, to: FINANCE, subject: { contains: "claim returned" } };
  expect(await db().email.count({ where: mail })).toBe(1);
  await TAKE.submitClaim(finance, await request(reference), reference, well);
  expect(await tasks(FINANCE)).toEqual([]);
  await TAKE.withdrawClaim(finance, await request(reference), reference, well);
});

test("a remittance advice goes to finance officers and to whoever claimed, once, and to nobody who has left", async () => {
  const { id, reference } = await find("ACTIVE", "NZ Police");
  const [desk, budget] = [asMfat(await actor("desk@mfat.example")), asMfat(await actor("budget@mfat.example"))];
  for (const { personId } of [desk, budget]) await declareNone(personId, { id });
  await TAKE.submitClaim(await agency("contributor@police.example"), await request(reference), reference, well);
  await TAKE.confirmWork(desk, await request(reference), reference, well);
  await TAKE.approveClaim(budget, await request(reference), reference, well);
  const agencyId = (await agency(FINANCE)).agencyId;
  const roles = { create: { role: "FINANCE" as const } };
  const left = { email: "left@police.example", name: "Left", side: "AGENCY" as const, agencyId, endedAt: new Date() };
  await unguarded().person.create({ data: { ...left, roles } });
  const form = await request(reference);
  await TAKE.recordPayment(budget, form, reference, well);
  await TAKE.recordPayment(budget, form, reference, well);
  const { number, cents, invoiceNumber } = await db().claim.findFirstOrThrow({
    where: { applicationId: id },
    orderBy: { number: "desc" },
  });
  const mails = await db().email.findMany({
    where: { applicationId: id, subject: { contains: `remittance advice for claim ${reference}/${number}` } },
    orderBy: { to: "asc" },
  });
  expect(mails.map(({ to }) => to)).toEqual(["contributor@police.example", FINANCE]);
  for (const words of [invoiceNumber, formatCents(cents), form.requestId, formatDay(dayOf(now()))]) {
    expect(mails[1]?.text).toContain(words);
  }
  // A refused payment sends no advice.
  await expect(TAKE.recordPayment(budget, await request(reference), reference, well)).rejects.toThrow();
  expect(await db().email.count({ where: { to: FINANCE, subject: { contains: `${reference}/${number}` } } })).toBe(1);
});

test("a finance officer writes no application, no report and no variation, and signs nothing", async () => {
  const finance = await agency(FINANCE);
  const forbidden = { code: "FORBIDDEN" };
  const { reference: draft } = await find("DRAFT", "NZ Police");
  expect(() => saveSection(finance, draft, "need", {}, "part")).toThrow(expect.objectContaining(forbidden));
  const file = { description: "x", fileName: "a.txt", uploadId: "" };
  await expect(addDocument(finance, { requestId: randomUUID() }, draft, "files", file)).rejects.toMatchObject(
    forbidden,
  );
  const { reference } = await find("ACTIVE", "NZ Police");
  for (const step of [
    "submitReport",
    "askForVariation",
    "sendForSignOff",
    "acceptOffer",
    "submitAcquittal",
  ] as StepKey[]) {
    const taken = takeStep(finance, await request(reference), reference, step, { values: {}, isLater: false });
    await expect(taken).rejects.toMatchObject({ code: expect.stringMatching(/FORBIDDEN|INVALID/) });
  }
  const { reference: others } = await find("ACTIVE", "Customs");
  await expect(TAKE.submitClaim(finance, await request(others), others, well)).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});

test("a purchase order number is kept, changed and taken away by the finance officer, and stands where it is needed", async () => {
  const { id, reference } = await find("ACTIVE", "NZ Police");
  const finance = await agency(FINANCE);
  const change = async (purchaseOrder: string, by: Actor = finance) =>
    takeStep(by, await request(reference), reference, "changePurchaseOrder", {
      values: { purchaseOrder },
      isLater: false,
    });
  const kept = () => readPurchaseOrder(finance, id);
  await change("  PO   4711 ");
  expect(await kept()).toBe("PO 4711");
  await expect(change("PO 4711")).rejects.toMatchObject({ fields: { purchaseOrder: expect.stringMatching(/^Enter/) } });
  await expect(change("x".repeat(61))).rejects.toMatchObject({ code: "INVALID" });
  for (const email of ["contributor@police.example", "certifier@police.example", "budget@mfat.example"]) {
    await expect(change("PO 1", await actor(email))).rejects.toMatchObject({ code: "FORBIDDEN" });
  }
  expect(await readPurchaseOrder(await actor("contributor@customs.example"), id)).toBeNull();
  await TAKE.submitClaim(finance, await request(reference), reference, well);
  const filter = { state: "CLAIMED", year: null, agency: null, officer: null, only: null };
  const { rows } = await listClaims(asMfat(await actor("budget@mfat.example")), filter);
  expect(rows.find(({ application }) => application.reference === reference)?.purchaseOrder).toBe("PO 4711");
  await change("");
  expect(await kept()).toBeNull();
  const [last] = await listHistory(finance, id);
  expect(last).toMatchObject({ action: "changePurchaseOrder" });
  const event = await db().auditEvent.findFirstOrThrow({
    where: { applicationId: id, action: "changePurchaseOrder" },
    orderBy: { id: "desc" },
  });
  expect(event.data).toMatchObject({ from: "PO 4711", to: null });
  await expect(db().arrangement.update({ where: { applicationId: id }, data: { purchaseOrder: "" } })).rejects.toThrow(
    "Arrangement_purchaseOrder",
  );
});

test("the amounts of an acquittal are prepared for the certifier, who finds them in the form", async () => {
  const { id, reference, agencyId } = await find("CLOSING", "MPI");
  const email = "finance@mpi.example";
  const roles = { create: { role: "FINANCE" as const } };
  await unguarded().person.create({ data: { email, name: "Losa Fuimaono", side: "AGENCY", agencyId, roles } });
  const [finance, certifier] = [await agency(email), await agency("certifier@mpi.example")];
  const budget = asMfat(await actor("budget@mfat.example"));
  await declareNone(budget.personId, { id });
  const given = await acquittalValues(reference, 1_234_56n);
  const prepare = async (values = given) =>
    takeStep(finance, await request(reference), reference, "prepareAcquittal", { values, isLater: false });
  await expect(prepare()).rejects.toMatchObject({ code: "CONFLICT" });
  expect(await listObstacles(finance, await getApplication(finance, reference))).toMatchObject({
    prepareAcquittal: null,
  });
  await takeStep(budget, await request(reference), reference, "returnAcquittal", {
    values: { reason: "The freight is missing." },
    isLater: false,
  });
  await expect(prepare({ ...given, "actual-0": "" })).rejects.toMatchObject({ code: "INVALID" });
  await expect(prepare({ ...given, "actual-0": "x" })).rejects.toMatchObject({ code: "INVALID" });
  const tasks = async () =>
    (await listWork(await actor(email))).items.flatMap((item) => (item.reference === reference ? [item.step] : []));
  expect(await tasks()).toContain("prepareAcquittal");
  await prepare();
  expect(await tasks()).not.toContain("prepareAcquittal");
  const again: Values = { ...given, "actual-0": "7.00" };
  await prepare(again);
  const form = await readAcquittalForm(certifier, await getApplication(certifier, reference), { isPreparing: false });
  const { outcome: _, lessons: __, ...amounts } = again;
  expect(form.initial).toMatchObject(amounts);
  expect(form.initial.outcome).toBeTruthy();
  const mail = { applicationId: id, to: certifier.email, subject: { contains: "amounts of the acquittal prepared" } };
  expect(await db().email.count({ where: mail })).toBe(2);
  expect((await listHistory(certifier, id))[0]).toMatchObject({ action: "prepareAcquittal" });
  const early = takeStep(certifier, await request(reference), reference, "prepareAcquittal", {
    values: given,
    isLater: false,
  });
  await expect(early).rejects.toMatchObject({ code: "FORBIDDEN" });
  await takeStep(certifier, await request(reference), reference, "submitAcquittal", {
    values: { ...form.initial },
    isLater: false,
  });
  const sent = await db().acquittal.findFirstOrThrow({
    where: { applicationId: id },
    include: { lines: { orderBy: { position: "asc" } } },
    orderBy: { number: "desc" },
  });
  expect(sent.lines[0]?.actualCents).toBe(7_00n);
});

// A finance system's list, previewed and recorded through the step's own command.
import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { listLedgerDifferences } from "#lib/budget/queries.ts";
import { asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { approveClaim, confirmWork } from "#lib/payments/commands.ts";
import { correctPayment } from "#lib/payments/corrections/commands.ts";
import { findActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDay } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { plainCents } from "#lib/platform/money.ts";
import { csvOf as fileOf } from "#lib/platform/sheet.ts";
import { useTestDatabase } from "#lib/testing/database.ts";
import { exportPaymentsToCorrect, preparePayments, recordPayments } from "./commands.ts";
import { getPaymentBatch, listPaymentFiles } from "./queries.ts";

useTestDatabase("template_demo");

let budget: MfatActor;
/** Approved claims of the demonstration, two of them of one arrangement. */
let claims: { name: string; cents: bigint }[] = [];

const who = async (email: string): Promise<MfatActor> => {
  const actor = await findActor(email);
  if (!actor) throw new Error(email);
  return asMfat(actor);
};

beforeAll(async () => {
  budget = await who("budget@mfat.example");
  const desk = await who("desk@mfat.example");
  for (const { number, workConfirmedAt, application } of await db().claim.findMany({
    where: { state: "CLAIMED" },
    include: { application: true },
  })) {
    const request = async () => {
      const { revision } = await db().application.findUniqueOrThrow({ where: { id: application.id } });
      return { requestId: randomUUID(), revision };
    };
    const claim = { claim: String(number) };
    if (!workConfirmedAt) await confirmWork(desk, await request(), application.reference, claim);
    await approveClaim(budget, await request(), application.reference, claim);
  }
  const approved = await db().claim.findMany({ where: { state: "APPROVED" }, include: { application: true } });
  claims = approved.map(({ number, cents, application }) => ({ name: `${application.reference}/${number}`, cents }));
  expect(claims.length).toBeGreaterThan(2);
});

const csvOf = (rows: readonly string[][]): string =>
  [["Claim", "Amount", "Paid on", "Payment reference"], ...rows].map((row) => row.join(",")).join("\n");
const today = dayOf(now());
const paidOn = today.toISOString().slice(0, 10);
const request = () => ({ requestId: randomUUID() });
const results = async (id: string) =>
  (await getPaymentBatch(budget, id)).recorded?.lines.map(({ refusal }) => refusal?.sentence ?? "recorded");

test("a list is previewed, recorded once however often it is sent, and the same file pays nothing twice", async () => {
  const [one, two, three] = claims;
  if (!one || !two || !three) throw new Error("too few claims");
  const paid = await db().claim.findFirstOrThrow({
    where: { state: "PAID", application: { state: "ACTIVE" } },
    include: { application: true },
  });
  const csv = csvOf([
    [one.name, plainCents(one.cents), paidOn, "RUN-1"],
    [two.name, plainCents(two.cents), paidOn, "RUN-2"],
    [three.name, plainCents(three.cents + 1n), paidOn, "RUN-3"],
    ["PSF-2026-9999/1", "1.00", paidOn, "RUN-4"],
    [`${paid.application.reference}/${paid.number}`, plainCents(paid.cents), paidOn, "RUN-5"],
  ]);
  const form = request();
  const id = await preparePayments(budget, form, csv);
  expect(await preparePayments(budget, form, csv)).toBe(id);
  const preview = await getPaymentBatch(budget, id);
  expect(preview.lines.map(({ verdict }) => verdict.kind)).toEqual(["ready", "ready", "not", "not", "not"]);
  expect(await db().payment.count({ where: { reference: { startsWith: "RUN-" } } })).toBe(0);

  await Promise.all([recordPayments(budget, {}, id), recordPayments(budget, {}, id)]);
  await recordPayments(budget, {}, id);
  const said = [
    "recorded",
    "recorded",
    expect.stringMatching(/was paid, but the claim is/),
    expect.stringMatching(/We cannot find claim PSF-2026-9999\/1/),
    expect.stringMatching(/was already paid/),
  ];
  expect(await results(id)).toEqual(said);
  const made = await db().payment.findMany({
    where: { reference: { startsWith: "RUN-" } },
    include: { lines: true },
    orderBy: { reference: "asc" },
  });
  expect(made.map(({ lines }) => lines.map(({ cents }) => cents))).toEqual([[one.cents], [two.cents]]);

  const again = await preparePayments(budget, request(), csv);
  const second = await getPaymentBatch(budget, again);
  expect(second.lines.map(({ verdict }) => verdict.kind)).toEqual(["done", "done", "not", "not", "not"]);
  await recordPayments(budget, {}, again);
  expect((await results(again))?.slice(0, 2)).toEqual(
    Array(2).fill(expect.stringContaining(`was already paid, on ${formatDay(today)}`)),
  );
  expect(await db().payment.count({ where: { reference: { startsWith: "RUN-" } } })).toBe(2);
  expect(await listLedgerDifferences()).toEqual([]);
});

test("a preview is its maker's own; what was recorded is read by who may read payments", async () => {
  const [, , three] = claims;
  const auditor = await who("auditor@mfat.example");
  const desk = await who("desk@mfat.example");
  const csv = csvOf([[three?.name ?? "", plainCents(three?.cents ?? 0n), paidOn, "RUN-9"]]);
  const id = await preparePayments(budget, request(), csv);
  await expect(getPaymentBatch(auditor, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await recordPayments(budget, {}, id);
  expect((await getPaymentBatch(auditor, id)).recorded?.lines).toEqual([{ line: 2, refusal: null }]);
  const { rows } = await listPaymentFiles(auditor);
  expect(rows[0]).toMatchObject({ id, by: budget.name, count: 1, recorded: 1 });
  await expect(preparePayments(auditor, request(), csv)).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(getPaymentBatch(desk, id)).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(getPaymentBatch(budget, "none")).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(listPaymentFiles(desk)).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(preparePayments(budget, request(), "Something else")).rejects.toMatchObject({
    fields: { lines: expect.stringMatching(/cannot find the column headings/) },
  });
});

test("a list that writes its months first is asked about, and read as it is told", async () => {
  const csv = csvOf([
    ["PSF-2026-0001/1", "1.00", "01/02/2026", "ORDER-1"],
    ["PSF-2026-0001/2", "1.00", "01/24/2026", "ORDER-2"],
  ]);
  const refused = await preparePayments(budget, request(), csv).catch((error) => error);
  expect(refused).toMatchObject({
    code: "INVALID",
    fields: { dayOrder: expect.stringContaining("The date on line 3, 01/24/2026, has") },
    questions: [{ name: "dayOrder" }],
  });
  expect(await preparePayments(budget, request(), csv, { order: "MONTH" })).toMatch(/^[0-9a-f-]{36}$/);
});

test("what was not recorded is a list of its own, which is corrected and imported again", async () => {
  const one = claims.at(-1);
  if (!one) throw new Error("too few claims");
  const csv = csvOf([
    [one.name, "", paidOn, ""],
    ["PSF-2026-9999/1", "1.00", paidOn, "RUN-8"],
  ]);
  const id = await preparePayments(budget, request(), csv);
  const sheet = await exportPaymentsToCorrect(budget, {}, id);
  expect(sheet.rows.map((row) => [row[0], row.at(-1)])).toEqual([
    [one.name, "It has no payment reference. It has no amount."],
    ["PSF-2026-9999/1", "We cannot find claim PSF-2026-9999/1."],
  ]);
  expect(await db().auditEvent.count({ where: { event: "payments.exported", subject: `batch:${id}` } })).toBe(1);
  const again = await getPaymentBatch(budget, await preparePayments(budget, request(), fileOf(sheet)));
  expect(again.lines.map(({ verdict }) => verdict)).toEqual(
    (await getPaymentBatch(budget, id)).lines.map(({ verdict }) => verdict),
  );
});

test("a list pays a claim in parts, takes a credit note off, and says of each line what it did", async () => {
  const one = await db().claim.findFirstOrThrow({
    where: { state: "PAID", backCents: 0, lines: { some: {} }, application: { state: "ACTIVE" } },
    include: { application: true, lines: { include: { payment: true } } },
  });
  const name = `${one.application.reference}/${one.number}`;
  const [first] = one.lines;
  if (!first) throw new Error("no line");
  const request_ = async () => ({
    requestId: randomUUID(),
    revision: (await db().application.findUniqueOrThrow({ where: { id: one.application.id } })).revision,
  });
  const because = { reason: "Typed for another claim" };
  const right = { payment: first.id, paidOn: null, reference: null, amount: 0n };
  await correctPayment(budget, await request_(), one.application.reference, { ...right, ...because });
  const part = one.cents / 3n;
  const csv = `Claim,Amount excl GST,Paid on,Payment reference,Credit note
${name},-1.00,${paidOn},PART-2,CN 1
${name},${plainCents(part)},${paidOn},PART-1,
${name},${plainCents(one.cents - part)},${paidOn},PART-2,`;
  const id = await preparePayments(budget, request(), csv, { total: plainCents(one.cents - 100n) });
  const preview = await getPaymentBatch(budget, id);
  expect(preview.lines.map(({ verdict, cents }) => [verdict.kind, cents])).toEqual([
    ["ready", -100n],
    ["ready", part],
    ["ready", one.cents - part],
  ]);
  await recordPayments(budget, {}, id);
  expect(await results(id)).toEqual(["recorded", "recorded", "recorded"]);
  expect(await db().claim.findUniqueOrThrow({ where: { id: one.id } })).toMatchObject({
    ...{ state: "PAID", paidCents: one.cents, backCents: 100n },
  });
  const again = await getPaymentBatch(budget, await preparePayments(budget, request(), csv));
  expect(again.lines.map(({ verdict }) => verdict.kind)).toEqual(["done", "done", "done"]);
  expect(await listLedgerDifferences()).toEqual([]);
});

test("a control total that is another than that of the lines is refused, wherever it stands", async () => {
  const rows = [
    ["PSF-2026-9999/1", "1.00", paidOn, "RUN-8"],
    ["PSF-2026-9999/2", "2.50", paidOn, "RUN-9"],
  ];
  await preparePayments(budget, request(), csvOf([...rows, ["Total", "3.50", "", ""]]), { total: "$3.50" });
  await expect(preparePayments(budget, request(), csvOf(rows), { total: "$3.51" })).rejects.toMatchObject({
    fields: { total: "The lines add up to $3.50, but the total is $3.51" },
  });
  await expect(preparePayments(budget, request(), csvOf(rows), { total: "much" })).rejects.toMatchObject({
    fields: { total: "Enter the total in dollars and cents, like 300,000 or 2500.50" },
  });
  await expect(preparePayments(budget, request(), csvOf([...rows, ["Total", "3.51", "", ""]]))).rejects.toMatchObject({
    fields: { lines: "The total on line 4 does not match. The lines add up to $3.50, but the total is $3.51" },
  });
});

// Claims and their payments through the commands that people use, on the demonstration.

import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import { removeDocument } from "#lib/documents/commands.ts";
import { getFile } from "#lib/documents/queries.ts";
import { fromDatabase } from "#lib/lifecycle/constraints.ts";
import { asAgency } from "#lib/lifecycle/permissions.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays, dayOf, financialYearOf, yearBeginsOn } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import {
  applicationId,
  approve,
  asPortal,
  budget,
  claimed,
  confirm,
  confirmed,
  contributor,
  desk,
  invoice,
  left,
  receipt,
  reference,
  request,
  useClaims,
  WORK,
  who,
  worked,
  year,
} from "#lib/testing/claims.ts";
import { unguarded } from "#lib/testing/database.ts";
import { takeStep } from "#lib/workflow/commands.ts";
import * as payments from "./commands.ts";
import { recordPayment } from "./lines/commands.ts";
import { readClaims } from "./queries.ts";

const database = useClaims();

test("more than remains in the year is refused with what remains; other claims count", async () => {
  const remains = await left();
  await claimed({ amount: remains - 100n, gst: 0n });
  await expect(claimed({ amount: 101n, gst: 0n })).rejects.toMatchObject({
    fields: { amount: expect.stringMatching(/^Amount must be \$1\.00 or less: \$1\.00 remains in 20\d\d\/\d\d$/) },
  });
  await claimed({ amount: 100n, gst: 0n });
  await expect(claimed({ amount: 1n, gst: 0n })).rejects.toMatchObject({
    fields: { amount: expect.stringMatching(/Nothing/) },
  });
  const later = { workFrom: yearBeginsOn(year + 5), workTo: yearBeginsOn(year + 5) };
  await expect(claimed(later)).rejects.toMatchObject({ fields: { "workFrom-day": expect.any(String) } });
});

test("an invoice is claimed once, whatever its case, and again where the claim came to nothing", async () => {
  const invoiceNumber = `inv-${randomUUID()}_1`;
  const claim = await claimed({ invoiceNumber });
  await expect(claimed({ invoiceNumber: ` ${invoiceNumber.toUpperCase()}` })).rejects.toMatchObject({
    fields: { invoiceNumber: `Claim ${reference}/${claim} already has this invoice number` },
  });
  // An underscore only matches itself.
  await claimed({ invoiceNumber: invoiceNumber.replace("_", "x") });
  await payments.withdrawClaim(await contributor(), await request(), reference, { claim, reason: "Wrong year" });
  await claimed({ invoiceNumber });
});

test("two applications of an agency claim for one invoice at once: one does, and the other is told which", async () => {
  const actor = await contributor();
  const begun = { committedCents: { gt: 0 }, startYear: { lte: financialYearOf(dayOf(now())) } };
  const both = await db().application.findMany({
    where: { state: "ACTIVE", agencyId: actor.agencyId, funding: { some: begun } },
    include: { funding: { where: begun, orderBy: { startYear: "desc" }, take: 1 } },
    take: 2,
  });
  const same = { amount: 1n, gst: 0n, milestone: "Race" };
  // Each types it in a different way.
  const numbers = [`race-${randomUUID()}`].flatMap((number) => [number, number.toUpperCase().replaceAll("-", " – ")]);
  const forms = await Promise.all(
    both.map(async ({ id, revision, reference: ref, funding }, place) => {
      const dated = { ...WORK, ...(await worked(funding[0]?.startYear, id)), invoicedOn: dayOf(now()) };
      const invoiceNumber = numbers[place] ?? "";
      const claim = { ...same, ...dated, invoiceNumber, invoice: await invoice("NOT_SCANNED", id) };
      return { ref, form: { requestId: randomUUID(), revision }, claim };
    }),
  );
  const said = await Promise.allSettled(
    forms.map(({ ref, form, claim }) => payments.submitClaim(actor, form, ref, claim)),
  );
  const refused = said.flatMap((one) => (one.status === "rejected" ? one.reason : []));
  expect(refused).toMatchObject([
    {
      fields: {
        invoiceNumber: expect.stringMatching(
          /^Claim PSF-\d{4}-\d{4}\/\d+ already has this invoice number, written “race/i,
        ),
      },
    },
  ]);
});

test("what is wrong with a claim is said at once, each at its field", async () => {
  const wrong = { gst: 2_000n, invoicedOn: addDays(dayOf(now()), 1), invoice: await invoice("REFUSED") };
  await expect(claimed(wrong)).rejects.toMatchObject({
    fields: {
      gst: "GST must be 15% of the amount or less",
      "invoicedOn-day": expect.any(String),
      invoice: expect.stringMatching(/malware scan/),
    },
  });
  const file = await invoice();
  await claimed({ invoice: file });
  await expect(claimed({ invoice: file })).rejects.toMatchObject({ fields: { invoice: expect.any(String) } });
});

test("a file waits for its scan before its claim is approved, and stays once it was sent", async () => {
  const file = await invoice("WAITING");
  const claim = await claimed({ invoice: file });
  await expect(confirm(claim)).rejects.toMatchObject({ code: "STATE", message: expect.stringMatching(/malware scan/) });
  const remove = removeDocument(await contributor(), { requestId: randomUUID() }, reference, "claims", file);
  await expect(remove).rejects.toMatchObject({ code: "STATE" });
  const unsent = await invoice();
  const open = await getApplication(await budget(), reference);
  await expect(getFile(await budget(), open, unsent)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(getFile(await budget(), open, file)).rejects.toMatchObject({ code: "STATE" });
  await unguarded().document.updateMany({
    where: { uses: { some: { id: file } } },
    data: { scanState: "CLEAN", scannedAt: now() },
  });
  await confirm(claim);
  expect(await getFile(await budget(), open, file)).toMatchObject({ fileName: "invoice.txt" });
});

test("a returned claim is read with its reason, and ended", async () => {
  const claim = await claimed();
  const returned = { claim, reason: "The amount is another one" };
  await payments.returnClaim(await desk(), await request(), reference, returned);
  const { claims } = await readClaims(await contributor(), applicationId);
  expect(claims[0]).toMatchObject({ state: "RETURNED", reason: "The amount is another one" });
  await expect(confirm(claim)).rejects.toMatchObject({ code: "STATE" });
  await expect(approve(claim)).rejects.toMatchObject({ code: "STATE" });
});

test("the same form twice acts once, a stale page is told, and nobody else may", async () => {
  const claim = await confirmed();
  const [form, officer] = [await request(), await budget()];
  await payments.approveClaim(officer, form, reference, { claim });
  await payments.approveClaim(officer, form, reference, { claim });
  const answers = { values: { claim, reason: "x" }, isLater: false };
  const stale = takeStep(officer, { ...form, requestId: randomUUID() }, reference, "returnClaim", answers);
  await expect(stale).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringMatching(/claim approved/) });
  const payment = { claim, paidOn: dayOf(now()), reference: receipt() };
  const byDesk = recordPayment(await desk(), await request(), reference, payment);
  await expect(byDesk).rejects.toMatchObject({ code: "FORBIDDEN" });
  const other = asAgency(await who("contributor@customs.example"));
  const cancel = payments.withdrawClaim(other, await request(), reference, { claim, reason: "x" });
  await expect(cancel).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(await readClaims(other, applicationId)).toEqual({ claims: [], years: [], advances: [] });
});

describe("the database holds it whoever writes", () => {
  const owner = (sql: string, ...values: unknown[]) => asPortal(database.databaseUrl, sql, ...values);

  test("no claim above what remains, and no commitment below what is claimed", async () => {
    const claim = await claimed();
    const more = await owner(
      `INSERT INTO "Claim" (id, "applicationId", number, "agencyId", "startYear", cents, "gstCents", "invoiceNumber",
         "invoicedOn", milestone, "invoiceId", "claimedById", "workFrom", "workTo")
       SELECT gen_random_uuid(), "applicationId", 900, "agencyId", "startYear", $3, 0, 'raw', "invoicedOn", milestone,
         "invoiceId", "claimedById", "workFrom", "workTo" FROM "Claim" WHERE "applicationId" = $1 AND number = $2`,
      applicationId,
      Number(claim),
      String((await left()) + 1n),
    );
    expect(fromDatabase(more)).toMatchObject({
      code: "MONEY",
      message: expect.stringMatching(/than has been claimed/),
    });
    const { personId } = await desk();
    const release = await owner(
      `INSERT INTO "LedgerEntry" ("startYear", kind, "envelopeCents", "reservedCents", "committedCents", "paidCents",
         reason, "requestId", at, "actorId", "applicationId")
       VALUES ($1, 'RELEASE', 0, 0, $2, 0, 'raw', gen_random_uuid(), now(), $3, $4)`,
      year,
      String(-(await left()) - 1n),
      personId,
      applicationId,
    );
    expect(fromDatabase(release)).toMatchObject({ code: "MONEY" });
  });
});

test("an agency reads since when its claim waits on MFAT", async () => {
  const claim = await claimed();
  const { claimedAt } = await db().claim.findFirstOrThrow({ where: { applicationId, number: Number(claim) } });
  await unguarded().report.updateMany({ where: { applicationId }, data: { dueOn: addDays(dayOf(now()), 100) } });
  // From June on, an agency is asked for unclaimed work: it has answered.
  const stated = { applicationId, cents: 0n, work: "-", statedById: (await budget()).personId };
  for (const { startYear } of await db().applicationFunding.findMany({ where: { applicationId } })) {
    await unguarded().accrual.create({ data: { ...stated, startYear } });
  }
  const { waiting } = await getApplication(await contributor(), reference);
  expect(waiting).toMatchObject({ role: "DESK", since: claimedAt });
  await confirm(claim);
  const { workConfirmedAt } = await db().claim.findFirstOrThrow({ where: { applicationId, number: Number(claim) } });
  expect((await getApplication(await contributor(), reference)).waiting).toEqual({
    role: "BUDGET",
    since: workConfirmedAt,
  });
});

test("the days of a claim are in order", async () => {
  const today = dayOf(now());
  const { acceptedAt } = await db().arrangement.findUniqueOrThrow({ where: { applicationId } });
  const early = addDays(dayOf(acceptedAt), -1);
  const { workFrom } = await worked();
  for (const [more, field] of [
    [{ workFrom: early, workTo: early }, "workFrom-day"],
    [{ workFrom: today, workTo: addDays(today, 1) }, "workTo-day"],
    [{ workTo: addDays(workFrom, -1) }, "workTo-day"],
    [{ invoicedOn: addDays(today, 1) }, "invoicedOn-day"],
    [{ invoicedOn: addDays(workFrom, -900) }, "invoicedOn-day"],
  ] as const) {
    await expect(claimed(more)).rejects.toMatchObject({ fields: { [field]: expect.any(String) } });
  }
});

test("the database takes an advance for work that runs or is still to come, whoever writes it, and for no other", async () => {
  const number = Number(await claimed());
  const { id: _, ...made } = await db().claim.findFirstOrThrow({ where: { applicationId, number } });
  const advance = async (workTo: Date) => {
    const other = { invoiceId: await invoice(), invoiceNumber: `INV ${randomUUID()}`, number: number + 1 };
    await db().claim.create({ data: { ...made, ...other, workFrom: workTo, workTo, advanceReason: "Flights" } });
  };
  await expect(advance(addDays(dayOf(made.claimedAt), -1))).rejects.toThrow(/Claim_days_in_order/);
  // Today is in order: it is refused because no step comes with it.
  await expect(advance(dayOf(made.claimedAt))).rejects.not.toThrow(/Claim_days_in_order/);
});

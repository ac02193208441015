// Claims and their payments through the commands that people use, on the demonstration.

import { randomBytes, randomUUID } from "node:crypto";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import { readSettlement } from "#lib/arrangements/settlement/queries.ts";
import { pay as payOut } from "#lib/budget/commands.ts";
import { listLedgerDifferences } from "#lib/budget/queries.ts";
import { rowsNow } from "#lib/budget/statement/queries.ts";
import { removeDocument } from "#lib/documents/commands.ts";
import { getFile } from "#lib/documents/queries.ts";
import { fromDatabase } from "#lib/lifecycle/constraints.ts";
import { type Actor, asAgency, asMfat } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { addDays, atTime, dayOf, earlierOf, financialYearOf, yearBeginsOn, yearEndsOn } from "#lib/platform/dates.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { formatYear } from "#lib/platform/money.ts";
import { csvOf } from "#lib/platform/sheet.ts";
import { unguarded, useTestDatabase } from "#lib/test-database.ts";
import { takeStep } from "#lib/workflow/commands.ts";
import { listObstacles } from "#lib/workflow/queries.ts";
import { runSql } from "../../bin/test-server.ts";
import * as payments from "./commands.ts";
import { listClaims, readClaimForm, readClaimLists, readClaims } from "./queries.ts";
import { readClaimSearch } from "./schema.ts";

const database = useTestDatabase("template_demo");
afterEach(() => shiftClock(0));

const HOUR_MS = 3_600_000;
const never = (): never => {
  throw new Error("The demo has no such person.");
};
const who = async (email: string): Promise<Actor> => (await findActor(email)) ?? never();
const contributor = async () => asAgency(await who("contributor@police.example"));
const desk = async () => asMfat(await who("desk@mfat.example"));
const budget = async () => asMfat(await who("budget@mfat.example"));

/** An arrangement of New Zealand Police, without claims that wait. */
let reference = "";
let applicationId = "";
let year = 0;

beforeEach(async () => {
  const found = await db().application.findFirstOrThrow({
    where: { state: "ACTIVE", agency: { abbreviation: "NZ Police" } },
    orderBy: { reference: "desc" },
  });
  ({ reference, id: applicationId } = found);
  await unguarded().claim.updateMany({
    where: { applicationId, state: { in: ["CLAIMED", "APPROVED"] } },
    data: { state: "CANCELLED", decidedAt: now() },
  });
  year = (await db().applicationFunding.findFirstOrThrow({ where: { applicationId }, orderBy: { startYear: "asc" } }))
    .startYear;
});

const request = async (of = reference) => {
  const { revision } = await db().application.findUniqueOrThrow({ where: { reference: of } });
  return { requestId: randomUUID(), revision };
};

type Scanned = "NOT_SCANNED" | "WAITING" | "REFUSED";

async function invoice(scanState: Scanned = "NOT_SCANNED", of = applicationId): Promise<string> {
  const { agencyId, personId } = await contributor();
  const kept = { sha256: "0".repeat(64), storageKey: randomBytes(24).toString("hex") };
  const file = { fileName: "invoice.txt", mediaType: "text/plain", sizeBytes: 1, ...kept };
  const scan = { scanState, scannedAt: scanState === "REFUSED" ? now() : null };
  const document = await db().document.create({ data: { ...file, ...scan, agencyId, uploadedById: personId } });
  const use = { applicationId: of, agencyId, documentId: document.id, section: "claims", description: "Invoice" };
  return (await db().applicationDocument.create({ data: { ...use, addedById: personId } })).id;
}

/** The work of a financial year up to today, from the day on which the offer was accepted. */
async function worked(of = year, applicationOf = applicationId) {
  const { acceptedAt } = await db().arrangement.findUniqueOrThrow({ where: { applicationId: applicationOf } });
  const [begins, accepted] = [yearBeginsOn(of), dayOf(acceptedAt)];
  return { workFrom: begins > accepted ? begins : accepted, workTo: earlierOf(dayOf(now()), yearEndsOn(of)) };
}

const WORK = { basis: "WORK", advanceReason: null, accountsFor: null, accounted: null };

async function claimed(more: Partial<Parameters<typeof payments.submitClaim>[3]> = {}): Promise<string> {
  const claim = { amount: 10_000n, gst: 1_500n, invoiceNumber: `INV ${randomUUID()}`, milestone: "First course" };
  const dated = { ...WORK, ...(await worked()), invoicedOn: dayOf(now()), ...claim };
  const given = { ...dated, invoice: more.invoice ?? (await invoice()), ...more };
  await payments.submitClaim(await contributor(), await request(), reference, given);
  const { number } = await db().claim.findFirstOrThrow({ where: { applicationId }, orderBy: { number: "desc" } });
  return String(number);
}

const confirm = async (claim: string, by = desk) =>
  payments.confirmWork(await by(), await request(), reference, { claim });
const approve = async (claim: string, by = budget) =>
  payments.approveClaim(await by(), await request(), reference, { claim });

async function confirmed(more = {}): Promise<string> {
  const claim = await claimed(more);
  await confirm(claim);
  return claim;
}

async function approved(more = {}): Promise<string> {
  const claim = await confirmed(more);
  await approve(claim);
  return claim;
}

const receipt = () => `FIN-${randomUUID()}`;

async function pay(claim: string, more: { paidOn?: Date; reference?: string } = {}): Promise<void> {
  const payment = { claim, paidOn: dayOf(now()), reference: receipt(), ...more };
  await payments.recordPayment(await budget(), await request(), reference, payment);
}

const stateOf = async (claim: string) =>
  (await db().claim.findUniqueOrThrow({ where: { applicationId_number: { applicationId, number: Number(claim) } } }))
    .state;
const left = async () =>
  (await readClaims(await budget(), applicationId)).years.find(({ startYear }) => startYear === year)?.leftCents ?? 0n;
const paidCents = async () =>
  (await db().applicationFunding.findFirstOrThrow({ where: { applicationId, startYear: year } })).paidCents;

test("a claim is approved, paid and recovered: the money stays committed, and can be claimed again", async () => {
  const [before, paid] = [await left(), await paidCents()];
  const claim = await claimed();
  expect(await left()).toBe(before - 10_000n);
  await confirm(claim);
  await approve(claim);
  await pay(claim, { reference: "FIN-STORY" });
  expect([await stateOf(claim), await left(), await paidCents()]).toEqual(["PAID", before - 10_000n, paid + 10_000n]);
  await payments.recoverPayment(await budget(), await request(), reference, {
    claim,
    receivedOn: dayOf(now()),
    reference: "REC-STORY",
    reason: "Paid twice",
  });
  expect([await stateOf(claim), await left(), await paidCents()]).toEqual(["RECOVERED", before, paid]);
  const entries = await db().ledgerEntry.findMany({ where: { applicationId }, orderBy: { id: "desc" }, take: 2 });
  expect(entries.map(({ kind, paidCents: cents }) => [kind, cents])).toEqual([
    ["RECOVER", -10_000n],
    ["PAY", 10_000n],
  ]);
  expect(await listLedgerDifferences()).toEqual([]);
  const toldOf = async (what: string) =>
    (await db().email.findMany({ where: { applicationId, subject: { contains: what } } })).map(({ to }) => to);
  expect(await toldOf("claim submitted")).toContain("psf@mfat.govt.nz");
  expect(await toldOf("claim submitted")).not.toContain("budget@mfat.example");
  expect(await toldOf("claim confirmed")).toEqual(
    expect.arrayContaining(["psf@mfat.govt.nz", "budget@mfat.example", "contributor@police.example"]),
  );
});

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
    fields: { invoiceNumber: `Claim ${reference}/${claim} has this invoice number already` },
  });
  // An underscore stands for itself.
  await claimed({ invoiceNumber: invoiceNumber.replace("_", "x") });
  await payments.cancelClaim(await contributor(), await request(), reference, { claim, reason: "Wrong year" });
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
  // Each types it in its own way.
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
          /^Claim PSF-\d{4}-\d{4}\/\d+ has this invoice number already, written “race/i,
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
  await db().document.updateMany({
    where: { uses: { some: { id: file } } },
    data: { scanState: "CLEAN", scannedAt: now() },
  });
  await confirm(claim);
  expect(await getFile(await budget(), open, file)).toMatchObject({ fileName: "invoice.txt" });
});

describe("a step fits a claim's state", () => {
  test("what is not approved is not paid, and what is paid is neither paid again nor cancelled", async () => {
    const claim = await claimed();
    await expect(pay(claim)).rejects.toMatchObject({ code: "STATE", message: `${reference}/${claim} is “Claimed”.` });
    await confirm(claim);
    await approve(claim);
    await pay(claim, { reference: `FIN-${claim}-once` });
    await expect(pay(claim)).rejects.toMatchObject({
      code: "STATE",
      message: expect.stringMatching(/is paid already, on .+ with the reference FIN-\d+-once\.$/),
    });
    const cancel = payments.cancelClaim(await contributor(), await request(), reference, { claim, reason: "No" });
    await expect(cancel).rejects.toMatchObject({ code: "STATE" });
    await expect(pay("999")).rejects.toMatchObject({ fields: { claim: "Choose a claim" } });
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
});

test("a payment's reference is of one payment, and says which has it", async () => {
  const [one, two] = [await approved(), await approved()];
  await pay(one, { reference: "FIN-TWICE" });
  await expect(pay(two, { reference: "FIN-TWICE" })).rejects.toMatchObject({
    fields: { reference: `${reference}/${one} was paid with this reference already` },
  });
  await pay(two);
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
  const byDesk = payments.recordPayment(await desk(), await request(), reference, payment);
  await expect(byDesk).rejects.toMatchObject({ code: "FORBIDDEN" });
  const other = asAgency(await who("contributor@customs.example"));
  const cancel = payments.cancelClaim(other, await request(), reference, { claim, reason: "x" });
  await expect(cancel).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(await readClaims(other, applicationId)).toEqual({ claims: [], years: [], advances: [] });
});

test.each([1, 9, 15, 23])(
  "what is paid today in New Zealand is recorded today, %d hours after its midnight",
  async (hours) => {
    const midnight = atTime(dayOf(now()), "00:00");
    shiftClock(midnight.getTime() + hours * HOUR_MS - Date.now());
    const claim = await approved();
    const tomorrow = addDays(dayOf(now()), 1);
    await expect(pay(claim, { paidOn: tomorrow })).rejects.toMatchObject({
      fields: { "paidOn-day": expect.any(String) },
    });
    await pay(claim);
  },
);

describe("the database holds it whoever writes", () => {
  const owner = async (sql: string, ...values: unknown[]): Promise<unknown> => {
    const client = new pg.Client({ connectionString: database.databaseUrl });
    await client.connect();
    try {
      await client.query("SET ROLE psf_app");
      await client.query(sql, values);
      return null;
    } catch (error) {
      return error;
    } finally {
      await client.end();
    }
  };

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
    expect(fromDatabase(more)).toMatchObject({ code: "MONEY", message: expect.stringMatching(/than is claimed/) });
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

  test("no claim is paid without its payment, and none that is paid becomes open again", async () => {
    const claim = await approved();
    const put = (state: string) =>
      owner(
        `WITH step AS (INSERT INTO "AuditEvent" (event, "applicationId", action, "fromState", "toState", at)
           VALUES ('application.forged', $1, 'recordPayment', 'ACTIVE', 'ACTIVE', now()))
         UPDATE "Claim" SET state = '${state}' WHERE "applicationId" = $1 AND number = $2`,
        applicationId,
        Number(claim),
      );
    expect(String(await put("PAID"))).toMatch(/Claim_follows_money/);
    await pay(claim);
    expect(String(await put("APPROVED"))).toMatch(/Claim_follows_money/);
    expect(String(await put("RECOVERED"))).toMatch(/Claim_follows_money/);
  });
});

test("the list of all claims and its file say the same, however it is narrowed", async () => {
  const officer = await budget();
  const lists = await readClaimLists(officer);
  const narrowed: Record<string, string>[] = [
    {},
    { state: "PAID" },
    { state: "PAID", year: String(year) },
    { agency: lists.agencies?.[0]?.value ?? "" },
    { only: "ADVANCE" },
    { only: "UNSTATED", state: "PAID" },
    { only: "UNORDERED" },
  ];
  for (const sent of narrowed) {
    const search = readClaimSearch(sent, lists);
    if (search.errors) throw new Error(JSON.stringify(search.errors));
    const seen: string[] = [];
    let [before, sum] = ["", 0n];
    for (;;) {
      const page = await listClaims(officer, search.filter, before);
      for (const { id, cents } of page.rows) {
        seen.push(id);
        sum += cents;
      }
      if (!page.next) {
        expect([sent, seen.length, sum]).toEqual([sent, page.count, page.cents]);
        break;
      }
      before = page.next;
    }
    const sheet = await payments.exportClaims(officer, { format: "csv" }, search);
    expect([sheet.rows.length, sheet.total?.[9]]).toEqual([seen.length, sum]);
    expect(csvOf(sheet)).toContain(sheet.marking);
  }
  expect(readClaimSearch({ state: "PAYED" }, lists).errors).toEqual({ state: "State: choose from the list" });
});

test("claims from before their days had to be in order stay, and are listed", async () => {
  const [officer, number] = [await budget(), await claimed()];
  const unordered = async () => {
    const { rows } = await listClaims(officer, {
      state: null,
      year: null,
      agency: null,
      officer: null,
      only: "UNORDERED",
    });
    return rows.filter(({ application }) => application.reference === reference).map((row) => String(row.number));
  };
  expect(await unordered()).not.toContain(number);
  for (const sql of [
    `ALTER TABLE "Claim" DISABLE TRIGGER USER`,
    `UPDATE "Claim" SET "invoicedOn" = ("claimedAt" AT TIME ZONE 'Pacific/Auckland')::date + 1
      WHERE "applicationId" = '${applicationId}' AND number = ${number}`,
    `ALTER TABLE "Claim" ENABLE TRIGGER USER`,
  ]) {
    await runSql(database.ownerUrl, sql);
  }
  expect(await unordered()).toContain(number);
});

test("claims are listed neither to who is recused nor to an assessor who has not declared", async () => {
  const claim = await claimed();
  const officer = await budget();
  const listed = async (personId: string) =>
    (
      await listClaims({ ...officer, personId }, { state: null, year: null, agency: null, officer: null, only: null })
    ).rows.some(({ number, application }) => application.reference === reference && String(number) === claim);
  expect(await listed(officer.personId)).toBe(true);
  const somebody = async (name: string) =>
    (await db().person.create({ data: { email: `${name}@mfat.example`, name, side: "MFAT" } })).id;
  const [tied, assessor] = [await somebody("tied"), await somebody("assessor")];
  const interest = { hasInterest: true, isRecused: true, description: "A brother works there." };
  await db().interestDeclaration.create({ data: { applicationId, personId: tied, ...interest } });
  await db().duty.create({ data: { applicationId, personId: assessor, side: "MFAT", kind: "ASSESS" } });
  expect([await listed(tied), await listed(assessor)]).toEqual([false, false]);
});

test("an agency reads since when its claim waits on MFAT", async () => {
  const claim = await claimed();
  const { claimedAt } = await db().claim.findFirstOrThrow({ where: { applicationId, number: Number(claim) } });
  await unguarded().report.updateMany({ where: { applicationId }, data: { dueOn: addDays(dayOf(now()), 100) } });
  const { waiting } = await getApplication(await contributor(), reference);
  expect(waiting).toMatchObject({ role: "DESK", since: claimedAt });
  await confirm(claim);
  const { workConfirmedAt } = await db().claim.findFirstOrThrow({ where: { applicationId, number: Number(claim) } });
  expect((await getApplication(await contributor(), reference)).waiting).toEqual({
    role: "BUDGET",
    since: workConfirmedAt,
  });
});

describe("a financial year that has not begun", () => {
  const next = () => year + 1;
  const begins = () =>
    `${formatYear(next())} begins on 1 July ${next()}. Nothing can be claimed or paid from it before then`;

  /** Today, or the last days of the year where it has ended by now. */
  const thatYear = () => shiftClock(Math.min(Date.now(), Date.UTC(next(), 5, 28)) - Date.now());

  /** As an earlier version of the portal took it: a claim of the year that is to come. */
  async function oldClaim(make: typeof claimed): Promise<string> {
    shiftClock(Date.UTC(next(), 6, 2) - Date.now());
    const claim = await make(await worked(next()));
    thatYear();
    return claim;
  }

  beforeEach(async () => {
    thatYear();
    const { committedCents } = await db().applicationFunding.findFirstOrThrow({
      where: { applicationId, startYear: next() },
    });
    expect(committedCents).toBeGreaterThan(10_000n);
  });

  test("holds no claim of its work, nor an advance; from its first day on it does", async () => {
    const first = { workFrom: yearBeginsOn(next()), workTo: yearBeginsOn(next()) };
    for (const basis of ["WORK", "ADVANCE"]) {
      const claim = { ...first, basis, advanceReason: basis === "ADVANCE" ? "Flights" : null };
      await expect(claimed(claim)).rejects.toMatchObject({ fields: { "workFrom-day": begins() } });
    }
    shiftClock(Date.UTC(next(), 5, 30, 12) - Date.now());
    await claimed(first);
    // Work of the year that ended may be claimed still, and each claim is of one year.
    await claimed(await worked(year));
    await expect(claimed({ workFrom: yearEndsOn(year), workTo: yearBeginsOn(next()) })).rejects.toMatchObject({
      fields: { "workTo-day": expect.stringContaining("apart from this") },
    });
  });

  test("holds no payment: a claim that exists already says why, and can be returned", async () => {
    const [claim, other] = [await oldClaim(confirmed), await oldClaim(approved)];
    const refused = { code: "STATE", message: `${begins()}. You can return the claim.` };
    await expect(approve(claim)).rejects.toMatchObject(refused);
    await expect(pay(other)).rejects.toMatchObject(refused);
    const { claims } = await readClaims(await contributor(), applicationId);
    expect(claims.slice(0, 2).map(({ notPayable }) => notPayable)).toEqual([begins(), begins()]);
    for (const step of ["approveClaim", "recordPayment"] as const) {
      const { lists } = await readClaimForm(await budget(), applicationId, step);
      expect([step, lists.claims?.map(({ value }) => value)]).toEqual([step, []]);
      const obstacles = await listObstacles(await budget(), await getApplication(await budget(), reference));
      expect([step, obstacles[step]]).toEqual([step, `${begins()}.`]);
    }
    expect((await db().financialYear.findUniqueOrThrow({ where: { startYear: next() } })).paidCents).toBe(0n);
    await payments.returnClaim(await budget(), await request(), reference, { claim, reason: "Claim it in July" });
    shiftClock(Date.UTC(next(), 6, 2) - Date.now());
    await pay(other);
    expect(await stateOf(other)).toBe("PAID");
  });

  test("is paid on no day before it begins, and the ledger holds that for whoever writes it", async () => {
    shiftClock(Date.UTC(next(), 6, 2) - Date.now());
    const claim = await approved(await worked(next()));
    await expect(pay(claim, { paidOn: new Date(Date.UTC(next(), 5, 30)) })).rejects.toMatchObject({
      fields: {
        "paidOn-day": `Paid on must be 1 July ${next()} or later: the claim is for ${formatYear(next())}, which begins then`,
      },
    });
    const early = transaction(async (tx) =>
      payOut(tx, { actor: await budget(), requestId: randomUUID(), reason: "Early" }, applicationId, {
        startYear: next(),
        cents: 1n,
        on: new Date(Date.UTC(next(), 5, 30)),
      }),
    );
    await expect(early).rejects.toMatchObject({ code: "MONEY", message: expect.stringMatching(/has not begun/) });
    await expect(pay(claim, { paidOn: new Date(Date.UTC(next(), 6, 1)) })).rejects.toMatchObject({
      fields: { "paidOn-day": expect.stringContaining("approved then") },
    });
    await pay(claim, { paidOn: new Date(Date.UTC(next(), 6, 2)) });
  });
});

describe("an advance", () => {
  const advance = async (more: Partial<Parameters<typeof payments.submitClaim>[3]> = {}) =>
    claimed({
      basis: "ADVANCE",
      advanceReason: "The airline wants the flights paid in advance.",
      workFrom: dayOf(now()),
      workTo: yearEndsOn(financialYearOf(dayOf(now()))),
      ...more,
    });
  const idOf = async (claim: string) =>
    (await db().claim.findFirstOrThrow({ where: { applicationId, number: Number(claim) } })).id;
  const open = async () => (await readClaims(await contributor(), applicationId)).advances;

  test("is for work of a year that has begun, with its reason, and stays until invoices account for it", async () => {
    await expect(advance({ advanceReason: null })).rejects.toMatchObject({
      fields: { advanceReason: expect.any(String) },
    });
    await expect(claimed({ advanceReason: "Flights" })).rejects.toMatchObject({
      fields: { advanceReason: expect.any(String) },
    });
    const claim = await advance();
    await confirm(claim);
    await approve(claim);
    expect(await open()).toEqual([]);
    await pay(claim);
    const id = await idOf(claim);
    expect(await open()).toEqual([{ id, number: Number(claim), openCents: 10_000n }]);
    const openAdvance = async () => (await readSettlement(db(), applicationId)).openAdvanceCents;
    expect(await openAdvance()).toBe(10_000n);
    const inStatement = async () =>
      (await rowsNow(db(), financialYearOf(dayOf(now())))).filter((row) => row.key === `${applicationId}/${claim}`);
    expect(await inStatement()).toMatchObject([
      { section: "ADVANCE", name: expect.stringContaining(`${reference}/${claim} `), paidCents: 10_000n },
    ]);

    // A part of an invoice, and the money beyond it; then the rest, of which nothing is left to pay.
    const paid = await paidCents();
    await expect(claimed({ accountsFor: id, accounted: 10_001n })).rejects.toMatchObject({
      fields: { accounted: expect.stringContaining("$100.00 or less") },
    });
    await expect(claimed({ accountsFor: randomUUID(), accounted: 1n })).rejects.toMatchObject({
      fields: { accountsFor: expect.any(String) },
    });
    const first = await approved({ amount: 500n, gst: 0n, accountsFor: id, accounted: 4_000n });
    await pay(first);
    expect([await paidCents(), (await open())[0]?.openCents]).toEqual([paid + 500n, 6_000n]);
    const recovered = payments.recoverPayment(await budget(), await request(), reference, {
      claim,
      receivedOn: dayOf(now()),
      reference: receipt(),
      reason: "Not needed",
    });
    await expect(recovered).rejects.toMatchObject({
      code: "STATE",
      message: expect.stringContaining("accounts for a part"),
    });
    const rest = await approved({ amount: 0n, gst: 0n, accountsFor: id, accounted: 6_000n });
    expect([await stateOf(rest), await paidCents(), await open()]).toEqual(["SETTLED", paid + 500n, []]);
    expect([await openAdvance(), await inStatement()]).toEqual([0n, []]);
    await expect(pay(rest)).rejects.toMatchObject({ code: "STATE" });
    expect(await listLedgerDifferences()).toEqual([]);
  });

  test("is accounted for by no more than it paid, whoever writes it, and comes back whole where nothing does", async () => {
    const claim = await advance({ amount: 100n, gst: 0n });
    await confirm(claim);
    await approve(claim);
    await pay(claim);
    const id = await idOf(claim);
    const { id: _, number: __, ...row } = await db().claim.findUniqueOrThrow({ where: { id } });
    const forged = db().claim.create({
      data: {
        ...row,
        number: 900,
        state: "CLAIMED",
        workConfirmedAt: null,
        workConfirmedById: null,
        decidedAt: null,
        decidedById: null,
        invoiceNumber: randomUUID(),
        advanceReason: null,
        workTo: row.workFrom,
        accountsForId: id,
        accountedCents: 101n,
        cents: 0n,
      },
    });
    await expect(forged).rejects.toThrow(/Claim_within_advance/);
    await payments.recoverPayment(await budget(), await request(), reference, {
      claim,
      receivedOn: dayOf(now()),
      reference: receipt(),
      reason: "The course was called off.",
    });
    expect(await open()).toEqual([]);
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
  // Today is in order: what refuses that one is that no step comes with it.
  await expect(advance(dayOf(made.claimedAt))).rejects.not.toThrow(/Claim_days_in_order/);
});

// The end of an arrangement: its acquittal by line, what comes back, what is released, and its closing or termination.

import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import { readArrangement } from "#lib/arrangements/queries.ts";
import { reserve } from "#lib/budget/commands.ts";
import { listLedgerDifferences } from "#lib/budget/queries.ts";
import type { Values } from "#lib/form/fields.ts";
import { type Actor, asAgency, asMfat } from "#lib/lifecycle/permissions.ts";
import { findWaiting, listAskedSteps } from "#lib/lifecycle/waits/queries.ts";
import { findActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays, dayOf, earlierOf, yearEndsOn } from "#lib/platform/dates.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { formatYear, plainCents, sumCents } from "#lib/platform/money.ts";
import { declareNone, unguarded, useLedgerAlone, useTestDatabase } from "#lib/testing/database.ts";
import { listWork } from "#lib/work/queries.ts";
import { listObstacles } from "#lib/workflow/obstacles/queries.ts";
import { acquittalValues } from "../../../prisma/demo/reports.ts";
import { close, confirmSurplus, recordRecovery, returnAcquittal, submitAcquittal, terminate } from "./commands.ts";
import { readAcquittalForm, readRecoveryForm } from "./queries.ts";

useTestDatabase("template_demo");
useLedgerAlone();

const never = (): never => {
  throw new Error("The demo has no such person.");
};

async function cast(reference: string, domain: string) {
  const [desk, budget] = await Promise.all(
    ["desk@mfat.example", "budget@mfat.example"].map(async (email) => asMfat((await findActor(email)) ?? never())),
  );
  for (const actor of [desk, budget]) await declareNone(actor?.personId ?? never(), { reference });
  const certifier = asAgency((await findActor(`certifier@${domain}.example`)) ?? never());
  return { desk: desk ?? never(), budget: budget ?? never(), certifier };
}

const request = async (reference: string) => {
  const { revision } = await db().application.findUniqueOrThrow({ where: { reference } });
  return { requestId: randomUUID(), revision };
};
const money = async (applicationId: string) => {
  const funding = await db().applicationFunding.findMany({ where: { applicationId } });
  return {
    committed: sumCents(funding.map((part) => part.committedCents)),
    paid: sumCents(funding.map((part) => part.paidCents)),
  };
};
const recovery = (amount: bigint, year: number) => ({
  amount,
  year: String(year),
  receivedOn: dayOf(now()),
  reference: randomUUID(),
});

test("paid beyond the actual cost comes back first, then what is left is released, then it is closed", async () => {
  const { id, reference } = await db().application.findFirstOrThrow({
    where: { state: "CLOSING", agency: { abbreviation: "MPI" } },
  });
  const { desk, budget, certifier } = await cast(reference, "mpi");
  const before = await money(id);
  const { startYear } = await db().applicationFunding.findFirstOrThrow({ where: { applicationId: id } });
  expect((await listWork(budget)).items.find((item) => item.reference === reference)?.step).toBe("recordRecovery");
  const confirm = async () => confirmSurplus(budget, await request(reference), reference);
  await expect(confirm()).rejects.toThrow("Recover $3,200.00 first.");
  await expect(close(desk, await request(reference), reference)).rejects.toThrow("confirm the surplus first");
  const form = await readRecoveryForm(budget, id);
  const years = form.fields.flatMap((field) => (field.name === "year" && "options" in field ? [field.options] : []));
  expect(years).toEqual([[{ value: String(startYear), label: formatYear(startYear) }]]);
  expect(form.initial).toEqual({ amount: "3,200.00", year: String(startYear) });
  const record = async (values: ReturnType<typeof recovery>) =>
    recordRecovery(budget, await request(reference), reference, values);
  await expect(record(recovery(320_001n, startYear))).rejects.toMatchObject({
    fields: { amount: "Amount must be $3,200.00 or less: that is the amount to recover" },
  });
  await expect(record(recovery(1n, startYear + 1))).rejects.toMatchObject({
    fields: { amount: expect.stringContaining("$0.00 or less: that is what was paid in") },
  });
  const tomorrow = { ...recovery(1n, startYear), receivedOn: addDays(dayOf(now()), 1) };
  await expect(record(tomorrow)).rejects.toMatchObject({ fields: { "receivedOn-day": expect.any(String) } });
  const first = recovery(100_000n, startYear);
  await record(first);
  await expect(record({ ...recovery(1n, startYear), reference: first.reference })).rejects.toMatchObject({
    fields: { reference: expect.any(String) },
  });
  await expect(confirm()).rejects.toThrow("Recover $2,200.00 first.");
  const second = await request(reference);
  await recordRecovery(budget, second, reference, recovery(220_000n, startYear));
  await recordRecovery(budget, second, reference, recovery(220_000n, startYear));
  await expect(record(recovery(1n, startYear))).rejects.toThrow("There is nothing to recover.");
  await confirm();
  const after = await money(id);
  expect(after).toEqual({ committed: before.paid - 320_000n, paid: before.paid - 320_000n });
  const { acquittal } = await readArrangement(certifier, id);
  expect(acquittal?.surplusCents).toBe(before.committed - after.paid);
  // A returned claim cannot be claimed again, and a paid one can no longer come back.
  const { id: _, ...paid } = await db().claim.findFirstOrThrow({ where: { applicationId: id, state: "PAID" } });
  const returned = {
    state: "RETURNED" as const,
    decidedAt: now(),
    workConfirmedAt: null,
    workConfirmedById: null,
    paidCents: 0n,
  };
  await unguarded().claim.create({ data: { ...paid, ...returned, number: 99 } });
  const contributor = asAgency((await findActor("contributor@mpi.example")) ?? never());
  // Its condition is all that waits on the agency.
  const { items } = await listWork(contributor);
  expect(items.flatMap((item) => (item.reference === reference ? item.step : []))).toEqual(["showCondition"]);
  const obstacles = await listObstacles(budget, await getApplication(budget, reference));
  expect(obstacles).toMatchObject({ recoverPayment: null });
  await close(desk, await request(reference), reference);
  expect(await listLedgerDifferences()).toEqual([]);
});

test("an acquittal that is returned is kept, corrected and submitted again, until its surplus is confirmed", async () => {
  const { id, reference } = await db().application.findFirstOrThrow({
    where: { state: "CLOSING", agency: { abbreviation: "NZDF" } },
  });
  const { budget, certifier } = await cast(reference, "nzdf");
  const { paid } = await money(id);
  const give = async (why = "The freight is missing.") =>
    returnAcquittal(budget, await request(reference), reference, { reason: why });
  const submit = async (values: Values) => submitAcquittal(certifier, await request(reference), reference, values);
  const waits = async (actor: Actor) =>
    (await listWork(actor)).items.find((item) => item.reference === reference)?.step;

  const { acquittal: before } = await readArrangement(certifier, id);
  const firstCents = before?.actualCents ?? never();
  const form = async () =>
    readAcquittalForm(certifier, await getApplication(certifier, reference), { isPreparing: false });
  const { initial: sent } = await form();
  expect(await listObstacles(budget, await getApplication(budget, reference))).not.toHaveProperty("returnAcquittal");
  const first = await request(reference);
  await Promise.all([1, 2].map(() => returnAcquittal(budget, first, reference, { reason: "The freight is missing." })));
  expect(await waits(certifier)).toBe("submitAcquittal");
  // It waits since it was returned, and not since the work ended.
  const waiting = await findWaiting(db(), await db().application.findUniqueOrThrow({ where: { id } }));
  const { returnedAt } = await db().acquittal.findFirstOrThrow({ where: { applicationId: id } });
  expect(waiting).toEqual({ role: "CERTIFIER", step: "submitAcquittal", since: returnedAt });
  const mails = await db().email.findMany({
    where: { applicationId: id, subject: { contains: "acquittal returned" } },
  });
  expect(mails.map(({ to }) => to)).toContain(certifier.email);
  await expect(give()).rejects.toThrow("There is no acquittal to return");
  expect(await listObstacles(budget, await getApplication(budget, reference))).toMatchObject({ returnAcquittal: null });
  await expect(confirmSurplus(budget, await request(reference), reference)).rejects.toThrow(
    "submit its acquittal first",
  );

  // The form starts with what was sent, and what is sent again is a version of its own.
  expect((await form()).initial).toEqual(sent);
  expect(sent).toEqual(await acquittalValues(reference, firstCents));
  // What the fund still owes of the cost has to be claimed first, and both sides read so.
  await submit(await acquittalValues(reference, paid + 50_00n));
  const told = await db().email.findMany({
    where: { applicationId: id, text: { contains: "$50.00 of what was spent" } },
  });
  expect(told.map(({ to }) => to)).toEqual(expect.arrayContaining([certifier.email, "psf@mfat.govt.nz"]));
  const asked = async () => (await listAskedSteps(db(), { id, state: "CLOSING" })).map(({ step }) => step);
  expect(await asked()).toContain("submitClaim");
  expect(await asked()).not.toContain("confirmSurplus");
  await give();
  await submit(await acquittalValues(reference, paid));
  expect(await asked()).toContain("confirmSurplus");
  expect(await asked()).not.toContain("submitClaim");
  const { acquittal, returned } = await readArrangement(certifier, id);
  expect([acquittal?.number, acquittal?.actualCents, acquittal?.reason]).toEqual([3, paid, null]);
  expect(returned.map(({ number, actualCents, reason }) => [number, actualCents, reason])).toEqual([
    [2, paid + 50_00n, "The freight is missing."],
    [1, firstCents, "The freight is missing."],
  ]);
  const all = returned.flatMap(({ lines }) => lines.map((line) => line.actualCents));
  expect(sumCents(all)).toBe(firstCents + paid + 50_00n);
  await expect(db().acquittal.updateMany({ where: { applicationId: id }, data: { actualCents: 0n } })).rejects.toThrow(
    /denied/,
  );

  await confirmSurplus(budget, await request(reference), reference);
  await expect(give()).rejects.toThrow("The surplus is already confirmed");
  expect(await listObstacles(budget, await getApplication(budget, reference))).toMatchObject({ returnAcquittal: null });
});

test("what was terminated cancels its reports, releases what is unpaid, and is settled from there", async () => {
  const { id, reference } = await db().application.findFirstOrThrow({
    where: { title: "Investigating methamphetamine trafficking", state: "ACTIVE" },
  });
  const { desk, budget, certifier } = await cast(reference, "police");
  const before = await money(id);
  const file = await unguarded().document.create({
    data: {
      agencyId: certifier.agencyId,
      fileName: "invoice.pdf",
      mediaType: "application/pdf",
      sizeBytes: 1,
      sha256: "0".repeat(64),
      storageKey: randomUUID(),
      uploadedById: certifier.personId,
      scanState: "NOT_SCANNED",
    },
  });
  const invoice = await unguarded().applicationDocument.create({
    data: {
      applicationId: id,
      documentId: file.id,
      agencyId: certifier.agencyId,
      section: "files",
      description: "Invoice",
      addedById: certifier.personId,
    },
  });
  const { startYear } = await db().applicationFunding.findFirstOrThrow({
    where: { applicationId: id },
    orderBy: { paidCents: "desc" },
  });
  const workOn = earlierOf(dayOf(now()), yearEndsOn(startYear));
  const { id: claimId } = await unguarded().claim.create({
    data: {
      applicationId: id,
      number: 90,
      agencyId: certifier.agencyId,
      startYear,
      cents: 100n,
      gstCents: 15n,
      invoiceNumber: randomUUID(),
      workFrom: workOn,
      workTo: workOn,
      invoicedOn: dayOf(now()),
      milestone: "First course held",
      invoiceId: invoice.id,
      claimedById: certifier.personId,
    },
  });
  // Those of the demonstration.
  await unguarded().claim.updateMany({
    where: { applicationId: id, state: { in: ["CLAIMED", "APPROVED"] }, id: { not: claimId } },
    data: { state: "CANCELLED", decidedAt: now() },
  });
  const end = async () => terminate(desk, await request(reference), reference, { reason: "The partner withdrew." });
  await expect(end()).rejects.toThrow("Claim 90 is not answered.");
  await unguarded().claim.update({ where: { id: claimId }, data: { state: "RETURNED", decidedAt: now() } });
  await end();
  expect(await money(id)).toEqual({ committed: before.paid, paid: before.paid });
  const reports = await db().report.findMany({ where: { applicationId: id }, orderBy: { number: "asc" } });
  expect(reports.map(({ state }) => state)).toEqual(["ACCEPTED", "CANCELLED", "CANCELLED"]);
  const asked = await db().email.findMany({ where: { applicationId: id, subject: { contains: "terminated" } } });
  expect(asked.map(({ to }) => to)).toContain(certifier.email);

  const submit = async (values: Values) => submitAcquittal(certifier, await request(reference), reference, values);
  const values = await acquittalValues(reference, before.paid - 50_000n);
  await expect(submit({ ...values, "actual-2": "" })).rejects.toMatchObject({
    fields: { "actual-2": "Line 3: Enter the actual cost, or 0 if nothing was spent" },
  });
  // The true cost may be more than the fund's money: its agency bears the rest, and there is nothing to pay for it.
  await submit({ ...values, "actual-0": plainCents(before.paid + 1n) });
  const standing = async () => listObstacles(budget, await getApplication(budget, reference));
  expect(await standing()).toMatchObject({ recordRecovery: null });
  expect(await standing()).not.toHaveProperty("confirmSurplus");
  await returnAcquittal(budget, await request(reference), reference, { reason: "The freight is not ours." });
  await submit(values);
  await expect(submit(values)).rejects.toMatchObject({ code: "CONFLICT" });
  const { acquittal } = await readArrangement(desk, id);
  expect(acquittal).toMatchObject({ actualCents: before.paid - 50_000n, lessons: expect.any(String) });
  expect(sumCents((acquittal?.lines ?? []).map((line) => line.actualCents))).toBe(before.paid - 50_000n);
  await recordRecovery(budget, await request(reference), reference, recovery(50_000n, startYear));
  await confirmSurplus(budget, await request(reference), reference);
  expect(await money(id)).toEqual({ committed: before.paid - 50_000n, paid: before.paid - 50_000n });
  expect(await db().application.findUnique({ where: { id } })).toMatchObject({ state: "TERMINATED" });
  expect((await listWork(budget)).items.some((item) => item.reference === reference)).toBe(false);
  expect(await listLedgerDifferences()).toEqual([]);
});

test("an acquittal is its own agency’s certifier’s; another agency does not find it", async () => {
  const { reference } = await db().application.findFirstOrThrow({
    where: { state: "TERMINATED", agency: { abbreviation: "MPI" } },
  });
  const { budget } = await cast(reference, "mpi");
  const customs = asAgency((await findActor("certifier@customs.example")) ?? never());
  const contributor = asAgency((await findActor("contributor@mpi.example")) ?? never());
  await expect(submitAcquittal(customs, await request(reference), reference, {})).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  await expect(submitAcquittal(contributor, await request(reference), reference, {})).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
  const again = confirmSurplus(budget, await request(reference), reference);
  await expect(again).rejects.toMatchObject({ code: "CONFLICT" });
});

test("what is reserved for a variation is MFAT's own to know until it is decided", async () => {
  const { id, reference } = await db().application.findFirstOrThrow({
    where: { state: "ACTIVE", agency: { abbreviation: "NZ Police" } },
  });
  const { desk, certifier } = await cast(reference, "police");
  const reserved = async (actor: Actor) =>
    sumCents((await readArrangement(actor, id)).funding.map(({ reservedCents }) => reservedCents));
  const before = await reserved(desk);
  const { startYear } = await db().applicationFunding.findFirstOrThrow({ where: { applicationId: id } });
  const cause = { actor: desk, requestId: randomUUID(), reason: "Budget of a variation confirmed" };
  await transaction((tx) => reserve(tx, cause, id, [{ startYear, cents: 1n }]));
  expect(await reserved(desk)).toBe(before + 1n);
  expect(await reserved(certifier)).toBe(0n);
});

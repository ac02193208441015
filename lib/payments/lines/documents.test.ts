// Payments as finance makes them: one document for several claims, and a claim paid in parts.
import { expect, test } from "vitest";
import { prepareClaims, takeClaims } from "#lib/batches/claims/commands.ts";
import { getClaimsBatch } from "#lib/batches/claims/queries.ts";
import { getLedgerEntry } from "#lib/budget/ledger/queries.ts";
import { listLedgerDifferences } from "#lib/budget/queries.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { withdrawClaim } from "#lib/payments/commands.ts";
import { readClaims } from "#lib/payments/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { dayOf, formatDay } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import {
  applicationId,
  approved,
  asPortal,
  budget,
  claimed,
  contributor,
  desk,
  inSavepoint,
  left,
  paidCents,
  pay,
  readClaim,
  receipt,
  reference,
  request,
  stateOf,
  useClaims,
  who,
  year,
} from "#lib/testing/claims.ts";
import { declareNone, unguarded } from "#lib/testing/database.ts";
import { checkFund } from "#lib/testing/rules.ts";
import { TAKE, well } from "#lib/testing/steps.ts";
import { recordPayment } from "./commands.ts";
import { getPayment } from "./queries.ts";

const database = useClaims();

const documents = (named: string) =>
  db().payment.findMany({
    where: { reference: { contains: named, mode: "insensitive" } },
    include: { lines: { orderBy: { id: "asc" } } },
  });

test("one document pays several claims, however its reference is typed, and says where it does not fit", async () => {
  const [one, two, three] = [await approved(), await approved(), await approved()];
  const today = dayOf(now());
  await pay(one, { reference: "FIN-DOC 1", note: "Run of the week" });
  await pay(two, { reference: "fin–doc1" });
  const [made, ...more] = await documents("doc 1");
  expect([more, made?.reference, made?.note]).toEqual([[], "FIN-DOC 1", "Run of the week"]);
  expect(made?.lines.map(({ cents, paidOn }) => [cents, paidOn])).toEqual([
    [10_000n, today],
    [10_000n, today],
  ]);
  await expect(pay(three, { reference: " - " })).rejects.toMatchObject({
    fields: { reference: "Payment reference must include a letter or a number" },
  });
  shiftClock(86_400_000);
  await expect(pay(three, { reference: "FIN-DOC 1" })).rejects.toMatchObject({
    fields: {
      reference: `${reference}/${one} was paid with this reference on ${formatDay(today)}. Enter that day, or another reference`,
    },
  });
  expect(await stateOf(three)).toBe("APPROVED");
  await checkFund();
});

test("a payment is read as a whole, each line with its claim and its entry in the ledger", async () => {
  const [one, two] = [await approved(), await approved()];
  await pay(one, { amount: 2_500n, reference: "FIN-READ 1", note: "Run 7" });
  await pay(two, { reference: "fin read 1" });
  const { id } = await db().payment.findFirstOrThrow({ where: { reference: "FIN-READ 1" } });
  const read = await getPayment(await desk(), id);
  expect(read).toMatchObject({ reference: "FIN-READ 1", note: "Run 7", by: (await budget()).name, hidden: 0 });
  const entries = await db().ledgerEntry.findMany({ where: { applicationId }, orderBy: { id: "desc" }, take: 2 });
  expect(read.lines.map(({ claim, cents, entry }) => [claim?.number, cents, entry?.id])).toEqual([
    [Number(one), 2_500n, entries[1]?.id],
    [Number(two), 10_000n, entries[0]?.id],
  ]);
  // And from the ledger back to it.
  expect(await getLedgerEntry(await budget(), entries[1]?.id ?? 0n)).toMatchObject({
    claimNumber: Number(one),
    payment: { id, reference: "FIN-READ 1" },
  });
  await pay(one);
  // A payment reveals nothing about applications that the reader cannot list.
  const email = "new.assessor@mfat.example";
  await unguarded().person.create({
    data: { email, name: "New", side: "MFAT", roles: { create: { role: "ASSESSOR" } } },
  });
  await expect(getPayment(asMfat(await who(email)), id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(getPayment(await budget(), "none")).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("two who record one document at once for claims of one initiative: one does, and the other is told", async () => {
  const [one, two] = [await approved(), await approved()];
  const form = await request();
  const paid = { paidOn: dayOf(now()), reference: "FIN-DOC 2" };
  const officer = await budget();
  const said = await Promise.allSettled(
    [one, two].map(async (claim) =>
      recordPayment(officer, { ...(await request()), ...(claim === one && form) }, reference, { claim, ...paid }),
    ),
  );
  expect(said.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(said.flatMap((all) => (all.status === "rejected" ? all.reason : []))).toMatchObject([{ code: "CONFLICT" }]);
  expect((await documents("DOC 2")).map(({ lines }) => lines.length)).toEqual([1]);
  await checkFund();
});

test("a claim is paid in parts, and never more than was approved", async () => {
  const [before, paid] = [await left(), await paidCents()];
  const claim = await approved();
  await expect(pay(claim, { amount: 10_001n })).rejects.toMatchObject({
    fields: { amount: "Amount paid must be $100.00 or less: $100.00 of this claim is still to be paid" },
  });
  await pay(claim, { amount: 4_000n, reference: "FIN-DOC 3" });
  expect([await stateOf(claim), await left(), await paidCents()]).toEqual([
    "PART_PAID",
    before - 10_000n,
    paid + 4_000n,
  ]);
  const { years } = await readClaims(await contributor(), applicationId);
  expect(years[0]?.openCents).toBe(6_000n);
  await expect(pay(claim, { amount: 1n, reference: "fin doc-3" })).rejects.toMatchObject({
    fields: { reference: "This claim has already been paid with this reference" },
  });
  await expect(pay(claim, { amount: 6_001n })).rejects.toMatchObject({ fields: { amount: expect.any(String) } });
  const cancelled = withdrawClaim(await contributor(), await request(), reference, { claim, reason: "No" });
  await expect(cancelled).rejects.toMatchObject({ code: "STATE", message: `${reference}/${claim} is “Part paid”.` });
  // The same form twice pays once.
  const [form, officer] = [await request(), await budget()];
  const part = { claim, amount: 1_000n, paidOn: dayOf(now()), reference: receipt() };
  await recordPayment(officer, form, reference, part);
  await recordPayment(officer, form, reference, part);
  expect(await readClaim(claim)).toMatchObject({ state: "PART_PAID", paidCents: 5_000n, backCents: 0n });
  await pay(claim);
  expect([await stateOf(claim), await left(), await paidCents()]).toEqual(["PAID", before - 10_000n, paid + 10_000n]);
  const told = await db().email.findMany({ where: { applicationId, subject: { contains: `${reference}/${claim}` } } });
  expect(told.length).toBeGreaterThan(0);
  expect(await listLedgerDifferences()).toEqual([]);
  await checkFund();
});

test("the database refuses a line above what was approved, one that is not in the ledger or by another amount, and one of a claim that is not approved", async () => {
  const [claim, open] = [await approved(), await claimed()];
  await pay(claim, { amount: 9_999n });
  const { personId: officer } = await budget();
  const step = `INSERT INTO "AuditEvent" (event, "applicationId", action, "fromState", "toState", at, "actorId")
    VALUES ('application.forged', $1, 'recordPayment', 'ACTIVE', 'ACTIVE', now(), '${officer}')`;
  const lines = `line AS MATERIALIZED (SELECT gen_random_uuid() AS id),
         entry AS (INSERT INTO "LedgerEntry" ("startYear", "applicationId", kind, "paidCents", reason, "effectiveOn", "requestId", "lineId", at, "actorId")
           SELECT "startYear", $1, 'PAY', $3::bigint + $5::bigint, 'Forged', current_date, gen_random_uuid(), line.id, now(), '${officer}' FROM "Claim", line
           WHERE "applicationId" = $1 AND number = $2 AND $4),
         made AS (INSERT INTO "Payment" (id, reference, "recordedById") VALUES (gen_random_uuid(), 'Forged', gen_random_uuid()) RETURNING id)
       INSERT INTO "PaymentLine" (id, "paymentId", "applicationId", "claimId", "startYear", cents, "paidOn", "recordedById")
         SELECT line.id, made.id, $1, c.id, c."startYear", $3, current_date, '${officer}' FROM made, line, "Claim" c
         WHERE c."applicationId" = $1 AND c.number = $2`;
  const forge = (number: string, cents: number, entered = true, more = 0) =>
    asPortal(
      database.databaseUrl,
      `WITH step AS (${step}), ${lines}`,
      applicationId,
      Number(number),
      cents,
      entered,
      more,
    );
  expect(String(await forge(claim, 2))).toMatch(/Claim_paid_within_approved/);
  expect(String(await forge(claim, 1, false))).toMatch(/PaymentLine_is_entered/);
  // An entry with another amount does not belong to it.
  expect(String(await forge(claim, 1, true, -1_000))).toMatch(/LedgerEntry_shape/);
  expect(String(await forge(claim, 1, true, 1))).toMatch(/LedgerEntry_of_payment/);
  const hidden = inSavepoint(database.databaseUrl, step, `WITH ${lines}`, applicationId, Number(claim), 1, false, 0);
  expect(String(await hidden)).toMatch(/PaymentLine_in_whole_step/);
  expect(String(await forge(open, 1))).toMatch(/PaymentLine_of_approved_claim/);
  // Control: the same one passes where it is entered and there is enough left.
  expect(await forge(claim, 1)).toBeNull();
  expect(await stateOf(claim)).toBe("PAID");
});

test("several claims are recorded as paid by one document, previewed with its day; one on hold is left", async () => {
  const claims = [await approved(), await approved()];
  const names = claims.map((claim) => `${reference}/${claim}`);
  const officer = await budget();
  const day = dayOf(now());
  const typed = {
    take: names,
    "paidOn-day": String(day.getUTCDate()),
    "paidOn-month": String(day.getUTCMonth() + 1),
    "paidOn-year": String(day.getUTCFullYear()),
    reference: "FIN-DOC 5",
  };
  await expect(
    prepareClaims(officer, await request(), "recordPayment", { ...typed, reference: "" }),
  ).rejects.toMatchObject({
    fields: { reference: "Enter the payment reference" },
  });
  const id = await prepareClaims(officer, await request(), "recordPayment", typed);
  const preview = await getClaimsBatch(officer, "recordPayment", id);
  expect([preview.payment?.paidOn, preview.claims.map(({ why }) => why)]).toEqual([day, [null, null]]);
  await TAKE.putOnHold(await desk(), await request(), reference, well);
  const held = await getClaimsBatch(officer, "recordPayment", id);
  expect(held.claims.map(({ why }) => why)).toEqual(Array(2).fill("Its initiative is on hold."));
  await expect(pay(claims[0] ?? "")).rejects.toMatchObject({
    code: "STATE",
    message: expect.stringContaining("on hold"),
  });
  await TAKE.resume(await desk(), await request(), reference, well);
  await Promise.all([1, 2].map(() => takeClaims(officer, {}, "recordPayment", id)));
  expect((await documents("DOC 5")).map(({ lines }) => lines.length)).toEqual([2]);
  expect(await Promise.all(claims.map(stateOf))).toEqual(["PAID", "PAID"]);
  await checkFund();
});

test("two initiatives are paid by one document at once: it is made once, and both are paid", async () => {
  const [claim, actor, officer] = [await approved(), await contributor(), await budget()];
  const other = await db().application.findFirstOrThrow({
    where: {
      ...{ state: "ACTIVE", agencyId: actor.agencyId, heldAt: null, reference: { not: reference } },
      funding: { some: { startYear: year, committedCents: { gt: 0 } } },
    },
  });
  await unguarded().claim.updateMany({
    where: { applicationId: other.id, state: { in: ["CLAIMED", "APPROVED"] } },
    data: { state: "CANCELLED", decidedAt: now() },
  });
  for (const { personId } of [await desk(), officer]) await declareNone(personId, { id: other.id });
  const form = () => request(other.reference);
  await TAKE.submitClaim(actor, await form(), other.reference, well);
  await TAKE.confirmWork(await desk(), await form(), other.reference, well);
  await TAKE.approveClaim(officer, await form(), other.reference, well);
  const { number } = await db().claim.findFirstOrThrow({ where: { applicationId: other.id, state: "APPROVED" } });
  const document = { paidOn: dayOf(now()), reference: "FIN-DOC 6" };
  await Promise.all([
    recordPayment(officer, await request(), reference, { claim, ...document }),
    recordPayment(officer, await form(), other.reference, {
      claim: String(number),
      ...document,
      reference: "fin doc 6",
    }),
  ]);
  const made = await documents("DOC 6");
  expect(made.map(({ lines }) => new Set(lines.map((line) => line.applicationId)).size)).toEqual([2]);
  await checkFund();
});

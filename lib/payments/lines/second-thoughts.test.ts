// What the bank returned, what was recorded wrongly, and what came back in part.
import { expect, test } from "vitest";
import { listCash } from "#lib/budget/cash/queries.ts";
import { submitClaim } from "#lib/payments/commands.ts";
import { recordReturnedPayment } from "#lib/payments/corrections/commands.ts";
import { readClaims, readPaymentForm } from "#lib/payments/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { addDays, dayOf, formatDay } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import {
  applicationId,
  approved,
  asPortal,
  budget,
  contributor,
  correct,
  desk,
  invoice,
  left,
  lineOf,
  newest,
  paidCents,
  pay,
  readClaim,
  receipt,
  recovered,
  reference,
  request,
  stateOf,
  useClaims,
  WORK,
  worked,
} from "#lib/testing/claims.ts";
import { unguarded } from "#lib/testing/database.ts";
import { checkFund } from "#lib/testing/rules.ts";
import { TAKE, well } from "#lib/testing/steps.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import { recordCreditNote } from "./commands.ts";
import { listPaidWith } from "./queries.ts";
import { settledByCredit, standingCredits, standingPayments } from "./rules.ts";

const database = useClaims();
const DAY_MS = 86_400_000;

const linesOf = async (claim: string) =>
  (
    await db().paymentLine.findMany({
      where: { claim: { applicationId, number: Number(claim) } },
      include: { payment: true },
      orderBy: { id: "asc" },
    })
  ).map(({ cents, paidOn, payment, reason }) => [cents, payment.reference, paidOn, reason]);

const sentBack = async (claim: string, more: { payment?: string; returnedOn?: Date } = {}, form = request()) =>
  recordReturnedPayment(await budget(), await form, reference, {
    payment: more.payment ?? (await lineOf(claim)),
    returnedOn: more.returnedOn ?? dayOf(now()),
    reason: "The account is closed.",
  });

test("what the bank sent back opens its claim, which is paid again for the same invoice and file", async () => {
  const [before, paid] = [await left(), await paidCents()];
  const file = await invoice();
  const claim = await approved({ invoice: file, invoiceNumber: "INV BACK-1" });
  await pay(claim, { reference: "FIN-BACK 1" });
  await expect(sentBack(claim, { returnedOn: addDays(dayOf(now()), -1) })).rejects.toMatchObject({
    fields: { "returnedOn-day": expect.stringContaining("it was paid that day") },
  });
  await expect(sentBack(claim, { returnedOn: addDays(dayOf(now()), 1) })).rejects.toMatchObject({
    fields: { "returnedOn-day": "Date must be today or in the past" },
  });
  await expect(sentBack(claim, { payment: "x" })).rejects.toMatchObject({ fields: { payment: "Choose a payment" } });
  const [first, today] = [await lineOf(claim), dayOf(now())];
  shiftClock(DAY_MS);
  const form = request();
  await sentBack(claim, {}, form);
  await sentBack(claim, { payment: first }, form);
  expect([await stateOf(claim), await left(), await paidCents()]).toEqual(["APPROVED", before - 10_000n, paid]);
  // Another claim for that invoice is refused: this one is open.
  const twin = submitClaim(await contributor(), await request(), reference, {
    ...{ ...WORK, ...(await worked()), invoicedOn: today, amount: 1n, gst: 0n, milestone: "Twin" },
    ...{ invoiceNumber: "inv back 1", invoice: await invoice() },
  });
  await expect(twin).rejects.toMatchObject({
    fields: { invoiceNumber: expect.stringContaining(`${reference}/${claim}`) },
  });
  await expect(sentBack(claim, { payment: first })).rejects.toMatchObject({
    fields: { payment: "This payment has already been sent back by the bank. Choose another" },
  });
  // The returned document stays what it was, however its reference is typed.
  for (const again of ["FIN-BACK 1", "fin back1"]) {
    await expect(pay(claim, { reference: again })).rejects.toMatchObject({
      fields: { reference: expect.stringContaining("The bank sent back the payment with this reference") },
    });
  }
  await pay(claim, { reference: "FIN-BACK 2" });
  expect([await stateOf(claim), await paidCents()]).toEqual(["PAID", paid + 10_000n]);
  expect(await linesOf(claim)).toEqual([
    [10_000n, "FIN-BACK 1", today, null],
    [-10_000n, "FIN-BACK 1", addDays(today, 1), "The account is closed."],
    [10_000n, "FIN-BACK 2", addDays(today, 1), null],
  ]);
  const entries = await db().ledgerEntry.findMany({ where: { applicationId }, orderBy: { id: "desc" }, take: 3 });
  expect(entries.map(({ kind, paidCents: cents, reversesId }) => [kind, cents, reversesId])).toEqual([
    ["PAY", 10_000n, null],
    ["RECOVER", -10_000n, entries[2]?.id],
    ["PAY", 10_000n, null],
  ]);
  await checkFund();
});

test("a part that was sent back leaves the other parts paid, and what came back or is accounted for stays paid", async () => {
  const claim = await approved();
  await pay(claim, { amount: 7_000n });
  await pay(claim);
  await sentBack(claim);
  expect(await readClaim(claim)).toMatchObject({ state: "PART_PAID", paidCents: 7_000n });
  await recovered(claim, { amount: 2_000n });
  await expect(recovered(claim, { amount: 5_001n })).rejects.toMatchObject({ fields: { amount: expect.any(String) } });
  await expect(sentBack(claim)).rejects.toMatchObject({
    code: "STATE",
    message: `$20.00 of claim ${claim} already came back. Reverse the recovery or correct the credit note first.`,
  });
  await pay(claim);
  await recovered(claim, { amount: 1_000n });
  expect(await readClaim(claim)).toMatchObject({ state: "PAID", paidCents: 10_000n, backCents: 3_000n });
  await recovered(claim);
  expect(await readClaim(claim)).toMatchObject({ state: "RECOVERED", backCents: 10_000n });
  await expect(recovered(claim)).rejects.toMatchObject({ code: "STATE" });
  await checkFund();
});

test("a credit note settles what is not paid yet, and takes off what is; never more than there is", async () => {
  const [before, paid] = [await left(), await paidCents()];
  const claim = await approved();
  const credit = async (amount: bigint, document: string, creditNumber = `CN-${document}`) =>
    recordCreditNote(await budget(), await request(), reference, {
      ...{ claim, amount, creditNumber, paidOn: dayOf(now()), reference: document, reason: "Less was needed" },
    });
  await pay(claim, { amount: 9_000n, reference: "FIN-CN 1" });
  await expect(credit(10_001n, "FIN-CN 1")).rejects.toMatchObject({ fields: { amount: expect.any(String) } });
  await credit(1_500n, "fin-cn1");
  expect(await readClaim(claim)).toMatchObject({ state: "PAID", paidCents: 10_000n, backCents: 1_500n });
  expect((await linesOf(claim)).map(([cents, document]) => [cents, document])).toEqual([
    [9_000n, "FIN-CN 1"],
    [1_000n, "FIN-CN 1"],
    [-1_500n, "FIN-CN 1"],
  ]);
  await expect(credit(1n, "FIN-CN 2", "cn fin cn1")).rejects.toMatchObject({
    fields: { creditNumber: expect.stringContaining("Credit note CN-fin-cn1 has already been recorded") },
  });
  expect(await readClaim(claim)).toMatchObject({ backCents: 1_500n });
  // What it settled was never paid: it is not a payment to choose, or to name.
  const { lines } = (await readClaims(await budget(), applicationId)).claims.find(
    ({ number }) => String(number) === claim,
  ) ?? { lines: [] };
  expect(standingPayments(lines).map(({ cents }) => cents)).toEqual([9_000n]);
  expect(settledByCredit(lines).map(({ cents }) => cents)).toEqual([1_000n]);
  const choicesOf = async (step: "recordReturnedPayment" | "correctPayment") => {
    const { lists: choices } = await readPaymentForm(await budget(), applicationId, step, claim);
    const labels = choices.payments?.map(({ label }) => label) ?? [];
    return labels.filter((label) => label.startsWith(`Claim ${claim}:`));
  };
  // Of $90.00, $5.00 was credited in addition to what was settled: until that is corrected, the payment stays.
  expect(await choicesOf("recordReturnedPayment")).toEqual([]);
  expect(await choicesOf("correctPayment")).toEqual([
    expect.stringContaining("$15.00 credited by credit note CN-fin-cn1 on"),
  ]);
  const [settled] = settledByCredit(lines);
  for (const step of [sentBack, correct]) {
    await expect(step(claim, { payment: settled?.id ?? "" })).rejects.toMatchObject({
      fields: { payment: "A credit note settled this, so no money was paid. Correct the credit note instead" },
    });
  }
  await expect(sentBack(claim, { payment: standingCredits(lines)[0]?.id ?? "" })).rejects.toMatchObject({
    fields: { payment: "This is a credit note, which the bank cannot send back. Correct it instead" },
  });
  // The document that it settled with pays the claim only by another line.
  expect(await listPaidWith(["FIN-CN 1"])).toHaveLength(1);
  // What was not paid in the end can be claimed with another invoice.
  expect([await paidCents(), await left()]).toEqual([paid + 8_500n, before - 8_500n]);
  await credit(8_500n, "FIN-CN 2");
  expect([await stateOf(claim), await paidCents(), await left()]).toEqual(["RECOVERED", paid, before]);
  await expect(credit(1n, "FIN-CN 3")).rejects.toMatchObject({ code: "STATE" });
  await checkFund();
});

test("a receipt is one however it is typed", async () => {
  const claim = await approved();
  await pay(claim);
  await recovered(claim, { amount: 1n, reference: "REC-YP1" });
  await expect(recovered(claim, { amount: 1n, reference: "rec yp1" })).rejects.toMatchObject({
    fields: { reference: "A recovery with this reference is already recorded" },
  });
});

test("a wrong day, reference or amount is reversed and recorded rightly: both stay, with the reason", async () => {
  const paid = await paidCents();
  const [claim, other] = [await approved(), await approved()];
  const today = dayOf(now());
  shiftClock(DAY_MS);
  await pay(claim, { reference: "FIN-WRONG", paidOn: addDays(today, 1) });
  await pay(other, { reference: "FIN-WRONG", paidOn: addDays(today, 1) });
  await expect(correct(claim, {})).rejects.toMatchObject({
    fields: { payment: "Enter the right day, reference or amount" },
  });
  await expect(correct(claim, { reference: "fin wrong", paidOn: addDays(today, 1) })).rejects.toMatchObject({
    fields: { payment: expect.any(String) },
  });
  await expect(correct(claim, { paidOn: addDays(today, 2) })).rejects.toMatchObject({
    fields: { "paidOn-day": "Right day must be today or in the past" },
  });
  await expect(correct(claim, { amount: 10_001n })).rejects.toMatchObject({
    fields: { amount: "Right amount must be $100.00 or less" },
  });
  const first = await lineOf(claim);
  const form = request();
  await correct(claim, { paidOn: today }, form);
  await correct(claim, { paidOn: today, payment: first }, form);
  await correct(claim, { reference: "FIN-RIGHT" });
  await correct(claim, { amount: 9_000n });
  expect(await linesOf(claim)).toEqual([
    [10_000n, "FIN-WRONG", addDays(today, 1), null],
    [-10_000n, "FIN-WRONG", addDays(today, 1), "Typed wrongly."],
    [10_000n, "FIN-WRONG", today, null],
    [-10_000n, "FIN-WRONG", today, "Typed wrongly."],
    [10_000n, "FIN-RIGHT", today, null],
    [-10_000n, "FIN-RIGHT", today, "Typed wrongly."],
    [9_000n, "FIN-RIGHT", today, null],
  ]);
  expect([await readClaim(claim), await paidCents()]).toMatchObject([
    { state: "PART_PAID", paidCents: 9_000n },
    paid + 19_000n,
  ]);
  // The payment's other claim is as it was.
  expect(await linesOf(other)).toHaveLength(1);
  // What was taken back can be neither corrected nor returned.
  await expect(correct(claim, { payment: first, amount: 1n })).rejects.toMatchObject({
    fields: { payment: "This payment has already been corrected. Choose another" },
  });
  const { lists } = await readPaymentForm(await budget(), applicationId, "correctPayment", claim);
  expect(lists.payments?.map(({ label }) => label)).toContain(
    `Claim ${claim}: $90.00 paid on ${formatDay(today)}, FIN-RIGHT`,
  );
  const cash = (await listCash(await budget())).reduce((sum, { cents }) => sum + cents, 0n);
  const { _sum } = await db().financialYear.aggregate({ _sum: { paidCents: true } });
  expect(cash).toBe(_sum.paidCents);
  await checkFund();
});

test("two who correct or send back one payment at once: one does, and the other is told", async () => {
  const claim = await approved();
  await pay(claim);
  // Both have opened their form before either sends it.
  const [payment, ...forms] = [await lineOf(claim), await request(), await request()] as const;
  const both = await Promise.allSettled([
    correct(claim, { payment, amount: 5_000n }, Promise.resolve(forms[0])),
    sentBack(claim, { payment }, Promise.resolve(forms[1])),
  ]);
  expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  await checkFund();
});

test("every step about money names its own sum in its mails and on record, and not the claim's alone", async () => {
  const claim = await approved({ amount: 20_020n });
  const told = (paid: string, cents: string) => ({ paid, text: expect.stringContaining(cents) });
  await pay(claim, { amount: 10_005n });
  expect(await newest()).toMatchObject(told("10005", "$100.05 was paid. $100.15 is still to be paid."));
  await correct(claim, { amount: 9_000n });
  expect(await newest()).toMatchObject(told("9000", "Corrected: $90.00 on"));
  await sentBack(claim);
  expect(await newest()).toMatchObject({ back: "9000", text: expect.stringContaining("$90.00, paid on") });
  await pay(claim);
  expect((await newest()).text).toContain("of $200.20, GST exclusive");
  await recovered(claim, { amount: 1_234n });
  expect(await newest()).toMatchObject({ back: "1234", text: expect.stringContaining("$12.34 came back.") });
  const credit = { claim, amount: 4_321n, creditNumber: "CN SUM", paidOn: dayOf(now()), reference: receipt() };
  await recordCreditNote(await budget(), await request(), reference, { ...credit, reason: "Less was needed" });
  expect(await newest()).toMatchObject({ back: "4321", text: expect.stringContaining("$43.21 was credited.") });
  // The history does too, for both sides.
  for (const reader of [await contributor(), await budget()]) {
    const history = await listHistory(reader, applicationId);
    const sums = ["$43.21", "$12.34", "$200.20", "$90.00", "$90.00", "$100.05"];
    expect(history.slice(0, 6).map(({ sum }) => sum)).toEqual(sums.map((sum) => `Claim ${claim}: ${sum}`));
  }
});

test("nothing is sent back or corrected on hold, by another office, or once the surplus is confirmed", async () => {
  const claim = await approved();
  await pay(claim);
  const payment = await lineOf(claim);
  const byDesk = recordReturnedPayment(await desk(), await request(), reference, {
    ...{ payment, returnedOn: dayOf(now()), reason: "x" },
  });
  await expect(byDesk).rejects.toMatchObject({ code: "FORBIDDEN" });
  await TAKE.putOnHold(await desk(), await request(), reference, well);
  await expect(sentBack(claim)).rejects.toMatchObject({ code: "STATE", message: expect.stringContaining("on hold") });
  await expect(correct(claim, { amount: 1n })).rejects.toMatchObject({ code: "STATE" });
  await TAKE.resume(await desk(), await request(), reference, well);
  const { formHash, personId } = {
    formHash: (await db().formRelease.findFirstOrThrow()).hash,
    personId: (await contributor()).personId,
  };
  await unguarded().acquittal.create({
    data: {
      ...{ applicationId, actualCents: 0n, outcome: "Done", formHash, agencyName: "x", submitterName: "x" },
      ...{ submittedById: personId, surplusCents: 0n, surplusConfirmedById: personId, surplusConfirmedAt: now() },
    },
  });
  const settled = { code: "STATE", message: "The surplus is already confirmed, so payments can no longer be changed." };
  await expect(sentBack(claim)).rejects.toMatchObject(settled);
  await expect(correct(claim, { amount: 1n })).rejects.toMatchObject(settled);
});

test("the database takes no line back twice, in part, or in another payment", async () => {
  const claim = await approved();
  await pay(claim);
  const { personId: officer } = await budget();
  const back = (set: string, entry = "e.id") =>
    asPortal(
      database.databaseUrl,
      `WITH step AS (INSERT INTO "AuditEvent" (event, "applicationId", action, "fromState", "toState", at, "actorId")
           VALUES ('application.forged', $1, 'recordReturnedPayment', 'ACTIVE', 'ACTIVE', now(), '${officer}')),
         line AS MATERIALIZED (SELECT gen_random_uuid() AS id),
         entry AS (INSERT INTO "LedgerEntry" ("startYear", "applicationId", kind, "paidCents", reason, "effectiveOn", "requestId", at,
             "actorId", "lineId", "reversesId")
           SELECT l."startYear", $1, 'RECOVER', -cents, 'Forged', "paidOn", gen_random_uuid(), now(), '${officer}', line.id, ${entry}
             FROM line, "PaymentLine" l JOIN "LedgerEntry" e ON e."lineId" = l.id WHERE l.id = $2)
       INSERT INTO "PaymentLine" (id, "paymentId", "applicationId", "claimId", "startYear", cents, "paidOn", "reversesId", "isReturn",
           reason, "recordedById") SELECT line.id, ${set}, true, 'Forged', "recordedById"
         FROM line, "PaymentLine" l WHERE l.id = $2`,
      applicationId,
      payment,
    );
  const payment = await lineOf(claim);
  const whole = `"paymentId", "applicationId", "claimId", "startYear", -cents, "paidOn", l.id`;
  expect(String(await back(whole.replace("-cents", "-cents + 1")))).toMatch(/PaymentLine_reverses_exactly/);
  const another = `(SELECT id FROM "Payment" WHERE id <> l."paymentId" LIMIT 1)`;
  expect(String(await back(whole.replace(`"paymentId"`, another)))).toMatch(/PaymentLine_reverses_exactly/);
  // What reverses a line names the entry that it reverses.
  expect(String(await back(whole, "NULL"))).toMatch(/LedgerEntry_of_payment/);
  expect(await back(whole)).toBeNull();
  expect(await stateOf(claim)).toBe("APPROVED");
  expect(String(await back(whole))).toMatch(/PaymentLine_reversesId_key/);
});

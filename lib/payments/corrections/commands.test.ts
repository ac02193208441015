// A payment or a credit note that was recorded wrongly, or should not have been recorded at all.
import { expect, test } from "vitest";
import { recordCreditNote } from "#lib/payments/lines/commands.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { addDays, dayOf, formatDay } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import {
  applicationId,
  approved,
  budget,
  correct,
  left,
  lineOf,
  newest,
  paidCents,
  pay,
  readClaim,
  recovered,
  reference,
  request,
  stateOf,
  useClaims,
} from "#lib/testing/claims.ts";
import { checkFund } from "#lib/testing/rules.ts";

useClaims();
const DAY_MS = 86_400_000;

test("a credit note is corrected, or taken back where it should not have been recorded: what it settled is open again", async () => {
  const paid = await paidCents();
  const claim = await approved();
  await pay(claim, { amount: 6_000n, reference: "FIN-CC 1" });
  const credit =
    (amount: bigint, creditNumber = "CN 77") =>
    async () =>
      recordCreditNote(await budget(), await request(), reference, {
        ...{ claim, amount, creditNumber, paidOn: dayOf(now()), reference: "FIN-CC 1", reason: "Less was needed" },
      });
  const creditId = async () =>
    (
      await db().paymentLine.findFirstOrThrow({
        where: { claim: { applicationId, number: Number(claim) }, isCredit: true, reversesId: null, reversal: null },
      })
    ).id;
  await credit(5_000n)();
  expect(await readClaim(claim)).toMatchObject({ state: "PAID", paidCents: 10_000n, backCents: 5_000n });
  await expect(correct(claim, { payment: await creditId(), amount: 10_001n })).rejects.toMatchObject({
    fields: { amount: "Right amount must be $100.00 or less" },
  });
  await correct(claim, { payment: await creditId(), amount: 3_000n, reference: "FIN-CC 2" });
  expect(await readClaim(claim)).toMatchObject({ state: "PART_PAID", paidCents: 9_000n, backCents: 3_000n });
  expect(await newest()).toMatchObject({ paid: "3000", text: expect.stringContaining("The credit note: $50.00 on") });
  expect(await paidCents()).toBe(paid + 6_000n);
  // Its number stays taken until it is taken back.
  await expect(credit(1n)()).rejects.toMatchObject({ fields: { creditNumber: expect.any(String) } });
  await correct(claim, { payment: await creditId(), amount: 0n });
  expect(await readClaim(claim)).toMatchObject({ state: "PART_PAID", paidCents: 6_000n, backCents: 0n });
  expect((await newest()).text).toContain("It should not have been recorded.");
  await credit(4_000n)();
  expect([await stateOf(claim), await paidCents()]).toEqual(["PAID", paid + 6_000n]);
  // What it released and was claimed again stays released.
  await credit(6_000n, "CN 78")();
  expect(await stateOf(claim)).toBe("RECOVERED");
  await approved({ amount: await left() });
  await expect(correct(claim, { payment: await creditId(), amount: 0n })).rejects.toMatchObject({
    code: "STATE",
    message: expect.stringContaining("The credited amount cannot be paid again: only $0.00"),
  });
  await checkFund();
});

test("a payment that should not have been recorded is taken back whole, and a day after money came back is refused", async () => {
  const claim = await approved();
  const today = dayOf(now());
  await pay(claim, { amount: 4_000n });
  await correct(claim, { amount: 0n });
  expect(await readClaim(claim)).toMatchObject({ state: "APPROVED", paidCents: 0n });
  await pay(claim, { amount: 4_000n, paidOn: today });
  await recovered(claim, { amount: 1_000n });
  const first = await lineOf(claim);
  shiftClock(DAY_MS);
  await pay(claim, { paidOn: addDays(today, 1) });
  await expect(correct(claim, { payment: first, paidOn: addDays(today, 1) })).rejects.toMatchObject({
    fields: { "paidOn-day": `Right day must be ${formatDay(today)} or earlier: money came back that day` },
  });
  await checkFund();
});

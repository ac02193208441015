// Claims and their payments through the commands that people use, on the demonstration.

import { describe, expect, test } from "vitest";
import { listLedgerDifferences } from "#lib/budget/queries.ts";
import * as payments from "#lib/payments/commands.ts";
import { recoverPayment } from "#lib/payments/recoveries/commands.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { addDays, atTime, dayOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import {
  applicationId,
  approve,
  approved,
  asPortal,
  budget,
  claimed,
  confirm,
  contributor,
  left,
  paidCents,
  pay,
  reference,
  request,
  stateOf,
  useClaims,
} from "#lib/testing/claims.ts";

const database = useClaims();
const HOUR_MS = 3_600_000;

test("a claim is approved, paid and recovered: the money stays committed, and can be claimed again", async () => {
  const [before, paid] = [await left(), await paidCents()];
  const claim = await claimed();
  expect(await left()).toBe(before - 10_000n);
  await confirm(claim);
  await approve(claim);
  await pay(claim, { reference: "FIN-STORY" });
  expect([await stateOf(claim), await left(), await paidCents()]).toEqual(["PAID", before - 10_000n, paid + 10_000n]);
  await recoverPayment(await budget(), await request(), reference, {
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

test("what is not approved is not paid, and what is paid is neither paid again nor cancelled", async () => {
  const claim = await claimed();
  await expect(pay(claim)).rejects.toMatchObject({ code: "STATE", message: `${reference}/${claim} is “Claimed”.` });
  await confirm(claim);
  await approve(claim);
  await pay(claim, { reference: `FIN-${claim}-once` });
  await expect(pay(claim)).rejects.toMatchObject({
    code: "STATE",
    message: expect.stringMatching(/was already paid, on .+ with the reference FIN-\d+-once\.$/),
  });
  const cancel = payments.withdrawClaim(await contributor(), await request(), reference, { claim, reason: "No" });
  await expect(cancel).rejects.toMatchObject({ code: "STATE" });
  await expect(pay("999")).rejects.toMatchObject({ fields: { claim: "Choose a claim" } });
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
  const owner = (sql: string, ...values: unknown[]) => asPortal(database.databaseUrl, sql, ...values);

  test("no claim is paid without its payment, and none that is paid becomes open again", async () => {
    const claim = await approved();
    const { personId: officer } = await budget();
    const put = (state: string) =>
      owner(
        `WITH step AS (INSERT INTO "AuditEvent" (event, "applicationId", action, "fromState", "toState", at, "actorId")
           VALUES ('application.forged', $1, 'recordPayment', 'ACTIVE', 'ACTIVE', now(), '${officer}'))
         UPDATE "Claim" SET state = '${state}' WHERE "applicationId" = $1 AND number = $2`,
        applicationId,
        Number(claim),
      );
    expect(String(await put("PAID"))).toMatch(/Claim_state_follows_money/);
    await pay(claim);
    expect(String(await put("APPROVED"))).toMatch(/Claim_state_follows_money/);
    expect(String(await put("RECOVERED"))).toMatch(/Claim_state_follows_money/);
  });
});

// Claims and their payments through the commands that people use, on the demonstration.

import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import { readSettlement } from "#lib/arrangements/settlement/queries.ts";
import { pay as payOut } from "#lib/budget/commands.ts";
import { listLedgerDifferences } from "#lib/budget/queries.ts";
import { rowsNow } from "#lib/budget/statement/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf, yearBeginsOn, yearEndsOn } from "#lib/platform/dates.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { formatYear } from "#lib/platform/money.ts";
import {
  applicationId,
  approve,
  approved,
  budget,
  claimed,
  confirm,
  confirmed,
  contributor,
  paidCents,
  pay,
  receipt,
  reference,
  request,
  stateOf,
  useClaims,
  worked,
  year,
} from "#lib/testing/claims.ts";
import { listObstacles } from "#lib/workflow/obstacles/queries.ts";
import * as payments from "./commands.ts";
import { readClaimForm, readClaims } from "./queries.ts";
import { recoverPayment } from "./recoveries/commands.ts";

useClaims();

describe("a financial year that has not begun", () => {
  const next = () => year + 1;
  const begins = () =>
    `${formatYear(next())} begins on 1 July ${next()}. Nothing can be claimed or paid from it before then`;

  /** Today, or the last days of the year if it has ended by now. */
  const thatYear = () => shiftClock(Math.min(Date.now(), Date.UTC(next(), 5, 28)) - Date.now());

  /** As an earlier version of the portal accepted it: a claim for the coming year. */
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
    // Work of the year that has ended can still be claimed, and each claim is for one year.
    await claimed(await worked(year));
    await expect(claimed({ workFrom: yearEndsOn(year), workTo: yearBeginsOn(next()) })).rejects.toMatchObject({
      fields: { "workTo-day": expect.stringContaining("on separately") },
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
        "paidOn-day": `Date must be 1 July ${next()} or later: the claim is for ${formatYear(next())}, which begins that day`,
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
      fields: { "paidOn-day": expect.stringContaining("approved that day") },
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

    // A part of an invoice, and the money beyond it; then the rest, of which there is nothing left to pay.
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
    const recovered = recoverPayment(await budget(), await request(), reference, {
      claim,
      receivedOn: dayOf(now()),
      reference: receipt(),
      reason: "Not needed",
    });
    await expect(recovered).rejects.toMatchObject({
      fields: { amount: `Amount must be $60.00 or less: claim ${first} accounts for the rest` },
    });
    const rest = await approved({ amount: 0n, gst: 0n, accountsFor: id, accounted: 6_000n });
    expect([await stateOf(rest), await paidCents(), await open()]).toEqual(["SETTLED", paid + 500n, []]);
    expect([await openAdvance(), await inStatement()]).toEqual([0n, []]);
    await expect(pay(rest)).rejects.toMatchObject({ code: "STATE" });
    const nothing = recoverPayment(await budget(), await request(), reference, {
      ...{ claim, amount: 1n, receivedOn: dayOf(now()), reference: receipt(), reason: "Not needed" },
    });
    await expect(nothing).rejects.toMatchObject({
      fields: { amount: `Nothing can come back: claims ${first} and ${rest} account for it` },
    });
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
        paidCents: 0n,
        cents: 0n,
      },
    });
    await expect(forged).rejects.toThrow(/Claim_within_advance/);
    await recoverPayment(await budget(), await request(), reference, {
      claim,
      receivedOn: dayOf(now()),
      reference: receipt(),
      reason: "The course was called off.",
    });
    expect(await open()).toEqual([]);
  });
});

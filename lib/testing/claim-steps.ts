// The steps of claims and payments, with their forms filled in as somebody might.
import { randomBytes, randomUUID } from "node:crypto";
import { type Actor, type AgencyActor, asAgency, asMfat } from "#lib/lifecycle/permissions.ts";
import { stateAccrual } from "#lib/payments/accruals/commands.ts";
import * as claims from "#lib/payments/commands.ts";
import * as corrections from "#lib/payments/corrections/commands.ts";
import * as payments from "#lib/payments/lines/commands.ts";
import { changePurchaseOrder } from "#lib/payments/orders/commands.ts";
import * as recoveries from "#lib/payments/recoveries/commands.ts";
import { listReversible } from "#lib/payments/recoveries/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, earlierOf, financialYearOf, yearBeginsOn, yearEndsOn } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { unguarded } from "#lib/testing/database.ts";
import type { StepKey } from "#lib/workflow/steps.ts";
import type { Dice, Take } from "./steps.ts";

const because = { reason: "As agreed." };
const all = (actor: Actor) => asMfat(actor);

async function workOf(reference: string, startYear: number) {
  const arrangement = await db().arrangement.findFirst({ where: { application: { reference } } });
  const accepted = dayOf(arrangement?.acceptedAt ?? now());
  const begins = yearBeginsOn(startYear);
  return { workFrom: begins > accepted ? begins : accepted, workTo: earlierOf(dayOf(now()), yearEndsOn(startYear)) };
}

export const TAKE_CLAIMS = {
  submitClaim: async (actor, request, ref, dice) => {
    const thisYear = financialYearOf(dayOf(now()));
    const funding = await db().applicationFunding.findMany({
      where: { application: { reference: ref }, startYear: { lte: thisYear } },
      orderBy: { startYear: "desc" },
    });
    const { startYear = thisYear, committedCents = 0n, paidCents = 0n } = funding[dice(funding.length || 1)] ?? {};
    const left = committedCents - paidCents;
    await claims.submitClaim(asAgency(actor), request, ref, {
      ...(await workOf(ref, startYear)),
      basis: "WORK",
      advanceReason: null,
      accountsFor: null,
      accounted: null,
      amount: [left / 2n, left, left + 1n, left / 3n][dice(4)] || 1n,
      gst: 0n,
      invoiceNumber: dice(9) < 8 ? request.requestId : "INV-1",
      invoicedOn: dayOf(now()),
      milestone: "As planned",
      invoice: await invoiceOf(asAgency(actor), ref),
    });
  },
  withdrawClaim: async (actor, request, ref, dice) =>
    claims.withdrawClaim(asAgency(actor), request, ref, { claim: await claimOf(ref, dice), ...because }),
  confirmWork: async (actor, request, ref, dice) =>
    claims.confirmWork(all(actor), request, ref, { claim: await claimOf(ref, dice) }),
  takeBackConfirmation: async (actor, request, ref, dice) =>
    claims.takeBackConfirmation(all(actor), request, ref, { claim: await claimOf(ref, dice), ...because }),
  approveClaim: async (actor, request, ref, dice) =>
    claims.approveClaim(all(actor), request, ref, { claim: await claimOf(ref, dice) }),
  returnClaim: async (actor, request, ref, dice) =>
    claims.returnClaim(all(actor), request, ref, { claim: await claimOf(ref, dice), ...because }),
  recordPayment: async (actor, request, ref, dice) =>
    payments.recordPayment(all(actor), request, ref, {
      claim: await claimOf(ref, dice),
      paidOn: dayOf(now()),
      reference: request.requestId,
      unmetReason: because.reason,
    }),
  recordReturnedPayment: async (actor, request, ref, dice) =>
    corrections.recordReturnedPayment(all(actor), request, ref, {
      payment: await paymentOf(ref, dice),
      returnedOn: dayOf(now()),
      ...because,
    }),
  correctPayment: async (actor, request, ref, dice) =>
    corrections.correctPayment(all(actor), request, ref, {
      payment: await paymentOf(ref, dice),
      paidOn: null,
      reference: request.requestId,
      amount: null,
      ...because,
    }),
  recordCreditNote: async (actor, request, ref, dice) =>
    payments.recordCreditNote(all(actor), request, ref, {
      ...{ claim: await claimOf(ref, dice), amount: 1n, paidOn: dayOf(now()) },
      ...{ creditNumber: request.requestId, reference: request.requestId },
      ...because,
    }),
  recoverPayment: async (actor, request, ref, dice) =>
    recoveries.recoverPayment(all(actor), request, ref, {
      claim: await claimOf(ref, dice),
      receivedOn: dayOf(now()),
      reference: request.requestId,
      ...because,
    }),
  reverseRecovery: async (actor, request, ref, dice) => {
    const found = (
      await listReversible(all(actor), (await db().application.findUniqueOrThrow({ where: { reference: ref } })).id)
    ).toReversed();
    const recovery = found[dice(found.length || 1)]?.id ?? "";
    await recoveries.reverseRecovery(all(actor), request, ref, { recovery, ...because });
  },
  changePurchaseOrder: (actor, request, ref, dice) =>
    changePurchaseOrder(asAgency(actor), request, ref, { purchaseOrder: `PO ${450_000 + dice(9)}` }),
  stateAccrual: async (actor, request, ref, dice) => {
    const funding = await db().applicationFunding.findFirst({
      where: { application: { reference: ref } },
      orderBy: { startYear: "asc" },
    });
    const year = String(funding?.startYear ?? "");
    await stateAccrual(asAgency(actor), request, ref, { year, amount: BigInt(dice(1_000)), work: "Boats" });
  },
} satisfies { readonly [Key in StepKey]?: Take };

/** A file for a claim. Another agency's application has none to add it to. */
export async function invoiceOf({ agencyId, personId }: AgencyActor, reference: string): Promise<string> {
  const application = await db().application.findFirst({ where: { reference, agencyId } });
  if (!application) return randomUUID();
  const at = now();
  const document = await unguarded().document.create({
    data: {
      agencyId,
      fileName: "invoice.txt",
      mediaType: "text/plain",
      sizeBytes: 1,
      sha256: "0".repeat(64),
      storageKey: randomBytes(24).toString("hex"),
      scanState: "NOT_SCANNED",
      uploadedById: personId,
      uploadedAt: at,
    },
  });
  const use = { applicationId: application.id, agencyId, documentId: document.id, section: "claims" };
  const added = { description: "Invoice", addedById: personId, addedAt: at };
  return (await unguarded().applicationDocument.create({ data: { ...use, ...added } })).id;
}

/** The newest claim, or occasionally an older one. */
async function claimOf(reference: string, dice: Dice): Promise<string> {
  const claims = await db().claim.findMany({ where: { application: { reference } }, orderBy: { number: "desc" } });
  return String(claims[dice(3)]?.number ?? 1);
}

/** A current payment of that claim. */
async function paymentOf(reference: string, dice: Dice): Promise<string> {
  const number = Number(await claimOf(reference, dice));
  const line = await db().paymentLine.findFirst({
    where: { application: { reference }, claim: { number }, reversesId: null, reversal: null },
    orderBy: { id: "desc" },
  });
  return line?.id ?? "";
}

import { entryOf, lockYear, pay, recover } from "#lib/budget/commands.ts";
import { readYear } from "#lib/budget/years/queries.ts";
import { UUID } from "#lib/form/fields.ts";
import { type StepOutcome, type StepRequest, takeTransition } from "#lib/lifecycle/commands.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import type { LockedApplication } from "#lib/lifecycle/queries.ts";
import { claimFor, outcomeOf, refuseAccounted, refuseSettled } from "#lib/payments/commands.ts";
import { invoiceKey } from "#lib/payments/invoices/rules.ts";
import { standingPayments } from "#lib/payments/lines/rules.ts";
import { listYearsLeft } from "#lib/payments/queries.ts";
import { cleanNumber, roomIn } from "#lib/payments/rules.ts";
import type { NewRecovery, ReversedRecovery } from "#lib/payments/schema.ts";
import { PAYMENT_STEPS } from "#lib/payments/steps.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDay } from "#lib/platform/dates.ts";
import type { Tx } from "#lib/platform/db.ts";
import { DomainError, invalid, violates } from "#lib/platform/errors.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";

/**
 * Records that the money of a paid claim came back. It stays committed, to be claimed again or released in the end.
 * @throws INVALID at the fields, STATE where the surplus is confirmed and so what is left over is settled
 */
export async function recoverPayment(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  recovery: NewRecovery,
): Promise<void> {
  const { receivedOn, reason } = recovery;
  const receipt = cleanNumber(recovery.reference);
  if (!invoiceKey(receipt)) throw invalid({ reference: "Receipt reference must include a letter or a number" });
  if (receivedOn > dayOf(now())) throw invalid({ "receivedOn-day": "Date must be today or in the past" });
  try {
    await takeTransition(actor, request, reference, PAYMENT_STEPS.recoverPayment, async (tx, application) => {
      const claim = await claimFor(tx, actor, application, "recoverPayment", recovery.claim);
      const days = standingPayments(claim.lines).map(({ paidOn }) => paidOn.getTime());
      if (days.length && receivedOn.getTime() < Math.min(...days)) {
        throw invalid({ "receivedOn-day": "Date must be the day it was paid or later" });
      }
      await refuseSettled(tx, application.id);
      const { id: claimId, startYear } = claim;
      const backCents = claim.paidCents - claim.backCents;
      const cents = recovery.amount ?? backCents;
      if (cents <= 0n) throw new DomainError("STATE", `There is nothing left to recover for claim ${claim.number}.`);
      if (cents > backCents)
        throw invalid({ amount: `Amount must be ${formatCents(backCents)} or less: that is the amount paid` });
      await refuseAccounted(tx, claim.id, backCents - cents, { label: "Amount", cents });
      await lockYear(tx, startYear);
      const { id: recoveryId } = await tx.recovery.create({
        data: {
          applicationId: application.id,
          claimId,
          startYear,
          cents,
          receivedOn,
          reference: receipt,
          reason,
          recordedById: actor.personId,
          recordedAt: now(),
        },
      });
      const cause = { actor, requestId: request.requestId, reason: saidOfRecovery(claim.number, receipt) };
      await recover(tx, cause, application.id, { startYear, cents, on: receivedOn, recoveryId });
      const { note, ...outcome } = outcomeOf(application, claim);
      const { closedAt } = await readYear(tx, startYear);
      const after = closedAt ? ` ${formatYear(startYear)} is closed, so this money can no longer be claimed.` : "";
      const data = { ...outcome.data, back: cents.toString() };
      return { ...outcome, note: `${note} ${formatCents(cents)} came back.${after}`, data, reason };
    });
  } catch (error) {
    if (violates(error, "Recovery_reference_once")) {
      throw invalid({ reference: "A recovery with this reference is already recorded" });
    }
    throw error;
  }
}

/** The ledger's text for a recovery: of a claim or, where `claim` is null, of money that was paid and not spent. */
export const saidOfRecovery = (claim: number | null, receipt: string): string =>
  claim === null ? `Recovery ${receipt}` : `Claim ${claim} recovered, ${receipt}`;

/**
 * Reverses a recovery that was recorded by mistake, with a row and a ledger entry that name it. The money counts as
 * paid again, and the same receipt may be recorded again.
 * @throws INVALID where it is not one of this initiative or was already reversed; STATE where what came back was
 * claimed again, released or carried forward, or the surplus is confirmed
 */
export async function reverseRecovery(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { recovery: id, reason }: ReversedRecovery,
): Promise<void> {
  await takeTransition(actor, request, reference, PAYMENT_STEPS.reverseRecovery, async (tx, application) => {
    const recovery = await standingRecovery(tx, application.id, id);
    const { startYear, cents, receivedOn, claim, claimId } = recovery;
    await refuseSettled(tx, application.id);
    await lockYear(tx, startYear);
    const room = roomIn(await listYearsLeft(tx, application.id), startYear);
    if (cents > room) {
      const left = `only ${formatCents(room)} of ${formatYear(startYear)} has not been paid or claimed`;
      throw new DomainError(
        "STATE",
        `This recovery cannot be reversed: ${left}. The money that came back has been used since.`,
      );
    }
    const { id: recoveryId } = await tx.recovery.create({
      data: {
        ...{ applicationId: application.id, claimId, startYear, receivedOn, reference: recovery.reference },
        ...{ cents: -cents, reversesId: id, reason, recordedById: actor.personId, recordedAt: now() },
      },
    });
    const said = saidOfRecovery(claim?.number ?? null, recovery.reference);
    const money = { startYear, cents, on: receivedOn, recoveryId, ...(await entryOf(tx, { recoveryId: id })) };
    const cause = { actor, requestId: request.requestId, reason: `${said}, reversed: ${reason}` };
    await pay(tx, cause, application.id, money);
    return { ...outcomeOfReversal(application, recovery), reason };
  });
}

async function standingRecovery(tx: Tx, applicationId: string, id: string) {
  const recovery = UUID.test(id)
    ? await tx.recovery.findFirst({
        where: { id, applicationId, reversesId: null },
        include: { claim: true, reversal: { select: { id: true } } },
      })
    : null;
  if (!recovery) throw invalid({ recovery: "Choose a recovery" });
  if (recovery.reversal) throw invalid({ recovery: "This recovery has already been reversed. Choose another" });
  return recovery;
}

/** What the email and the audit trail say about it; the person who claimed is told. */
function outcomeOfReversal(
  application: LockedApplication,
  { claim, cents, receivedOn, reference, startYear }: Awaited<ReturnType<typeof standingRecovery>>,
): StepOutcome {
  const what = `The recovery of ${formatCents(cents)}, received on ${formatDay(receivedOn)} with the reference ${reference}, is reversed. The money counts as paid again.`;
  const data = { paid: cents.toString() };
  if (!claim) return { note: what, data: { ...data, year: startYear } };
  const { note, ...outcome } = outcomeOf(application, claim);
  return { ...outcome, note: `${note} ${what}`, data: { ...outcome.data, ...data } };
}

import { entryOf, lockYear, pay } from "#lib/budget/commands.ts";
import { UUID } from "#lib/form/fields.ts";
import { type StepRequest, takeTransition } from "#lib/lifecycle/commands.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { claimFor, outcomeOf, refuseAccounted, refuseSettled } from "#lib/payments/commands.ts";
import { invoiceKey } from "#lib/payments/invoices/rules.ts";
import {
  addLine,
  creditClaim,
  type Of,
  paymentFor,
  type Recording,
  reverseLine,
} from "#lib/payments/lines/commands.ts";
import { settledByCredit, standingPayments } from "#lib/payments/lines/rules.ts";
import { listYearsLeft } from "#lib/payments/queries.ts";
import { standingRecoveries } from "#lib/payments/recoveries/rules.ts";
import { cleanNumber, paidOnProblem, roomIn } from "#lib/payments/rules.ts";
import type { CorrectedPayment, ReturnedPayment } from "#lib/payments/schema.ts";
import { PAYMENT_STEPS } from "#lib/payments/steps.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDay } from "#lib/platform/dates.ts";
import type { Tx } from "#lib/platform/db.ts";
import { DomainError, invalid } from "#lib/platform/errors.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";

/** A current line of a claim, with the claim. @throws INVALID where the step does not apply to it, in words */
async function paymentLineFor(
  tx: Tx,
  { actor, application }: Recording,
  step: "recordReturnedPayment" | "correctPayment",
  id: string,
) {
  const found = UUID.test(id)
    ? await tx.paymentLine.findFirst({
        where: { id, applicationId: application.id, reversesId: null },
        include: { claim: { select: { number: true } }, reversal: true },
      })
    : null;
  if (!found?.claim) throw invalid({ payment: "Choose a payment" });
  if (found.reversal) {
    const what = found.reversal.isReturn ? "sent back by the bank" : "corrected";
    throw invalid({ payment: `This payment has already been ${what}. Choose another` });
  }
  const claim = await claimFor(tx, actor, application, step, String(found.claim.number));
  const line = claim.lines.find((one) => one.id === id);
  if (!line) throw invalid({ payment: "Choose a payment" });
  if (settledByCredit(claim.lines).includes(line)) {
    throw invalid({ payment: "A credit note settled this, so no money was paid. Correct the credit note instead" });
  }
  if (line.isCredit && step === "recordReturnedPayment") {
    throw invalid({ payment: "This is a credit note, which the bank cannot send back. Correct it instead" });
  }
  return { line, claim };
}

type LineOfClaim = Awaited<ReturnType<typeof paymentLineFor>>;

/** A payment has to stay where money of it came back or was accounted for. */
async function refuseBuiltUpon(
  tx: Tx,
  claim: Of & { paidCents: bigint; backCents: bigint },
  cents: bigint,
): Promise<void> {
  const left = claim.paidCents - cents;
  if (left < claim.backCents) {
    const back = `${formatCents(claim.backCents)} of claim ${claim.number} already came back`;
    throw new DomainError("STATE", `${back}. Reverse the recovery or correct the credit note first.`);
  }
  await refuseAccounted(tx, claim.id, left - claim.backCents);
}

/**
 * Records that the bank sent a payment back: its claim is open again, and can be paid again for the same invoice.
 * @throws INVALID at the fields; STATE where money of it came back or was accounted for, or the surplus is confirmed
 */
export async function recordReturnedPayment(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { payment, returnedOn, reason }: ReturnedPayment,
): Promise<void> {
  if (returnedOn > dayOf(now())) throw invalid({ "returnedOn-day": "Date must be today or in the past" });
  await takeTransition(actor, request, reference, PAYMENT_STEPS.recordReturnedPayment, async (tx, application) => {
    const recording = { actor, request, application };
    const { line, claim } = await paymentLineFor(tx, recording, "recordReturnedPayment", payment);
    if (returnedOn < line.paidOn) {
      throw invalid({
        "returnedOn-day": `Date must be ${formatDay(line.paidOn)} or later: it was paid that day`,
      });
    }
    await refuseSettled(tx, application.id);
    await refuseBuiltUpon(tx, claim, line.cents);
    await reverseLine(tx, recording, claim, line, { paidOn: returnedOn, isReturn: true, reason });
    const { note, ...outcome } = outcomeOf(application, claim);
    const what = `${formatCents(line.cents)}, paid on ${formatDay(line.paidOn)} with the reference ${line.payment.reference}, came back`;
    const data = { ...outcome.data, payment: line.id, back: line.cents.toString() };
    return { ...outcome, note: `${note} ${what}.`, data, reason };
  });
}

type Made = { paidOn: Date; reference: string; cents: bigint };

const inWords = ({ cents, paidOn, reference }: Made): string =>
  `${formatCents(cents)} on ${formatDay(paidOn)} with the reference ${reference}`;

/**
 * Corrects the day, the reference or the amount of a payment or a credit note: one line reverses it, and another has
 * the right values, unless it should not have been recorded (`amount` 0).
 * @throws INVALID at the fields; STATE where money of it came back, was accounted for or claimed again, or the surplus
 * is confirmed
 */
export async function correctPayment(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { payment, paidOn, reference: typed, amount, reason }: CorrectedPayment,
): Promise<void> {
  await takeTransition(actor, request, reference, PAYMENT_STEPS.correctPayment, async (tx, application) => {
    const recording = { actor, request, application };
    const { line, claim } = await paymentLineFor(tx, recording, "correctPayment", payment);
    await refuseSettled(tx, application.id);
    const [paid, document] = [line.isCredit ? -line.cents : line.cents, line.payment.reference];
    const was = { paidOn: line.paidOn, reference: document, cents: paid };
    const isSame = !typed || invoiceKey(typed) === invoiceKey(document);
    const right = {
      paidOn: paidOn ?? was.paidOn,
      reference: isSame ? document : cleanNumber(typed),
      cents: amount ?? was.cents,
      ...(isSame && { paymentId: line.paymentId }),
    };
    refuseWrong(right, was, claim, line);
    await (line.isCredit ? correctCredit : correctLine)(tx, recording, claim, line, { ...right, reason });
    const { note, ...outcome } = outcomeOf(application, claim);
    const of = line.isCredit ? "The credit note" : "Recorded first";
    const corrected = right.cents > 0n ? `Corrected: ${inWords(right)}` : "It should not have been recorded";
    return {
      ...outcome,
      note: `${note} ${of}: ${inWords(was)}. ${corrected}.`,
      data: { ...outcome.data, payment: line.id, paid: right.cents.toString() },
      reason,
    };
  });
}

/** @throws INVALID where nothing is corrected, or at the day where money came back before it */
function refuseWrong(right: Made, was: Made, claim: LineOfClaim["claim"], line: LineOfClaim["line"]): void {
  if (isAsIs(right, was)) throw invalid({ payment: "Enter the right day, reference or amount" });
  if (right.cents === 0n) return;
  const wrongDay = paidOnProblem(right.paidOn, claim, dayOf(now()), "Right day");
  if (wrongDay) throw invalid({ "paidOn-day": wrongDay });
  const firstBack = standingRecoveries(claim.recoveries)[0]?.receivedOn;
  const others = standingPayments(claim.lines).filter((one) => one !== line);
  if (!line.isCredit && firstBack && ![right, ...others].some((one) => one.paidOn <= firstBack)) {
    throw invalid({ "paidOn-day": `Right day must be ${formatDay(firstBack)} or earlier: money came back that day` });
  }
}

/** `paymentId`: the document stays the same. `cents` 0: nothing replaces what is reversed. */
type Right = Made & { paymentId?: string; reason: string };

async function correctLine(
  tx: Tx,
  recording: Recording,
  claim: LineOfClaim["claim"],
  line: LineOfClaim["line"],
  { reason, ...right }: Right,
): Promise<void> {
  await refuseBuiltUpon(tx, claim, line.cents);
  const openCents = claim.cents - claim.paidCents + line.cents;
  if (right.cents > openCents) throw invalid({ amount: `Right amount must be ${formatCents(openCents)} or less` });
  await reverseLine(tx, recording, claim, line, { paidOn: line.paidOn, isReturn: false, reason });
  if (right.cents === 0n) return;
  const paymentId = right.paymentId ?? (await paymentFor(tx, recording, claim, right));
  await addLine(tx, recording, claim, { paymentId, cents: right.cents, paidOn: right.paidOn }, right.reference);
}

/** Reverses a credit note and its ledger entry; what it settled is open again. */
async function reverseCredit(
  tx: Tx,
  recording: Recording,
  claim: LineOfClaim["claim"],
  credit: LineOfClaim["line"],
  reason: string,
): Promise<{ settledCents: bigint }> {
  const { actor, request, application } = recording;
  const { id: claimId, number, startYear } = claim;
  await lockYear(tx, startYear);
  const cents = -credit.cents;
  const room = roomIn(await listYearsLeft(tx, application.id), startYear);
  if (cents > room) {
    const why = `only ${formatCents(room)} of ${formatYear(startYear)} has not been paid or claimed`;
    throw new DomainError("STATE", `The credited amount cannot be paid again: ${why}.`);
  }
  const { paymentId, paidOn } = credit;
  const of = { paymentId, applicationId: application.id, claimId, startYear, reversesId: credit.id, isCredit: true };
  const recorded = { recordedById: actor.personId, recordedAt: now() };
  const { id: lineId } = await tx.paymentLine.create({
    data: { ...of, ...recorded, paidOn, cents, reason },
    select: { id: true },
  });
  const said = `Credit of claim ${number} corrected, ${credit.payment.reference}: ${reason}`;
  await pay(tx, { actor, requestId: request.requestId, reason: said }, application.id, {
    ...{ startYear, cents, on: paidOn, lineId },
    ...(await entryOf(tx, { lineId: credit.id })),
  });
  const [settled] = settledByCredit(claim.lines, credit);
  if (settled) await reverseLine(tx, recording, claim, settled, { paidOn: settled.paidOn, isReturn: false, reason });
  return { settledCents: settled?.cents ?? 0n };
}

async function correctCredit(
  tx: Tx,
  recording: Recording,
  claim: LineOfClaim["claim"],
  line: LineOfClaim["line"],
  { reason, ...right }: Right,
): Promise<void> {
  const { settledCents } = await reverseCredit(tx, recording, claim, line, reason);
  if (right.cents === 0n) return;
  const money = { paidCents: claim.paidCents - settledCents, backCents: claim.backCents + line.cents };
  const paymentId = right.paymentId ?? (await paymentFor(tx, recording, null, right));
  const credit = { ...right, paymentId, reason: line.reason ?? "" };
  await creditClaim(tx, recording, { ...claim, ...money }, credit, "Right amount");
}

const isAsIs = (right: Made, was: Made): boolean =>
  right.cents > 0n &&
  right.reference === was.reference &&
  right.cents === was.cents &&
  right.paidOn.getTime() === was.paidOn.getTime();

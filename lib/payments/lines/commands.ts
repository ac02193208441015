import { entryOfPayment, lockYear, pay, recover } from "#lib/budget/commands.ts";
import { readYear } from "#lib/budget/years/queries.ts";
import { UUID } from "#lib/form/fields.ts";
import { type StepRequest, takeTransition } from "#lib/lifecycle/commands.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import type { LockedApplication } from "#lib/lifecycle/queries.ts";
import { claimFor, outcomeOf } from "#lib/payments/commands.ts";
import { type Remittance, remittanceEmail } from "#lib/payments/emails.ts";
import { invoiceKey } from "#lib/payments/invoices/rules.ts";
import { CAME_TO_NOTHING, cleanNumber, paidOnProblem } from "#lib/payments/rules.ts";
import type { CorrectedPayment, CreditNote, NewPayment, NewRecovery, ReturnedPayment } from "#lib/payments/schema.ts";
import { PAYMENT_STEPS } from "#lib/payments/steps.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDay } from "#lib/platform/dates.ts";
import type { Tx } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { DomainError, invalid, violates } from "#lib/platform/errors.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { formatCents, formatYear, sumCents } from "#lib/platform/money.ts";
import { listPaidWith } from "./queries.ts";
import { creditNumberProblem, creditReason, joinProblem, standingPayments } from "./rules.ts";

type Recording = { actor: MfatActor; request: StepRequest; application: LockedApplication };
type Of = { id: string; number: number; startYear: number };
type NewLine = { paymentId: string; cents: bigint; paidOn: Date; recordedAt?: Date };
/** What an agency takes off: `reason` names its credit note. */
type NewCredit = NewLine & { isCredit: true; reason: string; recordedAt: Date };

/** Adds what is paid of a claim to a payment, and its money to the ledger. */
async function addLine(
  tx: Tx,
  { actor, request, application }: Recording,
  claim: Of,
  line: NewLine,
  reference: string,
) {
  const { id: claimId, startYear } = claim;
  // A closing at the same time came before this, or comes after it.
  await lockYear(tx, startYear);
  const recorded = { recordedById: actor.personId, recordedAt: line.recordedAt ?? now() };
  await tx.paymentLine.create({ data: { ...line, applicationId: application.id, claimId, startYear, ...recorded } });
  const cause = { actor, requestId: request.requestId, reason: saidOf(claim, reference) };
  await pay(tx, cause, application.id, { startYear, cents: line.cents, on: line.paidOn });
}

/** What the ledger says of a payment. */
const saidOf = ({ number }: Of, reference: string): string => `Claim ${number} paid, ${reference}`;

/** Adds what an agency takes off to a payment, and to the ledger as money that came back. */
async function addCredit(tx: Tx, { actor, request, application }: Recording, claim: Of, credit: NewCredit) {
  const { id: claimId, startYear, number } = claim;
  await lockYear(tx, startYear);
  const { cents } = credit;
  const of = { applicationId: application.id, claimId, startYear, recordedById: actor.personId };
  await tx.paymentLine.create({ data: { ...credit, ...of, cents: -cents } });
  const cause = { actor, requestId: request.requestId, reason: `Claim ${number} credited: ${credit.reason}` };
  await recover(tx, cause, application.id, { startYear, cents, on: credit.paidOn });
}

type Reversal = { paidOn: Date; isReturn: boolean; reason: string };

/** Reverses a line of a claim, and its entry in the ledger. Both stay. */
async function reverseLine(
  tx: Tx,
  { actor, request, application }: Recording,
  claim: Of,
  { id: reversesId, paymentId, cents, paidOn, payment }: NewLine & { id: string; payment: { reference: string } },
  reversal: Reversal,
): Promise<void> {
  const { id: claimId, number, startYear } = claim;
  await lockYear(tx, startYear);
  const paid = { startYear, cents, on: paidOn };
  const entry = await entryOfPayment(tx, application.id, paid, saidOf(claim, payment.reference));
  const what = reversal.isReturn ? "sent back by the bank" : "corrected";
  const reason = `Payment of claim ${number} ${what}, ${payment.reference}: ${reversal.reason}`;
  // What is open of a claim fits into what is not paid: that first.
  await recover(tx, { actor, requestId: request.requestId, reason }, application.id, {
    ...paid,
    on: reversal.paidOn,
    ...(entry && { reversesId: entry }),
  });
  const of = { paymentId, applicationId: application.id, claimId, startYear, reversesId };
  const recorded = { recordedById: actor.personId, recordedAt: now() };
  await tx.paymentLine.create({ data: { ...of, ...reversal, ...recorded, cents: -cents } });
}

/** A payment of a claim that stands, with the claim. @throws INVALID where it is none of this initiative */
async function paymentLineFor(
  tx: Tx,
  { actor, application }: Recording,
  step: "recordReturnedPayment" | "correctPayment",
  id: string,
) {
  const line = UUID.test(id)
    ? await tx.paymentLine.findFirst({
        where: { id, applicationId: application.id, isCredit: false, reversesId: null, reversal: null },
        include: { claim: { select: { number: true } }, payment: { select: { reference: true } } },
      })
    : null;
  if (!line?.claim) throw invalid({ payment: "Choose a payment" });
  return { line, claim: await claimFor(tx, actor, application, step, String(line.claim.number)) };
}

/** What came back of a claim, or was accounted for, was paid before: that payment stays. */
async function refuseBuiltUpon(
  tx: Tx,
  claim: Of & { paidCents: bigint; backCents: bigint },
  cents: bigint,
): Promise<void> {
  const left = claim.paidCents - cents;
  if (left < claim.backCents) {
    throw new DomainError("STATE", `${formatCents(claim.backCents)} of claim ${claim.number} came back already.`);
  }
  await refuseAccounted(tx, claim.id, left - claim.backCents);
}

/** What was paid for work of a closed year is corrected by two people, as a recovery. */
function refuseClosed({ startYear, year: { closedAt } }: Of & { year: { closedAt: Date | null } }): void {
  if (!closedAt) return;
  throw new DomainError(
    "STATE",
    `${formatYear(startYear)} is closed, so this is not possible. Record a recovery instead.`,
  );
}

type Document = { reference: string; note?: string | null; paidOn: Date };

/**
 * The payment with a reference, however it is typed: the one that there is, which then pays another claim, or a new one.
 * @throws INVALID where that was made on another day, or pays this claim already
 */
async function paymentFor(
  tx: Tx,
  { actor }: Recording,
  claim: Of | null,
  { reference, note, paidOn }: Document,
): Promise<string> {
  if (!invoiceKey(reference)) throw invalid({ reference: "Payment reference must have a letter or a digit" });
  // Who makes it at the same time is waited for.
  await tx.$executeRaw`
    INSERT INTO "Payment" (id, reference, note, "recordedById", "recordedAt")
    VALUES (gen_random_uuid(), ${reference}, ${note ?? ""}, ${actor.personId}::uuid, ${now()})
    ON CONFLICT (invoice_key(reference)) WHERE NOT "sharesReference" DO NOTHING`;
  const [{ id }] = await tx.$queryRaw<[{ id: string }]>`
    SELECT id FROM "Payment" WHERE invoice_key(reference) = invoice_key(${reference}) AND NOT "sharesReference"`;
  const problem = joinProblem(await listPaidWith([reference], tx), claim?.id ?? null, paidOn);
  if (problem) throw invalid(problem);
  return id;
}

/**
 * Records that an approved claim was paid, whole or in part. There is no other way to pay.
 * @throws INVALID at the fields: a day to come or before the claim's year, more than is open, a reference that is of another
 * day or pays the claim already; STATE where it is not approved, or its year has not begun
 */
export async function recordPayment(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  payment: NewPayment,
): Promise<void> {
  const paid = { ...payment, reference: cleanNumber(payment.reference) };
  await takeTransition(actor, request, reference, PAYMENT_STEPS.recordPayment, async (tx, application) => {
    const claim = await claimFor(tx, actor, application, "recordPayment", payment.claim);
    const openCents = claim.cents - claim.paidCents;
    const cents = payment.amount ?? openCents;
    if (cents > openCents) {
      const open = formatCents(openCents);
      throw invalid({ amount: `Amount paid must be ${open} or less: ${open} of this claim is still to be paid` });
    }
    const wrongDay = paidOnProblem(paid.paidOn, claim, dayOf(now()));
    if (wrongDay) throw invalid({ "paidOn-day": wrongDay });
    const recording = { actor, request, application };
    const paymentId = await paymentFor(tx, recording, claim, paid);
    await addLine(tx, recording, claim, { paymentId, cents, paidOn: paid.paidOn }, paid.reference);
    await adviseOfPayment(tx, application, claim, { ...paid, cents });
    const { note, ...outcome } = outcomeOf(application, claim);
    if (cents === claim.cents) return { ...outcome, note };
    const rest = openCents - cents;
    const left = rest ? `${formatCents(rest)} is still to be paid` : "It is now paid in full";
    return {
      ...outcome,
      note: `${note} ${formatCents(cents)} was paid. ${left}.`,
      data: { ...outcome.data, paid: cents.toString() },
    };
  });
}

/**
 * Records that the bank sent a payment back: its claim is open again, and is paid again for the same invoice.
 * @throws INVALID at the fields; STATE where money of it came back or was accounted for, or the surplus is confirmed
 */
export async function recordReturnedPayment(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { payment, returnedOn, reason }: ReturnedPayment,
): Promise<void> {
  if (returnedOn > dayOf(now())) throw invalid({ "returnedOn-day": "Sent back on must be today or in the past" });
  await takeTransition(actor, request, reference, PAYMENT_STEPS.recordReturnedPayment, async (tx, application) => {
    const recording = { actor, request, application };
    const { line, claim } = await paymentLineFor(tx, recording, "recordReturnedPayment", payment);
    if (returnedOn < line.paidOn) {
      throw invalid({ "returnedOn-day": `Sent back on must be ${formatDay(line.paidOn)} or later: it was paid then` });
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

/**
 * Corrects the day, the reference or the amount of a payment: a line reverses it, and another says what is right.
 * @throws INVALID at the fields; STATE where its year is closed, money of it came back or was accounted for, or the surplus
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
    refuseClosed(claim);
    await refuseSettled(tx, application.id);
    await refuseBuiltUpon(tx, claim, line.cents);
    const was = line.payment.reference;
    const isSameDocument = !typed || invoiceKey(typed) === invoiceKey(was);
    const right = {
      paidOn: paidOn ?? line.paidOn,
      reference: isSameDocument ? was : cleanNumber(typed),
      cents: amount ?? line.cents,
    };
    if (isAsIs(right, line)) {
      throw invalid({ payment: "Enter what is right: the day, the reference or the amount" });
    }
    const openCents = claim.cents - claim.paidCents + line.cents;
    if (right.cents > openCents) throw invalid({ amount: `Right amount must be ${formatCents(openCents)} or less` });
    const wrongDay = paidOnProblem(right.paidOn, claim, dayOf(now()));
    if (wrongDay) throw invalid({ "paidOn-day": wrongDay });
    await reverseLine(tx, recording, claim, line, { paidOn: line.paidOn, isReturn: false, reason });
    const paymentId = isSameDocument
      ? line.paymentId
      : await paymentFor(tx, recording, claim, { ...right, note: null });
    await addLine(tx, recording, claim, { paymentId, cents: right.cents, paidOn: right.paidOn }, right.reference);
    const { note, ...outcome } = outcomeOf(application, claim);
    const said = (one: { cents: bigint; paidOn: Date }, document: string) =>
      `${formatCents(one.cents)} on ${formatDay(one.paidOn)} with the reference ${document}`;
    return {
      ...outcome,
      note: `${note} Recorded first: ${said(line, was)}. Corrected: ${said(right, right.reference)}.`,
      data: { ...outcome.data, payment: line.id, paid: right.cents.toString() },
      reason,
    };
  });
}

/**
 * Records a credit note of an agency, which was taken off a payment. What of the claim is not paid yet, it settles: a line
 * pays that, and the credit takes it off again.
 * @throws INVALID at the fields; STATE where a part of an advance is accounted for, or the surplus is confirmed
 */
export async function recordCreditNote(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { amount: cents, creditNumber, paidOn, ...credit }: CreditNote,
): Promise<void> {
  await takeTransition(actor, request, reference, PAYMENT_STEPS.recordCreditNote, async (tx, application) => {
    const recording = { actor, request, application };
    const claim = await claimFor(tx, actor, application, "recordCreditNote", credit.claim);
    refuseClosed(claim);
    const wrongNumber = creditNumberProblem(claim.lines, creditNumber);
    if (wrongNumber) throw invalid({ creditNumber: wrongNumber });
    const left = claim.cents - claim.backCents;
    if (cents > left) throw invalid({ amount: `Amount of the credit note must be ${formatCents(left)} or less` });
    const wrongDay = paidOnProblem(paidOn, claim, dayOf(now()));
    if (wrongDay) throw invalid({ "paidOn-day": wrongDay.replace("Paid on", "Taken off on") });
    await refuseSettled(tx, application.id);
    const openCents = claim.cents - claim.paidCents;
    const settled = cents < openCents ? cents : openCents;
    await refuseAccounted(tx, claim.id, claim.paidCents + settled - claim.backCents - cents);
    const document = cleanNumber(credit.reference);
    const paymentId = await paymentFor(tx, recording, null, { reference: document, paidOn });
    // The same instant: what the credit note settles is told by it from what was paid.
    const line = { paymentId, paidOn, recordedAt: now() };
    if (settled > 0n) await addLine(tx, recording, claim, { ...line, cents: settled }, document);
    const reason = creditReason(cleanNumber(creditNumber), credit.reason);
    await addCredit(tx, recording, claim, { ...line, cents, isCredit: true, reason });
    const { note, ...outcome } = outcomeOf(application, claim);
    const data = { ...outcome.data, back: cents.toString() };
    return { ...outcome, note: `${note} ${formatCents(cents)} was credited.`, data, reason };
  });
}

type Made = { paidOn: Date; cents: bigint };

const isAsIs = (right: Made & { reference: string }, line: Made & { payment: { reference: string } }): boolean =>
  right.reference === line.payment.reference &&
  right.cents === line.cents &&
  right.paidOn.getTime() === line.paidOn.getTime();

type Advised = Remittance["claim"] & { claimedById: string };

/** Mails the remittance advice to the agency's finance officers, and to whoever claimed. */
async function adviseOfPayment(
  tx: Tx,
  { id: applicationId, agencyId, agency, ...application }: LockedApplication,
  claim: Advised,
  payment: Remittance["payment"],
): Promise<void> {
  const people = await tx.person.findMany({
    where: { agencyId, endedAt: null, OR: [{ id: claim.claimedById }, { roles: { some: { role: "FINANCE" } } }] },
    select: { email: true },
  });
  const { purchaseOrder } = await tx.arrangement.findUniqueOrThrow({ where: { applicationId } });
  const paid = { agencyName: agency.name, claim, purchaseOrder, payment };
  const mail = remittanceEmail({ ...application, ...paid, baseUrl: env().BASE_URL });
  for (const { email: to } of people) await queueEmail(tx, { to, applicationId, ...mail });
}

/**
 * Records that the money of a paid claim came back. It stays committed: to be claimed again, or released in the end.
 * @throws INVALID at the fields, STATE where the surplus is confirmed: what is left over is settled then
 */
export async function recoverPayment(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  recovery: NewRecovery,
): Promise<void> {
  const { receivedOn, reason } = recovery;
  const receipt = cleanNumber(recovery.reference);
  if (!invoiceKey(receipt)) throw invalid({ reference: "Receipt reference must have a letter or a digit" });
  if (receivedOn > dayOf(now())) throw invalid({ "receivedOn-day": "Received on must be today or in the past" });
  try {
    await takeTransition(actor, request, reference, PAYMENT_STEPS.recoverPayment, async (tx, application) => {
      const claim = await claimFor(tx, actor, application, "recoverPayment", recovery.claim);
      const paidOn = standingPayments(claim.lines)[0]?.paidOn;
      if (paidOn && receivedOn < paidOn) {
        throw invalid({ "receivedOn-day": "Received on must be the day it was paid, or a later one" });
      }
      await refuseSettled(tx, application.id);
      const { id: claimId, startYear } = claim;
      const backCents = claim.paidCents - claim.backCents;
      const cents = recovery.amount ?? backCents;
      if (cents > backCents)
        throw invalid({ amount: `Amount must be ${formatCents(backCents)} or less: that is what is paid` });
      await refuseAccounted(tx, claim.id, backCents - cents);
      await lockYear(tx, startYear);
      await tx.recovery.create({
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
      const cause = { actor, requestId: request.requestId, reason: `Claim ${claim.number} recovered, ${receipt}` };
      await recover(tx, cause, application.id, { startYear, cents, on: receivedOn });
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

/** `leftCents`: what would stay paid. */
async function refuseAccounted(tx: Tx, claimId: string, leftCents: bigint): Promise<void> {
  const accounting = await tx.claim.findMany({
    where: { accountsForId: claimId, state: { notIn: [...CAME_TO_NOTHING] } },
    select: { number: true, accountedCents: true },
  });
  if (sumCents(accounting.map(({ accountedCents }) => accountedCents)) <= leftCents) return;
  throw new DomainError(
    "STATE",
    `Claim ${accounting[0]?.number} accounts for a part of this advance, so it does not come back whole.`,
  );
}

async function refuseSettled(tx: Tx, applicationId: string): Promise<void> {
  const settled = await tx.acquittal.count({ where: { applicationId, surplusConfirmedAt: { not: null } } });
  if (settled)
    throw new DomainError("STATE", "The surplus is already confirmed, so payments can no longer be changed.");
}

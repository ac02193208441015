import { randomUUID } from "node:crypto";
import { entryOf, lockYear, pay, recover } from "#lib/budget/commands.ts";
import { refuseUnmet } from "#lib/decisions/conditions/commands.ts";
import { type StepRequest, takeTransition } from "#lib/lifecycle/commands.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import type { LockedApplication } from "#lib/lifecycle/queries.ts";
import { claimFor, outcomeOf, refuseAccounted, refuseSettled } from "#lib/payments/commands.ts";
import { type Remittance, remittanceEmail } from "#lib/payments/emails.ts";
import { invoiceKey } from "#lib/payments/invoices/rules.ts";
import { cleanNumber, paidOnProblem } from "#lib/payments/rules.ts";
import type { CreditNote, NewPayment } from "#lib/payments/schema.ts";
import { PAYMENT_STEPS } from "#lib/payments/steps.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import type { Tx } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { invalid } from "#lib/platform/errors.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { formatCents, lesserOf } from "#lib/platform/money.ts";
import { listPaidWith } from "./queries.ts";
import { creditNumberProblem, creditReason, joinProblem, type Line } from "./rules.ts";

export type Recording = { actor: MfatActor; request: StepRequest; application: LockedApplication };
export type Of = { id: string; number: number; startYear: number };
type NewLine = { paymentId: string; cents: bigint; paidOn: Date };
/** What an agency takes off: `reason` names its credit note. `settlesId`: the line that it settles. */
type NewCredit = NewLine & { reason: string; settlesId?: string };

/** Adds a payment of a claim to a document, and its money to the ledger; returns the line's id. */
export async function addLine(
  tx: Tx,
  { actor, request, application }: Recording,
  claim: Of,
  line: NewLine,
  reference: string,
): Promise<string> {
  const { id: claimId, startYear } = claim;
  // The year cannot close at the same time, only before or after.
  await lockYear(tx, startYear);
  const recorded = { recordedById: actor.personId, recordedAt: now() };
  const of = { applicationId: application.id, claimId, startYear };
  const { id: lineId } = await tx.paymentLine.create({ data: { ...line, ...of, ...recorded }, select: { id: true } });
  const cause = { actor, requestId: request.requestId, reason: `Claim ${claim.number} paid, ${reference}` };
  await pay(tx, cause, application.id, { startYear, cents: line.cents, on: line.paidOn, lineId });
  return lineId;
}

/** Adds what an agency takes off to a document, and to the ledger as money that came back. */
async function addCredit(tx: Tx, { actor, request, application }: Recording, claim: Of, credit: NewCredit) {
  const { id: claimId, startYear } = claim;
  await lockYear(tx, startYear);
  const { cents } = credit;
  const recorded = { recordedById: actor.personId, recordedAt: now() };
  const of = { applicationId: application.id, claimId, startYear, isCredit: true, ...recorded };
  const { id: lineId } = await tx.paymentLine.create({
    data: { ...credit, ...of, cents: -cents },
    select: { id: true },
  });
  const reason = `Claim ${claim.number} credited: ${credit.reason}`;
  const cause = { actor, requestId: request.requestId, reason };
  await recover(tx, cause, application.id, { startYear, cents, on: credit.paidOn, lineId });
}

type Reversal = { paidOn: Date; isReturn: boolean; reason: string };
type Reversed = Pick<Line, "id" | "cents"> & { paymentId: string; payment: { reference: string } };

/** Reverses a line that pays a claim, and its ledger entry. All of them stay on record. */
export async function reverseLine(
  tx: Tx,
  { actor, request, application }: Recording,
  claim: Of,
  { id: reversesId, paymentId, cents, payment }: Reversed,
  reversal: Reversal,
): Promise<void> {
  const { id: claimId, number, startYear } = claim;
  await lockYear(tx, startYear);
  const what = reversal.isReturn ? "sent back by the bank" : "corrected";
  const reason = `Payment of claim ${number} ${what}, ${payment.reference}: ${reversal.reason}`;
  // The open part of a claim must fit into what is not paid: the entry comes first, and names the line that follows.
  const id = newId();
  await recover(tx, { actor, requestId: request.requestId, reason }, application.id, {
    ...{ startYear, cents, on: reversal.paidOn, lineId: id },
    ...(await entryOf(tx, { lineId: reversesId })),
  });
  const of = { id, paymentId, applicationId: application.id, claimId, startYear, reversesId };
  const recorded = { recordedById: actor.personId, recordedAt: now() };
  await tx.paymentLine.create({ data: { ...of, ...reversal, ...recorded, cents: -cents } });
}

/** An id that sorts by time, like those of other rows. */
function newId(): string {
  const time = Date.now().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

type Document = { reference: string; note?: string | null; paidOn: Date };

/**
 * The payment with a reference, however it is typed: an existing one, which then pays another claim, or a new one.
 * @throws INVALID where the existing one has another day, or pays this claim already
 */
export async function paymentFor(
  tx: Tx,
  { actor }: Recording,
  claim: Of | null,
  { reference, note, paidOn }: Document,
): Promise<string> {
  if (!invoiceKey(reference)) throw invalid({ reference: "Payment reference must include a letter or a number" });
  // Waits for anybody who is creating the same payment.
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
 * @throws INVALID at the fields: a day in the future or before the claim's year, more than is open, a reference with
 * another day or that already pays the claim; STATE where it is not approved, or its year has not started
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
    await refuseUnmet(tx, actor, application, payment.unmetReason);
    const recording = { actor, request, application };
    const paymentId = await paymentFor(tx, recording, claim, paid);
    await addLine(tx, recording, claim, { paymentId, cents, paidOn: paid.paidOn }, paid.reference);
    await adviseOfPayment(tx, application, claim, { ...paid, cents });
    const { note, ...made } = outcomeOf(application, claim);
    const { unmetReason } = payment;
    const outcome = { ...made, ...(unmetReason && { data: { ...made.data, unmetReason } }) };
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

type Creditable = Of & { cents: bigint; paidCents: bigint; backCents: bigint };
type Credited = { paymentId: string; reference: string; cents: bigint; paidOn: Date; reason: string };

/**
 * Takes a credit off a claim. The unpaid part of the claim is settled: a line pays that, and the credit takes it off
 * again.
 */
export async function creditClaim(
  tx: Tx,
  recording: Recording,
  claim: Creditable,
  { reference, ...credit }: Credited,
  label: string,
): Promise<void> {
  const { cents, paymentId, paidOn } = credit;
  const left = claim.cents - claim.backCents;
  if (cents > left) throw invalid({ amount: `${label} must be ${formatCents(left)} or less` });
  const openCents = claim.cents - claim.paidCents;
  const settled = lesserOf(cents, openCents);
  await refuseAccounted(tx, claim.id, claim.paidCents + settled - claim.backCents - cents, { label, cents });
  const line = { paymentId, paidOn };
  const settles =
    settled > 0n ? { settlesId: await addLine(tx, recording, claim, { ...line, cents: settled }, reference) } : {};
  await addCredit(tx, recording, claim, { ...line, cents, reason: credit.reason, ...settles });
}

/**
 * Records a credit note of an agency, which was taken off a payment.
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
    const wrongNumber = creditNumberProblem(claim.lines, creditNumber);
    if (wrongNumber) throw invalid({ creditNumber: wrongNumber });
    if (cents <= 0n) throw invalid({ amount: "Enter the amount" });
    const wrongDay = paidOnProblem(paidOn, claim, dayOf(now()));
    if (wrongDay) throw invalid({ "paidOn-day": wrongDay });
    await refuseSettled(tx, application.id);
    const document = cleanNumber(credit.reference);
    const paymentId = await paymentFor(tx, recording, null, { reference: document, paidOn });
    const reason = creditReason(cleanNumber(creditNumber), credit.reason);
    const taken = { paymentId, reference: document, cents, paidOn, reason };
    await creditClaim(tx, recording, claim, taken, "Amount of the credit note");
    const { note, ...outcome } = outcomeOf(application, claim);
    const data = { ...outcome.data, back: cents.toString() };
    return { ...outcome, note: `${note} ${formatCents(cents)} was credited.`, data, reason };
  });
}

type Advised = Remittance["claim"] & { claimedById: string };

/** Emails the remittance advice to the agency's finance officers, and to the person who claimed. */
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

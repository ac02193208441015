import { isDownloadable } from "#lib/documents/rules.ts";
import { UUID } from "#lib/form/fields.ts";
import { type StepOutcome, type StepRequest, takeTransition } from "#lib/lifecycle/commands.ts";
import type { Actor, AgencyActor, MfatActor } from "#lib/lifecycle/permissions.ts";
import { type LockedApplication, nobodyFor } from "#lib/lifecycle/queries.ts";
import { mayTakeOn } from "#lib/lifecycle/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf } from "#lib/platform/dates.ts";
import type { ClaimState, ScanState } from "#lib/platform/db/generated/enums.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { DomainError, forbidden, invalid, violates } from "#lib/platform/errors.ts";
import { formatCents, sumCents } from "#lib/platform/money.ts";
import { invoiceKey } from "./invoices/rules.ts";
import { LINES, RECOVERIES } from "./lines/queries.ts";
import { freeInvoices, readClaims } from "./queries.ts";
import {
  CAME_TO_NOTHING,
  type ClaimStep,
  checkClaim,
  claimInWords,
  claimReference,
  claimStands,
  cleanNumber,
  fitsClaim,
  OWN_CONFIRMATION,
  UNSCANNED,
  whyNotTaken,
} from "./rules.ts";
import type { ChosenClaim, ClaimReason, NewClaim } from "./schema.ts";
import { PAYMENT_STEPS } from "./steps.ts";

/**
 * Claims money of an arrangement with an invoice, of the financial year in which the work was done; for work that lies ahead
 * as an advance.
 * @throws INVALID at the fields: days out of their order, more than remains in the year, an invoice claimed already, a file
 * that was refused
 */
export async function submitClaim(
  actor: AgencyActor,
  request: StepRequest,
  reference: string,
  claim: NewClaim,
): Promise<void> {
  const invoiceNumber = cleanNumber(claim.invoiceNumber);
  try {
    await takeTransition(actor, request, reference, PAYMENT_STEPS.submitClaim, async (tx, application) => {
      const { claims, years, advances } = await readClaims(actor, application.id, tx);
      const { acceptedAt } = await tx.arrangement.findUniqueOrThrow({ where: { applicationId: application.id } });
      const twin = invoiceKey(invoiceNumber)
        ? await sameInvoice(tx, actor.agencyId, invoiceNumber)
        : "Invoice number must include a letter or a number";
      const errors = {
        ...checkClaim(claim, { years, advances, acceptedOn: dayOf(acceptedAt) }, dayOf(now())),
        ...(twin && { invoiceNumber: twin }),
        ...(await checkInvoice(tx, application.id, claim.invoice)),
      };
      if (Object.keys(errors).length) throw invalid(errors);
      const made = await tx.claim.create({
        data: {
          applicationId: application.id,
          agencyId: actor.agencyId,
          number: (claims[0]?.number ?? 0) + 1,
          startYear: financialYearOf(claim.workFrom),
          workFrom: claim.workFrom,
          workTo: claim.workTo,
          advanceReason: claim.advanceReason,
          accountsForId: claim.accountsFor,
          accountedCents: claim.accounted ?? 0n,
          cents: claim.amount,
          gstCents: claim.gst,
          invoiceNumber,
          invoicedOn: claim.invoicedOn,
          milestone: claim.milestone,
          invoiceId: claim.invoice,
          claimedById: actor.personId,
          claimedAt: now(),
        },
      });
      return outcomeOf(application, made);
    });
  } catch (error) {
    // Two applications of one agency may claim for the same invoice at once.
    if (!violates(error, "Claim_invoice_once")) throw error;
    const twin = await sameInvoice(db(), actor.agencyId, invoiceNumber);
    throw invalid({ invoiceNumber: twin ?? "You have already claimed this invoice" });
  }
}

/** The claim of an agency, or of an application that it took over, that stands for an invoice, in words; null: none. */
async function sameInvoice(client: Pick<Tx, "$queryRaw">, agencyId: string, number: string): Promise<string | null> {
  const [found] = await client.$queryRaw<{ reference: string; number: number; typed: string }[]>`
    SELECT a.reference, c.number, c."invoiceNumber" AS typed FROM "Claim" c JOIN "Application" a ON a.id = c."applicationId"
    WHERE ${agencyId}::uuid IN (c."agencyId", a."agencyId") AND invoice_key(c."invoiceNumber") = invoice_key(${number})
      AND NOT c.state = ANY(${[...CAME_TO_NOTHING]}::"ClaimState"[])`;
  if (!found) return null;
  const written = found.typed.toLowerCase() === number.toLowerCase() ? "" : `, written “${found.typed}”`;
  return `Claim ${claimReference(found.reference, found.number)} already has this invoice number${written}`;
}

async function checkInvoice(tx: Tx, applicationId: string, id: string): Promise<Record<string, string>> {
  const invoice = UUID.test(id)
    ? await tx.applicationDocument.findFirst({ where: { ...freeInvoices(applicationId), id }, select: { id: true } })
    : null;
  return invoice ? {} : { invoice: "Choose an invoice’s file that passed the malware scan and has no claim yet" };
}

/** Those who may approve a claim that the actor confirms. */
async function budgetOfficers(tx: Tx, { personId }: MfatActor, application: LockedApplication): Promise<string[]> {
  const people = await tx.person.findMany({
    where: {
      AND: [mayTakeOn({ role: "BUDGET" }, application, 0n, dayOf(now())), { id: { not: personId } }],
    },
    select: { id: true },
  });
  return people.map(({ id }) => id);
}

const WITH_MONEY = {
  year: { select: { cutoffOn: true, closedAt: true } },
  lines: LINES,
  recoveries: RECOVERIES,
  invoice: { select: { document: { select: { scanState: true } } } },
} as const;

/** The claim that a step is taken for. @throws INVALID where there is none, STATE where it is not in a state for it */
export async function claimFor(tx: Tx, actor: Actor, application: LockedApplication, step: ClaimStep, number: string) {
  const claim = /^\d{1,6}$/.test(number)
    ? await tx.claim.findUnique({
        where: { applicationId_number: { applicationId: application.id, number: Number(number) } },
        include: WITH_MONEY,
      })
    : null;
  if (!claim) throw invalid({ claim: "Choose a claim" });
  if (!fitsClaim(step, claim, actor.roles)) {
    throw new DomainError("STATE", claimStands(claimReference(application.reference, claim.number), claim));
  }
  const why = whyNotTaken(step, claim, actor.personId, dayOf(now()));
  if (why === OWN_CONFIRMATION) throw forbidden(`${why}.`);
  if (why) throw new DomainError("STATE", `${why}. You can return the claim.`);
  return claim;
}

type Told = { number: number; startYear: number; cents: bigint; claimedById: string };

/** What the email and the audit trail say about it; whoever claimed is told. */
export function outcomeOf({ reference }: LockedApplication, claim: Told): StepOutcome {
  const { number, startYear, cents, claimedById } = claim;
  return {
    note: `${claimInWords(reference, claim)}.`,
    data: { claim: number, year: startYear, cents: cents.toString() },
    asks: [claimedById],
  };
}

/**
 * Confirms for the desk that the work of a claim was done: milestone, report and invoice agree; of an advance, that it is
 * justified. Another person approves the money.
 * @throws STATE where it does not wait for that, its file is not scanned, or no other budget officer could approve it
 */
export async function confirmWork(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { claim: number }: ChosenClaim,
): Promise<void> {
  await takeTransition(actor, request, reference, PAYMENT_STEPS.confirmWork, async (tx, application) => {
    const claim = await claimFor(tx, actor, application, "confirmWork", number);
    refuseUnscanned(claim);
    const asks = await budgetOfficers(tx, actor, application);
    if (!asks.length) throw new DomainError("STATE", await nobodyFor(tx, "MFAT", application, "BUDGET"));
    const data = { workConfirmedById: actor.personId, workConfirmedAt: now() };
    await tx.claim.update({ where: { id: claim.id }, data });
    const { note, ...outcome } = outcomeOf(application, claim);
    const what = claim.advanceReason === null ? "the work was done" : "the advance is justified";
    return { ...outcome, note: `${note} MFAT confirmed that ${what}.`, asks: [claim.claimedById, ...asks] };
  });
}

/** The desk takes back that it confirmed a claim, which then waits on it again. */
export async function takeBackConfirmation(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { claim: number, reason }: ClaimReason,
): Promise<void> {
  await takeTransition(actor, request, reference, PAYMENT_STEPS.takeBackConfirmation, async (tx, application) => {
    const claim = await claimFor(tx, actor, application, "takeBackConfirmation", number);
    await tx.claim.update({ where: { id: claim.id }, data: { workConfirmedById: null, workConfirmedAt: null } });
    return { ...outcomeOf(application, claim), reason };
  });
}

type Decision = { state: ClaimState; decidedById: string; decidedAt: Date; reason?: string };

/** Decides on a claim: only its state changes. */
async function decide(
  actor: AgencyActor | MfatActor,
  request: StepRequest,
  reference: string,
  step: Extract<ClaimStep, "withdrawClaim" | "approveClaim" | "returnClaim">,
  { claim: number, reason }: ChosenClaim & { reason?: string },
): Promise<void> {
  await takeTransition(actor, request, reference, PAYMENT_STEPS[step], async (tx, application) => {
    const claim = await claimFor(tx, actor, application, step, number);
    if (step === "approveClaim") refuseUnscanned(claim);
    const data: Decision = {
      // What an advance has paid needs no payment.
      state: step === "approveClaim" && claim.cents === 0n ? "SETTLED" : DECIDED[step],
      decidedById: actor.personId,
      decidedAt: now(),
      ...(reason && { reason }),
    };
    await tx.claim.update({ where: { id: claim.id }, data });
    return { ...outcomeOf(application, claim), ...(reason && { reason }) };
  });
}

type Invoiced = { invoice: { document: { scanState: ScanState } } };

function refuseUnscanned({ invoice }: Invoiced): void {
  if (isDownloadable(invoice.document.scanState)) return;
  throw new DomainError("STATE", UNSCANNED);
}

const DECIDED = { withdrawClaim: "CANCELLED", approveClaim: "APPROVED", returnClaim: "RETURNED" } as const;

/** Withdraws a claim that was not approved. */
export const withdrawClaim = (actor: AgencyActor, request: StepRequest, reference: string, withdrawn: ClaimReason) =>
  decide(actor, request, reference, "withdrawClaim", withdrawn);

export const approveClaim = (actor: MfatActor, request: StepRequest, reference: string, approved: ChosenClaim) =>
  decide(actor, request, reference, "approveClaim", approved);

/** The agency reads why, and may claim again. */
export const returnClaim = (actor: MfatActor, request: StepRequest, reference: string, returned: ClaimReason) =>
  decide(actor, request, reference, "returnClaim", returned);

/**
 * The part of an advance that other claims account for stays paid. `leftCents`: what would be left. `at`: the field that says
 * how much is taken off, and what was typed there.
 * @throws INVALID at that field with how much it may be; STATE without one
 */
export async function refuseAccounted(
  tx: Tx,
  claimId: string,
  leftCents: bigint,
  at?: { label: string; cents: bigint },
): Promise<void> {
  const accounting = await tx.claim.findMany({
    where: { accountsForId: claimId, state: { notIn: [...CAME_TO_NOTHING] } },
    select: { number: true, accountedCents: true },
    orderBy: { number: "asc" },
  });
  const short = sumCents(accounting.map(({ accountedCents }) => accountedCents)) - leftCents;
  if (short <= 0n) return;
  const { claims, account } = whoAccounts(accounting.map(({ number }) => number));
  if (!at) {
    const Claims = `C${claims.slice(1)}`;
    throw new DomainError("STATE", `${Claims} ${account} for part of this advance, so not all of it can come back.`);
  }
  const most = at.cents - short;
  const limit = most > 0n ? `${formatCents(most)} or less: ${claims} ${account} for the rest` : null;
  throw invalid({
    amount: limit ? `${at.label} must be ${limit}` : `Nothing can come back: ${claims} ${account} for it`,
  });
}

/** "claims 10 and 11" and "account". */
const whoAccounts = (numbers: readonly number[]) =>
  numbers.length === 1
    ? { claims: `claim ${numbers[0]}`, account: "accounts" }
    : { claims: `claims ${new Intl.ListFormat("en-NZ").format(numbers.map(String))}`, account: "account" };

export async function refuseSettled(tx: Tx, applicationId: string): Promise<void> {
  const settled = await tx.acquittal.count({ where: { applicationId, surplusConfirmedAt: { not: null } } });
  if (settled)
    throw new DomainError("STATE", "The surplus is already confirmed, so payments can no longer be changed.");
}

import { type Cause, recover, releaseUnpaid } from "#lib/budget/commands.ts";
import { keepReleases } from "#lib/form/commands.ts";
import type { Reason, Values } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { newestOf } from "#lib/form/versions.ts";
import { type StepRequest, takeTransition } from "#lib/lifecycle/commands.ts";
import type { AgencyActor, MfatActor } from "#lib/lifecycle/permissions.ts";
import type { LockedApplication } from "#lib/lifecycle/queries.ts";
import { STANDS } from "#lib/lifecycle/rules.ts";
import { invoiceKey } from "#lib/payments/invoices/rules.ts";
import { saidOfRecovery } from "#lib/payments/recoveries/commands.ts";
import { cleanNumber } from "#lib/payments/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDay } from "#lib/platform/dates.ts";
import type { Tx } from "#lib/platform/db.ts";
import { conflict, DomainError, invalid, violates } from "#lib/platform/errors.ts";
import { formatCents, formatYear, sumCents, typedCents } from "#lib/platform/money.ts";
import { answerTo, cancelReports } from "#lib/reports/commands.ts";
import { isOpenReport } from "#lib/reports/rules.ts";
import { listOpenItems, readBudgetLines, readSettlement } from "./queries.ts";
import {
  obstacleToClosing,
  obstacleToLastReport,
  obstacleToSurplus,
  obstacleToTerminating,
  toClaimCents,
  toRecoverCents,
} from "./rules.ts";
import {
  ACQUITTAL_RELEASES,
  type AcquittalWords,
  acquittalFields,
  actualInput,
  amountFields,
  type NewRecovery,
} from "./schema.ts";
import { SETTLEMENT_STEPS } from "./steps.ts";

const causeOf = (actor: Cause["actor"], { requestId }: StepRequest, reason: string): Cause => ({
  actor,
  requestId,
  reason,
});

/** @throws STATE saying what prevents it */
function refuse(obstacle: string | null): void {
  if (obstacle) throw new DomainError("STATE", obstacle);
}

/**
 * Accepts the final report, once every other report is accepted or cancelled: closing starts.
 * @throws STATE where something else is open, naming it
 */
export function acceptLastReport(actor: MfatActor, request: StepRequest, reference: string, { reason }: Reason) {
  return takeTransition(
    actor,
    request,
    reference,
    SETTLEMENT_STEPS.acceptLastReport,
    async (tx, { id: applicationId }) => {
      const report = await tx.report.findFirst({
        where: { applicationId, kind: "FINAL", state: { not: "CANCELLED" } },
      });
      if (!report || isOpenReport(report.state)) {
        throw new DomainError("STATE", "The agency needs to submit the final report first.");
      }
      const obstacle = obstacleToLastReport(await listOpenItems(tx, applicationId));
      if (obstacle) throw new DomainError("STATE", obstacle);
      await answerTo(tx, actor, report.id, { state: "ACCEPTED", reason });
      return { reason, data: { report: report.number } };
    },
  );
}

/**
 * Ends an arrangement early: reports that were not submitted are cancelled, and money that is committed and not paid
 * goes back to the envelope. What was paid is then accounted for as at any other end.
 * @throws STATE while a claim or a variation is open
 */
export function terminate(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { reason }: Reason,
): Promise<void> {
  return takeTransition(actor, request, reference, SETTLEMENT_STEPS.terminate, async (tx, application) => {
    const { open, paidCents } = await readSettlement(tx, application.id);
    refuse(obstacleToTerminating(open));
    const reports = await cancelReports(tx, actor, application.id, reason);
    const releasedCents = await releaseUnpaid(tx, causeOf(actor, request, "Terminated"), application.id);
    return {
      reason,
      data: { releasedCents: releasedCents.toString(), reports },
      ...(paidCents > 0n && { note: "A certifier needs to submit an acquittal to account for what was paid." }),
    };
  });
}

/**
 * Saves the amounts of the final account for the certifier, who submits it. They can be changed until then.
 * @throws INVALID where they add up to more than was committed
 */
export function prepareAcquittal(
  actor: AgencyActor,
  request: StepRequest,
  reference: string,
  values: Values,
): Promise<void> {
  return takeTransition(actor, request, reference, SETTLEMENT_STEPS.prepareAcquittal, async (tx, application) => {
    const { acquittal } = await readSettlement(tx, application.id);
    if (acquittal) throw conflict("The acquittal has already been submitted.");
    const { lines } = await readAcquittal(tx, application, values, amountFields);
    await tx.preparedAcquittal.create({
      data: {
        applicationId: application.id,
        values: Object.fromEntries(lines.map((line, index) => [actualInput(index), typedCents(line.actualCents)])),
        preparedById: actor.personId,
        preparedAt: now(),
      },
    });
    const certifiers = await tx.person.findMany({
      where: { agencyId: actor.agencyId, endedAt: null, roles: { some: { role: "CERTIFIER" } } },
      select: { id: true },
    });
    const actualCents = sumCents(lines.map((line) => line.actualCents));
    return { data: { actualCents: actualCents.toString() }, asks: certifiers.map(({ id }) => id) };
  });
}

/**
 * Submits the final account by budget line, once. Its total is the sum of the lines and may exceed the fund's money:
 * the true cost is stated, and the agency bears the excess.
 */
export function submitAcquittal(
  actor: AgencyActor,
  request: StepRequest,
  reference: string,
  values: Values,
): Promise<void> {
  return takeTransition(actor, request, reference, SETTLEMENT_STEPS.submitAcquittal, async (tx, application) => {
    const { acquittal: before } = await readSettlement(tx, application.id);
    if (before) throw conflict("The acquittal has already been submitted.");
    const { outcome, lessons, lines } = await readAcquittal(tx, application, values);
    const actualCents = sumCents(lines.map((line) => line.actualCents));
    const { id: applicationId } = application;
    const number = (await tx.acquittal.count({ where: { applicationId } })) + 1;
    const form = newestOf(ACQUITTAL_RELEASES);
    await keepReleases(tx, [form]);
    const names = { formHash: form.hash, agencyName: application.agency.name, submitterName: actor.name };
    await tx.acquittal.create({
      data: {
        applicationId,
        number,
        actualCents,
        outcome,
        lessons,
        ...names,
        submittedById: actor.personId,
        submittedAt: now(),
      },
    });
    await tx.acquittalLine.createMany({
      data: lines.map((line, index) => ({ ...line, applicationId, number, position: index + 1 })),
    });
    const dueCents = toClaimCents(await readSettlement(tx, applicationId));
    return {
      data: { actualCents: actualCents.toString() },
      ...(dueCents > 0n && {
        note: `${formatCents(dueCents)} of what was spent has to be claimed and paid before the surplus is confirmed.`,
      }),
    };
  });
}

/**
 * Returns the final account to be corrected and submitted again; what was submitted stays on record. Money recovered
 * because of it meanwhile stays recovered.
 * @throws STATE if there is no acquittal to return, or the surplus is confirmed
 */
export function returnAcquittal(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { reason }: Reason,
): Promise<void> {
  return takeTransition(actor, request, reference, SETTLEMENT_STEPS.returnAcquittal, async (tx, application) => {
    const { acquittal } = await readSettlement(tx, application.id);
    if (!acquittal)
      throw new DomainError("STATE", "There is no acquittal to return: the agency has not submitted one.");
    if (acquittal.surplusConfirmedAt) {
      throw new DomainError("STATE", "The surplus is already confirmed, so the acquittal can no longer be returned.");
    }
    await tx.acquittal.updateMany({
      where: { applicationId: application.id, ...STANDS },
      data: { returnedById: actor.personId, returnedAt: now(), reason },
    });
    return { reason, data: { actualCents: acquittal.actualCents.toString() } };
  });
}

async function readAcquittal(tx: Tx, application: LockedApplication, values: Values, fieldsOf = acquittalFields) {
  const budget = await readBudgetLines(tx, application);
  const parsed = parseFields(fieldsOf(budget), values);
  if (parsed.errors) throw invalid(parsed.errors);
  const answers = parsed.data as Record<string, unknown> & AcquittalWords;
  const lines = budget.map((line, index) => ({ ...line, actualCents: answers[actualInput(index)] as bigint }));
  return { outcome: answers.outcome, lessons: answers.lessons, lines };
}

/** Records money recovered because more was paid than the actual cost. @throws INVALID if it is more than is owed */
export async function recordRecovery(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  recovery: NewRecovery,
): Promise<void> {
  const receipt = cleanNumber(recovery.reference);
  if (!invoiceKey(receipt)) throw invalid({ reference: "Receipt reference must include a letter or a number" });
  if (recovery.receivedOn > dayOf(now())) throw invalid({ "receivedOn-day": "Date must be today or in the past" });
  try {
    await takeTransition(actor, request, reference, SETTLEMENT_STEPS.recordRecovery, async (tx, application) => {
      const startYear = Number(recovery.year);
      await refuseTooMuch(tx, application.id, startYear, recovery.amount);
      await refuseBeforePaid(tx, application.id, startYear, recovery.receivedOn);
      const { id: recoveryId } = await tx.recovery.create({
        data: {
          applicationId: application.id,
          startYear,
          cents: recovery.amount,
          receivedOn: recovery.receivedOn,
          reference: receipt,
          reason: "Paid and not spent",
          recordedById: actor.personId,
          recordedAt: now(),
        },
      });
      await recover(tx, causeOf(actor, request, saidOfRecovery(null, receipt)), application.id, {
        startYear,
        cents: recovery.amount,
        on: recovery.receivedOn,
        recoveryId,
      });
      return { data: { cents: recovery.amount.toString(), year: recovery.year } };
    });
  } catch (error) {
    if (violates(error, "Recovery_reference_once")) {
      throw invalid({ reference: "A recovery with this reference is already recorded" });
    }
    throw error;
  }
}

/** Money cannot come back before it was paid. */
async function refuseBeforePaid(tx: Tx, applicationId: string, startYear: number, receivedOn: Date): Promise<void> {
  const { _min: first } = await tx.paymentLine.aggregate({
    where: { applicationId, startYear },
    _min: { paidOn: true },
  });
  if (first.paidOn && receivedOn < first.paidOn) {
    const since = formatDay(first.paidOn);
    throw invalid({ "receivedOn-day": `Date must be ${since} or later: the first payment was made that day` });
  }
}

async function refuseTooMuch(tx: Tx, applicationId: string, startYear: number, cents: bigint): Promise<void> {
  const settlement = await readSettlement(tx, applicationId);
  const dueCents = toRecoverCents(settlement);
  if (dueCents === 0n) throw new DomainError("STATE", "There is nothing to recover.");
  if (cents > dueCents) {
    throw invalid({ amount: `Amount must be ${formatCents(dueCents)} or less: that is the amount to recover` });
  }
  const year = await tx.applicationFunding.findUnique({
    where: { applicationId_startYear: { applicationId, startYear } },
  });
  const paidCents = year?.paidCents ?? 0n;
  if (cents > paidCents) {
    const what = `that is what was paid in ${formatYear(startYear)}`;
    throw invalid({ amount: `Amount must be ${formatCents(paidCents)} or less: ${what}` });
  }
}

/**
 * Confirms the surplus and releases it to the envelope. What was spent and what is paid must be equal first, so that
 * the surplus is what remains unpaid.
 * @throws STATE with the figures
 */
export function confirmSurplus(actor: MfatActor, request: StepRequest, reference: string): Promise<void> {
  return takeTransition(actor, request, reference, SETTLEMENT_STEPS.confirmSurplus, async (tx, application) => {
    const settlement = await readSettlement(tx, application.id);
    if (settlement.acquittal?.surplusConfirmedAt) throw conflict("The surplus is already confirmed.");
    refuse(obstacleToSurplus(settlement));
    const surplusCents = await releaseUnpaid(tx, causeOf(actor, request, "Surplus confirmed"), application.id);
    await tx.acquittal.updateMany({
      where: { applicationId: application.id, ...STANDS },
      data: { surplusCents, surplusConfirmedById: actor.personId, surplusConfirmedAt: now() },
    });
    return { data: { surplusCents: surplusCents.toString() } };
  });
}

/** @throws STATE while a report, a claim, a variation or the surplus is open, naming it */
export function close(actor: MfatActor, request: StepRequest, reference: string): Promise<void> {
  return takeTransition(actor, request, reference, SETTLEMENT_STEPS.close, async (tx, application) => {
    refuse(obstacleToClosing(await readSettlement(tx, application.id)));
    return {};
  });
}

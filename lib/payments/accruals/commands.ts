import { isAccruing } from "#lib/budget/years/rules.ts";
import { type StepRequest, takeTransition } from "#lib/lifecycle/commands.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import type { AgencyActor } from "#lib/lifecycle/permissions.ts";
import { lockApplication } from "#lib/lifecycle/queries.ts";
import { stepPath } from "#lib/lifecycle/steps.ts";
import { readClaims } from "#lib/payments/queries.ts";
import { CLAIMANTS, PAYMENT_STEPS } from "#lib/payments/steps.ts";
import { isRepeated, recordEvent, requestIdOf } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDay, yearEndsOn } from "#lib/platform/dates.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { invalid } from "#lib/platform/errors.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { composeEmail } from "#lib/platform/message.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import type { StatedAccrual } from "./schema.ts";

/**
 * States work of an ending year that is done but not claimed, or that there is none; a later statement replaces it.
 * @throws INVALID for a year that is not asked about, or more than remains in it
 */
export async function stateAccrual(
  actor: AgencyActor,
  request: StepRequest,
  reference: string,
  { year, amount, work }: StatedAccrual,
): Promise<void> {
  await takeTransition(actor, request, reference, PAYMENT_STEPS.stateAccrual, async (tx, application) => {
    const { years } = await readClaims(actor, application.id, tx);
    const one = years.find(({ startYear }) => String(startYear) === year);
    if (!one || !isAccruing(one, dayOf(now()))) throw invalid({ year: "Choose a financial year from the list" });
    const name = formatYear(one.startYear);
    if (amount > one.leftCents) {
      throw invalid({ amount: `Only ${formatCents(one.leftCents)} remains to be claimed in ${name}` });
    }
    await tx.accrual.create({
      data: {
        applicationId: application.id,
        startYear: one.startYear,
        cents: amount,
        work,
        statedById: actor.personId,
        statedAt: now(),
      },
    });
    const note =
      amount > 0n
        ? `${formatCents(amount)} of work was done in ${name} and is not claimed yet.`
        : `All work in ${name} has been claimed.`;
    return { note, data: { year: one.startYear, cents: amount.toString() } };
  });
}

/**
 * The timed job: from 1 June on, each agency with money of the ending year that has not been paid or claimed is asked
 * once what work is done. The event's request id, made from the initiative and the year, ensures that it is once.
 * Returns how many were asked.
 */
export async function askForAccruals(): Promise<number> {
  const today = dayOf(now());
  const years = await db().financialYear.findMany({ where: { closedAt: null } });
  let count = 0;
  for (const year of years.filter((one) => isAccruing(one, today))) {
    const unspent = await db().$queryRaw<{ reference: string }[]>`
      SELECT a.reference FROM year_unspent(${year.startYear}) u JOIN "Application" a ON a.id = u."applicationId"
      WHERE u.unspent > u.open AND a.state IN ('ACTIVE', 'CLOSING') ORDER BY a.reference`;
    for (const { reference } of unspent) if (await ask(reference, year.startYear)) count++;
  }
  return count;
}

function ask(reference: string, startYear: number): Promise<boolean> {
  return transaction(async (tx) => {
    const { id: applicationId, agencyId, title, marking } = await lockApplication(tx, null, reference);
    const requestId = requestIdOf(applicationId, `accrual ${startYear}`);
    if (await isRepeated(tx, requestId)) return false;
    if (await tx.accrual.count({ where: { applicationId, startYear } })) return false;
    const people = await tx.person.findMany({
      where: { agencyId, endedAt: null, roles: { some: { role: { in: [...CLAIMANTS] } } } },
      select: { email: true },
    });
    // Somebody who joins later is asked the next morning.
    if (!people.length) return false;
    await recordEvent(tx, { event: "accrual.asked", actor: null, applicationId, requestId, data: { year: startYear } });
    const label = MARKING_LABELS[marking];
    const name = formatYear(startYear);
    const mail = {
      subject: `[${label}] ${reference}: tell us about unclaimed work in ${name}`,
      ...composeEmail({
        marking: label,
        paragraphs: [
          marking === "UNCLASSIFIED" ? `${reference} ${title}` : reference,
          yearEndsOn(startYear) < dayOf(now())
            ? `Financial year ${name} ended on ${formatDay(yearEndsOn(startYear))}. Tell us how much work was done by then and is not claimed yet, or that there is none. You can still claim what you state.`
            : `Financial year ${name} ends on ${formatDay(yearEndsOn(startYear))}. Tell us how much work will be done by then and not claimed yet, or that there is none. You can still claim what you state.`,
        ],
        link: {
          label: "State unclaimed work",
          url: `${env().BASE_URL}${stepPath(reference, PAYMENT_STEPS.stateAccrual.key)}`,
        },
      }),
    };
    for (const { email: to } of people) await queueEmail(tx, { to, applicationId, ...mail });
    return true;
  });
}

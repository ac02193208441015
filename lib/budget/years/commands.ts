import { type Cause, lockYear, planYear } from "#lib/budget/commands.ts";
import { listLedgerDifferences } from "#lib/budget/queries.ts";
import { rowsNow } from "#lib/budget/statement/queries.ts";
import { askForChange, changeOnce, type FormRequest } from "#lib/changes/commands.ts";
import type { ChangeLine } from "#lib/changes/rules.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { recordEvent, requestIdOf } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf, formatDay } from "#lib/platform/dates.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { conflict, DomainError, invalid, notFound } from "#lib/platform/errors.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { formatYear } from "#lib/platform/money.ts";
import { cutoffSetEmail, cutoffToldEmail, yearEndEmail } from "./emails.ts";
import { listClaimants, readYear, readYearEnd } from "./queries.ts";
import { accrualsFrom, checkCutoff, closingObstacles } from "./rules.ts";

/** This financial year and the next two are there, without money. A timed job, and each start of the portal. */
export async function planYears(): Promise<void> {
  const first = financialYearOf(dayOf(now()));
  for (const startYear of [first, first + 1, first + 2]) await planYear(db(), startYear);
}

/**
 * Sets the last day on which work of a year is claimed and paid: today or later, so that nothing that was claimed or paid is cut
 * off. It may be moved until the year is closed, with a reason. The desk reads of it, and who can still claim work of the year.
 * @throws INVALID for a day within the year, in the past or too far ahead, and without a reason; STATE where it is closed,
 * NOT_FOUND
 */
export function setCutoff(
  actor: MfatActor,
  { requestId, remoteAddress }: FormRequest,
  startYear: number,
  cutoffOn: Date,
  reason: string | null = null,
): Promise<void> {
  permit(actor, "envelope:adjust");
  return changeOnce(requestId, async (tx) => {
    const year = await readYear(tx, startYear);
    const name = formatYear(startYear);
    if (year.closedAt) throw new DomainError("STATE", `${name} is closed, so you cannot move its cut-off day.`);
    const errors = checkCutoff(year, { cutoffOn, reason }, dayOf(now()));
    if (Object.keys(errors).length) throw invalid(errors);
    const before = year.cutoffOn;
    await tx.financialYear.update({ where: { startYear }, data: { cutoffOn } });
    await recordEvent(tx, {
      event: "year.cutoffSet",
      actor,
      requestId,
      subject: `year:${startYear}`,
      data: { cutoffOn: formatDay(cutoffOn), before: before && formatDay(before) },
      ...(reason && { reason }),
      ...(remoteAddress && { remoteAddress }),
    });
    const cutoff = { baseUrl: env().BASE_URL, startYear, cutoffOn, before, reason };
    const told = await listClaimants(tx, startYear);
    for (const { email: to, references } of told) await queueEmail(tx, { to, ...cutoffToldEmail(cutoff, references) });
    await queueEmail(tx, { to: env().DESK_EMAIL, ...cutoffSetEmail(cutoff, actor.name, told.length) });
  });
}

/**
 * Asks for a year to be closed, which another person confirms. @throws STATE with what stands in the way, CONFLICT where it
 * is asked for already
 */
export function askForClosing(
  actor: MfatActor,
  request: FormRequest,
  startYear: number,
  reason: string,
): Promise<void> {
  permit(actor, "envelope:adjust");
  return changeOnce(request.requestId, async (tx) => {
    await refuseUnsettled(actor, tx, startYear);
    if (await tx.changeRequest.count({ where: { kind: "CLOSING", startYear, state: "ASKED" } })) {
      throw conflict(`Somebody has already asked to close ${formatYear(startYear)}.`);
    }
    await askForChange(tx, actor, request, { kind: "CLOSING", startYear, reason });
  });
}

async function refuseUnsettled(actor: MfatActor, tx: Tx, startYear: number): Promise<void> {
  const [year, end] = [await readYear(tx, startYear), await readYearEnd(actor, startYear, tx)];
  const obstacles = closingObstacles(year, end, dayOf(now()));
  if (obstacles.length) throw new DomainError("STATE", obstacles.join(" "));
}

/**
 * Closes a year: its statement is frozen as rows, and it takes no new promise and no new money from then on. Answers what to
 * tell of it. @throws STATE with what stands in the way
 */
export async function applyClosing(tx: Tx, { actor }: Cause<MfatActor>, change: ChangeLine): Promise<string[]> {
  const { startYear } = change;
  if (startYear === null || actor === null) throw notFound();
  await lockYear(tx, startYear);
  await refuseUnsettled(actor, tx, startYear);
  if ((await listLedgerDifferences(tx, startYear)).length) {
    throw new DomainError("STATE", "A counter of this year is not the sum of the ledger. Its statement says which.");
  }
  const position = new Map<string, number>();
  const numbered = (await rowsNow(tx, startYear)).map((row) => {
    const at = (position.get(row.section) ?? 0) + 1;
    position.set(row.section, at);
    return { ...row, startYear, position: at };
  });
  await tx.statementRow.createMany({ data: numbered });
  await tx.financialYear.update({ where: { startYear }, data: { closedAt: now() } });
  return [
    `The statement of ${formatYear(startYear)} is final: ${env().BASE_URL}/budget/year-end/statement?year=${startYear}`,
  ];
}

/**
 * The timed job: from the first of June on, the desk and the budget officers are told once what the ending year still
 * reserves, so that it is settled before 30 June and not discovered after; and which years before it are not closed, because
 * what they hold is carried into a year that takes it only until it ends. Answers whether they were told.
 */
export async function tellOfYearEnd(): Promise<boolean> {
  const today = dayOf(now());
  const startYear = financialYearOf(today);
  if (today < accrualsFrom(startYear)) return false;
  const requestId = requestIdOf("year end", String(startYear));
  let isTold = false;
  await changeOnce(requestId, async (tx) => {
    const [held] = await tx.$queryRaw<{ reservedCents: bigint; unspentCents: bigint; count: number }[]>`
      SELECT coalesce(sum("reservedCents"), 0)::bigint AS "reservedCents", count(*)::int AS count,
        coalesce(sum("committedCents" - "paidCents"), 0)::bigint AS "unspentCents"
      FROM "ApplicationFunding"
      WHERE "startYear" = ${startYear} AND ("reservedCents" > 0 OR "committedCents" > "paidCents")`;
    const open = await tx.financialYear.findMany({
      where: { startYear: { lt: startYear }, closedAt: null },
      orderBy: { startYear: "asc" },
    });
    const earlier = open.map((year) => year.startYear);
    if (!held || !(held.count || earlier.length)) return;
    isTold = true;
    await recordEvent(tx, { event: "year.endTold", actor: null, requestId, subject: `year:${startYear}` });
    const officers = await tx.person.findMany({
      where: { endedAt: null, roles: { some: { role: "BUDGET" } } },
      select: { email: true },
    });
    const mail = yearEndEmail({ baseUrl: env().BASE_URL, startYear, held, earlier });
    for (const to of [env().DESK_EMAIL, ...officers.map(({ email }) => email)]) await queueEmail(tx, { to, ...mail });
  });
  return isTold;
}

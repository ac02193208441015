import { endedYear, stageOf } from "#lib/budget/rules.ts";
import { financialYearOf, formatDate, formatDay, yearBeginsOn, yearEndsOn } from "#lib/platform/dates.ts";
import type { ClaimState, State } from "#lib/platform/db/generated/enums.ts";
import { formatCents, formatYear, greaterOf, lesserOf, sumCents } from "#lib/platform/money.ts";

/** What is stored of a year's life; planned, open and closing follow from the calendar. */
export type YearLife = { startYear: number; cutoffOn: Date | null; closedAt: Date | null };

/** `today`: the civil day in New Zealand. */
export const lifeOf = (year: YearLife, today: Date) => (year.closedAt ? "closed" : stageOf(year.startYear, today));

/** "Open until 30 June 2027" */
export function lifeInWords(year: YearLife, today: Date): string {
  const { startYear, cutoffOn, closedAt } = year;
  switch (lifeOf(year, today)) {
    case "planned":
      return `Planned: begins on ${formatDay(yearBeginsOn(startYear))}`;
    case "open":
      return `Open until ${formatDay(yearEndsOn(startYear))}`;
    case "closing":
      return cutoffOn
        ? `Closing: claims and payments ${afterCutoff(year, today) ? "ended on" : "until"} ${formatDay(cutoffOn)}`
        : "Closing: no cut-off day is set yet";
    case "closed":
      return `Closed on ${formatDate(closedAt ?? new Date(0))}`;
  }
}

/** Why work of a year cannot be claimed or paid on a day: its cut-off has passed and it is not closed yet; null where it can. */
export function afterCutoff({ startYear, cutoffOn, closedAt }: YearLife, day: Date): string | null {
  if (!cutoffOn || closedAt || day <= cutoffOn) return null;
  return `Claims and payments for work in ${formatYear(startYear)} ended on ${formatDay(cutoffOn)}`;
}

/** What is wrong with a cut-off day that is set or moved: input name to message. `today`: the civil day in New Zealand. */
export function checkCutoff(
  { startYear, cutoffOn: before }: YearLife,
  { cutoffOn, reason }: { cutoffOn: Date; reason: string | null },
  today: Date,
): Record<string, string> {
  const [ends, last] = [yearEndsOn(startYear), yearEndsOn(Math.max(startYear + 1, financialYearOf(today)))];
  const day = (problem: string) => ({ "cutoffOn-day": `Cut-off day must be ${problem}` });
  if (cutoffOn <= ends) return day(`after ${formatDay(ends)}`);
  // What was claimed or paid up to a day stays within the cut-off.
  if (cutoffOn < today) return day(`today, ${formatDay(today)}, or later`);
  if (cutoffOn > last) return day(`${formatDay(last)} or earlier`);
  if (cutoffOn.getTime() === before?.getTime()) return day(`a different day: it is already ${formatDay(before)}`);
  return before && !reason ? { reason: "Enter why you are moving the cut-off day" } : {};
}

/** An initiative that has not spent its commitment of a year, in cents. */
export type UnspentLine = {
  applicationId: string;
  /** Committed and not paid. */
  unspentCents: bigint;
  /** Claimed, and not paid yet. */
  openCents: bigint;
  /** Stated as work that was done, and not claimed since. */
  statedCents: bigint;
  /** null: the agency has not been emailed. */
  askedAt: Date | null;
  /** null: the agency has not answered. */
  statedAt: Date | null;
};

/**
 * What is neither claimed nor stated as done. It is carried forward or released before the year closes, so in a closed year it
 * is money that came back later.
 */
export function shortOf({
  unspentCents,
  openCents,
  statedCents,
}: Pick<UnspentLine, "unspentCents" | "openCents" | "statedCents">): bigint {
  return greaterOf(unspentCents - openCents - statedCents, 0n);
}

/** The rows behind an initiative's line on the year-end page. */
export type Unspent = {
  committedCents: bigint;
  paidCents: bigint;
  /** Claimed and not paid yet, each with what of it is still to be paid. */
  claims: readonly OpenClaimLine[];
  /** What the agency stated last as done; null: it has not. */
  stated: { cents: bigint; work: string; at: Date; by: string } | null;
  /** What was claimed after that, in full: it does not have to be claimed again. */
  since: readonly { number: number; cents: bigint; claimedAt: Date }[];
};

/** The line that these rows add up to. */
export function unspentLine({ committedCents, paidCents, claims, stated, since }: Unspent) {
  const statedCents = (stated?.cents ?? 0n) - sumCents(since.map(({ cents }) => cents));
  return {
    unspentCents: committedCents - paidCents,
    openCents: sumCents(claims.map(({ cents }) => cents)),
    statedCents: greaterOf(statedCents, 0n),
  };
}

/** What of it counts as accrued: claimed or stated as done, up to what is not paid. */
export function accruedOf({
  unspentCents,
  openCents,
  statedCents,
}: Pick<UnspentLine, "unspentCents" | "openCents" | "statedCents">): bigint {
  return lesserOf(openCents + statedCents, unspentCents);
}

export type ReservedLine = { applicationId: string; state: State; reservedCents: bigint; offerDueAt: Date | null };
export type OpenClaimLine = {
  applicationId: string;
  number: number;
  state: ClaimState;
  workConfirmedAt: Date | null;
  /** What of it is still to be paid. */
  cents: bigint;
  claimedAt: Date;
};
/** A paid advance that no invoice accounts for in full: what is open is what was paid, less the two others. */
export type AdvanceLine = {
  applicationId: string;
  number: number;
  openCents: bigint;
  paidCents: bigint;
  backCents: bigint;
  accountedCents: bigint;
};

/** What is to be settled before a year closes. */
export type YearEnd = {
  /** Earlier years that are not closed, earliest first: years close in order. */
  earlier: readonly number[];
  reserved: readonly ReservedLine[];
  unspent: readonly UnspentLine[];
  claims: readonly OpenClaimLine[];
  advances: readonly AdvanceLine[];
  /** Applications on hold that hold money of the year, by id. */
  held: readonly string[];
  /** Changes of the year that wait for a second person or for their day. */
  waiting: number;
};

/** "2024/25 and 2025/26" */
export const yearsInWords = (years: readonly number[]): string =>
  new Intl.ListFormat("en-NZ").format(years.map(formatYear));

/**
 * How a commitment leaves a year that has ended: along with a carry-forward, as long as the next year takes money; and by the
 * steps of its own application at any time.
 */
export const waysOut = (startYear: number, today: Date): string =>
  endedYear(startYear + 1, today)
    ? `${formatYear(startYear + 1)} has ended too, so it cannot be carried forward. Approve a variation that moves it into an open year or lowers it, or release it by ending the initiative.`
    : "Carry it forward, or release it by a variation that lowers it or by ending the initiative.";

/** What stands in the way of closing a year, each in a sentence; empty: it can be closed. */
export function closingObstacles(year: YearLife, end: YearEnd, today: Date): string[] {
  const name = formatYear(year.startYear);
  const stage = lifeOf(year, today);
  if (stage === "closed") return [`${name} is already closed.`];
  if (stage !== "closing")
    return [`${name} ends on ${formatDay(yearEndsOn(year.startYear))}. You can close it after that.`];
  const reserved = sumCents(end.reserved.map(({ reservedCents }) => reservedCents));
  const short = sumCents(end.unspent.map(shortOf));
  return [
    end.earlier.length > 0 && `Close ${yearsInWords(end.earlier)} first: years close in order.`,
    !year.cutoffOn && "Set the cut-off day first.",
    year.cutoffOn &&
      today <= year.cutoffOn &&
      `Claims and payments are open until ${formatDay(year.cutoffOn)}. You can close it after that.`,
    reserved > 0n &&
      `${formatCents(reserved)} is still reserved. ${endedYear(year.startYear + 1, today) ? "Release it: return the recommendation, or withdraw the offer." : "Carry it forward, or release it."}`,
    short > 0n &&
      `${formatCents(short)} is committed but not paid, claimed or accrued. ${waysOut(year.startYear, today)}`,
    end.waiting > 0 &&
      (end.waiting === 1
        ? "One change to this year is waiting. Confirm, decline or withdraw it."
        : `${end.waiting} changes to this year are waiting. Confirm, decline or withdraw them.`),
  ].filter((sentence) => typeof sentence === "string");
}

/** What should be known before a year closes and does not stop it, each in a sentence. */
export function closingNotices({ advances }: YearEnd): string[] {
  if (advances.length === 0) return [];
  const open = formatCents(sumCents(advances.map(({ openCents }) => openCents)));
  return [
    `${open} was paid in advance and is not accounted for yet. Ask for a claim that accounts for it, or recover it. The year can close before that: the statement then names ${advances.length === 1 ? "this advance" : "these advances"}.`,
  ];
}

/**
 * The year whose unclaimed work an agency states on a day: the one that ends this June, and after that the one that is
 * closing. `years`: the earliest first.
 */
export const isAccruing = (year: YearLife, today: Date): boolean => {
  const stage = lifeOf(year, today);
  return stage === "closing" || (stage === "open" && today >= accrualsFrom(year.startYear));
};

/** Agencies are asked from the first of June on. */
export const accrualsFrom = (startYear: number): Date => new Date(Date.UTC(startYear + 1, 5, 1));

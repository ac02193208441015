import type { Option } from "#lib/form/fields.ts";
import { financialYearOf, formatDay, yearBeginsOn, yearEndsOn } from "#lib/platform/dates.ts";
import { formatCents, formatYear, sumCents } from "#lib/platform/money.ts";

/** An amount split over financial years: first calendar year and cents. */
export type PhasedAmount = readonly { startYear: number; cents: bigint }[];

export const phasedTotal = (phasing: PhasedAmount): bigint => sumCents(phasing.map((part) => part.cents));

/** What a carry-forward moves of one initiative between two years, in cents: what is reserved, and what is committed. */
export type Moved = { applicationId: string; reservedCents: bigint; committedCents: bigint };

/** "2026/27 $100,000.00 · 2027/28 $50,000.00"; years with nothing are left out. */
export const formatPhasing = (phasing: PhasedAmount): string =>
  phasing
    .filter((part) => part.cents > 0n)
    .map((part) => `${formatYear(part.startYear)} ${formatCents(part.cents)}`)
    .join(" · ");

/** What the fund has in a year unless it is decided otherwise: $2,700,000.00. */
export const USUAL_ENVELOPE_CENTS = 270_000_000n;

/**
 * A financial year by the calendar. It takes new money until it ends, while it is planned too; its work is claimed and paid
 * from its first day on, and after its last.
 */
export type YearStage = "planned" | "open" | "closing";

/** `today`: the civil day in New Zealand. */
export function stageOf(startYear: number, today: Date): YearStage {
  const current = financialYearOf(today);
  if (startYear === current) return "open";
  return startYear > current ? "planned" : "closing";
}

/** Why no more money can be put into a financial year; null where it can. */
export const endedYear = (startYear: number, today: Date): string | null =>
  stageOf(startYear, today) === "closing"
    ? `${formatYear(startYear)} ended on ${formatDay(yearEndsOn(startYear))}, so you cannot add money to it`
    : null;

/** The error for a day that has to be within a financial year. */
export const outsideYear = (startYear: number): string =>
  `Enter a date in ${formatYear(startYear)}, from ${formatDay(yearBeginsOn(startYear))} to ${formatDay(yearEndsOn(startYear))}`;

/**
 * Whether a change of a year's envelope takes effect: from its day on. That of a year to come counts from its first day, and
 * what is promised for that year rests on it before: one of that day takes effect at once.
 */
export const takesEffect = (
  { startYear, effectiveOn }: { startYear: number; effectiveOn: Date },
  today: Date,
): boolean => effectiveOn <= today || effectiveOn.getTime() === yearBeginsOn(startYear).getTime();

/** Why nothing can be claimed or paid from a financial year yet; null where it can. */
export const unbegunYear = (startYear: number, today: Date): string | null =>
  stageOf(startYear, today) === "planned"
    ? `${formatYear(startYear)} begins on ${formatDay(yearBeginsOn(startYear))}. Nothing can be claimed or paid from it before then`
    : null;

const inEndedYears = (phasing: PhasedAmount, today: Date): PhasedAmount =>
  phasing.filter(({ startYear, cents }) => cents > 0n && stageOf(startYear, today) === "closing");

/** What is wrong with amounts in years that have ended: input name to message. */
export const checkYears = (phasing: PhasedAmount, today: Date): Record<string, string> =>
  Object.fromEntries(
    inEndedYears(phasing, today).map(({ startYear }) => [
      `phasing${startYear}`,
      `${endedYear(startYear, today)}. Enter the amount in a later year`,
    ]),
  );

/** The same in sentences, for amounts that cannot be changed; null if none of them is in such a year. */
export const endedYears = (phasing: PhasedAmount, today: Date): string | null =>
  inEndedYears(phasing, today)
    .map(({ startYear, cents }) => `${endedYear(startYear, today)}. ${formatCents(cents)} is planned in it.`)
    .join(" ") || null;

/**
 * A year's position in cents. available = envelope - reserved - committed; paid is a part of committed.
 * pipeline: what is requested for the year by applications not yet recommended.
 */
export type Position = {
  startYear: number;
  envelopeCents: bigint;
  reservedCents: bigint;
  committedCents: bigint;
  paidCents: bigint;
  availableCents: bigint;
  pipelineCents: bigint;
  /** See years/rules.ts. */
  cutoffOn: Date | null;
  closedAt: Date | null;
};

/** A year before an amount of it is given to somebody, and after. */
export type BeforeAfter = {
  startYear: number;
  envelopeCents: bigint;
  committedCents: bigint;
  othersCents: bigint;
  beforeCents: bigint;
  cents: bigint;
  afterCents: bigint;
};

/** Each year of a phasing before and after it. `isReserved`: what is reserved includes it already. */
export const beforeAndAfter = (
  positions: readonly Position[],
  phasing: PhasedAmount,
  isReserved: boolean,
): BeforeAfter[] =>
  positions.flatMap(({ startYear, envelopeCents, committedCents, reservedCents, availableCents }) => {
    const cents = sumCents(phasing.filter((part) => part.startYear === startYear).map((part) => part.cents));
    if (cents === 0n) return [];
    const own = isReserved ? cents : 0n;
    const beforeCents = availableCents + own;
    const othersCents = reservedCents - own;
    return {
      startYear,
      envelopeCents,
      committedCents,
      othersCents,
      beforeCents,
      cents,
      afterCents: beforeCents - cents,
    };
  });

/** What can be done with the money a year has left; null while applications in the pipeline can still be given it. */
export function leftInWords(
  { startYear, availableCents, closedAt }: Pick<Position, "startYear" | "availableCents" | "closedAt">,
  today: Date,
): string | null {
  if (closedAt) return "no longer available";
  if (stageOf(startYear, today) !== "closing") return null;
  if (availableCents <= 0n) return "nothing to carry forward";
  return stageOf(startYear + 1, today) === "closing"
    ? "it can no longer be carried forward"
    : "it can be carried forward until the year is closed";
}

/** What the pipeline still asks for from a year, in cents: nothing once the year has ended, because it takes no more money. */
export const askedOf = (position: Position, today: Date): bigint =>
  leftInWords(position, today) === null ? position.pipelineCents : 0n;

/**
 * How the line of an envelope is named at its right end: above its highest point, so that no step of it crosses the words. Where
 * it ends lower they say that they mean the end.
 */
export const envelopeLabel = (cents: readonly number[]): { atCents: number; when: string } => {
  const atCents = Math.max(0, ...cents);
  return { atCents, when: (cents.at(-1) ?? 0) < atCents ? " at the end" : "" };
};

/**
 * A year's envelope by where its money comes from, in cents: envelope = new + carried. What is asked for and not confirmed is
 * no part of it.
 */
export type EnvelopeParts = {
  startYear: number;
  envelopeCents: bigint;
  newCents: bigint;
  /** Carried into the year, less what was carried out of it; corrections counted. */
  carriedCents: bigint;
  askedIntoCents: bigint;
  askedFromCents: bigint;
};

/** A month of a year: what its envelope held at the month's end, cumulative. */
export type MonthLine = {
  /** 0 is July, 11 is June. */
  month: number;
  envelopeCents: bigint;
  reservedCents: bigint;
  committedCents: bigint;
  paidCents: bigint;
};

/** The year that was asked for, or the current one (or the fund's last); undefined: the fund does not have it. */
export function positionOf(positions: readonly Position[], year: string, current: number): Position | undefined {
  const asked = positions.find(({ startYear }) => startYear === Number(year || current));
  return year ? asked : (asked ?? positions.at(-1));
}

export const MONTHS = [
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
] as const;

/** The month of a financial year that a day lies in: 0 is July, 11 is June; below and above where it lies outside. */
export const financialMonthOf = (day: Date, startYear: number): number =>
  (day.getUTCFullYear() - startYear) * 12 + day.getUTCMonth() - 6;

/** A month of a year: what was, and what the forecast says of it, in cents; null where it has nothing to say. */
export type YearMonth = {
  month: number;
  envelopeCents: bigint | null;
  reservedCents: bigint | null;
  committedCents: bigint | null;
  paidInMonthCents: bigint | null;
  paidCents: bigint | null;
  dueCents: bigint | null;
  reservedDueCents: bigint | null;
  forecastCents: bigint | null;
};

type ComingMonth = { month: number; dueCents: bigint; reservedDueCents: bigint; withReservedCents: bigint };

/** Every month of the year, by what was and what is to come: the current month has both. */
export const joinMonths = (months: readonly MonthLine[], forecast: readonly ComingMonth[]): YearMonth[] =>
  MONTHS.map((_, month) => {
    const was = months.find((one) => one.month === month);
    const before = months.find((one) => one.month === month - 1)?.paidCents ?? 0n;
    const comes = forecast.find((one) => one.month === month);
    return {
      month,
      envelopeCents: was?.envelopeCents ?? null,
      reservedCents: was?.reservedCents ?? null,
      committedCents: was?.committedCents ?? null,
      paidInMonthCents: was ? was.paidCents - before : null,
      paidCents: was?.paidCents ?? null,
      dueCents: comes?.dueCents ?? null,
      reservedDueCents: comes?.reservedDueCents ?? null,
      forecastCents: comes?.withReservedCents ?? null,
    };
  });

/** The years of a phasing that do not have enough available, in words; empty if all of them do. */
export function overEnvelope(phasing: PhasedAmount, positions: readonly Position[]): string[] {
  return phasing.flatMap(({ startYear, cents }) => {
    const available = positions.find((one) => one.startYear === startYear)?.availableCents ?? 0n;
    return cents > available ? [notEnough(startYear, available)] : [];
  });
}

export const notEnough = (startYear: number, availableCents: bigint): string =>
  `Only ${formatCents(availableCents)} is available in ${formatYear(startYear)}.`;

/** What money is for. */
export const CATEGORY_OPTIONS: readonly Option[] = [
  { value: "personnel", label: "Personnel" },
  { value: "travel", label: "Travel" },
  { value: "training", label: "Training" },
  { value: "equipment", label: "Equipment" },
  { value: "technicalAdvice", label: "Technical advice" },
  { value: "other", label: "Other" },
];

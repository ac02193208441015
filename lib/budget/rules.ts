import { financialYearOf } from "../dates.ts";
import { formatCents, formatYear, sumCents } from "../money.ts";

/** An amount split over financial years: first calendar year and cents. */
export type PhasedAmount = readonly { startYear: number; cents: bigint }[];

export const phasedTotal = (phasing: PhasedAmount): bigint => sumCents(phasing.map((part) => part.cents));

/** "2026/27 $100,000.00 · 2027/28 $50,000.00"; years with nothing are left out. */
export const formatPhasing = (phasing: PhasedAmount): string =>
  phasing
    .filter((part) => part.cents > 0n)
    .map((part) => `${formatYear(part.startYear)} ${formatCents(part.cents)}`)
    .join(" · ");

/** The financial years that an initiative may ask money for: this one and the three after it. */
export const fundableYears = (today: Date): number[] => {
  const first = financialYearOf(today);
  return [first, first + 1, first + 2, first + 3];
};

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

/** The years of a phasing that the position cannot hold, in words; empty where all of them fit. */
export function overEnvelope(phasing: PhasedAmount, positions: readonly Position[]): string[] {
  return phasing.flatMap(({ startYear, cents }) => {
    const available = positions.find((one) => one.startYear === startYear)?.availableCents ?? 0n;
    return cents > available ? [notEnough(startYear, available)] : [];
  });
}

export const notEnough = (startYear: number, availableCents: bigint): string =>
  `Only ${formatCents(availableCents)} is available in ${formatYear(startYear)}.`;

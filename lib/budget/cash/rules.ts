import type { Option } from "#lib/form/fields.ts";
import { financialYearOf, yearBeginsOn } from "#lib/platform/dates.ts";
import { formatYear, sumCents } from "#lib/platform/money.ts";

const monthFormat = new Intl.DateTimeFormat("en-NZ", { month: "long", year: "numeric", timeZone: "UTC" });

/** "July 2026". */
export const formatMonth = (month: Date): string => monthFormat.format(month);
/** The same in an address: "2026-07". */
export const monthKey = (month: Date): string => month.toISOString().slice(0, 7);

/**
 * When money for the work of a year mostly moves, as the options of a filter: its own year and months, and those of the year
 * after. What comes back later is found too. `moved`: what is asked for, which is always one of them.
 */
export function movingTimes(startYear: number | null, moved: string | null = null): Option[] {
  const times =
    startYear === null
      ? []
      : [
          ...[startYear, startYear + 1].map(String),
          ...Array.from({ length: 24 }, (_, index) => monthKey(new Date(Date.UTC(startYear, 6 + index, 1)))),
        ];
  const all = moved && !times.includes(moved) ? [...times, moved] : times;
  return all.map((value) => ({ value, label: movedInWords(value) }));
}

/** A month or a financial year, "2026-07" or "2026", as an address says it; null where it is neither. */
export const readMoved = (text: string): string | null => (/^20\d\d(-(0[1-9]|1[0-2]))?$/.test(text) ? text : null);

/** "July 2026" or "2026/27". */
export const movedInWords = (moved: string): string =>
  moved.includes("-") ? formatMonth(movedIn(moved).from) : formatYear(Number(moved));

/** The first day of a month or a financial year, and how long it is. `moved`: "2026-07" or "2026". */
export const movedIn = (moved: string): { from: Date; months: number } =>
  moved.includes("-")
    ? { from: new Date(`${moved}-01T00:00:00Z`), months: 1 }
    : { from: yearBeginsOn(Number(moved)), months: 12 };

/** What moved in a calendar month for the work of a financial year: payments less what came back. `month`: its first day. */
export type CashLine = { month: Date; startYear: number; cents: bigint };

/** A month of money that moved, by the year of the work, in the order of the years. */
export type CashMonth = { month: Date; cents: readonly bigint[]; totalCents: bigint };

export type CashYear = {
  /** The years whose work was paid for, or given money back, in these months. */
  workYears: readonly number[];
  /** July to June. */
  months: readonly CashMonth[];
  totals: readonly bigint[];
  totalCents: bigint;
};

const sumOf = (lines: readonly CashLine[]): bigint => sumCents(lines.map(({ cents }) => cents));
const yearsOf = (lines: readonly CashLine[], of: (line: CashLine) => number): number[] =>
  [...new Set(lines.map(of))].sort((one, other) => one - other);

/** The money that moved from one July to the next June, whatever year's work it was for. */
export function cashOf(lines: readonly CashLine[], startYear: number): CashYear {
  const moved = lines.filter(({ month }) => financialYearOf(month) === startYear);
  const workYears = yearsOf(moved, (line) => line.startYear);
  const months = Array.from({ length: 12 }, (_, index): CashMonth => {
    const month = new Date(Date.UTC(startYear, 6 + index, 1));
    const own = moved.filter((line) => line.month.getTime() === month.getTime());
    const cents = workYears.map((year) => sumOf(own.filter((line) => line.startYear === year)));
    return { month, cents, totalCents: sumCents(cents) };
  });
  const totals = workYears.map((_, index) => sumCents(months.map(({ cents }) => cents[index] ?? 0n)));
  return { workYears, months, totals, totalCents: sumCents(totals) };
}

/** The work of one financial year: what the year's counter says was paid for it, and in which years that money moved. */
export type Reconciled = { startYear: number; paidCents: bigint; cents: readonly bigint[]; movedCents: bigint };

export type Reconciliation = {
  /** The years in which money moved. */
  cashYears: readonly number[];
  rows: readonly Reconciled[];
  totals: readonly bigint[];
  paidCents: bigint;
  movedCents: bigint;
};

/** Both views of the same money: by the year of the work, and by the year in which it moved. */
export function reconcile(
  lines: readonly CashLine[],
  paid: readonly { startYear: number; paidCents: bigint }[],
): Reconciliation {
  const cashYears = yearsOf(lines, ({ month }) => financialYearOf(month));
  const rows = paid
    .map(({ startYear, paidCents }): Reconciled => {
      const own = lines.filter((line) => line.startYear === startYear);
      const cents = cashYears.map((year) => sumOf(own.filter(({ month }) => financialYearOf(month) === year)));
      return { startYear, paidCents, cents, movedCents: sumCents(cents) };
    })
    .filter(({ paidCents, cents }) => paidCents !== 0n || cents.some((one) => one !== 0n))
    .sort((one, other) => one.startYear - other.startYear);
  return {
    cashYears,
    rows,
    totals: cashYears.map((_, index) => sumCents(rows.map(({ cents }) => cents[index] ?? 0n))),
    paidCents: sumCents(rows.map(({ paidCents }) => paidCents)),
    movedCents: sumCents(rows.map(({ movedCents }) => movedCents)),
  };
}

import {
  type CashMonth,
  type CashYear,
  formatMonth,
  type Reconciled,
  type Reconciliation,
} from "#lib/budget/cash/rules.ts";
import { expectedCents, type ForecastInitiative, unnamedInWords } from "#lib/budget/forecast/rules.ts";
import type { LedgerFilter, LedgerLine, Named } from "#lib/budget/ledger/rules.ts";
import { MONTHS, type Position, type YearMonth } from "#lib/budget/rules.ts";
import { LEDGER_LABELS, ledgerFilterInWords } from "#lib/budget/schema.ts";
import {
  type Held,
  type HolderFilter,
  type HolderLine,
  rowsTitle,
  SHARES,
  type ShareKind,
  type ShareLine,
} from "#lib/budget/shares/rules.ts";
import { type ChangeLine, changeState } from "#lib/changes/rules.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { dayOf, formatDate, formatInstant } from "#lib/platform/dates.ts";
import { formatYear, sumCents } from "#lib/platform/money.ts";
import { type LongSheet, makeSheet, type Sheet, type SheetCell, type SheetColumn } from "#lib/platform/sheet.ts";

/** The lists of the budget that can be downloaded as a file. */
const BUDGET_LISTS = [
  "years",
  "months",
  "shares",
  "rows",
  "ledger",
  "cash",
  "reconciliation",
  "forecast",
  "carry-forward",
  "statement",
] as const;
export type BudgetList = (typeof BUDGET_LISTS)[number];
export const isBudgetList = (word: string): word is BudgetList => BUDGET_LISTS.some((list) => list === word);

const DOLLARS = "Amounts are New Zealand dollars, GST exclusive.";

/** Marked like the page: with the highest marking of the applications that it names. */
const markingOf = (named: readonly (Named | null)[]): string =>
  MARKING_LABELS[highestMarking(named.flatMap((one) => one?.marking ?? []))];

type CentsColumn<Row> = Extract<SheetColumn<Row>, { kind: "cents" }>;
const cents = <Row>(header: string, value: (row: Row) => bigint | null): CentsColumn<Row> => ({
  header,
  kind: "cents",
  value,
});

/** "Total", and under each column of amounts their sum. */
const totalOf = <Row>(columns: readonly SheetColumn<Row>[], rows: readonly Row[]): SheetCell[] =>
  columns.map((column, index) => {
    if (index === 0) return "Total";
    return column.kind === "cents" ? sumCents(rows.map((row) => column.value(row) ?? 0n)) : null;
  });

const POSITION_COLUMNS: SheetColumn<Position>[] = [
  { header: "Financial year", kind: "text", value: ({ startYear }) => formatYear(startYear) },
  cents("Envelope", ({ envelopeCents }) => envelopeCents),
  cents("Reserved", ({ reservedCents }) => reservedCents),
  cents("Committed", ({ committedCents }) => committedCents),
  cents("Paid", ({ paidCents }) => paidCents),
  cents("Available", ({ availableCents }) => availableCents),
  cents("Pipeline", ({ pipelineCents }) => pipelineCents),
];

export const yearsSheet = (positions: readonly Position[], at: Date): Sheet =>
  makeSheet({
    title: "Budget by year",
    marking: markingOf([]),
    about: [`Created ${formatInstant(at)}.`, DOLLARS],
    columns: POSITION_COLUMNS,
    rows: positions,
  });

/** Money by the month in which it moved; the columns are the years whose work it was for. */
export function cashSheet(startYear: number, { workYears, months }: CashYear, at: Date): Sheet {
  const columns: SheetColumn<CashMonth>[] = [
    { header: "Month", kind: "text", width: 18, value: ({ month }) => formatMonth(month) },
    ...workYears.map((year, index) =>
      cents<CashMonth>(`For work in ${formatYear(year)}`, (one) => one.cents[index] ?? 0n),
    ),
    cents<CashMonth>("All", ({ totalCents }) => totalCents),
  ];
  return makeSheet({
    title: `Cash ${formatYear(startYear)} by month`,
    marking: markingOf([]),
    about: [`Payments less money returned, by the month the money moved. Created ${formatInstant(at)}.`, DOLLARS],
    columns,
    rows: months,
    total: totalOf(columns, months),
  });
}

/** Both views of the same money, a row for each year of work: by the year in which it moved, and as the year counts it. */
export function reconciliationSheet({ cashYears, rows }: Reconciliation, at: Date): Sheet {
  const columns: SheetColumn<Reconciled>[] = [
    { header: "For work in", kind: "text", width: 14, value: ({ startYear }) => formatYear(startYear) },
    ...cashYears.map((year, index) =>
      cents<Reconciled>(`Moved in ${formatYear(year)}`, (one) => one.cents[index] ?? 0n),
    ),
    cents<Reconciled>("Total moved", ({ movedCents }) => movedCents),
    cents<Reconciled>("Paid, as the year counts it", ({ paidCents }) => paidCents),
    cents<Reconciled>("Difference", ({ movedCents, paidCents }) => movedCents - paidCents),
  ];
  return makeSheet({
    title: "Cash and years reconciled",
    marking: markingOf([]),
    about: [`The same money by the day it moved and by the year of its work. Created ${formatInstant(at)}.`, DOLLARS],
    columns,
    rows,
    total: totalOf(columns, rows),
  });
}

const MONTH_COLUMNS: SheetColumn<YearMonth>[] = [
  { header: "Month", kind: "text", value: ({ month }) => MONTHS[month] ?? null },
  cents("Envelope", (one) => one.envelopeCents),
  cents("Reserved", (one) => one.reservedCents),
  cents("Committed", (one) => one.committedCents),
  cents("Paid in the month", (one) => one.paidInMonthCents),
  cents("Paid so far", (one) => one.paidCents),
  cents("Commitments falling due", (one) => one.dueCents),
  cents("Reserves falling due", (one) => one.reservedDueCents),
  cents("Forecast, paid so far", (one) => one.forecastCents),
];

export const monthsSheet = (
  startYear: number,
  months: readonly YearMonth[],
  assumptions: readonly string[],
  at: Date,
): Sheet =>
  makeSheet({
    title: `Budget ${formatYear(startYear)} by month`,
    marking: markingOf([]),
    about: [
      `Created ${formatInstant(at)}. Counters as at the end of each month, or now. ${DOLLARS}`,
      `Forecast: ${assumptions.join(" ")}`,
    ],
    columns: MONTH_COLUMNS,
    rows: months,
  });

const heldColumns = <Row extends Held>(): CentsColumn<Row>[] => [
  cents("Reserved", ({ reservedCents }) => reservedCents),
  cents("Committed", ({ committedCents }) => committedCents),
  cents("Paid", ({ paidCents }) => paidCents),
  cents("Pipeline", ({ pipelineCents }) => pipelineCents),
];

export function sharesSheet(startYear: number, by: ShareKind, lines: readonly ShareLine[], at: Date): Sheet {
  const columns: SheetColumn<ShareLine>[] = [
    { header: SHARES[by].of, kind: "text", width: 44, value: ({ name }) => name },
    ...heldColumns<ShareLine>(),
  ];
  return makeSheet({
    title: `Budget ${formatYear(startYear)} ${SHARES[by].by.toLowerCase()}`,
    marking: markingOf([]),
    about: [`${SHARES[by].how} Created ${formatInstant(at)}.`, DOLLARS],
    columns,
    rows: lines,
    total: totalOf(columns, lines),
  });
}

const NOT_ASSIGNED = "Not assigned to you";

type OfApplication = { application: Named | null };

const applicationColumns = <Row extends OfApplication>(
  unnamed: (row: Row) => string = () => NOT_ASSIGNED,
): SheetColumn<Row>[] => [
  { header: "Reference", kind: "text", width: 15, value: (row) => row.application?.reference ?? unnamed(row) },
  { header: "Initiative", kind: "text", width: 44, value: ({ application }) => application?.title ?? null },
  { header: "Agency", kind: "text", value: ({ application }) => application?.agency ?? null },
];

const markingColumn = <Row extends OfApplication>(): SheetColumn<Row> => ({
  header: "Marking",
  kind: "text",
  width: 16,
  value: ({ application }) => application && MARKING_LABELS[application.marking],
});

export function rowsSheet(filter: HolderFilter, share: string | null, lines: readonly HolderLine[], at: Date): Sheet {
  const columns = [...applicationColumns<HolderLine>(), ...heldColumns<HolderLine>(), markingColumn<HolderLine>()];
  return makeSheet({
    title: `Budget ${formatYear(filter.startYear)} initiatives`,
    marking: markingOf(lines.map(({ application }) => application)),
    about: [`${rowsTitle(filter, share)}. Created ${formatInstant(at)}.`, DOLLARS],
    columns,
    rows: lines,
    total: totalOf(columns, lines),
  });
}

/** A note may name what its application says. */
const noteOf = ({ application, expectation }: ForecastInitiative): string | null =>
  application && expectation ? `${expectation.note} (${expectation.notedBy}, ${formatDate(expectation.at)})` : null;

const FORECAST_COLUMNS: SheetColumn<ForecastInitiative>[] = [
  ...applicationColumns<ForecastInitiative>(unnamedInWords),
  cents("Committed", ({ committedCents }) => committedCents),
  cents("Paid so far", ({ paidCents }) => paidCents),
  cents("Still expected by 30 June", expectedCents),
  cents("Expected unspent", ({ unspentCents }) => unspentCents),
  { header: "What you expect", kind: "text", width: 44, value: noteOf },
  markingColumn<ForecastInitiative>(),
];

export const forecastSheet = (
  startYear: number,
  lines: readonly ForecastInitiative[],
  assumptions: readonly string[],
  at: Date,
): Sheet =>
  makeSheet({
    title: `Forecast ${formatYear(startYear)} by initiative`,
    marking: markingOf(lines.map(({ application }) => application)),
    about: [
      `Initiatives with money that is committed and not yet paid. Created ${formatInstant(at)}. ${DOLLARS}`,
      `Forecast: ${assumptions.join(" ")}`,
    ],
    columns: FORECAST_COLUMNS,
    rows: lines,
    total: totalOf(FORECAST_COLUMNS, lines),
  });

const LEDGER_COLUMNS: SheetColumn<LedgerLine>[] = [
  { header: "Entry", kind: "text", width: 10, value: ({ id }) => String(id) },
  { header: "Written", kind: "day", value: ({ at }) => dayOf(at) },
  { header: "Effective", kind: "day", value: ({ effectiveOn }) => effectiveOn },
  { header: "Kind", kind: "text", width: 20, value: ({ kind }) => LEDGER_LABELS[kind] },
  { header: "Application", kind: "text", width: 15, value: ({ application }) => application?.reference ?? null },
  cents("Envelope", ({ envelopeCents }) => envelopeCents),
  cents("Reserved", ({ reservedCents }) => reservedCents),
  cents("Committed", ({ committedCents }) => committedCents),
  cents("Paid", ({ paidCents }) => paidCents),
  { header: "Reason", kind: "text", width: 44, value: ({ reason }) => reason },
  { header: "Source", kind: "text", value: ({ source }) => source },
  { header: "Reverses entry", kind: "text", width: 10, value: ({ reversesId }) => reversesId?.toString() ?? null },
  { header: "By", kind: "text", value: ({ by }) => by ?? "the portal" },
  { header: "Asked for by", kind: "text", value: ({ askedBy }) => askedBy },
];

const YEAR_COLUMN: SheetColumn<LedgerLine> = {
  header: "For work in",
  kind: "text",
  width: 10,
  value: ({ startYear }) => formatYear(startYear),
};

export function ledgerSheet(filter: LedgerFilter, at: Date): LongSheet<LedgerLine> {
  const columns = filter.startYear === null ? [...LEDGER_COLUMNS, YEAR_COLUMN] : LEDGER_COLUMNS;
  return {
    title: filter.startYear === null ? "Ledger of all years" : `Ledger ${formatYear(filter.startYear)}`,
    markingOf: ({ application }) => application?.marking ?? null,
    marking: ({ markings }) => MARKING_LABELS[highestMarking(markings)],
    about: () => [`Ledger: ${ledgerFilterInWords(filter)}, newest first. Created ${formatInstant(at)}.`, DOLLARS],
    columns,
    total: ({ sums }) => columns.map(({ header }) => (header === "Entry" ? "Total" : (sums[header] ?? null))),
  };
}

export const carryForwardSheet = (lines: readonly ChangeLine[], at: Date): Sheet =>
  makeSheet({
    title: "Carry-forward",
    marking: markingOf([]),
    about: [
      `A carry-forward changes nothing until a second person confirms it. Created ${formatInstant(at)}.`,
      DOLLARS,
    ],
    columns: [
      { header: "From", kind: "text", width: 10, value: ({ startYear }) => formatYear(startYear ?? 0) },
      { header: "Into", kind: "text", width: 10, value: ({ startYear }) => formatYear((startYear ?? 0) + 1) },
      cents<ChangeLine>("Amount", (line) => line.cents ?? 0n),
      { header: "State", kind: "text", width: 26, value: (line) => changeState(line, dayOf(at)) },
      { header: "Reason", kind: "text", width: 44, value: ({ reason }) => reason },
      { header: "Source", kind: "text", value: ({ source }) => source },
      { header: "Asked for by", kind: "text", value: ({ askedBy }) => askedBy },
      { header: "Asked for", kind: "day", value: ({ askedAt }) => dayOf(askedAt) },
      { header: "Settled by", kind: "text", value: ({ settledBy }) => settledBy },
      { header: "Settled", kind: "day", value: ({ settledAt }) => settledAt && dayOf(settledAt) },
      { header: "Why it was declined or withdrawn", kind: "text", width: 44, value: ({ settledWhy }) => settledWhy },
    ],
    rows: lines,
  });

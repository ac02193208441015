import { movedInWords, readMoved } from "#lib/budget/cash/rules.ts";
import { type Field, type Option, reasonFields, text, UUID, type Values } from "#lib/form/fields.ts";
import { asReference } from "#lib/lifecycle/rules.ts";
import type { LedgerKind } from "#lib/platform/db/generated/enums.ts";
import { formatYear } from "#lib/platform/money.ts";
import type { LedgerFilter, LedgerSum } from "./ledger/rules.ts";
import { MONTHS } from "./rules.ts";
import { type Counter, type HolderFilter, isCounter, isShareKind, rowsHref } from "./shares/rules.ts";

/** An adjustment of a year's envelope. */
export const ADJUST_FIELDS = [
  {
    kind: "choice",
    name: "year",
    label: "Financial year",
    hint: "A future year has no money until you set its envelope here",
    missing: "Choose the financial year",
    options: "years",
    layout: "select",
  },
  {
    kind: "amount",
    name: "change",
    label: "Change",
    hint: "How much the envelope changes by, GST exclusive. Start with a minus to lower it, like -50,000",
    missing: "Enter how much the envelope changes by",
    allowZero: true,
    allowNegative: true,
  },
  {
    kind: "longText",
    name: "reason",
    label: "Reason",
    missing: "Enter the reason",
    charsMax: 500,
    rows: 4,
  },
  {
    kind: "text",
    name: "source",
    label: "Source",
    hint: "The decision or paper it is based on, like “Estimates 2026/27, Vote Foreign Affairs”",
    missing: "Enter the source",
    charsMax: 200,
  },
  {
    kind: "day",
    name: "effectiveOn",
    label: "Effective on",
    hint: "For example, 1 7 2027",
    missing: "Enter the day it takes effect",
  },
] as const satisfies readonly Field[];

/** Up to how much of a year's envelope one person alone may change. */
export const THRESHOLD_FIELDS = [
  {
    kind: "amount",
    name: "threshold",
    label: "Threshold",
    hint: "The total for each financial year, GST exclusive. Enter 0 if every change needs two people",
    missing: "Enter the threshold",
    allowZero: true,
  },
  ...reasonFields("Reason", "We show it with the threshold", "Enter the reason"),
] as const satisfies readonly Field[];

/** Financial years, by their first calendar year, as the options of a form. */
export const yearOptions = (startYears: readonly number[]): Option[] =>
  startYears.map((startYear) => ({ value: String(startYear), label: formatYear(startYear) }));

/** What the form's year may be before it is known which years are open. */
export const ANY_YEARS = yearOptions(Array.from({ length: 101 }, (_, index) => 2000 + index));

/** A ledger entry's kind, as the budget page says it. */
export const LEDGER_LABELS: Record<LedgerKind, string> = {
  ADJUST: "Envelope adjusted",
  RESERVE: "Reserved",
  RELEASE: "Released",
  COMMIT: "Committed",
  PAY: "Paid",
  RECOVER: "Recovered",
  MOVE: "Moved between years",
};

export const CORRECTION_FIELDS = reasonFields(
  "Reason",
  "The ledger shows it with both entries",
  "Enter what was wrong",
);

const SUM_LABELS: Record<LedgerSum, string> = {
  MONEY: "Paid and recovered",
  PAYMENTS: "Payments less corrections",
  CAME_BACK: "Recovered less reversed",
  NEW: "Envelope: new money",
  CARRIED: "Envelope: carried forward",
};

const LEDGER_OPTIONS: readonly Option[] = Object.entries({ ...LEDGER_LABELS, ...SUM_LABELS }).map(([value, label]) => ({
  value,
  label,
}));
const MONTH_OPTIONS: readonly Option[] = MONTHS.map((label, month) => ({ value: String(month), label }));

const RECORDED_OPTIONS: readonly Option[] = [
  { value: "THEN", label: "When the year was closed" },
  { value: "SINCE", label: "Since the year was closed" },
];
/** Of a ledger: every year's. */
export const ALL_YEARS = "all";
const AFTER_JUNE = "after";

/** The filters of a year's ledger. */
export const LEDGER_FILTER_FIELDS = [
  { kind: "text", name: "reference", label: "Application", optional: true, charsMax: 20 },
  { kind: "choice", layout: "select", name: "kind", label: "Kind of entry", optional: true, options: LEDGER_OPTIONS },
  { kind: "choice", layout: "select", name: "month", label: "Month", optional: true, options: MONTH_OPTIONS },
  {
    kind: "choice",
    layout: "select",
    name: "upTo",
    label: "Up to the end of",
    optional: true,
    options: [...MONTH_OPTIONS, { value: AFTER_JUNE, label: "Only after 30 June" }],
  },
  { kind: "choice", layout: "select", name: "moved", label: "Money moved in", optional: true, options: "moved" },
  { kind: "choice", layout: "select", name: "recorded", label: "Recorded", optional: true, options: RECORDED_OPTIONS },
] as const satisfies readonly Field[];

/** From an address; anything that it does not know is left out. */
export function readLedgerFilter(startYear: number, sent: Values): LedgerFilter {
  const known = (options: readonly Option[], name: string) =>
    options.find(({ value }) => value === text(sent, name))?.value ?? null;
  const month = (name: string) => {
    const value = known(MONTH_OPTIONS, name);
    return value === null ? null : Number(value);
  };
  return {
    startYear: text(sent, "year") === ALL_YEARS ? null : startYear,
    kind: known(LEDGER_OPTIONS, "kind") as LedgerFilter["kind"],
    reference: asReference(text(sent, "reference")) ?? (text(sent, "reference") || null),
    agency: UUID.test(text(sent, "agency")) ? text(sent, "agency") : null,
    month: month("month"),
    upTo: month("upTo"),
    isAfterJune: text(sent, "upTo") === AFTER_JUNE,
    moved: readMoved(text(sent, "moved")),
    recorded: known(RECORDED_OPTIONS, "recorded") as LedgerFilter["recorded"],
  };
}

/** The address of what a filter finds, without the path. */
export function ledgerQuery({ startYear, month = null, upTo = null, isAfterJune, ...filter }: LedgerFilter): string {
  const { kind, reference, agency, moved, recorded } = filter;
  const query = new URLSearchParams({
    year: startYear === null ? ALL_YEARS : String(startYear),
    ...(kind && { kind }),
    ...(reference && { reference }),
    ...(agency && { agency }),
    ...(month !== null && { month: String(month) }),
    ...(upTo !== null && { upTo: String(upTo) }),
    ...(isAfterJune && { upTo: AFTER_JUNE }),
    ...(moved && { moved }),
    ...(recorded && { recorded }),
  });
  return query.toString();
}

/** The page with the entries that a figure is the sum of. */
export const ledgerHref = (filter: LedgerFilter): string => `/budget/ledger?${ledgerQuery(filter)}`;

/** The page with what each initiative is forecast to be paid up to a month to come; 0 is July. */
export const monthHref = (startYear: number, month: number): string =>
  `/budget/forecast?year=${startYear}&month=${month}#month`;

/** The page with what an initiative has not spent of a year, and what of that is claimed or done. */
export const unspentHref = (startYear: number, reference: string): string =>
  `/budget/unspent/${reference}?year=${startYear}`;

/** The same of every initiative. */
export const allUnspentHref = (startYear: number): string => `/budget/year-end?year=${startYear}#unspent`;

/** Where a figure of a year's position leads: to the entries or the initiatives that add up to it. */
export function positionHref(startYear: number, figure: "envelope" | "available" | Counter): string {
  if (figure === "envelope") return ledgerHref({ startYear, kind: "ADJUST" });
  return figure === "available"
    ? ledgerHref({ startYear })
    : rowsHref({ startYear, by: null, of: null, counter: figure });
}

/** "2026/27, October, paid, PSF-2026-0004", after "Ledger: ". */
export const ledgerFilterInWords = (filter: LedgerFilter): string =>
  [
    filter.startYear === null ? "all years" : formatYear(filter.startYear),
    typeof filter.month === "number" && MONTHS[filter.month],
    typeof filter.upTo === "number" && `up to the end of ${MONTHS[filter.upTo]}`,
    filter.isAfterJune && "after 30 June",
    filter.moved && `money moved in ${movedInWords(filter.moved)}`,
    LEDGER_OPTIONS.find(({ value }) => value === filter.kind)?.label.toLowerCase(),
    filter.reference,
    filter.agency && "one agency",
    RECORDED_OPTIONS.find(({ value }) => value === filter.recorded)?.label.toLowerCase(),
  ]
    .filter(Boolean)
    .join(", ");

/** From an address: the rows behind a figure. */
export function readHolderFilter(startYear: number, sent: Values): HolderFilter {
  const [by, counter] = [text(sent, "by"), text(sent, "counter")];
  const isShare = isShareKind(by) && text(sent, "of") !== "";
  return {
    startYear,
    by: isShare ? by : null,
    of: isShare ? text(sent, "of") : null,
    counter: isCounter(counter) ? counter : null,
  };
}

import { movingTimes } from "#lib/budget/cash/rules.ts";
import { type Field, type Option, reasonFields, text, type Values } from "#lib/form/fields.ts";
import type { LedgerKind } from "#lib/platform/db/generated/enums.ts";
import { formatYear } from "#lib/platform/money.ts";
import type { LedgerFilter } from "./ledger/rules.ts";
import { MONTHS } from "./rules.ts";
import { type HolderFilter, isCounter, isShareKind } from "./shares/rules.ts";

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

const LEDGER_OPTIONS: readonly Option[] = [
  ...Object.entries(LEDGER_LABELS).map(([value, label]) => ({ value, label })),
  { value: "MONEY", label: "Paid and recovered" },
];
const MONTH_OPTIONS: readonly Option[] = MONTHS.map((label, month) => ({ value: String(month), label }));

/** What a year's ledger can be narrowed by, beside the year. */
export const LEDGER_FILTER_FIELDS = [
  { kind: "text", name: "reference", label: "Application", optional: true, charsMax: 20 },
  { kind: "choice", layout: "select", name: "kind", label: "Kind of entry", optional: true, options: LEDGER_OPTIONS },
  { kind: "choice", layout: "select", name: "month", label: "Month", optional: true, options: MONTH_OPTIONS },
  { kind: "choice", layout: "select", name: "moved", label: "Money moved in", optional: true, options: "moved" },
] as const satisfies readonly Field[];

/** Out of an address; what it does not know is left out. */
export function readLedgerFilter(startYear: number, sent: Values): LedgerFilter {
  const known = (options: readonly Option[], name: string) =>
    options.find(({ value }) => value === text(sent, name))?.value ?? null;
  const month = known(MONTH_OPTIONS, "month");
  return {
    startYear,
    kind: known(LEDGER_OPTIONS, "kind") as LedgerFilter["kind"],
    reference: text(sent, "reference").toUpperCase() || null,
    month: month === null ? null : Number(month),
    moved: known(movingTimes(startYear), "moved"),
  };
}

/** The address of what a filter finds, without the path. */
export function ledgerQuery({ startYear, kind, reference, month, moved }: LedgerFilter): string {
  const query = new URLSearchParams({
    year: String(startYear),
    ...(kind && { kind }),
    ...(reference && { reference }),
    ...(month !== null && { month: String(month) }),
    ...(moved && { moved }),
  });
  return query.toString();
}

/** "2026/27, October, paid, PSF-2026-0004". */
export const ledgerFilterInWords = ({ startYear, kind, reference, month, moved }: LedgerFilter): string =>
  [
    formatYear(startYear),
    month === null ? null : MONTHS[month],
    moved && `money moved in ${movingTimes(startYear).find(({ value }) => value === moved)?.label}`,
    LEDGER_OPTIONS.find(({ value }) => value === kind)?.label.toLowerCase(),
    reference,
  ]
    .filter(Boolean)
    .join(", ");

/** Out of an address: the rows behind a figure. */
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

import type { LedgerKind } from "../db/generated/enums.ts";
import type { Answers, Field, Option } from "../fields.ts";
import { formatYear } from "../money.ts";

/** An adjustment of a year's envelope. */
export const ADJUST_FIELDS = [
  {
    kind: "choice",
    name: "year",
    label: "Financial year",
    hint: "The last one in the list is opened by its first adjustment",
    missing: "Choose the financial year",
    options: "years",
    layout: "select",
  },
  {
    kind: "amount",
    name: "change",
    label: "Change",
    hint: "By how much the envelope changes, GST exclusive. Begin with a minus to lower it, like -50,000",
    missing: "Enter by how much the envelope changes",
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
    hint: "The decision or paper that it rests on, like “Estimates 2026/27, Vote Foreign Affairs”",
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

export type NewAdjustment = Answers<typeof ADJUST_FIELDS>;

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

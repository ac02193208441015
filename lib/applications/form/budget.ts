import type { PhasedAmount } from "#lib/budget/rules.ts";
import { CATEGORY_OPTIONS } from "#lib/budget/rules.ts";
import type { Field, Option } from "#lib/form/fields.ts";
import { sumColumn } from "#lib/form/parse.ts";
import { formatYear, sumCents } from "#lib/platform/money.ts";

const CONTRIBUTION_OPTIONS: readonly Option[] = [
  { value: "agency", label: "The agency’s own money" },
  { value: "mfat", label: "Other MFAT funding" },
  { value: "partner", label: "A partner’s money" },
];

const LINES_MAX = 200;

/** The name of a financial year's column: "year2026". */
export const yearColumn = (startYear: number): string => `year${startYear}`;

/** Section 7: a line has one amount for each financial year, in the column that yearColumn() names. */
export const BUDGET_FIELDS: readonly Field[] = [
  {
    kind: "rows",
    name: "lines",
    label: "Budget lines",
    hint: "The funding you are asking for in each financial year (1 July to 30 June). New Zealand dollars, GST exclusive",
    missing: "Add at least one budget line",
    noun: "line",
    min: 1,
    max: LINES_MAX,
    sumBy: "category",
    columns: [
      {
        kind: "choice",
        layout: "select",
        name: "category",
        label: "Category",
        missing: "Choose a category",
        options: CATEGORY_OPTIONS,
      },
      { kind: "text", name: "description", label: "Description", missing: "Enter a description", charsMax: 200 },
      { kind: "amount", each: "years", name: "year{value}", label: "{label}", optional: true, allowZero: true },
    ],
  },
  {
    kind: "rows",
    name: "contributions",
    label: "Other contributions",
    hint: "Money from other sources. Leave blank if there is none",
    optional: true,
    noun: "contribution",
    min: 0,
    max: 50,
    sumBy: "source",
    columns: [
      {
        kind: "choice",
        layout: "select",
        name: "source",
        label: "Source",
        missing: "Choose a source",
        options: CONTRIBUTION_OPTIONS,
      },
      {
        kind: "text",
        name: "from",
        label: "Who it is from and what it pays for",
        missing: "Enter who it is from and what it pays for",
        charsMax: 200,
      },
      { kind: "amount", name: "amount", label: "Amount" },
    ],
  },
];

type Row = Record<string, unknown>;
export type Budget = { lines: Row[]; contributions: Row[] };

/** An application asks for money in this many years. A draft may have earlier ones in addition: those have ended. */
export const YEARS_ASKED = 3;
export const endedOf = (years: readonly number[]): number[] => years.slice(0, -YEARS_ASKED);

/** Why a budget that used to be complete no longer is; null where none of its years has ended. */
export function endedInWords(years: readonly number[]): string | null {
  const ended = endedOf(years).map(formatYear);
  if (!ended.length) return null;
  return `${ended.join(" and ")} ${ended.length === 1 ? "has" : "have"} ended. Move ${ended.length === 1 ? "its" : "their"} amounts to a later year.`;
}

/** Every line asks for an amount, in years that have not ended. */
export function checkBudget({ lines }: Budget, years: readonly number[]): Record<string, string> {
  const errors: Record<string, string> = {};
  const columns = years.map(yearColumn);
  for (const year of endedOf(years)) {
    for (const line of lines.filter((one) => one[yearColumn(year)])) {
      errors[`lines.${line.rowIndex}.${yearColumn(year)}`] =
        `Line ${Number(line.rowIndex) + 1}: ${formatYear(year)} has ended. Ask for this amount in a later year, or remove it`;
    }
  }
  for (const line of lines) {
    if (columns.every((column) => !line[column])) {
      errors[`lines.${line.rowIndex}.${columns.at(-YEARS_ASKED)}`] =
        `Line ${Number(line.rowIndex) + 1}: Enter an amount for at least one financial year`;
    }
  }
  return errors;
}

/** What is requested in each financial year. */
export const requestedPhasing = ({ lines }: Budget, years: readonly number[]): PhasedAmount =>
  years
    .map((startYear) => ({ startYear, cents: sumColumn(lines, yearColumn(startYear)) }))
    .filter((part) => part.cents > 0n);

/** What is requested in each category and financial year; empty ones are left out. */
export const requestedCategories = ({ lines }: Budget, years: readonly number[]) =>
  CATEGORY_OPTIONS.flatMap(({ value: category }) => {
    const rows = lines.filter((line) => line.category === category);
    return years
      .map((startYear) => ({ category, startYear, cents: sumColumn(rows, yearColumn(startYear)) }))
      .filter(({ cents }) => cents > 0n);
  });

/** The categories in the words of a form, from its own fields. */
export function categoriesOf(fields: readonly Field[]): readonly Option[] {
  const lines = fields.find(({ name }) => name === "lines");
  const category = lines?.kind === "rows" ? lines.columns.find(({ name }) => name === "category") : undefined;
  if (category?.kind !== "choice" || typeof category.options === "string") return [];
  return [...category.options, ...(category.retired ?? [])];
}

/** What is requested in each category, in the form's words and order; empty categories are left out. */
export const totalsByCategory = (
  { lines }: Budget,
  years: readonly number[],
  categories: readonly Option[],
): { label: string; cents: bigint }[] =>
  categories
    .map(({ value, label }) => {
      const rows = lines.filter((line) => line.category === value);
      return { label, cents: sumCents(years.map((year) => sumColumn(rows, yearColumn(year)))) };
    })
    .filter((total) => total.cents > 0n);

export const contributionsTotal = ({ contributions }: Budget): bigint => sumColumn(contributions, "amount");

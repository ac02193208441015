// What a year's statement is made of: its rows, and the pieces of paper that say them.
import type { LedgerFilter } from "#lib/budget/ledger/rules.ts";
import { ledgerHref } from "#lib/budget/schema.ts";
import type { Marking, StatementSection } from "#lib/platform/db/generated/enums.ts";
import { formatCents, sumCents } from "#lib/platform/money.ts";
import type { PaperItem, PaperTable } from "#lib/platform/paper.ts";

export const COUNTERS = ["envelopeCents", "reservedCents", "committedCents", "paidCents", "accruedCents"] as const;
export type Counter = (typeof COUNTERS)[number];

/** A line of a year's statement: names and whole cents of one moment. `key`: the id of what it is of. */
export type StatementRow = Record<Counter, bigint> & {
  section: StatementSection;
  key: string;
  name: string;
  detail: string;
  marking: Marking;
};

/** A counter that is not the sum of the ledger. */
type Difference = {
  reference: string | null;
  month: number | null;
  counter: string;
  counterCents: bigint;
  ledgerCents: bigint;
};

/** All of one moment: of the closing where the year is closed, which nothing changes afterwards, and of now where it is not. */
export type Statement = {
  startYear: number;
  at: Date;
  isFinal: boolean;
  rows: readonly StatementRow[];
  /** Of a statement that is not final: a year closes only where nothing differs. */
  differences: readonly Difference[];
  entries: number;
};

export const answer = (label: string, ...lines: string[]): PaperItem => ({ kind: "answer", label, lines });
export const figure = (label: string, cents: bigint, href: string | null, ...more: string[]): PaperItem => ({
  kind: "answer",
  label,
  lines: [formatCents(cents), ...more],
  ...(href && { href }),
});

/** The entries behind a figure: of a final statement those that had been recorded when the year was closed. */
export const entriesHref = (
  { startYear, isFinal }: Statement,
  filter: Omit<LedgerFilter, "startYear" | "recorded">,
): string => ledgerHref({ startYear, ...filter, recorded: isFinal ? "THEN" : null });
export const paragraph = (text: string): PaperItem => ({ kind: "paragraph", text });

export const table = (
  label: string,
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  more: { numericFrom: number; total?: readonly string[]; links?: PaperTable["links"] },
): PaperTable => ({
  kind: "table",
  label,
  columns: headers.map((header, index) => ({ header, isNumeric: index >= more.numericFrom })),
  rows,
  total: more.total ?? null,
  ...(more.links && { links: more.links }),
});

export const rowsOf = ({ rows }: Pick<Statement, "rows">, section: StatementSection): StatementRow[] =>
  rows.filter((row) => row.section === section);

export const sumOf = (rows: readonly StatementRow[], counter: Counter): string =>
  formatCents(sumCents(rows.map((row) => row[counter])));

/** What a line’s name begins with: an initiative, or a claim of one. Where the reader may not know it, it is neither. */
export const REFERENCE = /^(PSF-\d{4}-\d{4})(?:\/(\d+))?/;

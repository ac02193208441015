import { dayOf, formatClock } from "./dates.ts";
import { plainCents } from "./money.ts";
import { writable } from "./text.ts";

/**
 * A list of one kind of thing for a spreadsheet: what stands in it, and nothing of how it looks. `csvOf` makes a CSV of it
 * and lib/web/workbook.ts an XLSX, so that the two cannot say different things.
 */
export type Sheet = {
  /** What the rows are: the name of the sheet and, in small letters, of the file. */
  title: string;
  /** Stands in the first and the last row, and begins the file's name: "IN-CONFIDENCE". */
  marking: string;
  /** When what it says was fixed: its workbook then stays the same, to the byte. */
  fixedAt?: Date;
  /** Lines under the marking: when it was made, and of what. */
  about: readonly string[];
  columns: readonly { header: string; kind: SheetKind; width: number }[];
  /** A cell for each column. */
  rows: readonly (readonly SheetCell[])[];
  /** The last line, a cell for each column; null if there is none. */
  total: readonly SheetCell[] | null;
};

/** The kinds of file that a sheet becomes. */
export const SHEET_FORMATS = ["csv", "xlsx"] as const;
export type SheetFormat = (typeof SHEET_FORMATS)[number];
export const isSheetFormat = (word: string): word is SheetFormat => SHEET_FORMATS.some((format) => format === word);

/** cents: whole cents, written as dollars. day: a civil day, at midnight UTC. */
export type SheetKind = "text" | "cents" | "day" | "count";
/** By its column's kind: text, bigint, Date or number; null is an empty cell. A total may say a word in any column. */
export type SheetCell = string | bigint | Date | number | null;

/** How a column of a sheet is made of a row; `width` in characters. */
export type SheetColumn<Row> = { header: string; width?: number } & (
  | { kind: "text"; value: (row: Row) => string | null }
  | { kind: "cents"; value: (row: Row) => bigint | null }
  | { kind: "day"; value: (row: Row) => Date | null }
  | { kind: "count"; value: (row: Row) => number | null }
);

const WIDTHS: Record<SheetKind, number> = { text: 24, cents: 16, day: 18, count: 10 };

type SheetOf<Row> = Pick<Sheet, "title" | "marking" | "about" | "fixedAt"> & {
  columns: readonly SheetColumn<Row>[];
  rows: readonly Row[];
  total?: readonly SheetCell[];
};

export const makeSheet = <Row>({ columns, rows, total, ...rest }: SheetOf<Row>): Sheet => ({
  ...rest,
  columns: columns.map(({ header, kind, width }) => ({ header, kind, width: width ?? WIDTHS[kind] })),
  rows: rows.map((row) => columns.map(({ value }) => value(row))),
  total: total ?? null,
});

/** Every line of a sheet from its top to its end, the marking first and last, with nothing that a file cannot hold. */
export function linesOf({ marking, about, columns, rows, total }: Sheet): (readonly SheetCell[])[] {
  const headers = columns.map(({ header }) => header);
  const lines = [[marking], ...about.map((line) => [line]), headers, ...rows, ...(total ? [total] : []), [marking]];
  return lines.map((line) => line.map((cell) => (typeof cell === "string" ? writable(cell) : cell)));
}

/** How much of what a file was narrowed to its name says: file systems take 255 bytes. */
const OF_MAX = 60;

/**
 * "IN-CONFIDENCE-reports-overdue-2026-11-25-1742.csv": what it is, `of` what it was narrowed to, and when it was made, on New
 * Zealand's clocks.
 */
export function sheetFileName({ marking, title }: Sheet, at: Date, format: SheetFormat, of = ""): string {
  const narrowed = of
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, " ")
    .slice(0, OF_MAX)
    .trim();
  const day = dayOf(at).toISOString().slice(0, 10);
  const words = [marking, title.toLowerCase(), narrowed, day, formatClock(at).replace(":", "")]
    .filter(Boolean)
    .join(" ");
  return `${words.replace(/[^\w-]+/g, "-")}.${format}`;
}

/** CSV as RFC 4180 has it, with the mark by which Excel knows that it is UTF-8. */
export const csvOf = (sheet: Sheet): string =>
  `\uFEFF${linesOf(sheet)
    .map((line) => `${line.map(csvCell).join(",")}\r\n`)
    .join("")}`;

function csvCell(cell: SheetCell): string {
  if (cell === null) return "";
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  if (typeof cell === "bigint") return plainCents(cell);
  if (typeof cell === "number") return String(cell);
  const text = defuse(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A spreadsheet would run a text that begins like a formula; with an apostrophe before it, it stays a text. */
const defuse = (text: string): string => (/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text);

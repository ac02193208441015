import { dayOf, formatClock } from "./dates.ts";
import type { Marking } from "./db/generated/enums.ts";
import { DomainError } from "./errors.ts";
import { FILE_ROWS_MAX, TOO_MANY_ROWS } from "./lists.ts";
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
  /** A cell for each column; none of those that were kept elsewhere as they passed (`passSheet`). */
  rows: readonly (readonly SheetCell[])[];
  /** How many rows it has, wherever they are. */
  count: number;
  /** The last line, a cell for each column; null if there is none. */
  total: readonly SheetCell[] | null;
};

/** Who asks for a file: its format, from where, and who keeps the rows of a long one. */
export type SheetRequest = { format: SheetFormat; remoteAddress?: string; keep?: Keep };

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
  count: rows.length,
  total: total ?? null,
});

/** What a long list says of all its rows, added up as they pass: the sum of each column of amounts by its header. */
type Passed = { count: number; sums: Readonly<Record<string, bigint>>; markings: readonly Marking[] };

/** A sheet whose rows are read page by page and never held as a whole. */
export type LongSheet<Row> = Pick<Sheet, "title"> & {
  columns: readonly SheetColumn<Row>[];
  markingOf: (row: Row) => Marking | null;
  marking: (passed: Passed) => string;
  about: (passed: Passed) => readonly string[];
  total?: (passed: Passed) => readonly SheetCell[];
};

/** Where rows go as they pass. */
export type Keep = {
  /** Before the first: a sheet without its rows, with as many lines above them as there will be. */
  begin: (sheet: Sheet) => Promise<void>;
  add: (rows: Sheet["rows"]) => Promise<void>;
};

/**
 * Passes the rows of a long list on as they are read, or holds them where nobody keeps them.
 * @throws INVALID where there are more than a file holds
 */
export async function passSheet<Row>(
  long: LongSheet<Row>,
  pages: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
  keep?: Keep,
): Promise<Sheet> {
  const rows: (readonly SheetCell[])[] = [];
  const sums: Record<string, bigint> = Object.fromEntries(
    long.columns.filter(({ kind }) => kind === "cents").map(({ header }) => [header, 0n]),
  );
  const markings = new Set<Marking>();
  let count = 0;
  const made = (): Sheet => {
    const passed = { count, sums, markings: [...markings] };
    const { title, columns } = long;
    const [marking, about, total] = [long.marking(passed), long.about(passed), long.total?.(passed)];
    return { ...makeSheet<Row>({ title, columns, marking, about, rows: [], ...(total && { total }) }), rows, count };
  };
  await keep?.begin(made());
  for await (const page of pages) {
    count += page.length;
    if (count > FILE_ROWS_MAX) throw new DomainError("INVALID", TOO_MANY_ROWS);
    const cells = page.map((row) => long.columns.map((column) => cellOf(column, row, sums)));
    for (const row of page) {
      const marking = long.markingOf(row);
      if (marking) markings.add(marking);
    }
    if (keep) await keep.add(cells);
    else rows.push(...cells);
  }
  return made();
}

function cellOf<Row>(column: SheetColumn<Row>, row: Row, sums: Record<string, bigint>): SheetCell {
  const cell = column.value(row);
  if (typeof cell === "bigint") sums[column.header] = (sums[column.header] ?? 0n) + cell;
  return cell;
}

type Lines = (readonly SheetCell[])[];

const clean = (lines: Sheet["rows"]): Lines =>
  lines.map((line) => line.map((cell) => (typeof cell === "string" ? writable(cell) : cell)));

/** The lines of a sheet above its rows, the marking first, and below them, the marking last, with nothing that a file cannot hold. */
export function linesAround({ marking, about, columns, total }: Sheet): { above: Lines; below: Lines } {
  const headers = columns.map(({ header }) => header);
  return {
    above: clean([[marking], ...about.map((line) => [line]), headers]),
    below: clean([...(total ? [total] : []), [marking]]),
  };
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
export function csvOf(sheet: Sheet): string {
  const { above, below } = linesAround(sheet);
  return `\uFEFF${csvLines(above)}${csvLines(sheet.rows)}${csvLines(below)}`;
}

export const csvLines = (lines: Sheet["rows"]): string =>
  clean(lines)
    .map((line) => `${line.map(csvCell).join(",")}\r\n`)
    .join("");

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

import { type CellStyle, type CellValue, type WriteSheet, writeXlsx } from "hucre/xlsx";
import { linesAround, type Sheet, type SheetCell, type SheetKind } from "#lib/platform/sheet.ts";
import { writable } from "#lib/platform/text.ts";
import { type OpenZip, openZip, withText } from "./zip.ts";

const FORMATS: Record<SheetKind, string | undefined> = {
  text: "@",
  cents: '"$"#,##0.00;-"$"#,##0.00',
  day: "d mmmm yyyy",
  count: "#,##0",
};

/**
 * A sheet as an Excel workbook: amounts and days are numbers and dates, texts are never formulas, the headers stay in sight,
 * and the marking stands on every page that is printed. `rows`: what `rowsXml` made of each of its rows, in their order.
 */
export async function* workbookOf(sheet: Sheet, rows: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { zip, above, below, firstRow } = await frameOf(sheet);
  async function* parts() {
    yield Buffer.from(above);
    yield* rows;
    yield Buffer.from(movedDown(below, firstRow, firstRow + sheet.count));
  }
  yield* withText(zip, parts());
}

const SHEET_PART = "xl/worksheets/sheet1.xml";

/** `firstRow`: the number of the first row; `styles`: the number of each column's style. */
type Frame = { zip: OpenZip; above: string; below: string; firstRow: number; styles: readonly string[] };

/** A workbook without its rows: an empty one stands in their place, to learn by which numbers their styles go. */
export async function frameOf(sheet: Sheet): Promise<Frame> {
  const { above, below } = linesAround(sheet);
  const empty = sheet.columns.map(() => null);
  const { fixedAt } = sheet;
  const properties = fixedAt && { created: fixedAt, modified: fixedAt };
  const page = pageOf(sheet, [...above, empty, ...below]);
  const zip = openZip(Buffer.from(await writeXlsx({ sheets: [page], ...(properties && { properties }) })), SHEET_PART);
  const text = zip.text.replace(/<dimension [^>]*>/, "");
  const firstRow = above.length + 1;
  const from = text.indexOf(`<row r="${firstRow}"`);
  const to = text.indexOf("</row>", from) + "</row>".length;
  const styles = [...text.slice(from, to).matchAll(/ s="(\d+)"/g)].map(([, style = ""]) => style);
  return { zip, above: text.slice(0, from), below: text.slice(to), firstRow, styles };
}

/** The lines under the rows: there they are numbered as if there were one row. */
const movedDown = (xml: string, firstRow: number, next: number): string =>
  xml.replace(/ r="([A-Z]*)(\d+)"/g, (_, column, row) => ` r="${column}${Number(row) - firstRow - 1 + next}"`);

/** Rows of a sheet as a workbook has them; `from`: the number of the first of them. */
export const rowsXml = (rows: Sheet["rows"], { styles }: Pick<Frame, "styles">, from: number): string =>
  rows
    .map((row, index) => {
      const cells = row.map((cell, column) =>
        cellXml(cell, `${letters(column)}${from + index}`, styles[column] ?? "0"),
      );
      return `<row r="${from + index}">${cells.join("")}</row>`;
    })
    .join("");

/** "A" to "Z", "AA" …: a column by its place. */
const letters = (column: number): string =>
  (column < 26 ? "" : letters(Math.floor(column / 26) - 1)) + String.fromCharCode(65 + (column % 26));

const DAY_MS = 86_400_000;
/** Excel's day 0. */
const DAY_ZERO = Date.UTC(1899, 11, 30);

function cellXml(cell: SheetCell, at: string, style: string): string {
  if (cell === null) return "";
  const opened = `<c r="${at}" s="${style}"`;
  if (typeof cell === "string") {
    return `${opened} t="inlineStr"><is><t xml:space="preserve">${escaped(writable(cell))}</t></is></c>`;
  }
  const value = cell instanceof Date ? (cell.getTime() - DAY_ZERO) / DAY_MS : numberOf(cell);
  return `${opened}><v>${value}</v></c>`;
}

const SIGNS: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "_x000D_" };
/** What reads like a sign written by its number is written so that it stays what it is. */
const escaped = (text: string): string =>
  text.replace(/_(?=x[\dA-Fa-f]{4}_)/g, "_x005F_").replace(/[&<>\r]/g, (sign) => SIGNS[sign] ?? "");

const numberOf = (cell: bigint | number): number => (typeof cell === "bigint" ? Number(cell) / 100 : cell);

function pageOf(sheet: Sheet, lines: readonly (readonly SheetCell[])[]): WriteSheet {
  const headerRow = sheet.about.length + 1;
  // In a page's header an ampersand begins a code.
  const marking = `&C&B${sheet.marking.replaceAll("&", "&&")}`;
  return {
    name: sheetName(sheet.title),
    columns: sheet.columns.map(({ kind, width }) => ({ width, style: styleOf(kind) })),
    rows: lines.map((line) => line.map(cellValue)),
    cells: new Map(boldCells(sheet, lines.length, headerRow)),
    freezePane: { rows: headerRow + 1, columns: 1 },
    headerFooter: { oddHeader: marking, oddFooter: `${marking}&RPage &P of &N` },
    pageSetup: {
      paperSize: "a4",
      orientation: "landscape",
      fitToPage: true,
      fitToWidth: 1,
      fitToHeight: 0,
      printTitlesRow: `$${headerRow + 1}:$${headerRow + 1}`,
    },
  };
}

/** Excel opens no name with these characters, such as a financial year's "2026/27", and none that is longer. */
const sheetName = (title: string): string =>
  writable(title)
    .replaceAll(/[[\]:*?/\\]/gu, "-")
    .slice(0, 31);

const cellValue = (cell: SheetCell): CellValue => (typeof cell === "bigint" ? numberOf(cell) : cell);

function styleOf(kind: SheetKind): CellStyle {
  const numFmt = FORMATS[kind];
  return { ...(numFmt && { numFmt }), alignment: { vertical: "top", ...(kind === "text" && { wrapText: true }) } };
}

/** The marking, the headers and the total, as the grid's "row,column" names them. */
function* boldCells(
  { columns, total }: Sheet,
  count: number,
  headerRow: number,
): Generator<[string, { style: CellStyle }]> {
  const plain: CellStyle = { font: { bold: true }, alignment: { wrapText: false } };
  yield ["0,0", { style: plain }];
  yield [`${count - 1},0`, { style: plain }];
  for (let row = 1; row < headerRow; row++) yield [`${row},0`, { style: { alignment: { wrapText: false } } }];
  for (const [column, { kind }] of columns.entries()) {
    const isNumber = kind === "cents" || kind === "count";
    yield [
      `${headerRow},${column}`,
      { style: { font: { bold: true }, alignment: { wrapText: true, ...(isNumber && { horizontal: "right" }) } } },
    ];
    if (total) yield [`${count - 2},${column}`, { style: { ...styleOf(kind), font: { bold: true } } }];
  }
}

import { type CellStyle, type CellValue, type WriteSheet, writeXlsx } from "hucre/xlsx";
import { notFound } from "next/navigation";
import { requestContext } from "#lib/auth/session.ts";
import { text, UUID, type Values } from "#lib/form/fields.ts";
import { cleanValues } from "#lib/form/parse.ts";
import { now } from "#lib/platform/clock.ts";
import { DomainError } from "#lib/platform/errors.ts";
import {
  csvOf,
  isSheetFormat,
  linesOf,
  type Sheet,
  type SheetCell,
  type SheetFormat,
  type SheetKind,
  sheetFileName,
} from "#lib/platform/sheet.ts";
import { writable } from "#lib/platform/text.ts";
import { attachment, orNotFound } from "./action.ts";

const FORMATS: Record<SheetKind, string | undefined> = {
  text: "@",
  cents: '"$"#,##0.00;-"$"#,##0.00',
  day: "d mmmm yyyy",
  count: "#,##0",
};

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

type SheetRequest = { format: SheetFormat; remoteAddress?: string };

/** For routes: a list, as its page with the same address shows it, as a file; 400 for what the list does not know. */
export async function answerSheet(
  { url }: Request,
  format: string,
  make: (asked: SheetRequest, sent: Values) => Promise<Sheet>,
): Promise<Response> {
  if (!isSheetFormat(format)) notFound();
  const sent = cleanValues(Object.fromEntries(new URL(url).searchParams));
  const { remoteAddress } = await requestContext();
  try {
    const sheet = await orNotFound(() => make({ format, ...(remoteAddress && { remoteAddress }) }, sent));
    const words = Object.keys(sent).map((name) => text(sent, name));
    return await sheetAttachment(sheet, format, words.filter((word) => !UUID.test(word)).join(" "));
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== "INVALID") throw error;
    return new Response(`${Object.values(error.fields).join("\n") || error.message}\n`, { status: 400 });
  }
}

/** For routes: a sheet as the file that was asked for; `of` says what it was narrowed to. */
export async function sheetAttachment(sheet: Sheet, format: SheetFormat, of = ""): Promise<Response> {
  const fileName = sheetFileName(sheet, now(), format, of);
  return format === "csv"
    ? attachment(Buffer.from(csvOf(sheet)), fileName, "text/csv; charset=utf-8")
    : attachment(await workbookOf(sheet), fileName, XLSX);
}

/**
 * A sheet as an Excel workbook: amounts and days are numbers and dates, texts are never formulas, the headers stay in sight,
 * and the marking stands on every page that is printed.
 */
export async function workbookOf(sheet: Sheet): Promise<Buffer> {
  const lines = linesOf(sheet);
  const headerRow = sheet.about.length + 1;
  // In a page's header an ampersand begins a code.
  const marking = `&C&B${sheet.marking.replaceAll("&", "&&")}`;
  const page: WriteSheet = {
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
  const { fixedAt } = sheet;
  const properties = fixedAt && { created: fixedAt, modified: fixedAt };
  return Buffer.from(await writeXlsx({ sheets: [page], ...(properties && { properties }) }));
}

/** Excel opens no name with these characters, such as a financial year's "2026/27", and none that is longer. */
const sheetName = (title: string): string =>
  writable(title)
    .replaceAll(/[[\]:*?/\\]/gu, "-")
    .slice(0, 31);

const cellValue = (cell: SheetCell): CellValue => (typeof cell === "bigint" ? Number(cell) / 100 : cell);

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

// Files as their readers get them, for tests of what stands in them.
import type { Sheet } from "#lib/platform/sheet.ts";
import { frameOf, rowsXml, workbookOf } from "#lib/web/workbook.ts";

/** All rows of a list that is read page by page. */
export async function everyRow<Row>(pages: AsyncIterable<readonly Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}

/** A sheet as a workbook. */
export async function workbookBytes(sheet: Sheet): Promise<Buffer> {
  const frame = await frameOf(sheet);
  async function* rows() {
    yield Buffer.from(rowsXml(sheet.rows, frame, frame.firstRow));
  }
  const parts: Buffer[] = [];
  for await (const part of workbookOf({ ...sheet, count: sheet.rows.length }, rows())) parts.push(part);
  return Buffer.concat(parts);
}

import { readXlsx } from "hucre/xlsx";
import { expect, test } from "vitest";
import { workbookBytes } from "#lib/testing/files.ts";
import { csvOf, makeSheet, sheetFileName } from "./sheet.ts";

type Row = { what: string | null; cents: bigint | null; on: Date | null; count: number | null };

const day = new Date("2026-07-01T00:00:00Z");
const rows: Row[] = [
  { what: "Ngā “radios”, two", cents: 123_456_789_01n, on: day, count: 3 },
  { what: 'Says "no"\nthen yes', cents: -5n, on: null, count: 0 },
  ...["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1"].map((what) => ({
    what,
    cents: null,
    on: null,
    count: null,
  })),
];
const sheet = makeSheet<Row>({
  title: "Budget lines",
  marking: "IN-CONFIDENCE",
  about: ["Every line. Made today."],
  columns: [
    { header: "What", kind: "text", value: ({ what }) => what },
    { header: "Amount", kind: "cents", value: ({ cents }) => cents },
    { header: "On", kind: "day", value: ({ on }) => on },
    { header: "How many", kind: "count", value: ({ count }) => count },
  ],
  rows,
  total: ["Total", 123_456_788_96n, null, 3],
});

test("a CSV is marked at both ends, holds amounts and days as such, and no text that a spreadsheet would run", () => {
  expect(csvOf(sheet).split("\r\n")).toEqual([
    "\uFEFFIN-CONFIDENCE",
    "Every line. Made today.",
    "What,Amount,On,How many",
    '"Ngā “radios”, two",123456789.01,2026-07-01,3',
    '"Says ""no""\nthen yes",-0.05,,0',
    "'=1+1,,,",
    "'+1,,,",
    "'-1,,,",
    "'@SUM(1),,,",
    "'\t=1,,,",
    `"'\r=1",,,`,
    "'＝1,,,",
    "Total,123456788.96,,3",
    "IN-CONFIDENCE",
    "",
  ]);
});

test("a workbook of a financial year has a name that Excel opens", async () => {
  const [page] = (
    await readXlsx(await workbookBytes({ ...sheet, title: "Budget 2026/27 [by] month: a*b?\\c, to the end" }))
  ).sheets;
  expect(page?.name).toBe("Budget 2026-27 -by- month- a-b-");
});

test("a workbook holds the same as numbers, dates and texts, its headers stay in sight, every page is marked", async () => {
  const [page] = (await readXlsx(await workbookBytes(sheet), {})).sheets;
  const cells = page?.rows ?? [];
  expect(cells.slice(0, 5)).toEqual([
    ["IN-CONFIDENCE", null, null, null],
    ["Every line. Made today.", null, null, null],
    ["What", "Amount", "On", "How many"],
    ["Ngā “radios”, two", 123456789.01, day, 3],
    ['Says "no"\nthen yes', -0.05, null, 0],
  ]);
  expect(cells[5]?.[0]).toBe("=1+1");
  expect(cells.slice(-2)).toEqual([
    ["Total", 123456788.96, null, 3],
    ["IN-CONFIDENCE", null, null, null],
  ]);
  expect(page).toMatchObject({
    name: "Budget lines",
    freezePane: { rows: 3, columns: 1 },
    headerFooter: { oddHeader: "&C&BIN-CONFIDENCE", oddFooter: expect.stringContaining("IN-CONFIDENCE") },
  });
});

test("the file's name begins with the marking, in plain letters", () => {
  expect(sheetFileName(sheet, day, "csv")).toBe("IN-CONFIDENCE-budget-lines-2026-07-01-1200.csv");
  expect(sheetFileName({ ...sheet, title: 'A/"b' }, day, "xlsx")).toBe("IN-CONFIDENCE-a-b-2026-07-01-1200.xlsx");
});

test("it says what the list was narrowed to and when it was made: no two are alike", () => {
  const at = new Date("2026-06-30T21:07:00Z");
  expect(sheetFileName(sheet, at, "csv", "OVERDUE Tūhoro/..")).toBe(
    "IN-CONFIDENCE-budget-lines-overdue-t-horo-2026-07-01-0907.csv",
  );
  expect(sheetFileName(sheet, at, "csv", "x".repeat(300)).length).toBeLessThan(130);
});

test("a sheet of no rows has its headers", async () => {
  const empty = { ...sheet, rows: [], total: null };
  expect(csvOf(empty).split("\r\n")).toHaveLength(5);
  expect((await readXlsx(await workbookBytes(empty), {})).sheets[0]?.rows).toHaveLength(4);
});

test("what XML cannot hold is in no file, wherever it was typed: a cell, a line above the table, the sheet's name", async () => {
  const bad = ["\ufffe", "\uffff", "\u0000", "\u0008", "\u001f", "\ud800", "\udc00", "\ufdd0", "\u{1fffe}"];
  for (const sign of bad) {
    const words = `Radio net${sign}work`;
    const file = {
      ...sheet,
      title: words,
      about: [words],
      rows: [[words, null, null, null]],
      total: [words, null, null, null],
    };
    const [page] = (await readXlsx(await workbookBytes(file), {})).sheets;
    const cells = page?.rows.map((row) => row[0]);
    expect([sign, page?.name, cells]).toEqual([
      sign,
      "Radio network",
      ["IN-CONFIDENCE", "Radio network", "What", "Radio network", "Radio network", "IN-CONFIDENCE"],
    ]);
    expect(csvOf(file)).not.toContain(sign);
  }
});

test("what is text stays: marks, signs of two units, bidirectional text, tabs and line ends", async () => {
  const words = "Tūhoro \u{1f6a2} \u05e9\u05dc\u05d5\u05dd a\u200db\tc\nd";
  const [page] = (await readXlsx(await workbookBytes({ ...sheet, rows: [[words, null, null, null]] }), {})).sheets;
  expect(page?.rows[3]?.[0]).toBe(words);
});

test("a workbook of what was fixed once is the same to the byte whenever it is made; any other says when it was made", async () => {
  const madeTwice = async (of: typeof sheet) => {
    const first = await workbookBytes(of);
    // Its seconds are written.
    await new Promise((done) => setTimeout(done, 1_100));
    return first.equals(await workbookBytes(of));
  };
  expect(await madeTwice({ ...sheet, fixedAt: new Date("2027-09-01T00:00:00Z") })).toBe(true);
  expect(await madeTwice(sheet)).toBe(false);
});

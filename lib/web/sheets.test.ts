// A long file: made of pages on disk, the same as one that is made at once.
import { readXlsx } from "hucre/xlsx";
import { beforeAll, expect, test } from "vitest";
import { csvOf, type Keep, type LongSheet, passSheet, type SHEET_FORMATS, type Sheet } from "#lib/platform/sheet.ts";
import { useTestDatabase } from "#lib/testing/database.ts";
import { sheetAttachment, sheetFile } from "./sheets.ts";

useTestDatabase();

type Row = { name: string; cents: bigint };
const long: LongSheet<Row> = {
  title: "Rows",
  columns: [
    { header: "Name", kind: "text", value: ({ name }) => name },
    { header: "Amount", kind: "cents", value: ({ cents }) => cents },
  ],
  markingOf: ({ cents }) => (cents === 3n ? "IN_CONFIDENCE" : "UNCLASSIFIED"),
  marking: ({ markings }) => markings.toSorted().join(" "),
  about: ({ count, sums }) => [`${count} rows`, `${sums.Amount} cents`],
  total: ({ sums }) => ["Total", sums.Amount ?? 0n],
};
const COUNT = 1_000;
const rows = Array.from({ length: COUNT }, (_, index) => ({
  name: `=Row <${index}> & _x0041_\n`,
  cents: BigInt(index),
}));
const pages = Array.from({ length: 4 }, (_, index) => rows.slice(index * 250, index * 250 + 250));
const made = (keep: Keep): Promise<Sheet> => passSheet(long, pages, keep);

async function fetched(format: (typeof SHEET_FORMATS)[number]): Promise<Buffer> {
  return Buffer.from(await (await sheetAttachment(made, { format })).arrayBuffer());
}
let whole: Sheet;
beforeAll(async () => {
  whole = await passSheet(long, pages);
});

test("its marking, its words and its total are those of all rows, and nobody holds them", async () => {
  const { sheet, close } = await sheetFile(made, "csv");
  await close();
  expect([sheet.rows, sheet.count]).toEqual([[], COUNT]);
  expect({ ...sheet, rows: whole.rows }).toEqual(whole);
  expect([sheet.marking, sheet.about]).toEqual(["IN_CONFIDENCE UNCLASSIFIED", ["1000 rows", "499500 cents"]]);
});

test("a CSV of pages is the CSV of the whole", async () => {
  expect((await fetched("csv")).toString()).toBe(csvOf(whole));
});

test("a workbook of pages has each row once, its texts as they are, its total and its marking under them", async () => {
  const [page] = (await readXlsx(await fetched("xlsx"), {})).sheets;
  expect(page?.rows.slice(0, 4).map(([first]) => first)).toEqual([whole.marking, ...whole.about, "Name"]);
  expect(page?.rows.slice(4, -2)).toEqual(rows.map(({ name, cents }) => [name, Number(cents) / 100]));
  expect(page?.rows.slice(-2)).toEqual([
    ["Total", 4995],
    [whole.marking, null],
  ]);
});

test("whoever goes away ends the reading, and what was made is let go of", async () => {
  const gone = new AbortController();
  let read = 0;
  function* reading() {
    for (const page of pages) {
      read++;
      gone.abort(new Error("gone"));
      yield page;
    }
  }
  const leaving = (keep: Keep) => passSheet(long, reading(), keep);
  await expect(sheetAttachment(leaving, { format: "csv", signal: gone.signal })).rejects.toThrow("gone");
  expect(read).toBe(1);
  const { promise, resolve } = Promise.withResolvers<void>();
  const answer = await sheetAttachment(made, { format: "xlsx", done: resolve });
  await answer.body?.cancel();
  await promise;
});

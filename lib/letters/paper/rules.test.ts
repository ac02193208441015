// A letter's text as a paper: what comes above its subject, headings, lists and tables.
import { expect, test } from "vitest";
import { LETTERS, mergeLetter, offerValues } from "#lib/letters/rules.ts";
import { OFFERED } from "#lib/testing/letters.ts";
import { LETTERHEAD, letterPaper, partsOf, plainLetter } from "./rules.ts";

const { application, terms, head } = OFFERED;
const letter = mergeLetter(LETTERS.OFFER.starting, offerValues(application, terms), head);

test("an offer has its letterhead, day, addressee and salutation above the subject, and its parts below headings", () => {
  const paper = letterPaper(letter, { reference: "PSF-2026-0042", marking: "IN-CONFIDENCE" });
  expect(paper.letterhead).toContainEqual({ text: "Manatū Aorere", lang: "mi" });
  expect(paper.above).toEqual([
    "1 November 2026\nReference: PSF-2026-0042",
    "Mere Tūhoe\nCertifier\nNew Zealand Police",
    "Dear Mere Tūhoe",
  ]);
  expect(paper.title).toBe("Pacific Security Fund: offer of funding for PSF-2026-0042, Ngā manu");
  expect(paper.marking).toBe("IN-CONFIDENCE");
  const [, payments, conditions, reports, accepting] = paper.sections;
  expect(payments).toMatchObject({
    title: "Payments",
    items: [
      { kind: "table", label: "Amounts by financial year, GST exclusive", rows: [["2026/27", "$400.00"]], total: null },
      { kind: "paragraph" },
    ],
  });
  expect(conditions?.items).toEqual([
    { kind: "paragraph", text: "The offer is made on these conditions:" },
    { kind: "list", items: ["One report"], isNumbered: true },
  ]);
  expect(reports?.items[0]).toMatchObject({ kind: "table", columns: [{ isNumeric: false }, { isNumeric: false }] });
  expect(accepting?.title).toBe("How to accept");
});

test("a letter keeps the letterhead that it was sent with", () => {
  const parts = partsOf(["The ministry of then\nIts fund", "day\nReference: 1", "to", "dear", "subject"].join("\n\n"));
  expect(parts.letterhead.map(({ text }) => text)).toEqual(["The ministry of then", "Its fund"]);
  expect(parts.subject).toBe("subject");
});

test("a letter from before there was a letterhead is as it was", () => {
  expect(partsOf("day\n\nagency\n\nsubject\n\none\n\ntwo\nlines")).toEqual({
    letterhead: [],
    head: ["day", "agency"],
    subject: "subject",
    sections: [
      {
        title: null,
        items: [
          { kind: "paragraph", text: "one" },
          { kind: "paragraph", text: "two\nlines" },
        ],
      },
    ],
  });
});

const itemsOf = (text: string) =>
  partsOf([LETTERHEAD.join("\n"), "day\nReference: 1", "to", "dear", "subject", text].join("\n\n")).sections[0]?.items;

test("amounts are a column of figures with their total, and lines above a table keep their words", () => {
  expect(itemsOf("Before.\nAmounts:\nYear | Amount\n2026/27 | $1.00\n2027/28 | $2.00\nTotal | $3.00\nAfter.")).toEqual([
    { kind: "paragraph", text: "Before." },
    {
      kind: "table",
      label: "Amounts",
      columns: [
        { header: "Year", isNumeric: false },
        { header: "Amount", isNumeric: true },
      ],
      rows: [
        ["2026/27", "$1.00"],
        ["2027/28", "$2.00"],
      ],
      total: ["Total", "$3.00"],
    },
    { kind: "paragraph", text: "After." },
  ]);
});

test("a table has no total without a line for it, and a column of figures holds nothing else", () => {
  const shown = (text: string) =>
    (itemsOf(text) ?? []).map((item) =>
      item.kind === "table"
        ? [item.label, item.columns.map(({ isNumeric }) => isNumeric), item.rows, item.total]
        : item.kind,
    );
  expect(shown("Year | Amount\n2026/27 | $1.00\n2027/28 | none")).toEqual([
    [
      "",
      [false, false],
      [
        ["2026/27", "$1.00"],
        ["2027/28", "none"],
      ],
      null,
    ],
  ]);
  expect(shown("Year | Amount\nTotal | $3.00")).toEqual([["", [false, true], [["Total", "$3.00"]], null]]);
  const figuresOf = (text: string) => shown(text).map((table) => table[1]);
  expect(figuresOf("Amount | For\n$1.00 | Fuel\n$2.00 | Rent")).toEqual([[true, true]]);
  // A row with a cell too few.
  expect(figuresOf("Year | For | Amount\n2026/27 | Fuel | $1.00\n2027/28 | Rent")).toEqual([[false, false, false]]);
  expect(shown("- Fuel\nWhen: | What:\nnow | this")).toEqual(["list", ["", [false, false], [["now", "this"]], null]]);
  expect(shown("By year: amounts:\nA | B\nc | d")).toEqual([["By year: amounts", [false, false], [["c", "d"]], null]]);
});

test("only a line of its own that starts with # is a heading, and one without content stays", () => {
  const parts = (...paragraphs: string[]) =>
    partsOf([LETTERHEAD.join("\n"), "day\nReference: 1", "to", "dear", "subject", ...paragraphs].join("\n\n"));
  expect(parts("# Payments", "One", "# Reports").sections).toEqual([
    { title: "Payments", items: [{ kind: "paragraph", text: "One" }] },
    { title: "Reports", items: [] },
  ]);
  for (const text of ["Boat # 5", "# Payments\nand more"]) {
    expect(parts(text).sections).toEqual([{ title: null, items: [{ kind: "paragraph", text }] }]);
  }
  expect(parts().sections).toEqual([]);
  const [ministry, maori, fund] = LETTERHEAD;
  expect(parts().letterhead).toEqual([{ text: ministry }, { text: maori, lang: "mi" }, { text: fund }]);
  expect(partsOf("Hello")).toEqual({ letterhead: [], head: ["Hello"], subject: "", sections: [] });
});

test("one line with a bar in it is a line, and bullets are a list without numbers", () => {
  expect(itemsOf("Boats | planes")).toEqual([{ kind: "paragraph", text: "Boats | planes" }]);
  expect(itemsOf("- One\n• Two")).toEqual([{ kind: "list", items: ["One", "Two"], isNumbered: false }]);
  expect(itemsOf("1. One\n2. Two\n4. Four")).toEqual([
    { kind: "list", items: ["One", "Two"], isNumbered: true },
    { kind: "paragraph", text: "4. Four" },
  ]);
  expect(itemsOf("Boats - and planes")).toEqual([{ kind: "paragraph", text: "Boats - and planes" }]);
  expect(itemsOf("2026. A year")).toEqual([{ kind: "paragraph", text: "2026. A year" }]);
});

test("where there is no room for them, headings and tables are lines of words", () => {
  expect(plainLetter("# Payments\n\nYear | Amount\n#5 boats\nBoat # 5")).toBe(
    "Payments\n\nYear: Amount\n#5 boats\nBoat # 5",
  );
});

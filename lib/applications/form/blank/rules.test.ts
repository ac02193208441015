// The blank form has every question of the newest release, with the kind of answer it takes.
import { expect, test } from "vitest";
import { APPLICATION_RELEASES, DECLARATION_RELEASES } from "#lib/applications/form/releases.ts";
import { newestOf } from "#lib/form/versions.ts";
import type { PaperItem } from "#lib/platform/paper.ts";
import { blankForm, questionOf } from "./rules.ts";

const LISTS = {
  places: [{ value: "WS", label: "Sāmoa" }],
  purposeCodes: [{ value: "15210", label: "15210 Security" }],
};
const paper = blankForm(LISTS);
const wordsOf = (item: PaperItem): string => JSON.stringify(item);

test("every question of form and declaration is in it, columns of rows too", () => {
  const newest = [APPLICATION_RELEASES, DECLARATION_RELEASES].flatMap((releases) => newestOf(releases).sections);
  expect(newest.length).toBe(12);
  for (const { number, title, fields } of newest) {
    const section = paper.sections.find((one) => one.title === `${number}. ${title}`);
    const words = section?.items.map(wordsOf).join("\n") ?? "";
    for (const field of fields) {
      const columns = field.kind === "rows" ? field.columns.filter(({ each }) => !each) : [];
      for (const { label, optional } of [field, ...columns]) {
        expect(words).toContain(JSON.stringify(`${label}${optional ? " (optional)" : ""}`).slice(1, -1));
      }
    }
  }
  expect(paper.reference).toBe(`Form version ${newestOf(APPLICATION_RELEASES).number}`);
});

test("limits, hints and options are said, and the lists are those of the fund", () => {
  const answers = paper.sections.flatMap(({ items }) => items).filter((item) => item.kind === "answer");
  const linesOf = (label: string) => answers.find((item) => item.label === label)?.lines;
  expect(linesOf("Summary")).toContain("100 words at most");
  expect(linesOf("Places")).toEqual(expect.arrayContaining(["Choose one or more, with a percentage each:", "• Sāmoa"]));
  expect(linesOf("DAC purpose code (optional)")?.at(-1)).toBe("• 15210 Security");
  const tables = paper.sections.flatMap(({ items }) => items).filter((item) => item.kind === "table");
  const lines = tables.find(({ label }) => label === "Each line asks for");
  expect(lines?.rows.map(([question]) => question)).toEqual([
    "Category",
    "Description",
    "Amount in each financial year (optional)",
  ]);
  expect(lines?.rows.every(([, answer]) => answer)).toBe(true);
  expect(JSON.stringify(paper)).not.toMatch(/[{}]label|undefined|"lines":\[\]/);
});

/** The lines of an answer, and the rows of a table, by their labels. */
const shown = new Map(
  paper.sections.flatMap(({ items }) =>
    items.flatMap((item): [string, unknown][] =>
      item.kind === "answer" ? [[item.label, item.lines]] : item.kind === "table" ? [[item.label, item.rows]] : [],
    ),
  ),
);

test.each([
  ["Contributor’s email address", ["Email address"]],
  ["Planned start", [expect.stringContaining("For example"), "Date"]],
  ["Overall risk", ["After treatment", "Choose one:", "• Low", "• Medium", "• High"]],
  ["Regions (optional)", [expect.stringContaining("Choose a region"), "Choose one or more:"]],
  ["Gender", ["Who will benefit and who will take part", "150 words at most"]],
  ["Human rights", ["150 words at most"]],
  ["Your position", ["120 characters at most"]],
  ["The information in this application is complete and correct to the best of my knowledge", ["Confirm"]],
  ["Risks", ["What could stop or harm the initiative, the partner or New Zealand", "1 or more, 30 at most"]],
  ["Other contributions (optional)", [expect.stringContaining("Leave blank"), "50 at most"]],
  ["Each risk asks for", expect.arrayContaining([["Rating", "The portal fills this in"]])],
  [
    "Each outcome asks for",
    expect.arrayContaining([["Indicator", "What you will count or observe\n200 characters at most"]]),
  ],
  ["Each line asks for", expect.arrayContaining([["Amount in each financial year (optional)", "Amount in dollars"]])],
])("%s: what its answer may be", (label, lines) => {
  expect(shown.get(label)).toEqual(lines);
});

test("a whole number says from where to where, and a text without a limit that it is one", () => {
  const field = { name: "a", label: "A" } as const;
  expect(questionOf({ ...field, kind: "whole", min: 1, max: 9 }, {})).toEqual([
    { kind: "answer", label: "A", lines: ["A whole number from 1 to 9"] },
  ]);
  expect(questionOf({ ...field, kind: "text" }, {})).toEqual([{ kind: "answer", label: "A", lines: ["Text"] }]);
  const columns = [{ ...field, kind: "longText" }] as const;
  expect(questionOf({ ...field, kind: "rows", noun: "row", columns, min: 0, max: 2 }, {})[1]).toMatchObject({
    columns: [{ header: "Question" }, { header: "Answer" }],
    rows: [["A", "Text"]],
  });
});

test("it begins with what it is for; files and the declaration say what becomes of them, and no other section does", () => {
  expect(paper.above).toEqual(["Pacific Security Fund", "Blank form, to prepare your answers"]);
  const paragraphs = paper.sections.map(({ title, items }) => [
    title,
    ...items.flatMap((item, index) => (item.kind === "paragraph" ? [index] : [])),
  ]);
  expect(paragraphs.filter(([, ...at]) => at.length)).toEqual([
    ["Before you start", 0],
    ["11. Files", 0],
    ["12. Declaration", 0],
  ]);
});

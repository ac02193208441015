// The blank form has every question of the newest release, with what its answer may be.
import { expect, test } from "vitest";
import { APPLICATION_RELEASES, DECLARATION_RELEASES } from "#lib/applications/form/releases.ts";
import { newestOf } from "#lib/form/versions.ts";
import type { PaperItem } from "#lib/platform/paper.ts";
import { blankForm } from "./rules.ts";

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

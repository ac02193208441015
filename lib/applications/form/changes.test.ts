import { expect, test } from "vitest";
import { changesBetween, compareWords } from "./changes.ts";
import { fieldsOf, readSection, SECTIONS, type SectionKey } from "./sections.ts";

const written = (before: string, after: string) =>
  compareWords(before, after)
    .map(({ kind, text }) => (kind === "added" ? `+[${text}]` : kind === "removed" ? `-[${text}]` : text))
    .join("");

test("words that came and went are shown where they stand; a word is never cut", () => {
  expect(written("Train ten officers.", "Train twelve officers.")).toBe("Train -[ten ]+[twelve ]officers.");
  expect(written("costs $20,000.00 a year", "costs $25,000.00 a year")).toBe(
    "costs -[$20,000.00 ]+[$25,000.00 ]a year",
  );
  expect(written("", "Tēnā koutou 🌊")).toBe("+[Tēnā koutou 🌊]");
  expect(written("one\n\ntwo", "one\n\ntwo")).toBe("one\n\ntwo");
});

test("what stayed and what came, one after the other, is the second text", () => {
  const [before, after] = ["a b\nc d  e\n\nf", "b\nc x  e\n\n f g"];
  const kept = compareWords(before, after).filter(({ kind }) => kind !== "removed");
  expect(kept.map(({ text }) => text).join("")).toBe(after);
});

test("texts of 20,000 characters without a word in common are compared in less than a second", () => {
  const [before, after] = ["a", "b"].map((letter) =>
    Array.from({ length: 4_000 }, (_, index) => `${letter}${index}`).join(" "),
  );
  // CPU time of this process, so that a busy machine does not matter.
  const from = process.cpuUsage();
  expect(compareWords(before ?? "", after ?? "").map(({ kind }) => kind)).toEqual(["removed", "added"]);
  expect(process.cpuUsage(from).user / 1000).toBeLessThan(1_000);
});

test("only sections and answers that changed are named, a row in words", () => {
  const years = [2026, 2027, 2028];
  const section = (key: SectionKey, values: Record<string, string>) => ({
    key,
    number: SECTIONS[key].number,
    title: SECTIONS[key].title,
    fields: fieldsOf(key, years),
    answers: readSection(key, values, {}, years),
  });
  const budget = (amount: string) =>
    section("budget", {
      "lines.0.category": "TRAINING",
      "lines.0.description": "Courses",
      "lines.0.year2026": amount,
    });
  const need = section("need", { threat: "A gap." });
  const declaration = section("declaration", { isAccurate: "yes" });
  const unsigned = { ...declaration, answers: null };
  const read = (...sections: ReturnType<typeof section>[]) => ({ sections, lists: {} });
  const changes = changesBetween(read(need, budget("100"), declaration), {
    sections: [need, budget("250"), unsigned],
    lists: {},
  });
  expect(changes.map(({ key }) => key)).toEqual(["budget"]);
  expect(JSON.stringify(changes)).toContain("$250.00");
});

import { expect, test } from "vitest";
import { interestSheet, interestWords } from "./rules.ts";

test("a declaration says whether there is an interest, and what became of it", () => {
  const words = [
    { hasInterest: false, isRecused: false },
    { hasInterest: true, isRecused: true },
    { hasInterest: true, isRecused: false },
  ].map(interestWords);
  expect(words[0]).not.toContain("recused");
  expect(words[1]).toContain("recused");
  expect(words[2]).toContain("cleared");
});

test("the register as a file is marked as its highest application, with a row for each declaration", () => {
  const declared = {
    by: "Kate",
    person: { email: "kate@mfat.example" },
    application: {
      reference: "PSF-2026-0001",
      title: "Boats",
      marking: "UNCLASSIFIED" as const,
      agency: { name: "Customs" },
    },
    declaredAt: new Date("2026-11-01T00:00:00Z"),
    hasInterest: false,
    isRecused: false,
    description: "",
    clearedBy: null,
    clearedAt: null,
    clearReason: null,
  };
  const cleared = {
    ...declared,
    application: { ...declared.application, marking: "IN_CONFIDENCE" as const },
    hasInterest: true,
    description: "A cousin works there",
    clearedBy: "Peter",
    clearedAt: new Date("2026-11-02T00:00:00Z"),
    clearReason: "They have left",
  };
  const sheet = interestSheet([declared, cleared], false, new Date("2026-11-03T00:00:00Z"));
  expect(sheet.marking).toBe("IN-CONFIDENCE");
  expect(sheet.rows.map((row) => row.slice(0, 6))).toEqual([
    ["Kate", "kate@mfat.example", "PSF-2026-0001", "Boats", "Customs", "UNCLASSIFIED"],
    ["Kate", "kate@mfat.example", "PSF-2026-0001", "Boats", "Customs", "IN-CONFIDENCE"],
  ]);
  expect(sheet.rows[0]?.slice(6)).toEqual([
    expect.stringContaining("1 November"),
    "No interest",
    ...Array(4).fill(null),
  ]);
  expect(sheet.rows[1]?.slice(6)).toEqual([
    expect.stringContaining("1 November"),
    expect.stringContaining("cleared"),
    "A cousin works there",
    "Peter",
    expect.stringContaining("2 November"),
    "They have left",
  ]);
  expect(interestSheet([], true, declared.declaredAt).about).not.toEqual(
    interestSheet([], false, declared.declaredAt).about,
  );
});

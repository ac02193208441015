import { expect, test } from "vitest";
import { countsInWords, movedWords, readReferences } from "./rules.ts";

test("how many are in which state is said in the order of the work, what ended last", () => {
  expect(
    countsInWords([
      { state: "CLOSED", count: 1 },
      { state: "ACTIVE", count: 3 },
      { state: "DRAFT", count: 2 },
      { state: "WITHDRAWN", count: 2 },
    ]),
  ).toBe("Draft (2), Under way (3) and ended (3)");
  expect(countsInWords([{ state: "DRAFT", count: 0 }])).toBe("");
});

test("references are read however they are separated, dashed and cased, each once; a word that is none is named", () => {
  expect(readReferences(" psf-2026-0002,\nPSF–2026–0001; PSF-2026-0002\t")).toEqual({
    references: ["PSF-2026-0001", "PSF-2026-0002"],
  });
  expect(readReferences("")).toEqual({ references: [] });
  expect(readReferences("PSF-2026-0001 PSF-2026-1")).toEqual({ wrong: "PSF-2026-1" });
  expect(readReferences("XPSF-2026-0001")).toEqual({ wrong: "XPSF-2026-0001" });
  expect(readReferences("PSF-2026-0001X")).toEqual({ wrong: "PSF-2026-0001X" });
});

test("a move is told in the names of its day", () => {
  expect(movedWords({ from: { name: "One", id: "1" }, to: { name: "Two" }, revision: 3 })).toBe(
    "Moved from One to Two",
  );
});

import { expect, test } from "vitest";
import { drawable, drawnApart, type Font, linesOf } from "./typeset.ts";

/** Every character has width one, and none outside the basic plane can be drawn. */
const font: Font = { widthOf: (text) => Array.from(text).length, hasGlyph: (codePoint) => codePoint < 0x10000 };

test("words go on to the next line, and line breaks stay", () => {
  expect(linesOf("one two three\nfour", font, 8)).toEqual(["one two ", "three ", "four "]);
  expect(linesOf("", font, 8)).toEqual([" "]);
});

test("a word wider than a line is cut between characters, never within one", () => {
  expect(linesOf("see abcdefghij", font, 4)).toEqual(["see ", "abcd", "efgh", "ij "]);
  expect(linesOf("a\u0304a\u0304a\u0304", font, 3)).toEqual(["a\u0304", "a\u0304", "a\u0304 "]);
});

test("what has no glyph is one sign, and what is not seen is none", () => {
  expect(drawable("Ngā 👩‍🚒 🇳🇿 👍🏽", font)).toBe("Ngā □□ □ □");
  expect(drawable("soft\u00adhyphen \u202eturned\u202c\tend", font)).toBe("softhyphen turned end");
});

test("words from right to left follow each other in that order, and keep their spaces", () => {
  expect(linesOf("says אחת שתיים here", font, 99)).toEqual(["says שתיים אחת here "]);
  expect(drawnApart("says שתיים here")).toEqual(["says", " ", "שתיים", " ", "here"]);
  expect(drawnApart("says two here")).toEqual(["says two here"]);
});

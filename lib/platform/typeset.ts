// Breaks text into lines of a width, for what is drawn and not laid out by a browser.
import { writable } from "./text.ts";

export type Font = {
  /** In points. */
  widthOf: (text: string) => number;
  hasGlyph: (codePoint: number) => boolean;
};

/** Replaces a character that the font has no glyph for. */
export const GAP = "□";

/**
 * Lines in the order in which their words are drawn; a space at the end of a line separates it from the next when read
 * aloud.
 */
export const linesOf = (text: string, font: Font, width: number): string[] =>
  drawable(text, font)
    .split("\n")
    .flatMap((paragraph) => wrap(paragraph, font, width));

/**
 * Without invisible characters (such as those that change the text's direction), and with placeholders for missing
 * glyphs.
 */
export function drawable(text: string, font: Font): string {
  const seen = writable(text)
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Emoji_Modifier}]/gu, "")
    .replace(/[^\S\n]+/gu, " ");
  return signsOf(seen)
    .map((sign) => (sign === "\n" || codePointsOf(sign).every(font.hasGlyph) ? sign : GAP))
    .join("");
}

const segmenter = new Intl.Segmenter("en-NZ", { granularity: "grapheme" });
/** Characters as people count them: a letter and its accents are one. */
const signsOf = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);
const codePointsOf = (sign: string): number[] => Array.from(sign, (one) => one.codePointAt(0) ?? 0);

function wrap(text: string, font: Font, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line ? `${line} ${word}` : word;
    // Half a point for rounding: a word may be exactly as wide as its column.
    if (font.widthOf(longer) <= width + 0.5) {
      line = longer;
      continue;
    }
    if (line) lines.push(`${inDrawingOrder(line)} `);
    const pieces = piecesOf(word, font, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? "";
  }
  return [...lines, `${inDrawingOrder(line)} `];
}

/** A word that is too long for any line, cut between characters. */
function piecesOf(word: string, font: Font, width: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const sign of signsOf(word)) {
    if (piece && font.widthOf(piece + sign) > width) {
      pieces.push(piece);
      piece = "";
    }
    piece += sign;
  }
  return [...pieces, piece];
}

/** A line as the pieces to draw one after another: a font that reverses a word would also move the space behind it. */
export const drawnApart = (line: string): string[] => (RIGHT_TO_LEFT.test(line) ? line.split(/( )/) : [line]);

const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}]/u;

/** The font reverses each word; of consecutive right-to-left words, the last is drawn first. */
function inDrawingOrder(line: string): string {
  const drawn: string[] = [];
  let turned: string[] = [];
  for (const word of line.split(" ")) {
    if (RIGHT_TO_LEFT.test(word)) turned.unshift(word);
    else {
      drawn.push(...turned, word);
      turned = [];
    }
  }
  return [...drawn, ...turned].join(" ");
}

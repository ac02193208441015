// What PDFs are drawn with: typefaces, tags and lines of text.

import { join } from "node:path";
import { drawnApart, type Font, GAP, linesOf } from "./typeset.ts";

// Lengths are in points, 72 to an inch; y grows downwards.
export const MARGINS = { top: 66, bottom: 78, left: 56, right: 56 };

/**
 * The standard fonts of PDF have no macrons. DejaVu has Latin with all its marks, Greek, Cyrillic, Hebrew, Arabic and
 * many symbols in one file for each weight, and may be embedded; a PDF includes only the characters that it uses. The
 * paths are written out so that the build copies these two files and not the whole package.
 */
export const REGULAR = join(process.cwd(), "node_modules/dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf");
const BOLD = join(process.cwd(), "node_modules/dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf");

const INK = "#0b1f2a";
const SLATE = "#4a5b66";
const LINE = "#b9c5cc";
export const SHADE = "#eef3f6";

export type Face = { file: string; size: number; leading: number; colour: string };
const face = (file: string, size: number, colour = INK): Face => ({ file, size, leading: size * 1.38, colour });
export const H1 = face(BOLD, 17);
export const H2 = face(BOLD, 13);
/** For a letter, whose subject looks like an H2. */
export const LETTER_HEADING = face(BOLD, 10.5);
export const SENDER = face(BOLD, 12);
export const LABEL = face(BOLD, 9);
export const TEXT = face(REGULAR, 9.5);
export const MUTED = face(REGULAR, 9.5, SLATE);
export const CELL_TEXT = face(REGULAR, 8.5);
export const CELL_HEAD = face(BOLD, 8.5);
export const FOOT = face(REGULAR, 8, SLATE);
export const MARKING = face(BOLD, 10);

export type Pdf = PDFKit.PDFDocument;
export type Element = PDFKit.PDFStructureElement;
/**
 * Where it is drawn: on pdf.page at pdf.y. `hasGaps`: a placeholder was drawn for a character that the font does not
 * have.
 */
export type Sheets = { pdf: Pdf; hasGaps: boolean };
export type Box = { x: number; width: number; isRight?: boolean };

export const frame = ({ page }: Pdf): Box => ({ x: MARGINS.left, width: page.width - MARGINS.left - MARGINS.right });
export const room = ({ page, y }: Pdf): number => page.height - MARGINS.bottom - y;

/** Starts a new page unless this much of the current one is left. */
export function keep(pdf: Pdf, height: number): void {
  if (room(pdf) < height) pdf.addPage();
}

/** `scope`: for a table's head; the types do not have it yet. `lang`: where it differs from the document's. */
export function append(
  { pdf }: Sheets,
  parent: Element,
  type: string,
  options: { scope?: "Column" | "Row"; lang?: string } = {},
): Element {
  const element = pdf.struct(type, options as PDFKit.Mixins.StructureElementOptions);
  parent.add(element);
  return element;
}

/** Not read aloud: what is repeated on every page, rules and shading. */
export function drawArtifact(pdf: Pdf, type: "Pagination" | "Layout", draw: () => void): void {
  pdf.markContent("Artifact", { type });
  draw();
  pdf.endMarkedContent();
}

export function drawRule(pdf: Pdf): void {
  const { x, width } = frame(pdf);
  drawArtifact(pdf, "Layout", () => pdf.rect(x, pdf.y, width, 0.6).fill(LINE));
}

export function drawText(sheets: Sheets, parent: Element, type: string, text: string, look: Face): void {
  drawLines(sheets.pdf, append(sheets, parent, type), setLines(sheets, text, look, frame(sheets.pdf).width), look);
}

/** Draws lines one below the other, over as many pages as they need. */
export function drawLines(pdf: Pdf, element: Element, lines: readonly string[], look: Face, box = frame(pdf)): void {
  for (let from = 0; from < lines.length; ) {
    keep(pdf, look.leading);
    const to = from + Math.max(1, Math.floor(room(pdf) / look.leading));
    const here = lines.slice(from, to);
    element.add(() => {
      for (const line of here) drawLine(pdf, line, look, box);
    });
    from = to;
  }
}

export function drawLine(pdf: Pdf, line: string, look: Face, { x, width, isRight }: Box): void {
  const { y } = pdf;
  const { widthOf } = fontOf(pdf, look);
  let left = isRight ? x + width - widthOf(line.trimEnd()) : x;
  pdf.fillColor(look.colour);
  for (const part of drawnApart(line)) {
    pdf.text(part, left, y, { lineBreak: false });
    left += widthOf(part);
  }
  pdf.y = y + look.leading;
}

const use = (pdf: Pdf, { file, size }: Face): Pdf => pdf.font(file).fontSize(size);

/** Whether the current font has a character, which pdfkit's types do not expose. */
type FontInUse = { _font: { font: { hasGlyphForCodePoint: (codePoint: number) => boolean } } };

export function fontOf(pdf: Pdf, look: Face): Font {
  const { font } = (use(pdf, look) as unknown as FontInUse)._font;
  return {
    widthOf: (text) => use(pdf, look).widthOfString(text),
    hasGlyph: (codePoint) => font.hasGlyphForCodePoint(codePoint),
  };
}

export function setLines(sheets: Sheets, text: string, look: Face, width: number): string[] {
  const lines = linesOf(text, fontOf(sheets.pdf, look), width);
  sheets.hasGaps ||= lines.some((line) => line.includes(GAP));
  return lines;
}

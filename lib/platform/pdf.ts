import { join } from "node:path";
import PDFDocument from "pdfkit";
import type { Paper, PaperItem, PaperSection, PaperTable } from "./paper.ts";
import { writable } from "./text.ts";
import { drawable, drawnApart, type Font, GAP, linesOf } from "./typeset.ts";

// Lengths are points, 72 to an inch; y grows downwards.
const MARGINS = { top: 66, bottom: 78, left: 56, right: 56 };
const LABEL_WIDTH = 140;
const GUTTER = 16;
const CELL = { x: 5, y: 4 };

/**
 * The standard fonts of PDF know no macron. DejaVu has Latin with all its marks, Greek, Cyrillic, Hebrew, Arabic and many
 * signs in one file for each weight, and may be embedded; a PDF carries only the characters that it uses. The paths stand
 * here whole, so that the build takes along these two files and not all of the package.
 */
const REGULAR = join(process.cwd(), "node_modules/dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf");
const BOLD = join(process.cwd(), "node_modules/dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf");

const INK = "#0b1f2a";
const SLATE = "#4a5b66";
const LINE = "#b9c5cc";
const SHADE = "#eef3f6";

type Face = { file: string; size: number; leading: number; colour: string };
const face = (file: string, size: number, colour = INK): Face => ({ file, size, leading: size * 1.38, colour });
const H1 = face(BOLD, 17);
const H2 = face(BOLD, 13);
const LABEL = face(BOLD, 9);
const TEXT = face(REGULAR, 9.5);
const MUTED = face(REGULAR, 9.5, SLATE);
const CELL_TEXT = face(REGULAR, 8.5);
const CELL_HEAD = face(BOLD, 8.5);
const FOOT = face(REGULAR, 8, SLATE);
const MARKING = face(BOLD, 10);

type Pdf = PDFKit.PDFDocument;
type Element = PDFKit.PDFStructureElement;
/** What is drawn, on pdf.page at pdf.y. `hasGaps`: a placeholder was drawn for a character that the font does not have. */
type Sheets = { pdf: Pdf; hasGaps: boolean };
type Box = { x: number; width: number; isRight?: boolean };

const GAP_NOTE = `${GAP} stands for a character that this file cannot show. The portal shows it.`;

/** A paper as a PDF on A4 (PDF/UA-1): real text, tagged, with its marking at the top and bottom of every page. */
export function paperPdf(paper: Paper): Promise<Buffer> {
  // The metadata is XML, which holds less than a text may.
  const title = writable(`${paper.reference}: ${paper.title}`);
  const pdf = new PDFDocument({
    size: "A4",
    margins: MARGINS,
    font: REGULAR,
    lang: "en-NZ",
    pdfVersion: "1.7",
    tagged: true,
    displayTitle: true,
    // The types do not know this one yet.
    subset: "PDF/UA" as string as PDFKit.Mixins.PDFSubsets,
    bufferPages: true,
    info: {
      Title: title,
      Author: "Pacific Security Fund",
      Subject: `Protective marking: ${paper.marking}`,
      Keywords: `${paper.marking}, ${paper.reference}`,
      ...(paper.fixedAt && { CreationDate: paper.fixedAt }),
    },
  });
  escapeInMetadata(pdf, title);
  const done = collect(pdf);
  const sheets = { pdf, hasGaps: false };
  const root = pdf.struct("Document");
  pdf.addStructure(root);
  for (const line of paper.above) drawText(sheets, root, "P", line, MUTED);
  pdf.y += 5;
  drawText(sheets, root, "H1", paper.title, H1);
  pdf.y += 8;
  for (const section of paper.sections) drawSection(sheets, append(sheets, root, "Sect"), section);
  if (sheets.hasGaps) drawText(sheets, root, "P", GAP_NOTE, MUTED);
  root.end();
  drawEdges(sheets, paper);
  pdf.end();
  return done;
}

/** pdfkit writes the title into the XML of the metadata as it is. */
function escapeInMetadata(pdf: Pdf, title: string): void {
  const metadata = pdf as unknown as { appendXML: (xml: string, newline?: boolean) => void };
  const { appendXML } = metadata;
  const escaped = title.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  metadata.appendXML = (xml, newline) =>
    appendXML.call(
      pdf,
      xml.replaceAll(title, () => escaped),
      newline,
    );
}

const frame = ({ page }: Pdf): Box => ({ x: MARGINS.left, width: page.width - MARGINS.left - MARGINS.right });
const room = ({ page, y }: Pdf): number => page.height - MARGINS.bottom - y;

/** Begins a page unless so much of this one is left. */
function keep(pdf: Pdf, height: number): void {
  if (room(pdf) < height) pdf.addPage();
}

/** `scope`: of a table's head, which the types do not know yet. */
function append({ pdf }: Sheets, parent: Element, type: string, scope?: "Column" | "Row"): Element {
  const element = pdf.struct(type, (scope ? { scope } : {}) as PDFKit.Mixins.StructureElementOptions);
  parent.add(element);
  return element;
}

/** Nobody listens to it: what stands on every page, lines and shades. */
function drawArtifact(pdf: Pdf, type: "Pagination" | "Layout", draw: () => void): void {
  pdf.markContent("Artifact", { type });
  draw();
  pdf.endMarkedContent();
}

function drawRule(pdf: Pdf): void {
  const { x, width } = frame(pdf);
  drawArtifact(pdf, "Layout", () => pdf.rect(x, pdf.y, width, 0.6).fill(LINE));
}

function drawText(sheets: Sheets, parent: Element, type: string, text: string, look: Face): void {
  drawLines(sheets.pdf, append(sheets, parent, type), setLines(sheets, text, look, frame(sheets.pdf).width), look);
}

/** Lines one below the other, over as many pages as they need. */
function drawLines(pdf: Pdf, element: Element, lines: readonly string[], look: Face, box = frame(pdf)): void {
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

function drawLine(pdf: Pdf, line: string, look: Face, { x, width, isRight }: Box): void {
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

/** The types keep to themselves what the font in use can draw. */
type FontInUse = { _font: { font: { hasGlyphForCodePoint: (codePoint: number) => boolean } } };

function fontOf(pdf: Pdf, look: Face): Font {
  const { font } = (use(pdf, look) as unknown as FontInUse)._font;
  return {
    widthOf: (text) => use(pdf, look).widthOfString(text),
    hasGlyph: (codePoint) => font.hasGlyphForCodePoint(codePoint),
  };
}

function setLines(sheets: Sheets, text: string, look: Face, width: number): string[] {
  const lines = linesOf(text, fontOf(sheets.pdf, look), width);
  sheets.hasGaps ||= lines.some((line) => line.includes(GAP));
  return lines;
}

/** An item that is set: what has to stand together where it begins, in points, and how it is drawn. */
type SetItem = { start: number; draw: () => void };

function drawSection(sheets: Sheets, section: Element, { title, items }: PaperSection): void {
  const { pdf } = sheets;
  const set = items.map((item) => setItem(sheets, section, item));
  if (title !== null) {
    pdf.y += 14;
    // A title stands above what it is the title of.
    keep(pdf, H2.leading + 4 + (set[0]?.start ?? 0));
    pdf.outline.addItem(title);
    drawText(sheets, section, "H2", title, H2);
    pdf.y += 4;
  }
  for (const { start, draw } of set) {
    keep(pdf, start);
    draw();
  }
}

function setItem(sheets: Sheets, section: Element, item: PaperItem): SetItem {
  if (item.kind === "table") return setTable(sheets, section, item);
  if (item.kind === "answer") return setAnswer(sheets, section, item);
  const draw = () => {
    drawText(sheets, section, "P", item.text, TEXT);
    sheets.pdf.y += 8;
  };
  return { start: TEXT.leading, draw };
}

/** The question at the left; beside it the answer, which may run over pages. */
function setAnswer(sheets: Sheets, section: Element, answer: Extract<PaperItem, { kind: "answer" }>): SetItem {
  const { pdf } = sheets;
  const { x, width } = frame(pdf);
  const beside = { x: x + LABEL_WIDTH + GUTTER, width: width - LABEL_WIDTH - GUTTER };
  const look = answer.lines.length ? TEXT : MUTED;
  const label = setLines(sheets, answer.label, LABEL, LABEL_WIDTH);
  const lines = setLines(sheets, answer.lines.join("\n") || "Not provided", look, beside.width);
  const draw = () => {
    drawRule(pdf);
    const top = pdf.y + 4;
    pdf.y = top;
    drawLines(pdf, append(sheets, section, "H3"), label, LABEL, { x, width: LABEL_WIDTH });
    const { page, y: labelEnd } = pdf;
    pdf.y = top;
    drawLines(pdf, append(sheets, section, "P"), lines, look, beside);
    pdf.y = (page === pdf.page ? Math.max(pdf.y, labelEnd) : pdf.y) + 5;
  };
  return { start: Math.max(label.length * LABEL.leading, Math.min(lines.length, 3) * look.leading) + 9, draw };
}

/** The lines of each cell. */
type Row = { cells: string[][]; look: Face };

function setTable(sheets: Sheets, section: Element, table: PaperTable): SetItem {
  const { pdf } = sheets;
  const boxes = boxesOf(pdf, table);
  const rowOf = (cells: readonly string[], look: Face): Row => ({
    cells: boxes.map(({ width }, column) => setLines(sheets, cells[column] ?? "", look, width)),
    look,
  });
  const head = rowOf(
    table.columns.map(({ header }) => header),
    CELL_HEAD,
  );
  const body = table.rows.map((cells) => rowOf(cells, CELL_TEXT));
  const rows = table.total ? [...body, rowOf(table.total, CELL_HEAD)] : body;
  const draw = () => {
    drawRule(pdf);
    pdf.y += 4;
    drawText(sheets, section, "H3", table.label, LABEL);
    pdf.y += 4;
    drawTable(sheets, append(sheets, section, "Table"), boxes, head, rows);
    pdf.y += 6;
  };
  const first = rows[0] ? startOf(pdf, rows[0], head) : 0;
  return { start: LABEL.leading + 9 + heightOf(head) + first, draw };
}

function drawTable(sheets: Sheets, table: Element, boxes: readonly Box[], head: Row, rows: readonly Row[]): void {
  const { pdf } = sheets;
  const headElement = append(sheets, append(sheets, table, "THead"), "TR");
  const headCells = boxes.map(() => append(sheets, headElement, "TH", "Column"));
  drawShade(pdf, heightOf(head));
  drawCells(pdf, boxes, head, headCells);
  const body = append(sheets, table, "TBody");
  for (const row of rows) {
    const rowElement = append(sheets, body, "TR");
    const cells = boxes.map((_, column) =>
      column === 0 ? append(sheets, rowElement, "TH", "Row") : append(sheets, rowElement, "TD"),
    );
    drawRow(pdf, boxes, row, cells, head);
  }
}

const lineCount = ({ cells }: Row): number => Math.max(...cells.map(({ length }) => length));
const heightOf = (row: Row): number => lineCount(row) * row.look.leading + 2 * CELL.y;

/** A row stays together where a page can hold it below the table's head, and is cut between lines where none can. */
function startOf({ page }: Pdf, row: Row, head: Row): number {
  const whole = page.height - MARGINS.top - MARGINS.bottom - heightOf(head);
  return heightOf(row) > whole ? 5 * row.look.leading : heightOf(row);
}

function drawRow(pdf: Pdf, boxes: readonly Box[], row: Row, cells: readonly Element[], head: Row): void {
  const newPage = () => {
    pdf.addPage();
    drawShade(pdf, heightOf(head));
    drawArtifact(pdf, "Pagination", () => drawCells(pdf, boxes, head));
  };
  if (room(pdf) < startOf(pdf, row, head)) newPage();
  for (let from = 0; from < lineCount(row); ) {
    if (from > 0) newPage();
    const to = from + Math.max(1, Math.floor((room(pdf) - 2 * CELL.y) / row.look.leading));
    drawRule(pdf);
    drawCells(pdf, boxes, { ...row, cells: row.cells.map((lines) => lines.slice(from, to)) }, cells);
    from = to;
  }
}

/** A row side by side, into its elements; without any it belongs to what is drawn around it. */
function drawCells(pdf: Pdf, boxes: readonly Box[], row: Row, elements?: readonly Element[]): void {
  const top = pdf.y;
  boxes.forEach((box, column) => {
    const lines = row.cells[column] ?? [];
    const draw = () => {
      pdf.y = top + CELL.y;
      for (const line of lines) drawLine(pdf, line, row.look, box);
    };
    if (!elements) draw();
    else if (lines.length) elements[column]?.add(draw);
  });
  pdf.y = top + heightOf(row);
}

function drawShade(pdf: Pdf, height: number): void {
  const { x, width } = frame(pdf);
  drawArtifact(pdf, "Layout", () => pdf.rect(x, pdf.y, width, height).fill(SHADE));
}

/** Columns as wide as their longest word at least, and the wider the more there is in them; amounts as they are. */
function boxesOf(pdf: Pdf, { columns, rows, total }: PaperTable): Box[] {
  const { x, width } = frame(pdf);
  const bold = fontOf(pdf, CELL_HEAD);
  const share = width / columns.length - 2 * CELL.x;
  const texts = columns.map(({ header }, column) =>
    [header, ...[...rows, ...(total ? [total] : [])].map((cells) => cells[column] ?? "")].join("\n"),
  );
  const widest = (text: string, parts: RegExp) =>
    Math.max(...text.split(parts).map((part) => bold.widthOf(drawable(part, bold))));
  const least = texts.map((text) => Math.min(widest(text, /\s/), share));
  const most = texts.map((text) => widest(text, /\n/));
  const weights = columns.map(({ isNumeric }, column) =>
    isNumeric ? 0 : Math.sqrt(Math.max(1, (most[column] ?? 0) - (least[column] ?? 0))),
  );
  const sum = (numbers: readonly number[]) => numbers.reduce((before, number) => before + number, 0);
  const spare = width - sum(least) - columns.length * 2 * CELL.x;
  let left = x;
  return columns.map(({ isNumeric }, column) => {
    const own = (least[column] ?? 0) + (spare * (weights[column] ?? 0)) / (sum(weights) || 1);
    const box = { x: left + CELL.x, width: own, isRight: isNumeric };
    left += own + 2 * CELL.x;
    return box;
  });
}

/** At the top and bottom of every page: the marking; below also the reference and the page's number. */
function drawEdges({ pdf }: Sheets, { marking, reference }: Paper): void {
  const { start, count } = pdf.bufferedPageRange();
  const { x, width } = frame(pdf);
  const font = fontOf(pdf, MARKING);
  const band = drawable(marking, font);
  const drawBand = (y: number) => {
    pdf.y = y;
    drawLine(pdf, band, MARKING, { x: x + (width - font.widthOf(band)) / 2, width });
  };
  for (let index = 0; index < count; index++) {
    pdf.switchToPage(start + index);
    drawArtifact(pdf, "Pagination", () => {
      drawBand(28);
      pdf.y = pdf.page.height - 58;
      drawLine(pdf, reference, FOOT, { x, width });
      pdf.y = pdf.page.height - 58;
      drawLine(pdf, `Page ${index + 1} of ${count}`, FOOT, { x, width, isRight: true });
      drawBand(pdf.page.height - 40);
    });
  }
}

function collect(pdf: Pdf): Promise<Buffer> {
  return new Promise((done, fail) => {
    const parts: Buffer[] = [];
    pdf.on("data", (part: Buffer) => parts.push(part));
    pdf.on("end", () => done(Buffer.concat(parts)));
    pdf.on("error", fail);
  });
}

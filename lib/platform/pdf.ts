import PDFDocument from "pdfkit";
import type { Paper, PaperItem, PaperSection, PaperTable } from "./paper.ts";
import {
  append,
  type Box,
  CELL_HEAD,
  CELL_TEXT,
  drawArtifact,
  drawLine,
  drawLines,
  drawRule,
  drawText,
  type Element,
  type Face,
  FOOT,
  fontOf,
  frame,
  H1,
  H2,
  keep,
  LABEL,
  LETTER_HEADING,
  MARGINS,
  MARKING,
  MUTED,
  type Pdf,
  REGULAR,
  room,
  SENDER,
  SHADE,
  type Sheets,
  setLines,
  TEXT,
} from "./pdf-drawing.ts";
import { writable } from "./text.ts";
import { drawable, GAP } from "./typeset.ts";

const LABEL_WIDTH = 140;
const GUTTER = 16;
const LIST_INDENT = 18;
const CELL = { x: 5, y: 4 };

const GAP_NOTE = `${GAP} stands for a character that this file cannot show. The portal shows it.`;

/** A paper as a PDF on A4 (PDF/UA-1): real text, tagged, with its marking at the top and bottom of every page. */
export function paperPdf(paper: Paper): Promise<Buffer> {
  // The metadata is XML, which allows fewer characters than text.
  const title = writable(`${paper.reference}: ${paper.title}`);
  const pdf = new PDFDocument({
    size: "A4",
    margins: MARGINS,
    font: REGULAR,
    lang: "en-NZ",
    pdfVersion: "1.7",
    tagged: true,
    displayTitle: true,
    // The types do not have this one yet.
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
  const isLetter = Boolean(paper.letterhead?.length);
  if (isLetter) drawLetterhead(sheets, root, paper);
  else for (const line of paper.above) drawText(sheets, root, "P", line, MUTED);
  pdf.y += 5;
  drawText(sheets, root, "H1", paper.title, isLetter ? H2 : H1);
  pdf.y += 8;
  const heading = isLetter ? LETTER_HEADING : H2;
  for (const section of paper.sections) drawSection(sheets, append(sheets, root, "Sect"), section, heading);
  if (sheets.hasGaps) drawText(sheets, root, "P", GAP_NOTE, MUTED);
  root.end();
  drawEdges(sheets, paper);
  pdf.end();
  return done;
}

/** The sender of a letter, above a rule; below it the date, addressee and salutation. */
function drawLetterhead(sheets: Sheets, root: Element, { letterhead = [], above }: Paper): void {
  const { pdf } = sheets;
  for (const [index, { text, lang }] of letterhead.entries()) {
    const look = index === 0 ? SENDER : MUTED;
    const element = append(sheets, root, "P", lang && { lang });
    drawLines(pdf, element, setLines(sheets, text, look, frame(pdf).width), look);
  }
  pdf.y += 8;
  drawRule(pdf);
  pdf.y += 18;
  for (const block of above) {
    drawText(sheets, root, "P", block, TEXT);
    pdf.y += TEXT.leading;
  }
}

/** pdfkit writes the title into the XML of the metadata without escaping it. */
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

/** An item ready to draw: the height that must stay together at its start, in points, and how to draw it. */
type SetItem = { start: number; draw: () => void };

function drawSection(sheets: Sheets, section: Element, { title, items }: PaperSection, heading: Face): void {
  const { pdf } = sheets;
  const set = items.map((item) => setItem(sheets, section, item, title !== null));
  if (title !== null) {
    pdf.y += 14;
    // A title stays with what it is the title of.
    keep(pdf, heading.leading + 4 + (set[0]?.start ?? 0));
    pdf.outline.addItem(title);
    drawText(sheets, section, "H2", title, heading);
    pdf.y += 4;
  }
  for (const { start, draw } of set) {
    keep(pdf, start);
    draw();
  }
}

/**
 * `isTitled`: a heading below a section's heading is level two; below the document's title there is no section heading.
 */
function setItem(sheets: Sheets, section: Element, item: PaperItem, isTitled: boolean): SetItem {
  if (item.kind === "table") return setTable(sheets, section, item, isTitled ? "H3" : "P");
  if (item.kind === "list") return setList(sheets, section, item);
  if (item.kind === "answer") return setAnswer(sheets, section, item);
  const draw = () => {
    drawText(sheets, section, "P", item.text, TEXT);
    sheets.pdf.y += 8;
  };
  return { start: TEXT.leading, draw };
}

/** Numbers or bullets to the left of their items. */
function setList(sheets: Sheets, section: Element, list: Extract<PaperItem, { kind: "list" }>): SetItem {
  const { pdf } = sheets;
  const { x, width } = frame(pdf);
  const beside = { x: x + LIST_INDENT, width: width - LIST_INDENT };
  const set = list.items.map((text) => setLines(sheets, text, TEXT, beside.width));
  const draw = () => {
    const element = append(sheets, section, "L");
    // The label structure, which pdfkit has no option for.
    const { data } = (element as unknown as { dictionary: { data: Record<string, unknown> } }).dictionary;
    data.A = { O: "List", ListNumbering: list.isNumbered ? "Decimal" : "Disc" };
    set.forEach((lines, index) => {
      keep(pdf, Math.min(lines.length, 2) * TEXT.leading);
      const item = append(sheets, element, "LI");
      const top = pdf.y;
      drawLines(pdf, append(sheets, item, "Lbl"), [list.isNumbered ? `${index + 1}.` : "•"], TEXT);
      pdf.y = top;
      drawLines(pdf, append(sheets, item, "LBody"), lines, TEXT, beside);
      pdf.y += 4;
    });
    pdf.y += 4;
  };
  return { start: TEXT.leading, draw };
}

/** The question on the left; next to it the answer, which may continue over pages. */
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

/** The wrapped lines of each cell. */
type Row = { cells: string[][]; look: Face };

function setTable(sheets: Sheets, section: Element, table: PaperTable, heading: "H3" | "P"): SetItem {
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
    drawText(sheets, section, heading, table.label, LABEL);
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
  const headCells = boxes.map(() => append(sheets, headElement, "TH", { scope: "Column" }));
  drawShade(pdf, heightOf(head));
  drawCells(pdf, boxes, head, headCells);
  const body = append(sheets, table, "TBody");
  for (const row of rows) {
    const rowElement = append(sheets, body, "TR");
    const cells = boxes.map((_, column) =>
      column === 0 ? append(sheets, rowElement, "TH", { scope: "Row" }) : append(sheets, rowElement, "TD"),
    );
    drawRow(pdf, boxes, row, cells, head);
  }
}

const lineCount = ({ cells }: Row): number => Math.max(...cells.map(({ length }) => length));
const heightOf = (row: Row): number => lineCount(row) * row.look.leading + 2 * CELL.y;

/** A row stays on one page where it fits below the table's head, and otherwise is split between lines. */
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

/**
 * Draws the cells of a row side by side, each into its element; without elements it belongs to whatever surrounds it.
 */
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

/** Columns are at least as wide as their longest word, and wider the more they contain; amounts are never wrapped. */
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

/** At the top and bottom of every page: the marking; at the bottom also the reference and the page number. */
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

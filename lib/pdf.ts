import PDFDocument from "pdfkit";

const MARGIN = 64;

/** A letter on A4 with real text, tagged paragraphs, and its marking at the top and bottom of every page. */
export function letterPdf(letter: string, about: { reference: string; marking: string }): Promise<Buffer> {
  const pdf = new PDFDocument({
    size: "A4",
    margin: MARGIN,
    tagged: true,
    lang: "en-NZ",
    pdfVersion: "1.7",
    displayTitle: true,
    bufferPages: true,
    info: { Title: `Offer: ${about.reference}`, Author: "Pacific Security Fund" },
  });
  const done = collect(pdf);
  const root = pdf.struct("Document");
  pdf.addStructure(root);
  letter.split("\n\n").forEach((paragraph, index) => {
    const isHeading = index === 2;
    root.add(
      pdf.struct(isHeading ? "H1" : "P", {}, () => {
        pdf.font(isHeading ? "Helvetica-Bold" : "Helvetica").fontSize(isHeading ? 13 : 11);
        pdf.text(paragraph, { lineGap: 3 }).moveDown();
      }),
    );
  });
  root.end();
  mark(pdf, about.marking);
  pdf.end();
  return done;
}

/** Outside the margins, where text would otherwise begin a new page; an artifact to who listens to the letter. */
function mark(pdf: PDFKit.PDFDocument, marking: string): void {
  const { start, count } = pdf.bufferedPageRange();
  for (let page = start; page < start + count; page++) {
    pdf.switchToPage(page);
    pdf.page.margins = { top: 0, bottom: 0, left: MARGIN, right: MARGIN };
    pdf.markContent("Artifact", { type: "Pagination" });
    pdf.font("Helvetica-Bold").fontSize(10);
    for (const y of [24, pdf.page.height - 36])
      pdf.text(marking, MARGIN, y, { align: "center", lineBreak: false, width: pdf.page.width - 2 * MARGIN });
    pdf.endMarkedContent();
  }
}

function collect(pdf: PDFKit.PDFDocument): Promise<Buffer> {
  return new Promise((done, fail) => {
    const parts: Buffer[] = [];
    pdf.on("data", (part: Buffer) => parts.push(part));
    pdf.on("end", () => done(Buffer.concat(parts)));
    pdf.on("error", fail);
  });
}

/**
 * A document for paper: its content in order, without its appearance. components/application/paper-sections.tsx turns
 * it into a page and lib/platform/pdf.ts into a PDF, so that the two cannot differ.
 */
export type Paper = {
  /** The sender, above everything else. What comes above the title of a letter is then separated by space. */
  letterhead?: readonly { text: string; lang?: "mi" }[];
  /** Lines above the title: the kind of document, or the addressee. */
  above: readonly string[];
  title: string;
  reference: string;
  /** At the top and bottom of every sheet: "IN-CONFIDENCE – COMMERCIAL". */
  marking: string;
  /**
   * When its content was fixed: its file is then always the same, to the byte. Undefined: the file says when it was
   * made.
   */
  fixedAt?: Date;
  sections: readonly PaperSection[];
};

export type PaperSection = {
  /** Without one, the text follows the title directly, as in a letter. */
  title: string | null;
  /** The target of a link on the page. */
  anchor?: string;
  items: readonly PaperItem[];
};

/** A line may contain line breaks of its own. */
export type PaperItem =
  | { kind: "paragraph"; text: string }
  | { kind: "list"; items: readonly string[]; isNumbered: boolean }
  /** A question and its answer; no lines: not answered. */
  | {
      kind: "answer";
      label: string;
      lines: readonly string[];
      /** Where it links to on the page. Paper has no links. */
      href?: string;
    }
  | PaperTable;

export type PaperTable = {
  kind: "table";
  label: string;
  columns: readonly { header: string; isNumeric: boolean }[];
  /** A cell for each column; "–" if it is empty. */
  rows: readonly (readonly string[])[];
  /** Where a cell links to on the page, an array for each row and one for the total; null: nowhere. */
  links?: readonly (readonly (string | null)[])[];
  /** The last line, a cell for each column. */
  total: readonly string[] | null;
};

export const paragraph = (text: string): PaperItem => ({ kind: "paragraph", text });

/** A label with its text below. */
export const answer = (label: string, ...lines: (string | null)[]): Extract<PaperItem, { kind: "answer" }> => ({
  kind: "answer",
  label,
  lines: lines.flatMap((line) => line || []),
});

/** `numericFrom`: the first column of figures; undefined: none. */
export const table = (
  label: string,
  headers: readonly string[],
  rows: PaperTable["rows"],
  { numericFrom = headers.length, total = null, links }: Partial<PaperTable> & { numericFrom?: number } = {},
): PaperTable => ({
  kind: "table",
  label,
  columns: headers.map((header, index) => ({ header, isNumeric: index >= numericFrom })),
  rows,
  total,
  ...(links && { links }),
});

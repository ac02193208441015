/**
 * A document for paper: what it says, in order, and nothing of how it looks. components/application/paper-sections.tsx makes a page of it
 * and lib/platform/pdf.ts a PDF, so that the two cannot say different things.
 */
export type Paper = {
  /** Who sends it, above everything else. What stands above the title of a letter is then parted by space. */
  letterhead?: readonly { text: string; lang?: "mi" }[];
  /** Lines above the title: what kind of document it is, or to whom it goes. */
  above: readonly string[];
  title: string;
  reference: string;
  /** Stands at the top and bottom of every sheet: "IN-CONFIDENCE – COMMERCIAL". */
  marking: string;
  /** When what it says was fixed: its file then stays the same, to the byte. None: the file says when it was made. */
  fixedAt?: Date;
  sections: readonly PaperSection[];
};

export type PaperSection = {
  /** Without one, the text follows the title directly, as in a letter. */
  title: string | null;
  /** What a link on the page leads to. */
  anchor?: string;
  items: readonly PaperItem[];
};

/** A line may hold line breaks of its own. */
export type PaperItem =
  | { kind: "paragraph"; text: string }
  | { kind: "list"; items: readonly string[]; isNumbered: boolean }
  /** What was asked and what was answered; no lines: nothing was. */
  | {
      kind: "answer";
      label: string;
      lines: readonly string[];
      /** Where on the page it leads. Paper has no links. */
      href?: string;
    }
  | PaperTable;

export type PaperTable = {
  kind: "table";
  label: string;
  columns: readonly { header: string; isNumeric: boolean }[];
  /** A cell for each column; "–" if it is empty. */
  rows: readonly (readonly string[])[];
  /** Where on the page a cell leads, a line for each row and one for the total; null: nowhere. */
  links?: readonly (readonly (string | null)[])[];
  /** The last line, a cell for each column. */
  total: readonly string[] | null;
};

export const paragraph = (text: string): PaperItem => ({ kind: "paragraph", text });

/** A label with what there is to say under it. */
export const answer = (label: string, ...lines: (string | null)[]): Extract<PaperItem, { kind: "answer" }> => ({
  kind: "answer",
  label,
  lines: lines.flatMap((line) => line || []),
});

/** `numericFrom`: the first column of figures; without one there are none. */
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

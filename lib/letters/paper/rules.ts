// A letter's text as a paper. The browser loads this file too, for a preview.
import { type Paper, type PaperItem, type PaperSection, paragraph, table } from "#lib/platform/paper.ts";

const MAORI_NAME = "Manatū Aorere";
/** The sender: the first paragraph of a letter. */
export const LETTERHEAD = ["Ministry of Foreign Affairs and Trade", MAORI_NAME, "Pacific Security Fund"];

/** The parts of a letter: each block of the head is one or more lines. */
export type LetterParts = {
  letterhead: readonly { text: string; lang?: "mi" }[];
  head: readonly string[];
  subject: string;
  sections: readonly PaperSection[];
};

/**
 * The text of a letter has its paragraphs separated by empty lines: letterhead, date and reference, addressee,
 * salutation, subject, and the content. Letters from before there was a letterhead start with the date, the addressee
 * and the subject.
 */
export function partsOf(letter: string): LetterParts {
  const paragraphs = letter.split("\n\n");
  const sender = paragraphs[1]?.includes("\nReference: ") ? (paragraphs.shift() ?? "").split("\n") : [];
  const length = sender.length ? 3 : 2;
  return {
    letterhead: sender.map((text) => ({ text, ...(text === MAORI_NAME && { lang: "mi" as const }) })),
    head: paragraphs.slice(0, length),
    subject: paragraphs[length] ?? "",
    sections: sectionsOf(paragraphs.slice(length + 1)),
  };
}

/** A paragraph that starts with # is a heading. */
function sectionsOf(paragraphs: readonly string[]): PaperSection[] {
  const sections: { title: string | null; items: PaperItem[] }[] = [{ title: null, items: [] }];
  for (const text of paragraphs) {
    const title = /^# (.+)$/.exec(text)?.[1];
    if (title) sections.push({ title, items: [] });
    else sections.at(-1)?.items.push(...itemsOf(text));
  }
  return sections.filter(({ title, items }) => title !== null || items.length);
}

type Run = { kind: "text" | "numbers" | "bullets" | "cells"; lines: string[] };

/**
 * `last`: the item before this line. A list starts with 1 and counts up, so that the numbers shown are those that were
 * written.
 */
function kindOf(line: string, last: Run | undefined): Run["kind"] {
  if (line.startsWith(`${last?.kind === "numbers" ? last.lines.length + 1 : 1}. `)) return "numbers";
  if (/^[-•] /.test(line)) return "bullets";
  return line.includes(" | ") ? "cells" : "text";
}

/**
 * Lines that start with “1. ”, “2. ” or “- ” are a list, and lines with “ | ” a table, whose label is the line above
 * it.
 */
function itemsOf(text: string): PaperItem[] {
  const runs: Run[] = [];
  for (const line of text.split("\n")) {
    const last = runs.at(-1);
    const kind = kindOf(line, last);
    if (last?.kind === kind) last.lines.push(line);
    else runs.push({ kind, lines: [line] });
  }
  return runs.flatMap((run, index) => itemOf(run, runs[index - 1], runs[index + 1]) ?? []);
}

const isTable = (run: Run | undefined): boolean => run?.kind === "cells" && run.lines.length > 1;

/** Null: it is the label of the table below it. */
function itemOf({ kind, lines }: Run, before?: Run, after?: Run): PaperItem | null {
  if (kind === "numbers" || kind === "bullets") {
    const items = lines.map((line) => line.slice(line.indexOf(" ") + 1));
    return { kind: "list", items, isNumbered: kind === "numbers" };
  }
  if (isTable({ kind, lines })) return tableOf(lines, before?.kind === "text" ? (before.lines.at(-1) ?? "") : "");
  const kept = isTable(after) ? lines.slice(0, -1) : lines;
  return kept.length ? paragraph(kept.join("\n")) : null;
}

function tableOf(lines: readonly string[], label: string): PaperItem {
  const [headers = [], ...rows] = lines.map((line) => line.split(" | "));
  const isTotal = rows.length > 1 && rows.at(-1)?.[0] === "Total";
  const numericFrom = headers.findIndex((_, column) => rows.every((cells) => cells[column]?.startsWith("$")));
  return table(label.replace(/:$/, ""), headers, isTotal ? rows.slice(0, -1) : rows, {
    total: isTotal ? (rows.at(-1) ?? null) : null,
    ...(numericFrom >= 0 && { numericFrom }),
  });
}

/** A letter as plain lines, where headings and tables do not fit. */
export const plainLetter = (letter: string): string => letter.replace(/^# /gm, "").replaceAll(" | ", ": ");

/** The letter for paper. */
export function letterPaper(letter: string, { reference, marking }: { reference: string; marking: string }): Paper {
  const { letterhead, head, subject, sections } = partsOf(letter);
  return { letterhead, above: head, title: subject, reference, marking, sections };
}

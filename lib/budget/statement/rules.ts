import type { EnvelopeParts } from "#lib/budget/carry-forward/rules.ts";
import type { LedgerLine } from "#lib/budget/ledger/rules.ts";
import { MONTHS, type Position } from "#lib/budget/rules.ts";
import type { Held, HolderLine, ShareLine } from "#lib/budget/shares/rules.ts";
import { type ChangeLine, carriedYears, changeStateInWords } from "#lib/changes/rules.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { formatDay, formatInstant } from "#lib/platform/dates.ts";
import { formatCents, formatYear, sumCents } from "#lib/platform/money.ts";
import type { Paper, PaperItem, PaperSection, PaperTable } from "#lib/platform/paper.ts";

/** A counter that is not the sum of the ledger. */
type Difference = {
  reference: string | null;
  month: number | null;
  counter: string;
  counterCents: bigint;
  ledgerCents: bigint;
};

/** All of one moment. */
export type Statement = {
  position: Position;
  parts: EnvelopeParts;
  carried: readonly ChangeLine[];
  /** Earliest first. */
  adjustments: readonly LedgerLine[];
  agencies: readonly ShareLine[];
  initiatives: readonly HolderLine[];
  differences: readonly Difference[];
  entries: number;
};

const answer = (label: string, ...lines: string[]): PaperItem => ({ kind: "answer", label, lines });
const paragraph = (text: string): PaperItem => ({ kind: "paragraph", text });

const table = (
  label: string,
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  more: { numericFrom: number; total?: readonly string[] },
): PaperTable => ({
  kind: "table",
  label,
  columns: headers.map((header, index) => ({ header, isNumeric: index >= more.numericFrom })),
  rows,
  total: more.total ?? null,
});

/** A financial year's money for the file: where the envelope came from, where it went, and that the counters hold. */
export function statementPaper(statement: Statement, at: Date): Paper {
  const { startYear } = statement.position;
  const named = statement.initiatives.flatMap(({ application }) => application?.marking ?? []);
  return {
    above: ["Pacific Security Fund: year-end statement"],
    title: `Financial year ${formatYear(startYear)}`,
    reference: formatYear(startYear),
    marking: MARKING_LABELS[highestMarking(named)],
    sections: [
      positionSection(statement, at),
      envelopeSection(statement),
      heldSection(
        "By agency",
        "Agency",
        statement.agencies.map((line) => ({ ...line, names: [line.name] })),
      ),
      heldSection(
        "By initiative",
        "Initiative",
        statement.initiatives.map((line) => ({
          ...line,
          names: line.application
            ? [`${line.application.reference} ${line.application.title}`, line.application.agency]
            : ["Not assigned to you"],
        })),
      ),
      correctionsSection(statement),
      verifiedSection(statement, at),
    ],
  };
}

function positionSection({ position }: Statement, at: Date): PaperSection {
  const { startYear, envelopeCents, reservedCents, committedCents, paidCents, availableCents } = position;
  return {
    title: "The position",
    items: [
      answer("Financial year", `1 July ${startYear} to 30 June ${startYear + 1}`),
      answer("Statement made", formatInstant(at)),
      answer("Envelope", formatCents(envelopeCents)),
      answer("Committed", formatCents(committedCents), `of which paid ${formatCents(paidCents)}`),
      answer("Committed and not paid", formatCents(committedCents - paidCents)),
      answer("Reserved", formatCents(reservedCents)),
      answer("Available", formatCents(availableCents)),
      paragraph("New Zealand dollars, GST exclusive. Available is the envelope less reserved less committed."),
    ],
  };
}

function envelopeSection({ position, parts, carried, adjustments }: Statement): PaperSection {
  return {
    title: "The envelope",
    items: [
      answer("New money", formatCents(parts.newCents)),
      answer("Carried forward", formatCents(parts.carriedCents)),
      answer(
        "Carry-forward asked for",
        `Into the year ${formatCents(parts.askedIntoCents)}, out of it ${formatCents(parts.askedFromCents)}`,
        "Not part of the envelope until it is confirmed",
      ),
      table(
        "Every adjustment",
        ["Effective", "Why", "Source", "By", "Change"],
        adjustments.map(({ id, effectiveOn, reason, source, by, askedBy, envelopeCents, reversesId }) => [
          effectiveOn ? formatDay(effectiveOn) : "–",
          `${reason}${reversesId === null ? "" : ` (reverses entry ${reversesId})`} · entry ${id}`,
          source ?? "–",
          askedBy ? `${askedBy}, confirmed by ${by}` : (by ?? "the portal"),
          formatCents(envelopeCents),
        ]),
        { numericFrom: 4, total: ["Envelope", "", "", "", formatCents(position.envelopeCents)] },
      ),
      ...(carried.length
        ? [
            table(
              "Carry-forward",
              ["Years", "Reason", "State", "Amount"],
              carried.map((line) => [
                carriedYears(line),
                line.reason,
                changeStateInWords(line),
                formatCents(line.cents ?? 0n),
              ]),
              { numericFrom: 3 },
            ),
          ]
        : []),
    ],
  };
}

function heldSection(title: string, of: string, lines: readonly (Held & { names: string[] })[]): PaperSection {
  const held = lines.filter(({ reservedCents, committedCents }) => reservedCents + committedCents > 0n);
  const total = (counter: "reservedCents" | "committedCents" | "paidCents") =>
    formatCents(sumCents(held.map((line) => line[counter])));
  return {
    title,
    items: held.length
      ? [
          table(
            title,
            [of, "Reserved", "Committed", "Paid"],
            held.map(({ names, reservedCents, committedCents, paidCents }) => [
              names.join("\n"),
              formatCents(reservedCents),
              formatCents(committedCents),
              formatCents(paidCents),
            ]),
            { numericFrom: 1, total: ["Total", total("reservedCents"), total("committedCents"), total("paidCents")] },
          ),
        ]
      : [paragraph("Nothing is reserved or committed in this year.")],
  };
}

function correctionsSection({ adjustments }: Statement): PaperSection {
  const corrections = adjustments.filter(({ reversesId }) => reversesId !== null);
  return {
    title: "Corrections",
    items: corrections.length
      ? [
          table(
            "Entries that reverse another",
            ["Entry", "Reverses", "Written", "Reason", "By", "Change"],
            corrections.map(({ id, reversesId, at, reason, by, envelopeCents }) => [
              String(id),
              String(reversesId),
              formatInstant(at),
              reason,
              by ?? "the portal",
              formatCents(envelopeCents),
            ]),
            { numericFrom: 5 },
          ),
        ]
      : [paragraph("No adjustment of the envelope was reversed.")],
  };
}

function verifiedSection({ position, differences, entries }: Statement, at: Date): PaperSection {
  const year = formatYear(position.startYear);
  const count = entries.toLocaleString("en-NZ");
  if (!differences.length) {
    return {
      title: "Counters and ledger",
      items: [
        answer(
          "Counters equal the ledger",
          `Yes. At ${formatInstant(at)} every counter of ${year}, of its months and of its initiatives was the sum of its column of the ledger, ${count} entries.`,
        ),
        answer("Signed off by", "Name:", "Date:"),
      ],
    };
  }
  return {
    title: "Counters and ledger",
    items: [
      answer("Counters equal the ledger", `No. At ${formatInstant(at)} these counters differed, of ${count} entries:`),
      table(
        "Counters that differ",
        ["Whose", "Counter", "Is", "Sum of the ledger"],
        differences.map(({ reference, month, counter, counterCents, ledgerCents }) => [
          reference ?? (month === null ? year : (MONTHS[month] ?? year)),
          counter,
          formatCents(counterCents),
          formatCents(ledgerCents),
        ]),
        { numericFrom: 2 },
      ),
    ],
  };
}

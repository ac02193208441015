import type { LedgerFilter } from "#lib/budget/ledger/rules.ts";
import { MONTHS } from "#lib/budget/rules.ts";
import { ledgerHref, unspentHref } from "#lib/budget/schema.ts";
import { rowsHref } from "#lib/budget/shares/rules.ts";
import { accruedHref, accruedSections, advanceSections } from "#lib/budget/statement/open/rules.ts";
import {
  type Counter,
  namedIn,
  rowsOf,
  type Statement,
  type StatementRow,
  sumOf,
} from "#lib/budget/statement/rules.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import type { StatementSection } from "#lib/platform/db/generated/enums.ts";
import { formatCents, formatYear, sumCents } from "#lib/platform/money.ts";
import { answer, type Paper, type PaperItem, type PaperSection, paragraph, table } from "#lib/platform/paper.ts";

const figure = (label: string, cents: bigint, href: string | null, ...more: string[]): PaperItem => ({
  ...answer(label, formatCents(cents), ...more),
  ...(href && { href }),
});

/** The entries behind a figure: of a final statement those that had been recorded when the year was closed. */
const entriesHref = ({ startYear, isFinal }: Statement, filter: Omit<LedgerFilter, "startYear" | "recorded">): string =>
  ledgerHref({ startYear, ...filter, recorded: isFinal ? "THEN" : null });

/** A financial year's money for the file, as page and PDF. */
export function statementPaper(statement: Statement): Paper {
  const { startYear, isFinal, rows } = statement;
  return {
    above: [`Pacific Security Fund: year-end statement${isFinal ? "" : ", not final"}`],
    title: `Financial year ${formatYear(startYear)}`,
    reference: formatYear(startYear),
    marking: MARKING_LABELS[highestMarking(rows.map(({ marking }) => marking))],
    ...(isFinal && { fixedAt: statement.at }),
    sections: [
      positionSection(statement),
      envelopeSection(statement),
      heldSection(statement, "AGENCY", "By agency", "Agency"),
      heldSection(statement, "INITIATIVE", "By initiative", "Initiative"),
      ...accruedSections(statement),
      monthSection(statement),
      ...advanceSections(statement),
      verifiedSection(statement),
    ],
  };
}

function positionSection(statement: Statement): PaperSection {
  const { startYear, at, isFinal } = statement;
  const year = rowsOf(statement, "YEAR");
  const cents = (counter: Counter): bigint => sumCents(year.map((row) => row[counter]));
  const [envelope, reserved] = [cents("envelopeCents"), cents("reservedCents")];
  const [committed, paid] = [cents("committedCents"), cents("paidCents")];
  const all = entriesHref(statement, {});
  return {
    title: "The position",
    items: [
      answer("Financial year", `1 July ${startYear} to 30 June ${startYear + 1}`),
      isFinal
        ? answer("Final statement", `As at ${formatInstant(at)}, when the year was closed`)
        : answer("Not final", `As at ${formatInstant(at)}`),
      figure("Envelope", envelope, entriesHref(statement, { kind: "ADJUST" })),
      figure("Committed", committed, all, `including paid ${formatCents(paid)}`),
      figure("Committed and not paid", committed - paid, all),
      figure("Accrued: work done and not yet paid", cents("accruedCents"), accruedHref(statement)),
      figure("Reserved", reserved, all),
      figure("Available", envelope - reserved - committed, all),
      paragraph("New Zealand dollars, GST exclusive. Available is the envelope less reserved less committed."),
    ],
  };
}

function envelopeSection(statement: Statement): PaperSection {
  const [year, adjustments, carried] = [
    rowsOf(statement, "YEAR"),
    rowsOf(statement, "ADJUSTMENT"),
    rowsOf(statement, "CARRY_FORWARD"),
  ];
  const carriedCents = sumCents(carried.map(({ envelopeCents }) => envelopeCents));
  const linesOf = (rows: readonly StatementRow[]) =>
    rows.map(({ name, detail, envelopeCents }) => [name, detail, formatCents(envelopeCents)]);
  return {
    title: "The envelope",
    items: [
      figure(
        "New money",
        sumCents(year.map(({ envelopeCents }) => envelopeCents)) - carriedCents,
        entriesHref(statement, { kind: "NEW" }),
      ),
      figure("Carried forward", carriedCents, entriesHref(statement, { kind: "CARRIED" })),
      table("Every adjustment", ["Reason", "From", "Change"], linesOf(adjustments), {
        numericFrom: 2,
        total: ["Envelope", "", sumOf(adjustments, "envelopeCents")],
        links: [
          ...adjustments.map(({ key }) => [null, null, `${entriesHref(statement, { kind: "ADJUST" })}#entry-${key}`]),
          [null, null, entriesHref(statement, { kind: "ADJUST" })],
        ],
      }),
      ...(carried.length
        ? [
            table("Carry-forward", ["Years", "From", "Change"], linesOf(carried), {
              numericFrom: 2,
              links: carried.map(({ key }) => [null, null, `/changes/${key}`]),
            }),
          ]
        : []),
    ],
  };
}

const HELD = ["reservedCents", "committedCents", "paidCents", "accruedCents"] as const;

/** The rows behind a line’s figures: the entries of the ledger; of an agency in a year that is not closed its initiatives. */
function linksOf(statement: Statement, { section, key, name, ...row }: StatementRow): (string | null)[] {
  const { startYear, isFinal } = statement;
  const { reference = null } = namedIn(name);
  const behind = (counter: "reserved" | "committed" | "paid") => {
    if (row[`${counter}Cents`] === 0n) return null;
    const kind = counter === "paid" ? "MONEY" : null;
    if (section === "INITIATIVE") return reference && entriesHref(statement, { kind, reference });
    return isFinal
      ? entriesHref(statement, { kind, agency: key })
      : rowsHref({ startYear, by: "agency", of: key, counter });
  };
  const accrued = () => {
    if (row.accruedCents === 0n) return null;
    return reference && !isFinal ? unspentHref(startYear, reference) : accruedHref(statement);
  };
  return [null, behind("reserved"), behind("committed"), behind("paid"), accrued()];
}

function heldSection(statement: Statement, section: StatementSection, title: string, of: string): PaperSection {
  const rows = rowsOf(statement, section);
  const all = entriesHref(statement, {});
  return {
    title,
    items: rows.length
      ? [
          table(
            title,
            [of, "Reserved", "Committed", "Paid", "Accrued"],
            rows.map((row) => [
              [row.name, row.detail].filter(Boolean).join("\n"),
              ...HELD.map((counter) => formatCents(row[counter])),
            ]),
            {
              numericFrom: 1,
              total: ["Total", ...HELD.map((counter) => sumOf(rows, counter))],
              links: [
                ...rows.map((row) => linksOf(statement, row)),
                [null, all, all, entriesHref(statement, { kind: "MONEY" }), accruedHref(statement)],
              ],
            },
          ),
        ]
      : [paragraph("Nothing is reserved or committed in this year.")],
  };
}

const AFTER_KINDS = { paid: "PAYMENTS", recovered: "CAME_BACK", other: null } as const;
const LAST_MONTH = String(MONTHS.length - 1);

/** Each month's end, what moved after the last of them, and the total. */
function monthSection(statement: Statement): PaperSection {
  const [months, after] = [rowsOf(statement, "MONTH"), rowsOf(statement, "AFTER_JUNE")];
  // Closings from before these rows existed counted everything that moved later in June.
  const isFolded = statement.isFinal && after.length === 0;
  const counters = ["envelopeCents", "reservedCents", "committedCents", "paidCents"] as const;
  const behind = (filter: Parameters<typeof entriesHref>[1]) => {
    const href = entriesHref(statement, filter);
    return [null, ...counters.map(() => href)];
  };
  return {
    title: "At the end of each month",
    items: [
      table(
        "At the end of each month",
        ["Month", "Envelope", "Reserved", "Committed", "Paid"],
        [...months, ...after].map((row) => [
          isFolded && row.name === MONTHS.at(-1) ? `${row.name} and later` : row.name,
          ...counters.map((counter) => formatCents(row[counter])),
        ]),
        {
          numericFrom: 1,
          links: [
            ...months.map(({ key }) => behind(isFolded && key === LAST_MONTH ? {} : { upTo: Number(key) })),
            ...after.map(({ key }) =>
              behind({ kind: AFTER_KINDS[key as keyof typeof AFTER_KINDS], isAfterJune: true }),
            ),
            behind({}),
          ],
          ...(after.length > 0 && {
            total: [
              statement.isFinal ? "When the year was closed" : `At ${formatInstant(statement.at)}`,
              ...counters.map((counter) => sumOf(rowsOf(statement, "YEAR"), counter)),
            ],
          }),
        },
      ),
    ],
  };
}

function verifiedSection({ startYear, at, isFinal, differences, entries }: Statement): PaperSection {
  const year = formatYear(startYear);
  const count = entries.toLocaleString("en-NZ");
  const title = "Counters and ledger";
  if (isFinal || !differences.length) {
    const when = isFinal ? "When the year was closed" : `At ${formatInstant(at)}`;
    return {
      title,
      items: [
        answer(
          "Counters equal the ledger",
          `Yes. ${when}, every counter of ${year}, of its months and of its initiatives was the sum of its column of the ledger${isFinal ? "." : `, ${count} entries.`}`,
        ),
        answer("Signed off by", "Name:", "Date:"),
      ],
    };
  }
  return {
    title,
    items: [
      answer("Counters equal the ledger", `No. At ${formatInstant(at)} these counters differed, of ${count} entries:`),
      table(
        "Counters that differ",
        ["Where", "Counter", "Counter’s amount", "Sum of the ledger"],
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

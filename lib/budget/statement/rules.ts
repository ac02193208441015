import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import type { Marking, StatementSection } from "#lib/platform/db/generated/enums.ts";
import { formatCents, formatYear, sumCents } from "#lib/platform/money.ts";
import { makeSheet, type Sheet } from "#lib/platform/sheet.ts";

const COUNTERS = ["envelopeCents", "reservedCents", "committedCents", "paidCents", "accruedCents"] as const;
export type Counter = (typeof COUNTERS)[number];

/** A line of a year's statement: names and whole cents of one moment. `key`: the id of what it is of. */
export type StatementRow = Record<Counter, bigint> & {
  section: StatementSection;
  key: string;
  name: string;
  detail: string;
  marking: Marking;
};

/** A counter that is not the sum of the ledger. */
type Difference = {
  reference: string | null;
  month: number | null;
  counter: string;
  counterCents: bigint;
  ledgerCents: bigint;
};

/** Everything at one moment: the closing of a closed year, which never changes again, or else now. */
export type Statement = {
  startYear: number;
  at: Date;
  isFinal: boolean;
  rows: readonly StatementRow[];
  /** Only in a statement that is not final: a year cannot close while anything differs. */
  differences: readonly Difference[];
  entries: number;
};

/** The initiative, or its claim, that a line’s name starts with; neither if the reader may not know it. */
const REFERENCE = /^(?<reference>PSF-\d{4}-\d{4})(?:\/(?<claim>\d+))?/;
export const namedIn = (name: string): { reference?: string; claim?: string } => REFERENCE.exec(name)?.groups ?? {};

export const rowsOf = ({ rows }: Pick<Statement, "rows">, section: StatementSection): StatementRow[] =>
  rows.filter((row) => row.section === section);

export const sumOf = (rows: readonly StatementRow[], counter: Counter): string =>
  formatCents(sumCents(rows.map((row) => row[counter])));

const AFTER_JUNE = {
  paid: "Paid after 30 June for this year’s work",
  recovered: "Recovered after 30 June",
  other: "Other changes after 30 June",
} as const;

/** What moved after a year's last day, as rows: payments for its work always have one, the others only if there is anything. */
export const afterJuneRows = (moved: Record<Exclude<Counter, "accruedCents">, bigint> & { recoveredCents: bigint }) => {
  const nothing = { envelopeCents: 0n, reservedCents: 0n, committedCents: 0n, paidCents: 0n };
  const { recoveredCents, paidCents, ...other } = moved;
  const all: [keyof typeof AFTER_JUNE, Partial<typeof nothing>][] = [
    ["paid", { paidCents }],
    ["recovered", { paidCents: recoveredCents }],
    ["other", other],
  ];
  return all
    .filter(([key, cents]) => key === "paid" || Object.values(cents).some((one) => one !== 0n))
    .map(([key, cents]) => ({ ...nothing, ...cents, section: "AFTER_JUNE" as const, key, name: AFTER_JUNE[key] }));
};

const STATEMENT_SECTIONS: Record<StatementSection, string> = {
  YEAR: "Year",
  MONTH: "End of month",
  AFTER_JUNE: "After 30 June",
  ADJUSTMENT: "Adjustment",
  CARRY_FORWARD: "Carry-forward",
  AGENCY: "Agency",
  INITIATIVE: "Initiative",
  ACCRUAL: "Accrued",
  ADVANCE: "Advance to be accounted for",
};

/** The same rows as a spreadsheet. */
export function statementSheet({ startYear, at, isFinal, rows }: Statement): Sheet {
  const cents = (header: string, counter: Counter) => ({
    header,
    kind: "cents" as const,
    value: (row: StatementRow) => row[counter],
  });
  return makeSheet({
    title: `Statement ${formatYear(startYear)}`,
    marking: MARKING_LABELS[highestMarking(rows.map(({ marking }) => marking))],
    ...(isFinal && { fixedAt: at }),
    about: [
      isFinal
        ? `Final statement, as at ${formatInstant(at)}, when the year was closed.`
        : `Not final. Created ${formatInstant(at)}.`,
      "New Zealand dollars, GST exclusive.",
    ],
    columns: [
      { header: "Section", kind: "text", width: 16, value: ({ section }) => STATEMENT_SECTIONS[section] },
      { header: "Name", kind: "text", width: 44, value: ({ name }) => name },
      { header: "Detail", kind: "text", width: 44, value: ({ detail }) => detail },
      cents("Envelope", "envelopeCents"),
      cents("Reserved", "reservedCents"),
      cents("Committed", "committedCents"),
      cents("Paid", "paidCents"),
      cents("Accrued", "accruedCents"),
    ],
    rows,
  });
}

import { type Column, Table } from "#components/ui/table.tsx";
import { isReversible, type LedgerLine, type LedgerTotals, whyStays } from "#lib/budget/ledger/rules.ts";
import { LEDGER_LABELS } from "#lib/budget/schema.ts";
import { paymentPath } from "#lib/payments/lines/rules.ts";
import { formatDay, formatInstant } from "#lib/platform/dates.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";

type LedgerTableProps = {
  caption: string;
  lines: readonly LedgerLine[];
  /** The sums over all pages of the table; null: no sums. */
  totals: LedgerTotals | null;
  /** Whether the reader may reverse an adjustment. */
  canReverse: boolean;
  /** Whether the lines belong to several years, so that each names its year. */
  hasYears?: boolean;
};

/** Entries of the ledger, with what each moved. A correction and the entry it corrects link to each other. */
export function LedgerTable({ caption, lines, totals, canReverse, hasYears = false }: LedgerTableProps) {
  const count = totals?.count.toLocaleString("en-NZ");
  return (
    <Table
      caption={caption}
      hideCaption
      empty="There are no entries."
      columns={columnsFor(canReverse, hasYears)}
      rows={lines}
      keyOf={({ id }) => String(id)}
      total={
        totals
          ? [
              "Total",
              `${count} ${totals.count === 1 ? "entry" : "entries"}`,
              formatCents(totals.envelopeCents),
              formatCents(totals.reservedCents),
              formatCents(totals.committedCents),
              formatCents(totals.paidCents),
            ]
          : undefined
      }
    />
  );
}

/** What an entry moved, with its sign; empty where it moved nothing. */
const moved = (cents: bigint) =>
  cents === 0n ? null : <span className="budget-amount">{`${cents > 0n ? "+" : ""}${formatCents(cents)}`}</span>;

const columnsFor = (canReverse: boolean, hasYears: boolean): Column<LedgerLine>[] => [
  {
    header: "Entry",
    cell: ({ id, kind, at, by, startYear }) => (
      <>
        <strong id={`entry-${id}`}>{LEDGER_LABELS[kind]}</strong>
        {hasYears && ` for work in ${formatYear(startYear)}`}
        <span className="app-note app-line">
          <time dateTime={at.toISOString()}>{formatInstant(at)}</time> · {by ?? "the portal"} · entry {String(id)}
        </span>
      </>
    ),
  },
  {
    header: "Reason",
    cell: (line) => (
      <>
        <Why line={line} />
        {canReverse && <Reversal line={line} />}
      </>
    ),
  },
  { header: "Envelope", isNumeric: true, cell: (line) => moved(line.envelopeCents) },
  { header: "Reserved", isNumeric: true, cell: (line) => moved(line.reservedCents) },
  { header: "Committed", isNumeric: true, cell: (line) => moved(line.committedCents) },
  { header: "Paid", isNumeric: true, cell: (line) => moved(line.paidCents) },
];

function Why({ line }: { line: LedgerLine }) {
  const { reason, source, effectiveOn, application, changeId, askedBy, claimNumber, payment } = line;
  const { reversesId, reversedById } = line;
  return (
    <>
      {reason}
      {application && (
        <span className="app-note app-line">
          <a href={`/applications/${application.reference}`}>{application.reference}</a> {application.title}
          {claimNumber !== null && (
            <>
              {", "}
              <a href={`/applications/${application.reference}#claim-${claimNumber}`}>claim {claimNumber}</a>
            </>
          )}
          {payment && (
            <>
              {", "}
              <a href={paymentPath(payment.id)}>payment {payment.reference}</a>
            </>
          )}
        </span>
      )}
      {source && (
        <span className="app-note app-line">
          {source}
          {effectiveOn && `; effective ${formatDay(effectiveOn)}`}
        </span>
      )}
      {changeId && (
        <span className="app-note app-line">
          <a href={`/changes/${changeId}`}>Change asked for by {askedBy}</a>
        </span>
      )}
      {reversesId !== null && <strong className="app-note app-line">Reverses entry {String(reversesId)}</strong>}
      {reversedById !== null && <strong className="app-note app-line">Reversed by entry {String(reversedById)}</strong>}
    </>
  );
}

/** The link to reverse an adjustment, or why it cannot be reversed. */
export function Reversal({ line }: { line: LedgerLine }) {
  return isReversible(line) ? (
    <a className="app-note app-line app-no-print" href={`/budget/ledger/${line.id}/reverse`}>
      Reverse<span className="govuk-visually-hidden"> entry {String(line.id)}</span>
    </a>
  ) : (
    whyStays(line) && <span className="app-note app-line">{whyStays(line)}</span>
  );
}

import { Reversal } from "#components/budget/ledger-table.tsx";
import { TwoColumns } from "#components/ui/columns.tsx";
import { Table } from "#components/ui/table.tsx";
import type { LedgerLine } from "#lib/budget/ledger/rules.ts";
import type { EnvelopeParts } from "#lib/budget/rules.ts";
import { ledgerHref, positionHref } from "#lib/budget/schema.ts";
import { type ChangeLine, carriedYears, changeStateInWords } from "#lib/changes/rules.ts";
import { formatDay } from "#lib/platform/dates.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";

type EnvelopeViewProps = {
  parts: EnvelopeParts;
  carried: readonly ChangeLine[];
  /** Newest first. */
  adjustments: readonly LedgerLine[];
  canReverse: boolean;
  isClosed: boolean;
  today: Date;
};

const SHOWN = 5;

/** Where a year's envelope comes from: new money and money carried forward; and separately, what has been asked for. */
export function EnvelopeView({ parts, carried, adjustments, canReverse, isClosed, today }: EnvelopeViewProps) {
  const year = formatYear(parts.startYear);
  return (
    <section id="envelope">
      <h2>The envelope of {year}</h2>
      <TwoColumns>
        <div>
          <h3>Latest adjustments</h3>
          <Adjustments year={year} adjustments={adjustments.slice(0, SHOWN)} canReverse={canReverse} />
          <p>
            <a href={positionHref(parts.startYear, "envelope")}>Every adjustment of {year}</a>
          </p>
        </div>
        <div>
          <h3>New money and carried forward</h3>
          <Parts year={year} parts={parts} />
          {!isClosed && <Asked carried={carried.filter(({ state }) => state === "ASKED")} today={today} />}
          <p>
            <a href="/budget/carry-forward">All carry-forwards</a>
          </p>
        </div>
      </TwoColumns>
    </section>
  );
}

type AdjustmentsProps = { year: string; adjustments: readonly LedgerLine[]; canReverse: boolean };

function Adjustments({ year, adjustments, canReverse }: AdjustmentsProps) {
  return (
    <Table
      caption={`Latest adjustments of ${year}`}
      hideCaption
      onPhone="fit"
      empty="The envelope has not been adjusted."
      columns={[
        {
          header: "Reason",
          cell: (line) => (
            <>
              {line.reason}
              <span className="app-note app-line">
                {line.source}
                {line.effectiveOn && `; effective ${formatDay(line.effectiveOn)}`}
              </span>
              {line.reversesId !== null && (
                <strong className="app-note app-line">Reverses entry {String(line.reversesId)}</strong>
              )}
              {line.reversedById !== null && (
                <strong className="app-note app-line">Reversed by entry {String(line.reversedById)}</strong>
              )}
              {canReverse && <Reversal line={line} />}
            </>
          ),
        },
        {
          header: "Change",
          isNumeric: true,
          cell: ({ id, startYear, envelopeCents }) => (
            <a className="app-nowrap" href={`${positionHref(startYear, "envelope")}#entry-${id}`}>
              {formatCents(envelopeCents)}
            </a>
          ),
        },
      ]}
      rows={adjustments}
      keyOf={({ id }) => String(id)}
    />
  );
}

type Part = { name: string; kind: "NEW" | "CARRIED"; cents: bigint };

function Parts({ year, parts }: { year: string; parts: EnvelopeParts }) {
  return (
    <Table
      caption={`Where the envelope of ${year} comes from`}
      hideCaption
      onPhone="fit"
      columns={[
        { header: "Money", cell: ({ name }: Part) => name },
        {
          header: "Amount",
          isNumeric: true,
          cell: ({ kind, cents }) => (
            <a href={ledgerHref({ startYear: parts.startYear, kind })}>{formatCents(cents)}</a>
          ),
        },
      ]}
      rows={[
        { name: "New money", kind: "NEW", cents: parts.newCents },
        { name: "Carried forward", kind: "CARRIED", cents: parts.carriedCents },
      ]}
      keyOf={({ name }) => name}
      total={[
        "Envelope",
        <a key="envelope" href={positionHref(parts.startYear, "envelope")}>
          {formatCents(parts.envelopeCents)}
        </a>,
      ]}
    />
  );
}

function Asked({ carried, today }: { carried: readonly ChangeLine[]; today: Date }) {
  if (carried.length === 0) return <p>No carry-forwards are waiting.</p>;
  return (
    <Table
      caption="Carry-forwards waiting for confirmation (not yet in the envelope)"
      onPhone="fit"
      columns={[
        {
          header: "Years",
          cell: (line) => (
            <>
              <a href={`/changes/${line.id}`}>{carriedYears(line)}</a>
              <span className="app-note app-line">{changeStateInWords(line, today)}</span>
            </>
          ),
        },
        {
          header: "Amount",
          isNumeric: true,
          cell: ({ id, cents }) => <a href={`/changes/${id}`}>{formatCents(cents ?? 0n)}</a>,
        },
      ]}
      rows={carried}
      keyOf={({ id }) => id}
    />
  );
}

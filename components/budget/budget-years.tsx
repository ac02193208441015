import { scaleLinear } from "d3-scale";
import { leftWord } from "#components/budget/budget-bar.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { askedOf, type Position } from "#lib/budget/rules.ts";
import { positionHref } from "#lib/budget/schema.ts";
import { formatCents, formatYear, shortCents } from "#lib/platform/money.ts";

const ROW = 58;

type BudgetYearsProps = { positions: readonly Position[]; startYear: number; today: Date };

/** The years side by side on one scale: each is drawn like the year's own bar, with its envelope as a line. */
export function BudgetYears({ positions, startYear, today }: BudgetYearsProps) {
  const ends = positions.flatMap((position) => [
    Number(position.envelopeCents),
    Number(position.reservedCents + position.committedCents + askedOf(position, today)),
  ]);
  const x = scaleLinear([0, Math.max(1, ...ends)], [0, 100]);
  const at = (cents: bigint) => `${x(Number(cents)).toFixed(2)}%`;
  return (
    <>
      <figure>
        <svg
          className="app-chart"
          role="img"
          aria-label={`${positions.length} financial years on the same scale. The table below has their figures.`}
          width="100%"
          height={positions.length * ROW}
        >
          {positions.map((one, row) => (
            <YearBar
              key={one.startYear}
              position={one}
              pipelineCents={askedOf(one, today)}
              y={row * ROW}
              at={at}
              isCurrent={one.startYear === startYear}
            />
          ))}
        </svg>
        <figcaption>
          As in the bar above: paid, committed, reserved and available up to the envelope, the solid line; the dashed
          bar is the pipeline.
        </figcaption>
      </figure>
      <YearTable positions={positions} startYear={startYear} />
    </>
  );
}

type YearBarProps = {
  position: Position;
  pipelineCents: bigint;
  y: number;
  at: (cents: bigint) => string;
  isCurrent: boolean;
};

function YearBar({ position, pipelineCents, y, at, isCurrent }: YearBarProps) {
  const { paidCents, committedCents, reservedCents, availableCents, envelopeCents } = position;
  const usedCents = reservedCents + committedCents;
  const bar = { y: y + 21, height: 18 };
  return (
    <g>
      <text className={isCurrent ? "app-chart-strong" : undefined} x="0" y={y + 15}>
        {formatYear(position.startYear)}: envelope {shortCents(envelopeCents)}, {leftWord(position).toLowerCase()}{" "}
        {shortCents(availableCents)}
      </text>
      <rect className="app-colour-paid" {...bar} x="0" width={at(paidCents)} />
      <rect className="app-colour-committed" {...bar} x={at(paidCents)} width={at(committedCents - paidCents)} />
      <rect className="app-colour-reserved" {...bar} x={at(committedCents)} width={at(reservedCents)} />
      <rect className="app-colour-available" {...bar} x={at(usedCents)} width={at(availableCents)} />
      {pipelineCents > 0n && (
        <rect className="app-chart-pipeline" x={at(usedCents)} y={y + 42} width={at(pipelineCents)} height="6" />
      )}
      <line className="app-chart-envelope" x1={at(envelopeCents)} x2={at(envelopeCents)} y1={y + 17} y2={y + 50} />
    </g>
  );
}

function YearTable({ positions, startYear }: { positions: readonly Position[]; startYear: number }) {
  const counted = (header: string, counter: "reserved" | "committed" | "paid" | "pipeline"): Column<Position> => ({
    header,
    isNumeric: true,
    cell: (one) => {
      const cents = one[`${counter}Cents`];
      return cents === 0n ? "–" : <a href={positionHref(one.startYear, counter)}>{formatCents(cents)}</a>;
    },
  });
  return (
    <Table
      caption="The position of every financial year"
      hideCaption
      onPhone="scroll"
      columns={[
        {
          header: "Financial year",
          cell: (one) => (
            <a href={`/budget?year=${one.startYear}`} aria-current={one.startYear === startYear ? "page" : undefined}>
              {formatYear(one.startYear)}
            </a>
          ),
        },
        {
          header: "Envelope",
          isNumeric: true,
          cell: (one) => <a href={positionHref(one.startYear, "envelope")}>{formatCents(one.envelopeCents)}</a>,
        },
        counted("Reserved", "reserved"),
        counted("Committed", "committed"),
        counted("Paid so far", "paid"),
        {
          header: "Available",
          isNumeric: true,
          cell: (one) => (
            <>
              <a href={positionHref(one.startYear, "available")}>{formatCents(one.availableCents)}</a>
              {one.closedAt && <span className="app-note app-line">{leftWord(one).toLowerCase()}</span>}
            </>
          ),
        },
        counted("Pipeline", "pipeline"),
      ]}
      rows={positions}
      keyOf={(one) => String(one.startYear)}
    />
  );
}

import { scaleLinear } from "d3-scale";
import { stack } from "d3-shape";
import { Key, type MoneyColour } from "#components/ui/figures.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { positionHref } from "#lib/budget/schema.ts";
import { type Counter, rowsHref, SHARES, type ShareKind, type ShareLine } from "#lib/budget/shares/rules.ts";
import { formatCents, formatYear, shortCents, sumCents } from "#lib/platform/money.ts";

const ROW = 46;
const PARTS = ["paid", "committed", "reserved"] as const satisfies readonly MoneyColour[];

/** The parts of a line from left to right, in cents: each leaves out what the parts before it show. */
const partsOf = ({ paidCents, committedCents, reservedCents }: ShareLine): Record<(typeof PARTS)[number], number> => ({
  paid: Number(paidCents),
  committed: Number(committedCents - paidCents),
  reserved: Number(reservedCents),
});

type SharesProps = { startYear: number; by: ShareKind; lines: readonly ShareLine[] };

/** How a year's money is shared: a bar for each line, largest first. The table has the exact amounts. */
export function ShareChart({ startYear, by, lines }: SharesProps) {
  const held = lines.filter(({ reservedCents, committedCents }) => reservedCents + committedCents > 0n);
  if (held.length === 0) return null;
  const whole = Math.max(...held.map((line) => Number(line.reservedCents + line.committedCents)));
  const x = scaleLinear([0, whole], [0, 100]);
  const bars = stack<unknown, ShareLine, (typeof PARTS)[number]>()
    .keys(PARTS)
    .value((line, part) => partsOf(line)[part])(held);
  const first = held[0];
  const label = `${SHARES[by].by} in ${formatYear(startYear)}: ${held.length} bars, the largest ${first?.name ?? ""} with ${formatCents(sumCents([first?.reservedCents ?? 0n, first?.committedCents ?? 0n]))}. The table below has them all.`;
  return (
    <figure>
      <svg className="app-chart" role="img" aria-label={label} width="100%" height={held.length * ROW}>
        {held.map(({ code, name, reservedCents, committedCents }, row) => (
          <g key={code}>
            <text className="app-chart-strong" x="0" y={row * ROW + 15}>
              {name}
            </text>
            <text x="100%" y={row * ROW + 15} textAnchor="end">
              {shortCents(reservedCents + committedCents)}
            </text>
          </g>
        ))}
        {bars.map((bar) =>
          bar.map(([from, to], row) => (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: the rows of a chart keep their order
              key={row}
              className={`app-colour-${bar.key}`}
              x={`${x(from)}%`}
              width={`${x(to) - x(from)}%`}
              y={row * ROW + 21}
              height="16"
            />
          )),
        )}
      </svg>
      <figcaption>
        <Key colour="paid" />
        paid, <Key colour="committed" />
        committed and not yet paid, <Key colour="reserved" />
        reserved. {SHARES[by].how}
      </figcaption>
    </figure>
  );
}

/** The same shares to the cent; every figure links to its rows. */
export function ShareTable({ startYear, by, lines }: SharesProps) {
  const column = (header: string, counter: Exclude<Counter, "unpaid">): Column<ShareLine> => ({
    header,
    isNumeric: true,
    cell: (line) => {
      const cents = line[`${counter}Cents`];
      return cents === 0n ? (
        "–"
      ) : (
        <a href={rowsHref({ startYear, by, of: line.code, counter })}>{formatCents(cents)}</a>
      );
    },
  });
  const total = (counter: Exclude<Counter, "unpaid">) => (
    <a key={counter} href={positionHref(startYear, counter)}>
      {formatCents(sumCents(lines.map((line) => line[`${counter}Cents`])))}
    </a>
  );
  return (
    <Table
      caption={`${formatYear(startYear)} ${SHARES[by].by.toLowerCase()}`}
      hideCaption
      onPhone="scroll"
      label={SHARES[by].by}
      empty="Nothing is committed, reserved or requested in this year."
      columns={[
        { header: SHARES[by].of, cell: ({ name }) => name },
        column("Reserved", "reserved"),
        column("Committed", "committed"),
        column("Paid so far", "paid"),
        column("Pipeline", "pipeline"),
      ]}
      rows={lines}
      keyOf={({ code }) => code ?? ""}
      total={["Total", total("reserved"), total("committed"), total("paid"), total("pipeline")]}
    />
  );
}

import { scaleLinear } from "d3-scale";
import { area, curveStepAfter, line } from "d3-shape";
import type { ReactNode } from "react";
import { Details } from "#components/ui/details.tsx";
import { Key, type MoneyColour } from "#components/ui/figures.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { envelopeLabel, financialMonthOf, MONTHS, type YearMonth } from "#lib/budget/rules.ts";
import { ledgerHref, monthHref } from "#lib/budget/schema.ts";
import { formatCents, formatYear, shortCents } from "#lib/platform/money.ts";

const [TOP, BASE, HEIGHT] = [30, 290, 316];
/** The width of the axis labels, in percent. */
const LEFT = 12;
/** The stroke width of the lines: the chart is stretched to the width of the screen, but strokes and text are not. */
const BREADTH = 1_200;

type Point = { x: number; paid: number; committed: number; reserved: number };

type MonthsProps = { startYear: number; months: readonly YearMonth[]; today: Date };
/** `children`: the notes on the forecast. */
type BudgetMonthsProps = MonthsProps & { children: ReactNode };

/**
 * How a year develops from 1 July: what was paid, committed and reserved up to today, below the envelope at the time,
 * and the forecast to 30 June, dashed. A table below has every month.
 */
export function BudgetMonths({ startYear, months, today, children }: BudgetMonthsProps) {
  return (
    <>
      <figure className="budget-figure">
        <Chart startYear={startYear} months={months} today={today} />
        <figcaption>
          <Legend hasForecast={months.some(({ forecastCents }) => forecastCents !== null)} />
        </figcaption>
      </figure>
      {children}
      <Details summary={`The months of ${formatYear(startYear)} as a table`}>
        <MonthTable startYear={startYear} months={months} />
      </Details>
    </>
  );
}

/** Where a day lies in the year, in months from 1 July. */
function placeOf(today: Date, startYear: number): number {
  const days = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1, 0)).getUTCDate();
  return Math.min(MONTHS.length, Math.max(0, financialMonthOf(today, startYear) + today.getUTCDate() / days));
}

function pointsOf(months: readonly YearMonth[], now: number): Point[] {
  const points = months.flatMap(({ month, paidCents, committedCents, reservedCents }) =>
    paidCents === null || committedCents === null || reservedCents === null
      ? []
      : {
          x: Math.min(month + 1, now),
          paid: Number(paidCents),
          committed: Number(committedCents),
          reserved: Number(committedCents + reservedCents),
        },
  );
  return points.length ? [{ x: 0, paid: 0, committed: 0, reserved: 0 }, ...points] : [];
}

function envelopeOf(months: readonly YearMonth[]): number[] {
  let last = months.find(({ envelopeCents }) => envelopeCents !== null)?.envelopeCents ?? 0n;
  const values = months.map(({ envelopeCents }) => {
    last = envelopeCents ?? last;
    return Number(last);
  });
  return [...values, values.at(-1) ?? 0];
}

type Dot = { x: number; cents: number };
type Drawing = { now: number; points: Point[]; envelope: number[]; forecast: Dot[]; highest: number };

/** What is drawn, in months from 1 July and cents. */
function drawingOf({ startYear, months, today }: MonthsProps): Drawing {
  const now = placeOf(today, startYear);
  const points = pointsOf(months, now);
  const envelope = envelopeOf(months);
  const coming = months.flatMap(({ month, forecastCents }) =>
    forecastCents === null ? [] : { x: month + 1, cents: Number(forecastCents) },
  );
  const begin = { x: Math.min(now, coming[0]?.x ?? 0), cents: points.at(-1)?.paid ?? 0 };
  const forecast = coming.length ? [begin, ...coming] : [];
  const ends = [...points.map(({ reserved }) => reserved), ...coming.map(({ cents }) => cents)];
  return { now, points, envelope, forecast, highest: Math.max(1, ...envelope, ...ends) };
}

function Chart(props: MonthsProps) {
  const drawing = drawingOf(props);
  const { now, envelope, forecast, highest } = drawing;
  const y = scaleLinear([0, highest], [BASE, TOP]);
  const at = (month: number) => `${LEFT + (month * (100 - LEFT)) / MONTHS.length}%`;
  return (
    <svg className="app-chart budget-months" role="img" aria-label={inWords(props.months)} width="100%" height={HEIGHT}>
      {y
        .ticks(4)
        .slice(1)
        .map((cents) => (
          <g key={cents}>
            <line className="app-chart-grid" x1={`${LEFT}%`} x2="100%" y1={y(cents)} y2={y(cents)} />
            <text x={`${LEFT - 1.5}%`} y={y(cents) + 4} textAnchor="end">
              {shortCents(cents)}
            </text>
          </g>
        ))}
      <Shapes drawing={drawing} y={y} />
      {now > 0 && now < MONTHS.length && (
        <>
          <line className="app-chart-today" x1={at(now)} x2={at(now)} y1={TOP} y2={BASE} />
          <text className="app-chart-today" x={at(now + 0.1)} y={TOP + 30}>
            today
          </text>
        </>
      )}
      {MONTHS.map((name, month) => (
        <text key={name} x={at(month + 0.5)} y={BASE + 20} textAnchor="middle">
          {name.slice(0, 3)}
        </text>
      ))}
      <line className="app-chart-axis" x1={`${LEFT}%`} x2="100%" y1={BASE} y2={BASE} />
      <Labels
        envelope={envelope}
        y={y}
        forecastY={forecast.length ? y(forecast.at(-1)?.cents ?? 0) : null}
        months={props.months}
      />
    </svg>
  );
}

const LAYERS: { colour: MoneyColour; from: (point: Point) => number; to: (point: Point) => number }[] = [
  { colour: "paid", from: () => 0, to: ({ paid }) => paid },
  { colour: "committed", from: ({ paid }) => paid, to: ({ committed }) => committed },
  { colour: "reserved", from: ({ committed }) => committed, to: ({ reserved }) => reserved },
];

/** Stretched to the available width. */
function Shapes({ drawing, y }: { drawing: Drawing; y: (cents: number) => number }) {
  const { points, envelope, forecast } = drawing;
  const x = scaleLinear([0, MONTHS.length], [0, BREADTH]);
  const shape = area<Point>().digits(1);
  const dashed = line<Dot>(
    (dot) => x(dot.x),
    (dot) => y(dot.cents),
  ).digits(1);
  const steps = line<number>((_, month) => x(month), y)
    .curve(curveStepAfter)
    .digits(1);
  return (
    <svg
      aria-hidden="true"
      x={`${LEFT}%`}
      width={`${100 - LEFT}%`}
      height={HEIGHT}
      viewBox={`0 0 ${BREADTH} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      {LAYERS.map(({ colour, from, to }) => (
        <path
          key={colour}
          className={`app-colour-${colour}`}
          d={
            shape
              .x((point) => x(point.x))
              .y0((point) => y(from(point)))
              .y1((point) => y(to(point)))(points) ?? ""
          }
        />
      ))}
      <path className="app-chart-forecast" d={dashed(forecast) ?? ""} />
      <path className="app-chart-envelope budget-line" d={steps(envelope) ?? ""} />
    </svg>
  );
}

type LabelsProps = {
  envelope: readonly number[];
  y: (cents: number) => number;
  forecastY: number | null;
  months: readonly YearMonth[];
};

/**
 * At the right end of the lines, the envelope's label on top; the forecast's goes below its line where it would overlap
 * the envelope's.
 */
function Labels({ envelope, y, forecastY, months }: LabelsProps) {
  const isNear = forecastY !== null && forecastY - y(envelope.at(-1) ?? 0) < 34;
  const { atCents, when } = envelopeLabel(envelope);
  return (
    <>
      <text className="app-chart-strong" x="100%" y={y(atCents) - 8} textAnchor="end">
        Envelope{when} {formatCents(lastOf(months, "envelopeCents"))}
      </text>
      {forecastY !== null && (
        <text className="app-chart-strong budget-halo" x="100%" y={forecastY + (isNear ? 20 : -10)} textAnchor="end">
          Forecast {formatCents(lastOf(months, "forecastCents"))}
        </text>
      )}
    </>
  );
}

type CentsOf = Exclude<keyof YearMonth, "month">;

const lastOf = (months: readonly YearMonth[], counter: CentsOf): bigint =>
  months.findLast((one) => one[counter] !== null)?.[counter] ?? 0n;

function inWords(months: readonly YearMonth[]): string {
  const last = months.findLast(({ paidCents }) => paidCents !== null);
  const comes = months.some(({ forecastCents }) => forecastCents !== null);
  const forecast = comes
    ? ` We forecast that ${formatCents(lastOf(months, "forecastCents"))} will be paid by 30 June.`
    : "";
  if (!last) return `The year has not started.${forecast} The table below has every month.`;
  return `By the end of ${MONTHS[last.month]}, ${formatCents(last.paidCents ?? 0n)} was paid, ${formatCents(last.committedCents ?? 0n)} was committed and ${formatCents(last.reservedCents ?? 0n)} was reserved. The envelope was ${formatCents(last.envelopeCents ?? 0n)}.${forecast} The table below has every month.`;
}

function Legend({ hasForecast }: { hasForecast: boolean }) {
  return (
    <>
      <Key colour="paid" />
      paid, <Key colour="committed" />
      committed and not yet paid, <Key colour="reserved" />
      reserved. The solid line is the envelope at the time
      {hasForecast && "; the dashed line is the forecast of what will be paid"}.
    </>
  );
}

function MonthTable({ startYear, months }: { startYear: number; months: readonly YearMonth[] }) {
  // The last month that has started also counts everything that moved for the year later.
  const last = months.findLast(({ paidCents }) => paidCents !== null)?.month;
  const column = (header: string, counter: CentsOf, hrefOf: (month: number) => string): Column<YearMonth> => ({
    header,
    isNumeric: true,
    cell: ({ month, [counter]: cents }) => {
      if (cents === null) return "–";
      return cents === 0n ? formatCents(cents) : <a href={hrefOf(month)}>{formatCents(cents)}</a>;
    },
  });
  const upTo = (month: number) => ledgerHref({ startYear, upTo: month === last ? null : month });
  const due = (month: number) => monthHref(startYear, month);
  return (
    <Table
      caption={`${formatYear(startYear)} by month`}
      onPhone="scroll"
      columns={[
        { header: "Month", cell: ({ month }) => MONTHS[month] },
        column("Envelope", "envelopeCents", upTo),
        column("Reserved", "reservedCents", upTo),
        column("Committed", "committedCents", upTo),
        column("Paid in the month", "paidInMonthCents", (month) => ledgerHref({ startYear, kind: "MONEY", month })),
        column("Paid so far", "paidCents", upTo),
        column("Commitments falling due", "dueCents", due),
        column("Reserves falling due", "reservedDueCents", due),
        column("Forecast, paid so far", "forecastCents", due),
      ]}
      rows={months}
      keyOf={({ month }) => String(month)}
    />
  );
}

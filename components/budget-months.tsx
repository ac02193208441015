import type { MonthLine } from "../lib/budget/rules.ts";
import { formatCents, formatYear } from "../lib/money.ts";
import { Details } from "./ui/feedback.tsx";
import { Key } from "./ui/figures.tsx";
import { Table } from "./ui/table.tsx";

const NAMES = [
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
];

const [TOP, BASE, HEIGHT] = [30, 290, 316];
const [LEFT, STEP] = [12, 88 / NAMES.length];

type Scale = { y: (cents: bigint) => number; grid: bigint[]; line: bigint[] };

/** Up to four round amounts below the highest, which stands at the top. */
function scaleOf(months: readonly MonthLine[]): Scale {
  const line = NAMES.map((_, month) => (months[month] ?? months.at(-1))?.envelopeCents ?? 0n);
  const all = [...line, ...months.map(({ reservedCents, committedCents }) => reservedCents + committedCents), 1n];
  const max = all.reduce((highest, cents) => (cents > highest ? cents : highest));
  const power = 10n ** BigInt(max.toString().length - 1);
  const step =
    [power / 5n, power / 2n, power, power * 2n, power * 5n].find((one) => one > 0n && max / one <= 4n) ?? max;
  const grid = Array.from({ length: Number(max / step) }, (_, index) => step * BigInt(index + 1));
  return { y: (cents) => BASE - (Number((cents * 1_000n) / max) / 1_000) * (BASE - TOP), grid, line };
}

/** "$2M", "$500k": for an axis alone. */
function short(cents: bigint): string {
  const thousands = Number(cents / 100_000n);
  return thousands >= 1_000 ? `$${thousands / 1_000}M` : `$${thousands}k`;
}

/** How a year unfolds: what is paid, committed and reserved at the end of each month, under the envelope of that month. */
export function BudgetMonths({ startYear, months }: { startYear: number; months: readonly MonthLine[] }) {
  const scale = scaleOf(months);
  const last = months.at(-1);
  if (!last) return <p className="app-empty">The year begins on 1 July {startYear}.</p>;
  const { envelopeCents, reservedCents, committedCents } = last;
  const label = `By the end of ${NAMES[last.month]}, ${formatCents(reservedCents + committedCents)} was committed or reserved of an envelope of ${formatCents(envelopeCents)}. The table below has every month.`;
  return (
    <>
      <figure className="budget-figure">
        <svg className="app-chart budget-months" role="img" aria-label={label} width="100%" height={HEIGHT}>
          {scale.grid.map((cents) => (
            <g key={cents}>
              <line className="app-chart-grid" x1={`${LEFT}%`} x2="100%" y1={scale.y(cents)} y2={scale.y(cents)} />
              <text x={`${LEFT - 1.5}%`} y={scale.y(cents) + 4} textAnchor="end">
                {short(cents)}
              </text>
            </g>
          ))}
          {NAMES.map((name, month) => (
            <Month key={name} name={name} month={month} line={months[month]} scale={scale} />
          ))}
          <line className="app-chart-axis" x1={`${LEFT}%`} x2="100%" y1={BASE} y2={BASE} />
          <text className="app-chart-strong" x="100%" y={scale.y(envelopeCents) - 8} textAnchor="end">
            Envelope {formatCents(envelopeCents)}
          </text>
        </svg>
        <figcaption>
          <Legend />
        </figcaption>
      </figure>
      <Details summary={`The months of ${formatYear(startYear)} as a table`}>
        <MonthTable startYear={startYear} months={months} />
      </Details>
    </>
  );
}

type MonthProps = { name: string; month: number; line: MonthLine | undefined; scale: Scale };

/** One column, with its piece of the envelope's line. */
function Month({ name, month, line, scale }: MonthProps) {
  const x = LEFT + STEP * month;
  const envelope = scale.y(scale.line[month] ?? 0n);
  const column = { x: `${x + STEP * 0.14}%`, width: `${STEP * 0.72}%` };
  const between = (low: bigint, high: bigint) => ({
    y: scale.y(high),
    height: Math.max(0, scale.y(low) - scale.y(high)),
  });
  return (
    <g>
      {line && (
        <>
          <rect className="app-colour-paid" {...column} {...between(0n, line.paidCents)} />
          <rect className="app-colour-committed" {...column} {...between(line.paidCents, line.committedCents)} />
          <rect
            fill="url(#budget-hatch)"
            {...column}
            {...between(line.committedCents, line.committedCents + line.reservedCents)}
          />
        </>
      )}
      <line
        className="app-chart-envelope"
        x1={`${x}%`}
        x2={`${Math.min(100, x + STEP + 0.3)}%`}
        y1={envelope}
        y2={envelope}
      />
      <text x={`${x + STEP / 2}%`} y={BASE + 20} textAnchor="middle">
        {name.slice(0, 3)}
      </text>
    </g>
  );
}

function Legend() {
  return (
    <>
      At the end of each month, or now: <Key colour="paid" />
      paid, <Key colour="committed" />
      committed and not yet paid, <Key colour="reserved" />
      reserved. The black line is the envelope as it stood.
    </>
  );
}

function MonthTable({ startYear, months }: { startYear: number; months: readonly MonthLine[] }) {
  return (
    <Table
      caption={`${formatYear(startYear)} by month, cumulative`}
      onPhone="scroll"
      columns={[
        { header: "Month", cell: ({ month }) => NAMES[month] },
        { header: "Envelope", isNumeric: true, cell: ({ envelopeCents }) => formatCents(envelopeCents) },
        { header: "Reserved", isNumeric: true, cell: ({ reservedCents }) => formatCents(reservedCents) },
        { header: "Committed", isNumeric: true, cell: ({ committedCents }) => formatCents(committedCents) },
        { header: "Paid", isNumeric: true, cell: ({ paidCents }) => formatCents(paidCents) },
      ]}
      rows={months}
      keyOf={({ month }) => String(month)}
    />
  );
}

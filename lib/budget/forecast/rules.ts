import { type DueLine, financialMonthOf, MONTHS, type Position } from "#lib/budget/rules.ts";
import { formatCents, formatYear, sumCents } from "#lib/platform/money.ts";

/** A month to come, in cents: what falls due in it, and what would be paid of the year by its end. */
export type ForecastMonth = {
  /** 0 is July, 11 is June. */
  month: number;
  /** Of what is committed. */
  dueCents: bigint;
  /** Of what is reserved. */
  reservedDueCents: bigint;
  /** Paid so far and what of commitments falls due up to it. */
  paidCents: bigint;
  /** The same, with what of reserves falls due up to it. */
  withReservedCents: bigint;
};

/** What the forecast assumes, in the order in which it is computed. */
export const FORECAST_ASSUMPTIONS = [
  "What is paid so far stays paid.",
  "Claims that are approved and not yet paid are paid in the current month.",
  "The rest of what an initiative has committed and not paid falls due in equal parts, month by month: from the current month, or the month in which the arrangement begins where that is later, to the month in which it ends, or June where that is earlier. Where it has ended, all of it falls due in the current month.",
  "What is reserved is accepted, and falls due in equal parts from the month after the current one to June.",
  "Nothing of the pipeline is counted.",
] as const;

type Facts = {
  position: Pick<Position, "startYear" | "paidCents" | "reservedCents">;
  due: readonly DueLine[];
  today: Date;
};

const LAST = MONTHS.length - 1;

/** From today's month (July where the year is to come) to June; none where the year is over. */
export function forecastYear({ position, due, today }: Facts): ForecastMonth[] {
  const { startYear, reservedCents } = position;
  const current = Math.max(0, financialMonthOf(today, startYear));
  if (current > LAST) return [];
  const committed = due.map((line) => fallsDue(line, startYear, current));
  const reserved = spread(reservedCents, Math.min(current + 1, LAST), LAST);
  let { paidCents } = position;
  let withReservedCents = paidCents;
  return Array.from({ length: LAST - current + 1 }, (_, index) => {
    const month = current + index;
    const dueCents = sumCents(committed.map((months) => months[month] ?? 0n));
    const reservedDueCents = reserved[month] ?? 0n;
    paidCents += dueCents;
    withReservedCents += dueCents + reservedDueCents;
    return { month, dueCents, reservedDueCents, paidCents, withReservedCents };
  });
}

/** By month of the year, in cents; an empty place is nothing. */
function fallsDue(
  { unpaidCents, approvedCents, startsOn, endsOn }: DueLine,
  startYear: number,
  current: number,
): bigint[] {
  const atOnce = approvedCents < unpaidCents ? approvedCents : unpaidCents;
  const within = (month: number) => Math.min(LAST, Math.max(current, month));
  const from = startsOn ? within(financialMonthOf(startsOn, startYear)) : current;
  const to = endsOn ? within(financialMonthOf(endsOn, startYear)) : LAST;
  const months = spread(unpaidCents - atOnce, Math.min(from, to), to);
  months[current] = (months[current] ?? 0n) + atOnce;
  return months;
}

/** Equal parts from one month to another in whole cents; the later parts take what rounding leaves. */
function spread(cents: bigint, from: number, to: number): bigint[] {
  const parts = BigInt(to - from + 1);
  const months = Array.from({ length: LAST + 1 }, () => 0n);
  for (let part = 0n; part < parts; part++) {
    months[from + Number(part)] = (cents * (part + 1n)) / parts - (cents * part) / parts;
  }
  return months;
}

/** What to look at in a year, with the rule by which it is said. */
export type Warning = { kind: "over-planning" | "underspend" | "slow payment"; text: string; rule: string };

const PLANNED_PERCENT = 120n;
const UNSPENT_PERCENT = 5n;
const BEHIND_PERCENT = 30;
/** December: half of the year is over at its end. */
const HALF = 5;

/** Nothing to warn of is an empty list. A year that is over is not warned of. */
export function warningsOf(position: Position, forecast: readonly ForecastMonth[], today: Date): Warning[] {
  const { startYear, envelopeCents, committedCents, paidCents } = position;
  const month = financialMonthOf(today, startYear);
  const last = forecast.at(-1);
  if (!last || envelopeCents <= 0n) return [];
  const plannedCents = position.reservedCents + committedCents + position.pipelineCents;
  const unspentCents = envelopeCents - last.withReservedCents;
  const gone = month < 0 ? 0 : Math.round(((month + 1) * 100) / MONTHS.length);
  const paidPercent = percentOf(paidCents, committedCents);
  return [
    plannedCents * 100n > envelopeCents * PLANNED_PERCENT && {
      kind: "over-planning" as const,
      text: `What is committed, reserved and in the pipeline comes to ${formatCents(plannedCents)}, ${percentOf(plannedCents, envelopeCents)}% of the envelope of ${formatYear(startYear)}.`,
      rule: `Said when it is more than ${PLANNED_PERCENT}%.`,
    },
    month > HALF &&
      unspentCents * 100n >= envelopeCents * UNSPENT_PERCENT && {
        kind: "underspend" as const,
        text: `If nothing more is recommended, ${formatCents(unspentCents)} (${percentOf(unspentCents, envelopeCents)}%) of the envelope of ${formatYear(startYear)} stays unspent on 30 June ${startYear + 1}.`,
        rule: `Said from 1 January when the forecast leaves ${UNSPENT_PERCENT}% or more.`,
      },
    committedCents > 0n &&
      gone - paidPercent > BEHIND_PERCENT && {
        kind: "slow payment" as const,
        text: `${paidPercent}% of what is committed in ${formatYear(startYear)} is paid, and ${gone}% of the year has gone at the end of ${MONTHS[month]}.`,
        rule: `Said when payments are more than ${BEHIND_PERCENT} percentage points behind the months.`,
      },
  ].filter((warning) => warning !== false);
}

/** Whole percent, rounded down. */
const percentOf = (cents: bigint, wholeCents: bigint): number =>
  wholeCents > 0n ? Number((cents * 100n) / wholeCents) : 0;

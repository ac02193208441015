import type { Named } from "#lib/budget/ledger/rules.ts";
import { financialMonthOf, MONTHS, type Position } from "#lib/budget/rules.ts";
import { addDays, daysBetween, laterOf } from "#lib/platform/dates.ts";
import { formatCents, formatYear, greaterOf, lesserOf, sumCents } from "#lib/platform/money.ts";
import {
  cameWithin,
  type Experience,
  inParts,
  type KnownMoney,
  type Lateness,
  lastDayOf,
  medianLateness,
} from "./known/rules.ts";

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

/** By the milestones and claims of each initiative, corrected by how late they have come; or spread evenly over its months. */
export type Method = "milestones" | "even";

/** What a budget officer expects to be paid of an initiative by 30 June, with what is paid already; null: no longer anything. */
export type Expectation = { applicationId: string; cents: bigint | null; note: string; notedBy: string; at: Date };

/** An initiative's money of a year to come: by month of the year, in cents, what falls due. */
export type ForecastLine = {
  applicationId: string;
  committedCents: bigint;
  paidCents: bigint;
  reservedCents: bigint;
  dueCents: readonly bigint[];
  reservedDueCents: readonly bigint[];
  /** Committed, and not expected to be paid by 30 June. */
  unspentCents: bigint;
  /** What replaces the forecast, and what the forecast would have expected by 30 June. */
  expectation: Expectation | null;
  forecastCents: bigint;
};

/** How many initiatives of a year are forecast each by itself, the largest first: more than the fund has ever had in a year. */
export const FORECAST_MAX = 100;

/** Stands in place of an application for all others of the year. */
export const OTHERS = "others";

/** What stands in place of the name of an initiative. */
export const unnamedInWords = ({ applicationId }: { applicationId: string }): string =>
  applicationId === OTHERS ? "All other initiatives" : "Not assigned to you";

/** The same with the initiative; null where it is not for the reader. */
export type ForecastInitiative = ForecastLine & { application: Named | null };

/** What is still to be paid of what is committed, by 30 June. */
export const expectedCents = ({ dueCents }: Pick<ForecastLine, "dueCents">): bigint => sumCents(dueCents);

type Facts = {
  known: readonly KnownMoney[];
  startYear: number;
  today: Date;
  method: Method;
  experience: Experience;
  /** The newest of each initiative. */
  expectations?: readonly Expectation[];
};

const LAST = MONTHS.length - 1;

/** Today's month of the year; July where the year is to come, after June where it is over. */
const currentMonth = (today: Date, startYear: number): number => Math.max(0, financialMonthOf(today, startYear));

/** A line for each initiative with money that is not yet paid; none where the year is over. */
export function forecastLines(facts: Facts): ForecastLine[] {
  const { known, startYear, today, method, experience, expectations } = facts;
  const current = currentMonth(today, startYear);
  if (current > LAST) return [];
  return known
    .filter(({ committedCents, paidCents, reservedCents }) => committedCents > paidCents || reservedCents > 0n)
    .map((money) => {
      const { applicationId, committedCents, paidCents, reservedCents } = money;
      const made = METHODS[method](money, today, experience);
      const noted = expectations?.find((one) => one.applicationId === applicationId && one.cents !== null);
      const dueCents = noted ? asNoted(made.due, noted.cents ?? 0n, money, current) : made.due;
      return {
        applicationId,
        committedCents,
        paidCents,
        reservedCents,
        dueCents,
        reservedDueCents: made.reserved,
        unspentCents: committedCents - paidCents - sumCents(dueCents),
        expectation: noted ?? null,
        forecastCents: sumCents(made.due),
      };
    });
}

type Months = { due: readonly bigint[]; reserved: readonly bigint[] };

const METHODS: Record<Method, (money: KnownMoney, today: Date, experience: Experience) => Months> = {
  even: (money, today) => {
    const current = currentMonth(today, money.startYear);
    return { due: evenly(money, current), reserved: spread(money.reservedCents, Math.min(current + 1, LAST), LAST) };
  },
  milestones: (money, today, experience) => ({
    due: byMilestones(money, today, experience),
    reserved: reservesByMilestones(money, today, experience),
  }),
};

/** The most unspent first; of those with the same, the most unpaid. */
export function byUnspent(one: ForecastLine, other: ForecastLine): number {
  const unpaid = other.committedCents - other.paidCents - (one.committedCents - one.paidCents);
  return (
    Number(other.unspentCents - one.unspentCents || unpaid) || one.applicationId.localeCompare(other.applicationId)
  );
}

/** From today's month (July where the year is to come) to June; none where the year is over. */
export function forecastYear(
  { startYear, paidCents: paidSoFar }: Pick<Position, "startYear" | "paidCents">,
  lines: readonly Pick<ForecastLine, "dueCents" | "reservedDueCents">[],
  today: Date,
): ForecastMonth[] {
  const current = currentMonth(today, startYear);
  let [paidCents, withReservedCents] = [paidSoFar, paidSoFar];
  return MONTHS.flatMap((_, month) => {
    if (month < current) return [];
    const dueCents = sumCents(lines.map((line) => line.dueCents[month] ?? 0n));
    const reservedDueCents = sumCents(lines.map((line) => line.reservedDueCents[month] ?? 0n));
    paidCents += dueCents;
    withReservedCents += dueCents + reservedDueCents;
    return { month, dueCents, reservedDueCents, paidCents, withReservedCents };
  });
}

// ---------------------------------------------------------------- spread evenly

/** By month of the year, in cents. What is approved is paid in the current month. */
function evenly({ committedCents, paidCents, claims, startsOn, endsOn, startYear }: KnownMoney, current: number) {
  const unpaid = committedCents - paidCents;
  const atOnce = lesserOf(sumCents(claims.filter((one) => one.approvedOn).map(({ cents }) => cents)), unpaid);
  const months = spreadWithin(unpaid - atOnce, { startsOn, endsOn, startYear }, current);
  months[current] = (months[current] ?? 0n) + atOnce;
  return months;
}

type Span = Pick<KnownMoney, "startsOn" | "endsOn" | "startYear">;

/** Over the months of the arrangement that are to come; in the current one where it has ended. */
function spreadWithin(cents: bigint, { startsOn, endsOn, startYear }: Span, current: number): bigint[] {
  const within = (month: number) => Math.min(LAST, Math.max(current, month));
  const from = startsOn ? within(financialMonthOf(startsOn, startYear)) : current;
  const to = endsOn ? within(financialMonthOf(endsOn, startYear)) : LAST;
  return spread(cents, Math.min(from, to), to);
}

/** Equal parts from one month to another in whole cents; the later parts take what rounding leaves. */
const spread = (cents: bigint, from: number, to: number): bigint[] => [
  ...noMonths().slice(0, from),
  ...inParts(cents, to - from + 1),
  ...noMonths().slice(to + 1),
];

const noMonths = (): bigint[] => MONTHS.map(() => 0n);
// ---------------------------------------------------------------- by milestones and claims

/** Claims first, the earliest first; what is not claimed by the parts of the plan. What comes after 30 June is in no month. */
function byMilestones(money: KnownMoney, today: Date, experience: Experience): bigint[] {
  const { committedCents, paidCents, claims, startYear } = money;
  const months = noMonths();
  let unclaimed = committedCents - paidCents;
  for (const { cents, claimedOn, approvedOn } of claims) {
    const claimed = lesserOf(cents, unclaimed);
    unclaimed -= claimed;
    const due = approvedOn
      ? addDays(approvedOn, experience.approvalDays ?? 0)
      : addDays(claimedOn, experience.claimDays ?? 0);
    const month = currentMonth(laterOf(due, today), startYear);
    if (month <= LAST) months[month] = (months[month] ?? 0n) + claimed;
  }
  return added(months, partsToCome(money, { planned: committedCents, toCome: unclaimed }, today, experience.lateness));
}

const reservesByMilestones = (money: KnownMoney, today: Date, { lateness }: Experience): readonly bigint[] =>
  partsToCome(money, { planned: money.reservedCents, toCome: money.reservedCents }, today, lateness);

/** The last `toCome` cents of what is planned: the first ones are paid or claimed. */
function partsToCome(
  money: KnownMoney,
  { planned, toCome }: { planned: bigint; toCome: bigint },
  today: Date,
  lateness: Lateness,
): readonly bigint[] {
  let done = planned - toCome;
  const daysToEnd = MONTHS.map((_, month) => daysBetween(today, lastDayOf(money.startYear, month)));
  const coming = { money, today, lateness, daysToEnd };
  return inParts(planned, money.plannedOn.length).reduce<readonly bigint[]>((months, part, index) => {
    const taken = lesserOf(part, done);
    done -= taken;
    return taken === part ? months : added(months, comesIn(part - taken, money.plannedOn[index] ?? today, coming));
  }, noMonths());
}

type Coming = {
  money: KnownMoney;
  today: Date;
  lateness: Lateness;
  /** From today, for each month of the year. */
  daysToEnd: readonly number[];
};

/**
 * When a part that has not been paid by today will be: like the parts of finished years that were unpaid just as many days after,
 * or before, their planned day. If there were none: on its day, or evenly over the coming months once that day has passed.
 */
function comesIn(cents: bigint, plannedOn: Date, { money, today, lateness, daysToEnd }: Coming): bigint[] {
  const { startYear } = money;
  const current = currentMonth(today, startYear);
  const late = daysBetween(plannedOn, today);
  const before = cameWithin(lateness, late);
  const left = lateness.plannedCents - before;
  if (left === 0n) {
    const month = financialMonthOf(plannedOn, startYear);
    return plannedOn > today ? spread(cents, month, month) : spreadWithin(cents, money, current);
  }
  let come = 0n;
  return daysToEnd.map((days, month) => {
    if (month < current) return 0n;
    const share = cameWithin(lateness, late + days) - before;
    const until = (cents * share) / left;
    const inMonth = until - come;
    come = until;
    return inMonth;
  });
}

const added = (months: readonly bigint[], others: readonly bigint[]): bigint[] =>
  months.map((cents, month) => cents + (others[month] ?? 0n));

/** What is wrong with an amount that is noted (null takes back what was noted before); null where nothing is. */
export function checkExpectation(
  cents: bigint | null,
  before: bigint | null,
  { committedCents, paidCents }: Pick<ForecastLine, "committedCents" | "paidCents">,
): string | null {
  if (cents === null) return before === null ? "Enter how much you expect to be paid in total by 30 June" : null;
  if (cents > committedCents) return `Enter ${formatCents(committedCents)} or less: that is all that is committed`;
  return cents < paidCents ? `Enter ${formatCents(paidCents)} or more: that is already paid` : null;
}

/** What is noted by 30 June, less what is paid: in the months of the forecast, or evenly where that has nothing. */
function asNoted(
  due: readonly bigint[],
  notedCents: bigint,
  { committedCents, paidCents }: KnownMoney,
  current: number,
): readonly bigint[] {
  const toCome = greaterOf(lesserOf(notedCents, committedCents) - paidCents, 0n);
  const made = sumCents(due);
  if (made === 0n) return spread(toCome, current, LAST);
  let until = 0n;
  return due.map((cents) => {
    const before = (until * toCome) / made;
    until += cents;
    return (until * toCome) / made - before;
  });
}

// ---------------------------------------------------------------- in words

const EVENLY = [
  "Approved claims that are not yet paid are paid in the current month.",
  "The rest of each initiative’s commitment is paid in equal parts, month by month: from the current month, or from the month the arrangement starts if that is later, to the month it ends, or to June if that is earlier. If the arrangement has ended, all of it is paid in the current month.",
  "All reserved money is committed, and paid in equal parts from next month to June.",
];

/** What the forecast assumes, in the order in which it is computed. */
export const assumptionsOf = (method: Method, experience: Experience): string[] => [
  "Payments already made do not change.",
  ...(method === "even" ? EVENLY : milestonesInWords(experience)),
  "If a budget officer has noted what they expect for an initiative, that replaces its forecast.",
  "Applications in the pipeline are not counted.",
];

export const OTHERS_EVENLY = `The ${FORECAST_MAX} largest initiatives of each year are forecast and tested one by one. What is left to pay of all others is spread evenly over the coming months.`;

const milestonesInWords = (experience: Experience): string[] => [
  claimsInWords(experience),
  "The rest of each initiative’s commitment is split into equal parts, one for each milestone of its application in this year. If it has no milestone in this year, there is one part for each month of its arrangement. Payments and claims count towards the earliest parts.",
  latenessInWords(experience),
  "All reserved money is committed, and paid in the same way.",
];

function claimsInWords({ approvalDays, claimDays }: Experience): string {
  if (approvalDays === null || claimDays === null) return "Open claims are paid in the current month.";
  return `Approved claims are paid ${daysInWords(approvalDays)} after approval, and other open claims ${daysInWords(claimDays)} after they were made. Half of all claims in finished years were paid at least that fast.`;
}

function latenessInWords({ startYears, lateness }: Experience): string {
  if (lateness.plannedCents === 0n) {
    return "No financial year has finished yet. Each part is paid on its planned day, or evenly over the coming months if that day has passed.";
  }
  const years = new Intl.ListFormat("en-NZ").format(startYears.map(formatYear));
  const days = medianLateness(lateness);
  const half =
    days === null
      ? "Less than half of that money was paid."
      : `Half of that money was paid ${days === 0 ? "by its planned day" : `no later than ${daysInWords(Math.abs(days))} ${days < 0 ? "before" : "after"} its planned day`}.`;
  const never = lateness.plannedCents - cameWithin(lateness, Number.POSITIVE_INFINITY);
  const unpaid = never > 0n ? ` ${percentOf(never, lateness.plannedCents)}% has not been paid.` : "";
  return `Each part is paid as early or as late as in ${years}. ${half}${unpaid} The later a part already is, the less of it is expected.`;
}

const daysInWords = (days: number): string => `${days} ${days === 1 ? "day" : "days"}`;

/** What to look at in a year, with the rule behind the warning. */
export type Warning = { kind: "over-planning" | "underspend" | "slow payment"; text: string; rule: string };

const PLANNED_PERCENT = 120n;
const UNSPENT_PERCENT = 5n;
const BEHIND_PERCENT = 30;
/** December: half of the year is over at its end. */
const HALF = 5;

/** Empty if there is nothing to warn about. A year that is over has no warnings. */
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
      text: `Money committed, reserved and in the pipeline comes to ${formatCents(plannedCents)}, ${percentOf(plannedCents, envelopeCents)}% of the envelope of ${formatYear(startYear)}.`,
      rule: `Shown when it is more than ${PLANNED_PERCENT}%.`,
    },
    month > HALF &&
      unspentCents * 100n >= envelopeCents * UNSPENT_PERCENT && {
        kind: "underspend" as const,
        text: `If nothing more is recommended, ${formatCents(unspentCents)} (${percentOf(unspentCents, envelopeCents)}%) of the envelope of ${formatYear(startYear)} stays unspent on 30 June ${startYear + 1}.`,
        rule: `Shown from 1 January when the forecast leaves ${UNSPENT_PERCENT}% or more.`,
      },
    committedCents > 0n &&
      gone - paidPercent > BEHIND_PERCENT && {
        kind: "slow payment" as const,
        text: `${paidPercent}% of the money committed in ${formatYear(startYear)} is paid, and ${gone}% of the year is over at the end of ${MONTHS[month]}.`,
        rule: `Shown when payments are more than ${BEHIND_PERCENT} percentage points behind the months.`,
      },
  ].filter((warning) => warning !== false);
}

/** Whole percent, rounded down. */
const percentOf = (cents: bigint, wholeCents: bigint): number =>
  wholeCents > 0n ? Number((cents * 100n) / wholeCents) : 0;

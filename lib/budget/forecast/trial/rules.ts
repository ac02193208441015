import { experienceOf, knownOn, type MoneyFacts, medianOf } from "#lib/budget/forecast/known/rules.ts";
import { forecastLines, type Method } from "#lib/budget/forecast/rules.ts";
import { MONTHS } from "#lib/budget/rules.ts";
import { yearEndsOn } from "#lib/platform/dates.ts";
import { greaterOf, sumCents } from "#lib/platform/money.ts";

/** By how much forecasts missed what was paid by 30 June, in tenths of a percent of it; the worst with its first day. */
type Errors = { median: number; worst: number; worstOn: Date };

/** How well each method would have done in the finished years. */
export type Trial = {
  startYears: readonly number[];
  /** Finished years that paid nothing in time, so that no error can be a share of it. */
  unpaidYears: readonly number[];
  /** How many forecasts each method made. */
  count: number;
  errors: Readonly<Record<Method, Errors>>;
};

/**
 * Forecasts what is paid by 30 June on the first day of each month of each finished year, of what was known on that day,
 * and compares it with what was. Null where no finished year paid anything in time.
 */
export function tryMethods(facts: readonly MoneyFacts[], today: Date): Trial | null {
  const finished = [...new Set(facts.map(({ startYear }) => startYear))]
    .filter((startYear) => yearEndsOn(startYear) < today)
    .sort((a, b) => a - b);
  const tried = finished.flatMap((startYear) => tryYear(facts, startYear, today));
  if (!tried.length) return null;
  const startYears = [...new Set(tried.map(({ startYear }) => startYear))];
  return {
    startYears,
    unpaidYears: finished.filter((startYear) => !startYears.includes(startYear)),
    count: tried.length,
    errors: {
      milestones: errorsOf(tried, "milestones"),
      even: errorsOf(tried, "even"),
    },
  };
}

type Tried = { startYear: number; day: Date } & Record<Method, number>;

function tryYear(facts: readonly MoneyFacts[], startYear: number, today: Date): Tried[] {
  const ofYear = facts.filter((one) => one.startYear === startYear);
  const cents = paidInTime(ofYear, startYear, today);
  if (cents <= 0n) return [];
  return MONTHS.map((_, month) => {
    const day = new Date(Date.UTC(startYear, 6 + month, 1));
    const { milestones, even } = forecastsOn(facts, startYear, day);
    return { startYear, day, milestones: errorIn(milestones, cents), even: errorIn(even, cents) };
  });
}

/** What had really been paid by 30 June. */
const paidInTime = (ofYear: readonly MoneyFacts[], startYear: number, today: Date): bigint =>
  sumCents(
    ofYear.flatMap(({ moved }) =>
      moved.filter((one) => one.knownOn <= today && one.on <= yearEndsOn(startYear)).map(({ paidCents }) => paidCents),
    ),
  );

/** What each method would have said on a day to be paid of a year by 30 June. */
export function forecastsOn(facts: readonly MoneyFacts[], startYear: number, day: Date): Record<Method, bigint> {
  const known = facts.filter((one) => one.startYear === startYear).map((one) => knownOn(one, day));
  const paidCents = sumCents(known.map((one) => one.paidCents));
  const experience = experienceOf(facts, startYear, day);
  const by = (method: Method) => {
    const lines = forecastLines({ known, startYear, today: day, method, experience });
    return (
      paidCents + sumCents(lines.flatMap(({ forecastCents, reservedDueCents }) => [forecastCents, ...reservedDueCents]))
    );
  };
  return { milestones: by("milestones"), even: by("even") };
}

const errorIn = (forecast: bigint, cents: bigint): number => {
  const missed = greaterOf(forecast - cents, cents - forecast);
  return Number((missed * 1_000n + cents / 2n) / cents);
};

function errorsOf(tried: readonly Tried[], method: Method): Errors {
  const errors = tried.map((one) => one[method]);
  const worst = Math.max(...errors);
  const worstOn = tried[errors.indexOf(worst)]?.day ?? new Date(0);
  return { median: medianOf(errors) ?? 0, worst, worstOn };
}

/** The method by milestones if its errors were smaller: by the median, or by the worst if the medians are the same. */
export function betterMethod(trial: Trial | null): Method {
  if (!trial) return "even";
  const { milestones, even } = trial.errors;
  const by = milestones.median - even.median || milestones.worst - even.worst;
  return by < 0 ? "milestones" : "even";
}

/** "25.8%": tenths of a percent. */
export const formatError = (tenths: number): string => `${Math.floor(tenths / 10)}.${tenths % 10}%`;

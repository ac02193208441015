import type { PhasedAmount } from "#lib/budget/rules.ts";
import { SCORE_MAX } from "#lib/fund/schema.ts";
import type { RecommendationOutcome } from "#lib/platform/db/generated/enums.ts";
import { formatCents, formatYear, sumCents } from "#lib/platform/money.ts";

// The browser loads this too, while somebody ticks and types, so it must not import anything heavy.

/** What is available in a financial year before anything is ticked. */
export type Room = { startYear: number; availableCents: bigint };

/** An application to choose: whether it is ticked, and its amounts by year. */
export type Choice = { reference: string; isChosen: boolean; phasing: PhasedAmount };

/** A year's running total after a row, and by how much it is over; 0n: it fits. */
type Running = { startYear: number; cents: bigint; runningCents: bigint; overCents: bigint };

export type ReckonedRow = {
  reference: string;
  isChosen: boolean;
  totalCents: bigint;
  years: Running[];
  /** Ticked, and in at least one of its years the running total exceeds what is available. */
  isOver: boolean;
};

/** leftCents = available - chosen; negative: over. */
export type ReckonedYear = Room & { chosenCents: bigint; leftCents: bigint };

export type Reckoning = {
  rows: ReckonedRow[];
  years: ReckonedYear[];
  count: number;
  totalCents: bigint;
  /** The first row, from the top, that does not fit. */
  firstOver: ReckonedRow | null;
};

const centsIn = (phasing: PhasedAmount, startYear: number): bigint =>
  sumCents(phasing.filter((part) => part.startYear === startYear).map((part) => part.cents));

/** Goes down the rows in order and adds up what is ticked, year by year, against what is available. */
export function workOut(choices: readonly Choice[], rooms: readonly Room[]): Reckoning {
  const running = new Map(rooms.map(({ startYear }) => [startYear, 0n]));
  const rows = choices.map(({ reference, isChosen, phasing }): ReckonedRow => {
    const years = rooms.map(({ startYear, availableCents }): Running => {
      const cents = centsIn(phasing, startYear);
      const runningCents = (running.get(startYear) ?? 0n) + (isChosen ? cents : 0n);
      running.set(startYear, runningCents);
      const isOver = isChosen && cents > 0n && runningCents > availableCents;
      return { startYear, cents, runningCents, overCents: isOver ? runningCents - availableCents : 0n };
    });
    const totalCents = sumCents(years.map(({ cents }) => cents));
    return { reference, isChosen, totalCents, years, isOver: years.some(({ overCents }) => overCents > 0n) };
  });
  const chosen = rows.filter(({ isChosen }) => isChosen);
  return {
    rows,
    years: rooms.map(({ startYear, availableCents }) => {
      const chosenCents = running.get(startYear) ?? 0n;
      return { startYear, availableCents, chosenCents, leftCents: availableCents - chosenCents };
    }),
    count: chosen.length,
    totalCents: sumCents(chosen.map(({ totalCents }) => totalCents)),
    firstOver: rows.find(({ isOver }) => isOver) ?? null,
  };
}

/**
 * Ticks from the top for as long as it fits, and stops at the first that does not. `mayTick`: rows without it stay as
 * they are, and those already ticked are counted first. A row without an amount is skipped. Equal totals are all ticked
 * or none: the desk decides which of them comes first.
 */
export function tickFromTop(
  choices: readonly Choice[],
  rooms: readonly Room[],
  mayTick: (reference: string) => boolean,
  totalOf: (reference: string) => number | null = () => null,
): Choice[] {
  const equalTo = ({ reference }: Choice) => {
    const total = totalOf(reference);
    return choices.filter((one) => one.reference === reference || (total !== null && totalOf(one.reference) === total));
  };
  const isFixed = ({ reference }: Choice) => !mayTick(reference);
  const left = new Map(rooms.map(({ startYear, availableCents }) => [startYear, availableCents]));
  const take = (phasing: PhasedAmount) => {
    for (const { startYear, cents } of phasing) left.set(startYear, (left.get(startYear) ?? 0n) - cents);
  };
  for (const choice of choices) if (isFixed(choice) && choice.isChosen) take(choice.phasing);
  let isFull = false;
  return choices.map((choice) => {
    if (isFixed(choice)) return choice;
    const { phasing } = choice;
    const isEmpty = phasing.every(({ cents }) => cents === 0n);
    const equal = equalTo(choice).filter((one) => !isFixed(one));
    const isFirst = equal[0] === choice;
    const needed = isFirst ? equal.flatMap((one) => one.phasing) : phasing;
    isFull ||= needed.some(({ startYear }) => centsIn(needed, startYear) > (left.get(startYear) ?? 0n));
    const isChosen = !isFull && !isEmpty;
    if (isChosen) take(phasing);
    return { ...choice, isChosen };
  });
}

/** Whether it fits, as a sentence: read first, and announced while somebody ticks and types. */
export function verdict({ rows, count, totalCents, firstOver, years }: Reckoning): string {
  if (count === 0) return "Nothing is ticked yet.";
  const over = years.filter(({ leftCents }) => leftCents < 0n);
  if (over.length === 0) return `It fits: ${count} ticked, ${formatCents(totalCents)} in total.`;
  const by = over.map(({ startYear, leftCents }) => `${formatYear(startYear)} is over by ${formatCents(-leftCents)}`);
  const first = firstOver
    ? ` Rank ${rows.indexOf(firstOver) + 1}, ${firstOver.reference}, is the first from the top that does not fit.`
    : "";
  return `It does not fit: ${by.join(" and ")}.${first}`;
}

/** What a year has left, in words. */
export const leftInWords = ({ leftCents }: Pick<ReckonedYear, "leftCents">): string =>
  leftCents < 0n ? `Over by ${formatCents(-leftCents)}` : `${formatCents(leftCents)} left`;

/**
 * A recommended amount counts as "in full" from the requested amount on; without one it is a recommendation not to
 * fund.
 */
export function outcomeOf(cents: bigint, requestedCents: bigint): RecommendationOutcome {
  if (cents === 0n) return "DO_NOT_FUND";
  return cents >= requestedCents ? "FUND_IN_FULL" : "FUND_IN_PART";
}

// ---------------------------------------------------------------- order

/**
 * The agreed weighted total in hundredths of a point, exactly: totals that only round to the same whole number are not
 * equal. Null while a score is missing.
 */
export function exactTotal(
  criteria: readonly { id: string; weight: number }[],
  scores: readonly { criterionId: string; score: number | null }[],
): number | null {
  let total = 0;
  for (const { id, weight } of criteria) {
    const score = scores.find(({ criterionId }) => criterionId === id)?.score;
    if (score === null || score === undefined) return null;
    total += score * weight * (100 / SCORE_MAX);
  }
  return criteria.length === 0 ? null : total;
}

/** 7275 → "72.75", 7200 → "72". */
export const formatTotal = (total: number): string => String(total / 100);

/** An agreed score, starting with the criterion of the greatest weight. */
type RankedScore = { name: string; score: number };
/** `measured`: on which earlier criteria it was scored; null: on those of now. */
type Ranked = { reference: string; total: number | null; measured: string | null; scores: readonly RankedScore[] };

/**
 * The agreed scores in the order in which they decide between equal totals: by weight, then in the order of the
 * criteria.
 */
export const scoresByWeight = (
  criteria: readonly { id: string; name: string; weight: number }[],
  scores: readonly { criterionId: string; score: number | null }[],
): RankedScore[] =>
  criteria
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ id, name }) => ({ name, score: scores.find(({ criterionId }) => criterionId === id)?.score ?? 0 }));

/** The first scores, by weight, of which one is higher than the other, of two scored on the same criteria. */
function firstDifference(a: Ranked, b: Ranked): [own: RankedScore, other: RankedScore] | undefined {
  const pairs = a.scores.flatMap((own, index) => {
    const other = b.scores[index];
    return other ? [[own, other] as [RankedScore, RankedScore]] : [];
  });
  return pairs.find(([own, other]) => own.score !== other.score);
}

const inOrder = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

/**
 * The highest total first; for equal totals the higher score on the greatest weight; then by reference. Rows without a
 * total come last. Of equal totals, those scored on the criteria of now stand first: scores on others say nothing about them.
 */
export function byRank(a: Ranked, b: Ranked): number {
  if (a.total !== b.total) return (b.total ?? -1) - (a.total ?? -1);
  if (a.measured !== b.measured) return inOrder(a.measured ?? "", b.measured ?? "");
  const [own, other] = firstDifference(a, b) ?? [];
  return own && other ? other.score - own.score : inOrder(a.reference, b.reference);
}

/** The rank of a row: that of the first row with the same total, which all of them share ("2="). */
export function rankInWords(rows: readonly Ranked[], index: number): string {
  const total = rows[index]?.total ?? null;
  if (total === null) return "–";
  const isShared = rows.filter((row) => row.total === total).length > 1;
  return `${rows.findIndex((row) => row.total === total) + 1}${isShared ? "=" : ""}`;
}

/** Up to this many with the same total are named individually. */
const NAMED_MAX = 3;

/** Says which others have the same total, and in which score they differ; null where none has. */
export function tieInWords(rows: readonly Ranked[], index: number): string | null {
  const row = rows[index];
  if (!row || row.total === null) return null;
  const others = rows.filter((other) => other !== row && other.total === row.total);
  if (others.length > NAMED_MAX)
    return `The same total as ${others.length} others. You decide which comes first, and say why.`;
  const words = others.map((other) => {
    if (other.measured !== row.measured)
      return `The same total as ${other.reference}, which was scored on other criteria.`;
    const [own, theirs] = firstDifference(row, other) ?? [];
    if (!own || !theirs) return `The same scores as ${other.reference}.`;
    return `The same total as ${other.reference}, with ${own.score} against ${theirs.score} on “${own.name}”.`;
  });
  return words.length ? `${words.join(" ")} You decide which comes first, and say why.` : null;
}

/** Applications with the same total of which only some are funded. */
export function dividedTies(
  candidates: readonly { reference: string; total: number | null }[],
  isFunded: (reference: string) => boolean,
): string[] {
  const totals = Map.groupBy(
    candidates.filter(({ total }) => total !== null),
    ({ total }) => total,
  );
  return [...totals.values()]
    .filter(
      (same) =>
        same.some(({ reference }) => isFunded(reference)) && !same.every(({ reference }) => isFunded(reference)),
    )
    .flatMap((same) => same.map(({ reference }) => reference));
}

// ---------------------------------------------------------------- shares

/** What an amount is for: the percentages of places add up to 100 where there are any. */
export type Shared = {
  cents: bigint;
  agency: string;
  focusArea: string | null;
  places: readonly { name: string; percent: number }[];
};

export type ShareLine = { name: string; cents: bigint };

const NO_PLACE = "No place given";
const NO_FOCUS = "No focus area given";

/**
 * By place, the largest first: each amount is split by its places' percentages, in whole cents. Rounding goes to the
 * later places of an application, so that the parts add up to the cent.
 */
export const sharesByPlace = (amounts: readonly Shared[]): ShareLine[] =>
  summed(
    amounts.flatMap(({ cents, places }) => {
      let percent = 0;
      let given = 0n;
      const parts = places.map((place) => {
        percent += place.percent;
        const upto = (cents * BigInt(percent)) / 100n;
        const part = { name: place.name, cents: upto - given };
        given = upto;
        return part;
      });
      return [...parts, { name: NO_PLACE, cents: cents - given }];
    }),
  );

export const sharesByAgency = (amounts: readonly Shared[]): ShareLine[] =>
  summed(amounts.map(({ agency, cents }) => ({ name: agency, cents })));

/** By each application's main focus area. */
export const sharesByFocusArea = (amounts: readonly Shared[]): ShareLine[] =>
  summed(amounts.map(({ focusArea, cents }) => ({ name: focusArea ?? NO_FOCUS, cents })));

function summed(parts: readonly ShareLine[]): ShareLine[] {
  const sums = new Map<string, bigint>();
  for (const { name, cents } of parts) sums.set(name, (sums.get(name) ?? 0n) + cents);
  return [...sums]
    .map(([name, cents]) => ({ name, cents }))
    .filter(({ cents }) => cents > 0n)
    .sort((a, b) => Number(b.cents - a.cents) || (a.name < b.name ? -1 : 1));
}

// ---------------------------------------------------------------- who may choose what

/** What prevents ticking or recommending an application that the reader may open. */
export type Obstacle = { kind: "held" | "unscored" | "advice" | "duty"; text: string };

type Standing = {
  isHeld: boolean;
  /** How many criteria there are, and how many have an agreed score. */
  agreed: number;
  criteria: number;
  /** Whether an adviser still has a question to answer. */
  hasOpenAdvice: boolean;
  /** The reader's other duty for it, in words: "are an assessor of it". */
  otherDuty: string | null;
};

export function obstacleTo({ isHeld, agreed, criteria, hasOpenAdvice, otherDuty }: Standing): Obstacle | null {
  if (otherDuty) return { kind: "duty", text: `You ${otherDuty}, so somebody else needs to recommend it.` };
  if (isHeld) return { kind: "held", text: "It is on hold." };
  if (agreed < criteria || criteria === 0) {
    return { kind: "unscored", text: `Agree scores for all ${criteria} criteria first (${agreed} agreed).` };
  }
  if (hasOpenAdvice) return { kind: "advice", text: "Advice is still open." };
  return null;
}

/**
 * Whether somebody may change a row: a row with an obstacle may be unticked, but not ticked; where somebody has another
 * duty, the row stays as a colleague left it.
 */
export const mayChange = (obstacle: Obstacle | null, isChosen: boolean): boolean =>
  obstacle === null || (isChosen && obstacle.kind !== "duty");

import { financialMonthOf, MONTHS } from "#lib/budget/rules.ts";
import { daysBetween, yearBeginsOn, yearEndsOn } from "#lib/platform/dates.ts";
import { greaterOf, lesserOf, sumCents } from "#lib/platform/money.ts";

/** What the ledger moved for an initiative in one year: on the day of the money, and known from the day of the entry on. */
type Moved = { knownOn: Date; on: Date; reservedCents: bigint; committedCents: bigint; paidCents: bigint };

type ClaimFacts = {
  cents: bigint;
  claimedOn: Date;
  approvedOn: Date | null;
  /** Returned or withdrawn. */
  endedOn: Date | null;
  /** The day of the money, and the day on which the payment was recorded. */
  paidOn: Date | null;
  paymentKnownOn: Date | null;
};

/** An initiative's money of one year, with the days on which each part of it came to be known. */
export type MoneyFacts = {
  applicationId: string;
  startYear: number;
  moved: readonly Moved[];
  claims: readonly ClaimFacts[];
  /** The days of the milestones, in each version of the application that was signed off. */
  plans: readonly { knownOn: Date; days: readonly Date[] }[];
  /** Of its arrangement. */
  startsOn: Date | null;
  endsOn: Date | null;
  /** The ends that a variation has changed, each with the day of the change. */
  formerEnds: readonly { changedOn: Date; endsOn: Date }[];
};

type OpenClaim = { cents: bigint; claimedOn: Date; approvedOn: Date | null };

/** The same money as it was known on a day. */
export type KnownMoney = {
  applicationId: string;
  startYear: number;
  reservedCents: bigint;
  committedCents: bigint;
  paidCents: bigint;
  /** Claimed and not yet paid. */
  claims: readonly OpenClaim[];
  /** The days by which equal parts of the money should be claimed: never none. */
  plannedOn: readonly Date[];
  startsOn: Date | null;
  endsOn: Date | null;
};

const isBy = (one: Date | null, day: Date): boolean => one !== null && one <= day;

/** What was known at the end of a day, and nothing that came later. */
export function knownOn(facts: MoneyFacts, day: Date): KnownMoney {
  const { applicationId, startYear, startsOn } = facts;
  const moved = facts.moved.filter((one) => isBy(one.knownOn, day));
  const endsOn = endKnownOn(facts, day);
  return {
    applicationId,
    startYear,
    reservedCents: sumCents(moved.map((one) => one.reservedCents)),
    committedCents: sumCents(moved.map((one) => one.committedCents)),
    paidCents: sumCents(moved.map((one) => one.paidCents)),
    claims: facts.claims
      .filter((one) => isBy(one.claimedOn, day) && !isBy(one.endedOn, day) && !isBy(one.paymentKnownOn, day))
      .map(({ cents, claimedOn, approvedOn }) => ({
        cents,
        claimedOn,
        approvedOn: isBy(approvedOn, day) ? approvedOn : null,
      })),
    plannedOn: plannedDays(facts, day, endsOn),
    startsOn,
    endsOn,
  };
}

const isChangedAfter = (day: Date) => (one: { changedOn: Date }) => one.changedOn > day;

/** What the next change after the day says that the end was before. */
function endKnownOn({ endsOn, formerEnds }: MoneyFacts, day: Date): Date | null {
  const later = formerEnds.filter(isChangedAfter(day));
  later.sort((a, b) => a.changedOn.getTime() - b.changedOn.getTime());
  return later[0]?.endsOn ?? endsOn;
}

/** The milestones of the newest plan that lie in the year; without any, the last day of each month of the arrangement. */
function plannedDays({ plans, startYear, startsOn }: MoneyFacts, day: Date, endsOn: Date | null): Date[] {
  const known = plans.filter((plan) => isBy(plan.knownOn, day));
  known.sort((a, b) => b.knownOn.getTime() - a.knownOn.getTime());
  const newest = known.slice(0, 1).flatMap(({ days }) => days);
  const inYear = newest.filter((on) => on >= yearBeginsOn(startYear) && on <= yearEndsOn(startYear));
  if (inYear.length) return inYear.sort((a, b) => a.getTime() - b.getTime());
  const within = (month: number) => Math.min(MONTHS.length - 1, Math.max(0, month));
  const to = endsOn ? within(financialMonthOf(endsOn, startYear)) : MONTHS.length - 1;
  const from = startsOn ? Math.min(to, within(financialMonthOf(startsOn, startYear))) : 0;
  return Array.from({ length: to - from + 1 }, (_, index) => lastDayOf(startYear, from + index));
}

/** The last day of a month of a financial year: 0 is July, 11 is June. */
export const lastDayOf = (startYear: number, month: number): Date => new Date(Date.UTC(startYear, 7 + month, 0));

/** How money came against its plan: by how many days late, in rising order, how many cents had come; and of how many. */
export type Lateness = { daysLate: readonly number[]; cameCents: readonly bigint[]; plannedCents: bigint };

/** What finished years have shown. */
export type Experience = {
  startYears: readonly number[];
  lateness: Lateness;
  /** Median days from claim to payment and from approval to payment; null where nothing was paid for a claim. */
  claimDays: number | null;
  approvalDays: number | null;
};

/** What the years that had finished before a day had shown by then, without the year that is forecast. */
export function experienceOf(facts: readonly MoneyFacts[], startYear: number, day: Date): Experience {
  const finished = facts.filter((one) => one.startYear !== startYear && yearEndsOn(one.startYear) < day);
  const paid = finished.flatMap(({ claims }) => claims.filter((one) => isBy(one.paymentKnownOn, day)));
  const daysFrom = (from: (claim: ClaimFacts) => Date | null) =>
    medianOf(paid.flatMap((claim) => daysTo(from(claim), claim.paidOn)));
  return {
    startYears: [...new Set(finished.map((one) => one.startYear))].sort((a, b) => a - b),
    lateness: sumUp(finished.flatMap((one) => piecesKnownOn(one, day))),
    claimDays: daysFrom(({ claimedOn }) => claimedOn),
    approvalDays: daysFrom(({ approvedOn }) => approvedOn),
  };
}

const daysTo = (from: Date | null, to: Date | null): number[] => (from && to ? [daysBetween(from, to)] : []);

/** The middle one; of an even number the mean of the middle two, rounded. */
export function medianOf(numbers: readonly number[]): number | null {
  if (numbers.length === 0) return null;
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (index: number) => sorted[Math.floor(index)] ?? 0;
  return Math.round((at((sorted.length - 1) / 2) + at(sorted.length / 2)) / 2);
}

/** A part of the money and by how many days it came late; null: it had not come. */
type Piece = { daysLate: number | null; cents: bigint };

/** The pieces that were asked for last, and how much was known then: a trial asks for them on every day that it forecasts. */
const lastPieces = new WeakMap<MoneyFacts, { known: string; pieces: Piece[] }>();

function piecesKnownOn(facts: MoneyFacts, day: Date): Piece[] {
  const isKnown = ({ knownOn }: { knownOn: Date }) => isBy(knownOn, day);
  const counts = [
    facts.moved.filter(isKnown),
    facts.plans.filter(isKnown),
    facts.formerEnds.filter(isChangedAfter(day)),
  ];
  const known = counts.map(({ length }) => length).join();
  const last = lastPieces.get(facts);
  if (last?.known === known) return last.pieces;
  const pieces = piecesOf(facts, day);
  lastPieces.set(facts, { known, pieces });
  return pieces;
}

/** The most that was committed during a year, in the parts of its plan, against the payments: the first cents pay the first part. */
function piecesOf(facts: MoneyFacts, day: Date): Piece[] {
  const { plannedOn } = knownOn(facts, day);
  const parts = inParts(mostCommitted(facts, day), plannedOn.length);
  const payments = paymentsOf(facts, day);
  return parts.flatMap((part, index) => {
    const pieces: Piece[] = [];
    let left = part;
    while (left > 0n && payments[0]) {
      const [{ on, cents }] = payments as [Payment];
      const taken = lesserOf(cents, left);
      pieces.push({ daysLate: daysBetween(plannedOn[index] ?? on, on), cents: taken });
      left -= taken;
      payments[0] = { on, cents: cents - taken };
      if (payments[0].cents === 0n) payments.shift();
    }
    return [...pieces, { daysLate: null, cents: left }];
  });
}

/** Equal parts in whole cents; the later ones take what rounding leaves. */
export function inParts(cents: bigint, count: number): bigint[] {
  const parts = BigInt(count);
  return Array.from({ length: count }, (_, index) => {
    const part = BigInt(index);
    return (cents * (part + 1n)) / parts - (cents * part) / parts;
  });
}

/** From 1 July to 30 June: what was released or moved away during the year was planned for it once. */
function mostCommitted({ moved, startYear }: MoneyFacts, day: Date): bigint {
  const [first, last] = [yearBeginsOn(startYear), yearEndsOn(startYear)];
  const known = moved.filter((one) => one.knownOn <= last && isBy(one.knownOn, day));
  let committed = sumCents(known.filter((one) => one.knownOn <= first).map((one) => one.committedCents));
  let most = greaterOf(committed, 0n);
  for (const one of known.filter(({ knownOn }) => knownOn > first).sort(byKnownOn)) {
    committed += one.committedCents;
    most = greaterOf(most, committed);
  }
  return most;
}

const byKnownOn = (one: Moved, other: Moved): number => one.knownOn.getTime() - other.knownOn.getTime();

type Payment = { on: Date; cents: bigint };

/** In their order, without what came back: that is taken off the last ones. */
function paymentsOf({ moved }: MoneyFacts, day: Date): Payment[] {
  const known = moved.filter((one) => isBy(one.knownOn, day));
  let left = sumCents(known.map((one) => one.paidCents));
  return known
    .filter((one) => one.paidCents > 0n)
    .sort((a, b) => a.on.getTime() - b.on.getTime())
    .flatMap(({ on, paidCents }) => {
      const cents = lesserOf(paidCents, left);
      left -= cents;
      return cents > 0n ? [{ on, cents }] : [];
    });
}

function sumUp(pieces: readonly Piece[]): Lateness {
  const byDays = new Map<number, bigint>();
  for (const { daysLate, cents } of pieces) {
    if (daysLate !== null) byDays.set(daysLate, (byDays.get(daysLate) ?? 0n) + cents);
  }
  const daysLate = [...byDays.keys()].sort((a, b) => a - b);
  let came = 0n;
  const cameCents = daysLate.map((days) => {
    came += byDays.get(days) ?? 0n;
    return came;
  });
  return { daysLate, cameCents, plannedCents: sumCents(pieces.map(({ cents }) => cents)) };
}

/** How many cents of those years had come at most so many days late. */
export function cameWithin({ daysLate, cameCents }: Lateness, days: number): bigint {
  let [low, high] = [0, daysLate.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((daysLate[middle] ?? 0) <= days) low = middle + 1;
    else high = middle;
  }
  return cameCents[low - 1] ?? 0n;
}

/** By how many days late half of the planned money had come; null where less than half has. */
export function medianLateness({ daysLate, cameCents, plannedCents }: Lateness): number | null {
  const index = cameCents.findIndex((cents) => cents * 2n >= plannedCents);
  return daysLate[index] ?? null;
}

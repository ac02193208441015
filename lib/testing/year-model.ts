// A model of the fund’s money and its years with only the rules, without a database, so that tests can compare the real
// commands with it. How commands change it: year-take.ts.
import { yearOf } from "./year-days.ts";

export type Sums = { reserved: bigint; committed: bigint; paid: bigint };
type Year = Sums & { envelope: bigint; cutoff: number | null; isClosed: boolean };
export type ClaimState =
  | "CLAIMED"
  | "CONFIRMED"
  | "APPROVED"
  | "PART_PAID"
  | "PAID"
  | "RETURNED"
  | "CANCELLED"
  | "RECOVERED"
  | "SETTLED";
export type Claim = {
  year: number;
  cents: bigint;
  isAdvance: boolean;
  accountsFor: number | null;
  accounted: bigint;
  state: ClaimState;
  decidedOn: number;
  /** In the order of recording, including those that were returned or reversed. */
  payments: Transfer[];
  recoveries: Transfer[];
  /** Credit notes; `settled`: the part that was open, which counts as paid and as come back. */
  credits: (Transfer & { settled: bigint })[];
  /** What was paid when its year was closed. */
  paidThen: bigint;
  /** Made or still open when its year was closed, or made afterwards: it uses up what was accrued. */
  isOfAccrual: boolean;
  turn: number;
};
type Transfer = { cents: bigint; on: number; isReversed: boolean };
export type Initiative = {
  isProposal: boolean;
  isRecommended: boolean;
  revision: number;
  years: Record<number, Sums>;
  claims: Claim[];
  stated: Record<number, { cents: bigint; turn: number }>;
  accrued: Record<number, bigint>;
};
export type Moved = { initiative: number; reserved: bigint; committed: bigint };
export type ChangeKind = "ENVELOPE" | "CARRY_FORWARD" | "CORRECTION" | "CLOSING";
export type Change = {
  token: string;
  kind: ChangeKind;
  state: "ASKED" | "WAITS" | "APPLIED" | "DECLINED" | "WITHDRAWN";
  year: number;
  cents: bigint;
  effectiveOn: number;
  moved: Moved[];
  corrects: string | null;
};
/** An adjustment of an envelope; `of`: the token of its change. */
export type Adjustment = { of: string; year: number; cents: bigint; isCorrected: boolean; isCorrection: boolean };

export type Model = {
  years: Record<number, Year>;
  initiatives: Initiative[];
  changes: Change[];
  adjustments: Adjustment[];
  /** What closing froze, for the year as a whole and by initiative. */
  statements: Record<number, { of: number | "year"; committed: bigint; paid: bigint }[]>;
  turn: number;
};

type Of = { initiative: number };
export type Step = Of & { revision: number };
export type Command =
  | ({ name: "give"; year: number; cents: bigint } & Of)
  | ({ name: "release" } & Of)
  | ({ name: "recommend"; year: number; cents: bigint } & Step)
  | ({ name: "returnRecommendation" } & Step)
  | ({
      name: "claim";
      token: string;
      on: number;
      cents: bigint;
      isAdvance: boolean;
      accountsFor: number | null;
      accounted: bigint;
    } & Step)
  | ({ name: "confirmWork"; claim: number } & Step)
  | ({ name: "approveClaim"; claim: number } & Step)
  | ({ name: "returnClaim"; claim: number } & Step)
  | ({ name: "withdrawClaim"; claim: number } & Step)
  /** `cents`: for a part; everything left where it is not given. */
  | ({ name: "pay"; claim: number; on: number; cents?: bigint | null } & Step)
  | ({ name: "recover"; claim: number; on: number; cents?: bigint | null } & Step)
  /** `at`: the index of the payment, or of the recovery, among those of the claim. */
  | ({ name: "sendBack"; claim: number; at: number; on: number } & Step)
  | ({ name: "credit"; token: string; claim: number; cents: bigint; on: number } & Step)
  /** The right amount of a payment or a credit note; 0: it should not have been recorded. */
  | ({ name: "correctPayment"; claim: number; of: "payments" | "credits"; at: number; cents: bigint } & Step)
  | ({ name: "reverse"; claim: number; at: number } & Step)
  | ({ name: "stateAccrual"; year: number; cents: bigint } & Step)
  | { name: "setCutoff"; year: number; day: number }
  | { name: "adjust"; token: string; year: number; cents: bigint; effectiveOn: number }
  | { name: "carry"; token: string; year: number; cents: bigint; initiatives: number[] }
  | { name: "correct"; token: string; of: string; year: number }
  | { name: "close"; token: string; year: number }
  | { name: "confirm"; change: string; isSamePerson: boolean }
  | { name: "decline"; change: string }
  | { name: "withdraw"; change: string }
  | { name: "applyDue" }
  | { name: "planYears" };
export type Name = Command["name"];
export type Named<N extends Name> = Extract<Command, { name: N }>;

const most = (one: bigint, other: bigint): bigint => (one > other ? one : other);
const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);
export const sum = (all: readonly bigint[]): bigint => all.reduce((before, one) => before + one, 0n);

const NOTHING: readonly ClaimState[] = ["RETURNED", "CANCELLED"];
export const OPEN: readonly ClaimState[] = ["CLAIMED", "CONFIRMED", "APPROVED", "PART_PAID"];

export const standing = <One extends { isReversed: boolean }>(all: readonly One[]): One[] =>
  all.filter(({ isReversed }) => !isReversed);
export const paidOf = ({ payments, credits }: Pick<Claim, "payments" | "credits">): bigint =>
  sum(standing(payments).map(({ cents }) => cents)) + sum(standing(credits).map(({ settled }) => settled));
export const backOf = ({ recoveries, credits }: Pick<Claim, "recoveries" | "credits">): bigint =>
  sum(standing([...recoveries, ...credits]).map(({ cents }) => cents));

export const newInitiative = (isProposal: boolean): Initiative => ({
  isProposal,
  isRecommended: false,
  revision: 1,
  years: {},
  claims: [],
  stated: {},
  accrued: {},
});

export const held = (model: Model, initiative: number, year: number): Sums =>
  model.initiatives[initiative]?.years[year] ?? { reserved: 0n, committed: 0n, paid: 0n };
export const available = ({ envelope, reserved, committed }: Year): bigint => envelope - reserved - committed;
const claimsOf = (model: Model, initiative: number, year: number): Claim[] =>
  the(model.initiatives[initiative]).claims.filter((claim) => claim.year === year);
const centsOf = (claims: readonly Claim[]): bigint => sum(claims.map(({ cents }) => cents));
export const openOf = (model: Model, initiative: number, year: number): bigint =>
  sum(
    claimsOf(model, initiative, year)
      .filter(({ state }) => OPEN.includes(state))
      .map((claim) => claim.cents - paidOf(claim)),
  );

export function the<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("The model has no such thing.");
  return value;
}

/** Stated as done, and not claimed since. */
function statedOf(model: Model, initiative: number, year: number): bigint {
  const stated = the(model.initiatives[initiative]).stated[year];
  if (!stated) return 0n;
  const since = claimsOf(model, initiative, year).filter(
    ({ turn, state }) => turn > stated.turn && !NOTHING.includes(state),
  );
  return most(0n, stated.cents - centsOf(since));
}

/** What can still be claimed for a year: in a closed one, what was accrued and is not claimed. */
export function leftOf(model: Model, initiative: number, year: number): bigint {
  const { committed, paid } = held(model, initiative, year);
  const unpaid = committed - paid - openOf(model, initiative, year);
  if (!model.years[year]?.isClosed) return unpaid;
  const used = claimsOf(model, initiative, year).filter(
    ({ isOfAccrual, state }) => isOfAccrual && !NOTHING.includes(state),
  );
  const accrued = the(model.initiatives[initiative]).accrued[year] ?? 0n;
  return least(unpaid, most(0n, accrued - sum(used.map(({ cents, paidThen }) => cents - paidThen))));
}

/** How much of a paid advance has to be accounted for. */
export function advanceLeft(model: Model, initiative: number, number: number | null): bigint {
  const { claims } = the(model.initiatives[initiative]);
  const advance = number === null ? undefined : claims[number - 1];
  if (!advance?.isAdvance) return 0n;
  const by = claims.filter((one) => one.accountsFor === number && !NOTHING.includes(one.state));
  return paidOf(advance) - backOf(advance) - sum(by.map(({ accounted }) => accounted));
}

/** What an initiative can carry from a year into the next. */
export function movable(model: Model, initiative: number, year: number): Moved {
  const { reserved, committed, paid } = held(model, initiative, year);
  const free = committed - paid - openOf(model, initiative, year) - statedOf(model, initiative, year);
  return { initiative, reserved, committed: most(0n, free) };
}

/** What is not paid, claimed or stated as done. */
export function shortOf(model: Model, initiative: number, year: number): bigint {
  const { committed, paid } = held(model, initiative, year);
  return most(0n, committed - paid - openOf(model, initiative, year) - statedOf(model, initiative, year));
}

/** Changes to a year that are waiting for a second person, or for their day. */
export const waitingOf = (model: Model, year: number): Change[] =>
  model.changes.filter(
    (change) =>
      change.kind !== "CLOSING" &&
      (change.state === "ASKED" || change.state === "WAITS") &&
      (change.year === year ||
        (change.kind === "CARRY_FORWARD" && change.year === year - 1) ||
        model.adjustments.some((entry) => entry.of === change.corrects && entry.year === year)),
  );

/** Why a year cannot be closed; null: it can. */
export function whyNotClosed(model: Model, year: number, today: number): string | null {
  const { cutoff, isClosed, reserved } = the(model.years[year]);
  if (isClosed) return "closed";
  if (Object.entries(model.years).some(([of, one]) => Number(of) < year && !one.isClosed)) return "earlier year open";
  if (yearOf(today) <= year) return "not ended";
  if (reserved > 0n) return "reserved";
  if (cutoff === null) return "no cut-off";
  if (today <= cutoff) return "before the cut-off";
  if (model.initiatives.some((_, initiative) => shortOf(model, initiative, year) > 0n)) return "not accrued";
  return waitingOf(model, year).length ? "changes wait" : null;
}

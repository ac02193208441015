import { unbegunYear } from "#lib/budget/rules.ts";
import { afterCutoff, isAccruing, type YearLife } from "#lib/budget/years/rules.ts";
import type { Role } from "#lib/lifecycle/permissions.ts";
import { addMonths, dayOf, financialYearOf, formatDay, yearBeginsOn, yearEndsOn } from "#lib/platform/dates.ts";
import type { ClaimState } from "#lib/platform/db/generated/enums.ts";
import { formatCents, formatYear, greaterOf, lesserOf, sumCents } from "#lib/platform/money.ts";
import { creditsToReverse, type Free, type Line, paymentsToReverse, standingPayments } from "./lines/rules.ts";

/** A claim is waiting on the desk first and, once the desk has confirmed it, on a budget officer. */
export type ClaimStage = ClaimState | "CONFIRMED";

export const stageOfClaim = ({ state, workConfirmedAt }: Waiting): ClaimStage =>
  state === "CLAIMED" && workConfirmedAt ? "CONFIRMED" : state;

type Waiting = { state: ClaimState; workConfirmedAt: Date | null };

export const CLAIM_STAGES: Record<ClaimStage, { label: string; tone: "ok" | "wait" | "no" | "bad" | "neutral" }> = {
  CLAIMED: { label: "Claimed", tone: "wait" },
  CONFIRMED: { label: "Confirmed", tone: "wait" },
  APPROVED: { label: "Approved", tone: "neutral" },
  PART_PAID: { label: "Part paid", tone: "wait" },
  PAID: { label: "Paid", tone: "ok" },
  RETURNED: { label: "Returned", tone: "bad" },
  CANCELLED: { label: "Withdrawn", tone: "no" },
  RECOVERED: { label: "Recovered", tone: "no" },
  SETTLED: { label: "Settled by an advance", tone: "ok" },
};

/** Claims that were returned or withdrawn: their invoice may be claimed again. */
export const CAME_TO_NOTHING: readonly ClaimState[] = ["RETURNED", "CANCELLED"];
/** Claims waiting for payment. */
export const OPEN_CLAIMS: readonly ClaimState[] = ["CLAIMED", "APPROVED", "PART_PAID"];

/** The part of a claim that is still to be paid. */
export const openCentsOf = ({ state, cents, paidCents }: Payments): bigint =>
  OPEN_CLAIMS.includes(state) ? cents - paidCents : 0n;

type Payments = { state: ClaimState; cents: bigint; paidCents: bigint };

/** The steps that apply to one claim of an arrangement, and the stages it may be in. */
export const CLAIM_STEPS = {
  confirmWork: ["CLAIMED"],
  takeBackConfirmation: ["CONFIRMED"],
  withdrawClaim: ["CLAIMED", "CONFIRMED"],
  approveClaim: ["CONFIRMED"],
  returnClaim: ["CLAIMED", "CONFIRMED", "APPROVED"],
  recordPayment: ["APPROVED", "PART_PAID"],
  recordReturnedPayment: ["PART_PAID", "PAID"],
  correctPayment: ["PART_PAID", "PAID", "RECOVERED"],
  recordCreditNote: ["APPROVED", "PART_PAID", "PAID"],
  recoverPayment: ["PART_PAID", "PAID"],
} as const satisfies Record<string, readonly ClaimStage[]>;

export type ClaimStep = keyof typeof CLAIM_STEPS;

export const stagesOf = (step: ClaimStep): readonly ClaimStage[] => CLAIM_STEPS[step];

/** Until the desk confirms a claim, the desk can return it; after that, a budget officer can. */
const RETURNED_BY: Partial<Record<ClaimStage, Role>> = { CLAIMED: "DESK", CONFIRMED: "BUDGET", APPROVED: "BUDGET" };

/** Whether a step applies to a claim, for somebody with these roles. */
export function fitsClaim(step: ClaimStep, claim: Waiting, roles: ReadonlySet<Role>): boolean {
  const stage = stageOfClaim(claim);
  if (!stagesOf(step).includes(stage)) return false;
  const by = step === "returnClaim" ? RETURNED_BY[stage] : undefined;
  return by === undefined || roles.has(by);
}

type Moving = Payments & Accounting & { id: string; startYear: number; backCents: bigint; lines: readonly Line[] };
type Beside = {
  claims: readonly Accounting[];
  years: readonly Pick<YearLeft, "startYear" | "committedCents" | "paidCents" | "openCents">[];
};

/** What can be taken back of a claim, and how much room its year has. */
export function freeOf({ id, startYear, paidCents, backCents }: Moving, { claims, years }: Beside): Free {
  const by = claims.filter((one) => one.accountsForId === id && !CAME_TO_NOTHING.includes(one.state));
  return {
    freeCents: paidCents - backCents - sumCents(by.map(({ accountedCents }) => accountedCents)),
    roomCents: roomIn(years, startYear),
  };
}

/** What is committed for a year and not paid or claimed. */
export function roomIn(years: Beside["years"], startYear: number): bigint {
  const year = years.find((one) => one.startYear === startYear);
  return year ? year.committedCents - year.paidCents - year.openCents : 0n;
}

/** Whether there is anything on a claim that a fitting step can be taken for now. */
export function hasChoice(step: ClaimStep, claim: Moving, beside: Beside): boolean {
  const free = freeOf(claim, beside);
  switch (step) {
    case "recordReturnedPayment":
      return paymentsToReverse(claim.lines, free).length > 0;
    case "correctPayment":
      return paymentsToReverse(claim.lines, free).length + creditsToReverse(claim.lines, free).length > 0;
    case "recordCreditNote":
      return free.freeCents + openCentsOf(claim) > 0n;
    case "recoverPayment":
      return free.freeCents > 0n;
    default:
      return true;
  }
}

/**
 * The steps on claims that correct what was paid. In a closed year, one person asks for them and another takes them.
 */
export const CORRECTING: readonly ClaimStep[] = [
  "recordReturnedPayment",
  "correctPayment",
  "recordCreditNote",
  "recoverPayment",
];

/** What to say about an option whose year is closed. */
export function byTwo(years: readonly YearLife[], startYear: number): string {
  const isClosed = years.some((year) => year.startYear === startYear && year.closedAt);
  return isClosed ? `. ${formatYear(startYear)} is closed, so another budget officer needs to confirm this` : "";
}

/** Whoever confirmed the work cannot approve the money. */
export const OWN_CONFIRMATION = "You confirmed this claim, so another budget officer needs to approve it";

/** Why a claim can be neither confirmed nor approved yet. */
export const UNSCANNED = "The invoice’s file has not passed the malware scan. Return the claim, or wait for the scan.";

type Confirmed = { startYear: number; workConfirmedById: string | null };

/** Why somebody cannot take a step that fits a claim now; null if they can. */
export function whyNotTaken(step: ClaimStep, claim: Confirmed, personId: string, today: Date): string | null {
  if (step === "approveClaim" && claim.workConfirmedById === personId) return OWN_CONFIRMATION;
  return tooEarly(step, claim, today);
}

/** "PSF-2026-0042/1" */
export const claimReference = (reference: string, number: number): string => `${reference}/${number}`;

/** What an arrangement has in one year. Left: committed, not paid, and not claimed. */
export type YearLeft = YearLife & {
  committedCents: bigint;
  paidCents: bigint;
  openCents: bigint;
  leftCents: bigint;
};

/** What can still be claimed today: nothing in a year that has not started, or that is past its cut-off day. */
export const stillClaimableCents = (years: readonly YearLeft[], today: Date): bigint =>
  sumCents(
    years
      .filter((year) => !unbegunYear(year.startYear, today) && !afterCutoff(year, today))
      .map(({ leftCents }) => leftCents),
  );

/** The years for which an agency is asked about unclaimed work. */
export const accruingYears = (years: readonly YearLeft[], today: Date): YearLeft[] =>
  years.filter((year) => isAccruing(year, today) && year.leftCents > 0n);

/** An arrangement's amounts for a year, and the year’s dates. */
export type Funding = YearLife & {
  committedCents: bigint;
  paidCents: bigint;
  /** What was accrued when it was closed; null: the year is not closed. */
  accruedCents: bigint | null;
};
type Amount = Payments & {
  startYear: number;
  claimedAt: Date;
  lines: readonly Pick<Line, "cents" | "isCredit" | "recordedAt">[];
};

/** The years with a commitment, and what remains in each. */
export function yearsLeft(funding: readonly Funding[], claims: readonly Amount[]): YearLeft[] {
  return funding
    .filter(({ committedCents }) => committedCents > 0n)
    .map(({ startYear, cutoffOn, closedAt, committedCents, paidCents, accruedCents }) => {
      const openCents = sumCents(claims.filter((claim) => claim.startYear === startYear).map(openCentsOf));
      const unpaidCents = committedCents - paidCents - openCents;
      const leftCents = closedAt
        ? lesserOf(unpaidCents, accruedLeft({ startYear, closedAt, accruedCents }, claims))
        : unpaidCents;
      return { startYear, cutoffOn, closedAt, committedCents, paidCents, openCents, leftCents };
    });
}

/**
 * In a closed year, what was accrued can be claimed, and what comes back later cannot be claimed again. "Open" then
 * means what was not recorded as paid by that time, whatever its payment day.
 */
function accruedLeft(
  { startYear, closedAt, accruedCents }: { startYear: number; closedAt: Date; accruedCents: bigint | null },
  claims: readonly Amount[],
): bigint {
  const paidThen = ({ lines }: Amount) =>
    sumCents(lines.filter((line) => !line.isCredit && line.recordedAt <= closedAt).map(({ cents }) => cents));
  const used = claims
    .filter((claim) => claim.startYear === startYear && !CAME_TO_NOTHING.includes(claim.state))
    .map((claim) => claim.cents - paidThen(claim));
  return greaterOf((accruedCents ?? 0n) - sumCents(used), 0n);
}

type Standing = { id: string; number: number; paidCents: bigint; backCents: bigint; advanceReason: string | null };
type Accounting = { accountsForId: string | null; accountedCents: bigint; state: ClaimState };

/** An advance that was paid, with the part that no invoice accounts for yet. */
export type OpenAdvance = { id: string; number: number; openCents: bigint };

/** The advances of an arrangement that are still to be accounted for, the earliest first. */
export function openAdvances(claims: readonly (Standing & Accounting)[]): OpenAdvance[] {
  return claims
    .filter(({ advanceReason }) => advanceReason !== null)
    .map(({ id, number, paidCents, backCents }) => {
      const by = claims.filter((one) => one.accountsForId === id && !CAME_TO_NOTHING.includes(one.state));
      const accountedCents = sumCents(by.map((one) => one.accountedCents));
      return { id, number, openCents: paidCents - backCents - accountedCents };
    })
    .filter(({ openCents }) => openCents > 0n)
    .sort((one, other) => one.number - other.number);
}

/** The first and last day of the work; old claims may not state it. */
export const formatWork = ({ workFrom, workTo }: { workFrom: Date | null; workTo: Date | null }): string =>
  workFrom && workTo
    ? workFrom.getTime() === workTo.getTime()
      ? formatDay(workFrom)
      : `${formatDay(workFrom)} to ${formatDay(workTo)}`
    : "not stated";

export type Claimed = {
  basis: string;
  workFrom: Date;
  workTo: Date;
  amount: bigint;
  gst: bigint;
  invoicedOn: Date;
  advanceReason: string | null;
  accountsFor: string | null;
  accounted: bigint | null;
};

type Claimable = { years: readonly YearLeft[]; advances: readonly OpenAdvance[]; acceptedOn: Date };

const GST_PERCENT = 15n;
/** Each line of an invoice may have been rounded separately. */
const ROUNDING_CENTS = 100n;
/** An invoice date further from the work than this probably has the wrong year. */
const MONTHS_APART_MAX = 18;

/** What is wrong with a claim, input name to message. `today`: the civil day in New Zealand. */
export function checkClaim(claim: Claimed, arrangement: Claimable, today: Date): Record<string, string> {
  return {
    ...checkWork(claim, arrangement, today),
    ...checkAmounts(claim, arrangement),
    ...checkAdvance(claim, arrangement.advances),
    ...checkInvoiceDay(claim, today),
  };
}

/**
 * The work is in one financial year that has started, after the offer was accepted; it is done or, for an advance, not
 * yet.
 */
function checkWork(claim: Claimed, { years, acceptedOn }: Claimable, today: Date): Record<string, string> {
  const { basis, workFrom, workTo } = claim;
  const startYear = financialYearOf(workFrom);
  if (workTo < workFrom) return { "workTo-day": "Last day of the work must be on or after the first day" };
  if (financialYearOf(workTo) !== startYear) {
    const [last, first] = [yearEndsOn(startYear), yearBeginsOn(startYear + 1)].map(formatDay);
    return {
      "workTo-day": `Last day of the work must be ${last} or earlier. Claim the work from ${first} on separately`,
    };
  }
  if (workFrom < acceptedOn) {
    return {
      "workFrom-day": `First day of the work must be ${formatDay(acceptedOn)} or later: the offer was accepted that day`,
    };
  }
  const unbegun = unbegunYear(startYear, today);
  if (unbegun) return { "workFrom-day": unbegun };
  const year = years.find((one) => one.startYear === startYear);
  const late = year && afterCutoff(year, today);
  if (late) return { "workFrom-day": `${late}. Ask the fund desk` };
  if (basis !== "ADVANCE" && workTo > today) {
    return {
      "workTo-day":
        "Last day of the work must be today or in the past. To claim before the work is done, choose “An advance”",
    };
  }
  if (basis === "ADVANCE" && workTo < today) {
    return {
      "workTo-day":
        "Last day of the work must be today or later for an advance. For past work, choose “Work that was done”",
    };
  }
  return year
    ? {}
    : { "workFrom-day": `Nothing is committed to this initiative in ${formatYear(startYear)}, the year of this work` };
}

function checkAmounts({ workFrom, amount, gst, accounted }: Claimed, { years }: Claimable): Record<string, string> {
  const errors: Record<string, string> = {};
  const year = years.find(({ startYear }) => startYear === financialYearOf(workFrom));
  if (amount + (accounted ?? 0n) === 0n) errors.amount = "Enter the amount";
  else if (year && amount > year.leftCents) {
    const [left, name] = [formatCents(year.leftCents), formatYear(year.startYear)];
    errors.amount =
      year.leftCents > 0n
        ? `Amount must be ${left} or less: ${left} remains in ${name}`
        : `Nothing remains to be claimed in ${name}`;
  }
  if (gst > ((amount + (accounted ?? 0n)) * GST_PERCENT) / 100n + ROUNDING_CENTS) {
    errors.gst = `GST must be ${GST_PERCENT}% of the amount or less`;
  }
  return errors;
}

function checkAdvance(claim: Claimed, advances: readonly OpenAdvance[]): Record<string, string> {
  const { basis, advanceReason, accountsFor, accounted } = claim;
  const isAdvance = basis === "ADVANCE";
  if (isAdvance && !advanceReason) return { advanceReason: "Enter why you need the money before the work" };
  if (!isAdvance && advanceReason)
    return { advanceReason: "This is only for an advance. Choose “An advance” above, or delete this" };
  if (!accountsFor && !accounted) return {};
  if (isAdvance) return { accountsFor: "An advance cannot account for another advance: choose none" };
  const advance = advances.find(({ id }) => id === accountsFor);
  if (!advance) return { accountsFor: "Choose the advance that paid part of it" };
  if (!accounted) return { accounted: "Enter how much of the invoice the advance paid" };
  return accounted > advance.openCents
    ? {
        accounted: `Enter ${formatCents(advance.openCents)} or less: that is what is left of the advance, claim ${advance.number}`,
      }
    : {};
}

function checkInvoiceDay({ workFrom, workTo, invoicedOn }: Claimed, today: Date): Record<string, string> {
  if (invoicedOn > today) return { "invoicedOn-day": "Invoice date must be today or in the past" };
  return invoicedOn < addMonths(workFrom, -MONTHS_APART_MAX) || invoicedOn > addMonths(workTo, MONTHS_APART_MAX)
    ? { "invoicedOn-day": "Invoice date is years away from the work: check the year of both" }
    : {};
}

/** The steps that pay a claim or lead to its payment: they cannot be taken before its financial year starts. */
const PAYING_STEPS: readonly ClaimStep[] = ["approveClaim", "recordPayment"];

/** Why a claim cannot be approved or paid yet; null where its financial year has started. */
export const tooEarly = (step: ClaimStep, { startYear }: { startYear: number }, today: Date): string | null =>
  PAYING_STEPS.includes(step) ? unbegunYear(startYear, today) : null;

/** Why a claim that is waiting for money cannot be paid yet; null where it can, or is not waiting for any. */
export const whyNotPayable = ({ state, startYear }: Pick<Amount, "state" | "startYear">, today: Date): string | null =>
  OPEN_CLAIMS.includes(state) ? unbegunYear(startYear, today) : null;

/**
 * What is wrong with the day of a payment, in a field with this label; null where the claim, once approved, could be
 * paid on it.
 */
export function paidOnProblem(
  paidOn: Date,
  { startYear, decidedAt, year }: Payable,
  today: Date,
  label = "Date",
): string | null {
  const late = afterCutoff({ startYear, ...year }, paidOn);
  if (late) return `${late}. A budget officer can move that day`;
  if (paidOn > today) return `${label} must be today or in the past`;
  if (paidOn < yearBeginsOn(startYear)) {
    return `${label} must be ${formatDay(yearBeginsOn(startYear))} or later: the claim is for ${formatYear(startYear)}, which begins that day`;
  }
  if (!decidedAt || paidOn >= dayOf(decidedAt)) return null;
  return `${label} must be ${formatDay(dayOf(decidedAt))} or later: the claim was approved that day`;
}

type Payable = { startYear: number; decidedAt: Date | null; year: Omit<YearLife, "startYear"> };

/** A number or reference as it is stored, however it was spaced. */
export const cleanNumber = (number: string): string => number.trim().replace(/\s+/gu, " ");

type Named = { number: number; startYear: number; cents: bigint };

/** "Claim PSF-2026-0042/1 of $12,000.00, GST exclusive, from 2026/27" */
export const claimInWords = (reference: string, { number, startYear, cents }: Named): string =>
  `Claim ${claimReference(reference, number)} of ${formatCents(cents)}, GST exclusive, from ${formatYear(startYear)}`;

type Paid = Waiting & { cents: bigint; paidCents: bigint; lines: readonly Line[] };

/** Why a step cannot be taken for a claim in its current state. */
export function claimStands(name: string, claim: Paid): string {
  const last = standingPayments(claim.lines).at(-1);
  if (claim.state === "PAID" && last) {
    return `${name} was already paid, on ${formatDay(last.paidOn)} with the reference ${last.payment.reference}.`;
  }
  return `${name} is “${CLAIM_STAGES[stageOfClaim(claim)].label}”.`;
}

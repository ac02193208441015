// What moves money in the model of years (year-model.ts): entries of the ledger, and what is paid of claims and comes
// back.
import { firstDay } from "./year-days.ts";
import {
  advanceLeft,
  available,
  backOf,
  type Claim,
  held,
  type Initiative,
  type Model,
  type Named,
  openOf,
  paidOf,
  type Step,
  type Sums,
  standing,
  the,
} from "./year-model.ts";

/** Why a command is refused, in a word or two. */
export class Refused extends Error {}
export function refuse(when: boolean, why: string): void {
  if (when) throw new Refused(why);
}

type Entry = { year: number; initiative?: number; isCorrection?: boolean; isPromise?: boolean } & Partial<
  Record<"envelope" | "reserved" | "committed" | "paid", bigint>
>;

/** Adds an entry to the ledger, where its year and its initiative can take it. */
export function enter(model: Model, entry: Entry): void {
  const { envelope = 0n, reserved = 0n, committed = 0n, paid = 0n, initiative } = entry;
  const year = the(model.years[entry.year]);
  const takes = reserved + committed - envelope;
  refuse(year.isClosed && entry.isPromise === true && !entry.isCorrection, "year closed");
  refuse(takes > 0n && available(year) < takes, "not enough");
  for (const row of initiative === undefined ? [year] : [year, ownRow(model, initiative, entry.year)]) {
    row.reserved += reserved;
    row.committed += committed;
    row.paid += paid;
    refuse(row.reserved < 0n || row.paid < 0n || row.paid > row.committed, "not held");
  }
  year.envelope += envelope;
  if (initiative === undefined || committed - paid >= 0n) return;
  const own = held(model, initiative, entry.year);
  refuse(openOf(model, initiative, entry.year) > own.committed - own.paid, "claimed");
}

function ownRow(model: Model, initiative: number, year: number): Sums {
  const { years } = the(model.initiatives[initiative]);
  years[year] ??= { reserved: 0n, committed: 0n, paid: 0n };
  return years[year];
}

export function step(model: Model, { initiative, revision }: Step): Initiative {
  const one = the(model.initiatives[initiative]);
  refuse(one.revision !== revision, "stale");
  one.revision++;
  return one;
}

/** A step on a claim: there may be none, if the command before it was refused. */
export function claimOf(model: Model, command: Step & { claim: number }) {
  const claim = step(model, command).claims[command.claim - 1];
  if (!claim) throw new Refused("no such claim");
  return claim;
}

/** The state of a claim, from what was paid of it and what came back. */
function settleState(claim: Claim): void {
  const [paid, back] = [paidOf(claim), backOf(claim)];
  const whole = back === claim.cents ? "RECOVERED" : "PAID";
  claim.state = paid === 0n ? "APPROVED" : paid < claim.cents ? "PART_PAID" : whole;
}

function refuseDay(model: Model, { year, decidedOn }: Claim, on: number): void {
  const { cutoff, isClosed } = the(model.years[year]);
  refuse(cutoff !== null && !isClosed && on > cutoff, "paid after the cut-off");
  refuse(on < decidedOn || on < firstDay(year), "before its approval");
}

export function takePayment(model: Model, command: Named<"pay">, today: number): void {
  const { initiative, on } = command;
  const claim = claimOf(model, command);
  const { year } = claim;
  refuse(on > today, "day to come");
  refuse(claim.state !== "APPROVED" && claim.state !== "PART_PAID", "claim stands");
  const open = claim.cents - paidOf(claim);
  const cents = command.cents ?? open;
  refuse(cents > open, "more than is open");
  refuseDay(model, claim, on);
  claim.payments.push({ cents, on, isReversed: false });
  settleState(claim);
  enter(model, { year, initiative, paid: cents });
}

const firstPaid = ({ payments }: Claim): number => Math.min(...standing(payments).map(({ on }) => on));
/** The part of an advance that claims account for stays paid. */
const isAccounted = (model: Model, { initiative, claim: number }: Step & { claim: number }, claim: Claim): boolean =>
  claim.isAdvance && advanceLeft(model, initiative, number) < 0n;

export function takeRecovery(model: Model, command: Named<"recover">, today: number): void {
  const { initiative, on } = command;
  const claim = claimOf(model, command);
  refuse(on > today, "day to come");
  refuse(claim.state !== "PAID" && claim.state !== "PART_PAID", "claim stands");
  refuse(on < firstPaid(claim), "before its payment");
  const left = paidOf(claim) - backOf(claim);
  const cents = command.cents ?? left;
  refuse(cents > left || cents <= 0n, "more than is paid");
  claim.recoveries.push({ cents, on, isReversed: false });
  refuse(isAccounted(model, command, claim), "accounted for");
  settleState(claim);
  enter(model, { year: claim.year, initiative, paid: -cents });
}

export function takeSentBack(model: Model, command: Named<"sendBack">, today: number): void {
  const claim = claimOf(model, command);
  const payment = claim.payments[command.at];
  refuse(command.on > today, "day to come");
  if (!payment || payment.isReversed) throw new Refused("reversed already");
  refuse(claim.state !== "PAID" && claim.state !== "PART_PAID", "claim stands");
  refuse(command.on < payment.on, "before its payment");
  payment.isReversed = true;
  refuse(paidOf(claim) < backOf(claim), "came back already");
  refuse(isAccounted(model, command, claim), "accounted for");
  settleState(claim);
  const { year } = claim;
  // What becomes open again must fit into what is not paid any more.
  const row = { year, initiative: command.initiative, paid: -payment.cents };
  enter(model, row);
}

export function takeReversal(model: Model, command: Named<"reverse">): void {
  const claim = claimOf(model, command);
  const recovery = claim.recoveries[command.at];
  if (!recovery || recovery.isReversed) throw new Refused("reversed already");
  recovery.isReversed = true;
  settleState(claim);
  try {
    enter(model, { year: claim.year, initiative: command.initiative, paid: recovery.cents });
  } catch (error) {
    throw error instanceof Refused ? new Refused("used since") : error;
  }
}

/** The credit note settles the unpaid part, which then counts as paid and as come back. */
function creditOf(claim: Claim, cents: bigint, on: number): void {
  refuse(cents > claim.cents - backOf(claim), "more than is left to credit");
  const open = claim.cents - paidOf(claim);
  claim.credits.push({ cents, on, isReversed: false, settled: cents < open ? cents : open });
}

export function takeCredit(model: Model, command: Named<"credit">, today: number): void {
  const { initiative, cents, on } = command;
  const claim = claimOf(model, command);
  refuse(on > today, "day to come");
  refuse(!["APPROVED", "PART_PAID", "PAID"].includes(claim.state), "claim stands");
  refuseDay(model, claim, on);
  const before = paidOf(claim);
  creditOf(claim, cents, on);
  refuse(isAccounted(model, command, claim), "accounted for");
  const settled = paidOf(claim) - before;
  settleState(claim);
  enter(model, { year: claim.year, initiative, paid: settled - cents });
}

export function takeCorrected(model: Model, command: Named<"correctPayment">): void {
  const { of, at, cents } = command;
  const claim = claimOf(model, command);
  const line = claim[of][at];
  if (!line || line.isReversed) throw new Refused("reversed already");
  refuse(!["PART_PAID", "PAID", "RECOVERED"].includes(claim.state), "claim stands");
  refuse(cents === line.cents, "as it is");
  const netBefore = paidOf(claim) - backOf(claim);
  const room = roomOf(model, command.initiative, claim.year);
  line.isReversed = true;
  if (of === "credits") {
    refuse(line.cents > room, "used since");
    if (cents > 0n) creditOf(claim, cents, line.on);
    refuse(isAccounted(model, command, claim), "accounted for");
  } else {
    refuse(paidOf(claim) < backOf(claim), "came back already");
    refuse(isAccounted(model, command, claim), "accounted for");
    refuse(cents > claim.cents - paidOf(claim), "more than is open");
    if (cents > 0n) claim.payments.push({ cents, on: line.on, isReversed: false });
    const firstBack = Math.min(...standing(claim.recoveries).map(({ on }) => on));
    refuse(cents > 0n && firstPaid(claim) > firstBack, "before its payment");
  }
  settleState(claim);
  const paid = paidOf(claim) - backOf(claim) - netBefore;
  enter(model, { year: claim.year, initiative: command.initiative, paid });
}

/** What is committed for a year, and not paid or claimed. */
function roomOf(model: Model, initiative: number, year: number): bigint {
  const { committed, paid } = held(model, initiative, year);
  return committed - paid - openOf(model, initiative, year);
}

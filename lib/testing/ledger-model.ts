// A model of the ledger with only its rules, without a database, so that tests can compare the real commands with it
// (lib/budget/model.test.ts).
import fc from "fast-check";
import { sumCents } from "#lib/platform/money.ts";

/** Few applications and years, so that commands interact; amounts the size of an envelope, so that many are refused. */
export const APPLICATIONS = 5;
export const YEARS = 3;
const COUNTERS = ["envelopeCents", "reservedCents", "committedCents", "paidCents"] as const;
export type Counters = Record<(typeof COUNTERS)[number], bigint>;
export const countersOf = (row: Counters): Counters =>
  Object.fromEntries(COUNTERS.map((counter) => [counter, row[counter]])) as Counters;
export const nothing = (): Counters => ({ envelopeCents: 0n, reservedCents: 0n, committedCents: 0n, paidCents: 0n });

/** What a command would move in a row of the model: that of a year, or of an application in that year. */
export type Delta = { year: number; application: number | null } & Partial<Counters>;

/** An entry that another can reverse, and the reason by which to find it. */
export type Posted = { token: string; delta: Delta };

export class Model {
  /** Adjustments, payments and recoveries that have not been reversed. */
  posted: Posted[] = [];
  readonly years: Counters[];
  readonly funding: Counters[][];
  constructor(envelopes: readonly bigint[]) {
    this.years = envelopes.map((envelopeCents) => ({ ...nothing(), envelopeCents }));
    this.funding = Array.from({ length: APPLICATIONS }, () => envelopes.map(nothing));
  }
  held(application: number, year: number): Counters {
    return this.funding[application]?.[year] ?? nothing();
  }
  year(year: number): Counters {
    return this.years[year] ?? nothing();
  }
  /** Money rule 1 for what these would touch, if all of them were taken. */
  fits(deltas: readonly Delta[]): boolean {
    const after = this.copy();
    after.add(deltas);
    return deltas.every(({ year, application }) => {
      const { envelopeCents, ...sums } = after.year(year);
      const isWithin = sums.reservedCents + sums.committedCents <= envelopeCents;
      return isWithin && isSound(sums) && (application === null || isSound(after.held(application, year)));
    });
  }
  add(deltas: readonly Delta[]): void {
    for (const { year, application, ...moved } of deltas) {
      for (const counter of COUNTERS) {
        this.year(year)[counter] += moved[counter] ?? 0n;
        if (application !== null) this.held(application, year)[counter] += moved[counter] ?? 0n;
      }
    }
  }
  copy(): Model {
    const copy = new Model([]);
    copy.years.push(...this.years.map((row) => ({ ...row })));
    copy.funding.splice(0, APPLICATIONS, ...this.funding.map((rows) => rows.map((row) => ({ ...row }))));
    return copy;
  }
}

export const isSound = ({ reservedCents, committedCents, paidCents }: Omit<Counters, "envelopeCents">): boolean =>
  reservedCents >= 0n && paidCents >= 0n && paidCents <= committedCents;

export type Command = {
  name: Name;
  application: number;
  year: number;
  cents: bigint[];
  isMore: boolean;
  token: string;
};
export const NAMES = [
  "adjustEnvelope",
  "reserve",
  "reserve",
  "adjustReserve",
  "releaseReserve",
  "commitReserve",
  "commitReserve",
  "pay",
  "pay",
  "recover",
  "movePhasing",
  "movePhasing",
  "releaseUnpaid",
  "carryForward",
  "reverse",
  "reverseAdjustment",
] as const;
export type Name = (typeof NAMES)[number];

export const command: fc.Arbitrary<Command> = fc.record({
  name: fc.constantFrom(...NAMES),
  application: fc.nat(APPLICATIONS - 1),
  year: fc.nat(YEARS - 1),
  cents: fc.array(
    fc.oneof(fc.constant(0n), fc.bigInt({ min: 1n, max: 99n }), fc.bigInt({ min: 1n, max: 90_000_000n })),
    { minLength: YEARS, maxLength: YEARS },
  ),
  isMore: fc.boolean(),
  token: fc.uuid(),
});

export const range = Array.from({ length: YEARS }, (_, year) => year);
const changed = (deltas: readonly Delta[]): Delta[] =>
  deltas.filter((delta) => COUNTERS.some((counter) => (delta[counter] ?? 0n) !== 0n));

/** Everything committed is distributed over the years in proportion to the command's amounts. */
export function rephased(model: Model, { application, cents, isMore }: Command): bigint[] {
  const total = sumCents(range.map((year) => model.held(application, year).committedCents)) + (isMore ? 0n : 1n);
  const whole = sumCents(cents) || 1n;
  const parts = cents.map((part) => (total * part) / whole);
  parts[0] = (parts[0] ?? 0n) + total - sumCents(parts);
  return parts;
}

/** An initiative's unspent amount in a year that has a next year. */
export function movable(model: Model, { application, year }: Command) {
  const from = year % (YEARS - 1);
  const { reservedCents, committedCents, paidCents } = model.held(application, from);
  return { from, reservedCents, committedCents: committedCents - paidCents };
}

/** What a command reverses: one of its initiative's entries, or one of the adjustments; null where there is none. */
export function reversed(model: Model, one: Command): Posted | null {
  const { name, application, cents } = one;
  if (!isBack(one)) return null;
  const of = name === "reverseAdjustment" ? null : application;
  const fit = model.posted.filter(({ delta }) => delta.application === of);
  return fit[Number((cents[0] ?? 0n) % BigInt(fit.length || 1))] ?? null;
}

const negated = ({ year, application, envelopeCents = 0n, paidCents = 0n }: Delta): Delta => ({
  ...{ year, application, envelopeCents: -envelopeCents, paidCents: -paidCents },
});

export const isBack = ({ name }: Command): boolean => name === "reverse" || name === "reverseAdjustment";

/** The reversible entry that a command leaves, or the one that it reverses. */
export function settle(model: Model, one: Command, deltas: readonly Delta[], back: Posted | null): void {
  if (isBack(one)) {
    model.posted = model.posted.filter((each) => each !== back);
  } else if (["adjustEnvelope", "pay", "recover"].includes(one.name)) {
    model.posted.push(...deltas.map((delta) => ({ token: one.token, delta })));
  }
}

/** What an entry moves that can be reversed later; null where it would move nothing. */
function postedBy({ name, application, year, cents, isMore }: Command): Delta[] | null {
  const amount = cents[year] ?? 0n;
  if (amount === 0n) return null;
  if (name === "adjustEnvelope") return [{ application: null, year, envelopeCents: isMore ? amount : -amount }];
  return [{ application, year, paidCents: name === "pay" ? amount : -amount }];
}

/** What it moves; null where it is refused whatever the counters are. */
export function deltasOf(model: Model, one: Command): Delta[] | null {
  const { application, cents } = one;
  const own = (of: (held: Counters, year: number) => Partial<Counters>): Delta[] =>
    changed(range.map((each) => ({ application, year: each, ...of(model.held(application, each), each) })));
  switch (one.name) {
    case "reserve":
      return own((_, each) => ({ reservedCents: cents[each] ?? 0n }));
    case "adjustReserve":
      return own((held, each) => ({ reservedCents: (cents[each] ?? 0n) - held.reservedCents }));
    case "releaseReserve":
      return own((held) => ({ reservedCents: -held.reservedCents }));
    case "commitReserve":
      return own((held) => ({ reservedCents: -held.reservedCents, committedCents: held.reservedCents }));
    case "releaseUnpaid":
      return own((held) => ({ committedCents: held.paidCents - held.committedCents }));
    case "adjustEnvelope":
    case "pay":
    case "recover":
      return postedBy(one);
    case "reverse":
    case "reverseAdjustment": {
      const entry = reversed(model, one);
      return entry && [negated(entry.delta)];
    }
    case "carryForward": {
      const { from, reservedCents, committedCents } = movable(model, one);
      const moved = reservedCents + committedCents;
      if (moved === 0n) return null;
      return changed([
        { application, year: from, reservedCents: -reservedCents, committedCents: -committedCents },
        { application, year: from + 1, reservedCents, committedCents },
        { application: null, year: from, envelopeCents: -moved },
        { application: null, year: from + 1, envelopeCents: moved },
      ]);
    }
    case "movePhasing": {
      if (!one.isMore) return null;
      const parts = rephased(model, one);
      return own((held, each) => ({ committedCents: (parts[each] ?? 0n) - held.committedCents }));
    }
  }
}

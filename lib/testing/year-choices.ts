// What could be done next with the model's fund: for each command, as by somebody who acts sensibly, or nearly.
import type { Dice } from "./steps.ts";
import { firstDay, lastDay, yearOf } from "./year-days.ts";
import {
  advanceLeft,
  available,
  backOf,
  type Command,
  held,
  leftOf,
  type Model,
  movable,
  OPEN,
  paidOf,
  shortOf,
  standing,
  waitingOf,
} from "./year-model.ts";

type Choosing = { model: Model; today: number; dice: Dice; initiative: number; year: number; token: string };
type Maker = (of: Choosing) => Command | null;

const pick = <T>(all: readonly T[], dice: Dice): T | undefined => (all.length ? all[dice(all.length)] : undefined);
/** All of it, a part, or one cent more than there is. */
const partOf = (cents: bigint, dice: Dice): bigint =>
  [cents, cents / 2n, cents / 3n + 1n, cents / 5n, cents + 1n, 0n][dice(6)] ?? cents;
/** Occasionally from a page that was opened before something happened. */
const stepOf = ({ model, initiative, dice }: Choosing) => {
  const revision = model.initiatives[initiative]?.revision ?? 0;
  return { initiative, revision: revision - (dice(25) ? 0 : 1) };
};
const workDay = ({ today, year, dice }: Choosing): number => {
  const done = Math.max(firstDay(year), Math.min(today - dice(3), lastDay(year)));
  return dice(8) ? done : Math.min(today + 1, lastDay(year));
};
/**
 * A claim of any initiative in one of these states, or occasionally in another; half of the time of a closed year if
 * there is one.
 */
function claimIn({ model, dice }: Choosing, states: readonly string[]): { initiative: number; claim: number } | null {
  const isAny = dice(12) === 0;
  const fit = model.initiatives.flatMap(({ claims }, initiative) =>
    claims.flatMap(({ state, year }, index) =>
      isAny || states.includes(state) ? [{ initiative, claim: index + 1, isClosed: model.years[year]?.isClosed }] : [],
    ),
  );
  const ofClosed = fit.filter(({ isClosed }) => isClosed);
  const found = pick(ofClosed.length && dice(2) ? ofClosed : fit, dice);
  return found ? { initiative: found.initiative, claim: found.claim } : null;
}
const decision =
  (name: "confirmWork" | "approveClaim" | "returnClaim" | "withdrawClaim", states: readonly string[]): Maker =>
  (choosing) => {
    const found = claimIn(choosing, states);
    return found && { name, ...stepOf({ ...choosing, ...found }), claim: found.claim };
  };
const settling =
  (name: "confirm" | "decline" | "withdraw"): Maker =>
  ({ model, dice }) => {
    const open = model.changes.filter(({ state }) => dice(15) === 0 || state === "ASKED" || state === "WAITS");
    const change = pick(open, dice)?.token;
    if (!change) return null;
    return name === "confirm" ? { name, change, isSamePerson: dice(8) === 0 } : { name, change };
  };
const found = (choosing: Choosing, states: readonly string[]) => {
  const of = claimIn(choosing, states);
  const one = of && choosing.model.initiatives[of.initiative]?.claims[of.claim - 1];
  return of && one ? { one, own: { ...stepOf({ ...choosing, ...of }), claim: of.claim } } : null;
};
const dayFrom = ({ today, dice }: Choosing, since: number): number =>
  [today, today, since, since - 1, today + 1][dice(5)] ?? today;
const money =
  (name: "pay" | "recover", states: readonly string[]): Maker =>
  (choosing) => {
    const of = found(choosing, states);
    if (!of) return null;
    const { one, own } = of;
    const paidOn = Math.min(...standing(one.payments).map(({ on }) => on), Number.MAX_SAFE_INTEGER);
    const since = name === "pay" || paidOn === Number.MAX_SAFE_INTEGER ? one.decidedOn : paidOn;
    const left = name === "pay" ? one.cents - paidOf(one) : paidOf(one) - backOf(one);
    const cents = choosing.dice(2) ? null : partOf(left, choosing.dice) || null;
    return { name, ...own, on: dayFrom(choosing, since), cents };
  };
const sendingBack: Maker = (choosing) => {
  const of = found(choosing, ["PAID", "PART_PAID"]);
  const at = of ? choosing.dice(of.one.payments.length || 1) : 0;
  const since = of?.one.payments[at]?.on;
  return of && since !== undefined ? { name: "sendBack", ...of.own, at, on: dayFrom(choosing, since) } : null;
};
const crediting: Maker = (choosing) => {
  const of = found(choosing, ["APPROVED", "PART_PAID", "PAID"]);
  if (!of) return null;
  const { dice, token } = choosing;
  const open = of.one.cents - paidOf(of.one);
  const cents = partOf(dice(2) ? open : of.one.cents - backOf(of.one), dice) || 1n;
  return { name: "credit", ...of.own, token, cents, on: dayFrom(choosing, of.one.decidedOn) };
};
const correcting =
  (of: "payments" | "credits"): Maker =>
  (choosing) => {
    const one = found(choosing, ["PART_PAID", "PAID", "RECOVERED"]);
    const all = one?.one[of] ?? [];
    if (!one || all.length === 0) return null;
    const at = choosing.dice(all.length);
    const cents = choosing.dice(2) ? 0n : partOf(all[at]?.cents ?? 0n, choosing.dice);
    return { name: "correctPayment", ...one.own, of, at, cents };
  };
const reversing: Maker = (choosing) => {
  const of = found(choosing, ["PAID", "PART_PAID", "RECOVERED"]);
  return of?.one.recoveries.length ? { name: "reverse", ...of.own, at: choosing.dice(of.one.recoveries.length) } : null;
};
const claiming =
  (isAdvance: boolean): Maker =>
  (choosing) => {
    const { model, initiative, dice, token, today } = choosing;
    const year = isAdvance && dice(6) ? yearOf(today) : choosing.year;
    const cents = partOf(leftOf(model, initiative, year), dice);
    const on = isAdvance ? lastDay(year) : workDay(choosing);
    return { name: "claim", ...stepOf(choosing), token, on, cents, isAdvance, accountsFor: null, accounted: 0n };
  };

const accounting: Maker = (choosing) => {
  const { model, initiative, year, dice, token } = choosing;
  const { claims = [] } = model.initiatives[initiative] ?? {};
  const advances = claims.flatMap((_, index) => (advanceLeft(model, initiative, index + 1) > 0n ? [index + 1] : []));
  const accountsFor = pick(advances, dice);
  if (accountsFor === undefined) return null;
  const accounted = partOf(advanceLeft(model, initiative, accountsFor), dice) || 1n;
  const cents = dice(2) ? 0n : partOf(leftOf(model, initiative, year), dice);
  const on = workDay(choosing);
  return { name: "claim", ...stepOf(choosing), token, on, cents, isAdvance: false, accountsFor, accounted };
};

const adjusting: Maker = ({ model, year, today, dice, token }) => {
  const free = available(model.years[year] ?? { envelope: 0n, reserved: 0n, committed: 0n, paid: 0n, ...LIFE });
  const cents = [BigInt(1 + dice(900_000)), -(free / 3n), -free, -free - 1n][dice(4)] || 1n;
  const effectiveOn = dice(2)
    ? firstDay(year)
    : Math.min(lastDay(year), Math.max(firstDay(year), today + 1 + dice(30)));
  return { name: "adjust", token, year, cents, effectiveOn };
};
const LIFE = { cutoff: null, isClosed: false };

const carrying: Maker = ({ model, year, dice, token }) => {
  const able = model.initiatives.flatMap((_, index) => {
    const { reserved, committed } = movable(model, index, year);
    return reserved + committed > 0n || dice(20) === 0 ? [index] : [];
  });
  const initiatives = able.filter(() => dice(2));
  const free = model.years[year] ? available(model.years[year]) : 0n;
  const cents = dice(2) ? 0n : partOf(free / 4n, dice);
  return { name: "carry", token, year, cents: dice(12) ? cents : free + 1n, initiatives };
};

const MAKERS: readonly Maker[] = [
  ({ model, initiative, year, dice }) => {
    const free = model.years[year] ? available(model.years[year]) : 0n;
    const cents = dice(6) ? BigInt(1_000_00 + dice(20_000_00)) : partOf(free, dice);
    return cents ? { name: "give", initiative, year, cents } : null;
  },
  ({ initiative, dice }) => (dice(3) ? null : { name: "release", initiative }),
  (choosing) => {
    const { model, year, dice } = choosing;
    const free = model.years[year] ? available(model.years[year]) : 0n;
    const cents = dice(4) ? BigInt(1_000_00 + dice(9_000_00)) : free + 1n;
    return { name: "recommend", ...stepOf(proposal(choosing)), year, cents };
  },
  (choosing) => ({ name: "returnRecommendation", ...stepOf(proposal(choosing)) }),
  claiming(false),
  claiming(false),
  claiming(true),
  accounting,
  accounting,
  decision("confirmWork", ["CLAIMED"]),
  decision("confirmWork", ["CLAIMED"]),
  decision("approveClaim", ["CONFIRMED"]),
  decision("approveClaim", ["CONFIRMED"]),
  decision("returnClaim", OPEN),
  decision("withdrawClaim", ["CLAIMED", "CONFIRMED"]),
  money("pay", ["APPROVED", "PART_PAID"]),
  money("pay", ["APPROVED", "PART_PAID"]),
  money("recover", ["PAID", "PART_PAID"]),
  sendingBack,
  reversing,
  crediting,
  correcting("payments"),
  correcting("credits"),
  (choosing) => {
    const { model, initiative, year, dice } = choosing;
    return { name: "stateAccrual", ...stepOf(choosing), year, cents: partOf(leftOf(model, initiative, year), dice) };
  },
  ({ year, today, dice }) => {
    const day = [
      lastDay(year) + 5 + dice(30),
      today - 1,
      today,
      lastDay(year),
      lastDay(Math.max(year + 1, yearOf(today))) + 1,
    ][dice(5)];
    return { name: "setCutoff", year, day: day ?? today };
  },
  adjusting,
  carrying,
  ({ model, dice, token }) => {
    const fit = model.adjustments.filter((one) => !(one.isCorrected || one.isCorrection) || dice(9) === 0);
    const one = pick(fit, dice);
    return one ? { name: "correct", token, of: one.of, year: one.year } : null;
  },
  ({ year, token }) => ({ name: "close", token, year }),
  settling("confirm"),
  settling("confirm"),
  settling("decline"),
  settling("withdraw"),
];

/** Proposals come last among the initiatives. */
const proposal = (choosing: Choosing): Choosing => ({ ...choosing, initiative: choosing.model.initiatives.length - 1 });

let tokens = 0;

/** One or more for each command, by chance. */
export function choices(model: Model, today: number, dice: Dice): Command[] {
  const arrangements = model.initiatives.flatMap(({ isProposal }, index) => (isProposal ? [] : [index]));
  const years = [0, 0, -1, -1, 1, -2].map((more) => yearOf(today) + more).filter((year) => model.years[year]);
  return [...MAKERS, ...MAKERS].flatMap((make) => {
    const [initiative = 0, year = yearOf(today)] = [pick(arrangements, dice), pick(years, dice)];
    return make({ model, today, dice, initiative, year, token: `change ${++tokens}` }) ?? [];
  });
}

/** What brings a year closer to closing, or asks for it too early; null: nothing does, or it is closed. */
export function towardsClosing(model: Model, year: number, today: number, dice: Dice): Command | null {
  const one = model.years[year];
  if (!one || one.isClosed || yearOf(today) <= year) return null;
  const token = `change ${++tokens}`;
  const closing = { name: "close", token, year } as const;
  if (one.cutoff === null || one.cutoff > today) return { name: "setCutoff", year, day: today };
  if (dice(3) === 0) return closing;
  return settle(model, year, token, dice) ?? closingOf(model, year) ?? closing;
}

/**
 * A reserve is released or carried along, work is stated or carried, and what is waiting for a second person is
 * settled.
 */
function settle(model: Model, year: number, token: string, dice: Dice): Command | null {
  const carried = (initiative: number): Command => ({
    name: "carry",
    token,
    year,
    cents: 0n,
    initiatives: [initiative],
  });
  const last = model.initiatives.length - 1;
  const of = (initiative: number) => ({ initiative, revision: model.initiatives[initiative]?.revision ?? 0 });
  if (held(model, last, year).reserved > 0n) {
    return dice(2) ? carried(last) : { name: "returnRecommendation", ...of(last) };
  }
  const short = model.initiatives.findIndex((_, index) => shortOf(model, index, year) > 0n);
  if (short >= 0) {
    const cents = leftOf(model, short, year);
    return dice(10) < 8 ? { name: "stateAccrual", ...of(short), year, cents } : carried(short);
  }
  const waiting = pick(waitingOf(model, year), dice);
  if (!waiting || dice(3) === 0) return null;
  const { token: change } = waiting;
  return waiting.state === "ASKED" && dice(3)
    ? { name: "confirm", change, isSamePerson: false }
    : { name: "withdraw", change };
}

function closingOf(model: Model, year: number): Command | null {
  const asked = model.changes.find((one) => one.kind === "CLOSING" && one.state === "ASKED" && one.year === year);
  return asked ? { name: "confirm", change: asked.token, isSamePerson: false } : null;
}

/**
 * The kind of a command in the model, for counting: an advance differs from other claims, and a closed year from other
 * years.
 */
export function kindOf(model: Model, command: Command): string {
  const [kind, year] = kindAndYear(model, command);
  return year !== undefined && model.years[year]?.isClosed ? `${kind} in a closed year` : kind;
}

type Money = Extract<
  Command,
  { claim: number; name: "pay" | "recover" | "sendBack" | "reverse" | "credit" | "correctPayment" }
>;

function kindOfMoney(model: Model, command: Money): [string, number?] {
  const claim = model.initiatives[command.initiative]?.claims[command.claim - 1];
  if (command.name === "credit") return ["credit", claim?.year];
  if (command.name === "correctPayment") {
    return [command.of === "credits" ? "correct a credit note" : "correct a payment", claim?.year];
  }
  if (claim?.isAdvance) return [`${command.name} an advance`, claim.year];
  const isPart = "cents" in command && typeof command.cents === "bigint";
  return [isPart ? `${command.name} a part` : command.name, claim?.year];
}

function kindAndYear(model: Model, command: Command): [string, number?] {
  switch (command.name) {
    case "claim": {
      const kind = command.accountsFor === null ? "claim" : "account for an advance";
      return [command.isAdvance ? "advance" : kind, yearOf(command.on)];
    }
    case "pay":
    case "recover":
    case "sendBack":
    case "reverse":
    case "credit":
    case "correctPayment":
      return kindOfMoney(model, command);
    case "confirm": {
      const change = model.changes.find(({ token }) => token === command.change);
      return [`confirm ${change?.kind}`, change?.kind === "CORRECTION" ? change.year : undefined];
    }
    case "release": {
      const closed = Object.keys(model.years)
        .map(Number)
        .filter((year) => model.years[year]?.isClosed);
      const own = closed.find((year) => {
        const { committed, paid } = held(model, command.initiative, year);
        return committed > paid;
      });
      return ["release", own];
    }
    default:
      return [command.name];
  }
}

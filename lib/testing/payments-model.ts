// A model of what is paid of claims, credited and recovered, with only the rules and without a database, so that tests
// can compare the real commands with it (lib/payments/model.test.ts).
import type { Dice } from "./steps.ts";

/** A line, current or reversed. `settledBy`: the index of the credit note that settled it. */
type Line = {
  kind: "paid" | "settled" | "credit";
  claim: number;
  cents: bigint;
  on: number;
  document: string;
  number: string;
  settledBy: number | null;
  isReversed: boolean;
  /** Returned by the bank. */
  isReturned: boolean;
};
type Back = { claim: number; cents: bigint; on: number; isReversed: boolean };
export type Payments = {
  /** Approved on `since`; days are counted from zero. */
  claims: { cents: bigint; since: number }[];
  lines: Line[];
  recoveries: Back[];
  /** What the year has left: committed and not paid or claimed. */
  room: bigint;
  /** The part of it that has been claimed since, and is waiting. */
  rest: bigint;
  isClosed: boolean;
};

export type Command =
  | { name: "pay"; claim: number; cents: bigint | null; on: number; document: string }
  | { name: "sendBack"; line: number; on: number }
  | { name: "credit"; claim: number; cents: bigint; number: string; on: number; document: string }
  | { name: "correct"; line: number; cents: bigint | null; on: number | null; document: string | null }
  | { name: "recover"; claim: number; cents: bigint | null; on: number }
  | { name: "reverse"; recovery: number }
  | { name: "claimRest" }
  | { name: "returnRest" };

class Refused extends Error {}
function refuse(when: boolean, why: string): void {
  if (when) throw new Refused(why);
}

const sum = (all: readonly { cents: bigint }[]): bigint => all.reduce((before, { cents }) => before + cents, 0n);
const of = (model: Payments, claim: number, kinds: readonly Line["kind"][]): Line[] =>
  model.lines.filter((line) => line.claim === claim && kinds.includes(line.kind) && !line.isReversed);
export const paidOf = (model: Payments, claim: number): bigint => sum(of(model, claim, ["paid", "settled"]));
export const backOf = (model: Payments, claim: number): bigint =>
  sum(of(model, claim, ["credit"])) + sum(model.recoveries.filter((one) => one.claim === claim && !one.isReversed));
const centsOf = (model: Payments, claim: number): bigint => model.claims[claim]?.cents ?? 0n;

export function stateOf(model: Payments, claim: number): string {
  const [cents, paid] = [centsOf(model, claim), paidOf(model, claim)];
  if (paid === 0n) return "APPROVED";
  if (paid < cents) return "PART_PAID";
  return backOf(model, claim) === cents ? "RECOVERED" : "PAID";
}

function the<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("The model has no such thing.");
  return value;
}

/** A payment has one day, and pays a claim in one line; credited or settled amounts are not payments. */
function refuseDocument(model: Payments, document: string, claim: number | null, on: number): void {
  const all = model.lines.filter((line) => line.document === document && line.kind === "paid");
  const returned = all.filter((line) => line.claim === claim && line.isReturned);
  refuse(claim !== null && returned.length > 0 && returned.every((line) => line.on !== on), "sent back");
  const with_ = all.filter((line) => !line.isReversed);
  refuse(claim !== null && with_.some((line) => line.claim === claim), "paid with it already");
  refuse(
    with_.some((line) => line.on !== on),
    "of another day",
  );
}

function refuseDay(model: Payments, claim: number, on: number, today: number): void {
  refuse(on > today, "day to come");
  refuse(on < the(model.claims[claim]).since, "before its approval");
}

function pay(model: Payments, command: Extract<Command, { name: "pay" }>, today: number): void {
  const { claim, on, document } = command;
  refuse(!["APPROVED", "PART_PAID"].includes(stateOf(model, claim)), "claim stands");
  const open = centsOf(model, claim) - paidOf(model, claim);
  const cents = command.cents ?? open;
  refuse(cents > open, "more than is open");
  refuseDay(model, claim, on, today);
  refuseDocument(model, document, claim, on);
  model.lines.push({ kind: "paid", ...NEW, claim, cents, on, document });
}
const NEW = { number: "", settledBy: null, isReversed: false, isReturned: false };

function credit(
  model: Payments,
  { claim, cents, number, on, document }: Omit<Line, "kind" | "settledBy" | "isReversed" | "isReturned">,
) {
  refuse(cents > centsOf(model, claim) - backOf(model, claim), "more than is left to credit");
  const open = centsOf(model, claim) - paidOf(model, claim);
  const settled = cents < open ? cents : open;
  const own = { ...NEW, claim, on, document };
  const at = model.lines.push({ kind: "credit", ...own, cents, number }) - 1;
  if (settled > 0n) model.lines.push({ kind: "settled", ...own, cents: settled, settledBy: at });
  model.room += cents;
}

function refuseBuiltUpon(model: Payments, { claim, cents }: Line): void {
  refuse(paidOf(model, claim) - cents < backOf(model, claim), "came back already");
}

/** A line that the step can apply to. */
function lineFor(model: Payments, at: number, states: readonly string[]): Line {
  const line = the(model.lines[at]);
  refuse(line.isReversed, "reversed already");
  refuse(!states.includes(stateOf(model, line.claim)), "claim stands");
  refuse(line.kind === "settled", "settled");
  return line;
}

function correct(model: Payments, command: Extract<Command, { name: "correct" }>, today: number): void {
  const line = lineFor(model, command.line, ["PART_PAID", "PAID", "RECOVERED"]);
  const { claim } = line;
  const right = {
    cents: command.cents ?? line.cents,
    on: command.on ?? line.on,
    document: command.document ?? line.document,
  };
  refuse(
    right.cents > 0n && right.cents === line.cents && right.on === line.on && right.document === line.document,
    "as it is",
  );
  if (right.cents > 0n) {
    refuseDay(model, claim, right.on, today);
    const backs = model.recoveries.filter((one) => one.claim === claim && !one.isReversed).map(({ on }) => on);
    const days = [...of(model, claim, ["paid"]).filter((one) => one !== line), right].map(({ on }) => on);
    const isLate = line.kind === "paid" && backs.length > 0 && Math.min(...days) > Math.min(...backs);
    refuse(isLate, "money came back before");
  }
  if (line.kind === "credit") {
    const settled = model.lines.find((one) => one.settledBy === command.line && !one.isReversed);
    refuse(line.cents > model.room, "used since");
    line.isReversed = true;
    if (settled) settled.isReversed = true;
    model.room -= line.cents;
    if (right.cents === 0n) return;
    if (right.document !== line.document) refuseDocument(model, right.document, null, right.on);
    credit(model, { ...line, ...right });
    return;
  }
  refuseBuiltUpon(model, line);
  refuse(right.cents > centsOf(model, claim) - paidOf(model, claim) + line.cents, "more than is open");
  line.isReversed = true;
  if (right.cents === 0n) return;
  if (right.document !== line.document) refuseDocument(model, right.document, claim, right.on);
  model.lines.push({ kind: "paid", ...NEW, claim, ...right });
}

function recover(model: Payments, command: Extract<Command, { name: "recover" }>, today: number): void {
  const { claim, on } = command;
  refuse(on > today, "day to come");
  refuse(!["PART_PAID", "PAID"].includes(stateOf(model, claim)), "claim stands");
  const days = of(model, claim, ["paid"]).map((line) => line.on);
  refuse(days.length > 0 && on < Math.min(...days), "before its payment");
  const left = paidOf(model, claim) - backOf(model, claim);
  const cents = command.cents ?? left;
  refuse(cents <= 0n, "nothing is paid");
  refuse(cents > left, "more than is paid");
  model.recoveries.push({ claim, cents, on, isReversed: false });
  model.room += cents;
}

const TAKE: {
  [N in Command["name"]]: (model: Payments, command: Extract<Command, { name: N }>, today: number) => void;
} = {
  pay,
  sendBack: (model, { line: at, on }, today) => {
    refuse(on > today, "day to come");
    const line = lineFor(model, at, ["PART_PAID", "PAID"]);
    refuse(line.kind === "credit", "a credit note");
    refuse(on < line.on, "before its payment");
    refuseBuiltUpon(model, line);
    line.isReversed = true;
    line.isReturned = true;
  },
  credit: (model, command, today) => {
    const { claim, number, on } = command;
    refuse(!["APPROVED", "PART_PAID", "PAID"].includes(stateOf(model, claim)), "claim stands");
    const isTaken = of(model, claim, ["credit"]).some((line) => line.number === number);
    refuse(isTaken, "credited already");
    refuseDay(model, claim, on, today);
    refuseDocument(model, command.document, null, on);
    credit(model, command);
  },
  correct,
  recover,
  reverse: (model, { recovery }) => {
    const one = the(model.recoveries[recovery]);
    refuse(one.isReversed, "reversed already");
    refuse(one.cents > model.room, "used since");
    one.isReversed = true;
    model.room -= one.cents;
  },
  claimRest: (model) => {
    refuse(model.isClosed, "year closed");
    refuse(model.room === 0n, "nothing left");
    refuse(model.rest > 0n, "claimed already");
    model.rest = model.room;
    model.room = 0n;
  },
  returnRest: (model) => {
    refuse(model.rest === 0n, "nothing claimed");
    model.room += model.rest;
    model.rest = 0n;
  },
};

/** Applies a command to the model, or returns why it is refused. */
export function take(model: Payments, command: Command, today: number): { model: Payments; refused: string | null } {
  const after = structuredClone(model);
  try {
    (TAKE[command.name] as (model: Payments, command: Command, today: number) => void)(after, command, today);
    return { model: after, refused: null };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { model, refused: error.message };
  }
}

/** The kind of a command, for counting. */
export function kindOf(model: Payments, command: Command): string {
  const closed = model.isClosed ? " in a closed year" : "";
  return `${plainKind(model, command)}${closed}`;
}

const openOf = (model: Payments, claim: number): bigint => centsOf(model, claim) - paidOf(model, claim);

type Kinds = { [N in Command["name"]]?: (model: Payments, command: Extract<Command, { name: N }>) => string };
const KINDS: Kinds = {
  pay: (model, { claim, cents, document }) => {
    if (model.lines.some((line) => line.document === document && line.kind === "paid")) return "pay with another";
    const again = model.lines.some((line) => line.claim === claim && line.isReversed) ? " again" : "";
    return `pay ${cents !== null && cents < openOf(model, claim) ? "a part" : "all"}${again}`;
  },
  credit: (model, { claim, cents }) => (cents > openOf(model, claim) ? "credit" : "credit what is open"),
  correct: (model, { line, cents, on }) => {
    const what = model.lines[line]?.kind === "credit" ? "a credit note" : "a payment";
    if (cents === 0n) return `take ${what} away`;
    const right = on !== null ? "day" : "document";
    return `correct the ${cents !== null ? "amount" : right} of ${what}`;
  },
  recover: (_model, { cents }) => (cents === null ? "recover all" : "recover a part"),
};
const plainKind = (model: Payments, command: Command): string =>
  (KINDS[command.name] as ((model: Payments, command: Command) => string) | undefined)?.(model, command) ??
  command.name;

const pick = <T>(all: readonly T[], dice: Dice): T | undefined => (all.length ? all[dice(all.length)] : undefined);
/** All of it, a part, or one cent more than there is. */
const partOf = (cents: bigint, dice: Dice): bigint | null =>
  [null, cents / 2n, cents / 3n + 1n, cents, cents + 1n][dice(5)] || null;

type Choosing = { model: Payments; today: number; dice: Dice; token: string };

const dayOf = ({ today, dice }: Choosing, since: number): number =>
  [today, today, since, since - 1, today + 1][dice(5)] ?? today;
/** A new payment, or one that exists already, occasionally of this claim. */
function documentOf({ model, dice, token }: Choosing, claim?: number): string {
  const lines = model.lines.filter((line) => !line.isReversed && (dice(3) || line.claim === claim));
  return dice(2) ? `FIN ${token}` : (pick(lines, dice)?.document ?? `FIN ${token}`);
}

/** What somebody might do with a claim. */
function withClaim(choosing: Choosing, claim: number): Command[] {
  const { model, dice, token } = choosing;
  const { since = 0 } = model.claims[claim] ?? {};
  const [open, left] = [openOf(model, claim), paidOf(model, claim) - backOf(model, claim)];
  const document = documentOf(choosing, claim);
  const documentOn = model.lines.find((each) => each.document === document && !each.isReversed)?.on;
  const on = documentOn !== undefined && dice(4) ? documentOn : dayOf(choosing, since);
  const credits = model.lines.filter(({ kind }) => kind === "credit");
  const number = dice(6) ? `CN ${token}` : (pick(credits, dice)?.number ?? `CN ${token}`);
  const paid = of(model, claim, ["paid"]);
  const paidOn = Math.min(...paid.map((each) => each.on), dayOf(choosing, since));
  const before = pick(paid, dice);
  return [
    { name: "pay", claim, cents: partOf(open, dice), on, document },
    // The rest with the document of a part: the same payment entered twice.
    ...(before ? [{ name: "pay", claim, cents: null, on: before.on, document: before.document } as const] : []),
    { name: "credit", claim, number, on, document, cents: partOf(dice(2) ? open : left, dice) ?? 1n },
    { name: "recover", claim, cents: partOf(left, dice), on: dayOf(choosing, paidOn) },
  ];
}

/** What somebody might do with a line of a payment. */
function withLine(choosing: Choosing, line: number): Command[] {
  const { model, dice } = choosing;
  const { cents = 0n, on = 0 } = model.lines[line] ?? {};
  const wrong = { cents: null, on: null, document: null };
  const rights = [
    { cents: 0n },
    { cents: partOf(cents, dice) },
    { on: dayOf(choosing, on) },
    { document: documentOf(choosing) },
    {},
  ];
  return [
    { name: "sendBack", line, on: dayOf(choosing, on) },
    { name: "correct", line, ...wrong, ...rights[dice(rights.length)] },
  ];
}

/** The index of a current one, or occasionally of another; none where there is none. */
function some(all: readonly { isReversed: boolean }[], dice: Dice): number[] {
  const places = all.flatMap(({ isReversed }, at) => (isReversed && dice(12) ? [] : [at]));
  const place = pick(places, dice);
  return place === undefined ? [] : [place];
}

/** What could be done next, as by somebody who acts sensibly, or nearly. */
export function choices(model: Payments, today: number, dice: Dice, token: string): Command[] {
  const choosing = { model, today, dice, token };
  const made = Array.from({ length: 8 }, (): Command[] => [
    ...withClaim(choosing, dice(model.claims.length)),
    ...some(model.lines, dice).flatMap((line) => withLine(choosing, line)),
    ...some(model.recoveries, dice).map((recovery): Command => ({ name: "reverse", recovery })),
  ]).flat();
  return [...made, { name: dice(8) === 0 ? "claimRest" : "returnRest" }];
}

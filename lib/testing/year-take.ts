// How each command changes the model (year-model.ts), or why it is refused.
import { firstDay, juneOf, lastDay, yearOf } from "./year-days.ts";
import {
  type Adjustment,
  advanceLeft,
  available,
  type Change,
  type ChangeKind,
  type ClaimState,
  type Command,
  held,
  leftOf,
  type Model,
  type Moved,
  movable,
  type Name,
  type Named,
  OPEN,
  openOf,
  paidOf,
  sum,
  the,
  whyNotClosed,
} from "./year-model.ts";
import {
  claimOf,
  enter,
  Refused,
  refuse,
  step,
  takeCorrected,
  takeCredit,
  takePayment,
  takeRecovery,
  takeReversal,
  takeSentBack,
} from "./year-money.ts";

function takeClaim(model: Model, command: Named<"claim">, today: number): void {
  const { initiative, on, cents, isAdvance, accountsFor, accounted } = command;
  const one = step(model, command);
  const year = yearOf(on);
  const { cutoff, isClosed } = the(model.years[year]);
  refuse(year > yearOf(today), "not begun");
  refuse(cutoff !== null && !isClosed && today > cutoff, "after the cut-off");
  refuse(!isAdvance && on > today, "work ahead");
  refuse(isAdvance && on < today, "work is over");
  refuse(held(model, initiative, year).committed === 0n, "nothing committed");
  refuse(cents + accounted === 0n, "nothing claimed");
  refuse(cents > leftOf(model, initiative, year), isClosed ? "more than was accrued" : "more than is left");
  refuse(accounted > advanceLeft(model, initiative, accountsFor), "more than advanced");
  one.claims.push({
    ...{ year, cents, isAdvance, accountsFor, accounted, state: "CLAIMED", decidedOn: 0, paidThen: 0n },
    ...{ payments: [], recoveries: [], credits: [] },
    isOfAccrual: isClosed,
    turn: ++model.turn,
  });
}

type Decision = Named<"confirmWork" | "approveClaim" | "returnClaim" | "withdrawClaim">;

function takeDecision(model: Model, command: Decision, today: number) {
  const claim = claimOf(model, command);
  const from: Partial<Record<Decision["name"], readonly ClaimState[]>> = {
    confirmWork: ["CLAIMED"],
    approveClaim: ["CONFIRMED"],
    withdrawClaim: ["CLAIMED", "CONFIRMED"],
    returnClaim: ["CLAIMED", "CONFIRMED", "APPROVED"],
  };
  const states = from[command.name] ?? [];
  refuse(!states.includes(claim.state), "claim stands");
  const decided = {
    confirmWork: "CONFIRMED",
    approveClaim: "APPROVED",
    returnClaim: "RETURNED",
    withdrawClaim: "CANCELLED",
  } as const;
  claim.state = command.name === "approveClaim" && claim.cents === 0n ? "SETTLED" : decided[command.name];
  if (claim.state !== "CONFIRMED") claim.decidedOn = today;
}

function takeAccrual(model: Model, command: Named<"stateAccrual">, today: number): void {
  const { initiative, year, cents } = command;
  const one = step(model, command);
  refuse(the(model.years[year]).isClosed, "year closed");
  refuse(year > yearOf(today) || today < juneOf(year), "not asked yet");
  refuse(held(model, initiative, year).committed === 0n, "nothing committed");
  refuse(cents > leftOf(model, initiative, year), "more than is left");
  one.stated[year] = { cents, turn: ++model.turn };
}

type NewChange = Pick<Change, "token" | "kind" | "year"> & Partial<Change>;
const ask = (model: Model, change: NewChange): number =>
  model.changes.push({ state: "ASKED", cents: 0n, effectiveOn: 0, moved: [], corrects: null, ...change });

function takeCarry(model: Model, { token, year, cents, initiatives }: Named<"carry">, today: number): void {
  const from = the(model.years[year]);
  refuse(!model.years[year + 1], "no such year");
  refuse(yearOf(today) > year + 1, "next year ended");
  refuse(from.isClosed, "year closed");
  const waiting = model.changes.filter(
    (one) => one.kind === "CARRY_FORWARD" && one.state === "ASKED" && one.year === year,
  );
  refuse(
    waiting.some((one) => one.moved.some(({ initiative }) => initiatives.includes(initiative))),
    "waits to be carried",
  );
  const moved = initiatives.map((initiative) => movable(model, initiative, year));
  refuse(
    moved.some((one) => one.reserved + one.committed === 0n),
    "nothing to carry",
  );
  const total = cents + sum(moved.map((one) => one.reserved + one.committed));
  refuse(total === 0n, "nothing to carry");
  const isOfFree = ({ cents: all, moved: along }: Change) =>
    all > sum(along.map((one) => one.reserved + one.committed));
  refuse(cents > 0n && waiting.some(isOfFree), "waits to be carried");
  refuse(cents > available(from), "not enough");
  ask(model, { token, kind: "CARRY_FORWARD", year, cents: total, moved });
}

/** What a correction would reverse, the earlier year first. */
function reversible(model: Model, of: string): Adjustment[] {
  const entries = model.adjustments.filter((entry) => entry.of === of).sort((a, b) => a.year - b.year);
  refuse(
    entries.some(({ isCorrection }) => isCorrection),
    "a correction",
  );
  refuse(
    entries.some(({ isCorrected }) => isCorrected),
    "corrected already",
  );
  return entries;
}

/** What a carry-forward moved, and would move back. */
function movedBack(model: Model, carried: Change): Moved[] {
  if (!carried.moved.length) return [];
  refuse(the(model.years[carried.year]).isClosed, "year closed");
  return carried.moved.map(({ initiative, reserved, committed }) => {
    const total = reserved + committed;
    const into = held(model, initiative, carried.year + 1);
    const unspent = into.committed - into.paid - openOf(model, initiative, carried.year + 1);
    const { isProposal } = the(model.initiatives[initiative]);
    refuse(total > (isProposal ? into.reserved : unspent), "spent meanwhile");
    return { initiative, reserved: isProposal ? total : 0n, committed: isProposal ? 0n : total };
  });
}

function takeCorrection(model: Model, { token, of, year }: Named<"correct">): void {
  const isAsked = model.changes.some(({ corrects, state }) => corrects === of && state === "ASKED");
  if (reversible(model, of).length > 1) movedBack(model, changeOf(model, of));
  refuse(isAsked, "waits to be corrected");
  ask(model, { token, kind: "CORRECTION", year, corrects: of });
}

function takeClosing(model: Model, { token, year }: Named<"close">, today: number): void {
  const why = whyNotClosed(model, year, today);
  refuse(why !== null, why ?? "");
  const isAsked = model.changes.some((one) => one.kind === "CLOSING" && one.year === year && one.state === "ASKED");
  refuse(isAsked, "asked already");
  ask(model, { token, kind: "CLOSING", year });
}

const changeOf = (model: Model, token: string): Change => the(model.changes.find((one) => one.token === token));

function takeSettling(model: Model, { name, change: token }: Named<"decline" | "withdraw">): void {
  const change = changeOf(model, token);
  refuse(change.state !== "ASKED" && !(name === "withdraw" && change.state === "WAITS"), "change ended");
  change.state = name === "decline" ? "DECLINED" : "WITHDRAWN";
}

function takeConfirmation(model: Model, { change: token, isSamePerson }: Named<"confirm">, today: number): void {
  const change = changeOf(model, token);
  refuse(change.state !== "ASKED", "change ended");
  refuse(isSamePerson, "same person");
  const isLater = change.effectiveOn > today && change.effectiveOn !== firstDay(change.year);
  if (change.kind === "ENVELOPE" && isLater) {
    change.state = "WAITS";
    return;
  }
  change.state = "APPLIED";
  APPLY[change.kind](model, change, today);
}

function adjust(model: Model, { year, cents, of, isCorrection }: Omit<Adjustment, "isCorrected">): void {
  enter(model, { year, envelope: cents, isPromise: true, isCorrection });
  model.adjustments.push({ of, year, cents, isCorrected: false, isCorrection });
}

const APPLY: Record<ChangeKind, (model: Model, change: Change, today: number) => void> = {
  ENVELOPE: (model, { token: of, year, cents }) => adjust(model, { of, year, cents, isCorrection: false }),
  CARRY_FORWARD: (model, change, today) => {
    const { year, moved, cents, token: of } = change;
    refuse(yearOf(today) > year + 1, "next year ended");
    for (const one of moved) {
      const now = movable(model, one.initiative, year);
      refuse(now.reserved < one.reserved || now.committed < one.committed, "spent meanwhile");
    }
    move(model, moved, year, year + 1, () => {
      adjust(model, { of, year, cents: -cents, isCorrection: false });
      adjust(model, { of, year: year + 1, cents, isCorrection: false });
    });
  },
  CORRECTION: (model, { token: of, corrects }) => {
    const entries = reversible(model, corrects ?? "");
    for (const entry of entries) entry.isCorrected = true;
    const carried = changeOf(model, corrects ?? "");
    const moved = entries.length > 1 ? movedBack(model, carried) : [];
    move(model, moved, carried.year + 1, carried.year, () => {
      const [latest, ...others] = [...entries].reverse();
      for (const { year, cents } of latest ? [latest, ...others] : []) {
        adjust(model, { of, year, cents: -cents, isCorrection: true });
      }
    });
  },
  CLOSING: (model, { year }, today) => {
    const why = whyNotClosed(model, year, today);
    refuse(why !== null, why ?? "");
    const whole = the(model.years[year]);
    whole.isClosed = true;
    const rows = model.initiatives.map((_, of) => ({ of, ...held(model, of, year) }));
    model.statements[year] = [{ of: "year" as const, ...whole }, ...rows.filter(({ committed }) => committed > 0n)].map(
      ({ of, committed, paid }) => ({ of, committed, paid }),
    );
    for (const [initiative, one] of model.initiatives.entries()) {
      const { committed, paid } = held(model, initiative, year);
      one.accrued[year] = committed - paid;
      for (const claim of one.claims) {
        if (claim.year !== year) continue;
        claim.paidThen = paidOf(claim);
        if (OPEN.includes(claim.state)) claim.isOfAccrual = true;
      }
    }
  },
};

/** The initiatives’ money leaves before the envelope does, and arrives after it. */
function move(model: Model, moved: readonly Moved[], from: number, into: number, envelopes: () => void): void {
  for (const { initiative } of moved) the(model.initiatives[initiative]).revision++;
  for (const { initiative, reserved, committed } of moved) {
    if (committed) enter(model, { year: from, initiative, committed: -committed, isPromise: true });
    if (reserved) enter(model, { year: from, initiative, reserved: -reserved });
  }
  envelopes();
  for (const { initiative, reserved, committed } of moved) {
    enter(model, { year: into, initiative, reserved, committed, isPromise: true });
  }
}

function takeRecommendation(model: Model, command: Named<"recommend">, today: number): void {
  const { initiative, year, cents } = command;
  const one = step(model, command);
  refuse(one.isRecommended, "state");
  refuse(year < yearOf(today), "year ended");
  enter(model, { year, initiative, reserved: cents, isPromise: true });
  one.isRecommended = true;
}

function takeReturn(model: Model, command: Named<"returnRecommendation">): void {
  const one = step(model, command);
  refuse(!one.isRecommended, "state");
  one.isRecommended = false;
  for (const [year, { reserved }] of Object.entries(one.years)) {
    enter(model, { year: Number(year), initiative: command.initiative, reserved: -reserved });
  }
}

function takeDue(model: Model, today: number): void {
  const due = model.changes.filter(({ state, effectiveOn }) => state === "WAITS" && effectiveOn <= today);
  for (const change of due.sort((a, b) => a.effectiveOn - b.effectiveOn)) {
    try {
      APPLY.ENVELOPE(model, change, today);
      change.state = "APPLIED";
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
}

const TAKE: { [N in Name]: (model: Model, command: Named<N>, today: number) => void } = {
  give: (model, { year, initiative, cents }) => enter(model, { year, initiative, committed: cents, isPromise: true }),
  release: (model, { initiative }) => {
    for (const [year, { committed, paid }] of Object.entries(the(model.initiatives[initiative]).years)) {
      enter(model, { year: Number(year), initiative, committed: paid - committed });
    }
  },
  recommend: takeRecommendation,
  returnRecommendation: takeReturn,
  claim: takeClaim,
  confirmWork: takeDecision,
  approveClaim: takeDecision,
  returnClaim: takeDecision,
  withdrawClaim: takeDecision,
  pay: takePayment,
  recover: takeRecovery,
  sendBack: takeSentBack,
  reverse: takeReversal,
  credit: takeCredit,
  correctPayment: takeCorrected,
  stateAccrual: takeAccrual,
  setCutoff: (model, { year, day }, today) => {
    const one = the(model.years[year]);
    refuse(one.isClosed, "year closed");
    refuse(day <= lastDay(year), "day within the year");
    refuse(day < today, "day is over");
    refuse(day > lastDay(Math.max(year + 1, yearOf(today))), "day too far away");
    refuse(day === one.cutoff, "the same day");
    one.cutoff = day;
  },
  adjust: (model, { token, year, cents, effectiveOn }) => {
    const one = the(model.years[year]);
    refuse(one.isClosed, "year closed");
    refuse(available(one) + cents < 0n, "not enough");
    ask(model, { token, kind: "ENVELOPE", year, cents, effectiveOn });
  },
  carry: takeCarry,
  correct: takeCorrection,
  close: takeClosing,
  confirm: takeConfirmation,
  decline: takeSettling,
  withdraw: takeSettling,
  applyDue: (model, _, today) => takeDue(model, today),
  planYears: (model, _, today) => {
    for (const year of [0, 1, 2].map((more) => yearOf(today) + more)) {
      model.years[year] ??= { envelope: 0n, reserved: 0n, committed: 0n, paid: 0n, cutoff: null, isClosed: false };
    }
  },
};

/** Applies a command to the model on a day, or returns why it is refused; the given model is not changed. */
export function take(model: Model, command: Command, today: number): { model: Model; refused: string | null } {
  const after = structuredClone(model);
  try {
    (TAKE[command.name] as (model: Model, command: Command, today: number) => void)(after, command, today);
    return { model: after, refused: null };
  } catch (error) {
    if (error instanceof Refused) return { model, refused: error.message };
    throw error;
  }
}

// Years compared with their model: money is given, claimed, advanced, paid, accrued, carried forward and corrected by
// random commands, one after another and at once, while the clock passes the ends of years, cut-offs and both changes
// of daylight saving. After each of them the fund is the result of some order of them in the model.
import { expect, test } from "vitest";
import { listLedgerDifferences } from "#lib/budget/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { Balance, diceOf } from "#lib/testing/random.ts";
import { choices, kindOf, towardsClosing } from "#lib/testing/year-choices.ts";
import {
  beginsAt,
  dayAt,
  daylightSavingBeginsAt,
  daylightSavingEndsAt,
  firstDay,
  lastDay,
  yearOf,
} from "#lib/testing/year-days.ts";
import { newModel, today, useYearFund } from "#lib/testing/year-fund.ts";
import { type Command, type Model, whyNotClosed } from "#lib/testing/year-model.ts";
import { expectExplained, runAtOnce } from "#lib/testing/year-order.ts";
import { expectRead, statementOf } from "#lib/testing/year-seen.ts";
import { take } from "#lib/testing/year-take.ts";
import { seed } from "../../bin/test-server.ts";

useYearFund();

const goTo = (at: number) => {
  shiftClock(Math.max(at, now().getTime()) - Date.now());
};

/** Years that are closed on the way: more of them until everything has occurred. */
const YEARS = Number(process.env.TEST_YEARS ?? 2);
const YEARS_MAX = YEARS + 12;
/** Commands, or groups of them, at each stop of the clock. */
const GROUPS = 6;
const ARRANGEMENTS = 3;
const HOUR_MS = 3_600_000;

/** What must occur, or the test proves little. */
const SEEN = [
  "give",
  "release",
  "recommend",
  "returnRecommendation",
  "claim",
  "claim in a closed year",
  "advance",
  "account for an advance",
  "confirmWork",
  "approveClaim",
  "returnClaim",
  "withdrawClaim",
  "pay",
  "pay a part",
  "pay in a closed year",
  "pay an advance",
  "recover",
  "recover a part",
  "recover an advance",
  "recover in a closed year",
  "sendBack",
  "sendBack in a closed year",
  "reverse",
  "reverse in a closed year",
  "credit",
  "credit in a closed year",
  "correct a payment",
  "correct a payment in a closed year",
  "correct a credit note",
  "stateAccrual",
  "setCutoff",
  "adjust",
  "carry",
  "correct",
  "close",
  "confirm ENVELOPE",
  "confirm CARRY_FORWARD",
  "confirm CORRECTION",
  "confirm CORRECTION in a closed year",
  "confirm CLOSING",
  "decline",
  "withdraw",
];
const REFUSED = [
  "year closed",
  "not begun",
  "after the cut-off",
  "work ahead",
  "work is over",
  "more than is left",
  "more than was accrued",
  "more than advanced",
  "accounted for",
  "paid after the cut-off",
  "before its approval",
  "before its payment",
  "more than is open",
  "more than is paid",
  "reversed already",
  "more than is left to credit",
  "came back already",
  "day to come",
  "not asked yet",
  "year ended",
  "not enough",
  "claimed",
  "claim stands",
  "stale",
  "same person",
  "not ended",
  "before the cut-off",
  "reserved",
  "not accrued",
  "changes wait",
  "earlier year open",
];

class Story {
  readonly done = new Balance<string>();
  readonly refusals = new Balance<string>();
  private readonly statements = new Map<number, string>();
  private turn = 0;
  dice = diceOf(seed());
  model: Model;
  constructor(model: Model) {
    this.model = model;
  }

  /**
   * Three times out of four a command that the model accepts, otherwise one that it refuses; of either, the one that
   * was tried least.
   */
  next(): Command {
    const { model, dice } = this;
    const judged = choices(model, today(), dice).map((command) => {
      const { refused } = take(model, command, today());
      return { command, isTaken: refused === null, kind: refused ?? kindOf(model, command) };
    });
    const isTaken = dice(4) > 0;
    const some = judged.filter((one) => one.isTaken === isTaken);
    const fit = some.length ? some : judged;
    const kind = (fit[0]?.isTaken ? this.done : this.refusals).next(
      [...new Set(fit.map((one) => one.kind))],
      dice(1_000),
    );
    const alike = fit.filter((one) => one.kind === kind);
    return alike[dice(alike.length)]?.command ?? { name: "planYears" };
  }

  async run(...commands: Command[]): Promise<void> {
    const before = this.model;
    const outcomes = await runAtOnce(commands);
    this.model = await expectExplained(before, outcomes);
    for (const { command, said, days } of outcomes) {
      const kind = kindOf(before, command);
      if (said === null)
        for (const name of new Set([kind, kind.replace(" in a closed year", "")])) this.done.took(name);
      else this.refusals.took(take(before, command, days[0] ?? 0).refused ?? "lost to another");
    }
    // From here on the random choices are the same, whichever of them came first.
    this.dice = diceOf(seed() + ++this.turn);
  }

  /** One to three commands, at once. */
  group = (count = Math.max(1, this.dice(5) - 1)): Promise<void> =>
    this.run(...Array.from({ length: count }, () => this.next()));

  async stay(groups = GROUPS): Promise<void> {
    for (let count = 0; count < groups; count++) await this.group();
    await this.check();
  }

  /** The clock is set just before an instant and runs on: simultaneous commands start before it and end after it. */
  async cross(at: number): Promise<void> {
    goTo(at - this.dice(60));
    await this.group(3);
    goTo(at);
    await this.run({ name: "planYears" });
    await this.run({ name: "applyDue" });
    await this.stay(GROUPS / 3);
  }

  private of(initiative: number) {
    const { revision = 0, claims = [] } = this.model.initiatives[initiative] ?? {};
    return { initiative, revision, claim: claims.length };
  }

  /** Asked for by one, and confirmed by the other. */
  private async byTwo(command: Command & { token: string }): Promise<void> {
    await this.run(command);
    const isAsked = this.model.changes.some(({ token }) => token === command.token);
    if (isAsked) await this.run({ name: "confirm", change: command.token, isSamePerson: false });
  }

  /**
   * What chance seldom leaves at the end of a year: a lowered envelope, a reserve, an advance with an account of it, an
   * approved claim.
   */
  async leave(year: number): Promise<void> {
    const on = Math.min(today(), lastDay(year));
    if (year === yearOf(today()))
      await this.byTwo({ name: "adjust", token: `lowered ${year}`, year, cents: -1n, effectiveOn: firstDay(year) });
    const claim = (isAdvance: boolean, accountsFor: number | null, accounted: bigint) => {
      const own = { token: `left ${this.turn}`, on, cents: 10_00n, isAdvance, accountsFor, accounted };
      return this.run({ name: "claim", ...this.of(0), ...own });
    };
    await this.run({ name: "recommend", ...this.of(ARRANGEMENTS), year, cents: 1_00n });
    await this.run({ name: "give", initiative: 0, year, cents: 100_00n });
    await claim(true, null, 0n);
    const { claim: advance } = this.of(0);
    await this.run({ name: "confirmWork", ...this.of(0) });
    await this.run({ name: "approveClaim", ...this.of(0) });
    await this.run({ name: "pay", ...this.of(0), on: today() });
    await claim(false, advance, 3_00n);
    await claim(false, null, 0n);
    await this.run({ name: "confirmWork", ...this.of(0) });
    await this.run({ name: "approveClaim", ...this.of(0) });
  }

  /** After the cut-off, nothing approved before it can be claimed or paid any more, until the year is closed. */
  async payLate(year: number): Promise<void> {
    for (const [initiative, { claims }] of this.model.initiatives.entries()) {
      const late = claims.findIndex((one) => one.state === "APPROVED" && one.year === year);
      if (late >= 0) await this.run({ name: "pay", ...this.of(initiative), claim: late + 1, on: today() });
      const own = { token: `late ${this.turn}`, on: lastDay(year), cents: 1n, isAdvance: false };
      if (initiative < ARRANGEMENTS)
        await this.run({ name: "claim", ...this.of(initiative), ...own, accountsFor: null, accounted: 0n });
    }
  }

  /** Settles what prevents closing a year, while other things happen. */
  async close(year: number): Promise<void> {
    let isHindered = false;
    for (let turn = 0; turn < 80; turn++) {
      if (!isHindered && whyNotClosed(this.model, year, today()) === null) {
        isHindered = true;
        await this.run({ name: "adjust", token: `late ${year}`, year, cents: 1n, effectiveOn: firstDay(year) });
        await this.run({ name: "close", token: `blocked ${year}`, year });
      }
      // A cut-off day cannot be in the past: the year can be closed on the day after.
      if (this.model.years[year]?.cutoff === today()) goTo(beginsAt(today() + 1) + 12 * HOUR_MS);
      const next = towardsClosing(this.model, year, today(), this.dice);
      if (next === null) break;
      if (this.dice(4)) await this.run(next);
      else await this.run(next, this.next());
    }
    expect([year, "is closed", this.model.years[year]?.isClosed]).toEqual([year, "is closed", true]);
    const of = `lowered ${year}`;
    const isLowered = this.model.adjustments.some((one) => one.of === of);
    if (isLowered) await this.byTwo({ name: "correct", token: `raised ${year}`, of, year });
  }

  /** What people read about it: what remains, what has to be settled; and what was closed stays as it was closed. */
  async check(): Promise<void> {
    expect(await listLedgerDifferences()).toEqual([]);
    await expectRead(this.model);
    for (const [year, { isClosed }] of Object.entries(this.model.years)) {
      if (!isClosed) continue;
      const statement = await statementOf(Number(year));
      expect(this.statements.get(Number(year)) ?? statement).toBe(statement);
      this.statements.set(Number(year), statement);
    }
  }
}

/** A financial year, from its first second on; the year before is closed in it. */
async function live(story: Story, year: number): Promise<void> {
  const goToNoon = (day: number) => goTo(beginsAt(day) + 12 * HOUR_MS);
  await story.cross(beginsAt(firstDay(year)));
  goToNoon(firstDay(year) + 12);
  await story.run({ name: "close", token: `early ${year}`, year: year - 1 });
  await story.run({ name: "setCutoff", year: year - 1, day: firstDay(year) + 20 });
  await story.stay();
  await story.leave(year - 1);
  const { cutoff } = story.model.years[year - 1] ?? {};
  if (cutoff) await story.cross(beginsAt(cutoff + 1));
  await story.payLate(year - 1);
  goToNoon(firstDay(year) + 40);
  await story.close(year - 1);
  await story.stay(2 * GROUPS);
  for (const changes of [daylightSavingBeginsAt(year), daylightSavingEndsAt(year + 1)]) {
    await story.cross(changes);
    await story.cross(beginsAt(dayAt(changes) + 1));
    await story.stay();
  }
  await story.cross(beginsAt(lastDay(year) - 29));
  goToNoon(lastDay(year) - 9);
  await story.stay();
  await story.leave(year);
}

test(`${YEARS} years or more of random commands are what the model says, also where the clock goes over their ends`, async () => {
  const model = await newModel(ARRANGEMENTS, 1);
  const first = Math.min(...Object.keys(model.years).map(Number));
  const story = new Story(model);
  goTo(beginsAt(lastDay(first) - 9));
  await story.stay();
  await story.leave(first);
  const missing = () => [...story.done.missing(SEEN), ...story.refusals.missing(REFUSED)];
  let count = 0;
  while (count < YEARS || (missing().length && count < YEARS_MAX)) await live(story, first + ++count);
  console.log(`${count} years. Taken: ${story.done.words()}. Refused: ${story.refusals.words()}.`);
  expect(missing()).toEqual([]);
}, 1_800_000);

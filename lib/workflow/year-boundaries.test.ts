// The instants at which a day, a financial year, the month of unclaimed work, or the day after a cut-off starts: an
// hour before, on the very second, and from then on, by an independent calendar (lib/testing/year-days.ts).
import { expect, test } from "vitest";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { atTime, dayOf, endOfDay } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { diceOf } from "#lib/testing/random.ts";
import {
  beginsAt,
  dayAt,
  daylightSavingBeginsAt,
  daylightSavingEndsAt,
  firstDay,
  lastDay,
} from "#lib/testing/year-days.ts";
import { newModel, today, useYearFund } from "#lib/testing/year-fund.ts";
import type { Command, Model } from "#lib/testing/year-model.ts";
import { expectExplained, type Outcome, runAtOnce } from "#lib/testing/year-order.ts";
import { seed } from "../../bin/test-server.ts";

useYearFund();

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const dice = diceOf(seed());
const dateOf = (day: number) => new Date(day * DAY_MS);

test("the day of an instant is the same in the portal, in the database and by the rule of daylight saving", async () => {
  const instants = Array.from({ length: 30 }, (_, count) => 2020 + count).flatMap((year) => {
    const days = [
      firstDay(year),
      lastDay(year),
      dayAt(daylightSavingEndsAt(year)),
      dayAt(daylightSavingBeginsAt(year)),
      firstDay(year) + dice(365),
    ];
    const edges = [
      daylightSavingEndsAt(year),
      daylightSavingBeginsAt(year),
      ...days.flatMap((day) => [beginsAt(day), beginsAt(day + 1)]),
    ];
    return edges.flatMap((at) => [at - HOUR_MS, at - 1_000, at - 1, at, at + 1, at + HOUR_MS + dice(HOUR_MS)]);
  });
  const rows = await db().$queryRaw<{ day: Date }[]>`
    SELECT (at AT TIME ZONE 'Pacific/Auckland')::date AS day
    FROM unnest(${instants.map((at) => new Date(at).toISOString())}::timestamptz[]) WITH ORDINALITY one (at, number) ORDER BY number`;
  const days = instants.map((at) => dateOf(dayAt(at)));
  expect(instants.map((at) => dayOf(new Date(at)))).toEqual(days);
  expect(rows.map(({ day }) => day)).toEqual(days);
  for (const at of instants) {
    const day = dayAt(at);
    expect([atTime(dateOf(day), "00:00").getTime(), endOfDay(dateOf(day)).getTime()]).toEqual([
      beginsAt(day),
      beginsAt(day + 1) - 1_000,
    ]);
  }
});

let model: Model;
let number = 0;
const step = (initiative: number) => ({ initiative, revision: model.initiatives[initiative]?.revision ?? 0 });
const claim = (on: number) => (): Command => {
  const own = { cents: 1n, isAdvance: false, accountsFor: null, accounted: 0n };
  return { name: "claim", ...step(0), token: `claim ${++number}`, on, ...own };
};

async function run(...commands: Command[]): Promise<Outcome[]> {
  const outcomes = await runAtOnce(commands);
  model = await expectExplained(model, outcomes);
  return outcomes;
}

/** `ends`: accepted before an instant and refused from then on; `begins`: the other way round. */
type Boundary = { at: number; ends?: () => Command; begins?: () => Command };

const boundaries = (year: number, cutoff: number): [string, Boundary][] => [
  [
    "a year",
    {
      at: beginsAt(firstDay(year)),
      ends: () => ({ name: "recommend", ...step(1), year: year - 1, cents: 1_00n }),
      begins: claim(firstDay(year)),
    },
  ],
  ["the day after a cut-off", { at: beginsAt(cutoff + 1), ends: claim(lastDay(year - 1)) }],
  ...[daylightSavingBeginsAt(year), daylightSavingEndsAt(year + 1)].flatMap((changes): [string, Boundary][] => [
    ["the day on which the clocks change", { at: beginsAt(dayAt(changes)), begins: claim(dayAt(changes)) }],
    ["the day after they change", { at: beginsAt(dayAt(changes) + 1), begins: claim(dayAt(changes) + 1) }],
  ]),
  [
    "the month of unclaimed work",
    {
      at: beginsAt(lastDay(year) - 29),
      begins: () => ({ name: "stateAccrual", ...step(0), year, cents: 1n }),
    },
  ],
];

/** Both at once, or whichever exist; a recommendation is returned afterwards. Returns whether each was accepted. */
async function attempt({ ends, begins }: Boundary): Promise<(boolean | null)[]> {
  const [end, begin] = [ends?.(), begins?.()];
  const outcomes = await run(...[end, begin].filter((one) => one !== undefined));
  if (model.initiatives[1]?.isRecommended) await run({ name: "returnRecommendation", ...step(1) });
  const isTaken = (command: Command | undefined) =>
    command ? outcomes.some((one) => one.command === command && one.said === null) : null;
  return [isTaken(end), isTaken(begin)];
}

test("what a day ends is taken an hour before it and refused from its first second on, and what it begins the other way round", async () => {
  model = await newModel(1, 1);
  const first = Math.min(...Object.keys(model.years).map(Number));
  const year = first + 1;
  for (const of of [first, year]) await run({ name: "give", initiative: 0, year: of, cents: 1_000n });
  await run({ name: "setCutoff", year: first, day: lastDay(first) + 25 });
  for (const [name, boundary] of boundaries(year, lastDay(first) + 25)) {
    const is = { ends: boundary.ends ? true : null, begins: boundary.begins ? true : null };
    const isNot = (one: boolean | null) => one && !one;
    shiftClock(boundary.at - HOUR_MS - Date.now());
    expect([name, "before", ...(await attempt(boundary))]).toEqual([name, "before", is.ends, isNot(is.begins)]);
    // On the second, some start before and end after it: either is right, and the fund is the result of one order of
    // them.
    for (let time = 0; time < 4; time++) {
      shiftClock(boundary.at - dice(80) - Date.now());
      await attempt(boundary);
    }
    shiftClock(Math.max(boundary.at, now().getTime()) - Date.now());
    expect(today()).toBe(dayAt(boundary.at));
    expect([name, "after", ...(await attempt(boundary))]).toEqual([name, "after", isNot(is.ends), is.begins]);
  }
});

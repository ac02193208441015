import { expect, test } from "vitest";
import type { MoneyFacts } from "#lib/budget/forecast/known/rules.ts";
import { betterMethod, forecastsOn, formatError, tryMethods } from "./rules.ts";

const day = (text: string) => new Date(`${text}T00:00:00Z`);
const today = day("2026-11-26");

type Entry = [knownOn: string, committedCents: bigint, paidCents: bigint, on?: string];

/** An initiative planned for one day of its year, with what the ledger moved. */
const initiative = (startYear: number, plannedOn: string, entries: Entry[]): MoneyFacts => ({
  applicationId: `${startYear}`,
  startYear,
  moved: entries.map(([knownOn, committedCents, paidCents, on = knownOn]) => ({
    knownOn: day(knownOn),
    on: day(on),
    reservedCents: 0n,
    committedCents,
    paidCents,
  })),
  claims: [],
  plans: [{ knownOn: day("2020-01-01"), days: [day(plannedOn)] }],
  startsOn: null,
  endsOn: null,
  formerEnds: [],
});

// Half of what is committed is paid a month after its milestone, and the rest never; in both years.
const first = initiative(2024, "2024-11-15", [
  ["2024-07-01", 1_000n, 0n],
  ["2024-12-15", 0n, 500n],
]);
const second = initiative(2025, "2025-11-15", [
  ["2025-07-01", 2_000n, 0n],
  ["2025-12-15", 0n, 1_000n],
]);

test("the first finished year has nothing to learn from; the next is forecast as the first one came", () => {
  const trial = tryMethods([first, second], today);
  expect(trial).toMatchObject({ startYears: [2024, 2025], count: 24 });
  expect(tryMethods([first], today)?.errors).toEqual({
    milestones: { median: 1_000, worst: 1_000, worstOn: day("2024-07-01") },
    even: { median: 1_000, worst: 1_000, worstOn: day("2024-07-01") },
  });
  // Of 2025/26 every forecast by milestones is right, and each even one is twice too much.
  expect(trial?.errors).toEqual({
    milestones: { median: 500, worst: 1_000, worstOn: day("2024-07-01") },
    even: { median: 1_000, worst: 1_000, worstOn: day("2024-07-01") },
  });
  expect(betterMethod(trial)).toBe("milestones");
  expect(betterMethod(tryMethods([first], today))).toBe("even");
});

test("a forecast of a day knows nothing of what came later, in its own year and in those before", () => {
  const on = (facts: MoneyFacts[], text: string) => forecastsOn(facts, 2025, day(text)).milestones;
  const later: Entry[] = [["2026-02-02", 5_000n, 700n, "2025-08-01"]];
  const more = [...[first, second], initiative(2025, "2025-11-15", later), initiative(2024, "2024-11-15", later)];
  for (const text of ["2025-07-01", "2025-12-15", "2026-02-01"]) {
    expect([text, on(more, text)]).toEqual([text, on([first, second], text)]);
  }
  expect(on(more, "2026-02-02")).not.toBe(on([first, second], "2026-02-02"));
});

test("a year counts what was paid of its work by 30 June, as known today; one that is not over, or has no payment, none", () => {
  const late = initiative(2025, "2025-11-15", [
    ["2025-07-01", 1_000n, 0n],
    ["2026-07-03", 0n, 400n, "2026-06-30"],
    ["2026-07-03", 0n, 600n, "2026-07-01"],
    ["2027-01-01", 0n, 50n, "2026-06-30"],
  ]);
  // 1,000 were forecast, and 400 paid in time: 150% too much.
  expect(tryMethods([late], today)?.errors.even).toMatchObject({ median: 1_500, worst: 1_500 });
  expect(tryMethods([second, first], day("2026-06-30"))).toMatchObject({ startYears: [2024], count: 12 });
  expect(tryMethods([second, first], day("2026-07-01"))).toMatchObject({ startYears: [2024, 2025], count: 24 });
  expect(tryMethods([late], day("2026-07-03"))?.errors.even).toMatchObject({ worst: 1_500 });
  expect(tryMethods([late], day("2026-07-01"))).toBeNull();
  expect(tryMethods([], today)).toBeNull();
  expect(betterMethod(null)).toBe("even");
});

test("a year counts however little it paid; one that paid nothing is named, for nothing is a share of that", () => {
  const idle = (paidCents: bigint) =>
    initiative(2025, "2025-11-15", [
      ["2025-07-01", 1_000n, 0n],
      ["2025-12-15", 0n, paidCents],
    ]);
  expect(tryMethods([idle(0n)], today)).toBeNull();
  expect(tryMethods([first, idle(0n)], today)).toMatchObject({ startYears: [2024], unpaidYears: [2025], count: 12 });
  const little = tryMethods([first, idle(1n)], today);
  expect(little).toMatchObject({ startYears: [2024, 2025], unpaidYears: [], count: 24 });
  expect(little?.errors.even.worst).toBe(999_000);
});

test("an error is a share of what was paid, in tenths of a percent, whether too much or too little", () => {
  const short = initiative(2025, "2026-06-01", [
    ["2025-07-01", 200n, 0n],
    ["2026-04-02", 100n, 0n],
    ["2026-06-02", 0n, 300n],
  ]);
  const trial = tryMethods([short], today);
  // Ten forecasts of 200 (a third too little, 333 of 1,000), and two of 300.
  expect(trial?.errors.even).toEqual({ median: 333, worst: 333, worstOn: day("2025-07-01") });
  expect([258, 1_000, 7, 0].map(formatError)).toEqual(["25.8%", "100.0%", "0.7%", "0.0%"]);
});

test("the forecast by milestones is shown where its median is lower, or the same with a lower worst", () => {
  const errors = (median: number, worst: number) => ({ median, worst, worstOn: today });
  const better = (milestones: [number, number], even: [number, number]) =>
    betterMethod({
      startYears: [2025],
      unpaidYears: [],
      count: 12,
      errors: { milestones: errors(...milestones), even: errors(...even) },
    });
  expect(better([9, 50], [10, 40])).toBe("milestones");
  expect(better([10, 40], [9, 50])).toBe("even");
  expect(better([9, 40], [9, 50])).toBe("milestones");
  expect(better([9, 50], [9, 50])).toBe("even");
  expect(better([9, 50], [9, 40])).toBe("even");
});

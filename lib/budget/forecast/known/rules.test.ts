import { expect, test } from "vitest";
import { sumCents } from "#lib/platform/money.ts";
import {
  cameWithin,
  experienceOf,
  inParts,
  knownOn,
  lastDayOf,
  type MoneyFacts,
  medianLateness,
  medianOf,
} from "./rules.ts";

const day = (text: string) => new Date(`${text}T00:00:00Z`);
const words = (days: readonly (Date | null)[]) => days.map((one) => one?.toISOString().slice(0, 10));

const moved = (knownOn: string, more: Partial<MoneyFacts["moved"][number]>) => ({
  knownOn: day(knownOn),
  on: day(knownOn),
  reservedCents: 0n,
  committedCents: 0n,
  paidCents: 0n,
  ...more,
});
const claim = (more: Partial<MoneyFacts["claims"][number]>) => ({
  cents: 10n,
  claimedOn: day("2025-10-01"),
  approvedOn: null,
  endedOn: null,
  paidOn: null,
  paymentKnownOn: null,
  ...more,
});
const facts = (more: Partial<MoneyFacts>): MoneyFacts => ({
  applicationId: "a",
  startYear: 2025,
  moved: [],
  claims: [],
  plans: [],
  startsOn: null,
  endsOn: null,
  formerEnds: [],
  ...more,
});
/** An initiative with 100 cents from 1 August on, planned for the given days, and paid on others. */
const paidFor = (planned: string[], paid: [string, bigint][], more: Partial<MoneyFacts> = {}) =>
  facts({
    moved: [
      moved("2025-08-01", { committedCents: 100n }),
      ...paid.map(([on, paidCents]) => moved(on, { paidCents, knownOn: day(on) })),
    ],
    plans: [{ knownOn: day("2025-05-01"), days: planned.map(day) }],
    ...more,
  });

test("money is known from the day of its entry on, that day included", () => {
  const known = facts({
    moved: [
      moved("2025-08-01", { reservedCents: 100n }),
      moved("2025-08-20", { reservedCents: -100n, committedCents: 100n }),
      moved("2025-10-03", { paidCents: 40n, on: day("2025-09-30") }),
    ],
  });
  const on = (text: string) => {
    const { reservedCents, committedCents, paidCents } = knownOn(known, day(text));
    return [reservedCents, committedCents, paidCents];
  };
  expect(on("2025-07-31")).toEqual([0n, 0n, 0n]);
  expect(on("2025-08-01")).toEqual([100n, 0n, 0n]);
  expect(on("2025-08-20")).toEqual([0n, 100n, 0n]);
  expect(on("2025-10-02")).toEqual([0n, 100n, 0n]);
  expect(on("2025-10-03")).toEqual([0n, 100n, 40n]);
});

test("a claim is open from its day until it is paid, returned or withdrawn, and approved from its approval on", () => {
  const claims = [
    claim({ approvedOn: day("2025-10-04"), paidOn: day("2025-10-06"), paymentKnownOn: day("2025-10-07") }),
    claim({ cents: 20n, endedOn: day("2025-10-04") }),
  ];
  const open = (text: string) =>
    knownOn(facts({ claims }), day(text)).claims.map(({ cents, approvedOn }) => [cents, approvedOn !== null]);
  expect(open("2025-09-30")).toEqual([]);
  expect(open("2025-10-01")).toEqual([
    [10n, false],
    [20n, false],
  ]);
  expect(open("2025-10-04")).toEqual([[10n, true]]);
  expect(open("2025-10-06")).toEqual([[10n, true]]);
  expect(open("2025-10-07")).toEqual([]);
});

test("the plan is the newest that was signed off by then: its milestones of the year, in their order", () => {
  const plans = [
    { knownOn: day("2025-06-01"), days: [day("2025-12-01")] },
    { knownOn: day("2025-09-01"), days: [day("2026-06-30"), day("2025-07-01"), day("2026-07-01"), day("2025-06-30")] },
  ];
  const on = (text: string) => words(knownOn(facts({ plans }), day(text)).plannedOn);
  expect(on("2025-08-31")).toEqual(["2025-12-01"]);
  expect(on("2025-09-01")).toEqual(["2025-07-01", "2026-06-30"]);
  expect(on("2025-05-31")).toHaveLength(12);
});

test("without a milestone in the year, it is the last days of the arrangement's months in the year", () => {
  const on = (startsOn: string | null, endsOn: string | null) =>
    words(
      knownOn(
        facts({ startsOn: startsOn === null ? null : day(startsOn), endsOn: endsOn === null ? null : day(endsOn) }),
        day("2025-09-01"),
      ).plannedOn,
    );
  expect(on("2026-01-15", "2026-03-02")).toEqual(["2026-01-31", "2026-02-28", "2026-03-31"]);
  expect(on(null, "2025-08-02")).toEqual(["2025-07-31", "2025-08-31"]);
  expect(on("2026-05-31", null)).toEqual(["2026-05-31", "2026-06-30"]);
  expect(on("2024-01-01", "2025-03-01")).toEqual(["2025-07-31"]);
  expect(on("2026-08-01", "2027-03-01")).toEqual(["2026-06-30"]);
  expect(on(null, null)).toHaveLength(12);
  expect(words([lastDayOf(2025, 0), lastDayOf(2025, 11)])).toEqual(["2025-07-31", "2026-06-30"]);
});

test("an arrangement's end is the one that held on that day", () => {
  const known = facts({
    endsOn: day("2026-06-30"),
    formerEnds: [
      { changedOn: day("2026-02-10"), endsOn: day("2026-04-30") },
      { changedOn: day("2025-12-10"), endsOn: day("2026-03-31") },
    ],
  });
  const on = (text: string) => words([knownOn(known, day(text)).endsOn]);
  expect(on("2025-12-09")).toEqual(["2026-03-31"]);
  expect(on("2025-12-10")).toEqual(["2026-04-30"]);
  expect(on("2026-02-10")).toEqual(["2026-06-30"]);
});

const latenessOf = (all: MoneyFacts[], on = "2026-08-01") => experienceOf(all, 2026, day(on)).lateness;

test("the first cents pay the first part of the plan: so many days late, or early; what did not come is planned only", () => {
  const one = paidFor(
    ["2025-10-01", "2026-02-01"],
    [
      ["2025-10-11", 30n],
      ["2026-01-22", 50n],
    ],
  );
  expect(latenessOf([one])).toEqual({
    daysLate: [-10, 10, 113],
    cameCents: [30n, 60n, 80n],
    plannedCents: 100n,
  });
  const other = paidFor(["2025-12-01"], [["2025-12-11", 100n]]);
  expect(latenessOf([one, other])).toEqual({
    daysLate: [-10, 10, 113],
    cameCents: [30n, 160n, 180n],
    plannedCents: 200n,
  });
});

test("what came back is taken off the last payments, and what is released is still planned", () => {
  const back = paidFor(
    ["2025-10-01"],
    [
      ["2025-10-03", 40n],
      ["2025-10-05", 30n],
      ["2025-11-01", -35n],
    ],
  );
  expect(latenessOf([back])).toEqual({ daysLate: [2], cameCents: [35n], plannedCents: 100n });
  const between = [moved("2025-10-04", { paidCents: -35n }), ...back.moved.slice(0, 3)];
  expect(latenessOf([{ ...back, moved: between }])).toEqual({ daysLate: [2], cameCents: [35n], plannedCents: 100n });
  const unordered = back.moved.toReversed();
  expect(latenessOf([{ ...back, moved: unordered }])).toEqual(latenessOf([back]));
  const released = paidFor(["2025-10-01"], [["2025-10-03", 40n]]);
  const end = moved("2026-06-30", { committedCents: -60n });
  expect(latenessOf([{ ...released, moved: [...released.moved, end] }]).plannedCents).toBe(100n);
  // What was moved to another year before this one began was never planned for it; what was committed after it neither.
  const before = [moved("2025-03-01", { committedCents: 50n }), moved("2025-06-30", { committedCents: -20n })];
  const after = moved("2026-07-01", { committedCents: 500n });
  expect(latenessOf([{ ...released, moved: [...before, ...released.moved, after] }]).plannedCents).toBe(130n);
  const inAugust = moved("2025-08-01", { committedCents: -20n });
  const inMay = moved("2026-05-01", { committedCents: 15n });
  const plannedCents = (...all: MoneyFacts["moved"][number][]) =>
    latenessOf([{ ...released, moved: all }]).plannedCents;
  expect(plannedCents(inAugust, moved("2025-03-01", { committedCents: 50n }))).toBe(50n);
  expect(plannedCents(inMay, inAugust, ...before)).toBe(30n);
  expect(plannedCents(moved("2026-06-30", { committedCents: 70n }))).toBe(70n);
  expect(plannedCents(moved("2025-07-01", { committedCents: 70n }))).toBe(70n);
  const first = moved("2025-07-01", { committedCents: -30n });
  expect(latenessOf([{ ...released, moved: [...before, first] }]).plannedCents).toBe(0n);
});

test("only years that had finished show something, and only what was known by then; never the year itself", () => {
  const one = paidFor(
    ["2025-10-01"],
    [
      ["2025-10-03", 40n],
      ["2026-07-10", 60n],
    ],
  );
  const years = (startYear: number, on: string) => experienceOf([one], startYear, day(on)).startYears;
  expect(years(2026, "2026-06-30")).toEqual([]);
  expect(years(2026, "2026-07-01")).toEqual([2025]);
  expect(years(2025, "2026-07-01")).toEqual([]);
  expect(years(2024, "2026-07-01")).toEqual([2025]);
  expect(latenessOf([one], "2026-07-09").cameCents).toEqual([40n]);
  expect(latenessOf([one], "2026-07-10").cameCents).toEqual([40n, 100n]);
  const earlier = { ...one, startYear: 2024 };
  expect(experienceOf([one, earlier, one], 2026, day("2026-08-01")).startYears).toEqual([2024, 2025]);
});

test("an earlier day is told without what is known by then, also where a later one was asked for before", () => {
  const at = (text: string) => ({ knownOn: day("2026-07-20"), days: [day(text)] });
  const one = paidFor(["2025-10-01"], [["2025-10-03", 100n]]);
  const replanned = { ...one, plans: [...one.plans, at("2025-10-02")] };
  const extended = facts({
    moved: one.moved,
    startsOn: day("2025-08-01"),
    endsOn: day("2025-08-31"),
    formerEnds: [{ changedOn: day("2026-07-20"), endsOn: day("2026-02-01") }],
  });
  const daysLate = (known: MoneyFacts, on: string) => latenessOf([known], on).daysLate;
  expect([daysLate(replanned, "2026-07-20"), daysLate(replanned, "2026-07-19")]).toEqual([[1], [2]]);
  expect(daysLate(replanned, "2026-07-21")).toEqual([1]);
  expect(daysLate(extended, "2026-07-20")).toEqual([33]);
  expect(daysLate(extended, "2026-07-19")).toHaveLength(7);
  const paidLater = paidFor(
    ["2025-10-01"],
    [
      ["2025-10-03", 40n],
      ["2026-07-20", 60n],
    ],
  );
  expect([daysLate(paidLater, "2026-07-20"), daysLate(paidLater, "2026-07-19")]).toEqual([[2, 292], [2]]);
});

test("how long claims wait is the median of those that were paid by then", () => {
  const paid = (claimedOn: string, approvedOn: string | null, paidOn: string, paymentKnownOn = paidOn) =>
    claim({
      claimedOn: day(claimedOn),
      approvedOn: approvedOn ? day(approvedOn) : null,
      paidOn: day(paidOn),
      paymentKnownOn: day(paymentKnownOn),
    });
  const claims = [
    paid("2025-10-01", "2025-10-04", "2025-10-06"),
    paid("2025-10-01", null, "2025-10-11"),
    paid("2025-10-01", "2025-10-02", "2025-10-21", "2026-08-02"),
    claim({}),
  ];
  const { claimDays, approvalDays } = experienceOf([facts({ claims })], 2026, day("2026-08-01"));
  expect([claimDays, approvalDays]).toEqual([8, 2]);
  expect(experienceOf([facts({ claims })], 2026, day("2026-08-02"))).toMatchObject({ claimDays: 10, approvalDays: 11 });
  expect(experienceOf([], 2026, day("2026-08-02"))).toMatchObject({ claimDays: null, approvalDays: null });
});

test("the median is the middle one, or the mean of the middle two, rounded", () => {
  expect([[], [7], [9, -1, 4], [10, 2], [4, 1, 2, 100], [-4, -3]].map(medianOf)).toEqual([null, 7, 4, 6, 3, -3]);
});

test("what had come by a day is the last sum up to it", () => {
  const lateness = { daysLate: [-5, 0, 8, 30], cameCents: [10n, 30n, 60n, 70n], plannedCents: 120n };
  const days = [-6, -5, -1, 0, 7, 8, 29, 30, 400, Number.POSITIVE_INFINITY];
  expect(days.map((one) => cameWithin(lateness, one))).toEqual([0n, 10n, 10n, 30n, 30n, 60n, 60n, 70n, 70n, 70n]);
  expect(medianLateness(lateness)).toBe(8);
  expect(medianLateness({ ...lateness, plannedCents: 141n })).toBeNull();
  expect(medianLateness({ ...lateness, plannedCents: 140n })).toBe(30);
});

test("equal parts are whole cents and sum to the whole", () => {
  expect(inParts(100n, 3)).toEqual([33n, 33n, 34n]);
  expect(sumCents(inParts(1_000_001n, 7))).toBe(1_000_001n);
});

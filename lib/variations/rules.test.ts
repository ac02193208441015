import { expect, test } from "vitest";
import {
  type Agreed,
  addedBy,
  changesByYear,
  checkAsked,
  currentTerms,
  decliners,
  outgrown,
  type Terms,
  waitsOnRole,
} from "./rules.ts";
import { readTerms, termsJson } from "./schema.ts";

const day = (text: string): Date => new Date(`${text}T00:00:00Z`);
const today = day("2026-11-24");
const year = (startYear: number, committed: bigint, bound: bigint, available: bigint, isOpen = true) => ({
  startYear,
  committedCents: committed,
  boundCents: bound,
  availableCents: available,
  isOpen,
});
const agreed: Agreed = {
  startsOn: day("2026-07-01"),
  endsOn: day("2027-06-30"),
  scope: "Two courses in Apia",
  years: [year(2025, 100_00n, 40_00n, 900_00n, false), year(2026, 50_00n, 10_00n, 30_00n), year(2027, 0n, 0n, 500_00n)],
};
const phased = (kind: "REPHASING" | "COST", ...cents: bigint[]): Terms => ({
  kind,
  phasing: cents.flatMap((part, index) => (part ? [{ startYear: 2025 + index, cents: part }] : [])),
});
const refused = (terms: Terms): Record<string, string> => checkAsked(agreed, terms, today);

test("a new end is another day, not before the beginning or today, and not years away", () => {
  const asked = (text: string) => refused({ kind: "TIME", endsOn: day(text) })["endsOn-day"];
  expect(asked("2027-06-30")).toBe("It ends on 30 June 2027 already");
  expect(asked("2026-06-30")).toBe("New end date must be 1 July 2026, when it begins, or later");
  expect(asked("2026-11-23")).toBe("New end date must be today or later");
  expect(asked("2032-07-01")).toBe("New end date must be 30 June 2032 or earlier");
  expect([asked("2026-11-24"), asked("2032-06-30")]).toEqual([undefined, undefined]);
});

test("an end on 29 February goes to 28 February at the latest", () => {
  const leap = { ...agreed, endsOn: day("2028-02-29") };
  const asked = (text: string) => checkAsked(leap, { kind: "TIME", endsOn: day(text) }, today)["endsOn-day"];
  expect(asked("2033-03-01")).toBe("New end date must be 28 February 2033 or earlier");
  expect(asked("2033-02-28")).toBeUndefined();
});

test("another scope is in other words", () => {
  expect(refused({ kind: "SCOPE", scope: agreed.scope })).toEqual({
    scope: "Change what was agreed: this is the same",
  });
  expect(refused({ kind: "SCOPE", scope: "Three courses in Apia" })).toEqual({});
});

test("a re-phasing keeps the total, and what is paid or claimed stays in its year", () => {
  expect(refused(phased("REPHASING", 90_00n, 50_00n, 10_00n))).toEqual({});
  expect(refused(phased("REPHASING", 100_00n, 50_00n))).toEqual({
    phasing2025: "Change at least one amount: these are the same",
  });
  expect(refused(phased("REPHASING", 90_00n, 50_00n))).toEqual({
    phasing2025: "The amounts must add up to $150.00, as now; they add up to $140.00, $10.00 too little",
  });
  expect(refused(phased("REPHASING", 30_00n, 50_00n, 70_00n))).toEqual({
    phasing2025: "$40.00 is paid or claimed in 2025/26: it must be that or more",
  });
});

test("no year is given more than its envelope has, and none that has ended or is not open", () => {
  expect(refused(phased("REPHASING", 60_00n, 90_00n))).toEqual({
    phasing2026: "This adds $40.00. Only $30.00 is available in 2026/27.",
  });
  expect(refused(phased("REPHASING", 110_00n, 40_00n))).toEqual({
    phasing2025: "2025/26 is not open: it cannot be given more",
  });
  expect(refused(phased("COST", 100_00n, 50_00n, 0n, 1_00n))).toEqual({
    phasing2028: "2028/29 is not open: it cannot be given more",
  });
});

test("a variation of cost changes the total, up or down, within what is available and above what is paid", () => {
  expect(refused(phased("COST", 100_00n, 60_00n))).toEqual({});
  expect(refused(phased("COST", 40_00n, 10_00n))).toEqual({});
  expect(refused(phased("COST", 40_00n, 9_99n))).toEqual({
    phasing2026: "$10.00 is paid or claimed in 2026/27: it must be that or more",
  });
  expect(refused(phased("COST", 90_00n, 60_00n))).toEqual({
    phasing2025: "The total stays $150.00: ask for a re-phasing instead",
  });
  expect(refused(phased("COST"))).toMatchObject({
    phasing2025: "$40.00 is paid or claimed in 2025/26: it must be that or more",
  });
});

test("what was paid since it was asked for, and no longer fits, is said with its figure", () => {
  const asked = [{ startYear: 2025, cents: 50_00n }];
  expect(outgrown([year(2025, 100_00n, 50_00n, 0n)], asked, today)).toBeNull();
  expect(outgrown([year(2025, 100_00n, 50_01n, 0n)], asked, today)).toBe(
    "$50.01 is paid or claimed in 2025/26 by now: the variation would leave less. It has to be asked for anew.",
  );
});

test("what was asked for before its year ended adds nothing to that year afterwards", () => {
  const asked = [{ startYear: 2026, cents: 50_00n }];
  const years = [year(2026, 10_00n, 0n, 100_00n)];
  expect(outgrown(years, asked, day("2027-06-30"))).toBeNull();
  expect(outgrown(years, asked, day("2027-07-01"))).toBe(
    "2026/27 ended on 30 June 2027, so it can take no more money. Decline the variation, so that it can be asked for again.",
  );
  // Out of it into a later year is what a re-phasing is for.
  const moved = [{ startYear: 2027, cents: 10_00n }];
  expect(outgrown([...years, year(2027, 0n, 0n, 100_00n)], moved, day("2027-07-01"))).toBeNull();
});

test("two phasings differ by year, and what one adds is what has to be there", () => {
  const [before, after] = [
    [{ startYear: 2026, cents: 5n }],
    [
      { startYear: 2027, cents: 4n },
      { startYear: 2026, cents: 3n },
    ],
  ];
  expect(changesByYear(before, after).map(({ startYear, changeCents }) => [startYear, changeCents])).toEqual([
    [2026, -2n],
    [2027, 4n],
  ]);
  expect(addedBy(before, after)).toEqual([{ startYear: 2027, cents: 4n }]);
});

test("each kind waits on who approves it, and cost on the budget officer first", () => {
  const waiting = (kind: Terms["kind"], state: "ASKED" | "BUDGET_CONFIRMED" = "ASKED") => [
    waitsOnRole({ kind, state }),
    decliners({ kind, state }),
  ];
  expect(waiting("TIME")).toEqual(["DESK", ["DESK"]]);
  expect(waiting("SCOPE")).toEqual(["DESK", ["DESK"]]);
  expect(waiting("REPHASING")).toEqual(["BUDGET", ["BUDGET"]]);
  expect(waiting("COST")).toEqual(["BUDGET", ["APPROVER", "BUDGET"]]);
  expect(waiting("COST", "BUDGET_CONFIRMED")).toEqual(["APPROVER", ["APPROVER"]]);
});

test("terms come out of a row as they went in", () => {
  for (const kind of ["TIME", "SCOPE", "REPHASING", "COST"] as const) {
    const terms = currentTerms(kind, agreed);
    expect(readTerms(kind, JSON.parse(JSON.stringify(termsJson(terms))))).toEqual(terms);
  }
  expect(() => readTerms("TIME", { scope: "Other" })).toThrow();
});

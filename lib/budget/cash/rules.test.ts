import { expect, test } from "vitest";
import {
  type CashLine,
  cashOf,
  formatMonth,
  monthKey,
  movedIn,
  movedInWords,
  movingTimes,
  readMoved,
  reconcile,
} from "./rules.ts";

const line = (month: string, startYear: number, cents: bigint): CashLine => ({
  month: new Date(`${month}-01T00:00:00Z`),
  startYear,
  cents,
});
/** Work of 2025/26 that was paid in July, work of 2026/27, and money of it that came back a year later. */
const LINES = [
  line("2026-06", 2025, 700n),
  line("2026-07", 2025, 300n),
  line("2026-07", 2026, 50n),
  line("2027-06", 2026, 500n),
  line("2027-07", 2026, -20n),
];

test("money counts in the month in which it moved, from July to June, for the year of its work", () => {
  const { workYears, months, totals, totalCents } = cashOf(LINES, 2026);
  expect(workYears).toEqual([2025, 2026]);
  expect(months).toHaveLength(12);
  expect([months[0]?.month, months[11]?.month]).toEqual([line("2026-07", 0, 0n).month, line("2027-06", 0, 0n).month]);
  expect(months[0]).toMatchObject({ cents: [300n, 50n], totalCents: 350n });
  expect(months[1]).toMatchObject({ cents: [0n, 0n], totalCents: 0n });
  expect(months[11]).toMatchObject({ cents: [0n, 500n], totalCents: 500n });
  expect([totals, totalCents]).toEqual([[300n, 550n], 850n]);
  expect(cashOf(LINES, 2027)).toMatchObject({ workYears: [2026], totals: [-20n], totalCents: -20n });
  expect(cashOf([], 2027)).toMatchObject({ workYears: [], totals: [], totalCents: 0n });
});

test("both views come to the same, and where a year does not, its own row says so", () => {
  const paid = [
    { startYear: 2026, paidCents: 530n },
    { startYear: 2027, paidCents: 0n },
    { startYear: 2025, paidCents: 1_000n },
  ];
  expect(reconcile(LINES, paid)).toEqual({
    cashYears: [2025, 2026, 2027],
    rows: [
      { startYear: 2025, paidCents: 1_000n, cents: [700n, 300n, 0n], movedCents: 1_000n },
      { startYear: 2026, paidCents: 530n, cents: [0n, 550n, -20n], movedCents: 530n },
    ],
    totals: [700n, 850n, -20n],
    paidCents: 1_530n,
    movedCents: 1_530n,
  });
  const [row] = reconcile(LINES, [{ startYear: 2025, paidCents: 999n }]).rows;
  expect([row?.paidCents, row?.movedCents]).toEqual([999n, 1_000n]);
  // A year that was paid something and got all of it back is still a row.
  const back = [line("2026-07", 2026, 5n), line("2027-08", 2026, -5n)];
  expect(reconcile(back, [{ startYear: 2026, paidCents: 0n }]).rows).toEqual([
    { startYear: 2026, paidCents: 0n, cents: [5n, -5n], movedCents: 0n },
  ]);
});

test("years stand in their order, in whatever order the money is read, and a year without money in it is no row", () => {
  const mixed = [...LINES].reverse();
  expect(cashOf(mixed, 2026).workYears).toEqual([2025, 2026]);
  const paid = [{ startYear: 2026, paidCents: 0n }];
  const { cashYears, rows } = reconcile(mixed, paid);
  expect([cashYears, rows.map(({ startYear }) => startYear)]).toEqual([[2025, 2026, 2027], [2026]]);
  expect(reconcile([line("2026-07", 2025, 5n)], paid).rows).toEqual([]);
});

test("a year that was paid by its figures and moved nothing is a row, so that it can be seen", () => {
  const paid = [{ startYear: 2027, paidCents: 7n }];
  expect(reconcile(LINES, paid).rows).toEqual([
    { startYear: 2027, paidCents: 7n, cents: [0n, 0n, 0n], movedCents: 0n },
  ]);
});

test("months are said and addressed by their year, and money may move in a year and the one after it", () => {
  const { month } = line("2026-07", 0, 0n);
  expect([formatMonth(month), monthKey(month)]).toEqual(["July 2026", "2026-07"]);
  const options = movingTimes(2026);
  expect([options.length, ...options.slice(0, 3), options.at(-1)]).toEqual([
    26,
    { value: "2026", label: "2026/27" },
    { value: "2027", label: "2027/28" },
    { value: "2026-07", label: "July 2026" },
    { value: "2028-06", label: "June 2028" },
  ]);
  expect(movedIn("2027-02")).toEqual({ from: new Date("2027-02-01"), months: 1 });
  expect(movedIn("2027")).toEqual({ from: new Date("2027-07-01"), months: 12 });
});

test("a filter offers a year’s own time and the next, and always what is asked for; of every year only that", () => {
  const values = (startYear: number | null, moved?: string) => movingTimes(startYear, moved).map(({ value }) => value);
  expect(values(2026)).toHaveLength(26);
  expect(values(2026, "2026-07")).toHaveLength(26);
  expect(values(2026, "2029-01").at(-1)).toBe("2029-01");
  expect(values(null)).toEqual([]);
  expect(movingTimes(null, "2029")).toEqual([{ value: "2029", label: "2029/30" }]);
  expect(movedInWords("2029-01")).toBe("January 2029");
});

test("a time is a year or a month of one", () => {
  expect(["2026", "2026-07", "2026-12"].map(readMoved)).toEqual(["2026", "2026-07", "2026-12"]);
  expect(["", "26", "2026-00", "2026-13", "2026-7", "x2026", "2026-07-01", "1999"].map(readMoved)).toEqual(
    Array(8).fill(null),
  );
});

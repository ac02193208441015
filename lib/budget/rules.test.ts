import { expect, test } from "vitest";
import { dayOf } from "#lib/platform/dates.ts";
import {
  askedOf,
  beforeAndAfter,
  CATEGORY_OPTIONS,
  checkYears,
  endedYear,
  endedYears,
  envelopeLabel,
  financialMonthOf,
  formatPhasing,
  joinMonths,
  leftInWords,
  outsideYear,
  overEnvelope,
  type Position,
  phasedTotal,
  positionOf,
  stageOf,
  takesEffect,
  unbegunYear,
} from "./rules.ts";

const position = (startYear: number, availableCents: bigint): Position => ({
  startYear,
  envelopeCents: 270_000_000n,
  reservedCents: 270_000_000n - availableCents,
  committedCents: 0n,
  paidCents: 0n,
  availableCents,
  pipelineCents: 0n,
  cutoffOn: null,
  closedAt: null,
});

test("a phasing is its years with money, and their sum", () => {
  const phasing = [
    { startYear: 2026, cents: 10_000_000n },
    { startYear: 2027, cents: 0n },
    { startYear: 2028, cents: 5_000_001n },
  ];
  expect(formatPhasing(phasing)).toBe("2026/27 $100,000.00 · 2028/29 $50,000.01");
  expect(phasedTotal(phasing)).toBe(15_000_001n);
  expect(formatPhasing([])).toBe("");
});

test("a year that cannot hold its part is named with what is available; to the cent it fits", () => {
  const positions = [position(2026, 10_000_000n), position(2027, 0n)];
  const over = (...cents: bigint[]) =>
    overEnvelope(
      cents.map((one, index) => ({ startYear: 2026 + index, cents: one })),
      positions,
    );
  expect(over(10_000_000n)).toEqual([]);
  expect(over(10_000_001n)).toEqual(["Only $100,000.00 is available in 2026/27."]);
  expect(over(10_000_000n, 1n)).toEqual(["Only $0.00 is available in 2027/28."]);
  expect(over(0n, 0n, 1n)).toEqual(["Only $0.00 is available in 2028/29."]);
});

/** The last minute of 30 June and the first of 1 July 2027, in New Zealand, which is twelve hours ahead of UTC then. */
const JUNE = dayOf(new Date("2027-06-30T11:59:00Z"));
const JULY = dayOf(new Date("2027-06-30T12:00:00Z"));

test("a year is planned, open and closing by the day in New Zealand", () => {
  const stages = (today: Date) => [2025, 2026, 2027].map((startYear) => stageOf(startYear, today));
  expect(stages(JUNE)).toEqual(["closing", "open", "planned"]);
  expect(stages(JULY)).toEqual(["closing", "closing", "open"]);
  expect(stageOf(2027, dayOf(new Date("2028-02-29T00:00:00Z")))).toBe("open");
});

test("money goes into a year that is open or planned, and is claimed and paid from one that has begun", () => {
  expect([2026, 2027].map((startYear) => endedYear(startYear, JUNE))).toEqual([null, null]);
  expect(endedYear(2026, JULY)).toBe("2026/27 ended on 30 June 2027, so you cannot add money to it");
  expect([2026, 2027].map((startYear) => unbegunYear(startYear, JULY))).toEqual([null, null]);
  expect(unbegunYear(2027, JUNE)).toBe(
    "2027/28 begins on 1 July 2027. Nothing can be claimed or paid from it before then",
  );
});

test("a change of an envelope takes effect from its day on, and on the first day of a year to come at once", () => {
  const takes = (effectiveOn: string, today: string) =>
    takesEffect({ startYear: 2027, effectiveOn: new Date(effectiveOn) }, new Date(today));
  expect([takes("2027-07-01", "2026-11-30"), takes("2027-07-02", "2026-11-30")]).toEqual([true, false]);
  expect([takes("2027-09-01", "2027-08-31"), takes("2027-09-01", "2027-09-01")]).toEqual([false, true]);
  expect(outsideYear(2027)).toBe("Enter a date in 2027/28, from 1 July 2027 to 30 June 2028");
});

test("amounts in a year that has ended are named, each at its input; nothing in such a year is not spoken of", () => {
  const phasing = [
    { startYear: 2025, cents: 0n },
    { startYear: 2026, cents: 500_00n },
    { startYear: 2027, cents: 1n },
  ];
  expect(checkYears(phasing, JUNE)).toEqual({});
  expect(endedYears(phasing, JUNE)).toBeNull();
  expect(checkYears(phasing, JULY)).toEqual({
    phasing2026: "2026/27 ended on 30 June 2027, so you cannot add money to it. Enter the amount in a later year",
  });
  expect(endedYears(phasing, JULY)).toBe(
    "2026/27 ended on 30 June 2027, so you cannot add money to it. $500.00 is planned in it.",
  );
});

test("two ended years are told of each, in one go", () => {
  const phasing = [2024, 2025].map((startYear) => ({ startYear, cents: 100n }));
  expect(endedYears(phasing, JUNE)).toMatch(/2024\/25 .*\$1\.00 is planned in it\. 2025\/26 /);
});

test("the position is of the year that was asked for, else of today's, else of the last", () => {
  const positions = [position(2025, 1n), position(2026, 2n), position(2027, 3n)];
  expect(positionOf(positions, "2025", 2026)).toBe(positions[0]);
  expect(positionOf(positions, "", 2025)).toBe(positions[0]);
  expect(positionOf(positions, "", 2030)).toBe(positions[2]);
  expect(positionOf(positions, "2030", 2026)).toBeUndefined();
  expect(positionOf([], "", 2026)).toBeUndefined();
});

test("July is a financial year's first month and June its last; a day outside of it lies before or after", () => {
  const months = ["2026-06-30", "2026-07-01", "2026-12-31", "2027-01-01", "2027-06-30", "2027-07-01"];
  expect(months.map((day) => financialMonthOf(new Date(day), 2026))).toEqual([-1, 0, 5, 6, 11, 12]);
});

test("a year's months are joined of what was and what comes; what was paid in one is the difference", () => {
  const was = (month: number, paidCents: bigint) => ({
    month,
    envelopeCents: 100n,
    reservedCents: 20n,
    committedCents: 50n,
    paidCents,
  });
  const comes = (month: number) => ({ month, dueCents: 3n, reservedDueCents: 4n, withReservedCents: 5n });
  const joined = joinMonths([was(0, 10n), was(1, 25n)], [comes(1), comes(2)]);
  const nothing = {
    envelopeCents: null,
    reservedCents: null,
    committedCents: null,
    paidInMonthCents: null,
    paidCents: null,
    dueCents: null,
    reservedDueCents: null,
    forecastCents: null,
  };
  const past = { envelopeCents: 100n, reservedCents: 20n, committedCents: 50n };
  const coming = { dueCents: 3n, reservedDueCents: 4n, forecastCents: 5n };
  expect(joined).toHaveLength(12);
  expect(joined.slice(0, 4)).toEqual([
    { ...nothing, ...past, month: 0, paidInMonthCents: 10n, paidCents: 10n },
    { ...nothing, ...past, ...coming, month: 1, paidInMonthCents: 15n, paidCents: 25n },
    { ...nothing, ...coming, month: 2 },
    { ...nothing, month: 3 },
  ]);
});

test("money is for one of six categories", () => {
  const codes = ["personnel", "travel", "training", "equipment", "technicalAdvice", "other"];
  expect(CATEGORY_OPTIONS.map(({ value }) => value)).toEqual(codes);
});

test("what an ended year has left is said to be carried or gone, and is no match for the pipeline", () => {
  const left = (availableCents: bigint, today: string, closedAt: Date | null = null) =>
    leftInWords({ startYear: 2025, availableCents, closedAt }, new Date(today));
  expect(left(5n, "2026-06-30")).toBeNull();
  expect(left(5n, "2025-05-01")).toBeNull();
  expect(left(5n, "2026-07-01")).toBe("it can be carried forward until the year is closed");
  expect(left(0n, "2026-07-01")).toBe("nothing to carry forward");
  expect(left(5n, "2027-07-01")).toBe("it can no longer be carried forward");
  expect(left(5n, "2026-07-01", new Date("2026-07-01"))).toBe("no longer available");
});

test("a year that has ended or is closed is asked for nothing, whatever the pipeline holds", () => {
  const asked = { ...position(2026, 5n), pipelineCents: 7n };
  expect(askedOf(asked, JUNE)).toBe(7n);
  expect(askedOf(asked, JULY)).toBe(0n);
  expect(askedOf({ ...asked, closedAt: JULY }, JUNE)).toBe(0n);
});

test("the line of an envelope is named above its highest point, and says so where it ends lower", () => {
  expect(envelopeLabel([250, 270, 270])).toEqual({ atCents: 270, when: "" });
  expect(envelopeLabel([270, 285, 210])).toEqual({ atCents: 285, when: " at the end" });
  expect(envelopeLabel([])).toEqual({ atCents: 0, when: "" });
});

test("a year is told before an amount and after it, whether it is reserved already or not; other years are left out", () => {
  const positions = [2026, 2027].map((startYear) => ({
    ...position(startYear, 30n),
    envelopeCents: 100n,
    reservedCents: 50n,
    committedCents: 20n,
  }));
  const phasing = [
    { startYear: 2027, cents: 40n },
    { startYear: 2028, cents: 5n },
  ];
  const year = { startYear: 2027, envelopeCents: 100n, committedCents: 20n, cents: 40n };
  expect(beforeAndAfter(positions, phasing, true)).toEqual([
    { ...year, othersCents: 10n, beforeCents: 70n, afterCents: 30n },
  ]);
  expect(beforeAndAfter(positions, phasing, false)).toEqual([
    { ...year, othersCents: 50n, beforeCents: 30n, afterCents: -10n },
  ]);
});

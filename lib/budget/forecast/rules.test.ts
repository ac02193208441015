import { expect, test } from "vitest";
import type { DueLine, Position } from "#lib/budget/rules.ts";
import { sumCents } from "#lib/platform/money.ts";
import { forecastYear, warningsOf } from "./rules.ts";

const day = (text: string) => new Date(`${text}T00:00:00Z`);
const due = (unpaidCents: bigint, more: Partial<DueLine> = {}): DueLine => ({
  unpaidCents,
  approvedCents: 0n,
  startsOn: null,
  endsOn: null,
  ...more,
});
const forecast = (today: string, lines: DueLine[], { paidCents = 0n, reservedCents = 0n } = {}) =>
  forecastYear({ position: { startYear: 2026, paidCents, reservedCents }, due: lines, today: day(today) });

test("what is committed falls due in equal parts from this month to June; the last takes what rounding leaves", () => {
  const months = forecast("2027-04-15", [due(100n)]);
  expect(months.map(({ month, dueCents }) => [month, dueCents])).toEqual([
    [9, 33n],
    [10, 33n],
    [11, 34n],
  ]);
  expect(months.map(({ paidCents }) => paidCents)).toEqual([33n, 66n, 100n]);
});

test("an arrangement's own months count, inside of the year; one that has ended falls due at once", () => {
  const dueIn = (today: string, line: Partial<DueLine>) =>
    forecast(today, [due(60n, line)]).flatMap(({ month, dueCents }) => (dueCents ? [[month, dueCents]] : []));
  expect(dueIn("2026-11-26", { startsOn: day("2027-02-01"), endsOn: day("2027-03-31") })).toEqual([
    [7, 30n],
    [8, 30n],
  ]);
  expect(dueIn("2026-11-26", { startsOn: day("2026-01-01"), endsOn: day("2026-12-31") })).toEqual([
    [4, 30n],
    [5, 30n],
  ]);
  expect(dueIn("2027-05-01", { endsOn: day("2028-01-31") })).toEqual([
    [10, 30n],
    [11, 30n],
  ]);
  expect(dueIn("2026-11-26", { endsOn: day("2026-09-30") })).toEqual([[4, 60n]]);
});

test("approved claims are paid in the current month, and no more than is unpaid", () => {
  const [may, june] = forecast("2027-05-31", [due(100n, { approvedCents: 40n })]);
  expect([may?.dueCents, june?.dueCents]).toEqual([70n, 30n]);
  expect(forecast("2027-05-31", [due(30n, { approvedCents: 40n })]).map(({ dueCents }) => dueCents)).toEqual([30n, 0n]);
});

test("reserves fall due from next month on; in June at once", () => {
  const months = forecast("2027-04-01", [due(10n)], { paidCents: 5n, reservedCents: 11n });
  expect(months.map(({ reservedDueCents }) => reservedDueCents)).toEqual([0n, 5n, 6n]);
  expect(months.at(-1)).toMatchObject({ paidCents: 15n, withReservedCents: 26n });
  expect(forecast("2027-06-30", [], { reservedCents: 11n })).toMatchObject([{ month: 11, reservedDueCents: 11n }]);
});

test("a year to come is forecast from July, a year that is over not at all; nothing is lost on the way", () => {
  const lines = [due(1_001n, { endsOn: day("2027-01-31") }), due(7n, { approvedCents: 3n }), due(1n)];
  const months = forecast("2026-06-30", lines);
  expect(months.map(({ month }) => month)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(sumCents(months.map(({ dueCents }) => dueCents))).toBe(1_009n);
  expect(forecast("2027-07-01", lines)).toEqual([]);
});

const position = (more: Partial<Position>): Position => ({
  startYear: 2026,
  envelopeCents: 1_000n,
  reservedCents: 0n,
  committedCents: 0n,
  paidCents: 0n,
  availableCents: 1_000n,
  pipelineCents: 0n,
  cutoffOn: null,
  closedAt: null,
  ...more,
});
const kinds = (today: string, more: Partial<Position>) => {
  const now = position(more);
  const lines = [due(now.committedCents - now.paidCents)];
  const months = forecastYear({ position: now, due: lines, today: day(today) });
  return warningsOf(now, months, day(today)).map(({ kind }) => kind);
};

test("over-planning is more than 120% of the envelope committed, reserved and asked for", () => {
  expect(kinds("2026-08-01", { pipelineCents: 1_200n })).toEqual([]);
  expect(kinds("2026-08-01", { reservedCents: 10n, pipelineCents: 1_200n })).toEqual(["over-planning"]);
});

test("underspend is said from January when the forecast leaves 5% or more", () => {
  expect(kinds("2026-12-31", { committedCents: 900n, paidCents: 900n })).toEqual([]);
  expect(kinds("2027-01-01", { committedCents: 900n, paidCents: 900n })).toEqual(["underspend"]);
  expect(kinds("2027-01-01", { committedCents: 900n, paidCents: 900n, reservedCents: 51n })).toEqual([]);
  expect(kinds("2027-07-01", { committedCents: 900n, paidCents: 900n })).toEqual([]);
});

test("payments are slow when they lag more than 30 points behind the months", () => {
  expect(kinds("2026-11-26", { committedCents: 1_000n, paidCents: 120n })).toEqual([]);
  expect(kinds("2026-11-26", { committedCents: 1_000n, paidCents: 110n })).toEqual(["slow payment"]);
  expect(kinds("2026-05-01", { committedCents: 1_000n })).toEqual([]);
});

test("a warning counts what is committed, at its limit is said, and of nothing committed or given is not", () => {
  expect(kinds("2026-08-01", { committedCents: 300n, reservedCents: 1n, pipelineCents: 900n })).toEqual([
    "over-planning",
  ]);
  expect(kinds("2027-01-01", { committedCents: 950n, paidCents: 950n })).toEqual(["underspend"]);
  expect(kinds("2027-01-01", { committedCents: 951n, paidCents: 951n })).toEqual([]);
  expect(kinds("2027-01-01", {})).toEqual(["underspend"]);
  expect(kinds("2027-01-01", { envelopeCents: 0n, pipelineCents: 5n })).toEqual([]);
});

test("money stays unspent at the end of its own year", () => {
  const now = position({});
  const months = forecastYear({ position: now, due: [], today: day("2027-01-01") });
  expect(warningsOf(now, months, day("2027-01-01"))[0]?.text).toContain("30 June 2027");
});

import { expect, test } from "vitest";
import type { Position } from "#lib/budget/rules.ts";
import { sumCents } from "#lib/platform/money.ts";
import type { Experience, KnownMoney, Lateness } from "./known/rules.ts";
import {
  assumptionsOf,
  byUnspent,
  checkExpectation,
  expectedCents,
  forecastLines,
  forecastYear,
  type Method,
  OTHERS,
  unnamedInWords,
  warningsOf,
} from "./rules.ts";

const day = (text: string) => new Date(`${text}T00:00:00Z`);
const NOTHING: Experience = {
  startYears: [],
  lateness: { daysLate: [], cameCents: [], plannedCents: 0n },
  claimDays: null,
  approvalDays: null,
};
const money = (unpaidCents: bigint, more: Partial<KnownMoney> = {}): KnownMoney => ({
  applicationId: "a",
  startYear: 2026,
  reservedCents: 0n,
  committedCents: unpaidCents + (more.paidCents ?? 0n),
  paidCents: 0n,
  claims: [],
  plannedOn: [day("2027-06-30")],
  startsOn: null,
  endsOn: null,
  ...more,
});
const approved = (cents: bigint) => ({ cents, claimedOn: day("2027-05-01"), approvedOn: day("2027-05-02") });

type With = { paidCents?: bigint; method?: Method; experience?: Experience };
const linesOf = (today: string, known: KnownMoney[], { method = "even", experience = NOTHING }: With = {}) =>
  forecastLines({ known, startYear: 2026, today: day(today), method, experience });
const forecast = (today: string, known: KnownMoney[], more: With = {}) =>
  forecastYear({ startYear: 2026, paidCents: more.paidCents ?? 0n }, linesOf(today, known, more), day(today));
/** The months in which something falls due, with what. */
const dueIn = (today: string, known: KnownMoney, more: With = {}) =>
  forecast(today, [known], more).flatMap(({ month, dueCents }) => (dueCents ? [[month, dueCents]] : []));

test("what is committed falls due in equal parts from this month to June; the last takes what rounding leaves", () => {
  const months = forecast("2027-04-15", [money(100n)]);
  expect(months.map(({ month, dueCents }) => [month, dueCents])).toEqual([
    [9, 33n],
    [10, 33n],
    [11, 34n],
  ]);
  expect(months.map(({ paidCents }) => paidCents)).toEqual([33n, 66n, 100n]);
});

test("an arrangement's own months count, inside of the year; one that has ended falls due at once", () => {
  const inYear = { startsOn: day("2027-02-01"), endsOn: day("2027-03-31") };
  expect(dueIn("2026-11-26", money(60n, inYear))).toEqual([
    [7, 30n],
    [8, 30n],
  ]);
  expect(dueIn("2026-11-26", money(60n, { startsOn: day("2026-01-01"), endsOn: day("2026-12-31") }))).toEqual([
    [4, 30n],
    [5, 30n],
  ]);
  expect(dueIn("2027-05-01", money(60n, { endsOn: day("2028-01-31") }))).toEqual([
    [10, 30n],
    [11, 30n],
  ]);
  expect(dueIn("2026-11-26", money(60n, { endsOn: day("2026-09-30") }))).toEqual([[4, 60n]]);
});

test("spread evenly, approved claims are paid in the current month, and no more than is unpaid", () => {
  const open = { cents: 40n, claimedOn: day("2027-05-01"), approvedOn: null };
  const [may, june] = forecast("2027-05-31", [money(100n, { claims: [approved(40n), open] })]);
  expect([may?.dueCents, june?.dueCents]).toEqual([70n, 30n]);
  const more = forecast("2027-05-31", [money(30n, { claims: [approved(40n)] })]);
  expect(more.map(({ dueCents }) => dueCents)).toEqual([30n, 0n]);
});

test("reserves fall due from next month on; in June at once", () => {
  const reserved = money(0n, { reservedCents: 11n });
  const months = forecast("2027-04-01", [money(10n), reserved], { paidCents: 5n });
  expect(months.map(({ reservedDueCents }) => reservedDueCents)).toEqual([0n, 5n, 6n]);
  expect(months.at(-1)).toMatchObject({ paidCents: 15n, withReservedCents: 26n });
  expect(forecast("2027-06-30", [reserved])).toMatchObject([{ month: 11, reservedDueCents: 11n }]);
});

test("a year to come is forecast from July, a year that is over not at all; nothing is lost on the way", () => {
  const known = [
    money(1_001n, { endsOn: day("2027-01-31") }),
    money(7n, { claims: [approved(3n)] }),
    money(1n, { paidCents: 9n }),
    money(0n, { paidCents: 9n }),
  ];
  const months = forecast("2026-06-30", known);
  expect(months.map(({ month }) => month)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(sumCents(months.map(({ dueCents }) => dueCents))).toBe(1_009n);
  expect(linesOf("2026-06-30", known).map(({ unspentCents }) => unspentCents)).toEqual([0n, 0n, 0n]);
  expect(forecast("2027-07-01", known)).toEqual([]);
  expect(linesOf("2027-07-01", known)).toEqual([]);
});

/** Of 100 planned cents: [days late, cents that had come by then]. */
const late = (...came: [number, bigint][]): Lateness => ({
  daysLate: came.map(([days]) => days),
  cameCents: came.map(([, cents]) => cents),
  plannedCents: 100n,
});
const byMilestones = (lateness: Lateness, more: Partial<Experience> = {}): With => ({
  method: "milestones",
  experience: { ...NOTHING, startYears: [2025], lateness, ...more },
});

test("each part of the plan comes as late as parts did, and what did not come stays unspent", () => {
  const known = money(1_000n, { plannedOn: [day("2026-12-10"), day("2027-02-10")] });
  const lateness = late([0, 40n], [30, 80n]);
  expect(dueIn("2026-11-26", known, byMilestones(lateness))).toEqual([
    [5, 200n],
    [6, 200n],
    [7, 200n],
    [8, 200n],
  ]);
  const [line] = linesOf("2026-11-26", [known], byMilestones(lateness));
  expect(line).toMatchObject({ unspentCents: 200n, committedCents: 1_000n, paidCents: 0n });
  // What would come after 30 June is in no month either.
  const inJune = money(1_000n, { plannedOn: [day("2027-06-10")] });
  expect(dueIn("2026-11-26", inJune, byMilestones(lateness))).toEqual([[11, 400n]]);
});

test("a part that is late already comes as those did that were as late; the day that is counted is today's", () => {
  const lateness = late([0, 40n], [30, 80n], [60, 90n]);
  const known = money(600n, { plannedOn: [day("2026-11-10")] });
  // 40 of 100 came on the day, 40 of the other 60 within a month, 10 within two, and 10 never.
  expect(dueIn("2026-11-10", known, byMilestones(lateness))).toEqual([
    [5, 400n],
    [6, 100n],
  ]);
  expect(dueIn("2026-11-09", known, byMilestones(lateness))).toEqual([
    [4, 240n],
    [5, 240n],
    [6, 60n],
  ]);
  expect(dueIn("2026-12-10", known, byMilestones(lateness))).toEqual([[6, 300n]]);
  expect(dueIn("2027-01-09", known, byMilestones(lateness))).toEqual([]);
});

test("what is paid and claimed counts towards the earliest parts", () => {
  const plannedOn = [day("2026-12-10"), day("2027-02-10"), day("2027-04-10")];
  const onTime = late([0, 100n]);
  const claims = [{ cents: 10n, claimedOn: day("2026-11-20"), approvedOn: null }];
  const known = money(80n, { paidCents: 40n, claims, plannedOn });
  expect(dueIn("2026-11-26", known, byMilestones(onTime))).toEqual([
    [4, 10n],
    [7, 30n],
    [9, 40n],
  ]);
});

test("claims are paid as long after they were made or approved as others were, and never before today", () => {
  const days = { claimDays: 20, approvalDays: 12 };
  const paid = (today: string, approvedOn: string | null) =>
    dueIn(
      today,
      money(50n, {
        claims: [{ cents: 50n, claimedOn: day("2026-11-15"), approvedOn: approvedOn ? day(approvedOn) : null }],
      }),
      byMilestones(late([0, 100n]), days),
    );
  expect(paid("2026-11-26", null)).toEqual([[5, 50n]]);
  expect(paid("2026-11-26", "2026-11-18")).toEqual([[4, 50n]]);
  expect(paid("2026-11-26", "2026-11-19")).toEqual([[5, 50n]]);
  expect(paid("2027-02-26", "2026-11-19")).toEqual([[7, 50n]]);
  const two = { claimedOn: day("2026-11-01"), approvedOn: null };
  const both = money(50n, {
    claims: [
      { ...two, cents: 20n },
      { ...two, cents: 30n },
    ],
  });
  expect(dueIn("2026-11-26", both, byMilestones(late([0, 100n]), days))).toEqual([[4, 50n]]);
  // After 30 June, it is no money of a month of the year; and a claim is no more than what is unpaid.
  const inJune = money(50n, { claims: [{ cents: 80n, claimedOn: day("2027-06-20"), approvedOn: null }] });
  expect(dueIn("2027-06-21", inJune, byMilestones(late([0, 100n]), days))).toEqual([]);
  expect(linesOf("2027-06-21", [inJune], byMilestones(late([0, 100n]), days))).toMatchObject([{ unspentCents: 50n }]);
  expect(dueIn("2027-06-21", inJune, byMilestones(late([0, 100n])))).toEqual([[11, 50n]]);
});

test("without a part that was as late, each comes on its day, or evenly from today where that has passed", () => {
  const plannedOn = [day("2026-10-10"), day("2027-03-10")];
  const known = money(80n, { plannedOn, endsOn: day("2027-02-28") });
  expect(dueIn("2026-11-26", known, { method: "milestones" })).toEqual([
    [4, 10n],
    [5, 10n],
    [6, 10n],
    [7, 10n],
    [8, 40n],
  ]);
  const today = money(80n, { plannedOn: [day("2026-11-26")], endsOn: day("2026-12-31") });
  expect(dueIn("2026-11-26", today, { method: "milestones" })).toEqual([
    [4, 40n],
    [5, 40n],
  ]);
});

test("what is reserved comes by the same plan, beside what is committed", () => {
  const known = money(100n, { reservedCents: 50n, plannedOn: [day("2026-12-10")] });
  const months = forecast("2026-11-26", [known], byMilestones(late([0, 50n], [30, 60n])));
  expect(months.map(({ dueCents, reservedDueCents }) => [dueCents, reservedDueCents]).slice(0, 4)).toEqual([
    [0n, 0n],
    [50n, 25n],
    [10n, 5n],
    [0n, 0n],
  ]);
});

const expected = (cents: bigint | null, known: KnownMoney) => {
  const expectation = { applicationId: "a", cents, note: "It is late", notedBy: "Ingrid", at: day("2026-11-26") };
  const other = { ...expectation, applicationId: "b", cents: 1n };
  const facts = { startYear: 2026, today: day("2027-04-15"), method: "even" as const, experience: NOTHING };
  const [line] = forecastLines({ ...facts, known: [known], expectations: [other, expectation] });
  return line && { ...line, months: line.dueCents.slice(9) };
};

test("what a budget officer expects by 30 June counts in place of the forecast, in its months", () => {
  const known = money(90n, { paidCents: 10n });
  expect(expected(null, known)).toMatchObject({ months: [30n, 30n, 30n], unspentCents: 0n, expectation: null });
  expect(expected(60n, known)).toMatchObject({
    months: [16n, 17n, 17n],
    unspentCents: 40n,
    forecastCents: 90n,
    expectation: { cents: 60n, notedBy: "Ingrid" },
  });
  // More than is committed now is all of it, and less than is paid by now is nothing more.
  expect(expected(500n, known)).toMatchObject({ months: [30n, 30n, 30n], unspentCents: 0n });
  expect(expected(5n, known)).toMatchObject({ months: [0n, 0n, 0n], unspentCents: 90n });
  expect(expected(0n, known)?.expectation?.cents).toBe(0n);
});

test("what is noted keeps the months of the forecast", () => {
  const known = money(100n, { plannedOn: [day("2027-04-20"), day("2027-06-20"), day("2027-06-25")] });
  const expectation = { applicationId: "a", cents: 51n, note: "It is late", notedBy: "Ingrid", at: day("2026-11-26") };
  const facts = { startYear: 2026, today: day("2027-04-15"), method: "milestones" as const, experience: NOTHING };
  const [line] = forecastLines({ ...facts, known: [known], expectations: [expectation] });
  expect(line?.dueCents.slice(9)).toEqual([16n, 0n, 35n]);
});

test("where the forecast expects nothing, what is noted comes evenly", () => {
  const never = byMilestones(late([-400, 1n]));
  const expectation = { applicationId: "a", cents: 7n, note: "It comes", notedBy: "Ingrid", at: day("2026-11-26") };
  const facts = { startYear: 2026, today: day("2027-04-15"), method: "milestones" as const, experience: NOTHING };
  const [line] = forecastLines({ ...facts, ...never, known: [money(90n)], expectations: [expectation] });
  expect(line?.dueCents.slice(8)).toEqual([0n, 2n, 2n, 3n]);
  expect(line).toMatchObject({ forecastCents: 0n, unspentCents: 83n });
});

test("what is noted is no less than is paid and no more than is committed", () => {
  const held = { committedCents: 1_000n, paidCents: 200n };
  expect([200n, 1_000n].map((cents) => checkExpectation(cents, null, held))).toEqual([null, null]);
  expect(checkExpectation(null, 0n, held)).toBeNull();
  expect(checkExpectation(null, null, held)).toContain("Enter how much");
  expect(checkExpectation(199n, 1n, held)).toContain("$2.00 or more");
  expect(checkExpectation(1_001n, null, held)).toContain("$10.00 or less");
});

test("initiatives come in the order of what stays unspent, then of what is unpaid, then of their ids", () => {
  const [line] = linesOf("2026-11-26", [money(10n)]);
  if (!line) throw new Error("There is a line.");
  const lines = [
    { ...line, applicationId: "c", unspentCents: 1n },
    { ...line, applicationId: "b" },
    { ...line, applicationId: "a" },
    { ...line, applicationId: "e", committedCents: 12n, paidCents: 1n },
    { ...line, applicationId: "d", unspentCents: 2n },
    { ...line, applicationId: "f", unspentCents: 1n, paidCents: 3n },
  ];
  for (const order of [lines, lines.toReversed()]) {
    expect(
      [...order]
        .sort(byUnspent)
        .map(({ applicationId }) => applicationId)
        .join(""),
    ).toBe("dcfeab");
  }
});

test("what is assumed is said in words, with what the finished years have shown", () => {
  const even = assumptionsOf("even", NOTHING).join(" ");
  expect(even).toContain("Payments already made do not change.");
  expect(even).toContain("in equal parts, month by month");
  const words = (experience: Experience) => assumptionsOf("milestones", experience).join(" ");
  expect(words(NOTHING)).toContain("Open claims are paid in the current month.");
  expect(words(NOTHING)).toContain("No financial year has finished yet.");
  const shown = { ...NOTHING, startYears: [2024, 2025], claimDays: 6, approvalDays: 1 };
  const shownFor = (...came: [number, bigint][]) => words({ ...shown, lateness: late(...came) });
  expect(shownFor([3, 50n], [9, 75n])).toContain("1 day after approval, and other open claims 6 days after");
  expect(shownFor([3, 50n], [9, 75n])).toContain(
    "as in 2024/25 and 2025/26. Half of that money was paid no later than 3 days after its planned day. 25% has not been paid.",
  );
  expect(shownFor([-1, 100n])).toContain("no later than 1 day before its planned day. The later");
  expect(shownFor([0, 100n])).toContain("was paid by its planned day.");
  expect(shownFor([0, 40n])).toContain("Less than half of that money was paid. 60% has not been paid.");
  expect(words({ ...shown, claimDays: null, lateness: late([0, 100n]) })).toContain("in the current month");
  expect(words({ ...shown, approvalDays: null, lateness: late([0, 100n]) })).toContain("in the current month");
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
  const known = [
    money(now.committedCents - now.paidCents, { paidCents: now.paidCents }),
    money(0n, { reservedCents: now.reservedCents }),
  ];
  const months = forecast(today, known, { paidCents: now.paidCents });
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
  const months = forecast("2027-01-01", []);
  expect(warningsOf(now, months, day("2027-01-01"))[0]?.text).toContain("30 June 2027");
});

test("what is still expected of an initiative is what its months come to", () => {
  expect(expectedCents({ dueCents: [1n, 0n, 20n] })).toBe(21n);
});

test("what has no name for its reader is all that is left of the year, or not theirs to read", () => {
  expect(unnamedInWords({ applicationId: OTHERS })).toBe("All other initiatives");
  expect(unnamedInWords({ applicationId: "1" })).toBe("Not assigned to you");
});

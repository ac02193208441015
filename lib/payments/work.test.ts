// The work of a claim, what its year has for it, and advances.
import { expect, test } from "vitest";
import type { ClaimState } from "#lib/platform/db/generated/enums.ts";
import { checkClaim, formatWork, openAdvances, paidOnProblem } from "./rules.ts";

const at = (day: number) => new Date(Date.UTC(2026, 10, day));
const year = { startYear: 2026, committedCents: 1_000n, paidCents: 300n };
const life = { cutoffOn: null, closedAt: null };
const WORK = { basis: "WORK", workFrom: at(1), workTo: at(2), advanceReason: null, accountsFor: null, accounted: null };
const day = (text: string) => new Date(`${text}T00:00:00Z`);

test("the work of a claim lies in one year that has begun and holds enough, after the offer and before the claim", () => {
  const years = [2024, 2026, 2027].map((startYear) => ({
    ...year,
    ...life,
    startYear,
    openCents: 0n,
    leftCents: 700n,
  }));
  const arrangement = { years, advances: [], acceptedOn: day("2024-08-01") };
  const wrong = (change: object) =>
    checkClaim({ ...WORK, amount: 700n, gst: 0n, invoicedOn: at(2), ...change }, arrangement, at(2));
  const at_ = (change: object) => Object.keys(wrong(change));
  expect(at_({})).toEqual([]);
  expect(at_({ amount: 701n })).toEqual(["amount"]);
  expect(at_({ amount: 0n })).toEqual(["amount"]);
  expect(at_({ workFrom: day("2025-08-01"), workTo: day("2025-08-02") })).toEqual(["workFrom-day"]);
  expect(at_({ workFrom: day("2027-07-01"), workTo: day("2027-07-01") })).toEqual(["workFrom-day"]);
  expect(at_({ workFrom: day("2024-07-31"), workTo: day("2024-08-01"), invoicedOn: day("2024-08-02") })).toEqual([
    "workFrom-day",
  ]);
  expect(at_({ workFrom: day("2024-08-01"), workTo: day("2025-06-30"), invoicedOn: day("2025-07-02") })).toEqual([]);
  expect(wrong({ workFrom: day("2026-06-30"), workTo: at(1) })["workTo-day"]).toMatch(/30 June 2026.*1 July 2026/);
  expect(at_({ workFrom: at(2), workTo: at(1) })).toEqual(["workTo-day"]);
  expect(wrong({ workTo: at(3) })["workTo-day"]).toContain("“An advance");
  expect(at_({ invoicedOn: at(3) })).toEqual(["invoicedOn-day"]);
  expect(at_({ invoicedOn: day("2025-05-01") })).toEqual([]);
  expect(at_({ invoicedOn: day("2025-04-30") })).toEqual(["invoicedOn-day"]);
});

test("a claim above what is left is told how much it may be, and of nothing left that nothing may be", () => {
  const check = (leftCents: bigint) =>
    checkClaim(
      { ...WORK, amount: 900n, gst: 0n, invoicedOn: at(1) },
      { years: [{ ...year, ...life, openCents: 0n, leftCents }], advances: [], acceptedOn: at(1) },
      at(2),
    );
  expect(check(800n).amount).toMatch(/\$8\.00.*2026\/27/);
  expect(check(1n).amount).toContain("or less");
  expect(check(0n).amount).not.toContain("or less");
});

test("each year has its own amount left, and an invoice is of a day near its work", () => {
  const years = [
    { ...year, ...life, startYear: 2024, openCents: 0n, leftCents: 900n },
    { ...year, ...life, openCents: 0n, leftCents: 100n },
  ];
  const wrong = (change: object) =>
    checkClaim(
      { ...WORK, amount: 100n, gst: 0n, invoicedOn: at(1), ...change },
      { years, advances: [], acceptedOn: day("2024-07-01") },
      day("2028-12-01"),
    );
  expect([wrong({}), Object.keys(wrong({ amount: 101n }))]).toEqual([{}, ["amount"]]);
  expect(wrong({ invoicedOn: day("2028-05-02") })).toEqual({});
  expect(Object.keys(wrong({ invoicedOn: day("2028-05-03") }))).toEqual(["invoicedOn-day"]);
});

test("work of a year is claimed and paid up to its cut-off day, and again, up to what is accrued, once it is closed", () => {
  const [cutoffOn, closedAt] = [day("2027-07-31"), new Date("2027-08-02T00:00:00Z")];
  const check = (one: object, today: string) =>
    checkClaim(
      { ...WORK, amount: 100n, gst: 0n, invoicedOn: at(2) },
      { years: [{ ...year, ...life, ...one, openCents: 0n, leftCents: 700n }], advances: [], acceptedOn: at(1) },
      day(today),
    );
  const late = { "workFrom-day": expect.stringMatching(/2026\/27 ended on 31 July 2027/) };
  expect([check({ cutoffOn }, "2027-07-31"), check({ cutoffOn }, "2027-08-01")]).toEqual([{}, late]);
  expect(check({ cutoffOn, closedAt }, "2027-08-03")).toEqual({});
  const paid = (text: string, one: object) =>
    paidOnProblem(day(text), { startYear: 2026, decidedAt: null, year: { ...life, ...one } }, day("2027-09-01"));
  expect([paid("2027-07-31", { cutoffOn }), paid("2027-08-01", { cutoffOn, closedAt })]).toEqual([null, null]);
  expect(paid("2027-08-01", { cutoffOn })).toMatch(/ended on 31 July 2027/);
});

test("an advance has its reason and may lie ahead; an invoice accounts for what is open of one", () => {
  const arrangement = {
    years: [{ ...year, ...life, openCents: 0n, leftCents: 700n }],
    advances: [{ id: "a", number: 4, openCents: 300n }],
    acceptedOn: at(1),
  };
  const wrong = (change: object) =>
    Object.keys(checkClaim({ ...WORK, amount: 100n, gst: 0n, invoicedOn: at(1), ...change }, arrangement, at(2)));
  const advance = { basis: "ADVANCE", advanceReason: "Flights", workTo: at(30) };
  expect(wrong(advance)).toEqual([]);
  // Work that runs until today is not over; what was done by yesterday can be claimed as work.
  expect(wrong({ ...advance, workTo: at(2) })).toEqual([]);
  expect(wrong({ ...advance, workTo: at(1) })).toEqual(["workTo-day"]);
  expect(wrong({ ...advance, advanceReason: null })).toEqual(["advanceReason"]);
  expect(wrong({ advanceReason: "Flights" })).toEqual(["advanceReason"]);
  expect(wrong({ ...advance, accountsFor: "a", accounted: 1n })).toEqual(["accountsFor"]);
  expect(wrong({ accountsFor: "a", accounted: 300n, amount: 0n })).toEqual([]);
  expect(wrong({ accountsFor: "a", accounted: 100n, amount: 100n })).toEqual([]);
  // GST is for the whole invoice.
  expect(wrong({ accountsFor: "a", accounted: 300n, amount: 700n, gst: 250n })).toEqual([]);
  expect(wrong({ accountsFor: "a", accounted: 301n })).toEqual(["accounted"]);
  expect(wrong({ accountsFor: "a" })).toEqual(["accounted"]);
  expect(wrong({ accountsFor: "b", accounted: 1n })).toEqual(["accountsFor"]);
  expect(wrong({ accounted: 1n })).toEqual(["accountsFor"]);
});

test("what of an advance is open is what no standing invoice accounts for, once it is paid", () => {
  const row = (id: string, number: number, more: object) => ({
    id,
    number,
    state: "PAID" as ClaimState,
    paidCents: 1_000n,
    backCents: 0n,
    advanceReason: null,
    accountsForId: null,
    accountedCents: 0n,
    ...more,
  });
  const advance = (id: string, number: number, paidCents = 1_000n, backCents = 0n) =>
    row(id, number, { advanceReason: "Flights", paidCents, backCents });
  const accounts = (of: string, cents: bigint, state: ClaimState) =>
    row(`${of}-${cents}`, 9, { accountsForId: of, accountedCents: cents, state });
  expect(
    openAdvances([
      advance("c", 3),
      advance("a", 1),
      advance("b", 2, 0n),
      advance("f", 6, 700n, 200n),
      advance("d", 4),
      row("e", 5, {}),
      accounts("a", 400n, "CLAIMED"),
      accounts("a", 100n, "SETTLED"),
      accounts("a", 50n, "RETURNED"),
      accounts("d", 1_000n, "PAID"),
    ]),
  ).toEqual([
    { id: "a", number: 1, openCents: 500n },
    { id: "c", number: 3, openCents: 1_000n },
    { id: "f", number: 6, openCents: 500n },
  ]);
});

test("the days of the work are said, one alone once, and none where they are not stated", () => {
  expect(formatWork({ workFrom: at(1), workTo: at(2) })).toBe("1 November 2026 to 2 November 2026");
  expect(formatWork({ workFrom: at(1), workTo: at(1) })).toBe("1 November 2026");
  for (const days of [{}, { workFrom: at(1) }, { workTo: at(1) }])
    expect(formatWork({ workFrom: null, workTo: null, ...days })).toBe("not stated");
});

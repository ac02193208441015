// A financial year's life by the calendar, its cut-off and its closing, and what stands in the way of that.
import { expect, test } from "vitest";
import {
  accrualsFrom,
  accruedOf,
  afterCutoff,
  checkCutoff,
  closingNotices,
  closingObstacles,
  isAccruing,
  lifeInWords,
  lifeOf,
  shortOf,
  type UnspentLine,
  unspentLine,
  type YearEnd,
} from "./rules.ts";

const day = (text: string) => new Date(`${text}T00:00:00Z`);
const year = { startYear: 2026, cutoffOn: null, closedAt: null };
const closing = { ...year, cutoffOn: day("2027-07-31") };
const closed = { ...closing, closedAt: new Date("2027-08-02T00:00:00Z") };
const nothing: YearEnd = { earlier: [], reserved: [], unspent: [], claims: [], advances: [], held: [], waiting: 0 };
const unspent = (more: Partial<UnspentLine>): UnspentLine => ({
  applicationId: "1",
  unspentCents: 100n,
  openCents: 0n,
  statedCents: 0n,
  askedAt: null,
  statedAt: null,
  ...more,
});

test("each stage begins on its day, and is said with it", () => {
  const said = (text: string, one: typeof year | typeof closed = year) => [
    lifeOf(one, day(text)),
    lifeInWords(one, day(text)),
  ];
  expect(said("2026-06-30")).toEqual(["planned", "Planned: begins on 1 July 2026"]);
  expect(said("2026-07-01")).toEqual(["open", "Open until 30 June 2027"]);
  expect(said("2027-06-30")[0]).toBe("open");
  expect(said("2027-07-01")).toEqual(["closing", "Closing: no cut-off day is set yet"]);
  expect(lifeInWords(closing, day("2027-07-01"))).toBe("Closing: claims and payments until 31 July 2027");
  expect(lifeInWords(closing, day("2027-07-31"))).toBe("Closing: claims and payments until 31 July 2027");
  expect(lifeInWords(closing, day("2027-08-01"))).toBe("Closing: claims and payments ended on 31 July 2027");
  expect(said("2027-08-03", closed)).toEqual(["closed", "Closed on 2 August 2027"]);
});

test("work is claimed up to the cut-off day, and again once the year is closed", () => {
  expect([afterCutoff(year, day("2030-01-01")), afterCutoff(closing, day("2027-07-31"))]).toEqual([null, null]);
  expect(afterCutoff(closing, day("2027-08-01"))).toBe("Claims and payments for work in 2026/27 ended on 31 July 2027");
  expect(afterCutoff(closed, day("2027-08-03"))).toBeNull();
});

test("a cut-off day is after the year, today or later, and within the next year or this one; moved, it has a reason", () => {
  const check = (
    cutoffOn: string,
    today: string,
    life: typeof year | typeof closing = year,
    reason: string | null = null,
  ) => checkCutoff(life, { cutoffOn: day(cutoffOn), reason }, day(today));
  const problem = (text: string) => ({ "cutoffOn-day": `Cut-off day must be ${text}` });
  expect(check("2027-06-30", "2027-05-01")).toEqual(problem("after 30 June 2027"));
  expect(check("2027-07-01", "2027-05-01")).toEqual({});
  expect(check("2027-07-09", "2027-07-10")).toEqual(problem("today, 10 July 2027, or later"));
  expect(check("2027-07-10", "2027-07-10")).toEqual({});
  expect(check("2028-06-30", "2027-07-10")).toEqual({});
  expect(check("2028-07-01", "2027-07-10")).toEqual(problem("30 June 2028 or earlier"));
  // A year that has stayed open for long.
  expect(check("2029-06-30", "2028-07-10")).toEqual({});
  expect(check("2029-07-01", "2028-07-10")).toEqual(problem("30 June 2029 or earlier"));
  expect(check("2027-07-31", "2027-07-10", closing, "Ships are late")).toEqual(
    problem("a different day: it is already 31 July 2027"),
  );
  expect(check("2027-08-01", "2027-07-10", closing)).toEqual({ reason: "Enter why you are moving the cut-off day" });
  expect(check("2027-08-01", "2027-07-10", closing, "Ships are late")).toEqual({});
});

test("an agency is asked from the first of June until the closing", () => {
  expect(accrualsFrom(2026)).toEqual(day("2027-06-01"));
  expect(["2027-05-31", "2027-06-01", "2027-08-01"].map((text) => isAccruing(year, day(text)))).toEqual([
    false,
    true,
    true,
  ]);
  expect([isAccruing(closed, day("2027-08-03")), isAccruing(year, day("2026-06-15"))]).toEqual([false, false]);
});

test("short is what is neither claimed nor stated, and never less than nothing", () => {
  const short = (openCents: bigint, statedCents: bigint) => shortOf(unspent({ openCents, statedCents }));
  expect([short(0n, 0n), short(30n, 20n), short(60n, 40n), short(60n, 60n)]).toEqual([100n, 50n, 0n, 0n]);
});

test("what is in the way of closing is said, each in a sentence", () => {
  const obstacles = (one: Parameters<typeof closingObstacles>[0], text: string, end: Partial<YearEnd> = {}) =>
    closingObstacles(one, { ...nothing, ...end }, day(text));
  expect(obstacles(closing, "2027-08-01")).toEqual([]);
  expect(obstacles(closed, "2027-08-03")).toEqual(["2026/27 is already closed."]);
  expect(obstacles(year, "2027-06-30")).toEqual(["2026/27 ends on 30 June 2027. You can close it after that."]);
  expect(obstacles(year, "2027-07-01")).toEqual(["Set the cut-off day first."]);
  expect(obstacles(closing, "2027-07-31")).toEqual([expect.stringMatching(/until 31 July 2027\. You can close it/)]);
  const reserved = [{ applicationId: "1", state: "APPROVED" as const, reservedCents: 7_00n, offerDueAt: null }];
  expect(obstacles(closing, "2027-08-01", { reserved, unspent: [unspent({})], waiting: 1 })).toEqual([
    "$7.00 is still reserved. Carry it forward, or release it.",
    "$1.00 is committed but not paid, claimed or accrued. Carry it forward, or release it by a variation that lowers it or by ending the initiative.",
    "One change to this year is waiting. Confirm, decline or withdraw it.",
  ]);
  // Once the next year has ended too, nothing can be carried into it.
  expect(obstacles(closing, "2028-07-01", { reserved, unspent: [unspent({})] })).toEqual([
    "$7.00 is still reserved. Release it: return the recommendation, or withdraw the offer.",
    expect.stringMatching(/2027\/28 has ended too.*variation that moves it into an open year or lowers it/),
  ]);
  expect(obstacles(closing, "2027-08-01", { earlier: [2024, 2025] })).toEqual([
    "Close 2024/25 and 2025/26 first: years close in order.",
  ]);
  expect(obstacles(closing, "2027-08-01", { waiting: 2 })).toEqual([expect.stringMatching(/^2 changes to this year/)]);
});

test("advances that are not accounted for are said before a closing, and do not stop it", () => {
  expect(closingNotices(nothing)).toEqual([]);
  const advance = { applicationId: "1", number: 1, openCents: 8_00n };
  const end = { ...nothing, advances: [advance, { ...advance, number: 2 }] };
  expect(closingNotices(end)).toEqual([
    expect.stringMatching(/^\$16\.00 was paid in advance.*names these advances\.$/),
  ]);
  expect(closingNotices({ ...nothing, advances: [advance] })).toEqual([
    expect.stringMatching(/^\$8\.00.*this advance\.$/),
  ]);
  expect(closingObstacles(closing, end, day("2027-08-01"))).toEqual([]);
});

test("an initiative’s line of a year end is the sum of its rows: claims that are open, and what was stated less what was claimed since", () => {
  const claim = { applicationId: "", state: "CLAIMED" as const, workConfirmedAt: null, claimedAt: new Date(0) };
  const stated = { cents: 50n, work: "Boats", at: new Date(0), by: "Aroha" };
  const rows = {
    ...{ committedCents: 100n, paidCents: 20n, stated, since: [] },
    claims: [
      { ...claim, number: 1, cents: 7n },
      { ...claim, number: 2, cents: 3n },
    ],
  };
  expect(unspentLine(rows)).toEqual({ unspentCents: 80n, openCents: 10n, statedCents: 50n });
  expect([shortOf(unspentLine(rows)), accruedOf(unspentLine(rows))]).toEqual([20n, 60n]);
  const since = (cents: bigint) => [{ number: 3, cents, claimedAt: new Date(0) }];
  expect(unspentLine({ ...rows, since: since(20n) }).statedCents).toBe(30n);
  expect(unspentLine({ ...rows, since: since(51n) }).statedCents).toBe(0n);
  expect(unspentLine({ ...rows, stated: null }).statedCents).toBe(0n);
  // No more is accrued than is not paid.
  expect(accruedOf({ unspentCents: 59n, openCents: 10n, statedCents: 50n })).toBe(59n);
  expect(accruedOf({ unspentCents: 60n, openCents: 10n, statedCents: 50n })).toBe(60n);
});

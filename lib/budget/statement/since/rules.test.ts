// What has changed in a year since its statement was made final, and where each figure of that leads.
import { expect, test } from "vitest";
import type { StatementRow } from "#lib/budget/statement/rules.ts";
import { row, rows } from "#lib/testing/statement.ts";
import { changedHref, changedSince } from "./rules.ts";

const none = new Map();

test("what has changed since the closing is said of the year and its initiatives, by the names of then", () => {
  expect(changedSince(rows, rows, none)).toEqual([]);
  const now = rows.map((one): StatementRow => {
    if (one.section === "YEAR") return { ...one, envelopeCents: 99_00n, paidCents: 25_00n, accruedCents: 35_00n };
    // Agencies and months are sums of what is compared.
    if (one.section === "AGENCY") return { ...one, paidCents: 25_00n };
    return one.key === "PSF-2026-0001 Boats" ? { ...one, name: "Renamed", paidCents: 25_00n } : one;
  });
  const later = row("INITIATIVE", "PSF-2026-0003 Radios", { committedCents: 1n });
  expect(changedSince(rows, [...now, later], none)).toEqual([
    { name: "2026/27", figure: "Envelope", thenCents: 100_00n, nowCents: 99_00n },
    { name: "2026/27", figure: "Paid", thenCents: 20_00n, nowCents: 25_00n },
    { name: "2026/27", figure: "Accrued", thenCents: 40_00n, nowCents: 35_00n },
    { name: "PSF-2026-0001 Boats", figure: "Paid", thenCents: 20_00n, nowCents: 25_00n },
    { name: "PSF-2026-0003 Radios", figure: "Committed", thenCents: 0n, nowCents: 1n },
  ]);
  expect(changedSince(rows, rows.slice(0, -1), none)).toEqual([
    { name: "PSF-2026-0002 Dogs", figure: "Reserved", thenCents: 5_00n, nowCents: 0n },
  ]);
});

test("payments and recoveries since the closing are said one by one, where they come to the same too", () => {
  const boats = "PSF-2026-0001 Boats";
  const recovered = new Map([
    ["2026/27", { thenCents: 1_00n, nowCents: 6_00n }],
    [boats, { thenCents: 1_00n, nowCents: 6_00n }],
  ]);
  const of = (name: string) => [
    { name, figure: "Payments", thenCents: 21_00n, nowCents: 26_00n },
    { name, figure: "Recovered", thenCents: 1_00n, nowCents: 6_00n },
  ];
  expect(changedSince(rows, rows, recovered)).toEqual([...of("2026/27"), ...of(boats)]);
  const less = rows.map((one) => (one.key === boats ? { ...one, paidCents: 15_00n } : one));
  expect(changedSince(rows, less, recovered).filter(({ name }) => name === boats)).toEqual([
    { name: boats, figure: "Recovered", thenCents: 1_00n, nowCents: 6_00n },
    { name: boats, figure: "Paid less recovered", thenCents: 20_00n, nowCents: 15_00n },
  ]);
});

test("an advance that is accounted for since the closing is said", () => {
  const advance = row("ADVANCE", "PSF-2026-0001/1 Boats", { paidCents: 8_00n });
  expect(changedSince([...rows, advance], rows, none)).toEqual([
    { name: advance.name, figure: "Advance to be accounted for", thenCents: 8_00n, nowCents: 0n },
  ]);
});

test("each figure leads to the entries of then, of since or of all, and a hidden name nowhere", () => {
  const href = (name: string, figure: string, recorded: "THEN" | "SINCE" | null) =>
    changedHref({ startYear: 2026, rows }, { name, figure, thenCents: 0n, nowCents: 0n }, recorded);
  const year = "/budget/ledger?year=2026";
  expect(href("2026/27", "Envelope", "THEN")).toBe(`${year}&kind=ADJUST&recorded=THEN`);
  expect(href("2026/27", "Committed", null)).toBe(year);
  expect(href("2026/27", "Paid", "SINCE")).toBe(`${year}&kind=MONEY&recorded=SINCE`);
  const boats = "PSF-2026-0001 Boats";
  const own = (kind: string) => `${year}&kind=${kind}&reference=PSF-2026-0001&recorded=SINCE`;
  expect(href(boats, "Payments", "SINCE")).toBe(own("PAYMENTS"));
  expect(href(boats, "Recovered", "SINCE")).toBe(own("CAME_BACK"));
  expect(href(boats, "Paid less recovered", "SINCE")).toBe(own("MONEY"));
  expect(href("Not assigned to you", "Paid", null)).toBeNull();
  expect(href("PSF-2026-0001/3 Boats", "Advance to be accounted for", "THEN")).toBe(
    "/applications/PSF-2026-0001#claim-3",
  );
});

test("what was accrued leads to its rows in the statement, what is accrued now to what is not paid", () => {
  const accrual = row("ACCRUAL", "PSF-2026-0001/2 Boats", { accruedCents: 40_00n });
  const href = (name: string, recorded: "THEN" | "SINCE" | null, thenCents = 40_00n, of = [...rows, accrual]) =>
    changedHref({ startYear: 2026, rows: of }, { name, figure: "Accrued", thenCents, nowCents: 5_00n }, recorded);
  const boats = "PSF-2026-0001 Boats";
  expect([href("2026/27", "THEN"), href(boats, "THEN")]).toEqual(["#accrued", "#accrued"]);
  expect(href("2026/27", null)).toBe("/budget/year-end?year=2026#unspent");
  expect(href(boats, null)).toBe("/budget/unspent/PSF-2026-0001?year=2026");
  // Nothing was accrued then, or the statement is from before it had such rows. A difference has no rows of its own.
  expect([href(boats, "THEN", 0n), href(boats, "THEN", 40_00n, [...rows])]).toEqual([null, null]);
  expect([href("2026/27", "SINCE"), href(boats, "SINCE"), href("Not assigned to you", null)]).toEqual([
    null,
    null,
    null,
  ]);
});

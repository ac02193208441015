import { describe, expect, test } from "vitest";
import {
  CENTS_MAX,
  formatCents,
  formatYear,
  greaterOf,
  lesserOf,
  parseCents,
  plainCents,
  readCents,
  shortCents,
  sumCents,
  typedCents,
} from "./money.ts";

describe("amounts on screen", () => {
  test.each([
    [0n, "$0.00"],
    [5n, "$0.05"],
    [100n, "$1.00"],
    [99_999n, "$999.99"],
    [100_000n, "$1,000.00"],
    [30_000_000n, "$300,000.00"],
    [270_000_000n, "$2,700,000.00"],
    [100_000_000_000n, "$1,000,000,000.00"],
    [-500n, "−$5.00"],
    [-123_456_789n, "−$1,234,567.89"],
  ])("%s cents read %s", (cents, text) => {
    expect(formatCents(cents)).toBe(text);
  });

  test("a form's field holds no sign of dollars and no commas", () => {
    expect(typedCents(123_456_789n)).toBe("1,234,567.89");
    expect(typedCents(-5_000_000n)).toBe("-50,000.00");
    expect(plainCents(123_456_789n)).toBe("1234567.89");
    expect(plainCents(-5_000_000n)).toBe("-50000.00");
  });
});

describe("amounts as they are typed", () => {
  test.each([
    ["300000", 30_000_000n],
    ["300,000", 30_000_000n],
    ["$300,000.00", 30_000_000n],
    ["NZ$ 300 000", 30_000_000n],
    [" 2500.5 ", 250_050n],
    ["0.01", 1n],
    ["0", 0n],
    ["1,000,000,000", 100_000_000_000n],
    ["1,234,567.89", 123_456_789n],
    ["1 234 567.89", 123_456_789n],
    ["300\u00a0000", 30_000_000n],
    ["1\u202f234\u202f567", 123_456_700n],
    ["1\u2009234", 123_400n],
    ["5000.00 NZD", 500_000n],
    ["NZD 5,000", 500_000n],
    ["5000\t", 500_000n],
    ["\u202d5,000\u202c", 500_000n],
    ["$\u200b5,000\ufeff", 500_000n],
  ])("“%s” is %s cents", (text, cents) => {
    expect(parseCents(text)).toBe(cents);
  });

  test.each([
    "",
    "-5",
    "3,00",
    "30,0000",
    "1.234",
    "1.",
    ".5",
    "1e5",
    "0x10",
    "12 dollars",
    "1,000,000,000.01",
    "9".repeat(40),
    "0,500",
    "000 500",
    "0 000 500",
    "5000\t6000",
    "500\t600",
    "5000 6000",
    "5000\u00a06000",
    "5000\u200b6000",
    "5,000 6,000",
    "1,234 567",
    "300 000,000",
    "20 27",
    "20\u202f27",
    "2 0",
    "1 234 56",
    "1234 567",
    "1  234",
    "1, 234",
    "5000\n6000",
    "5000 .50",
    "5000.5 0",
    "$5000 $6000",
    " ".repeat(100_000),
    "٣",
  ])("“%s” is no amount", (text) => {
    expect(parseCents(text)).toBeNull();
  });

  test("a debt has its minus before or after the signs that it was copied with, and is never an amount to pay", () => {
    for (const text of ["-5,000", "−5 000.00", "-$5,000", "\u202d-5000\u202c"]) {
      expect([text, readCents(text), parseCents(text)]).toEqual([text, -500_000n, null]);
    }
    expect(readCents("5-000")).toBeNull();
    expect(readCents("9".repeat(40))).toBeGreaterThan(CENTS_MAX);
  });

  test("what is shown can be typed again, for every amount of a sample", () => {
    for (let cents = 0n; cents < 400_000_000n; cents += 1_234_567n) {
      expect(parseCents(formatCents(cents))).toBe(cents);
      expect(parseCents(plainCents(cents))).toBe(cents);
      expect(parseCents(typedCents(cents))).toBe(cents);
    }
  });
});

test("sums are exact beyond what a float holds", () => {
  expect(sumCents([9_007_199_254_740_993n, 1n])).toBe(9_007_199_254_740_994n);
  expect(sumCents([])).toBe(0n);
});

test("a financial year is written by both of its calendar years", () => {
  expect(formatYear(2026)).toBe("2026/27");
  expect(formatYear(2099)).toBe("2099/00");
  expect(formatYear(2008)).toBe("2008/09");
});

test.each([
  [0n, "$0"],
  [149n, "$1"],
  [150n, "$2"],
  [99_949n, "$999"],
  [99_950n, "$1k"],
  [50_049_900n, "$500k"],
  [50_050_000n, "$501k"],
  [99_999_900n, "$1000k"],
  [100_000_000n, "$1M"],
  [271_550_000n, "$2.72M"],
  [12_345, "$123"],
])("a chart says %s cents as %s", (cents, short) => {
  expect(shortCents(cents)).toBe(short);
});

test("nothing is no debt, and the largest amount is still one", () => {
  expect([formatCents(0n), formatCents(-1n)]).toEqual(["$0.00", "−$0.01"]);
  expect([parseCents("1000000000"), parseCents("1000000000.01")]).toEqual([CENTS_MAX, null]);
  const blanks = 100 - "$5.00".length;
  expect([parseCents(`${" ".repeat(blanks)}$5.00`), parseCents(`${" ".repeat(blanks + 1)}$5.00`)]).toEqual([
    500n,
    null,
  ]);
});

test("the lesser and the greater of two amounts", () => {
  expect([lesserOf(1n, 2n), lesserOf(2n, 1n), greaterOf(1n, 2n), greaterOf(2n, 1n)]).toEqual([1n, 1n, 2n, 2n]);
});

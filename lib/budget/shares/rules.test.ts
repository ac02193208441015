import { expect, test } from "vitest";
import { CATEGORY_OPTIONS } from "#lib/budget/rules.ts";
import {
  COUNTERS,
  categoryLabel,
  countedCents,
  isCounter,
  isShareKind,
  rowsHref,
  rowsTitle,
  SHARE_KINDS,
} from "./rules.ts";

test("kinds of share and counters are those of the lists, and no other word", () => {
  expect([...SHARE_KINDS, "state", ""].map(isShareKind)).toEqual([true, true, true, true, false, false]);
  expect([...COUNTERS, "envelope", ""].map(isCounter)).toEqual([true, true, true, true, true, false, false]);
});

test("a category is named by its label, and one that is no more by its code", () => {
  for (const { value, label } of CATEGORY_OPTIONS) expect(categoryLabel(value)).toBe(label);
  expect(categoryLabel("ships")).toBe("ships");
});

test("unpaid is what is committed and not paid; every other figure is counted by itself", () => {
  const held = { reservedCents: 1n, committedCents: 20n, paidCents: 3n, pipelineCents: 4n };
  expect(COUNTERS.map((counter) => [counter, countedCents(held, counter)])).toEqual([
    ["paid", 3n],
    ["unpaid", 17n],
    ["committed", 20n],
    ["reserved", 1n],
    ["pipeline", 4n],
  ]);
});

test("the address of the rows behind a figure names the year, the share and the counter", () => {
  const filter = { startYear: 2026, by: null, of: null, counter: null };
  expect(rowsHref(filter)).toBe("/budget/rows?year=2026");
  expect(rowsHref({ ...filter, of: "FJ" })).toBe("/budget/rows?year=2026");
  expect(rowsHref({ ...filter, by: "place", of: "FJ", counter: "paid" })).toBe(
    "/budget/rows?year=2026&by=place&of=FJ&counter=paid",
  );
  expect(rowsHref({ ...filter, by: "place" })).toBe("/budget/rows?year=2026&by=place&of=none");
});

test("its title says what of whom in which year, with a capital", () => {
  const filter = { startYear: 2026, by: null, of: null, counter: null };
  expect(rowsTitle({ ...filter, counter: "paid" }, "Fiji")).toBe("Fiji: paid in 2026/27");
  expect(rowsTitle({ ...filter, counter: "paid" }, null)).toBe("Paid in 2026/27");
  expect(rowsTitle(filter, null)).toMatch(/^R.* or .* in 2026\/27$/);
});

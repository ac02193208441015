import { expect, test } from "vitest";
import { isReversible, type LedgerLine, whyStays } from "./rules.ts";

const adjustment = { kind: "ADJUST", reversesId: null, reversedById: null, closedFrom: null } as LedgerLine;

test("an adjustment is reversed once, and nothing else is", () => {
  expect(isReversible(adjustment)).toBe(true);
  expect(isReversible({ ...adjustment, kind: "COMMIT" })).toBe(false);
  expect(isReversible({ ...adjustment, reversesId: 1n })).toBe(false);
  expect(isReversible({ ...adjustment, reversedById: 1n })).toBe(false);
  expect(whyStays(adjustment)).toBeNull();
});

test("a carry-forward that took initiatives out of a closed year stays, and says why until it is reversed", () => {
  const carried = { ...adjustment, closedFrom: 2025 };
  expect(isReversible(carried)).toBe(false);
  expect(whyStays(carried)).toMatch(/^You cannot reverse this carry-forward\. 2025\/26 is closed/);
  expect(whyStays({ ...carried, reversedById: 1n })).toBeNull();
});

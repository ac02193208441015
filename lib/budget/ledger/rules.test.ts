import { expect, test } from "vitest";
import { isReversible, type LedgerLine } from "./rules.ts";

const adjustment = { kind: "ADJUST", reversesId: null, reversedById: null } as LedgerLine;

test("an adjustment is reversed once, and nothing else is", () => {
  expect(isReversible(adjustment)).toBe(true);
  expect(isReversible({ ...adjustment, kind: "COMMIT" })).toBe(false);
  expect(isReversible({ ...adjustment, reversesId: 1n })).toBe(false);
  expect(isReversible({ ...adjustment, reversedById: 1n })).toBe(false);
});

import { expect, test } from "vitest";
import { type CarryForwardLine, carriedYears, stateInWords } from "./rules.ts";

const line: CarryForwardLine = {
  id: "1",
  fromYear: 2025,
  intoYear: 2026,
  cents: 100n,
  state: "IN_PRINCIPLE",
  reason: "Late start",
  source: "Letter",
  agreedBy: "Ingrid",
  agreedAt: new Date("2026-06-01T00:00:00Z"),
  settledBy: null,
  settledAt: null,
  settledWhy: null,
};

test("money is carried from one year into another", () => {
  expect(carriedYears(line)).toMatch(/2025\/26.*2026\/27/);
});

test("a carry-forward is as it was settled, and before that as it was agreed", () => {
  expect(stateInWords(line)).toMatch(/1 June 2026.*Ingrid/);
  const settled = { ...line, state: "CONFIRMED" as const, settledBy: "Kate", settledAt: new Date("2026-07-03") };
  expect(stateInWords(settled)).toMatch(/3 July 2026.*Kate/);
});

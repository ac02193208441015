import { expect, test } from "vitest";
import type { End } from "./reopening/rules.ts";
import { obstaclesToReopening } from "./steps.ts";

const NOW = new Date("2026-11-24T03:00:00Z");
const end = (until: Date): End => ({
  before: "SUBMITTED",
  endedAt: NOW,
  until,
  heldAt: null,
  round: { closesAt: null },
  phasing: [],
  offer: null,
});

test("what ended in time is reopened; late it says so; without a record of where it ended it is not offered", () => {
  expect(obstaclesToReopening(end(NOW), NOW)).toEqual({});
  expect(obstaclesToReopening(end(new Date(0)), NOW).reopen).toMatch(/^It could be reopened until /);
  expect(obstaclesToReopening(null, NOW)).toEqual({ reopen: null });
});

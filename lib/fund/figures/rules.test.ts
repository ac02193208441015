import { expect, test } from "vitest";
import { spanWords } from "./rules.ts";

test("up to two weeks are told in days, and longer spans in whole weeks", () => {
  expect([1, 2, 13, 14, 17, 18, 60].map(spanWords)).toEqual([
    "1 day",
    "2 days",
    "13 days",
    "2 weeks",
    "2 weeks",
    "3 weeks",
    "9 weeks",
  ]);
});

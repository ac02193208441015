import { expect, test } from "vitest";
import { copyAnswers } from "./copy.ts";

const from = [2024, 2025, 2026];
const to = [2026, 2027, 2028];

test("days and confirmations are left out, also in rows; everything else is taken over", () => {
  const initiative = {
    title: "Again",
    places: ["TO", "WS"],
    "places-TO": "60",
    "startsOn-day": "1",
    "endsOn-year": "2025",
  };
  expect(copyAnswers("initiative", initiative, from, to)).toEqual({
    title: "Again",
    places: ["TO", "WS"],
    "places-TO": "60",
  });
  const partners = { "partners.0.organisation": "Police", "partners.0.contact": "A. Person", isContactTold: "yes" };
  expect(copyAnswers("partners", partners, from, to)).toEqual({
    "partners.0.organisation": "Police",
    "partners.0.contact": "A. Person",
  });
  const results = { "outcomes.0.outcome": "Safer", "outcomes.0.byOn-day": "3" };
  expect(Object.keys(copyAnswers("results", results, from, to))).toEqual(["outcomes.0.outcome"]);
});

test("amounts move to the new financial years, the first to the first", () => {
  const budget = { "lines.0.description": "Travel", "lines.0.year2024": "10", "lines.0.year2026": "30" };
  expect(copyAnswers("budget", budget, from, to)).toEqual({
    "lines.0.description": "Travel",
    "lines.0.year2026": "10",
    "lines.0.year2028": "30",
  });
  expect(copyAnswers("budget", budget, from, from)).toEqual(budget);
});

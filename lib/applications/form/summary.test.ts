import { expect, test } from "vitest";
import { readSection, type SectionKey } from "./sections.ts";
import { summarise } from "./summary.ts";

const years = [2026, 2027, 2028];
const section = (key: SectionKey, values: Record<string, string>) => ({
  key,
  status: "complete",
  answers: readSection(key, values, {}, years),
});
const day = (name: string, [date, month, year]: readonly string[]) => ({
  [`${name}-day`]: date ?? "",
  [`${name}-month`]: month ?? "",
  [`${name}-year`]: year ?? "",
});
const budget = section("budget", {
  "lines.0.category": "training",
  "lines.0.description": "Courses",
  "lines.0.year2026": "100.10",
  "lines.0.year2028": "50",
  "contributions.0.source": "agency",
  "contributions.0.from": "Staff",
  "contributions.0.amount": "20",
});
const risks = section("risks", {
  "risks.0.risk": "A cyclone",
  "risks.0.likelihood": "likely",
  "risks.0.consequence": "severe",
  "risks.0.treatment": "Go later",
  "risks.0.owner": "The team",
  "risks.1.risk": "A late flight",
  "risks.1.likelihood": "rare",
  "risks.1.consequence": "minor",
});
const planned = section("initiative", {
  ...day("startsOn", ["1", "2", "2027"]),
  ...day("endsOn", ["30", "11", "2027"]),
});
const around = { lists: {}, years, now: new Date("2026-11-24T00:00:00Z"), lettersOfSupport: 1, openComments: 0 };

test("amounts are added up, and only the high risks are named", () => {
  const summary = summarise([planned, budget, risks], around);
  expect(summary.requestedCents).toBe(15010n);
  expect(summary.contributionsCents).toBe(2000n);
  expect(summary.byCategory).toEqual([{ label: "Training", cents: 15010n }]);
  expect(summary.highRisks).toEqual(["A cyclone (The team): Go later"]);
  expect(summary.facts).toContainEqual({ label: "Planned start", value: "1 February 2027" });
});

test("what is missing or does not fit is said; what is in order is not", () => {
  const { toCheck } = summarise([planned, budget], { ...around, lettersOfSupport: 0, openComments: 2 });
  expect(toCheck).toContain("Section 3, “The need”, is not complete.");
  expect(toCheck).not.toContain("Section 7, “Budget”, is not complete.");
  expect(toCheck).not.toContain("Section 11, “Files”, is not complete.");
  expect(toCheck).toContain("No letter of support from a Pacific partner is attached.");
  expect(toCheck).toContain("The application asks for money in 2028/29, but plans no work in that year.");
  expect(toCheck).not.toContain("The application asks for money in 2026/27, but plans no work in that year.");
  expect(toCheck).toContain("2 comments from colleagues are open.");
  const activities = section("activities", {
    "activities.0.what": "Train crews",
    ...day("activities.0.byOn", ["1", "12", "2027"]),
    "activities.1.what": "Begin",
    ...day("activities.1.byOn", ["30", "11", "2027"]),
  });
  expect(summarise([planned, activities], around).toCheck.filter((line) => line.includes("planned for"))).toEqual([
    "The activity “Train crews” is planned for 1 December 2027, after the planned end.",
  ]);
  expect(summarise([planned], { ...around, now: new Date("2027-02-02T00:00:00Z") }).toCheck).toContain(
    "The planned start, 1 February 2027, has passed.",
  );
});

test("a budget of a year that has ended says so, and nothing else of that year", () => {
  const late = { ...around, years: [2026, 2027, 2028, 2029] };
  const { toCheck } = summarise([planned, { ...budget, status: "in progress" }], late);
  expect(toCheck).toContain(
    "Section 7, “Budget”, is not complete: 2026/27 has ended. Move its amounts to a later year.",
  );
  const early = section("initiative", { ...day("startsOn", ["1", "2", "2028"]), ...day("endsOn", ["1", "3", "2028"]) });
  expect(summarise([early, budget], late).toCheck.filter((line) => line.includes("plans no work"))).toEqual([
    "The application asks for money in 2028/29, but plans no work in that year.",
  ]);
});

test("an application in which nothing is written has a summary too", () => {
  const { requestedCents, highRisks } = summarise([], around);
  expect([requestedCents, highRisks]).toEqual([0n, []]);
});

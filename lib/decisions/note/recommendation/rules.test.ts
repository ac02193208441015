// What a decision note shows about each recommendation: its text, its budget check and the decision.
import { expect, test } from "vitest";
import {
  answersOf,
  approval,
  at,
  CHOSEN,
  confirmed,
  numbersOf,
  on,
  paperOf,
  recommended,
  sectionOf,
  tableOf,
  withRecommendation,
} from "#lib/testing/note.ts";
import type { NotedRecommendation } from "./rules.ts";

test("a recommendation has its words, its budget check with the position of that day, and its decision", () => {
  const items = sectionOf(CHOSEN);
  expect(answersOf(items)).toEqual([
    ["Recommendation", "Fund in part, $95.00"],
    ["Recommended by", `Mere Tūhoro, ${on(7)}`],
    ["Rationale", "It is needed"],
    ["Conditions", "None"],
    ["Budget confirmed by", `Ingrid Solomon, ${on(8)}`],
    ["Approved by", `Kate Morrison, ${on(9)}, delegation up to $100.00`],
    ["Amount approved", "$90.00"],
    ["Conditions of the approval", "Report monthly"],
    ["Reason for the decision", "Less travel"],
  ]);
  const { columns, rows } = tableOf(items);
  expect(columns.map(({ header }) => header)).toEqual([
    "Financial year",
    "Envelope",
    "Reserved",
    "Committed",
    "Paid",
    "Available",
    "Pipeline",
  ]);
  expect(rows).toEqual([["2026/27", "$600.00", "$100.00", "$200.00", "$5.00", "$300.00", "$7.00"]]);
  expect(numbersOf(tableOf(items))).toBe("a999999");
});

test("what only some recommendations have is told where it is, and left out where it is not", () => {
  const nothing = {
    outcome: "DO_NOT_FUND" as const,
    amountCents: 0n,
    conditions: "On time",
    exceptionReason: "Urgent",
  };
  const declined = { ...approval, outcome: "DECLINED" as const, reason: null };
  expect(
    answersOf(sectionOf(CHOSEN, withRecommendation({ ...nothing, budgetChecks: [], decisions: [declined] }))),
  ).toEqual([
    ["Recommendation", "Do not fund"],
    ["Recommended by", `Mere Tūhoro, ${on(7)}`],
    ["Rationale", "It is needed"],
    ["Conditions", "On time"],
    ["Reason for going above the amount requested", "Urgent"],
    ["Declined by", `Kate Morrison, ${on(9)}, delegation up to $100.00`],
  ]);
  const bare = { ...approval, conditions: "", reason: null };
  expect(answersOf(sectionOf(CHOSEN, withRecommendation({ decisions: [bare] }))).slice(-2)).toEqual([
    ["Amount approved", "$90.00"],
    ["Conditions of the approval", "None"],
  ]);
});

test("what was kept without a position, or with less of one, is still read", () => {
  const rows = (position: unknown) =>
    tableOf(sectionOf(CHOSEN, withRecommendation({ budgetChecks: [{ ...confirmed, position }] }))).rows;
  expect(rows(null)).toEqual([]);
  expect(rows([{ startYear: "2026", paidCents: "1" }])).toEqual([
    ["2026/27", "$0.00", "$0.00", "$0.00", "$0.01", "$0.00", "$0.00"],
  ]);
});

test("what was returned is told first, and what was confirmed of it is void; the last to come stands last", () => {
  const refused = { ...confirmed, isConfirmed: false, reason: "Too late in the year" };
  const first: NotedRecommendation = {
    ...recommended,
    returnedAt: at(9),
    budgetChecks: [refused, confirmed],
    decisions: [
      { ...approval, outcome: "RETURNED", reason: "Phase it anew" },
      { ...approval, outcome: "RETURNED", by: "Wiremu Grant", reason: null },
    ],
  };
  const { sections } = paperOf({ recommendations: [recommended, first] });
  expect(sections.map(({ title }) => title).slice(-3, -1)).toEqual(["Recommendation that was returned", CHOSEN]);
  expect(answersOf(sections.at(-3)?.items ?? []).slice(4)).toEqual([
    ["Budget confirmed by", `Ingrid Solomon, ${on(8)}, no longer valid because the recommendation was returned`],
    ["Budget returned by", `Ingrid Solomon, ${on(8)}`, "“Too late in the year”"],
    ["Returned by", `Wiremu Grant, ${on(9)}`],
    ["Returned by", `Kate Morrison, ${on(9)}`],
    ["Reason for the decision", "Phase it anew"],
  ]);
});

test("what the desk took back says so, and who did and why", () => {
  const taken = {
    ...recommended,
    returnedAt: at(9),
    takenBackBy: "Dana Lee",
    takenBackReason: "A typing error",
    decisions: [],
  };
  const [section] = paperOf({ recommendations: [taken] }).sections.slice(-2);
  expect(section?.title).toBe("Recommendation that was taken back");
  expect(answersOf(section?.items ?? []).at(-1)).toEqual(["Taken back by", `Dana Lee, ${on(9)}`, "“A typing error”"]);
});

import { expect, test } from "vitest";
import { handoversOf, isForAgency, mayTakeNext, type StepRow } from "./steps.ts";

const row = (change: Partial<StepRow>): StepRow => ({
  label: "Ask",
  event: "application.asked",
  happened: "asked",
  from: {},
  to: "stays",
  fields: [],
  back: { none: "stillOpen" },
  ...change,
});

test("a step hands on to whoever the states wait on that it may lead to, and to nobody where all ends", () => {
  const rolesOf = (change: Partial<StepRow>, back?: "DRAFT") =>
    handoversOf(row(change), "SIGN_OFF", back).map(({ role, duty }) => [role, duty]);
  expect(rolesOf({ to: "DECISION" })).toEqual([["APPROVER", "DECIDE"]]);
  expect(rolesOf({ to: "stays" })).toEqual([]);
  expect(rolesOf({ to: "back" })).toEqual([]);
  expect(rolesOf({ to: "back" }, "DRAFT")).toEqual([["CONTRIBUTOR", "ASK_SIGN_OFF"]]);
  expect(rolesOf({ to: "WITHDRAWN" })).toEqual([]);
  expect(rolesOf({ to: "WITHDRAWN", toAlso: { SIGN_OFF: "DRAFT", DRAFT: "DECISION" } })).toEqual([
    ["CONTRIBUTOR", "ASK_SIGN_OFF"],
  ]);
  expect(rolesOf({ to: "DECISION", asksNext: true })).toEqual([["APPROVER", "DECIDE"]]);
  expect(rolesOf({ to: "stays", asksNext: [{ role: "BUDGET" }] })).toEqual([["BUDGET", undefined]]);
});

test("who takes a step may take the next one too, unless that is another duty or another person’s", () => {
  const may = (change: Partial<StepRow>, next: Omit<Parameters<typeof mayTakeNext>[2], "role">) =>
    mayTakeNext(row(change), "DECISION", { role: "APPROVER", ...next });
  expect(may({}, { duty: "DECIDE" })).toBe(true);
  expect(may({ takesDuty: true }, {})).toBe(true);
  expect(may({ takesDuty: true }, { duty: "DECIDE" })).toBe(true);
  expect(may({ takesDuty: true }, { duty: "ASSESS" })).toBe(false);
  expect(may({ takesDuty: "ASSESS" }, { duty: "ASSESS" })).toBe(true);
  expect(may({ takesDuty: "ASSESS" }, { duty: "DECIDE" })).toBe(false);
  expect(may({}, { isForAnother: true })).toBe(false);
});

test("an agency reads of its own steps, of what tells it, and of what once told it in the state that it led to", () => {
  expect([isForAgency({}), isForAgency({}, "DECLINED"), isForAgency({ toldOnceIn: "DECLINED" })]).toEqual([
    false,
    false,
    false,
  ]);
  expect([isForAgency({ tellsAgency: true }), isForAgency({ isAgencys: true })]).toEqual([true, true]);
  expect([
    isForAgency({ toldOnceIn: "DECLINED" }, "DECLINED"),
    isForAgency({ toldOnceIn: "DECLINED" }, "DRAFT"),
  ]).toEqual([true, false]);
});

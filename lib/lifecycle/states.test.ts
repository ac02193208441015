import { expect, test } from "vitest";
import { AGENCY_ROLES } from "./permissions.ts";
import {
  ALL_STATES,
  alsoAsked,
  DUTY_LABELS,
  isEnded,
  PATH,
  rolesAskedBeside,
  STATES,
  stateLabel,
  stepsAlsoAsked,
  UNDECIDED,
  waitsOn,
} from "./states.ts";

test("every state has its words for each side, and to an agency all of what MFAT decides is one", () => {
  for (const state of ALL_STATES) {
    const words = [stateLabel(state, "AGENCY"), stateLabel(state, "MFAT"), STATES[state].tone];
    expect([state, ...words.filter(Boolean)]).toHaveLength(4);
  }
  expect([stateLabel("BUDGET_CHECK", "AGENCY"), stateLabel("BUDGET_CHECK", "MFAT")]).toEqual([
    "Being decided",
    "Budget check",
  ]);
});

test("what has ended waits on nobody, and everything else on somebody", () => {
  expect(ALL_STATES.filter(isEnded)).toEqual([
    "DISCARDED",
    "INELIGIBLE",
    "DECLINED",
    "WITHDRAWN",
    "OFFER_DECLINED",
    "LAPSED",
    "TERMINATED",
    "CLOSED",
  ]);
  for (const state of ALL_STATES) expect([state, waitsOn(state, "MFAT") === null]).toEqual([state, isEnded(state)]);
});

test("an agency reads the office of its own people, and of MFAT’s only that it is MFAT", () => {
  for (const state of ALL_STATES.filter((one) => !isEnded(one))) {
    const isAgencys = AGENCY_ROLES.some((role) => role === STATES[state].waitsOn);
    expect([state, waitsOn(state, "AGENCY")]).toEqual([state, isAgencys ? waitsOn(state, "MFAT") : "MFAT"]);
  }
  expect([waitsOn("DRAFT", "AGENCY"), waitsOn("SIGN_OFF", "MFAT")]).toEqual(["the contributor", "the certifier"]);
  expect(waitsOn("DECISION", "MFAT")).toBe("the approver");
});

test("where somebody else is to act within a state, it waits on them", () => {
  expect(waitsOn("ACTIVE", "MFAT", "BUDGET")).toBe("the budget officer");
  expect(waitsOn("ACTIVE", "AGENCY", "BUDGET")).toBe("MFAT");
  expect(waitsOn("ACTIVE", "AGENCY", null)).toBeNull();
  expect(waitsOn("CLOSED", "MFAT", "BUDGET", "confirmReopening")).toBe("the budget officer or the approver");
  expect(waitsOn("CLOSED", "AGENCY", "BUDGET", "confirmReopening")).toBe("MFAT");
});

test("some steps are asked of two offices, and each of them finds its own", () => {
  expect([rolesAskedBeside("FINANCE")[0], rolesAskedBeside("APPROVER"), rolesAskedBeside("DESK")]).toEqual([
    "CONTRIBUTOR",
    ["BUDGET"],
    [],
  ]);
  expect([alsoAsked("submitClaim"), alsoAsked("submitReport"), alsoAsked(undefined)]).toEqual([["FINANCE"], [], []]);
  expect(stepsAlsoAsked("FINANCE")).toEqual(["submitClaim", "stateAccrual"]);
  expect(stepsAlsoAsked("APPROVER")).toEqual(["confirmReopening"]);
  expect(stepsAlsoAsked("DESK")).toEqual([]);
});

test("what an agency does not know yet is what MFAT reads, finds and has not offered", () => {
  expect(UNDECIDED).toEqual(["ASSESSMENT", "MODERATION", "BUDGET_CHECK", "DECISION", "APPROVED", "UNSUCCESSFUL"]);
});

test("the path goes once through every state in which all goes well, and through none of the others", () => {
  const onPath = PATH.flatMap(({ states }) => states);
  expect([...onPath].sort()).toEqual(ALL_STATES.filter((state) => !isEnded(state) || state === "CLOSED").sort());
  expect(PATH.filter(({ label, states }) => !label || !states.length)).toEqual([]);
  expect([PATH[0]?.states, PATH.at(-1)?.states.at(-1)]).toEqual([["DRAFT"], "CLOSED"]);
});

test("every duty is said in words", () => {
  expect(DUTY_LABELS.DECIDE).toBe("decided on it");
  for (const state of ALL_STATES) {
    const { duty } = STATES[state];
    if (duty) expect(DUTY_LABELS[duty]).toMatch(/^[a-z]/);
  }
});

// What the database knows of the table of steps, and enforces for every step.
import { expect, test } from "vitest";
import { endingWords, type StepKey, stepEdges } from "./steps.ts";

const EDGES = stepEdges();
const edgesOf = (step: StepKey): string[] =>
  EDGES.filter(({ action }) => action === step).map(({ fromState, toState }) => `${fromState} → ${toState}`);

test("a step leads from each of its states to the one that it names, and where else a form may lead it from there", () => {
  expect(edgesOf("sendOffer")).toEqual(["APPROVED → OFFERED"]);
  expect(edgesOf("moveLastDay")).toEqual(["OFFERED → OFFERED"]);
  expect(edgesOf("lapse")).toEqual(["OFFERED → LAPSED"]);
  expect(edgesOf("terminate")).toEqual(["ACTIVE → TERMINATED"]);
  expect(edgesOf("setAssessmentAside").sort()).toEqual([
    "ASSESSMENT → ASSESSMENT",
    "BUDGET_CHECK → BUDGET_CHECK",
    "DECISION → DECISION",
    "MODERATION → ASSESSMENT",
    "MODERATION → MODERATION",
  ]);
});

test("a step back leads to wherever the state may have been reached from, and nowhere else", () => {
  expect(edgesOf("returnToContributor").sort()).toEqual(["SIGN_OFF → CHANGES_REQUESTED", "SIGN_OFF → DRAFT"]);
  expect(
    edgesOf("reopen")
      .filter((edge) => !edge.startsWith("WITHDRAWN"))
      .sort(),
  ).toEqual(["DISCARDED → DRAFT", "INELIGIBLE → SUBMITTED", "LAPSED → OFFERED", "OFFER_DECLINED → OFFERED"]);
  expect(edgesOf("confirmReopening").sort()).toEqual(["CLOSED → CLOSING", "TERMINATED → ACTIVE"]);
});

test("what a step may change goes with each of its ways", () => {
  expect(EDGES.filter(({ action }) => action === "acceptOffer").map(({ changes }) => changes)).toEqual([
    ["Offer", "Arrangement", "Condition", "Report", "LedgerEntry"],
  ]);
  expect(EDGES.filter(({ action }) => action === "discard").map(({ changes }) => changes)).toEqual([[]]);
});

test("what cannot be undone says why", () => {
  expect(endingWords("acceptOffer")).toBe(
    "This cannot be undone. MFAT has made a promise to the agency. Only a termination can end it.",
  );
});

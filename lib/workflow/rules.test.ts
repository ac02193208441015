import { expect, test } from "vitest";
import { ALL_STATES, isEnded } from "#lib/lifecycle/states.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { standingReasons, whatNext } from "./rules.ts";
import type { StepKey } from "./steps.ts";

const ahead = {
  signOffFrom: null,
  heldAt: null,
  changesDueAt: null,
  endsOn: null,
  round: { closesAt: null, minimumAssessments: 2 },
  offerDueAt: null,
  varying: null,
};
const due = new Date("2026-12-01T04:00:00Z");

test("every state says what happens next: to the agency also where it ended it, to MFAT from its submission", () => {
  // What was terminated is still settled.
  const goesOn = (state: State) => !isEnded(state) || state === "TERMINATED";
  for (const state of ALL_STATES) {
    const [agency, mfat] = [whatNext({ ...ahead, state }, "AGENCY"), whatNext({ ...ahead, state }, "MFAT")];
    expect([state, agency !== null]).toEqual([state, goesOn(state) || ["WITHDRAWN", "DISCARDED"].includes(state)]);
    expect([state, mfat !== null]).toEqual([state, goesOn(state) && state !== "DRAFT" && state !== "SIGN_OFF"]);
  }
});

test("it says by when where that is known, and that nothing happens while it is on hold", () => {
  const by = "by 1 December 2026, 5:00 pm NZDT";
  expect(whatNext({ ...ahead, state: "OFFERED", offerDueAt: due }, "AGENCY")).toContain(by);
  expect(whatNext({ ...ahead, state: "CHANGES_REQUESTED", changesDueAt: due }, "MFAT")).toContain(by);
  expect(whatNext({ ...ahead, state: "SIGN_OFF", round: { ...ahead.round, closesAt: due } }, "AGENCY")).toContain(by);
  expect(whatNext({ ...ahead, state: "SUBMITTED", heldAt: due }, "AGENCY")).toContain("until the fund desk resumes it");
  expect(whatNext({ ...ahead, state: "ACTIVE", varying: "BUDGET" }, "AGENCY")).toContain(
    "MFAT decides on the variation",
  );
  expect(whatNext({ ...ahead, state: "ACTIVE", varying: "BUDGET" }, "MFAT")).toContain("waits on the budget officer");
});

const line = (action: StepKey, reason: string | null = null) => ({ action, reason });

test("the reasons that still hold are why it came back to where it is and why it is on hold, and no older one", () => {
  const returned = line("returnToContributor", "Say who travels");
  const held = line("putOnHold", "The ministry is closed");
  expect(standingReasons([returned, line("sendForSignOff")], { heldAt: null }, "AGENCY")).toEqual([returned]);
  expect(standingReasons([line("sendForSignOff"), returned], { heldAt: null }, "AGENCY")).toEqual([]);
  expect(standingReasons([returned], { heldAt: null }, "MFAT")).toEqual([]);
  expect(standingReasons([held, line("signOffAndSubmit")], { heldAt: due }, "AGENCY")).toEqual([held]);
  expect(standingReasons([line("resume"), held, line("signOffAndSubmit")], { heldAt: null }, "MFAT")).toEqual([]);
  const recommendation = line("returnRecommendation", "The phasing does not fit");
  const agreed = [line("assignAssessors"), recommendation, line("confirmBudget")];
  expect(standingReasons(agreed, { heldAt: null }, "MFAT")).toEqual([recommendation]);
  expect(standingReasons(agreed, { heldAt: null }, "AGENCY")).toEqual([]);
});

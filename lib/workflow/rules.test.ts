import { expect, test } from "vitest";
import { otherDuty, StepRefusal } from "#lib/lifecycle/rules.ts";
import { ALL_STATES, isEnded } from "#lib/lifecycle/states.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { inWords, standingReasons, whatNext } from "./rules.ts";
import { dutySteps, STEP_KEYS, type StepKey } from "./steps.ts";

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
  // A terminated application still has to be settled.
  const goesOn = (state: State) => !isEnded(state) || state === "TERMINATED";
  for (const state of ALL_STATES) {
    const [agency, mfat] = [whatNext({ ...ahead, state }, "AGENCY"), whatNext({ ...ahead, state }, "MFAT")];
    expect([state, agency !== null]).toEqual([
      state,
      goesOn(state) || ["WITHDRAWN", "DISCARDED", "OFFER_DECLINED"].includes(state),
    ]);
    expect([state, mfat !== null]).toEqual([state, goesOn(state) && state !== "DRAFT" && state !== "SIGN_OFF"]);
  }
});

test("who was emailed is read from the outbox: what follows claims no mail of its own", () => {
  const texts = ALL_STATES.flatMap((state) => [
    whatNext({ ...ahead, state }, "AGENCY"),
    whatNext({ ...ahead, state }, "MFAT"),
    ...STEP_KEYS.map((step) => whatNext({ ...ahead, state }, "MFAT", step)),
  ]);
  expect(texts.filter((one) => one && /\b(have|has|was|were|been) (\w+ )?(emailed|asked by email)/.test(one))).toEqual(
    [],
  );
});

test("it says by when where that is known, and that nothing happens while it is on hold", () => {
  const by = "by Tuesday 1 December 2026, 5:00 pm NZDT";
  expect(whatNext({ ...ahead, state: "OFFERED", offerDueAt: due }, "AGENCY")).toContain(by);
  expect(whatNext({ ...ahead, state: "CHANGES_REQUESTED", changesDueAt: due }, "MFAT")).toContain(by);
  expect(whatNext({ ...ahead, state: "SIGN_OFF", round: { ...ahead.round, closesAt: due } }, "AGENCY")).toContain(by);
  expect(whatNext({ ...ahead, state: "SUBMITTED", heldAt: due }, "AGENCY")).toContain("until the fund desk resumes it");
  expect(whatNext({ ...ahead, state: "ACTIVE", varying: "BUDGET" }, "AGENCY")).toContain(
    "MFAT decides on the variation",
  );
  expect(whatNext({ ...ahead, state: "ACTIVE", varying: "BUDGET" }, "MFAT")).toContain("waiting on the budget officer");
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

test("the duty of a state is that of its steps, but for those that have their own; who has another is told by its name", () => {
  expect(ALL_STATES.flatMap((state) => dutySteps(state).map(({ step, duty }) => `${state} ${duty} ${step}`))).toEqual([
    "DRAFT ASK_SIGN_OFF sendForSignOff",
    "SIGN_OFF CERTIFY signOffAndSubmit",
    "CHANGES_REQUESTED ASK_SIGN_OFF sendForSignOff",
    "ASSESSMENT ADVISE giveAdvice",
    "MODERATION ADVISE giveAdvice",
    "MODERATION RECOMMEND recommend",
    "BUDGET_CHECK CHECK_BUDGET confirmBudget",
    "BUDGET_CHECK RECOMMEND takeBackRecommendation",
    "BUDGET_CHECK CHECK_BUDGET returnRecommendation",
    "DECISION DECIDE returnRecommendation",
    "DECISION DECIDE approve",
    "DECISION DECIDE decline",
    "APPROVED DECIDE reopenDecision",
    "UNSUCCESSFUL DECIDE reopenDecision",
    "DECLINED DECIDE reopenDeclined",
  ]);
  expect(otherDuty("RECOMMEND")).not.toBe(otherDuty("DECIDE"));
});

test("a step that leaves the state says what follows it, and to both sides the same", () => {
  const steps = [
    "submitClaim",
    "withdrawClaim",
    "confirmWork",
    "takeBackConfirmation",
    "approveClaim",
    "returnClaim",
    "recordPayment",
    "recordReturnedPayment",
    "correctPayment",
    "recordCreditNote",
    "recoverPayment",
    "reverseRecovery",
  ] as const;
  const active = { ...ahead, state: "ACTIVE" as const };
  const usual = [whatNext(active, "AGENCY"), whatNext(active, "MFAT")];
  for (const step of steps) {
    const [agency, mfat] = [whatNext(active, "AGENCY", step), whatNext(active, "MFAT", step)];
    expect([step, agency === mfat, usual.includes(agency)]).toEqual([step, true, false]);
  }
  expect(whatNext(active, "AGENCY", "acceptOffer")).toBe(usual[0]);
  expect(whatNext({ ...active, heldAt: due }, "AGENCY", "submitClaim")).not.toBe(
    whatNext(active, "AGENCY", "submitClaim"),
  );
});

test("what follows a step about a claim is true of every claim: of one paid in full, settled by an advance, or too late", () => {
  const says = (step: "approveClaim" | "recordPayment" | "returnClaim" | "withdrawClaim") =>
    whatNext({ ...ahead, state: "ACTIVE" }, "MFAT", step);
  expect(says("approveClaim")).toMatch(/^If there is something to pay, .+ \$0\.00 is settled by its advance\.$/);
  expect(says("recordPayment")).toMatch(/^Nothing more once the claim is paid in full\./);
  for (const step of ["returnClaim", "withdrawClaim"] as const) {
    expect(says(step)).toMatch(/claim (the invoice )?again while (the|its) financial year is open to claims\.$/);
  }
});

test("what is not known is not said: a date, an end, where it has to be submitted", () => {
  const says = (change: object, side: "AGENCY" | "MFAT" = "AGENCY") =>
    whatNext({ ...ahead, state: "DRAFT", ...change } as never, side) ?? "";
  const round = { closesAt: due, minimumAssessments: 3 };
  expect([says({}), says({ round })].map((words) => /December/.test(words))).toEqual([false, true]);
  expect(
    [says({ state: "SIGN_OFF" }), says({ state: "SIGN_OFF", round })].map((words) => /December/.test(words)),
  ).toEqual([false, true]);
  const changing = { state: "SIGN_OFF", signOffFrom: "CHANGES_REQUESTED" };
  expect(says({ ...changing, changesDueAt: due })).toContain("December");
  expect(says({ ...changing, round })).not.toContain("December");
  expect(says({ state: "ACTIVE" })).not.toContain("2027");
  expect(says({ state: "ACTIVE", endsOn: new Date("2027-06-30") })).toContain("30 June 2027");
  expect(says({ state: "ASSESSMENT", round }, "MFAT")).toContain("3");
});

test("a reason is told to whom it is for, and a hold without a reason says nothing", () => {
  const told = (action: StepKey, side: "AGENCY" | "MFAT") =>
    standingReasons([line(action, "Because")], { heldAt: null }, side).length;
  const steps = ["returnToContributor", "returnRecommendation", "declineAsIneligible", "terminate"] as const;
  expect(steps.map((step) => told(step, "AGENCY"))).toEqual([1, 0, 1, 1]);
  expect(steps.map((step) => told(step, "MFAT"))).toEqual([0, 1, 1, 1]);
  expect(standingReasons([line("putOnHold")], { heldAt: due }, "MFAT")).toEqual([]);
  expect(standingReasons([], { heldAt: due }, "MFAT")).toEqual([]);
});

test("why it is on hold is said also where something was done since", () => {
  const held = line("putOnHold", "The ministry is closed");
  expect(standingReasons([line("submitClaim", "An invoice"), held], { heldAt: due }, "AGENCY")).toEqual([held]);
});

const refused = (
  code: "STATE" | "CONFLICT",
  facts: Partial<StepRefusal["facts"]> & Pick<StepRefusal["facts"], "state" | "side">,
) => inWords(new StepRefusal(code, "Not now.", { reference: "PSF-2026-0001", isHeld: false, ...facts })) as DomainError;

test("a step that the state refuses says to MFAT what can be done now, and to an agency nothing of that", () => {
  const mfat = refused("STATE", { state: "BUDGET_CHECK", side: "MFAT" });
  expect([mfat.code, mfat.message]).toEqual([
    "STATE",
    "Not now. The steps that are possible now: Set assessment aside, Keep assessment, Count assessment again, Confirm budget, Take back recommendation, Return recommendation, Withdraw, Put on hold.",
  ]);
  const held = refused("STATE", { state: "BUDGET_CHECK", isHeld: true, side: "MFAT" });
  expect(held.message).toBe("Not now. The steps that are possible now: Withdraw, Resume.");
  expect(refused("STATE", { state: "CLOSED", side: "MFAT" }).message).toBe(
    "Not now. The steps that are possible now: Ask to reopen, Confirm reopening, Decline reopening.",
  );
  expect(refused("STATE", { state: "BUDGET_CHECK", side: "AGENCY" }).message).toBe("Not now.");
});

test("who comes late is told what was done, by whom and where it is now; an agency only what it may read", () => {
  const late = (side: "AGENCY" | "MFAT", step: string, by: string | null = null) =>
    refused("CONFLICT", { state: "DECISION", side, last: { step, at: due, by } });
  const was = "PSF-2026-0001: budget confirmed on 1 December 2026, 5:00 pm";
  const since = ", after you opened this page.";
  expect([late("MFAT", "confirmBudget").code, late("MFAT", "confirmBudget").message]).toEqual([
    "CONFLICT",
    `${was}${since} It is now “Decision”. We did not make your change.`,
  ]);
  expect(late("MFAT", "confirmBudget", "Ingrid Solomon").message).toContain(`${was} by Ingrid Solomon${since}`);
  expect(late("AGENCY", "confirmBudget").message).toBe("Not now.");
  expect(late("AGENCY", "withdraw").message).toContain(": withdrawn on 1 December 2026");
  expect(late("AGENCY", "withdraw").message).toContain("It is now “Being decided”.");
  expect(late("MFAT", "unheardOf").message).toBe("Not now.");
  expect(refused("CONFLICT", { state: "DECISION", side: "MFAT" }).message).toBe("Not now.");
});

test("any other error stays what it is", () => {
  const error = new DomainError("MONEY", "Too much");
  expect([inWords(error), inWords("text")]).toEqual([error, "text"]);
});

// The table of steps is checked for what must be true of any such table; the content of each row is its own.
import { describe, expect, test } from "vitest";
import { obstaclesToEnding } from "#lib/arrangements/settlement/steps.ts";
import { BATCH_STEPS, BATCH_WORDS } from "#lib/batches/schema.ts";
import type { Role } from "#lib/lifecycle/permissions.ts";
import { ALL_STATES, isEnded, STATES } from "#lib/lifecycle/states.ts";
import { NO_WAY_BACK } from "#lib/lifecycle/steps.ts";
import { obstaclesToClaims } from "#lib/payments/steps.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { obstaclesToReporting } from "#lib/reports/steps.ts";
import {
  AGENCYS,
  EVERY_ROLE,
  ends,
  IN_REVIEW,
  isByMfat,
  isUnderWay,
  leadsTo,
  statesOf,
  stepsWhere,
  takersOf,
} from "#lib/testing/rows.ts";
import { obstaclesToVarying } from "#lib/variations/steps.ts";
import {
  dutySteps,
  endingWords,
  findStep,
  isStep,
  STEP_KEYS,
  type StepKey,
  stepNow,
  stepRow,
  stepsFor,
} from "./steps.ts";

/** Out of an end that the desk alone cannot reopen. */
const WAYS_OUT: Partial<Record<State, readonly StepKey[]>> = {
  DECLINED: ["reopenDeclined"],
  CLOSED: ["askToReopen", "confirmReopening", "declineReopening"],
};

describe("who takes a step, from where to where", () => {
  test("every state before an end has somebody who moves it on, and what has ended is reopened or still settled", () => {
    for (const state of ALL_STATES) {
      const movers = stepsFor(state, EVERY_ROLE, false);
      const ways = WAYS_OUT[state] ?? ["reopen"];
      if (isEnded(state) && state !== "TERMINATED") expect([state, movers]).toEqual([state, ways]);
      else expect([state, movers.length > 0]).toEqual([state, true]);
      const { waitsOn } = STATES[state];
      if (waitsOn) expect([state, stepsFor(state, new Set([waitsOn]), false).length > 0]).toEqual([state, true]);
    }
  });

  test("every state is where an application begins, or some step leads to it", () => {
    const reached = new Set<State>(["DRAFT", ...STEP_KEYS.flatMap((step) => leadsTo(stepRow(step)))]);
    expect(ALL_STATES.filter((state) => !reached.has(state))).toEqual([]);
  });

  test("from wherever an application is, it can come to an end", () => {
    const comesToAnEnd = new Set<State>(ALL_STATES.filter(isEnded));
    for (const _ of ALL_STATES) {
      const before = stepsWhere((row) => leadsTo(row).some((state) => comesToAnEnd.has(state)));
      for (const step of before) for (const state of statesOf(stepRow(step))) comesToAnEnd.add(state);
    }
    expect(ALL_STATES.filter((state) => !comesToAnEnd.has(state))).toEqual([]);
  });

  test("a step can be taken from somewhere, by people of one side, and leads to a state that is not where it was", () => {
    for (const step of STEP_KEYS) {
      const row = stepRow(step);
      expect([step, statesOf(row).length > 0]).toEqual([step, true]);
      expect([step, takersOf(row).some((role) => AGENCYS.has(role)) && isByMfat(row)]).toEqual([step, false]);
      expect([step, row.to !== "stays" && statesOf(row).some((state) => state === row.to)]).toEqual([step, false]);
    }
  });

  test("one step is taken by nobody: an offer lapses by itself", () => {
    expect(STEP_KEYS.filter((step) => Object.values(stepRow(step).from).some((roles) => roles.length === 0))).toEqual([
      "lapse",
    ]);
  });

  test("on hold the desk may resume it, the agency withdraw it or state unclaimed work, and nothing else goes on", () => {
    const holdable = ALL_STATES.filter((state) => stepsFor(state, EVERY_ROLE, false).includes("putOnHold"));
    expect(holdable).toEqual([...IN_REVIEW, "ACTIVE"]);
    for (const state of ALL_STATES) {
      const held = stepsFor(state, EVERY_ROLE, true);
      // A hold does not stop the year.
      const isUnderWay = state === "ACTIVE" || state === "CLOSING";
      const mayEnd = IN_REVIEW.includes(state) ? ["withdraw"] : isUnderWay ? ["stateAccrual"] : [];
      expect([state, held]).toEqual([state, holdable.includes(state) ? [...mayEnd, "resume"] : mayEnd]);
      expect([state, stepsFor(state, EVERY_ROLE, false).includes("resume")]).toEqual([state, false]);
      expect([state, stepsFor(state, AGENCYS, true)]).toEqual([state, mayEnd]);
    }
  });

  test("without a role nobody takes a step, and with one those of that role alone", () => {
    for (const state of ALL_STATES) expect(stepsFor(state, new Set(), false)).toEqual([]);
    expect(stepsFor("SIGN_OFF", new Set(["CONTRIBUTOR"]), false)).toEqual(["takeBack"]);
    expect(stepsFor("SIGN_OFF", new Set(["CERTIFIER"]), false)).toEqual(["signOffAndSubmit", "returnToContributor"]);
  });
});

test("whatever is said to stand in the way of a step is about a step of the table", () => {
  const reader = { roles: EVERY_ROLE, held: undefined, delegationCents: null, others: [], whyNoLongerFits: null };
  const obstacles = {
    ...obstaclesToClaims(
      [],
      { years: [], advances: [] },
      { personId: "", roles: EVERY_ROLE },
      new Date("2026-11-24T00:00:00Z"),
    ),
    ...obstaclesToVarying({ open: null, ...reader }),
    ...obstaclesToReporting([]),
    ...obstaclesToEnding([], []),
  };
  expect(Object.keys(obstacles).length).toBeGreaterThan(10);
  expect(Object.keys(obstacles).filter((step) => !isStep(step))).toEqual([]);
});

describe("back", () => {
  test("a step has a way back that somebody can take after it, or says why there is none", () => {
    for (const step of STEP_KEYS) {
      const row = stepRow(step);
      if ("none" in row.back) {
        expect([step, Object.keys(NO_WAY_BACK)]).toEqual([step, expect.arrayContaining([row.back.none])]);
        continue;
      }
      expect([step, row.back.length > 0]).toEqual([step, true]);
      for (const undo of row.back) {
        const possible = leadsTo(row).filter((state) => statesOf(stepRow(undo)).includes(state));
        expect([step, undo, possible.length > 0]).toEqual([step, undo, true]);
      }
    }
  });

  test("each reason for having none is given by some step", () => {
    const given = new Set(
      STEP_KEYS.map((step) => stepRow(step).back).flatMap((back) => ("none" in back ? back.none : [])),
    );
    expect([...given].sort()).toEqual(Object.keys(NO_WAY_BACK).sort());
  });

  test("who ends an application reads whether and how it can be undone", () => {
    for (const step of stepsWhere(({ isFinal }) => isFinal)) {
      const isForGood = "none" in stepRow(step).back;
      expect([step, endingWords(step)]).toEqual([
        step,
        isForGood ? expect.stringMatching(/^This cannot be undone\. [A-Z].*\.$/) : expect.stringContaining("reopen"),
      ]);
    }
  });

  test("what ends an application is called final, and nothing else; before money is spent it can be reopened", () => {
    expect(stepsWhere(({ isFinal }) => isFinal)).toEqual(stepsWhere(ends));
    for (const step of stepsWhere((row) => ends(row) && !isUnderWay(row))) {
      expect([step, stepRow(step).back]).toEqual([step, [step === "sendDecisionLetter" ? "reopenDeclined" : "reopen"]]);
    }
    expect(endingWords("sendDecisionLetter")).toContain("an approver can reopen it within 20 working days");
    for (const step of ["close", "terminate"] as const) {
      expect(endingWords(step)).toContain("two people at MFAT can reopen it within 20 working days");
    }
    expect(endingWords("terminate", { until: "30 June 2027" })).toContain("can reopen it until 30 June 2027.");
    expect(endingWords("terminate", { why: "2026/27 ended." })).toBe(
      "This ends the application, and it cannot be reopened. 2026/27 ended.",
    );
  });
});

describe("duties", () => {
  test("a state has a duty where a step takes it on, and only there", () => {
    const ofState = (state: State) => dutySteps(state).filter(({ step }) => stepRow(step).takesDuty === true);
    expect(ALL_STATES.filter((state) => STATES[state].duty)).toEqual(
      ALL_STATES.filter((state) => ofState(state).length > 0),
    );
    for (const state of ALL_STATES) {
      for (const { step, duty } of ofState(state))
        expect([step, duty, stepRow(step).from[state]]).toEqual([step, STATES[state].duty, [STATES[state].waitsOn]]);
    }
  });

  test("who moves on what has a duty takes it on: who ends a draft or hands it back has signed nothing", () => {
    const withDuty = stepsWhere((row) => {
      const asked = statesOf(row).filter((state) => STATES[state].duty);
      return asked.some((state) => row.from[state]?.includes(STATES[state].waitsOn as Role)) && row.to !== "stays";
    });
    const isWaysOut = ["discard", "returnToContributor", "withdraw", "returnAssessment"];
    expect(stepsWhere(({ takesDuty }) => takesDuty === true)).toEqual(
      withDuty.filter((step) => !isWaysOut.includes(step)),
    );
  });
});

test("MFAT’s decision rests on what was read from the screening on, and not on who was asked, offered or put on hold", () => {
  const organises =
    /^(Ask to reopen|Ask for advice|Confirm reopening|Decline reopening|Assign|Unassign|Move|Send|Withdraw|Reopen(?! assessment)|Put|Resume|Decline as ineligible)/;
  const decides = stepsWhere((row) => isByMfat(row) && !isUnderWay(row) && !organises.test(row.label));
  expect(stepsWhere(({ isReading }) => isReading)).toEqual(decides);
});

test("assessors and advisers work side by side: one who is done makes nobody’s page stale, and every other step does", () => {
  // Advice that is taken back does: nobody recommends based on what they had read of it.
  const isDone = (row: ReturnType<typeof stepRow>) => takersOf(row).includes("ASSESSOR") || row.label === "Give advice";
  expect(stepsWhere(({ isOwn }) => isOwn)).toEqual(stepsWhere(isDone));
});

test("what may be done for several applications at once is what has the words for it, and is MFAT’s", () => {
  expect([...BATCH_STEPS].sort()).toEqual(Object.keys(BATCH_WORDS).sort());
  expect(BATCH_STEPS.filter((step) => !isByMfat(stepRow(step)))).toEqual([]);
});

test("a step is found by the name and address that it had before", () => {
  expect([stepNow("cancelClaim"), stepNow("withdrawClaim"), stepNow("toString")]).toEqual([
    "withdrawClaim",
    "withdrawClaim",
    null,
  ]);
  expect([findStep("cancel-claim"), findStep("withdraw-claim"), findStep("cancel")]).toEqual([
    "withdrawClaim",
    "withdrawClaim",
    null,
  ]);
});

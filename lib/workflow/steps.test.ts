// The table of steps is judged by what has to be true of any such table; what each row says is its own.
import { describe, expect, test } from "vitest";
import { obstaclesToEnding } from "#lib/arrangements/settlement/steps.ts";
import { BATCH_STEPS, BATCH_WORDS } from "#lib/batches/schema.ts";
import { AGENCY_ROLES, MFAT_ROLES, type Role } from "#lib/lifecycle/permissions.ts";
import { ALL_STATES, isEnded, STATES } from "#lib/lifecycle/states.ts";
import { handoversOf, inReview, isForAgency, mayTakeNext, NO_WAY_BACK, stepPath } from "#lib/lifecycle/steps.ts";
import { obstaclesToClaims } from "#lib/payments/steps.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { obstaclesToReporting } from "#lib/reports/steps.ts";
import { obstaclesToVarying } from "#lib/variations/steps.ts";
import {
  dutySteps,
  endingWords,
  findStep,
  happenedLabel,
  isStep,
  labelsFrom,
  pageTitle,
  STEP_KEYS,
  type StepKey,
  stepNow,
  stepRow,
  stepsFor,
} from "./steps.ts";

type Row = ReturnType<typeof stepRow>;

const EVERY_ROLE: ReadonlySet<Role> = new Set([...AGENCY_ROLES, ...MFAT_ROLES]);
const AGENCYS: ReadonlySet<Role> = new Set(AGENCY_ROLES);
const UNDER_WAY: readonly State[] = ["ACTIVE", "CLOSING", "TERMINATED"];
const IN_REVIEW = Object.keys(inReview([])) as State[];

const statesOf = ({ from }: Row) => Object.keys(from) as State[];
const takersOf = ({ from }: Row): Role[] => [...new Set(Object.values(from).flat())];
const isByMfat = (row: Row): boolean => takersOf(row).some((role) => MFAT_ROLES.includes(role));
/** The states that it leads to, wherever it was taken. */
const leadsTo = (row: Row): State[] => {
  if (row.to === "stays") return statesOf(row);
  return row.to === "back" ? statesBefore(statesOf(row)) : [row.to];
};
/** The states from which some step leads to one of these. */
const statesBefore = (states: readonly State[]): State[] => {
  const leads = stepsWhere(({ to }) => states.some((state) => state === to));
  return [...new Set(leads.flatMap((step) => statesOf(stepRow(step))))];
};
const ends = (row: Row): boolean => row.to !== "stays" && leadsTo(row).every(isEnded);
const isUnderWay = (row: Row): boolean => statesOf(row).every((state) => UNDER_WAY.includes(state));
const stepsWhere = (is: (row: Row) => unknown): StepKey[] => STEP_KEYS.filter((step) => is(stepRow(step)));

/** Out of an end that the desk alone does not reopen. */
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

describe("words", () => {
  test("a step has a label, what it is in a history, and an event, each its own", () => {
    for (const of of ["label", "happened", "event"] as const) {
      const words = STEP_KEYS.map((step) => stepRow(step)[of]);
      expect(words.filter((word) => !word)).toEqual([]);
      expect(new Set(words).size).toBe(STEP_KEYS.length);
    }
    expect(STEP_KEYS.filter((step) => stepRow(step).key !== step)).toEqual([]);
    expect(happenedLabel("sendForSignOff")).toBe("Sent for sign-off");
    expect([pageTitle("sendForSignOff"), pageTitle("approve")]).toEqual(["Check your answers", "Approve"]);
  });

  test("an address names its step, and what names none finds none", () => {
    for (const step of STEP_KEYS) {
      const address = stepPath("PSF-2026-0001", step).split("/");
      expect(address.slice(0, 3)).toEqual(["", "applications", "PSF-2026-0001"]);
      expect([step, findStep(address[3] ?? "")]).toEqual([step, step]);
      expect([step, isStep(step)]).toEqual([step, true]);
    }
    expect([findStep("fly"), findStep("sendForSignOff"), isStep("fly"), isStep("toString")]).toEqual([
      null,
      null,
      false,
      false,
    ]);
  });

  test("a refusal names what people may do from a state, and not what happens by itself", () => {
    expect(labelsFrom("OFFERED", false)).toEqual([
      "Accept offer",
      "Decline offer",
      "Move the last day",
      "Withdraw offer",
      "Withdraw",
      "Put on hold",
    ]);
    expect(labelsFrom("OFFERED", true)).toEqual(["Withdraw", "Resume"]);
    expect(labelsFrom("CLOSED", false)).toEqual(["Ask to reopen", "Confirm reopening", "Decline reopening"]);
  });

  test("what a form asks is a question with its words, and a reason is asked for in one", () => {
    for (const step of STEP_KEYS) {
      const { fields, reason } = stepRow(step);
      if (typeof fields === "string") continue;
      for (const field of fields)
        expect([step, field]).toEqual([step, expect.objectContaining({ label: expect.any(String) })]);
      if (!fields.length) expect([step, reason]).toEqual([step, undefined]);
    }
  });
});

describe("who is told", () => {
  test("an agency reads what its own people do, and every reason that is for it", () => {
    for (const step of STEP_KEYS) {
      const row = stepRow(step);
      const isTheirs = takersOf(row).some((role) => AGENCYS.has(role));
      if (isTheirs || row.reason === "agency") expect([step, isForAgency(row)]).toEqual([step, true]);
    }
  });

  test("a reason that stays inside MFAT is given by MFAT, and what an agency tells reaches MFAT only with the submission", () => {
    for (const step of stepsWhere(({ reason }) => reason === "MFAT")) expect(isByMfat(stepRow(step))).toBe(true);
    const amongThemselves = stepsWhere(({ isAgencys }) => isAgencys);
    for (const step of amongThemselves) expect([step, isByMfat(stepRow(step))]).toEqual([step, false]);
    for (const step of amongThemselves) expect([step, stepRow(step).tellsAgency]).toEqual([step, undefined]);
  });

  test("MFAT tells the agency what it does, but how it weighs and checks", () => {
    const isWeighing = (row: Row) =>
      [...statesOf(row), ...leadsTo(row)].every((state) => /^Being (assessed|decided)$/.test(STATES[state].agency));
    const isCheck = (row: Row) => /^(Confirm (budget|surplus)|Ask to reopen|Decline reopening)/.test(row.label);
    for (const step of stepsWhere(isByMfat)) {
      const row = stepRow(step);
      expect([step, row.tellsAgency === true]).toEqual([step, !isWeighing(row) && !isCheck(row)]);
      expect([step, isForAgency(row)]).toEqual([step, row.tellsAgency === true]);
    }
    expect(stepRow("lapse").tellsAgency).toBe(true);
  });

  test("a letter goes with what tells the agency; what ends an application before its offer is told by one", () => {
    expect(stepsWhere(({ letter }) => letter).filter((step) => !stepRow(step).tellsAgency)).toEqual([]);
    const refusals = stepsWhere((row) => ends(row) && isByMfat(row) && !isUnderWay(row));
    expect(refusals.filter((step) => !stepRow(step).letter)).toEqual([]);
    expect(stepRow("sendOffer").letter).toBe("OFFER");
  });

  test("a reason that is read before anything else is one, and is for its reader", () => {
    for (const step of stepsWhere(({ readFirst }) => readFirst)) {
      const { readFirst = [], reason, to } = stepRow(step);
      expect([step, readFirst.length > 0, to === "stays"]).toEqual([step, true, false]);
      expect([step, readFirst.includes("AGENCY")]).toEqual([step, reason === "agency"]);
    }
    const sentBack = stepsWhere((row) => row.label.startsWith("Return") && row.to !== "stays");
    expect(sentBack.filter((step) => !stepRow(step).readFirst)).toEqual([]);
    expect(stepsWhere((row) => row.readFirst && ends(row)).every((step) => stepRow(step).readFirst?.length === 2)).toBe(
      true,
    );
  });
});

describe("what comes next", () => {
  test("who hands an application to one office asks for somebody who can take it on", () => {
    // The fund desk has a mailbox, assessors are named one by one, and what is under way waits for its own dates.
    const isPersonal = (state: State) => !isEnded(state) && !["DESK", "ASSESSOR"].includes(STATES[state].waitsOn ?? "");
    const handsOver = ({ to }: Row) => to !== "stays" && to !== "back" && to !== "ACTIVE" && isPersonal(to);
    const asking = stepsWhere((row) => row.asksNext && row.to !== "stays");
    // What goes back to its writer asks nobody else; what had ended asks anew whom it asked before.
    expect(asking).toEqual(stepsWhere((row) => handsOver(row) || (row.to === "back" && statesOf(row).every(isEnded))));
  });

  test("a claim’s work, a variation and an acquittal are not sent where nobody could answer them, nor sent back to nobody", () => {
    const asking = stepsWhere(({ asksNext, to }) => asksNext && to === "stays");
    expect(asking.map((step) => stepRow(step).label)).toEqual([
      "Confirm work",
      "Ask for a variation",
      "Confirm budget of the variation",
      "Submit acquittal",
      "Return acquittal",
    ]);
    // What stays names whom it asks; what moves on asks whom its state waits on.
    for (const step of stepsWhere(({ asksNext }) => asksNext)) {
      const { asksNext, to } = stepRow(step);
      expect([step, Array.isArray(asksNext) && asksNext.length > 0]).toEqual([step, to === "stays"]);
    }
  });

  test("whom a step hands on to follows from where it leads, and who takes it with another duty cannot take the next", () => {
    const roles = (step: StepKey, from: State, back?: State) =>
      handoversOf(stepRow(step), from, back).map(({ role, duty }) => [role, duty]);
    expect(roles("recommend", "MODERATION")).toEqual([
      ["BUDGET", "CHECK_BUDGET"],
      ["APPROVER", "DECIDE"],
    ]);
    expect(roles("acceptForAssessment", "SUBMITTED")).toEqual([["ASSESSOR", undefined]]);
    expect(roles("reopen", "LAPSED", "OFFERED")).toEqual([["CERTIFIER", undefined]]);
    expect([roles("reopen", "LAPSED"), roles("close", "CLOSING"), roles("submitClaim", "ACTIVE")]).toEqual([
      [],
      [],
      [],
    ]);
    const mayTakeBoth = (step: StepKey, from: State) =>
      handoversOf(stepRow(step), from).map((handover) => mayTakeNext(stepRow(step), from, handover));
    expect(mayTakeBoth("recommend", "MODERATION")).toEqual([false, false]);
    expect(mayTakeBoth("reopenDecision", "APPROVED")).toEqual([true]);
    expect(mayTakeBoth("startModeration", "ASSESSMENT")).toEqual([true]);
    expect(mayTakeBoth("confirmWork", "ACTIVE")).toEqual([false]);
    expect(mayTakeBoth("sendOffer", "APPROVED")).toEqual([true]);
  });

  test("every step about a claim says what follows it", () => {
    const aboutClaims = stepsWhere(({ label }) => /claim|payment/i.test(label));
    expect(aboutClaims.filter((step) => !stepRow(step).next)).toEqual([]);
  });

  test("what sends back, takes back, ends or asks for something else is no first thing to do", () => {
    const isSecond =
      /^(Return|Take back|Move the last day|Cancel|Decline|Discard|Withdraw|Terminate|Recover|Record returned|Record credit|Correct|Reverse|Reopen|Set|Keep|Count|Put on hold|Change|Ask for a variation|Ask for advice|Pass over|Ask to reopen|State)/;
    const seconds = stepsWhere(({ isAside }) => isAside);
    // An approver is asked for one of two answers, and both are first.
    expect(stepsWhere(({ label }) => isSecond.test(label)).filter((step) => step !== "decline")).toEqual(seconds);
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
  // Advice that is taken back does: nobody recommends on what they have read of it before.
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

// What the table of steps says: the words of each step, who is told about it, and who is asked next.
import { describe, expect, test } from "vitest";
import { isEnded, STATES } from "#lib/lifecycle/states.ts";
import { handoversOf, isForAgency, mayTakeNext, stepPath } from "#lib/lifecycle/steps.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import {
  AGENCYS,
  ends,
  isByMfat,
  isUnderWay,
  leadsTo,
  type Row,
  statesOf,
  stepsWhere,
  takersOf,
} from "#lib/testing/rows.ts";
import { findStep, happenedLabel, isStep, labelsFrom, pageTitle, STEP_KEYS, type StepKey, stepRow } from "./steps.ts";

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

  test("finance officers who took no part are told what begins, stops or ends what they can claim", () => {
    const steps = stepsWhere(({ tellsFinance }) => tellsFinance);
    expect(steps.filter((step) => !stepRow(step).tellsAgency)).toEqual([]);
    expect(steps.sort()).toEqual(
      ["acceptOffer", "putOnHold", "resume", "approveVariation", "terminate", "close", "confirmReopening"].sort(),
    );
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
    // The fund desk has a mailbox, assessors are named one by one, and an active arrangement waits for its own dates.
    const isPersonal = (state: State) => !isEnded(state) && !["DESK", "ASSESSOR"].includes(STATES[state].waitsOn ?? "");
    const handsOver = ({ to }: Row) => to !== "stays" && to !== "back" && to !== "ACTIVE" && isPersonal(to);
    const asking = stepsWhere((row) => row.asksNext && row.to !== "stays");
    // What goes back to its writer asks nobody else; what had ended asks the same people again.
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
    // A step that keeps the state names whom it asks; one that moves on asks whoever the new state waits on.
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
      /^(Return|Take back|Move the last day|Cancel|Decline|Discard|Withdraw|Terminate|Recover|Record returned|Record credit|Record a condition|Correct|Reverse|Reopen|Set|Keep|Count|Put on hold|Change|Ask for a variation|Ask for advice|Ask assessors|Pass over|Ask to reopen|State)/;
    const seconds = stepsWhere(({ isAside }) => isAside);
    // An approver is asked for one of two answers, and both are first.
    expect(stepsWhere(({ label }) => isSecond.test(label)).filter((step) => step !== "decline")).toEqual(seconds);
  });
});

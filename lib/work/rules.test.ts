import { expect, test } from "vitest";
import { obstaclesToCertifying, obstaclesToSigning } from "#lib/applications/steps.ts";
import type { Settlement } from "#lib/arrangements/settlement/rules.ts";
import { obstaclesToEnding, obstaclesToSettling } from "#lib/arrangements/settlement/steps.ts";
import { obstaclesToModeration } from "#lib/assessments/steps.ts";
import { obstaclesToDeciding, obstaclesToRecommending, obstaclesToReopeningDecision } from "#lib/decisions/steps.ts";
import type { Role } from "#lib/lifecycle/permissions.ts";
import { obstaclesToClaims, obstaclesToReversing } from "#lib/payments/steps.ts";
import type { DutyKind } from "#lib/platform/db/generated/enums.ts";
import { obstaclesToReporting } from "#lib/reports/steps.ts";
import { obstaclesToVarying } from "#lib/variations/steps.ts";
import { obstaclesOfDuty } from "#lib/workflow/rules.ts";
import { STEP_KEYS } from "#lib/workflow/steps.ts";
import { hasWork, PIPELINE_STATES, taskPath, usualDays, usualDecisionDays, type WorkStep, workLabel } from "./rules.ts";

const COST = { number: 2, kinds: ["COST"], state: "ASKED", totalCents: 500_00n } as const;
const reader = (role: Role, held?: DutyKind, delegationCents?: bigint | null) => ({
  roles: new Set([role]),
  held,
  delegationCents,
  others: ["Wiremu Grant"],
  whyNoLongerFits: null,
});

test("without an open variation there is nothing to act on, and one may be asked for", () => {
  expect(obstaclesToVarying({ open: null, ...reader("DESK") })).toEqual({
    cancelVariation: null,
    confirmVariation: null,
    approveVariation: null,
    declineVariation: null,
  });
});

test("an open one keeps from asking for another, and is for whom its kind is for", () => {
  const ask = "Variation 2, time, is open. It needs to be decided or cancelled first.";
  const time = { ...COST, kinds: ["TIME"] } as const;
  expect(obstaclesToVarying({ open: time, ...reader("DESK") })).toEqual({
    askForVariation: ask,
    confirmVariation: null,
  });
  expect(obstaclesToVarying({ open: time, ...reader("BUDGET") })).toMatchObject({
    approveVariation: null,
    declineVariation: null,
  });
});

test("one of cost waits for its budget check, which who decided before does not make", () => {
  expect(obstaclesToVarying({ open: COST, ...reader("BUDGET") })).toMatchObject({ approveVariation: null });
  expect(obstaclesToVarying({ open: COST, ...reader("BUDGET", "RECOMMEND") })).toMatchObject({
    confirmVariation: "You made a recommendation on it, so somebody else needs to take this step.",
    declineVariation: "You made a recommendation on it, so somebody else needs to take this step.",
  });
  expect(obstaclesToVarying({ open: COST, ...reader("APPROVER", undefined, null) })).toMatchObject({
    approveVariation: "A budget officer needs to check the budget first.",
  });
});

test("above a delegation it says whose it is", () => {
  const open = { ...COST, state: "BUDGET_CONFIRMED" } as const;
  const beyond = "The new total is $500.00, and your delegation is up to $499.99. Wiremu Grant can decide this.";
  expect(obstaclesToVarying({ open, ...reader("APPROVER", "DECIDE", 499_99n) })).toMatchObject({
    approveVariation: beyond,
    declineVariation: beyond,
  });
  const free = obstaclesToVarying({ open, ...reader("APPROVER", "DECIDE", 500_00n) });
  expect(["approveVariation", "declineVariation"].filter((step) => step in free)).toEqual([]);
});

const TODAY = new Date("2026-11-24T00:00:00Z");

test("a step is called as its link says, also those that are several at once", () => {
  const words = (["recommend", "screen", "declareInterests", "decide"] as const).map(workLabel);
  expect(new Set(words).size).toBe(4);
  expect(words.every(Boolean)).toBe(true);
});

test("a task leads to its form, and to the application where there is something to do or choose before", () => {
  const pathOf = (step: WorkStep, role?: Role) => taskPath({ reference: "PSF-2026-0001", step, ...(role && { role }) });
  expect(pathOf("submitReport")).toBe("/applications/PSF-2026-0001/submit-report");
  expect(pathOf("sendForSignOff")).toBe("/applications/PSF-2026-0001/sections");
  expect(pathOf("screen")).toBe("/applications/PSF-2026-0001/accept-for-assessment");
  expect(pathOf("decide")).toBe("/applications/PSF-2026-0001/approve");
  expect(pathOf("declareInterests", "ASSESSOR")).toBe("/applications/PSF-2026-0001/complete-assessment");
  expect(pathOf("declareInterests", "ADVISER")).toBe("/applications/PSF-2026-0001/give-advice");
  for (const step of ["recommend", "decideOnAssessment", "declareInterests"] as const) {
    expect(pathOf(step)).toBe("/applications/PSF-2026-0001");
  }
});

test("work waits on the offices that take steps, and on nobody else", () => {
  const roles = ["DESK", "ASSESSOR", "BUDGET", "APPROVER", "AUDITOR", "ADMINISTRATOR"] as const;
  expect(roles.map((role) => hasWork(new Set([role])))).toEqual([true, true, true, true, false, false]);
  expect(hasWork(new Set())).toBe(false);
});

test("MFAT follows an application from its submission until it closes", () => {
  expect(PIPELINE_STATES).toEqual([
    "SUBMITTED",
    "CHANGES_REQUESTED",
    "ASSESSMENT",
    "MODERATION",
    "BUDGET_CHECK",
    "DECISION",
    "APPROVED",
    "UNSUCCESSFUL",
    "OFFERED",
    "ACTIVE",
    "CLOSING",
  ]);
});

test("who holds one duty is told so at the steps of another, and at no step of their own", () => {
  expect(obstaclesOfDuty("DECISION", "RECOMMEND")).toEqual({
    approve: expect.any(String),
    decline: expect.any(String),
    returnRecommendation: expect.any(String),
  });
  expect(obstaclesOfDuty("DECISION", "DECIDE")).toEqual({});
  expect(obstaclesOfDuty("DECISION", undefined)).toEqual({});
  expect(obstaclesOfDuty("SUBMITTED", "RECOMMEND")).toEqual({});
});

test("signing, moderation and recommendation wait for as many as they need", () => {
  expect([obstaclesToSigning(0), obstaclesToModeration(2, 2), obstaclesToRecommending(5, 5)]).toEqual([{}, {}, {}]);
  expect([obstaclesToModeration(3, 2), obstaclesToRecommending(6, 5)]).toEqual([{}, {}]);
  expect(obstaclesToSigning(1).sendForSignOff).toMatch(/1 section is/);
  expect(obstaclesToSigning(2).sendForSignOff).toMatch(/2 sections are/);
  expect([obstaclesToCertifying(0), obstaclesToCertifying(2).signOffAndSubmit]).toEqual([
    {},
    expect.stringMatching(/^2 sections are/),
  ]);
  expect(obstaclesToModeration(1, 2).startModeration).toMatch(/1 of 2/);
  expect(obstaclesToRecommending(4, 5).recommend).toMatch(/4 agreed/);
});

test("an approver below the amount may still approve less; without a delegation nothing", () => {
  const decide = (delegationCents: bigint | null | undefined, others: string[] = []) =>
    obstaclesToDeciding({ recommendedCents: 100_00n, delegationCents, others });
  expect([decide(null), decide(100_00n)]).toEqual([{}, {}]);
  expect(decide(99_99n, ["Kate", "Wiremu"])).toEqual({ decline: expect.stringMatching(/\$99\.99.*Kate or Wiremu/) });
  expect(decide(undefined)).toEqual({ approve: expect.stringContaining("$100.00"), decline: expect.any(String) });
  expect(decide(undefined, ["Kate"]).approve).toContain("Kate");
  expect(decide(undefined).approve).toContain("administrator");
  expect(Object.keys(decide(0n))).toEqual(["approve", "decline"]);
});

test("a decision is reopened within the delegation of whoever could have made it, and by nobody where something is in the way", () => {
  const reopening = {
    step: "reopenDecision",
    cents: 100_00n,
    delegationCents: 100_00n,
    others: ["Kate"],
    why: null,
  } as const;
  expect(obstaclesToReopeningDecision(reopening)).toEqual({ reopenDecision: undefined });
  expect(obstaclesToReopeningDecision({ ...reopening, why: "It is too late." })).toEqual({
    reopenDecision: "It is too late.",
  });
  expect(obstaclesToReopeningDecision({ ...reopening, delegationCents: 99_99n }).reopenDecision).toMatch(
    /^\$100\.00 was/,
  );
});

test("the steps about claims are there for the claims that they can be taken for", () => {
  const nothing = { committedCents: 0n, paidCents: 0n, openCents: 0n, cutoffOn: null, closedAt: null };
  const year = (startYear: number, leftCents: bigint) => ({ ...nothing, startYear, leftCents });
  const reader = { personId: "reader", roles: new Set(["DESK", "BUDGET"] as const) };
  const obstacles = (claims: Parameters<typeof obstaclesToClaims>[0], years = [year(2026, 1n)]) =>
    obstaclesToClaims(claims, { years, advances: [] }, reader, TODAY);
  const spent = year(2026, 0n);
  const advance = { id: "1", number: 1, openCents: 1n };
  const untouched = { id: "1", accountsForId: null, accountedCents: 0n, backCents: 0n, lines: [] };
  const money = { ...untouched, cents: 5n, paidCents: 0n };
  const waiting = {
    ...money,
    state: "CLAIMED",
    startYear: 2026,
    workConfirmedAt: null,
    workConfirmedById: null,
  } as const;
  const confirmed = { ...waiting, workConfirmedAt: TODAY, workConfirmedById: "somebody" };
  const claims = [{ ...confirmed, state: "PAID" as const }];
  expect(obstacles(claims, [spent]).submitClaim).toEqual(expect.any(String));
  // With no money left, an invoice can still account for what an advance has paid.
  expect(obstaclesToClaims(claims, { years: [spent], advances: [advance] }, reader, TODAY).submitClaim).toBeUndefined();
  const none = {
    confirmWork: null,
    takeBackConfirmation: null,
    withdrawClaim: null,
    approveClaim: null,
    returnClaim: null,
    recordPayment: null,
    recordReturnedPayment: null,
    correctPayment: null,
    recordCreditNote: null,
    recoverPayment: null,
    stateAccrual: null,
  };
  expect(obstacles([])).toEqual(none);
  const line = {
    id: "1",
    paymentId: "1",
    cents: 5n,
    paidOn: TODAY,
    isCredit: false,
    reversesId: null,
    settlesId: null,
    isReturn: false,
    reason: null,
  };
  const lines = [{ ...line, recordedAt: TODAY, payment: { reference: "FIN", note: "" } }];
  const paid = { ...waiting, state: "PAID" as const, paidCents: 5n, lines };
  // What has already come back cannot be returned or corrected, and what does not exist cannot come back.
  expect(obstacles([{ ...paid, backCents: 5n }])).toEqual(none);
  expect(obstaclesToReversing(0)).toEqual({ reverseRecovery: null });
  expect(obstaclesToReversing(1)).toEqual({});
  expect(obstacles([paid])).toEqual({
    ...none,
    recordReturnedPayment: undefined,
    correctPayment: undefined,
    recordCreditNote: undefined,
    recoverPayment: undefined,
  });
  const possible = (claim: typeof waiting | typeof confirmed) =>
    Object.keys(none).filter((step) => !Object.hasOwn(obstacles([claim]), step));
  expect(possible(waiting)).toEqual(["confirmWork", "withdrawClaim", "returnClaim"]);
  expect(possible(confirmed)).toEqual(["takeBackConfirmation", "withdrawClaim", "approveClaim", "returnClaim"]);
  expect(obstacles([{ ...confirmed, workConfirmedById: "reader" }]).approveClaim).toContain("another budget officer");
  const early = obstacles([{ ...confirmed, startYear: 2027 }]);
  expect(early).toEqual({
    confirmWork: null,
    approveClaim: expect.stringMatching(/2027\/28.*\.$/),
    recordPayment: null,
    recordReturnedPayment: null,
    correctPayment: null,
    recordCreditNote: null,
    recoverPayment: null,
    stateAccrual: null,
  });
  expect(obstacles([{ ...confirmed, startYear: 2027 }, confirmed]).approveClaim).toBe(undefined);
  const submit = (...years: (Omit<ReturnType<typeof year>, "cutoffOn"> & { cutoffOn: Date | null })[]) =>
    obstaclesToClaims([], { years, advances: [] }, reader, TODAY).submitClaim;
  expect([submit(year(2026, 1n)), submit(year(2026, 0n), year(2025, 1n))]).toEqual([undefined, undefined]);
  expect(submit(year(2026, 0n))).not.toContain("2027/28");
  expect(submit(year(2026, 0n), year(2027, 1n))).toContain("2027/28");
  // Money past its cut-off does not hide that the next year has not started.
  const past = { ...year(2025, 1n), cutoffOn: new Date(TODAY.getTime() - 86_400_000) };
  expect(submit(past, year(2027, 1n))).toContain("2027/28");
  expect(submit()).toEqual(expect.any(String));
});

const report = (kind: "PROGRESS" | "FINAL", state: "DUE" | "SUBMITTED" | "RETURNED" | "ACCEPTED") => ({ kind, state });
const waiting = { of: "claim", number: 1, state: "CLAIMED" } as const;

test("each step on reports needs one in its state, and what ends an arrangement needs the rest done", () => {
  const none = {
    changeSchedule: null,
    submitReport: null,
    acceptReport: null,
    returnReport: null,
    reopenReport: null,
    acceptLastReport: null,
  };
  expect(underWay([], [])).toEqual(none);
  expect(Object.keys(underWay([report("PROGRESS", "DUE")], []))).toEqual([
    "acceptReport",
    "returnReport",
    "reopenReport",
    "acceptLastReport",
  ]);
  expect(Object.keys(underWay([report("PROGRESS", "SUBMITTED")], []))).toEqual([
    "changeSchedule",
    "submitReport",
    "reopenReport",
    "acceptLastReport",
  ]);
  expect(Object.keys(underWay([report("FINAL", "SUBMITTED")], []))).toEqual([
    "changeSchedule",
    "submitReport",
    "acceptReport",
    "reopenReport",
  ]);
  expect(underWay([report("FINAL", "DUE"), report("PROGRESS", "ACCEPTED")], [])).toEqual({
    acceptReport: null,
    returnReport: null,
    acceptLastReport: null,
  });
  expect(underWay([report("FINAL", "SUBMITTED")], [waiting])).toMatchObject({
    acceptLastReport: expect.stringContaining("claim 1"),
    terminate: expect.stringContaining("laim 1"),
  });
});

const underWay = (reports: Parameters<typeof obstaclesToReporting>[0], open: Settlement["open"]) => ({
  ...obstaclesToReporting(reports),
  ...obstaclesToEnding(reports, open),
});

test("the final account's steps follow each other, and end with the surplus", () => {
  const account = (
    paidCents: bigint,
    acquittal: Settlement["acquittal"],
    open: Settlement["open"] = [],
  ): Settlement => ({
    committedCents: 100n,
    paidCents,
    acquittal,
    open,
    payableCents: 0n,
    openAdvanceCents: 0n,
  });
  const spent = (actualCents: bigint, surplusConfirmedAt: Date | null = null) => ({
    actualCents,
    surplusCents: null,
    surplusConfirmedAt,
  });
  const says = expect.any(String);
  expect(obstaclesToSettling(account(50n, null), "CLOSING")).toEqual({
    close: says,
    returnAcquittal: null,
    recordRecovery: null,
    confirmSurplus: says,
  });
  expect(obstaclesToSettling(account(50n, spent(50n)), "CLOSING")).toEqual({
    close: says,
    prepareAcquittal: null,
    submitAcquittal: null,
    recordRecovery: null,
  });
  expect(obstaclesToSettling(account(50n, spent(40n)), "CLOSING")).toEqual({
    close: says,
    prepareAcquittal: null,
    submitAcquittal: null,
    confirmSurplus: says,
  });
  const over = {
    prepareAcquittal: null,
    submitAcquittal: null,
    returnAcquittal: null,
    recordReturnedPayment: null,
    correctPayment: null,
    recordCreditNote: null,
    recoverPayment: null,
    reverseRecovery: null,
    recordRecovery: null,
    confirmSurplus: null,
  };
  expect(obstaclesToSettling(account(50n, spent(40n, TODAY)), "CLOSING")).toEqual(over);
  expect(obstaclesToSettling(account(0n, null), "TERMINATED")).toEqual({ ...over, close: says });
  expect(obstaclesToSettling(account(0n, null), "CLOSING")).not.toHaveProperty("recoverPayment");
  expect(obstaclesToSettling(account(1n, null), "TERMINATED")).not.toHaveProperty("recoverPayment");
  expect(obstaclesToSettling(account(0n, spent(0n)), "TERMINATED")).not.toHaveProperty("recoverPayment");
});

test("a duty that is no part of a variation keeps nobody from it, and who has none is not told of one", () => {
  const time = { ...COST, kinds: ["TIME"] } as const;
  expect(obstaclesToVarying({ open: time, ...reader("DESK", "RECOMMEND") })).not.toHaveProperty("approveVariation");
  expect(obstaclesToVarying({ open: COST, ...reader("BUDGET") })).not.toHaveProperty("confirmVariation");
});

test("only money that is asked for more waits for a budget check, and only until it is made", () => {
  const confirmed = { ...COST, state: "BUDGET_CONFIRMED" } as const;
  const rephasing = { ...COST, kinds: ["REPHASING"] } as const;
  for (const open of [confirmed, rephasing]) {
    expect(obstaclesToVarying({ open, ...reader("BUDGET") })).toMatchObject({ confirmVariation: null });
  }
});

test("a step usually takes a week, two or four", () => {
  const steps = ["screen", "recommend", "submitAcquittal", "discard"] as const;
  expect(steps.map(usualDays)).toEqual([5, 10, 20, undefined]);
  const days = STEP_KEYS.flatMap((step) => usualDays(step) ?? []);
  expect(days.filter((count) => ![5, 10, 20].includes(count))).toEqual([]);
});

test("from submission to the letter it takes an assessment, and the usual days of each step of MFAT's", () => {
  const days = (...steps: WorkStep[]) => steps.map((step) => usualDays(step) ?? expect.fail(step));
  const [screen = 0, assign = 0, moderate = 0, recommend = 0] = days(
    "screen",
    "assignAssessors",
    "startModeration",
    "recommend",
  );
  const [check = 0, decide = 0, offer = 0] = days("confirmBudget", "decide", "sendOffer");
  expect(usualDecisionDays(15)).toBe(15 + screen + assign + moderate + recommend + check + decide + offer);
  expect(usualDecisionDays(0)).toBeGreaterThan(6);
});

test("who is asked to declare their interests does so where their task is, and whoever has none at the application", () => {
  const path = (step: WorkStep, role?: Role) => taskPath({ reference: "PSF-2026-0001", step, ...(role && { role }) });
  expect(path("declareInterests", "ASSESSOR")).toBe("/applications/PSF-2026-0001/complete-assessment");
  expect(path("declareInterests", "DESK")).toBe("/applications/PSF-2026-0001");
  expect(path("declareInterests")).toBe("/applications/PSF-2026-0001");
  expect(path("screen", "ASSESSOR")).toBe("/applications/PSF-2026-0001/accept-for-assessment");
});

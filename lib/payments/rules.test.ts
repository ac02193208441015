import { expect, test } from "vitest";
import type { Role } from "#lib/lifecycle/permissions.ts";
import type { ClaimState } from "#lib/platform/db/generated/enums.ts";
import {
  accruingYears,
  byTwo,
  CAME_TO_NOTHING,
  CLAIM_STAGES,
  CLAIM_STEPS,
  type ClaimStage,
  type ClaimStep,
  CORRECTING,
  checkClaim,
  claimInWords,
  claimReference,
  claimStands,
  cleanNumber,
  fitsClaim,
  freeOf,
  hasChoice,
  paidOnProblem,
  roomIn,
  stillClaimableCents,
  tooEarly,
  whyNotPayable,
  whyNotTaken,
  yearsLeft,
} from "./rules.ts";

const payment = (reference: string, paidOn: Date) => ({
  ...{ id: reference, paymentId: reference, cents: 100n, paidOn, recordedAt: paidOn, payment: { reference, note: "" } },
  ...{ isCredit: false, isReturn: false, reversesId: null, settlesId: null, reason: null },
});
const at = (day: number) => new Date(Date.UTC(2026, 10, day));
const year = { startYear: 2026, committedCents: 1_000n, paidCents: 300n };
const day = (text: string) => new Date(`${text}T00:00:00Z`);
const life = { cutoffOn: null, closedAt: null };
const claim = (state: ClaimState, cents: bigint) => ({
  startYear: 2026,
  state,
  cents,
  paidCents: state === "PAID" ? cents : 0n,
  claimedAt: new Date("2026-11-02T00:00:00Z"),
  lines: [] as { cents: bigint; isCredit: boolean; recordedAt: Date }[],
});

test("of a closed year what was accrued can be claimed; what comes back afterwards cannot be claimed again", () => {
  const closedAt = new Date("2027-08-02T00:00:00Z");
  const closed = { ...year, cutoffOn: new Date("2027-07-31T00:00:00Z"), closedAt, accruedCents: 200n };
  const left = (claims: Parameters<typeof yearsLeft>[1], paidCents = 300n) =>
    yearsLeft([{ ...closed, paidCents }], claims)[0]?.leftCents;
  const later = { ...claim("CLAIMED", 150n), claimedAt: new Date("2027-08-10T00:00:00Z") };
  const open = claim("APPROVED", 120n);
  const pays = (time: string, cents = 120n) => ({ cents, isCredit: false, recordedAt: new Date(time) });
  const [early, late] = ["2027-08-01T23:59:59Z", "2027-08-02T00:00:01Z"];
  const paid = { ...claim("PAID", 120n), lines: [pays(late)] };
  const before = { ...paid, lines: [pays(early)] };
  expect([left([]), left([open]), left([later]), left([{ ...later, state: "RETURNED" }])]).toEqual([
    200n,
    80n,
    50n,
    200n,
  ]);
  expect([left([paid], 420n), left([paid, { ...later, cents: 80n }], 420n), left([], 950n)]).toEqual([80n, 0n, 50n]);
  // Paid and recorded before closing on the same day, it uses up nothing of what was accrued.
  expect(left([before], 420n)).toBe(200n);
  // If it is paid in parts, what was open at closing counts, whatever is paid or returned afterwards; a credit is not a
  // payment.
  const parts = { ...paid, lines: [pays(early, 70n), pays(late, 50n), { ...pays(early, -20n), isCredit: true }] };
  expect([left([parts], 420n), left([{ ...before, lines: [pays(early), pays(late, -120n)] }], 300n)]).toEqual([
    150n,
    200n,
  ]);
  // What was paid or claimed in the second of closing came before it.
  const same = closedAt.toISOString();
  expect([
    left([{ ...paid, lines: [pays(same)] }], 420n),
    left([{ ...open, paidCents: 50n, claimedAt: closedAt, lines: [pays(same, 50n)] }]),
  ]).toEqual([200n, 130n]);
  // Claims for other years do not count for this one, and a claim above the accrual leaves nothing.
  expect([left([{ ...open, startYear: 2025 }]), left([{ ...open, cents: 250n }])]).toEqual([200n, 0n]);
  expect(yearsLeft([{ ...closed, accruedCents: null }], [])[0]?.leftCents).toBe(0n);
  // If it was recorded afterwards and recovered, it cannot be claimed again.
  expect(left([{ ...paid, state: "RECOVERED" }])).toBe(80n);
});

test("what remains is committed, less paid, less what is claimed and waits", () => {
  const claims = [
    { ...claim("CLAIMED", 7n), startYear: 2027 },
    claim("CLAIMED", 100n),
    claim("APPROVED", 30n),
    { ...claim("PART_PAID", 50n), paidCents: 30n },
    claim("PAID", 300n),
    claim("RETURNED", 500n),
  ];
  expect(
    yearsLeft(
      [
        { ...year, ...life, accruedCents: null },
        { startYear: 2027, committedCents: 0n, paidCents: 0n, ...life, accruedCents: null },
      ],
      claims,
    ),
  ).toEqual([{ ...year, ...life, openCents: 150n, leftCents: 550n }]);
});

test("GST may be nothing, and 15% with a rounding of its own for each line", () => {
  const left = yearsLeft([{ ...year, ...life, accruedCents: null }], []);
  const work = {
    basis: "WORK",
    workFrom: at(1),
    workTo: at(1),
    advanceReason: null,
    accountsFor: null,
    accounted: null,
  };
  const arrangement = { years: left, advances: [], acceptedOn: at(1) };
  const check = (gst: bigint) => checkClaim({ ...work, amount: 700n, gst, invoicedOn: at(1) }, arrangement, at(2));
  expect([check(0n), check(105n), check(205n)]).toEqual([{}, {}, {}]);
  expect(check(206n)).toEqual({ gst: "GST must be 15% of the amount or less" });
});

const STEP_KEYS = Object.keys(CLAIM_STEPS) as ClaimStep[];

test("a claim waits on the desk, then on a budget officer, and is returned by whom it waits on", () => {
  const stages = {
    CLAIMED: { state: "CLAIMED", workConfirmedAt: null },
    CONFIRMED: { state: "CLAIMED", workConfirmedAt: at(1) },
    APPROVED: { state: "APPROVED", workConfirmedAt: at(1) },
    PART_PAID: { state: "PART_PAID", workConfirmedAt: at(1) },
    PAID: { state: "PAID", workConfirmedAt: null },
    RETURNED: { state: "RETURNED", workConfirmedAt: at(1) },
  } as const;
  const stepsOf = (stage: keyof typeof stages, role: Role) =>
    STEP_KEYS.filter((step) => fitsClaim(step, stages[stage], new Set([role])));
  expect(stepsOf("CLAIMED", "DESK")).toEqual(["confirmWork", "withdrawClaim", "returnClaim"]);
  expect(stepsOf("CLAIMED", "BUDGET")).toEqual(["confirmWork", "withdrawClaim"]);
  expect(stepsOf("CONFIRMED", "DESK")).toEqual(["takeBackConfirmation", "withdrawClaim", "approveClaim"]);
  expect(stepsOf("CONFIRMED", "BUDGET")).toContain("returnClaim");
  expect(stepsOf("APPROVED", "BUDGET")).toEqual(["returnClaim", "recordPayment", "recordCreditNote"]);
  expect(stepsOf("APPROVED", "DESK")).not.toContain("returnClaim");
  expect([stepsOf("PAID", "BUDGET"), stepsOf("RETURNED", "BUDGET")]).toEqual([
    ["recordReturnedPayment", "correctPayment", "recordCreditNote", "recoverPayment"],
    [],
  ]);
  expect(stepsOf("PART_PAID", "BUDGET")).toEqual([
    "recordPayment",
    "recordReturnedPayment",
    "correctPayment",
    "recordCreditNote",
    "recoverPayment",
  ]);
});

test("who confirmed a claim does not approve it, and may do all else", () => {
  const claim = { startYear: 2026, workConfirmedById: "one" };
  const kept = STEP_KEYS.filter((step) => whyNotTaken(step, claim, "one", at(2)) !== null);
  expect(kept).toEqual(["approveClaim"]);
  expect(STEP_KEYS.filter((step) => whyNotTaken(step, claim, "other", at(2)) !== null)).toEqual([]);
  const early = STEP_KEYS.filter((step) => whyNotTaken(step, { ...claim, startYear: 2027 }, "other", at(2)));
  expect(early).toEqual(["approveClaim", "recordPayment"]);
});

test("what of a claim can go back is what was paid, did not come back, and no standing invoice accounts for", () => {
  const own = {
    ...{ id: "a", startYear: 2026, state: "PAID" as ClaimState, cents: 1_000n, paidCents: 1_000n, backCents: 100n },
    ...{ accountsForId: null, accountedCents: 0n, lines: [payment("FIN-1", at(2))] },
  };
  const by = (accountsForId: string, accountedCents: bigint, state: ClaimState) => ({
    accountsForId,
    accountedCents,
    state,
  });
  const years = [
    { startYear: 2025, committedCents: 9_000n, paidCents: 0n, openCents: 0n },
    { startYear: 2026, committedCents: 2_000n, paidCents: 1_200n, openCents: 300n },
  ];
  const claims = [own, by("a", 200n, "CLAIMED"), by("a", 50n, "RETURNED"), by("b", 300n, "CLAIMED")];
  expect(freeOf(own, { claims, years })).toEqual({ freeCents: 700n, roomCents: 500n });
  expect([roomIn(years, 2025), roomIn(years, 2027)]).toEqual([9_000n, 0n]);

  const credit = { ...payment("FIN-1", at(3)), id: "credit", cents: -100n, isCredit: true };
  const open = (change: Partial<typeof own>, room = 500n) => {
    const year = { startYear: 2026, committedCents: room, paidCents: 0n, openCents: 0n };
    const claim = { ...own, ...change };
    return CORRECTING.filter((step) => hasChoice(step, claim, { claims: [claim], years: [year] }));
  };
  const all = ["recordReturnedPayment", "correctPayment", "recordCreditNote", "recoverPayment"];
  expect(open({})).toEqual(all);
  // A payment can only be taken back whole; a part of it can still be credited or recovered.
  expect(open({ backCents: 901n })).toEqual(["recordCreditNote", "recoverPayment"]);
  expect(open({ backCents: 901n, lines: [...own.lines, credit] })).toEqual(all.slice(1));
  expect(open({ backCents: 901n, lines: [...own.lines, credit] }, 99n)).toEqual(["recordCreditNote", "recoverPayment"]);
  expect(open({ backCents: 1_000n })).toEqual([]);
  // A credit note can take something off the open part before anything is paid.
  expect(open({ state: "APPROVED", paidCents: 0n, backCents: 0n, lines: [] })).toEqual(["recordCreditNote"]);
  expect(open({ state: "PART_PAID", paidCents: 300n, backCents: 300n, lines: [] })).toEqual(["recordCreditNote"]);
  const rest = STEP_KEYS.filter((step) => !CORRECTING.includes(step));
  expect(rest.filter((step) => hasChoice(step, { ...own, backCents: 1_000n }, { claims: [], years: [] }))).toEqual(
    rest,
  );
});

test("in a closed year a correction takes two people, which is said beside the choice", () => {
  const years = [
    { startYear: 2025, ...life, closedAt: at(1) },
    { startYear: 2026, ...life },
  ];
  expect([2025, 2026, 2027].map((startYear) => byTwo(years, startYear))).toEqual([
    ". 2025/26 is closed, so another budget officer needs to confirm this",
    "",
    "",
  ]);
});

test("an agency is asked about what it has not claimed of a year that ended and is not closed", () => {
  const years = (leftCents: bigint, more = {}) =>
    accruingYears([{ ...year, ...life, openCents: 0n, leftCents, ...more }], day("2027-07-05")).length;
  expect([years(1n), years(0n), years(-1n)]).toEqual([1, 0, 0]);
  expect([years(1n, { startYear: 2027 }), years(1n, { closedAt: day("2027-07-04") })]).toEqual([0, 0]);
});

const STEPS = ["withdrawClaim", "approveClaim", "returnClaim", "recordPayment", "recoverPayment"] as const;

test("nothing is approved or paid before its year begins, and all else may be done", () => {
  const early = STEPS.filter((step) => tooEarly(step, { startYear: 2027 }, at(2)) !== null);
  expect(early).toEqual(["approveClaim", "recordPayment"]);
  expect(STEPS.filter((step) => tooEarly(step, { startYear: 2026 }, at(2)))).toEqual([]);
});

test("only a claim that waits for money is said not to be payable yet", () => {
  const states = (Object.keys(CLAIM_STAGES) as ClaimStage[]).filter((stage) => stage !== "CONFIRMED");
  const waiting = states.filter((state) => whyNotPayable({ state, startYear: 2027 }, at(2)) !== null);
  expect(waiting).toEqual(["CLAIMED", "APPROVED", "PART_PAID"]);
  expect(states.filter((state) => whyNotPayable({ state, startYear: 2026 }, at(2)))).toEqual([]);
});

test("money is paid from the first day of the claim's year up to today", () => {
  const problem = (text: string, decidedAt: Date | null = null) =>
    paidOnProblem(new Date(text), { startYear: 2026, decidedAt, year: life }, at(2));
  expect([problem("2026-11-02"), problem("2026-07-01")]).toEqual([null, null]);
  expect(problem("2026-11-03")).not.toBeNull();
  expect(problem("2026-06-30")).toMatch(/1 July 2026.*2026\/27/);
  // Noon in New Zealand is still the same day there.
  const approved = new Date("2026-10-31T23:00:00Z");
  expect([problem("2026-11-01", approved), problem("2026-10-31", approved)]).toEqual([
    null,
    expect.stringContaining("1 November 2026 or later"),
  ]);
});

test("an invoice number is the same however it is spaced", () => {
  expect([cleanNumber("  INV \t 7 "), cleanNumber("INV 7")]).toEqual(["INV 7", "INV 7"]);
  expect(cleanNumber("INV-7")).toBe("INV-7");
});

test("a claim is named by its application and number, with its amount and year", () => {
  expect(claimReference("PSF-2026-0042", 1)).toBe("PSF-2026-0042/1");
  const words = claimInWords("PSF-2026-0042", { number: 1, startYear: 2026, cents: 1_200_000n });
  for (const part of ["PSF-2026-0042/1", "$12,000.00", "2026/27"]) expect(words).toContain(part);
});

test("what a claim is already is said: when it was paid and by which reference, or its state", () => {
  const lines = [payment("FIN-1", at(2))];
  const unpaid = { workConfirmedAt: at(1), cents: 100n, paidCents: 0n, lines: [] };
  expect(claimStands("It", { ...unpaid, state: "PAID", lines })).toMatch(/2 November 2026.*FIN-1/);
  expect(claimStands("It", { ...unpaid, state: "PAID" })).toContain("“Paid”");
  expect(claimStands("It", { ...unpaid, state: "RECOVERED", lines })).toContain("“Recovered”");
  expect(claimStands("It", { ...unpaid, state: "CLAIMED" })).toContain("“Confirmed”");
  expect(claimStands("It", { ...unpaid, state: "CLAIMED", workConfirmedAt: null })).toContain("“Claimed”");
});

test("the invoice of a claim that was returned or cancelled may be claimed again", () => {
  expect(CAME_TO_NOTHING).toEqual(["RETURNED", "CANCELLED"]);
});

test("what a year holds can be claimed once it has begun and until its cut-off day", () => {
  const day = (text: string) => new Date(`${text}T00:00:00Z`);
  const left = (startYear: number, cents: bigint, cutoffOn: Date | null = null) => ({
    ...{ startYear, cutoffOn, closedAt: null, committedCents: cents, paidCents: 0n, openCents: 0n },
    leftCents: cents,
  });
  const years = [left(2025, 1n, day("2026-09-30")), left(2026, 20n), left(2027, 300n)];
  expect(stillClaimableCents(years, day("2026-09-30"))).toBe(21n);
  expect(stillClaimableCents(years, day("2026-10-01"))).toBe(20n);
  expect(stillClaimableCents(years, day("2027-07-01"))).toBe(320n);
  expect(stillClaimableCents([], day("2027-07-01"))).toBe(0n);
});

// What prevents settling an arrangement, in words and figures.
import { expect, test } from "vitest";
import {
  borneByAgencyCents,
  type OpenItem,
  obstacleToClosing,
  obstacleToLastReport,
  obstacleToSurplus,
  obstacleToTerminating,
  type Settlement,
  toClaimCents,
  toRecoverCents,
} from "./rules.ts";

const settlement = (paidCents: bigint, actualCents: bigint | null, more: Partial<Settlement> = {}): Settlement => ({
  committedCents: 1_000_00n,
  paidCents,
  payableCents: 1_000_00n - paidCents,
  acquittal: actualCents === null ? null : { actualCents, surplusCents: null, surplusConfirmedAt: null },
  open: [],
  openAdvanceCents: 0n,
  ...more,
});
const report: OpenItem = { of: "report", number: 2, kind: "PROGRESS", state: "SUBMITTED" };
const final: OpenItem = { of: "report", number: 3, kind: "FINAL", state: "SUBMITTED" };
const claim: OpenItem = { of: "claim", number: 4, state: "APPROVED" };
const variation: OpenItem = { of: "variation", number: 1, state: "ASKED" };

test("the surplus waits for the acquittal, for claims, and for paid and spent to be the same", () => {
  expect(obstacleToSurplus(settlement(900_00n, null))).toBe("The agency needs to submit its acquittal first.");
  expect(obstacleToSurplus(settlement(900_00n, 900_00n, { open: [claim] }))).toBe(
    "Claim 4 is approved and not paid. Return or pay it before you confirm the surplus.",
  );
  expect(obstacleToSurplus(settlement(900_00n, 850_00n))).toBe(
    "$900.00 is paid and $850.00 was spent. Recover $50.00 first.",
  );
  expect(obstacleToSurplus(settlement(900_00n, 950_00n))).toBe(
    "$900.00 is paid and $950.00 was spent. The agency needs to claim $50.00 first, and we need to pay it.",
  );
  expect(obstacleToSurplus(settlement(900_00n, 900_00n))).toBeNull();
  expect(obstacleToSurplus(settlement(900_00n, 900_00n, { openAdvanceCents: 20_00n }))).toBe(
    "$20.00 of advances is not accounted for. The agency needs to account for it in a claim first.",
  );
});

test("what has to come back is what was paid beyond the actual cost, until the surplus is confirmed", () => {
  expect(toRecoverCents(settlement(900_00n, null))).toBe(0n);
  expect(toRecoverCents(settlement(900_00n, 850_00n))).toBe(50_00n);
  expect(toRecoverCents(settlement(900_00n, 950_00n))).toBe(0n);
});

test("what is open is named: before the last report, before terminating, before closing", () => {
  expect(obstacleToLastReport([report, final, claim, variation])).toBe(
    "You cannot accept the last report yet: report 2 is not accepted, claim 4 is approved and not paid and variation 1 is not decided.",
  );
  expect(obstacleToLastReport([final])).toBeNull();
  expect(
    obstacleToTerminating([
      { ...report, state: "DUE" },
      { ...final, state: "RETURNED" },
    ]),
  ).toBeNull();
  expect(obstacleToTerminating([report, { ...claim, state: "CLAIMED" }])).toContain(
    "Report 2 is not accepted and claim 4 is not answered. Deal with what the agency has sent before you terminate",
  );
  expect(obstacleToClosing(settlement(0n, 0n, { open: [final, claim] }))).toBe(
    "You cannot close it yet: report 3 is not accepted and claim 4 is approved and not paid.",
  );
  expect(obstacleToClosing(settlement(0n, 0n))).toBe("A budget officer needs to confirm the surplus first.");
});

test("what cost more than the fund's money is its agency's: nothing of it has to be paid, nor what can no longer be claimed", () => {
  const all = { payableCents: 0n };
  expect(obstacleToSurplus(settlement(1_000_00n, 1_200_00n, all))).toBeNull();
  expect(borneByAgencyCents(1_200_00n, { paidCents: 1_000_00n, ...all })).toBe(200_00n);
  // Of the $100.00 that is not paid, $60.00 can still be claimed: its year is closed, and that much was accrued.
  const some = { payableCents: 60_00n };
  expect(obstacleToSurplus(settlement(900_00n, 1_200_00n, some))).toBe(
    "$900.00 is paid and $1,200.00 was spent. The agency needs to claim $60.00 first, and we need to pay it.",
  );
  expect(borneByAgencyCents(1_200_00n, { paidCents: 900_00n, ...some })).toBe(240_00n);
  expect(obstacleToSurplus(settlement(900_00n, 900_01n, { payableCents: 0n }))).toBeNull();
  expect(obstacleToSurplus(settlement(900_00n, 950_00n, { ...all, openAdvanceCents: 20_00n }))).toMatch(
    /^\$20\.00 of adv/,
  );
  for (const cents of [900_00n, 960_00n]) expect(borneByAgencyCents(cents, { paidCents: 900_00n, ...some })).toBe(0n);
});

test("once the surplus is confirmed nothing has to come back, and the arrangement can be closed", () => {
  const acquittal = { actualCents: 850_00n, surplusCents: 0n, surplusConfirmedAt: new Date("2026-11-01") };
  expect(toRecoverCents(settlement(900_00n, null, { acquittal }))).toBe(0n);
  expect(toRecoverCents(settlement(900_00n, 900_00n))).toBe(0n);
  expect(obstacleToSurplus(settlement(850_00n, null, { acquittal }))).not.toBeNull();
  expect(obstacleToClosing(settlement(900_00n, null, { acquittal }))).toBeNull();
  expect(obstacleToClosing(settlement(900_00n, null))).toContain("acquittal");
});

test("a report that is due or was returned is named as such, and only what was sent holds up a termination", () => {
  const due: OpenItem = { ...report, state: "DUE" };
  const returned: OpenItem = { ...report, number: 5, state: "RETURNED" };
  expect(obstacleToLastReport([due, returned])).toMatch(/report 2 is not submitted and report 5 was returned/);
  expect(obstacleToLastReport([{ ...report, state: "ACCEPTED" }])).toContain("report 2 is open");
  expect(obstacleToTerminating([variation])).toContain("Variation 1 is not decided");
  expect(obstacleToTerminating([due, report])).not.toContain("is not submitted");
  expect(obstacleToSurplus(settlement(900_00n, 900_00n, { open: [report, variation] }))).toBeNull();
});

test("nothing is left to claim before the acquittal, nor where more was paid than spent", () => {
  const payableCents = 50_00n;
  const toClaim = (paidCents: bigint, acquittal: Settlement["acquittal"]) =>
    toClaimCents({ paidCents, payableCents, acquittal });
  expect(toClaim(0n, null)).toBe(0n);
  expect(toClaim(900_00n, settlement(0n, 800_00n).acquittal)).toBe(0n);
  expect(toClaim(900_00n, settlement(0n, 910_00n).acquittal)).toBe(10_00n);
  expect(toClaim(900_00n, settlement(0n, 990_00n).acquittal)).toBe(50_00n);
});

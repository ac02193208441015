import { expect, test } from "vitest";
import type { Role } from "#lib/lifecycle/permissions.ts";
import type { DutyKind } from "#lib/platform/db/generated/enums.ts";
import { obstaclesToVarying } from "#lib/variations/steps.ts";

const COST = { number: 2, kind: "COST", state: "ASKED", totalCents: 500_00n } as const;
const reader = (role: Role, held?: DutyKind, delegationCents?: bigint | null) => ({
  roles: new Set([role]),
  held,
  delegationCents,
  others: ["Wiremu Grant"],
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
  const ask = "Variation 2, time, is open. It has to be decided or cancelled first.";
  const time = { ...COST, kind: "TIME" } as const;
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
    confirmVariation: "You made a recommendation on it, so this step needs somebody else.",
    declineVariation: "You made a recommendation on it, so this step needs somebody else.",
  });
  expect(obstaclesToVarying({ open: COST, ...reader("APPROVER", undefined, null) })).toMatchObject({
    approveVariation: "This waits for the budget officer’s check.",
  });
});

test("above a delegation it says whose it is", () => {
  const open = { ...COST, state: "BUDGET_CONFIRMED" } as const;
  const beyond = "The new total is $500.00, and your delegation is up to $499.99. This is for Wiremu Grant.";
  expect(obstaclesToVarying({ open, ...reader("APPROVER", "DECIDE", 499_99n) })).toMatchObject({
    approveVariation: beyond,
    declineVariation: beyond,
  });
  const free = obstaclesToVarying({ open, ...reader("APPROVER", "DECIDE", 500_00n) });
  expect(["approveVariation", "declineVariation"].filter((step) => step in free)).toEqual([]);
});

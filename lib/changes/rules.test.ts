// What takes two people, in words, and who can settle it.
import { expect, test } from "vitest";
import type { MfatActor, Role } from "#lib/lifecycle/permissions.ts";
import type { ChangeKind, ChangeState } from "#lib/platform/db/generated/enums.ts";
import {
  ALL_CHANGE_KINDS,
  type ChangeLine,
  carriedYears,
  changeState,
  changeStateInWords,
  changeTitle,
  delegationInWords,
  isSameEnvelope,
  mayConfirm,
  mayWithdraw,
  nobodyToConfirm,
  waitsForSecond,
  whyNotSettled,
} from "./rules.ts";

const at = new Date("2026-11-29T20:00:00Z");
const change = (more: Partial<ChangeLine> = {}): ChangeLine => ({
  id: "1",
  kind: "ENVELOPE",
  state: "ASKED",
  startYear: 2026,
  cents: 50_00n,
  source: "Paper",
  effectiveOn: new Date("2027-03-01T00:00:00Z"),
  entryId: 7n,
  personId: null,
  personName: "Kate",
  delegation: null,
  applicationId: null,
  step: null,
  answers: null,
  delegationNow: "none",
  limitNow: null,
  reason: "Because",
  askedById: "asks",
  askedBy: "Ingrid",
  askedAt: at,
  settledById: null,
  settledBy: null,
  settledAt: null,
  settledWhy: null,
  appliedAt: null,
  isSmall: false,
  ...more,
});
const settled = (state: ChangeState, more: Partial<ChangeLine> = {}) =>
  change({ state, settledById: "confirms", settledBy: "Rangi", settledAt: at, ...more });
const person = (personId: string, ...roles: Role[]) => ({ personId, roles: new Set(roles) }) as unknown as MfatActor;

test("a title says what is to change", () => {
  const titles: Record<ChangeKind, string> = {
    ENVELOPE: "Envelope 2026/27: raised by $50.00",
    CORRECTION: "Envelope 2026/27: reverse entry 7",
    CARRY_FORWARD: "Carry-forward 2026/27 into 2027/28: $50.00",
    DELEGATION: "Delegation of Kate: up to $50.00",
    CLOSING: "Financial year 2026/27: close it",
    STEP: "Paper in 2026/27, which is closed: $50.00",
    THRESHOLD: "One person can change a year’s envelope by up to $50.00 in total",
  };
  for (const kind of ALL_CHANGE_KINDS) expect(changeTitle(change({ kind, delegation: "limit" }))).toBe(titles[kind]);
  expect(Object.keys(titles).sort()).toEqual([...ALL_CHANGE_KINDS].sort());
  expect(changeTitle(change({ kind: "THRESHOLD", cents: 0n }))).toBe("Every envelope change takes two people");
  expect(changeTitle(change({ cents: -1n }))).toBe("Envelope 2026/27: lowered by $0.01");
  expect(carriedYears({ startYear: 2026 })).toBe("2026/27 into 2027/28");
  expect(["unlimited", "none"].map((delegation) => delegationInWords({ delegation, cents: null }))).toEqual([
    "no limit",
    "none",
  ]);
});

test("a state says who has done what, and that a confirmed change waits for its day", () => {
  const [before, day] = [new Date("2027-02-28"), new Date("2027-03-01")];
  expect(changeStateInWords(change(), day)).toBe(
    "Waiting for a second person since 30 November 2026; asked for by Ingrid",
  );
  const waits = settled("CONFIRMED");
  expect(changeState(waits, before)).toBe("Confirmed, takes effect on 1 March 2027");
  expect(changeState(waits, day)).toBe(
    "Confirmed, but has not taken effect: it was due on 1 March 2027, and the envelope was too small",
  );
  expect(changeState({ ...waits, appliedAt: at }, day)).toBe("Confirmed");
  expect(changeState({ ...waits, effectiveOn: null }, day)).toBe("Confirmed");
  expect(changeStateInWords(settled("DECLINED"), day)).toBe("Declined; 30 November 2026, Rangi");
  expect(changeState(settled("WITHDRAWN"), day)).toBe("Withdrawn");
});

test("nobody settles what they asked for, nor their own delegation, nor what has ended", () => {
  const why = (one: ChangeLine, personId: string, to: "CONFIRMED" | "DECLINED" | "WITHDRAWN") =>
    whyNotSettled(one, personId, to)?.code ?? null;
  for (const to of ["CONFIRMED", "DECLINED"] as const) {
    expect([why(change(), "asks", to), why(change(), "confirms", to)]).toEqual(["FORBIDDEN", null]);
    expect(why(change({ personId: "own" }), "own", to)).toBe("FORBIDDEN");
    expect(why(settled("CONFIRMED"), "confirms", to)).toBe("CONFLICT");
  }
  expect([why(change(), "asks", "WITHDRAWN"), why(change({ personId: "own" }), "own", "WITHDRAWN")]).toEqual([
    null,
    null,
  ]);
  expect(why(settled("CONFIRMED"), "asks", "WITHDRAWN")).toBeNull();
  expect(why(settled("CONFIRMED", { appliedAt: at }), "asks", "WITHDRAWN")).toBe("CONFLICT");
  expect(whyNotSettled(settled("DECLINED"), "x", "CONFIRMED")?.message).toBe("Rangi declined it on 30 November 2026.");
  expect(whyNotSettled(settled("DECLINED", { settledAt: null }), "x", "CONFIRMED")?.message).toBe("Rangi declined it.");
  const small = change({ isSmall: true });
  expect([why(small, "asks", "CONFIRMED"), why(small, "asks", "DECLINED")]).toEqual([null, "FORBIDDEN"]);
  expect(whyNotSettled(change(), "asks", "CONFIRMED")?.message).toMatch(/You asked/);
  expect(whyNotSettled(change({ personId: "own" }), "own", "CONFIRMED")?.message).toMatch(/your own delegation/);
});

test("the offices: a budget officer asks and withdraws, an approver confirms too, a delegation is the administrators'", () => {
  const [officer, other, approver] = [person("asks", "BUDGET"), person("x", "BUDGET"), person("y", "APPROVER")];
  expect([officer, other, approver].map((one) => mayConfirm(one, change()))).toEqual([false, true, true]);
  expect([officer, other, approver].map((one) => mayWithdraw(one, change()))).toEqual([true, true, false]);
  expect(mayWithdraw(officer, settled("CONFIRMED", { appliedAt: at }))).toBe(false);
  const delegation = change({ kind: "DELEGATION" });
  expect([other, person("z", "ADMINISTRATOR")].map((one) => mayConfirm(one, delegation))).toEqual([false, true]);
});

test("where nobody else could confirm a change, who asks reads whom to ask for another", () => {
  expect(nobodyToConfirm("CLOSING", ["admin@mfat.example"])).toBe(
    "Nobody else can confirm this. Ask an administrator (admin@mfat.example) to add another budget officer or approver first.",
  );
  expect(nobodyToConfirm("CARRY_FORWARD", [])).toContain(
    "Ask an administrator to add another budget officer or approver",
  );
  expect(nobodyToConfirm("DELEGATION", ["admin@mfat.example"])).toBe(
    "Nobody else can confirm this. Add another administrator first.",
  );
});

test("an envelope change is the same as another by its year, sum, reason and day, and by no part of them", () => {
  const one = change();
  expect(isSameEnvelope(one, change({ id: "2", reason: " Because " }))).toBe(true);
  expect(isSameEnvelope(change({ reason: "Because " }), one)).toBe(true);
  for (const other of [
    { kind: "CLOSING" as const },
    { startYear: 2027 },
    { cents: 50_01n },
    { reason: "Another" },
    { effectiveOn: new Date("2027-03-02T00:00:00Z") },
    { effectiveOn: null },
  ]) {
    expect([other, isSameEnvelope(one, change(other))]).toEqual([other, false]);
    expect([other, isSameEnvelope(change(other), one)]).toEqual([other, false]);
  }
});

test("an envelope is raised or lowered, and a small change waits on anybody of the office", () => {
  expect([50_00n, -50_00n].map((cents) => changeTitle(change({ cents })))).toEqual([
    "Envelope 2026/27: raised by $50.00",
    "Envelope 2026/27: lowered by $50.00",
  ]);
  expect(waitsForSecond({ kind: "ENVELOPE", isSmall: false })).toMatch(/^It is waiting on another .*budget officer/);
  expect(waitsForSecond({ kind: "ENVELOPE", isSmall: true })).toMatch(/who can be the person who asked for it/);
});

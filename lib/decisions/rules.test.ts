import { expect, test } from "vitest";
import {
  beyondDelegation,
  checkApproval,
  checkConditions,
  checkRecommendation,
  decidedBy,
  decidedCents,
  decidedFor,
  decidedYears,
  delegationFor,
  delegationWords,
  formatDelegation,
  highestDelegation,
  isWithinDelegation,
  joinConditions,
  notReserved,
  whoElse,
} from "./rules.ts";
import { CONDITION_CHARS_MAX, CONDITIONS_MAX } from "./schema.ts";

const own = (limitCents: bigint | null) => ({ limitCents, of: null });
const of = (name: string, limitCents: bigint | null) => ({ limitCents, of: { id: name, name } });

test("an own delegation comes first; where it does not suffice, the smallest of the others that does", () => {
  const held = [own(100n), of("A", null), of("B", 300n), of("C", 200n)];
  expect(delegationFor(held, 100n)).toEqual(own(100n));
  expect(delegationFor(held, 101n)).toEqual(of("C", 200n));
  expect(delegationFor(held, 250n)).toEqual(of("B", 300n));
  expect(delegationFor(held, 301n)).toEqual(of("A", null));
  expect(delegationFor([own(100n), of("C", 200n)], 201n)).toBeNull();
  expect(delegationFor([], 0n)).toBeNull();
});

test("the furthest is the one without a limit, else the largest", () => {
  expect(highestDelegation([own(100n), of("A", null)])).toBeNull();
  expect(highestDelegation([own(100n), of("A", 200n), of("B", 50n)])).toBe(200n);
  expect(highestDelegation([])).toBeUndefined();
  expect([formatDelegation(null), formatDelegation(undefined)]).toEqual(["without limit", "none"]);
});

test("a record says whose delegation it was, and none where a recommendation was returned", () => {
  const decision = { outcome: "APPROVED" as const, delegationCents: 100_00n };
  expect(delegationWords({ ...decision, forName: null })).toBe(", delegation up to $100.00");
  expect(delegationWords({ ...decision, forName: "Mere" })).toBe(", under the delegation of Mere, up to $100.00");
  expect(delegationWords({ ...decision, outcome: "RETURNED", forName: null })).toBe("");
});

const same = {
  amountCents: 100n,
  recommendedCents: 100n,
  isSamePhasing: true,
  isSameConditions: true,
  reason: null,
  firstAmount: "phasing2026",
};
const unlike: [string, Partial<typeof same>][] = [
  ["less", { amountCents: 99n }],
  ["more", { amountCents: 101n }],
  ["something where nothing was recommended", { recommendedCents: 0n }],
  ["other years", { isSamePhasing: false }],
  ["other conditions", { isSameConditions: false }],
];
test.each(unlike)("to approve %s than was recommended needs a reason", (_what, change) => {
  expect(checkApproval({ ...same, ...change })).toHaveProperty("reason");
  expect(checkApproval({ ...same, ...change, reason: "Because" } as never)).toEqual({});
  expect(checkApproval(same)).toEqual({});
});

test("nothing at all is no approval, whatever was recommended", () => {
  expect(checkApproval({ ...same, amountCents: 0n, recommendedCents: 0n })).toHaveProperty("phasing2026");
});

test("a decision puts money into the year of its day and the two after", () => {
  expect(decidedYears(new Date("2027-06-30"))).toEqual([2026, 2027, 2028]);
  expect(decidedYears(new Date("2027-07-01"))).toEqual([2027, 2028, 2029]);
});

const recommended = {
  outcome: "FUND_IN_FULL" as const,
  amountCents: 100n,
  requestedCents: 100n,
  exceptionReason: null,
  firstAmount: "phasing2026",
};
type Recommended = Parameters<typeof checkRecommendation>[0];
const recommendations: [string, Partial<Recommended>, string[]][] = [
  ["in full, what was requested", {}, []],
  ["in full, less", { amountCents: 99n }, ["phasing2026"]],
  ["in full, more", { amountCents: 101n }, ["exceptionReason"]],
  ["in full, more with a reason", { amountCents: 101n, exceptionReason: "Freight" }, []],
  ["in full, nothing", { amountCents: 0n }, ["phasing2026"]],
  ["in part, less", { outcome: "FUND_IN_PART", amountCents: 99n }, []],
  ["in part, all of it", { outcome: "FUND_IN_PART" }, ["phasing2026"]],
  ["in part, more", { outcome: "FUND_IN_PART", amountCents: 101n, exceptionReason: "Freight" }, ["phasing2026"]],
  ["in part, nothing", { outcome: "FUND_IN_PART", amountCents: 0n }, ["phasing2026"]],
  ["not at all", { outcome: "DO_NOT_FUND", amountCents: 0n }, []],
  ["not at all, with an amount", { outcome: "DO_NOT_FUND" }, ["phasing2026"]],
];
test.each(recommendations)("to recommend funding %s", (_what, change, wrong) => {
  expect(Object.keys(checkRecommendation({ ...recommended, ...change }))).toEqual(wrong);
});

test("a delegation covers its own limit, and without a limit anything", () => {
  const covers = [100n, 99n, null, undefined].map((limit) => isWithinDelegation(limit, 100n));
  expect(covers).toEqual([true, false, true, false]);
  expect(formatDelegation(100n)).toContain("$1.00");
});

test("of two delegations that reach as far, the first is taken", () => {
  expect(delegationFor([of("A", 200n), of("B", 200n)], 100n)).toEqual(of("A", 200n));
  expect(delegationFor([of("A", null), of("B", null)], 100n)).toEqual(of("A", null));
  expect(delegationFor([of("A", null), own(100n)], 50n)).toEqual(own(100n));
});

test("a deputy's decision is recorded with whom it was for", () => {
  expect([decidedBy("Kate", null), decidedBy("Kate", "Wiremu")]).toEqual(["Kate", "Kate for Wiremu"]);
  expect(decidedFor("Kate", null)).toEqual({ data: {} });
  expect(decidedFor("Kate", { id: "1", name: "Wiremu" })).toMatchObject({ data: { forId: "1", forName: "Wiremu" } });
  expect(decidedFor("Kate", { id: "1", name: "Wiremu" }).mfatNote).toContain("Kate for Wiremu");
});

test("a library of conditions has so many, each once and not too long", () => {
  const many = Array.from({ length: CONDITIONS_MAX + 1 }, (_, index) => `Condition ${index}`);
  const long = "x".repeat(CONDITION_CHARS_MAX);
  expect(checkConditions([])).toEqual({});
  expect(checkConditions(many.slice(1))).toEqual({});
  expect(checkConditions([long])).toEqual({});
  expect(checkConditions(many)).toHaveProperty("conditions");
  expect(checkConditions([`${long}x`]).conditions).toContain("Condition 1 ");
  expect(checkConditions(["short", `${long}x`]).conditions).toContain("Condition 2 ");
  expect(checkConditions(["a", "b", "a"]).conditions).toContain("“a”");
});

test("an offer's conditions are those of the library and its own, a line each", () => {
  expect(joinConditions(["a", "b"], "c")).toBe("a\nb\nc");
  expect([joinConditions(null, "c"), joinConditions(["a"], null), joinConditions(undefined, null)]).toEqual([
    "c",
    "a",
    "",
  ]);
});

test("an own delegation that suffices comes before a smaller one of somebody else", () => {
  expect(delegationFor([of("A", 50n), own(100n)], 40n)).toEqual(own(100n));
});

test("whoever reopens a decision needs a delegation for what was approved, or else recommended", () => {
  expect(decidedCents({ approvedCents: 100n, recommendedCents: 200n })).toBe(100n);
  expect(decidedCents({ approvedCents: null, recommendedCents: 200n })).toBe(200n);
  expect(decidedCents({ approvedCents: null, recommendedCents: null })).toBe(0n);
});

test("a decision that is reopened reserves again what it left of the recommendation, year by year", () => {
  const part = (kind: "REQUESTED" | "RECOMMENDED" | "APPROVED", startYear: number, cents: bigint) => ({
    kind,
    startYear,
    cents,
  });
  const recommended = [part("RECOMMENDED", 2026, 300n), part("RECOMMENDED", 2027, 200n)];
  expect(notReserved([part("REQUESTED", 2026, 900n), ...recommended])).toEqual([
    { startYear: 2026, cents: 300n },
    { startYear: 2027, cents: 200n },
  ]);
  const approved = [part("APPROVED", 2026, 100n), part("APPROVED", 2027, 200n)];
  expect(notReserved([...recommended, ...approved])).toEqual([{ startYear: 2026, cents: 200n }]);
});

test("who holds too little for a recommendation reads how much, and who holds enough", () => {
  expect(beyondDelegation(200_00n, 150_00n)).toBe("$200.00 is recommended, but you can only decide up to $150.00.");
  expect(whoElse(["Ruth", "Tom"])).toBe("Ruth or Tom can decide this.");
  expect(whoElse([])).toBe("Nobody else’s delegation is high enough. An administrator sets delegations.");
});

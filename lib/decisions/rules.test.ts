import { expect, test } from "vitest";
import { checkApproval, delegationFor, delegationWords, formatDelegation, highestDelegation } from "./rules.ts";

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

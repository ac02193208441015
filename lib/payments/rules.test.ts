import { expect, test } from "vitest";
import { checkClaim, yearsLeft } from "./rules.ts";

const at = (day: number) => new Date(Date.UTC(2026, 10, day));
const year = { startYear: 2026, committedCents: 1_000n, paidCents: 300n };
const claim = (state: "CLAIMED" | "APPROVED" | "PAID" | "RETURNED", cents: bigint) => ({
  startYear: 2026,
  state,
  cents,
});

test("what remains is committed, less paid, less what is claimed and waits", () => {
  const claims = [claim("CLAIMED", 100n), claim("APPROVED", 50n), claim("PAID", 300n), claim("RETURNED", 500n)];
  expect(yearsLeft([year, { startYear: 2027, committedCents: 0n, paidCents: 0n }], claims)).toEqual([
    { ...year, openCents: 150n, leftCents: 550n },
  ]);
});

test("GST may be nothing, and 15% with a rounding of its own for each line", () => {
  const left = yearsLeft([year], []);
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

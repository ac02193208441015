import { expect, test } from "vitest";
import {
  creditName,
  creditNumberProblem,
  creditReason,
  creditsToReverse,
  fateInWords,
  joinProblem,
  lineInWords,
  paymentPath,
  paymentsToReverse,
  settledByCredit,
  standingPayments,
  whyInWords,
} from "./rules.ts";

const line = (id: string, of: { reversesId?: string; isCredit?: boolean; settlesId?: string } = {}) => ({
  id,
  reversesId: of.reversesId ?? null,
  isCredit: of.isCredit ?? false,
  settlesId: of.settlesId ?? null,
});

test("a payment stands until a line reverses it; what reverses it and a credit note are none", () => {
  const lines = [line("1"), line("2", { reversesId: "1" }), line("3"), line("4", { isCredit: true })];
  expect(standingPayments(lines).map(({ id }) => id)).toEqual(["3"]);
  expect(standingPayments(lines.slice(0, 1)).map(({ id }) => id)).toEqual(["1"]);
  expect(standingPayments([])).toEqual([]);
});

test("what a credit note settles was not paid", () => {
  const lines = [line("1"), line("2"), line("3", { isCredit: true, settlesId: "2" }), line("6", { isCredit: true })];
  expect(standingPayments(lines).map(({ id }) => id)).toEqual(["1"]);
  expect(settledByCredit(lines).map(({ id }) => id)).toEqual(["2"]);
  expect(settledByCredit(lines.slice(0, 2))).toEqual([]);
  // For one credit note, it is what that one settled.
  const [, , settling, other] = lines;
  expect([settledByCredit(lines, settling).map(({ id }) => id), settledByCredit(lines, other)]).toEqual([["2"], []]);
});

test("a payment is taken back while all of it is free, and a credit note while its year has room for it", () => {
  const lines = [
    { ...line("1"), cents: 100n },
    { ...line("2"), cents: 60n },
    { ...line("3"), cents: 10n },
    { ...line("4", { reversesId: "3" }), cents: -10n },
    { ...line("5", { isCredit: true }), cents: -60n },
    { ...line("6", { isCredit: true }), cents: -20n },
    { ...line("7", { isCredit: true, reversesId: "6" }), cents: 20n },
  ];
  const payments = (freeCents: bigint) => paymentsToReverse(lines, { freeCents, roomCents: 0n }).map(({ id }) => id);
  expect([payments(100n), payments(99n), payments(59n)]).toEqual([["1", "2"], ["2"], []]);
  const credits = (roomCents: bigint) => creditsToReverse(lines, { freeCents: 0n, roomCents }).map(({ id }) => id);
  expect([credits(60n), credits(59n)]).toEqual([["5"], []]);
});

test("a credit note is named by its number, and its reason is said without it", () => {
  const reason = creditReason("CN 8", "Less. Much less");
  expect([creditName(reason), whyInWords({ reason })]).toEqual(["credit note CN 8", "Less. Much less"]);
  expect([creditName(null), whyInWords({ reason: null })]).toEqual(["a credit note", null]);
  // One from before its number was asked for.
  const old = "Agreed with Customs. See Credit note ";
  expect([creditName(old), whyInWords({ reason: old })]).toEqual(["Agreed with Customs", old]);
  const credit = { ...line("1", { isCredit: true }), cents: -1n, isReturn: false, reason: "Agreed by accounts" };
  expect(lineInWords(credit, 1n, [])).toBe("Agreed by accounts");
});

test("a document pays several claims of one day, each once", () => {
  const paidOn = new Date("2026-11-20");
  const paid = { key: "FIN1", claimId: "a", reference: "PSF-2026-0001", number: 2, paidOn, isReturned: false };
  expect(joinProblem([paid], "b", new Date("2026-11-20"))).toBeNull();
  expect(joinProblem([], "a", paidOn)).toBeNull();
  expect(joinProblem([paid], "a", paidOn)).toEqual({
    reference: "This claim has already been paid with this reference",
  });
  // A claim that is not recorded yet can have no line of its own.
  expect(joinProblem([{ ...paid, claimId: null }], null, paidOn)).toBeNull();
  const elsewhen = (number: number | null) => joinProblem([{ ...paid, number }], "b", new Date("2026-11-21"));
  expect(elsewhen(2)).toEqual({
    reference: "PSF-2026-0001/2 was paid with this reference on 20 November 2026. Enter that day, or another reference",
  });
  // The bank’s own document is used up for the claim that it returned, and for no other; unless it never came back.
  const returned = { ...paid, isReturned: true };
  expect(joinProblem([returned], "a", paidOn)).toBeNull();
  expect(joinProblem([returned], "a", new Date("2026-11-21"))?.reference).toMatch(
    /^The bank sent back the payment with this reference/,
  );
  expect(joinProblem([returned], "b", new Date("2026-11-21"))).toBeNull();
  const again = { ...returned, paidOn: new Date("2026-11-21") };
  expect(joinProblem([returned, again], "a", new Date("2026-11-21"))).toBeNull();
  expect(elsewhen(null)?.reference).toMatch(/^PSF-2026-0001 was paid with this reference/);
});

test("a payment document has a page of its own", () => {
  expect(paymentPath("7")).toBe("/payments/7");
});

test("a credit note of a claim is one however its number is typed", () => {
  const paidOn = new Date("2026-11-20");
  const own = { id: "1", reversesId: null, settlesId: null, paidOn };
  const credit = (number: string, isCredit = true) => ({ ...own, isCredit, reason: creditReason(number, "Too much") });
  const said = (number: string) =>
    `Credit note ${number} has already been recorded for this claim, on 20 November 2026`;
  for (const typed of ["CN-1", "cn 1", "ＣＮ１"]) {
    expect([typed, creditNumberProblem([credit("CN-1")], typed)]).toEqual([typed, said("CN-1")]);
  }
  expect(creditNumberProblem([credit("Nr. 7")], "nr 7")).toBe(said("Nr. 7"));
  expect(creditNumberProblem([credit("CN-1")], "CN-11")).toBeNull();
  expect(creditNumberProblem([credit("CN-1", false), { ...credit("CN-1"), reason: null }], "CN-1")).toBeNull();
  // One that was corrected away can be recorded again.
  const reversed = { ...credit("CN-1"), id: "2", reversesId: "1" };
  expect(creditNumberProblem([credit("CN-1"), reversed], "CN-1")).toBeNull();
  expect(creditNumberProblem([], "–")).toBe("Credit note number must include a letter or a number");
});

test("a line of a payment says what it is, and what became of it", () => {
  const line = (id: string, cents: bigint, more = {}) => ({
    ...{ id, cents, isCredit: false, isReturn: false, reason: null as string | null },
    ...{ reversesId: null as string | null, settlesId: null as string | null, ...more },
  });
  const lines = [
    line("part", 40n),
    line("whole", 100n),
    line("back", -100n, { reversesId: "whole", isReturn: true, reason: "Closed account" }),
    line("wrong", 90n),
    line("fixed", -90n, { reversesId: "wrong", reason: "Typed wrongly" }),
    line("settled", 60n),
    line("credit", -60n, { isCredit: true, settlesId: "settled", reason: creditReason("CN 8", "Less. Much less") }),
    line("undone", 60n, { isCredit: true, reversesId: "credit", reason: "Not ours" }),
  ];
  const said = lines.map((one) => [lineInWords(one, 100n, lines), fateInWords(one, lines)]);
  expect(said).toEqual([
    ["Part payment", null],
    ["Payment", "sent back later"],
    ["Sent back by the bank", null],
    ["Part payment", "corrected later"],
    ["Correction of a payment", null],
    ["Settled by a credit note. No money was paid", null],
    ["Credit note CN 8", "corrected later"],
    ["Credit note taken back", null],
  ]);
  expect(lineInWords(line("old", 1n), null, [])).toBe("Payment");
});

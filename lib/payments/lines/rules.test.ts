import { expect, test } from "vitest";
import { joinProblem, standingPayments } from "./rules.ts";

const line = (id: string, of: { reversesId?: string; isCredit?: boolean } = {}) => ({
  id,
  reversesId: of.reversesId ?? null,
  isCredit: of.isCredit ?? false,
});

test("a payment stands until a line reverses it; what reverses it and a credit note are none", () => {
  const lines = [line("1"), line("2", { reversesId: "1" }), line("3"), line("4", { isCredit: true })];
  expect(standingPayments(lines).map(({ id }) => id)).toEqual(["3"]);
  expect(standingPayments(lines.slice(0, 1)).map(({ id }) => id)).toEqual(["1"]);
  expect(standingPayments([])).toEqual([]);
});

test("a document pays several claims of one day, each once", () => {
  const paidOn = new Date("2026-11-20");
  const paid = { key: "FIN1", claimId: "a", reference: "PSF-2026-0001", number: 2, paidOn };
  expect(joinProblem([paid], "b", new Date("2026-11-20"))).toBeNull();
  expect(joinProblem([], "a", paidOn)).toBeNull();
  expect(joinProblem([paid], "a", paidOn)).toEqual({ reference: "This claim was paid with this reference already" });
  // A claim that is not recorded yet can have no line of its own.
  expect(joinProblem([{ ...paid, claimId: null }], null, paidOn)).toBeNull();
  const elsewhen = (number: number | null) => joinProblem([{ ...paid, number }], "b", new Date("2026-11-21"));
  expect(elsewhen(2)).toEqual({
    reference: "PSF-2026-0001/2 was paid with this reference on 20 November 2026. Enter that day, or another reference",
  });
  expect(elsewhen(null)?.reference).toMatch(/^PSF-2026-0001 was paid with this reference/);
});

// A year's statement: the rows of what moved after its last day, and its list.
import { expect, test } from "vitest";
import { final, live, row, rows } from "#lib/testing/statement.ts";
import { afterJuneRows, namedIn, rowsOf, statementSheet, sumOf } from "./rules.ts";

test("after June, what was paid is always said, and what was recovered or changed where there is any", () => {
  const none = { envelopeCents: 0n, reservedCents: 0n, committedCents: 0n, paidCents: 0n, recoveredCents: 0n };
  const said = (more: Partial<typeof none>) => afterJuneRows({ ...none, ...more });
  const like = (key: string, name: string, more: object) => ({
    ...{ section: "AFTER_JUNE", key, name },
    ...{ envelopeCents: 0n, reservedCents: 0n, committedCents: 0n, paidCents: 0n },
    ...more,
  });
  const paid = (paidCents: bigint) => like("paid", "Paid after 30 June for this year’s work", { paidCents });
  expect(said({})).toEqual([paid(0n)]);
  expect(said({ paidCents: 12n, recoveredCents: -2n })).toEqual([
    paid(12n),
    like("recovered", "Recovered after 30 June", { paidCents: -2n }),
  ]);
  expect(said({ reservedCents: -1n, committedCents: 1n })).toEqual([
    paid(0n),
    like("other", "Other changes after 30 June", { reservedCents: -1n, committedCents: 1n }),
  ]);
});

test("its list has the same rows", () => {
  const sheet = statementSheet(final);
  // A final statement's is of the moment of its closing, whenever it is made.
  expect([sheet.fixedAt, statementSheet(live).fixedAt]).toEqual([final.at, undefined]);
  expect(sheet).toMatchObject({ title: "Statement 2026/27", marking: "IN-CONFIDENCE" });
  expect(sheet.about.join(" ")).toMatch(/^Final statement, .*closed\. .*GST exclusive\.$/);
  expect(statementSheet(live).about.join(" ")).toMatch(/^Not final\. .*GST exclusive\.$/);
  expect(sheet.rows).toHaveLength(rows.length);
  expect(sheet.rows[0]).toEqual(["Year", "2026/27", "", 100_00n, 5_00n, 60_00n, 20_00n, 40_00n]);
  const later = [
    row("AFTER_JUNE", "Recovered after 30 June", { paidCents: -2_00n }),
    row("ACCRUAL", "PSF-2026-0001/2 Boats", { detail: "Customs", accruedCents: -5_00n }),
    row("ADVANCE", "PSF-2026-0001/1 Boats", { detail: "Customs", paidCents: 8_00n }),
  ];
  expect(statementSheet({ ...final, rows: later }).rows).toEqual([
    ["After 30 June", "Recovered after 30 June", "", 0n, 0n, 0n, -2_00n, 0n],
    ["Accrued", "PSF-2026-0001/2 Boats", "Customs", 0n, 0n, 0n, 0n, -5_00n],
    ["Advance to be accounted for", "PSF-2026-0001/1 Boats", "Customs", 0n, 0n, 0n, 8_00n, 0n],
  ]);
});

test("a line names an initiative, or a claim of one, at the head of its name alone", () => {
  expect(namedIn("PSF-2026-0001 Boats")).toEqual({ reference: "PSF-2026-0001", claim: undefined });
  expect(namedIn("PSF-2026-0001/12 Boats")).toEqual({ reference: "PSF-2026-0001", claim: "12" });
  for (const none of ["About PSF-2026-0001", "Not assigned to you", "2026/27", ""]) expect(namedIn(none)).toEqual({});
});

test("a section has its rows alone, and their sum in dollars", () => {
  const agencies = rowsOf(final, "AGENCY");
  expect(agencies.map(({ name }) => name)).toEqual(["Customs", "Police"]);
  expect([sumOf(agencies, "committedCents"), sumOf([], "paidCents")]).toEqual(["$60.00", "$0.00"]);
});

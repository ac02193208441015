import { expect, test } from "vitest";
import { claimsTotals, formatGst, sumGst } from "./rules.ts";

const claim = (name: string, startYear: number, cents: bigint) => ({
  startYear,
  cents,
  gstCents: cents / 10n,
  application: { agency: { name } },
});

test("claims are added up for each agency and year, the agencies by name and their earlier year first", () => {
  const claims = [
    claim("NZDF", 2026, 300n),
    claim("Customs", 2027, 50n),
    claim("NZDF", 2025, 20n),
    claim("Customs", 2026, 10n),
    claim("NZDF", 2026, 700n),
  ];
  expect(claimsTotals(claims)).toEqual([
    { agency: "Customs", startYear: 2026, count: 1, cents: 10n, gstCents: 1n },
    { agency: "Customs", startYear: 2027, count: 1, cents: 50n, gstCents: 5n },
    { agency: "NZDF", startYear: 2025, count: 1, cents: 20n, gstCents: 2n },
    { agency: "NZDF", startYear: 2026, count: 2, cents: 1000n, gstCents: 100n },
  ]);
  expect(claimsTotals([])).toEqual([]);
});

test("the GST of a sum with the rest of a claim is not known, and is no zero", () => {
  const [whole, rest] = [claim("NZDF", 2026, 300n), { ...claim("NZDF", 2026, 20n), gstCents: null }];
  expect(claimsTotals([whole, rest, claim("Customs", 2026, 10n)]).map(({ gstCents }) => gstCents)).toEqual([1n, null]);
  expect([sumGst([whole]), sumGst([whole, rest]), sumGst([])].map(formatGst)).toEqual(["$0.30", "–", "$0.00"]);
});

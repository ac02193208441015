import { expect, test } from "vitest";
import { formatPhasing, overEnvelope, type Position, phasedTotal } from "./rules.ts";

const position = (startYear: number, availableCents: bigint): Position => ({
  startYear,
  envelopeCents: 270_000_000n,
  reservedCents: 270_000_000n - availableCents,
  committedCents: 0n,
  paidCents: 0n,
  availableCents,
  pipelineCents: 0n,
});

test("a phasing is its years with money, and their sum", () => {
  const phasing = [
    { startYear: 2026, cents: 10_000_000n },
    { startYear: 2027, cents: 0n },
    { startYear: 2028, cents: 5_000_001n },
  ];
  expect(formatPhasing(phasing)).toBe("2026/27 $100,000.00 · 2028/29 $50,000.01");
  expect(phasedTotal(phasing)).toBe(15_000_001n);
  expect(formatPhasing([])).toBe("");
});

test("a year that cannot hold its part is named with what is available; to the cent it fits", () => {
  const positions = [position(2026, 10_000_000n), position(2027, 0n)];
  const over = (...cents: bigint[]) =>
    overEnvelope(
      cents.map((one, index) => ({ startYear: 2026 + index, cents: one })),
      positions,
    );
  expect(over(10_000_000n)).toEqual([]);
  expect(over(10_000_001n)).toEqual(["Only $100,000.00 is available in 2026/27."]);
  expect(over(10_000_000n, 1n)).toEqual(["Only $0.00 is available in 2027/28."]);
  expect(over(0n, 0n, 1n)).toEqual(["Only $0.00 is available in 2028/29."]);
});

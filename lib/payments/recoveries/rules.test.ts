import { expect, test } from "vitest";
import { recoveriesToReverse, recoveryInWords, standingRecoveries } from "./rules.ts";

const recovery = (id: string, day: number, more = {}) => ({
  ...{ id, receivedOn: new Date(Date.UTC(2026, 10, day)), startYear: 2026, cents: 100_000n, reference: `R${id}` },
  ...{ reversesId: null as string | null, ...more },
});
const ALL = [
  recovery("3", 25),
  recovery("1", 20),
  recovery("2", 23, { cents: 40_000n, startYear: 2025 }),
  recovery("wrong", 21),
  recovery("reversal", 26, { reversesId: "wrong", cents: -100_000n }),
];

test("what came back stands until a line reverses it, the earliest first", () => {
  expect(standingRecoveries(ALL).map(({ id }) => id)).toEqual(["1", "2", "3"]);
  expect(standingRecoveries([])).toEqual([]);
});

test("what came back can be reversed up to what its own year has left", () => {
  const left = (of2025: bigint, of2026: bigint) =>
    recoveriesToReverse(ALL, (startYear) => (startYear === 2025 ? of2025 : of2026)).map(({ id }) => id);
  expect(left(40_000n, 100_000n)).toEqual(["1", "2", "3"]);
  expect(left(40_000n, 99_999n)).toEqual(["2"]);
  expect(left(39_999n, 100_000n)).toEqual(["1", "3"]);
});

test("what came back is said with its day and reference: all of a claim, a part of it, or that it did not", () => {
  const words = (of: { cents: bigint; reversesId?: string }) => recoveryInWords(recovery("7", 20, of), 100_000n);
  expect(words({ cents: 100_000n })).toBe("Received back on 20 November 2026, R7");
  expect(words({ cents: 40_000n })).toBe("$400.00 received back on 20 November 2026, R7");
  expect(words({ cents: -40_000n, reversesId: "6" })).toBe("Recovery of $400.00 on 20 November 2026, R7, was reversed");
});

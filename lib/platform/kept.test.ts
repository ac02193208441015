import { afterEach, expect, test } from "vitest";
import { shiftClock } from "./clock.ts";
import { keptFor } from "./kept.ts";

afterEach(() => shiftClock(0));

test("it is made once for all who ask within its minutes, and anew after them", async () => {
  let made = 0;
  const count = keptFor(10, async () => ++made);
  expect(await Promise.all([count(), count(), count()])).toEqual([1, 1, 1]);
  shiftClock(9 * 60_000);
  expect(await count()).toBe(1);
  shiftClock(11 * 60_000);
  expect(await count()).toBe(2);
});

test("what could not be made is tried again by who asks next", async () => {
  let tries = 0;
  const count = keptFor(10, async () => {
    if (++tries === 1) throw new Error("away");
    return tries;
  });
  await expect(count()).rejects.toThrow("away");
  expect([await count(), await count()]).toEqual([2, 2]);
});

import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

/** Whether it has come by now. */
const isHere = async (promise: Promise<unknown>): Promise<boolean> =>
  (await Promise.race([promise.then(() => true), new Promise((done) => setImmediate(done, false))])) === true;

test("so many work at once, the next has its turn when one is made, and too many are sent away", async () => {
  const turns = new Turns(1, 1, 10);
  const first = await turns.take();
  const second = turns.take();
  expect(await isHere(second)).toBe(false);
  expect(await turns.take()).toBeNull();
  first?.isMade();
  first?.isMade();
  expect(await isHere(second)).toBe(true);
  const third = turns.take();
  expect(await isHere(third)).toBe(false);
  (await second)?.end();
  (await third)?.end();
});

test("what was made and is not fetched yet is counted until it is", async () => {
  const turns = new Turns(1, 1, 2);
  const made = [await turns.take()];
  made[0]?.isMade();
  made.push(await turns.take());
  made[1]?.isMade();
  expect(await turns.take()).toBeNull();
  made[0]?.end();
  made[0]?.end();
  const next = await turns.take();
  expect(next).not.toBeNull();
  expect(await turns.take()).toBeNull();
});

test("whoever goes away while they wait takes nobody's turn", async () => {
  const turns = new Turns(1, 2, 10);
  const first = await turns.take();
  const gone = new AbortController();
  const second = turns.take(gone.signal);
  const third = turns.take();
  gone.abort(new Error("gone"));
  await expect(second).rejects.toThrow("gone");
  first?.end();
  expect(await isHere(third)).toBe(true);
});

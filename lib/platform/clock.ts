/** Now, asked in one place: rules are given it, so that tests can name the second they mean. */
export const now = (): Date => new Date(Date.now() + offsetMs);

let offsetMs = 0;

/** For the demo's history and for tests: the clock stands this far from the machine's. Answers the former offset. */
export function shiftClock(toMs: number): number {
  const before = offsetMs;
  offsetMs = toMs;
  return before;
}

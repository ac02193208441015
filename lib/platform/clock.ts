/** The current time, read in one place. Rules take it as an argument, so that tests can choose the exact second. */
export const now = (): Date => new Date(Date.now() + offsetMs);

let offsetMs = 0;

/**
 * For the demonstration's history and for tests: moves the clock this far from the machine's. Returns the previous
 * offset.
 */
export function shiftClock(toMs: number): number {
  const before = offsetMs;
  offsetMs = toMs;
  return before;
}

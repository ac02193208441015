// Random tests choose differently in every run, all from one seed: bin/test.mjs prints it and accepts it again as
// TEST_SEED.
import fc from "fast-check";
import { seed } from "../../bin/test-server.ts";

/**
 * Tries that many random cases and fails with the first that breaks. A case that writes to a database is not shrunk.
 */
export const tryAll = <Case>(property: fc.IAsyncProperty<Case>, numRuns: number): Promise<void> =>
  fc.assert(property, { seed: seed(), numRuns, endOnFailure: true });

/**
 * Steers random choices towards what a test has to see. By chance alone some names come up often and some never: here
 * the name that was tried least is tried next, and chance decides among equals.
 */
export class Balance<Name extends string> {
  private readonly tried = new Map<Name, number>();
  private readonly taken = new Map<Name, number>();

  /** One of the names that were tried least so far; `choice`: a random whole number. Counts it as tried. */
  next(names: readonly Name[], choice: number): Name {
    const least = Math.min(...names.map((name) => this.tried.get(name) ?? 0));
    const rarest = names.filter((name) => (this.tried.get(name) ?? 0) === least);
    const name = rarest[choice % rarest.length];
    if (name === undefined) throw new Error("There is nothing to choose from.");
    this.tried.set(name, least + 1);
    return name;
  }

  /** Counts that what was tried was also done, and not refused. */
  took(name: Name): void {
    this.taken.set(name, (this.taken.get(name) ?? 0) + 1);
  }

  /** Those of the names that were never done. */
  missing(names: readonly Name[]): Name[] {
    return names.filter((name) => !this.taken.has(name));
  }

  /** "ask 12, confirm 5" */
  words(): string {
    return [...this.taken].map(([name, count]) => `${name} ${count}`).join(", ");
  }
}

/** Random numbers from one seed, one after another: whole numbers from 0 to less than `below`. */
export function diceOf(from: number): (below: number) => number {
  let state = from | 0;
  return (below) => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

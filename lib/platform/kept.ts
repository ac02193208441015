import { now } from "./clock.ts";

/**
 * What is the same for everybody, made anew after so many minutes at the earliest: whoever asks meanwhile gets what is there. What
 * could not be made is not kept.
 */
export function keptFor<T>(minutes: number, make: () => Promise<T>): () => Promise<T> {
  let kept: { until: number; made: Promise<T> } | null = null;
  return () => {
    if (kept && now().getTime() < kept.until) return kept.made;
    const made = make();
    const own = { until: now().getTime() + minutes * 60_000, made };
    kept = own;
    made.catch(() => {
      if (kept === own) kept = null;
    });
    return made;
  };
}

import { now } from "./clock.ts";

/**
 * Caches what is the same for everybody, and renews it after that many minutes at the earliest: until then callers get
 * the cached value. Failures are not cached.
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

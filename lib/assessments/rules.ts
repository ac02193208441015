import { SCORE_MAX } from "../fund/schema.ts";

export type Score = { criterionId: string; score: number | null };
type Weight = { id: string; weight: number };

/**
 * The weighted total out of 100, rounded to a whole number: each score's part of the scale by its weight. Null while a
 * score is missing.
 */
export function weightedTotal(criteria: readonly Weight[], scores: readonly Score[]): number | null {
  let total = 0;
  for (const { id, weight } of criteria) {
    const score = scores.find((one) => one.criterionId === id)?.score;
    if (score === null || score === undefined) return null;
    total += (score / SCORE_MAX) * weight;
  }
  return Math.round(total);
}

/** A declaration in words, without what the interest is. */
export function interestWords({ hasInterest, isRecused }: { hasInterest: boolean; isRecused: boolean }): string {
  if (!hasInterest) return "No interest";
  return isRecused ? "An interest: recused" : "An interest: cleared";
}

/** The distance between the highest and the lowest of several totals or scores; null with fewer than two. */
export function spread(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length < 2 ? null : Math.max(...known) - Math.min(...known);
}

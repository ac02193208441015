/**
 * A year's envelope by where its money comes from, in cents: envelope = new + carried. What is asked for and not confirmed is
 * no part of it.
 */
export type EnvelopeParts = {
  startYear: number;
  envelopeCents: bigint;
  newCents: bigint;
  /** Carried into the year, less what was carried out of it; corrections counted. */
  carriedCents: bigint;
  askedIntoCents: bigint;
  askedFromCents: bigint;
};

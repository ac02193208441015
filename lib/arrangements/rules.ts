import { formatCents } from "../money.ts";

/** What of an acquittal is wrong: more was spent than was committed. */
export const checkAcquittal = (actualCents: bigint, committedCents: bigint): Record<string, string> =>
  actualCents > committedCents
    ? { actual: `Actual cost must be ${formatCents(committedCents)} or less: that is what was committed` }
    : {};

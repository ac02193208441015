import type { Marking } from "../db/generated/enums.ts";

const RANKED: readonly Marking[] = ["UNCLASSIFIED", "IN_CONFIDENCE", "SENSITIVE", "RESTRICTED"];

/** The marking of a page that shows several applications: the highest of theirs. UNCLASSIFIED where there are none. */
export function highestMarking(markings: Iterable<Marking>): Marking {
  let highest = 0;
  for (const marking of markings) highest = Math.max(highest, RANKED.indexOf(marking));
  return RANKED[highest] ?? "RESTRICTED";
}

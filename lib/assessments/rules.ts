import { SCORE_MAX } from "#lib/fund/schema.ts";
import type { Role } from "#lib/lifecycle/permissions.ts";
import type { AssessmentStatus } from "#lib/platform/db/generated/enums.ts";

export type Score = { criterionId: string; score: number | null };
type Weight = { id: string; weight: number };

/**
 * The exact weighted total out of 100, so that it is the same wherever it is shown: each score's share of the scale
 * times its weight, in quarters of a point. Null while a score is missing.
 */
export function weightedTotal(criteria: readonly Weight[], scores: readonly Score[]): number | null {
  let total = 0;
  for (const { id, weight } of criteria) {
    const score = scores.find((one) => one.criterionId === id)?.score;
    if (score === null || score === undefined) return null;
    total += (score / SCORE_MAX) * weight;
  }
  return total;
}

/** For a query: people who may be asked to assess an application. */
export const mayAssess = (applicationId: string) =>
  ({
    side: "MFAT",
    endedAt: null,
    roles: { some: { role: "ASSESSOR" } },
    declarations: { none: { applicationId, isRecused: true } },
  }) as const;

/** An assessor's name as the heading of their scores. */
export const assessorHeading = ({ assessor, status }: { assessor: string; status: AssessmentStatus }): string =>
  status === "SET_ASIDE" ? `${assessor} (set aside)` : assessor;

/** The difference between the highest and the lowest of several totals or scores; null with fewer than two. */
export function spread(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length < 2 ? null : Math.max(...known) - Math.min(...known);
}

/** Who may see scores although they are not an assessor of the application. */
export const SCORE_READERS = [
  "DESK",
  "BUDGET",
  "APPROVER",
  "AUDITOR",
  "ADMINISTRATOR",
] as const satisfies readonly Role[];

type Covered = {
  state: string;
  roles: ReadonlySet<Role>;
  /** The reader's own assessment; null where nothing was assigned. */
  own: AssessmentStatus | null;
  /** Whether the reader has another part in the application, and so cannot be assigned. */
  hasOtherDuty: boolean;
  isStillAssessed: boolean;
};

/** Whether the scores of others are hidden from a reader: while they assess it themselves, or may still be asked to. */
export const isCovered = ({ state, roles, own, hasOtherDuty, isStillAssessed }: Covered): boolean =>
  own === null || own === "UNASSIGNED"
    ? state === "ASSESSMENT" && roles.has("ASSESSOR") && !hasOtherDuty
    : isStillAssessed;

type Assessed = { status: AssessmentStatus; scores: readonly Score[] };

/** How far apart the complete assessments score a criterion; null with fewer than two. */
export const criterionSpread = (assessments: readonly Assessed[], criterionId: string): number | null =>
  spread(
    assessments
      .filter(({ status }) => status === "COMPLETE")
      .map(({ scores }) => scores.find((one) => one.criterionId === criterionId)?.score ?? null),
  );

/** A record with its criteria by disagreement, the largest first; ties stay in the round's order. */
export const byDisagreement = <Record extends { criteria: readonly Weight[]; assessments: readonly Assessed[] }>(
  record: Record,
): Record => ({
  ...record,
  criteria: record.criteria.toSorted(
    (a, b) => (criterionSpread(record.assessments, b.id) ?? 0) - (criterionSpread(record.assessments, a.id) ?? 0),
  ),
});

type Commented = {
  status: AssessmentStatus;
  assessor: string;
  scores: readonly { criterionId: string; score: number | null; comment: string }[];
};
/** What an assessor wrote with a score. */
export type Comment = { criterion: string; assessor: string; score: number; comment: string };

/**
 * The comments with the highest and the lowest scores of the complete assessments, each for a different criterion,
 * greater weights first. There are none for the lowest where nothing scored less than the highest.
 */
export function strongestComments(
  { criteria, assessments }: { criteria: readonly (Weight & { name: string })[]; assessments: readonly Commented[] },
  most = 2,
): { highest: Comment[]; lowest: Comment[] } {
  const lines = assessments
    .filter(({ status }) => status === "COMPLETE")
    .flatMap(({ assessor, scores }) =>
      scores.flatMap(({ criterionId, score, comment }) => {
        const criterion = criteria.find(({ id }) => id === criterionId);
        return criterion && score !== null ? [{ criterion, assessor, score, comment }] : [];
      }),
    )
    .sort((a, b) => b.criterion.weight - a.criterion.weight);
  const first = (sorted: typeof lines): Comment[] =>
    sorted
      .filter((line, index) => sorted.findIndex(({ criterion }) => criterion === line.criterion) === index)
      .slice(0, most)
      .map(({ criterion, ...line }) => ({ ...line, criterion: criterion.name }));
  const highest = first(lines.toSorted((a, b) => b.score - a.score));
  const least = Math.min(...highest.map(({ score }) => score));
  const lowest = first(lines.filter(({ score }) => score < least).sort((a, b) => a.score - b.score));
  return { highest, lowest };
}

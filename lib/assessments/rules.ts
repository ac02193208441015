import { SCORE_MAX } from "#lib/fund/schema.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import type { AssessmentStatus, Marking } from "#lib/platform/db/generated/enums.ts";
import { makeSheet, type Sheet, type SheetColumn } from "#lib/platform/sheet.ts";

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

type Assessed = { status: AssessmentStatus; scores: readonly Score[] };

/** How far apart the complete assessments score a criterion; null with fewer than two. */
export const apart = (assessments: readonly Assessed[], criterionId: string): number | null =>
  spread(
    assessments
      .filter(({ status }) => status === "COMPLETE")
      .map(({ scores }) => scores.find((one) => one.criterionId === criterionId)?.score ?? null),
  );

/** A record with its criteria by disagreement, the largest first; those as far apart stay in the round's order. */
export const byDisagreement = <Record extends { criteria: readonly Weight[]; assessments: readonly Assessed[] }>(
  record: Record,
): Record => ({
  ...record,
  criteria: record.criteria.toSorted(
    (a, b) => (apart(record.assessments, b.id) ?? 0) - (apart(record.assessments, a.id) ?? 0),
  ),
});

type RegisteredInterest = {
  by: string;
  person: { email: string };
  application: { reference: string; title: string; marking: Marking; agency: { name: string } };
  declaredAt: Date;
  hasInterest: boolean;
  isRecused: boolean;
  description: string | null;
  clearedBy: string | null;
  clearedAt: Date | null;
  clearReason: string | null;
};

const INTEREST_COLUMNS: readonly SheetColumn<RegisteredInterest>[] = [
  { header: "Who", kind: "text", value: ({ by }) => by },
  { header: "Email address", kind: "text", width: 30, value: ({ person }) => person.email },
  { header: "Reference", kind: "text", width: 15, value: ({ application }) => application.reference },
  { header: "Initiative", kind: "text", width: 44, value: ({ application }) => application.title },
  { header: "Agency", kind: "text", value: ({ application }) => application.agency.name },
  { header: "Marking", kind: "text", value: ({ application }) => MARKING_LABELS[application.marking] },
  { header: "Declared", kind: "text", width: 30, value: ({ declaredAt }) => formatInstant(declaredAt) },
  { header: "Declaration", kind: "text", value: interestWords },
  { header: "Interest", kind: "text", width: 44, value: ({ description }) => description || null },
  { header: "Cleared by", kind: "text", value: ({ clearedBy }) => clearedBy },
  { header: "Cleared", kind: "text", width: 30, value: ({ clearedAt }) => clearedAt && formatInstant(clearedAt) },
  { header: "Why it was cleared", kind: "text", width: 44, value: ({ clearReason }) => clearReason },
];

/** The register of interests as a file. */
export function interestSheet(rows: readonly RegisteredInterest[], isRecused: boolean, at: Date): Sheet {
  return makeSheet({
    title: "Interests",
    marking: MARKING_LABELS[highestMarking(rows.map(({ application }) => application.marking))],
    about: [`${isRecused ? "Who is recused." : "Every declaration."} The newest first. Made ${formatInstant(at)}.`],
    columns: INTEREST_COLUMNS,
    rows,
  });
}

import type { AssessmentStatus } from "../db/generated/enums.ts";
import { db } from "../db.ts";
import type { Option } from "../fields.ts";
import { listCriteria } from "../fund/queries.ts";
import type { MfatActor } from "../permissions.ts";
import { spread, weightedTotal } from "./rules.ts";
import type { ScoredCriterion } from "./schema.ts";

type ScoreLine = { criterionId: string; score: number | null; comment: string };

export type AssessmentView = {
  assessorId: string;
  assessor: string;
  status: AssessmentStatus;
  hasDeclared: boolean;
  versionNumber: number;
  completedAt: Date | null;
  scores: ScoreLine[];
  total: number | null;
};

export type AssessmentRecord = {
  criteria: ScoredCriterion[];
  assessments: AssessmentView[];
  agreed: { scores: ScoreLine[]; total: number | null };
  spread: number | null;
};

/**
 * The assessments of an application and what was agreed. While it is being assessed nobody reads the scores of an
 * assessor who is not done, and assessors read none but their own.
 */
export async function readAssessments(
  actor: MfatActor,
  application: { id: string; roundId: string; state: string },
): Promise<AssessmentRecord> {
  const [criteria, rows, agreedRows, declarations] = await Promise.all([
    listCriteria(db(), application.roundId),
    db().assessment.findMany({
      where: { applicationId: application.id },
      include: { scores: true },
      orderBy: { assignedAt: "asc" },
    }),
    db().agreedScore.findMany({ where: { applicationId: application.id } }),
    db().interestDeclaration.findMany({ where: { applicationId: application.id } }),
  ]);
  const people = await db().person.findMany({
    where: { id: { in: rows.map((row) => row.assessorId) } },
    select: { id: true, name: true },
  });
  const isAssessor = rows.some(({ assessorId }) => assessorId === actor.personId);
  const assessments = rows.map((row): AssessmentView => {
    const isOwn = row.assessorId === actor.personId;
    const isShown = isOwn || (row.status === "COMPLETE" && !(isAssessor && application.state === "ASSESSMENT"));
    return {
      ...row,
      assessor: people.find(({ id }) => id === row.assessorId)?.name ?? "",
      hasDeclared: declarations.some(({ personId }) => personId === row.assessorId),
      scores: isShown ? row.scores : [],
      total: isShown ? weightedTotal(criteria, row.scores) : null,
    };
  });
  return {
    criteria,
    assessments,
    agreed: { scores: agreedRows, total: weightedTotal(criteria, agreedRows) },
    spread: spread(assessments.filter(({ status }) => status === "COMPLETE").map(({ total }) => total)),
  };
}

/** Who may be assigned to an application: assessors without another part in it, and those who are assigned already. */
export async function listAssessorOptions(_actor: MfatActor, applicationId: string): Promise<Option[]> {
  const people = await db().person.findMany({
    where: {
      side: "MFAT",
      endedAt: null,
      roles: { some: { role: "ASSESSOR" } },
      duties: { none: { applicationId, kind: { not: "ASSESS" } } },
    },
    select: { id: true, name: true },
    orderBy: { name: "asc" },
  });
  return people.map(({ id, name }) => ({ value: id, label: name }));
}

import type { Option } from "#lib/form/fields.ts";
import { listCriteria, type ReadWith } from "#lib/fund/queries.ts";
import { type Actor, can, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { readNamesOfDay, scopeOf } from "#lib/lifecycle/queries.ts";
import { toldApart } from "#lib/lifecycle/rules.ts";
import { now } from "#lib/platform/clock.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import type { AssessmentStatus } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { spread, weightedTotal } from "./rules.ts";
import { REOPENED, type ScoredCriterion } from "./schema.ts";

type ScoreLine = { criterionId: string; score: number | null; comment: string };

type AssessmentView = {
  assessorId: string;
  assessor: string;
  status: AssessmentStatus;
  hasDeclared: boolean;
  versionNumber: number;
  /** Null: nobody said, or it is from before they did. */
  dueOn: Date | null;
  completedAt: Date | null;
  setAsideReason: string | null;
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
 * The assessments of an application and what was agreed. Nobody reads the scores of an assessor who is not done, and
 * while it is being assessed an assessor reads none but their own until every one is complete. An adviser reads none, nor does
 * anybody to whom the application is not open: they have not declared their interests, or have one.
 */
export async function readAssessments(
  actor: MfatActor,
  application: ReadWith & { id: string; state: string; isOpen: boolean },
): Promise<AssessmentRecord> {
  if (!application.isOpen || !can(actor, "assessment:read"))
    return { criteria: [], assessments: [], agreed: { scores: [], total: null }, spread: null };
  const [criteria, rows, agreedRows, declarations] = await Promise.all([
    listCriteria(db(), application),
    db().assessment.findMany({
      where: { applicationId: application.id },
      include: { scores: true },
      orderBy: { holder: { since: "asc" } },
    }),
    db().agreedScore.findMany({ where: { applicationId: application.id } }),
    db().interestDeclaration.findMany({ where: { applicationId: application.id } }),
  ]);
  const nameOf = await readNamesOfDay(
    db(),
    rows.map(({ assessorId }) => assessorId),
  );
  const isAssessor = rows.some(({ assessorId }) => assessorId === actor.personId);
  const isWaiting = isStillAssessed(application.state, rows);
  const assessments = rows.map((row): AssessmentView => {
    const isOwn = row.assessorId === actor.personId;
    const isDone = row.status === "COMPLETE" || row.status === "SET_ASIDE";
    const isShown = isOwn || (isDone && !(isAssessor && isWaiting));
    return {
      ...row,
      assessor: nameOf(row.assessorId, row.completedAt ?? now()),
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

type EarlierScores = { id: bigint; assessor: string; at: Date | null; total: number | null; scores: ScoreLine[] };

/**
 * What assessors completed before their assessments were opened again, the newest first. An assessor reads another's as
 * they read the scores of now: once every assessment is complete.
 */
export async function listEarlierScores(
  actor: MfatActor,
  { id: applicationId, state }: { id: string; state: string },
  { assessments }: AssessmentRecord,
): Promise<EarlierScores[]> {
  const events = await db().auditEvent.findMany({
    where: { applicationId, application: scopeOf(actor), action: { in: ["reopenAssessment", "returnAssessment"] } },
    select: { id: true, data: true },
    orderBy: { id: "desc" },
  });
  const isHidden =
    isStillAssessed(state, assessments) && assessments.some(({ assessorId }) => assessorId === actor.personId);
  return events.flatMap(({ id, data }) => {
    const kept = REOPENED.safeParse(data).data;
    if (!kept || (isHidden && kept.assessor !== actor.personId)) return [];
    const { at, total, scores } = kept.completed;
    const assessor = assessments.find(({ assessorId }) => assessorId === kept.assessor)?.assessor ?? "";
    return { id, assessor, at: at ? new Date(at) : null, total, scores };
  });
}

const isStillAssessed = (state: string, rows: readonly { status: AssessmentStatus }[]): boolean =>
  state === "ASSESSMENT" && rows.some(({ status }) => status === "ASSIGNED");

/** Who may be assigned to an application: assessors without another part in it, and those who are assigned already. */
export async function listAssessorOptions(_actor: MfatActor, applicationId: string): Promise<Option[]> {
  const people = await db().person.findMany({
    where: {
      side: "MFAT",
      endedAt: null,
      roles: { some: { role: "ASSESSOR" } },
      // Whose assessment was set aside is not asked anew: it can be counted again.
      duties: {
        none: {
          applicationId,
          OR: [{ kind: { not: "ASSESS" } }, { assessments: { some: { status: "SET_ASIDE" } } }],
        },
      },
    },
    select: { id: true, name: true, email: true },
    orderBy: { name: "asc" },
  });
  return toldApart(people).map(({ id, name }) => ({ value: id, label: name }));
}

/** Who may be taken off again: assessors who have not completed their assessment. */
export const listUnassignable = (actor: MfatActor, applicationId: string): Promise<Option[]> =>
  listAssessorsOf(actor, applicationId, ["ASSIGNED", "RECUSED"]);

/** The assessors of an application whose assessments stand so, by name. `among`: only of these people. */
export async function listAssessorsOf(
  _actor: MfatActor,
  applicationId: string,
  statuses: readonly AssessmentStatus[],
  among: Prisma.PersonWhereInput = {},
): Promise<Option[]> {
  const rows = await db().assessment.findMany({
    where: { applicationId, status: { in: [...statuses] } },
    select: { assessorId: true },
  });
  const people = await db().person.findMany({
    where: { id: { in: rows.map(({ assessorId }) => assessorId) }, ...among },
    select: { id: true, name: true, email: true },
    orderBy: { name: "asc" },
  });
  return toldApart(people).map(({ id, name }) => ({ value: id, label: name }));
}

/** What the reader wrote in assessments that they are not asked for any more, by application. */
export async function listLostComments(actor: Actor): Promise<{ reference: string; words: string[] }[]> {
  const rows = await db().assessment.findMany({
    where: {
      assessorId: actor.personId,
      OR: [
        { status: "UNASSIGNED" },
        { status: "ASSIGNED", application: { OR: [{ state: { not: "ASSESSMENT" } }, { heldAt: { not: null } }] } },
      ],
      scores: { some: { comment: { not: "" } } },
    },
    select: {
      application: { select: { reference: true } },
      scores: { where: { comment: { not: "" } }, select: { comment: true, criterion: { select: { name: true } } } },
    },
    orderBy: { assignedAt: "desc" },
    take: 50,
  });
  return rows.map(({ application: { reference }, scores }) => ({
    reference,
    words: scores.map(({ comment, criterion: { name } }) => `${name}: ${comment}`),
  }));
}

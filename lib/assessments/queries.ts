import type { Option } from "#lib/form/fields.ts";
import { listCriteria, type ReadWith } from "#lib/fund/queries.ts";
import { measuredWords } from "#lib/fund/rules.ts";
import { type Actor, can, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { readNamesOfDay, scopeOf } from "#lib/lifecycle/queries.ts";
import { toldApart } from "#lib/lifecycle/rules.ts";
import { now } from "#lib/platform/clock.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import type { AssessmentStatus, DutyKind } from "#lib/platform/db/generated/enums.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { isCovered, SCORE_READERS, spread, weightedTotal } from "./rules.ts";
import { openedAgain, type ScoredCriterion } from "./schema.ts";

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
  /** That it is scored on other criteria than the round has now, in words; null where it is not. */
  measured: string | null;
};

/**
 * The assessments of an application and what was agreed. Nobody reads the scores of an assessor who is not done, and
 * while it is being assessed an assessor reads none but their own until every one is complete, and who may still be assigned reads
 * none. An adviser reads none, nor does anybody to whom the application is not open: they have not declared their interests, or have one.
 */
export async function readAssessments(
  actor: MfatActor,
  application: Read & { isOpen: boolean },
): Promise<AssessmentRecord> {
  if (!application.isOpen || !can(actor, "assessment:read"))
    return { criteria: [], assessments: [], agreed: { scores: [], total: null }, spread: null, measured: null };
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
  const covered = isCovered({
    state: application.state,
    roles: actor.roles,
    own: rows.find(({ assessorId }) => assessorId === actor.personId)?.status ?? null,
    hasOtherDuty: hasOtherDuty(actor, application),
    isStillAssessed: isStillAssessed(application.state, rows),
  });
  const assessments = rows.map((row): AssessmentView => {
    const isOwn = row.assessorId === actor.personId;
    const isDone = row.status === "COMPLETE" || row.status === "SET_ASIDE";
    const isShown = isOwn || (isDone && !covered);
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
    agreed: {
      scores: agreedRows.filter(({ criterionId }) => criteria.some(({ id }) => id === criterionId)),
      total: weightedTotal(criteria, agreedRows),
    },
    measured: measuredWords(application.criteriaVersion, application.round.criteriaVersion),
    spread: spread(assessments.filter(({ status }) => status === "COMPLETE").map(({ total }) => total)),
  };
}

type Read = ReadWith & { id: string; state: string; duties: readonly { personId: string; kind: DutyKind }[] };

const hasOtherDuty = ({ personId }: MfatActor, { duties }: Pick<Read, "duties">): boolean =>
  duties.some((duty) => duty.personId === personId && duty.kind !== "ASSESS");

type EarlierScores = {
  id: string;
  assessor: string;
  at: Date | null;
  total: number | null;
  scores: (ScoreLine & { criterion: string })[];
};

/**
 * What assessors completed before their assessments were opened again, the newest first. An assessor reads another's as
 * they read the scores of now: once every assessment is complete.
 */
export async function listEarlierScores(
  actor: MfatActor,
  application: Pick<Read, "id" | "state" | "duties">,
  { assessments }: AssessmentRecord,
): Promise<EarlierScores[]> {
  const { id: applicationId, state } = application;
  const events = await db().auditEvent.findMany({
    where: {
      applicationId,
      application: scopeOf(actor),
      action: { in: ["reopenAssessment", "returnAssessment", "askToScoreAgain"] },
    },
    select: { id: true, data: true },
    orderBy: { id: "desc" },
  });
  const isHidden = isCovered({
    state,
    roles: actor.roles,
    own: assessments.find(({ assessorId }) => assessorId === actor.personId)?.status ?? null,
    hasOtherDuty: hasOtherDuty(actor, application),
    isStillAssessed: isStillAssessed(state, assessments),
  });
  const kept = events
    .flatMap(({ id, data }) => openedAgain(data).map((one) => ({ ...one, id: `${id}-${one.assessor}` })))
    .filter(({ assessor }) => !isHidden || assessor === actor.personId);
  const ids = kept.flatMap(({ completed }) => completed.scores.map(({ criterionId }) => criterionId));
  const criteria = ids.length ? await db().criterion.findMany({ where: { id: { in: ids } } }) : [];
  return kept.map(({ id, assessor, completed: { at, total, scores } }) => ({
    id,
    assessor: assessments.find(({ assessorId }) => assessorId === assessor)?.assessor ?? "",
    at: at ? new Date(at) : null,
    total,
    scores: scores
      .map((line) => ({ ...line, of: criteria.find((one) => one.id === line.criterionId) }))
      .sort((one, other) => (one.of?.position ?? 0) - (other.of?.position ?? 0))
      .map(({ of, ...line }) => ({ ...line, criterion: of?.name ?? "" })),
  }));
}

const isStillAssessed = (state: string, rows: readonly { status: AssessmentStatus }[]): boolean =>
  state === "ASSESSMENT" && rows.some(({ status }) => status === "ASSIGNED");

/**
 * Who may have read the scores of others: who reads scores by another role and was no assessor when the first of them was complete, or
 * once the moderation had started. While it is assessed, scores are covered for assessors (`isCovered`).
 */
export const listScoreReaders = (
  client: Pick<Tx, "$queryRaw">,
  applicationIds: readonly string[],
): Promise<{ applicationId: string; id: string }[]> =>
  client.$queryRaw`
    SELECT f."applicationId", p.id FROM "Person" p CROSS JOIN (
      SELECT e."applicationId", min(e.at) FILTER (WHERE e.action = 'completeAssessment') AS at, bool_or(e."toState" = 'MODERATION') AS moderated
      FROM "AuditEvent" e WHERE e."applicationId" = ANY (${[...applicationIds]}::uuid[]) GROUP BY 1
    ) f
    WHERE f.at IS NOT NULL
      AND EXISTS (SELECT FROM "PersonRole" r WHERE r."personId" = p.id AND r.role::text = ANY (${[...SCORE_READERS]}))
      AND (EXISTS (SELECT FROM "PersonRole" r WHERE r."personId" = p.id AND r.role IN ('AUDITOR', 'ADMINISTRATOR'))
        OR EXISTS (SELECT FROM "InterestDeclaration" d WHERE d."applicationId" = f."applicationId"
          AND d."personId" = p.id AND NOT d."isRecused"))
      AND (f.moderated OR EXISTS (SELECT FROM "AuditEvent" e WHERE e.subject = 'person:' || p.id
        AND e.event IN ('person.created', 'person.changed') AND NOT 'ASSESSOR' = ANY (roles_in(e))
        AND (e.at > f.at OR e.id = (SELECT max(b.id) FROM "AuditEvent" b WHERE b.subject = e.subject
          AND b.event IN ('person.created', 'person.changed') AND b.at <= f.at))))`;

/** Who may be assigned to an application: assessors without another part in it, and those who are assigned already. */
export async function listAssessorOptions(_actor: MfatActor, applicationId: string): Promise<Option[]> {
  const readers = (await listScoreReaders(db(), [applicationId])).map(({ id }) => id);
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
      OR: [
        { id: { notIn: readers } },
        { duties: { some: { applicationId, assessments: { some: { status: { not: "UNASSIGNED" } } } } } },
      ],
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

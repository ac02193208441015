import { type Option, UUID } from "#lib/form/fields.ts";
import { listCriteria, type ReadWith } from "#lib/fund/queries.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { readNamesOfDay, scopeOf } from "#lib/lifecycle/queries.ts";
import { ALL_STATES, isEnded } from "#lib/lifecycle/states.ts";
import { now } from "#lib/platform/clock.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import type { AssessmentStatus } from "#lib/platform/db/generated/enums.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
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
 * while it is being assessed an assessor reads none but their own until every one is complete.
 */
export async function readAssessments(
  actor: MfatActor,
  application: ReadWith & { id: string; state: string },
): Promise<AssessmentRecord> {
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
    const isShown = isOwn || (row.status === "COMPLETE" && !(isAssessor && isWaiting));
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
      duties: { none: { applicationId, kind: { not: "ASSESS" } } },
    },
    select: { id: true, name: true },
    orderBy: { name: "asc" },
  });
  return people.map(({ id, name }) => ({ value: id, label: name }));
}

/** Who may be taken off again: assessors who have not completed their assessment. */
export async function listUnassignable(_actor: MfatActor, applicationId: string): Promise<Option[]> {
  const rows = await db().assessment.findMany({
    where: { applicationId, status: { in: ["ASSIGNED", "RECUSED"] } },
    select: { assessorId: true },
  });
  const people = await db().person.findMany({
    where: { id: { in: rows.map(({ assessorId }) => assessorId) } },
    select: { id: true, name: true },
    orderBy: { name: "asc" },
  });
  return people.map(({ id, name }) => ({ value: id, label: name }));
}

const DECLARED = {
  person: { select: { email: true } },
  application: {
    select: {
      reference: true,
      title: true,
      marking: true,
      state: true,
      agency: { select: { name: true, abbreviation: true } },
    },
  },
} satisfies Prisma.InterestDeclarationInclude;

type Declared = Prisma.InterestDeclarationGetPayload<{ include: typeof DECLARED }>;

/** `by`: who declared it. */
export type DeclaredInterest = Declared & { by: string; clearedBy: string | null };

async function withNames(rows: readonly Declared[], client: Pick<Tx, "$queryRaw"> = db()): Promise<DeclaredInterest[]> {
  const nameOf = await readNamesOfDay(
    client,
    rows.flatMap(({ personId, clearedById }) => [personId, clearedById]),
  );
  return rows.map((row) => ({
    ...row,
    by: nameOf(row.personId, row.declaredAt),
    clearedBy: row.clearedById && row.clearedAt && nameOf(row.clearedById, row.clearedAt),
  }));
}

/** How many people are recused from applications that go on: an administrator may clear what does not stand in the way. */
export function countRecused(actor: MfatActor): Promise<number> {
  permit(actor, "interest:clear");
  return db().interestDeclaration.count({
    where: { isRecused: true, application: { state: { notIn: ALL_STATES.filter(isEnded) } } },
  });
}

/** The actor's own declaration in an application; null: not declared yet. */
export const readOwnDeclaration = (actor: MfatActor, applicationId: string) =>
  db().interestDeclaration.findUnique({
    where: { applicationId_personId: { applicationId, personId: actor.personId } },
  });

/** What everybody declared in an application, in the order in which they did. */
export const listInterestsOf = async (_actor: MfatActor, applicationId: string): Promise<DeclaredInterest[]> =>
  withNames(
    await db().interestDeclaration.findMany({
      where: { applicationId },
      include: DECLARED,
      orderBy: { declaredAt: "asc" },
    }),
  );

export type InterestFilter = { isRecused?: boolean; before?: string };

const PAGE = 50;
const interestsWhere = ({ isRecused }: InterestFilter) => (isRecused ? { isRecused } : {});
const NEWEST_DECLARED = [
  { declaredAt: "desc" },
  { applicationId: "desc" },
  { personId: "desc" },
] satisfies Prisma.InterestDeclarationOrderByWithRelationInput[];

/** The register of all declarations, the newest first, a page at a time. `before`: what `next` of the page before was. */
export async function listInterests(
  actor: MfatActor,
  filter: InterestFilter = {},
): Promise<{ rows: DeclaredInterest[]; next: string | null; count: number }> {
  permit(actor, "interest:read");
  const [at = "", applicationId = "", personId = ""] = filter.before?.split("_") ?? [];
  const declaredAt = new Date(at);
  const isCursor = !Number.isNaN(declaredAt.getTime()) && UUID.test(applicationId) && UUID.test(personId);
  const where = interestsWhere(filter);
  const [count, found] = await Promise.all([
    db().interestDeclaration.count({ where }),
    db().interestDeclaration.findMany({
      where: {
        ...where,
        ...(isCursor && {
          OR: [
            { declaredAt: { lt: declaredAt } },
            { declaredAt, applicationId: { lt: applicationId } },
            { declaredAt, applicationId, personId: { lt: personId } },
          ],
        }),
      },
      include: DECLARED,
      orderBy: NEWEST_DECLARED,
      take: PAGE + 1,
    }),
  ]);
  const rows = await withNames(found.slice(0, PAGE));
  const last = found.length > PAGE ? rows.at(-1) : undefined;
  const next = last ? `${last.declaredAt.toISOString()}_${last.applicationId}_${last.personId}` : null;
  return { rows, next, count };
}

/** The whole register, for a file. */
export async function listAllInterests(tx: Tx, actor: MfatActor, filter: InterestFilter): Promise<DeclaredInterest[]> {
  permit(actor, "interest:read");
  const rows = await tx.interestDeclaration.findMany({
    where: interestsWhere(filter),
    include: DECLARED,
    orderBy: NEWEST_DECLARED,
  });
  return withNames(rows, tx);
}

/** An interest that recuses, for who may clear it. @throws NOT_FOUND, FORBIDDEN */
export async function getInterest(actor: MfatActor, reference: string, personId: string): Promise<DeclaredInterest> {
  permit(actor, "interest:clear");
  const found =
    UUID.test(personId) &&
    (await db().interestDeclaration.findFirst({
      where: { personId, hasInterest: true, application: { reference } },
      include: DECLARED,
    }));
  const [interest] = found ? await withNames([found]) : [];
  if (!interest) throw notFound();
  return interest;
}

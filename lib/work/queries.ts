import { type ApplicationHeader, getDraft } from "../applications/queries.ts";
import { unfinishedOf } from "../applications/rules.ts";
import { now } from "../clock.ts";
import { dayOf } from "../dates.ts";
import { Prisma } from "../db/generated/client.ts";
import type { Marking, State } from "../db/generated/enums.ts";
import { db } from "../db.ts";
import { highestDelegation } from "../decisions/rules.ts";
import { listDelegations } from "../deputies/queries.ts";
import { mayDecide } from "../deputies/rules.ts";
import { listCriteria } from "../fund/queries.ts";
import { scopeOf } from "../lifecycle/queries.ts";
import type { Actor, MfatActor, Role } from "../permissions.ts";
import {
  type Obstacles,
  obstaclesToClosing,
  obstaclesToDeciding,
  obstaclesToModeration,
  obstaclesToRecommending,
  obstaclesToSigning,
  PIPELINE_STATES,
  type WorkStep,
} from "./rules.ts";

/** One step that waits on the actor. */
export type WorkItem = {
  reference: string;
  title: string;
  agency: string;
  marking: Marking;
  state: State;
  step: WorkStep;
  /** Since when it waits: an application may wait for a part of its state only. */
  since: Date;
  /** The day by which an assessment is asked for. */
  dueOn: Date | null;
  /** The latest of the three amounts, and which one it is. */
  amountCents: bigint;
  amountOf: "requested" | "recommended" | "approved";
};

/** `count` is all that waits, `items` the first of it; `heldCount` would wait if it were not on hold. */
export type Work = { items: WorkItem[]; count: number; heldCount: number };

const WORK_MAX = 100;

/** What waits on the actor in each of their roles, the longest wait first. One query; what is on hold is only counted. */
export async function listWork(actor: MfatActor): Promise<Work> {
  const parts = [...actor.roles].flatMap((role) => PARTS[role]?.(actor) ?? []);
  if (parts.length === 0) return { items: [], count: 0, heldCount: 0 };
  const rows = await db().$queryRaw<(WorkItem & { isHeld: boolean; count: number; heldCount: number })[]>`
    SELECT a.reference, a.title, g.abbreviation AS agency, a.marking, a.state, w.step, w.since,
      CASE WHEN w.step IN ('declareInterests', 'completeAssessment') THEN (SELECT s."dueOn" FROM "Assessment" s
        WHERE s."applicationId" = a.id AND s."assessorId" = ${actor.personId}::uuid) END AS "dueOn",
      coalesce(a."approvedCents", a."recommendedCents", a."requestedCents") AS "amountCents",
      CASE WHEN a."approvedCents" IS NOT NULL THEN 'approved'
        WHEN a."recommendedCents" IS NOT NULL THEN 'recommended' ELSE 'requested' END AS "amountOf",
      a."heldAt" IS NOT NULL AS "isHeld",
      count(*) FILTER (WHERE a."heldAt" IS NULL) OVER ()::int AS count,
      count(*) FILTER (WHERE a."heldAt" IS NOT NULL) OVER ()::int AS "heldCount"
    FROM (${Prisma.join(parts, " UNION ALL ")}) w (id, step, since)
    JOIN "Application" a ON a.id = w.id
    JOIN "Agency" g ON g.id = a."agencyId"
    WHERE ${isFree(actor)}
    ORDER BY "isHeld", w.since, a.reference
    LIMIT ${WORK_MAX}`;
  const items = rows.filter((row) => !row.isHeld).map(({ isHeld: _, count: __, heldCount: ___, ...item }) => item);
  return { items, count: rows[0]?.count ?? 0, heldCount: rows[0]?.heldCount ?? 0 };
}

/** Who has another duty for an application is not asked: the step would be refused (separation of duties). */
const mayTake = (actor: MfatActor, duty: "RECOMMEND" | "CHECK_BUDGET" | "DECIDE"): Prisma.Sql => Prisma.sql`NOT EXISTS (
  SELECT FROM "Duty" d WHERE d."applicationId" = a.id AND d."personId" = ${actor.personId}::uuid AND d.kind::text <> ${duty})`;

/** Who is recused is not asked either. */
const isFree = (actor: MfatActor): Prisma.Sql => Prisma.sql`NOT EXISTS (
  SELECT FROM "InterestDeclaration" i WHERE i."applicationId" = a.id AND i."personId" = ${actor.personId}::uuid AND i."isRecused")`;

/** By role, the applications that wait: id, step, since. */
const PARTS: Partial<Record<Role, (actor: MfatActor) => Prisma.Sql[]>> = {
  DESK: (actor) => [
    Prisma.sql`SELECT a.id, 'screen' AS step, a."stateSince" AS since FROM "Application" a WHERE a.state = 'SUBMITTED'`,
    assessmentForDesk,
    Prisma.sql`SELECT a.id, 'recommend', a."stateSince" FROM "Application" a
      WHERE a.state = 'MODERATION' AND ${mayTake(actor, "RECOMMEND")}`,
    Prisma.sql`SELECT a.id, 'sendOffer', a."stateSince" FROM "Application" a WHERE a.state = 'APPROVED'`,
    Prisma.sql`SELECT a.id, 'close', q."surplusConfirmedAt" FROM "Application" a
      JOIN "Acquittal" q ON q."applicationId" = a.id WHERE a.state = 'CLOSING' AND q."surplusConfirmedAt" IS NOT NULL`,
  ],
  ASSESSOR: (actor) => [
    Prisma.sql`SELECT a.id, CASE WHEN i."personId" IS NULL THEN 'declareInterests' ELSE 'completeAssessment' END, s."assignedAt"
      FROM "Application" a JOIN "Assessment" s ON s."applicationId" = a.id
      LEFT JOIN "InterestDeclaration" i ON i."applicationId" = a.id AND i."personId" = s."assessorId"
      WHERE a.state = 'ASSESSMENT' AND s.status = 'ASSIGNED' AND s."assessorId" = ${actor.personId}::uuid`,
  ],
  BUDGET: (actor) => [
    Prisma.sql`SELECT a.id, 'confirmBudget', a."stateSince" FROM "Application" a
      WHERE a.state = 'BUDGET_CHECK' AND ${mayTake(actor, "CHECK_BUDGET")}`,
    Prisma.sql`SELECT a.id, 'confirmSurplus', q."submittedAt" FROM "Application" a
      JOIN "Acquittal" q ON q."applicationId" = a.id WHERE a.state = 'CLOSING' AND q."surplusConfirmedAt" IS NULL`,
  ],
  APPROVER: (actor) => [
    Prisma.sql`SELECT a.id, 'decide', a."stateSince" FROM "Application" a
      WHERE a.state = 'DECISION' AND ${mayTake(actor, "DECIDE")} AND (${isWithinOwn(actor)} OR ${isWithinOthers(actor)})`,
  ],
};

const isWithinOwn = ({ delegationCents }: MfatActor): Prisma.Sql => {
  if (delegationCents === undefined) return Prisma.sql`false`;
  return delegationCents === null
    ? Prisma.sql`true`
    : Prisma.sql`coalesce(a."recommendedCents", 0) <= ${delegationCents}`;
};

/** Within the delegation of somebody whose deputy the actor is today, and who could decide it. */
const isWithinOthers = ({ personId }: MfatActor): Prisma.Sql => Prisma.sql`EXISTS (
  SELECT FROM "Deputy" n
  JOIN "Person" p ON p.id = n."approverId" AND p."endedAt" IS NULL
  JOIN "PersonRole" r ON r."personId" = p.id AND r.role = 'APPROVER'
  JOIN "Delegation" g ON g."personId" = p.id
  WHERE n."deputyId" = ${personId}::uuid AND n."endedAt" IS NULL AND ${dayOf(now())}::date BETWEEN n."fromOn" AND n."toOn"
    AND (g."limitCents" IS NULL OR coalesce(a."recommendedCents", 0) <= g."limitCents")
    AND NOT EXISTS (SELECT FROM "Duty" d WHERE d."applicationId" = a.id AND d."personId" = p.id
      AND d.kind::text NOT IN ('DECIDE', 'DELEGATE'))
    AND NOT EXISTS (SELECT FROM "InterestDeclaration" i WHERE i."applicationId" = a.id AND i."personId" = p.id AND i."isRecused"))`;

/**
 * Too few assessors for the round's minimum: since it came, or since the last of them recused. Enough complete
 * assessments: since the one that made it enough. In between it waits on the assessors.
 */
const assessmentForDesk = Prisma.sql`
  SELECT a.id, CASE WHEN n.complete >= r."minimumAssessments" THEN 'startModeration' ELSE 'assignAssessors' END,
    CASE WHEN n.complete >= r."minimumAssessments" THEN n.finished[r."minimumAssessments"]
      ELSE greatest(a."stateSince", n."recusedAt") END
  FROM "Application" a JOIN "Round" r ON r.id = a."roundId"
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE s.status = 'COMPLETE') AS complete,
      count(*) FILTER (WHERE s.status IN ('ASSIGNED', 'COMPLETE')) AS standing,
      array_agg(s."completedAt" ORDER BY s."completedAt") FILTER (WHERE s.status = 'COMPLETE') AS finished,
      max(i."declaredAt") FILTER (WHERE s.status = 'RECUSED') AS "recusedAt"
    FROM "Assessment" s
    LEFT JOIN "InterestDeclaration" i ON i."applicationId" = s."applicationId" AND i."personId" = s."assessorId"
    WHERE s."applicationId" = a.id
  ) n
  WHERE a.state = 'ASSESSMENT' AND (n.standing < r."minimumAssessments" OR n.complete >= r."minimumAssessments")`;

/** What stands in the way of the steps out of an application's state; the commands are the ones that refuse. */
export async function listObstacles(actor: Actor, application: ApplicationHeader): Promise<Obstacles> {
  const { id: applicationId, state, round } = application;
  if (state === "CLOSING") {
    return obstaclesToClosing(await db().acquittal.findUnique({ where: { applicationId } }));
  }
  if (actor.side === "AGENCY") {
    const isWriting = state === "DRAFT" || state === "CHANGES_REQUESTED";
    return isWriting ? obstaclesToSigning(unfinishedOf((await getDraft(actor, application)).sections).length) : {};
  }
  if (state === "ASSESSMENT") {
    const complete = await db().assessment.count({ where: { applicationId, status: "COMPLETE" } });
    return obstaclesToModeration(complete, round.minimumAssessments);
  }
  if (state === "MODERATION") {
    const [agreed, criteria] = await Promise.all([
      db().agreedScore.count({ where: { applicationId, score: { not: null } } }),
      listCriteria(db(), application),
    ]);
    return obstaclesToRecommending(agreed, criteria.length);
  }
  if (state !== "DECISION" || !actor.roles.has("APPROVER")) return {};
  const recommendedCents = application.recommendedCents ?? 0n;
  const [held, others] = await Promise.all([
    listDelegations(actor, applicationId),
    listDeciders(applicationId, recommendedCents),
  ]);
  return obstaclesToDeciding({ recommendedCents, delegationCents: highestDelegation(held), others });
}

/** Who may decide an amount now, under their own delegation or as a deputy, by name. */
export async function listDeciders(applicationId: string, cents: bigint): Promise<string[]> {
  const people = await db().person.findMany({
    where: mayDecide(applicationId, cents, dayOf(now())),
    select: { name: true },
    orderBy: { name: "asc" },
    take: 20,
  });
  return people.map(({ name }) => name);
}

export type PipelineLine = { state: State; count: number; requestedCents: bigint };

/** How many applications of the actor's scope are in each state before their end, and what they request. */
export async function listPipeline(actor: MfatActor): Promise<PipelineLine[]> {
  const rows = await db().application.groupBy({
    by: ["state"],
    where: { AND: [scopeOf(actor), { state: { in: [...PIPELINE_STATES] } }] },
    _count: { _all: true },
    _sum: { requestedCents: true },
  });
  return PIPELINE_STATES.map((state) => {
    const row = rows.find((one) => one.state === state);
    return { state, count: row?._count._all ?? 0, requestedCents: row?._sum.requestedCents ?? 0n };
  });
}

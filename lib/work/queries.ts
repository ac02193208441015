import { isLookedAfterBy } from "#lib/applications/officers/queries.ts";
import { type Actor, type MfatActor, type Role, seesOwnOnly } from "#lib/lifecycle/permissions.ts";
import { listedTo, scopeOf } from "#lib/lifecycle/queries.ts";
import { rolesAskedBeside, stepsAlsoAsked } from "#lib/lifecycle/states.ts";
import { DECIDED_CENTS, HELD_MS } from "#lib/lifecycle/waits/queries.ts";
import { FIRST_MAX, firstWaits, WAITING, waits } from "#lib/lifecycle/waits/rows/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import type { DutyKind, Marking, State } from "#lib/platform/db/generated/enums.ts";
import { constant, db } from "#lib/platform/db.ts";
import { addWorkingDays } from "#lib/platform/working-days.ts";
import { PIPELINE_STATES, usualDays, type WorkStep } from "./rules.ts";

/** One step that waits on the actor. */
type WorkItem = {
  reference: string;
  title: string;
  agency: string;
  marking: Marking;
  state: State;
  step: WorkStep;
  role: Role;
  /** Since when it waits: an application may wait for a part of its state only. */
  since: Date;
  /** The day by which it is asked for; null where none is set. */
  dueOn: Date | null;
  /** The latest of the three amounts, and which one it is; null before an assessor or adviser has declared. */
  amountCents: bigint | null;
  amountOf: "requested" | "recommended" | "approved";
};

/**
 * `count` is all that waits, `items` the first of it; `heldCount` would wait if it were not on hold. `hasMore`: more waits than is
 * counted, of some step at least FIRST_MAX.
 */
export type Work = { items: WorkItem[]; count: number; heldCount: number; hasMore: boolean };

const WORK_MAX = 100;

/**
 * What waits on the actor in each of their roles, what is overdue first, and then the longest wait. One query, which costs the
 * same however much waits; what is on hold is only counted.
 * `officer` "me": of what waits on the desk, only the applications that the actor looks after.
 */
export async function listWork(actor: Actor, officer: string | null = null): Promise<Work> {
  const mine = [...actor.roles].flatMap((role) => MINE[role]?.(actor) ?? []);
  if (mine.length === 0) return { items: [], count: 0, heldCount: 0, hasMore: false };
  const rows = await db().$queryRaw<
    (WorkItem & Timed & { isHeld: boolean; count: number; heldCount: number; hasMore: boolean })[]
  >`
    SELECT a.reference, a.title, g.abbreviation AS agency, a.marking, a.state, w.step, w.role, w.since, w."dueOn",
      ${HELD_MS} AS "heldMs",
      CASE WHEN ${seesOwnOnly(actor)} AND w.step = 'declareInterests' THEN NULL
        ELSE coalesce(a."approvedCents", a."recommendedCents", a."requestedCents") END AS "amountCents",
      CASE WHEN a."approvedCents" IS NOT NULL THEN 'approved'
        WHEN a."recommendedCents" IS NOT NULL THEN 'recommended' ELSE 'requested' END AS "amountOf",
      a."heldAt" IS NOT NULL AS "isHeld",
      count(*) FILTER (WHERE a."heldAt" IS NULL) OVER ()::int AS count,
      count(*) FILTER (WHERE a."heldAt" IS NOT NULL) OVER ()::int AS "heldCount",
      w.most > ${Prisma.raw(String(FIRST_MAX))} AS "hasMore"
    FROM (SELECT w.*, max(w.nth) OVER () AS most FROM (${firstWaits(rolesAsked(actor), isAskedOf(actor, officer))}) w) w
    JOIN "Application" a ON a.id = w.id
    JOIN "Agency" g ON g.id = a."agencyId"
    WHERE w.nth <= ${Prisma.raw(String(FIRST_MAX))} AND (${Prisma.join(mine, " OR ")}) AND ${isFree(actor)}
    ORDER BY "isHeld", coalesce(w."dueOn" < ${dayOf(now())}::date, false) DESC, w.since, a.reference
    LIMIT ${WORK_MAX}`;
  const today = dayOf(now());
  const items = rows
    .filter((row) => !row.isHeld)
    .map(({ isHeld: _, count: __, heldCount: ___, hasMore: ____, heldMs, ...item }) => ({
      ...item,
      dueOn: dueOnOf({ ...item, heldMs }),
    }))
    .sort((one, other) => overdueSince(one, today) - overdueSince(other, today));
  const [{ count = 0, heldCount = 0, hasMore = false } = {}] = rows;
  return { items, count, heldCount, hasMore };
}

/** What is overdue comes first, the longest overdue before all others; the rest is in the order of its waiting. */
const overdueSince = ({ dueOn }: WorkItem, today: Date): number =>
  dueOn && dueOn < today ? dueOn.getTime() : today.getTime();

/** How much waits on the actor by role, with what is on hold: it goes on waiting. */
export async function countWork(actor: Actor): Promise<{ role: Role; count: number }[]> {
  const mine = [...actor.roles].flatMap((role) => MINE[role]?.(actor) ?? []);
  if (mine.length === 0) return [];
  return db().$queryRaw`SELECT w.role, count(*)::int AS count
    FROM (${waits()}) w JOIN "Application" a ON a.id = w.id
    WHERE ${mayBeAsked(actor)} AND (${Prisma.join(mine, " OR ")}) AND ${isFree(actor)} GROUP BY w.role ORDER BY w.role`;
}

const rolesAsked = ({ roles }: Actor): Role[] => [
  ...new Set([...roles].flatMap((role) => [role, ...rolesAskedBeside(role)])),
];

/** What can be the actor's at all of what waits on an office. */
const isAskedOf =
  (actor: Actor, officer: string | null) =>
  (role: Role): Prisma.Sql => {
    if (actor.side === "AGENCY") return Prisma.sql`w."agencyId" = ${actor.agencyId}::uuid`;
    if (role === "DESK" && officer)
      return Prisma.sql`w.id IN (SELECT a.id FROM "Application" a WHERE ${isLookedAfterBy(officer, actor)})`;
    return role === "ASSESSOR" || role === "ADVISER"
      ? Prisma.sql`w."personId" = ${actor.personId}::uuid`
      : Prisma.sql`TRUE`;
  };

/** The same of all that waits, in words by which the database leaves out what waits on others before it reads it. */
function mayBeAsked(actor: Actor): Prisma.Sql {
  const isTheirs = Prisma.sql`w.role IN (${Prisma.join(rolesAsked(actor).map(constant))})`;
  return actor.side === "AGENCY" ? Prisma.sql`(${isTheirs} AND w."agencyId" = ${actor.agencyId}::uuid)` : isTheirs;
}

/** Who has another duty for an application is not asked: the step would be refused (separation of duties). */
const mayTake = (actor: Actor, duty: DutyKind): Prisma.Sql => Prisma.sql`NOT EXISTS (
  SELECT FROM "Duty" d WHERE d."applicationId" = a.id AND d."personId" = ${actor.personId}::uuid AND d.kind::text <> ${duty})`;

/** Who confirmed all claims that wait is not asked to approve them. */
const mayApprove = ({ personId }: Actor): Prisma.Sql => Prisma.sql`EXISTS (
  SELECT FROM "Claim" c WHERE c."applicationId" = a.id AND c.state = 'CLAIMED' AND c."workConfirmedById" <> ${personId}::uuid)`;

/** Who asked for a reopening does not confirm it. */
const hasAskedToReopen = ({ personId }: Actor): Prisma.Sql => Prisma.sql`EXISTS (SELECT FROM "AuditEvent" e
  WHERE e."applicationId" = a.id AND e.action = 'askToReopen' AND e.at >= a."stateSince" AND e."actorId" = ${personId}::uuid)`;

/** Who is recused is not asked either. */
const isFree = (actor: Actor): Prisma.Sql => Prisma.sql`NOT EXISTS (
  SELECT FROM "InterestDeclaration" i WHERE i."applicationId" = a.id AND i."personId" = ${actor.personId}::uuid AND i."isRecused")`;

const isOwnAgency = (actor: Actor): Prisma.Sql =>
  actor.side === "AGENCY" ? Prisma.sql`a."agencyId" = ${actor.agencyId}::uuid` : Prisma.sql`FALSE`;

/** By role, the condition that a task waiting on that role waits on the actor. */
const MINE: Partial<Record<Role, (actor: Actor) => Prisma.Sql>> = {
  CONTRIBUTOR: (actor) => Prisma.sql`(w.role = 'CONTRIBUTOR' AND ${isOwnAgency(actor)})`,
  // A contributor is asked for the same already.
  FINANCE: (actor) =>
    Prisma.sql`((w.role = 'FINANCE' OR w.step = ANY(${[...stepsAlsoAsked("FINANCE")]}) AND ${!actor.roles.has("CONTRIBUTOR")})
      AND ${isOwnAgency(actor)})`,
  CERTIFIER: (actor) => Prisma.sql`(w.role = 'CERTIFIER' AND ${isOwnAgency(actor)}
    AND (w.step <> 'signOffAndSubmit' OR ${mayTake(actor, "CERTIFY")}))`,
  DESK: (actor) => Prisma.sql`(w.role = 'DESK' AND (w.step <> 'recommend' OR ${mayTake(actor, "RECOMMEND")}))`,
  ASSESSOR: (actor) => Prisma.sql`(w.role = 'ASSESSOR' AND w."personId" = ${actor.personId}::uuid)`,
  ADVISER: (actor) => Prisma.sql`(w.role = 'ADVISER' AND w."personId" = ${actor.personId}::uuid)`,
  BUDGET: (actor) =>
    Prisma.sql`(w.role = 'BUDGET' AND (w.step NOT IN ('confirmBudget', 'confirmVariation', 'approveVariation')
      OR ${mayTake(actor, "CHECK_BUDGET")}) AND (w.step <> 'approveClaim' OR ${mayApprove(actor)})
      AND (w.step <> 'confirmReopening' OR NOT ${hasAskedToReopen(actor)}))`,
  // A budget officer is asked to confirm a reopening already.
  APPROVER: (actor) => Prisma.sql`(w.role = 'APPROVER' AND ${mayTake(actor, "DECIDE")}
    AND (${isWithinOwn(actor)} OR ${isWithinOthers(actor)})
    OR w.step = ANY(${[...stepsAlsoAsked("APPROVER")]}) AND ${!actor.roles.has("BUDGET")} AND NOT ${hasAskedToReopen(actor)})`,
};

const isWithinOwn = (actor: Actor): Prisma.Sql => {
  const delegationCents = actor.side === "MFAT" ? actor.delegationCents : undefined;
  if (delegationCents === undefined) return Prisma.sql`false`;
  return delegationCents === null ? Prisma.sql`true` : Prisma.sql`${DECIDED_CENTS} <= ${delegationCents}`;
};

/** Within the delegation of somebody whose deputy the actor is today, and who could decide it. */
const isWithinOthers = ({ personId }: Actor): Prisma.Sql => Prisma.sql`EXISTS (
  SELECT FROM "Deputy" n
  JOIN "Person" p ON p.id = n."approverId" AND p."endedAt" IS NULL
  JOIN "PersonRole" r ON r."personId" = p.id AND r.role = 'APPROVER'
  JOIN "Delegation" g ON g."personId" = p.id
  WHERE n."deputyId" = ${personId}::uuid AND n."endedAt" IS NULL AND ${dayOf(now())}::date BETWEEN n."fromOn" AND n."toOn"
    AND (g."limitCents" IS NULL OR ${DECIDED_CENTS} <= g."limitCents")
    AND NOT EXISTS (SELECT FROM "Duty" d WHERE d."applicationId" = a.id AND d."personId" = p.id
      AND d.kind::text NOT IN ('DECIDE', 'DELEGATE'))
    AND NOT EXISTS (SELECT FROM "InterestDeclaration" i WHERE i."applicationId" = a.id AND i."personId" = p.id AND i."isRecused"))`;

/** A step of an application that waits on somebody, in nobody's name: what the timed job reminds of. */
export type Wait = {
  reference: string;
  /** The application's, as it was read. */
  revision: number;
  role: Role;
  step: WorkStep;
  since: Date;
  /** The last day for it; null if there is none. */
  dueOn: Date | null;
  /** The person alone whom it waits on; null: whoever holds the role and is free to take it. */
  personId: string | null;
};

/** Everything that waits, is not on hold and can still be done, in a stable order: a statement for each state, for there may be much. */
export async function listWaits(): Promise<Wait[]> {
  const rows: (Wait & Timed)[] = [];
  for (const state of WAITING) rows.push(...(await listWaitsIn(state)));
  return rows.map(({ heldMs, ...wait }) => ({ ...wait, dueOn: dueOnOf({ ...wait, heldMs }) }));
}

const listWaitsIn = (state: State) =>
  db().$queryRaw<(Wait & Timed)[]>`
    SELECT a.reference, a.revision, w.role, w.step, w.since, w."dueOn", w."personId", ${HELD_MS} AS "heldMs"
    FROM (${waits([state])}) w JOIN "Application" a ON a.id = w.id JOIN "Round" r ON r.id = a."roundId"
    WHERE a."heldAt" IS NULL AND NOT (a.state IN ('DRAFT', 'SIGN_OFF')
      AND a."signOffFrom" IS DISTINCT FROM 'CHANGES_REQUESTED' AND coalesce(r."closesAt" <= ${now()}, FALSE))
    ORDER BY a.reference, w.role, w."personId"`;

type Timed = { step: WorkStep; since: Date; dueOn: Date | null; heldMs: number };

/** The day that was set, or the usual time for the step, whichever is earlier. */
function dueOnOf({ step, since, dueOn, heldMs }: Timed): Date | null {
  const days = usualDays(step);
  if (days === undefined) return dueOn;
  const usualOn = addWorkingDays(dayOf(new Date(since.getTime() + heldMs)), days);
  return dueOn && dueOn < usualOn ? dueOn : usualOn;
}

export type PipelineLine = { state: State; count: number; requestedCents: bigint };

/**
 * How many applications of the actor's scope are in each state before their end, and what they request: to who only assesses or
 * advises, those that they have declared about.
 */
export async function listPipeline(actor: MfatActor): Promise<PipelineLine[]> {
  const sumsOf = (scope: Prisma.ApplicationWhereInput) =>
    db().application.groupBy({
      by: ["state"],
      where: { AND: [scope, { state: { in: [...PIPELINE_STATES] } }] },
      _count: { _all: true },
      _sum: { requestedCents: true },
    });
  const rows = await sumsOf(scopeOf(actor));
  const read = seesOwnOnly(actor) ? await sumsOf(listedTo(actor)) : rows;
  return PIPELINE_STATES.map((state) => ({
    state,
    count: rows.find((row) => row.state === state)?._count._all ?? 0,
    requestedCents: read.find((row) => row.state === state)?._sum.requestedCents ?? 0n,
  }));
}

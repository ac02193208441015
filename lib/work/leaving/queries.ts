import { z } from "zod";
import { DESK_OFFICERS, isLookedAfter } from "#lib/applications/officers/rules.ts";
import { listOpenAssessments } from "#lib/assessments/handover/queries.ts";
import { type Actor, type MfatActor, permit, type Role } from "#lib/lifecycle/permissions.ts";
import { listAdministrators } from "#lib/lifecycle/queries.ts";
import { REWRITING, toldApart } from "#lib/lifecycle/rules.ts";
import { ALL_STATES } from "#lib/lifecycle/states.ts";
import { ACTOR, keptBy, toActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
import { countWork } from "#lib/work/queries.ts";
import { ASKED_AS, type Held, type Kind, type Leaving } from "./rules.ts";

/** What hangs on a person, and who is left in each of their roles. @throws NOT_FOUND, FORBIDDEN */
export async function readLeaving(actor: Actor, id: string): Promise<Leaving> {
  const scope = keptBy(actor);
  const person = z.uuid().safeParse(id).success
    ? await db().person.findFirst({ where: { ...scope, id }, include: ACTOR })
    : null;
  if (!person) throw notFound();
  if (person.side === "MFAT") permit(actor, "role:keep");
  const leaver = toActor(person);
  const roles = [...leaver.roles];
  const [held, tasks, others, administrators, officers, assessments] = await Promise.all([
    readHeld(id, leaver.side === "AGENCY" && leaver.roles.has("CONTRIBUTOR") ? leaver.agencyId : null),
    countWork(leaver),
    listOthers(person, roles),
    listAdministrators(db()),
    listOfficersBut(db(), id),
    leaver.roles.has("ASSESSOR") ? listOpenAssessments(db(), id) : [],
  ]);
  return {
    name: person.name,
    agencyId: person.agencyId,
    agencyName: person.agency?.name ?? null,
    // What was asked of them by name waits on the desk already where they gave up the role.
    held: held.filter(({ kind }) => {
      const role = ASKED_AS[kind];
      return !role || leaver.roles.has(role);
    }),
    officers,
    assessments,
    administrators,
    offices: roles.map((role) => ({
      role,
      tasks: tasks.find((one) => one.role === role)?.count ?? 0,
      others: others.filter((one) => one.role === role).map(({ name }) => name),
    })),
  };
}

/** What an agency has not submitted, or not again, and would not while it may not apply. */
export async function readUnsubmitted(
  client: Pick<Tx, "application">,
  agencyId: string,
): Promise<{ references: string[]; byState: { state: State; references: string[] }[] }> {
  const rows = await client.application.findMany({
    where: { agencyId, state: { in: [...REWRITING] } },
    select: { reference: true, state: true },
    orderBy: { reference: "asc" },
  });
  const of = (wanted: State) => rows.filter(({ state }) => state === wanted).map(({ reference }) => reference);
  return {
    references: rows.map(({ reference }) => reference),
    byState: REWRITING.map((state) => ({ state, references: of(state) })).filter(({ references }) => references.length),
  };
}

/** What hangs on an agency that may apply, before it may no longer. @throws FORBIDDEN */
export async function readAgencyLeaving(
  actor: MfatActor,
  agencyId: string,
): Promise<Pick<Awaited<ReturnType<typeof readUnsubmitted>>, "byState"> & { goesOn: number; people: number }> {
  permit(actor, "agency:keep");
  const open = ALL_STATES.filter((state) => isLookedAfter(state) && !REWRITING.includes(state));
  const [{ byState }, goesOn, people] = await Promise.all([
    readUnsubmitted(db(), agencyId),
    db().application.count({ where: { agencyId, state: { in: open } } }),
    db().person.count({ where: { agencyId, endedAt: null } }),
  ]);
  return { byState, goesOn, people };
}

/** Desk officers who stay. */
export const listOfficersBut = async (
  client: Pick<Tx, "person">,
  id: string,
): Promise<{ id: string; name: string }[]> =>
  toldApart(
    await client.person.findMany({
      where: { ...DESK_OFFICERS, id: { not: id } },
      select: { id: true, name: true, email: true },
      orderBy: [{ name: "asc" }, { id: "asc" }],
    }),
  );

/** By role, the people who stay and hold it too, of the same agency or of MFAT. */
async function listOthers(
  { id, side, agencyId }: { id: string; side: "AGENCY" | "MFAT"; agencyId: string | null },
  roles: readonly Role[],
): Promise<{ role: Role; name: string }[]> {
  const rows = await db().personRole.findMany({
    where: { role: { in: [...roles] }, personId: { not: id }, person: { side, agencyId, endedAt: null } },
    select: { role: true, person: { select: { name: true } } },
    orderBy: [{ person: { name: "asc" } }, { personId: "asc" }],
  });
  return rows.map(({ role, person }) => ({ role, name: person.name }));
}

/** How many references of a kind are named: the rest is counted. */
const NAMED_MAX = 5;

/** `agencyId`: of a contributor, whom its reports are asked of. */
const readHeld = (id: string, agencyId: string | null): Promise<Held[]> => {
  const personId = Prisma.sql`${id}::uuid`;
  const inStates = (states: readonly string[]) => Prisma.sql`a.state::text = ANY (${[...states]})`;
  const row = (kind: Kind, of: Prisma.Sql) => Prisma.sql`SELECT ${kind}::text AS kind, a.reference ${of}`;
  const other = (kind: Kind, of: Prisma.Sql) => Prisma.sql`SELECT ${kind}::text AS kind, NULL AS reference ${of}`;
  const all = [
    row(
      "looksAfter",
      Prisma.sql`FROM "Application" a
        WHERE a."deskOfficerId" = ${personId} AND ${inStates(ALL_STATES.filter(isLookedAfter))}`,
    ),
    row(
      "assessments",
      Prisma.sql`FROM "Assessment" s JOIN "Application" a ON a.id = s."applicationId"
        WHERE s."assessorId" = ${personId} AND s.status = 'ASSIGNED' AND a.state = 'ASSESSMENT'`,
    ),
    row(
      "questions",
      Prisma.sql`FROM "Advice" d JOIN "Application" a ON a.id = d."applicationId"
        WHERE d."adviserId" = ${personId} AND d.state = 'ASKED' AND a.state IN ('ASSESSMENT', 'MODERATION')`,
    ),
    row(
      "drafts",
      Prisma.sql`FROM "Application" a WHERE ${inStates(REWRITING)} AND (a."createdById" = ${personId}
        OR EXISTS (SELECT FROM "ApplicationSection" s WHERE s."applicationId" = a.id AND s."savedById" = ${personId}))`,
    ),
    row(
      "reports",
      Prisma.sql`FROM "Report" r JOIN "Application" a ON a.id = r."applicationId"
        WHERE a."agencyId" = ${agencyId}::uuid AND a.state = 'ACTIVE' AND r.state IN ('DUE', 'RETURNED')`,
    ),
    other("changes", Prisma.sql`FROM "ChangeRequest" c WHERE c."askedById" = ${personId} AND c.state = 'ASKED'`),
    other("delegation", Prisma.sql`FROM "ChangeRequest" c WHERE c."personId" = ${personId} AND c.state = 'ASKED'`),
    other(
      "deputies",
      Prisma.sql`FROM "Deputy" d WHERE ${personId} IN (d."approverId", d."deputyId")
        AND d."endedAt" IS NULL AND d."toOn" >= ${dayOf(now())}::date`,
    ),
  ];
  return db().$queryRaw<Held[]>`
    SELECT kind, count(*)::int AS count,
      (array_remove(array_agg(DISTINCT reference ORDER BY reference), NULL))[1:${NAMED_MAX}::int] AS references
    FROM (${Prisma.join(all, " UNION ALL ")}) held GROUP BY kind`;
};

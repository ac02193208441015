import { z } from "zod";
import { now } from "#lib/platform/clock.ts";
import { dayOf, endOfDay } from "#lib/platform/dates.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import type { Tx } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { notFound } from "#lib/platform/errors.ts";
import { addWorkingDays } from "#lib/platform/working-days.ts";
import { type Actor, type MfatActor, type Role, seesOwnOnly } from "./permissions.ts";
import {
  beforeSending,
  type Helpers,
  isAskedByName,
  isPersonal,
  mayTakeOn,
  nobodyToAsk,
  REOPEN_DAYS,
} from "./rules.ts";
import { STATES } from "./states.ts";
import type { Handover } from "./steps.ts";
import { readDecidedCents } from "./waits/queries.ts";

/**
 * The applications that exist for an actor: an agency's own; for MFAT all of them, except that who only assesses or advises
 * has what was assigned to them, what was submitted for their places, and what they were asked about. Every query of an
 * application begins with this, in one of the two forms below.
 */
function scopeRule(actor: Actor): { agencyId: string } | { personId: string; isAdviser: boolean } | null {
  if (actor.side === "AGENCY") return { agencyId: actor.agencyId };
  return seesOwnOnly(actor) ? { personId: actor.personId, isAdviser: actor.roles.has("ADVISER") } : null;
}

export function scopeOf(actor: Actor): Prisma.ApplicationWhereInput {
  const rule = scopeRule(actor);
  if (!rule || "agencyId" in rule) return rule ?? {};
  const { personId, isAdviser } = rule;
  const assigned = { assessments: { some: { assessorId: personId, status: { not: "UNASSIGNED" } } } } as const;
  if (!isAdviser) return assigned;
  const ofPlaces = { versionNumber: { gt: 0 }, places: { some: { place: { advisers: { some: { personId } } } } } };
  return { OR: [assigned, ofPlaces, { advice: { some: { adviserId: personId, state: { not: "WITHDRAWN" } } } }] };
}

/** The same for "Application" a in an SQL query. */
export function inScope(actor: Actor): Prisma.Sql {
  const rule = scopeRule(actor);
  if (!rule) return Prisma.sql`TRUE`;
  if ("agencyId" in rule) return Prisma.sql`a."agencyId" = ${rule.agencyId}::uuid`;
  const id = Prisma.sql`${rule.personId}::uuid`;
  const assigned = Prisma.sql`SELECT s."applicationId" FROM "Assessment" s WHERE s."assessorId" = ${id}
    AND s.status <> 'UNASSIGNED'`;
  if (!rule.isAdviser) return Prisma.sql`a.id IN (${assigned})`;
  return Prisma.sql`(a.id IN (${assigned}
    UNION SELECT d."applicationId" FROM "Advice" d WHERE d."adviserId" = ${id} AND d.state <> 'WITHDRAWN')
    OR a."versionNumber" > 0 AND a.id IN (SELECT o."applicationId" FROM "ApplicationPlace" o
      JOIN "AdviserPlace" t ON t."placeCode" = o."placeCode" WHERE t."personId" = ${id}))`;
}

/**
 * The applications whose claims, reports and variations a reader sees in lists: within scopeOf(), those they can read in
 * full. This leaves out applications they are recused from or, for an assessor or adviser, have not declared interests in.
 */
export function listedTo(actor: MfatActor): Prisma.ApplicationWhereInput {
  const { personId } = actor;
  return {
    AND: [
      scopeOf(actor),
      { interests: { none: { personId, isRecused: true } } },
      {
        OR: [
          ...(seesOwnOnly(actor) ? [] : [{ duties: { none: { personId, kind: "ASSESS" as const } } }]),
          { interests: { some: { personId, isRecused: false } } },
        ],
      },
    ],
  };
}

/** The last moment to reopen what ended, or what the agency was told, at a moment. */
export const lastToReopen = (endedAt: Date): Date => endOfDay(addWorkingDays(dayOf(endedAt), REOPEN_DAYS));

const LOCKED = {
  agency: { select: { name: true, isActive: true } },
  round: {
    select: { closesAt: true, minimumAssessments: true, criteriaVersion: true, checklist: true, tellEmails: true },
  },
  duties: { select: { personId: true, kind: true } },
} satisfies Prisma.ApplicationInclude;

export type LockedApplication = Prisma.ApplicationGetPayload<{ include: typeof LOCKED }>;

/** The application, locked until the transaction ends. @throws NOT_FOUND, also if it belongs to another agency */
export async function lockApplication(tx: Tx, actor: Actor | null, reference: string): Promise<LockedApplication> {
  await tx.$queryRaw`SELECT 1 AS locked FROM "Application" WHERE reference = ${reference} FOR UPDATE`;
  const scope = actor ? scopeOf(actor) : {};
  const application = await tx.application.findFirst({ where: { ...scope, reference }, include: LOCKED });
  if (!application) throw notFound();
  return application;
}

const WRITERS = z.record(z.string(), z.object({ by: z.string() }));

/** The agency's people who started, wrote, sent, returned, signed off or commented on an application. */
export async function listParticipants(tx: Tx, { id: applicationId, agencyId }: { id: string; agencyId: string }) {
  const [events, sections, comments] = await Promise.all([
    tx.auditEvent.findMany({ where: { applicationId }, select: { actorId: true }, distinct: ["actorId"] }),
    tx.applicationSection.findMany({ where: { applicationId }, select: { savedById: true, writers: true } }),
    tx.comment.findMany({ where: { applicationId }, select: { authorId: true }, distinct: ["authorId"] }),
  ]);
  const writersOf = (writers: unknown) => Object.values(WRITERS.parse(writers));
  const ids = [
    ...events.flatMap(({ actorId }) => actorId ?? []),
    ...sections.flatMap(({ savedById, writers }) => [savedById, ...writersOf(writers).map(({ by }) => by)]),
    ...comments.map(({ authorId }) => authorId),
  ];
  return tx.person.findMany({
    where: { id: { in: ids }, agencyId, endedAt: null },
    select: { id: true, email: true, side: true },
  });
}

/** The finance officers of the agency that an application is of now. */
export const listFinanceOfficers = (client: Pick<Tx, "person">, { agencyId }: { agencyId: string }) =>
  client.person.findMany({ where: { agencyId, endedAt: null, roles: { some: { role: "FINANCE" } } }, select: ADDRESS });

export type Named = { name: string; side: "AGENCY" | "MFAT"; agency: { name: string } | null };

/** Names people on the reader's side, and the other side only by its office. */
export function nameFor(reader: Actor, person: Named | undefined): string {
  if (!person) return "the portal";
  if (reader.side === "AGENCY") return person.side === "AGENCY" ? person.name : "MFAT";
  return person.agency ? `${person.name}, ${person.agency.name}` : person.name;
}

const EVENT_NAMES = z.object({
  byName: z.string().optional(),
  byAgency: z.string().optional(),
  forId: z.string().optional(),
  forName: z.string().optional(),
});

/** The names in a step's event, as they were that day. Events from before names were kept have none. */
export const readEventNames = (data: unknown): z.infer<typeof EVENT_NAMES> => EVENT_NAMES.parse(data ?? {});

/** What a person was called at a time, for a query in SQL: the event of a rename keeps the name before it. */
export const nameOn = (personId: Prisma.Sql, at: Prisma.Sql): Prisma.Sql => Prisma.sql`coalesce(
  (SELECT renamed.data #>> '{before,name}' FROM "AuditEvent" renamed
    WHERE renamed.event = 'person.changed' AND renamed.subject = 'person:' || ${personId} AND renamed.at > ${at}
    ORDER BY renamed.id LIMIT 1),
  (SELECT named.name FROM "Person" named WHERE named.id = ${personId}))`;

/**
 * The same for any other query. A record names people as they were called on its day; a list to choose from has today's
 * names.
 */
export async function readNamesOfDay(
  client: Pick<Tx, "$queryRaw">,
  ids: readonly (string | null)[],
): Promise<(id: string, at: Date) => string> {
  const known = ids.filter((id) => id !== null);
  if (known.length === 0) return () => "";
  const rows = await client.$queryRaw<{ id: string; name: string; until: Date | null }[]>`
    SELECT p.id, e.data #>> '{before,name}' AS name, e.at AS until
    FROM unnest(${known}::uuid[]) p(id)
    JOIN "AuditEvent" e ON e.event = 'person.changed' AND e.subject = 'person:' || p.id
    UNION ALL
    SELECT id, name, NULL FROM "Person" WHERE id = ANY (${known}::uuid[])
    ORDER BY until NULLS LAST`;
  return (id, at) => rows.find((row) => row.id === id && (row.until === null || at < row.until))?.name ?? "";
}

const ADDRESS = { email: true, side: true } satisfies Prisma.PersonSelect;
type People = Pick<Tx, "person" | "$queryRaw">;

type Taken = { id: string; agencyId: string };

/** Who may take the next step. `withoutId`: who cannot take both. */
const whoMayTake = (
  handover: Handover,
  application: Taken,
  cents: bigint,
  withoutId?: string,
): Prisma.PersonWhereInput => ({
  AND: [mayTakeOn(handover, application, cents, dayOf(now())), withoutId ? { id: { not: withoutId } } : {}],
});

type Kept = Taken & { deskOfficerId: string | null };

/**
 * The people that a step is handed on to: those who may take the next one. Of the desk, which has its mailbox, whoever looks
 * after the application; no assessors or advisers, who are asked one by one.
 */
export async function listWaitedFor(
  client: People,
  application: Kept,
  handover: Handover,
  withoutId?: string,
): Promise<{ email: string; side: "AGENCY" | "MFAT" }[]> {
  if (isAskedByName(handover.role)) return [];
  if (handover.role === "DESK") {
    const id = application.deskOfficerId;
    const mayAct = whoMayTake({ role: "DESK" }, application, 0n, withoutId);
    return id ? client.person.findMany({ where: { AND: [{ id }, mayAct] }, select: ADDRESS }) : [];
  }
  const cents = handover.role === "APPROVER" ? await readDecidedCents(client, application.id) : 0n;
  return client.person.findMany({ where: whoMayTake(handover, application, cents, withoutId), select: ADDRESS });
}

/** The same for a state, in a role that it waits on: it may wait on several, one after the other. */
export const listWaitedForIn = (
  client: People,
  application: Kept & { state: State },
  role: Role | null,
  withoutId?: string,
): ReturnType<typeof listWaitedFor> =>
  role
    ? listWaitedFor(client, application, { role, duty: STATES[application.state].duty }, withoutId)
    : Promise.resolve([]);

/** `cents`: what an approver would have to decide. */
type Sent = Taken & { agency: { name: string }; minimumAssessments: number; cents: bigint };

/** What a sender is told before a step is handed on to one of several offices. */
export async function readBeforeSending(
  client: People,
  side: "AGENCY" | "MFAT",
  application: Sent,
  asked: readonly { handover: Handover; withoutId?: string | undefined }[],
): Promise<ReturnType<typeof beforeSending>> {
  const free = await Promise.all(
    asked.map(async ({ handover, withoutId }) => {
      const needed = handover.role === "ASSESSOR" ? application.minimumAssessments : 1;
      // What the desk or its assessors lack is nothing to tell an agency.
      if (side === "AGENCY" && !isPersonal(handover.role)) return { role: handover.role, people: needed, needed };
      const people = await client.person.count({
        where: whoMayTake(handover, application, application.cents, withoutId),
      });
      return { role: handover.role, people, needed };
    }),
  );
  const isEnough = free.every(({ people, needed }) => people >= needed);
  return isEnough ? { cautions: [] } : beforeSending(free, await readHelpers(client, application), side);
}

/** Some addresses to ask for a role that nobody holds. */
export async function listAdministrators(client: Pick<Tx, "person">): Promise<string[]> {
  const people = await client.person.findMany({
    where: { endedAt: null, roles: { some: { role: "ADMINISTRATOR" } } },
    select: { email: true },
    orderBy: { email: "asc" },
    take: 3,
  });
  return people.map(({ email }) => email);
}

async function readHelpers(
  client: People,
  { agency, cents }: { agency: { name: string }; cents: bigint },
): Promise<Helpers> {
  return {
    agencyName: agency.name,
    cents,
    deskEmail: env().DESK_EMAIL,
    administrators: await listAdministrators(client),
  };
}

/** Why there is nobody to ask in a role, and who can help, in words for one side. */
export async function nobodyFor(
  client: People,
  side: "AGENCY" | "MFAT",
  application: { id: string; agency: { name: string } },
  role: Role,
): Promise<string> {
  const cents = role === "APPROVER" ? await readDecidedCents(client, application.id) : 0n;
  return nobodyToAsk(role, await readHelpers(client, { ...application, cents }), side);
}

import { z } from "zod";
import { pageOf } from "#lib/form/filters.ts";
import { type Actor, AGENCY_ROLES, MFAT_ROLES, permit, type Role } from "#lib/lifecycle/permissions.ts";
import { now } from "#lib/platform/clock.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import { db } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
import { PEOPLE_ORDERS } from "./schema.ts";

/** What makes an actor of a person: one query. */
export const ACTOR = {
  roles: { select: { role: true } },
  delegation: { select: { limitCents: true } },
  agency: { select: { id: true, name: true } },
} satisfies Prisma.PersonInclude;

type PersonWithRoles = Prisma.PersonGetPayload<{ include: typeof ACTOR }>;

/** The person as the one who asks. */
export function toActor(person: PersonWithRoles): Actor {
  const { id: personId, name, email, agency } = person;
  const roles = new Set(person.roles.map(({ role }) => role));
  if (agency) return { side: "AGENCY", personId, name, email, roles, agencyId: agency.id, agencyName: agency.name };
  return {
    side: "MFAT",
    personId,
    name,
    email,
    roles,
    ...(person.delegation && { delegationCents: person.delegation.limitCents }),
  };
}

/** The person with an address, as an actor; null where nobody has it or the account has ended. */
export async function findActor(email: string): Promise<Actor | null> {
  const person = await db().person.findFirst({ where: { email: email.toLowerCase(), endedAt: null }, include: ACTOR });
  return person && toActor(person);
}

export type PersonRow = {
  id: string;
  name: string;
  email: string;
  side: "AGENCY" | "MFAT";
  /** The agency's name, or MFAT. */
  belongsTo: string;
  roles: Role[];
  endedAt: Date | null;
  revision: number;
};

/** Whose accounts exist for somebody: to a certifier those of their own agency, and to MFAT's readers everybody's. @throws FORBIDDEN */
function readBy(actor: Actor): Prisma.PersonWhereInput {
  if (actor.side === "AGENCY") return keptBy(actor);
  permit(actor, "person:read");
  return {};
}

/** Whose accounts somebody keeps. @throws FORBIDDEN */
export function keptBy(actor: Actor): Prisma.PersonWhereInput {
  permit(actor, actor.side === "AGENCY" ? "colleague:keep" : "person:keep");
  return actor.side === "AGENCY" ? { side: "AGENCY", agencyId: actor.agencyId } : {};
}

const isId = (text: string): boolean => z.uuid().safeParse(text).success;
const PAGE = 50;

/** People a page at a time: `after` is the last id of the page before. */
export async function listPeople(
  actor: Actor,
  { search, sort, after = "" }: { search?: string | null; sort?: string | null; after?: string } = {},
): Promise<{ people: PersonRow[]; next: string | null }> {
  const scope = readBy(actor);
  const rows = await db().person.findMany({
    where: { ...scope, ...(search && { id: { in: await idsWith(search) } }) },
    include: ACTOR,
    ...pageOf<Prisma.PersonOrderByWithRelationInput>(PEOPLE_ORDERS, sort, after, PAGE),
  });
  return { people: rows.slice(0, PAGE).map(toRow), next: rows.length > PAGE ? (rows[PAGE - 1]?.id ?? null) : null };
}

/** Of whom each word is a part of the name, typed with or without macrons and apostrophes, or of an address that they have or had. */
async function idsWith(search: string): Promise<string[]> {
  const words = search.split(/[\s,;]+/).filter(Boolean);
  const found = await db().$queryRaw<{ id: string }[]>`
    SELECT p.id FROM "Person" p WHERE NOT EXISTS (
      SELECT FROM unnest(${words}::text[]) word
      WHERE strpos(fold_text(lower(p.name)), fold_text(lower(word))) = 0 AND strpos(p.email, lower(word)) = 0
        AND NOT EXISTS (SELECT FROM "AuditEvent" e WHERE e.event = 'person.addressChanged' AND e.subject = 'person:' || p.id
          AND strpos(e.data #>> '{before,email}', lower(word)) > 0))`;
  return found.map(({ id }) => id);
}

export type PersonDetails = PersonRow & {
  createdAt: Date;
  /** null is no limit, undefined no delegation. */
  delegationCents?: bigint | null;
  /** Sessions that have not ended. */
  sessions: number;
};

/** @throws NOT_FOUND */
export async function getPerson(actor: Actor, id: string, aliveSince: Date): Promise<PersonDetails> {
  const scope = readBy(actor);
  const alive = { expires: { gt: now() }, lastSeenAt: { gt: aliveSince } };
  const person = isId(id)
    ? await db().person.findFirst({
        where: { ...scope, id },
        include: { ...ACTOR, _count: { select: { sessions: { where: alive } } } },
      })
    : null;
  if (!person) throw notFound();
  return {
    ...toRow(person),
    createdAt: person.createdAt,
    sessions: person._count.sessions,
    ...(person.delegation && { delegationCents: person.delegation.limitCents }),
  };
}

/** Roles in the order in which the glossary lists them. */
const inOrder = (roles: readonly { role: Role }[]): Role[] =>
  [...AGENCY_ROLES, ...MFAT_ROLES].filter((role) => roles.some((held) => held.role === role));

const toRow = ({ id, name, email, side, agency, roles, endedAt, revision }: PersonWithRoles): PersonRow => ({
  id,
  revision,
  name,
  email,
  side,
  belongsTo: agency?.name ?? "MFAT",
  roles: inOrder(roles),
  endedAt,
});

/** `id`: the beginning of the token's hash, which is enough to name a session and signs nobody in. */
export type SessionRow = { id: string; createdAt: Date; lastSeenAt: Date; isThis: boolean };

/** How many characters of a hash identify a session. */
const SESSION_ID_LENGTH = 16;

/** The actor's own sessions that still sign in, the newest first. `ownHash`: of the one that asks. */
export async function listOwnSessions(actor: Actor, ownHash: string, aliveSince: Date): Promise<SessionRow[]> {
  const rows = await db().session.findMany({
    where: { personId: actor.personId, expires: { gt: now() }, lastSeenAt: { gt: aliveSince } },
    orderBy: [{ createdAt: "desc" }, { tokenHash: "asc" }],
    take: 100,
  });
  return rows.map(({ tokenHash, createdAt, lastSeenAt }) => ({
    id: tokenHash.slice(0, SESSION_ID_LENGTH),
    createdAt,
    lastSeenAt,
    isThis: tokenHash === ownHash,
  }));
}

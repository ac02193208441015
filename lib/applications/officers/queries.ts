import type { Option } from "#lib/form/fields.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { inScope, nameOn, scopeOf } from "#lib/lifecycle/queries.ts";
import { ALL_STATES } from "#lib/lifecycle/states.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { DESK_OFFICERS, isLookedAfter, lookedAfterBy, type Officer } from "./rules.ts";

/** From when on somebody looked after an application, in the names of that day. */
export type OfficerLine = { personId: string; name: string; since: Date; by: string | null; reason: string | null };

/** Who looks after an application, and who did before, the newest first. */
export const listOfficersOf = (
  actor: MfatActor,
  applicationId: string,
  client: Pick<Tx, "$queryRaw"> = db(),
): Promise<OfficerLine[]> =>
  client.$queryRaw`
    SELECT o."personId", ${nameOn(Prisma.sql`o."personId"`, Prisma.sql`o.since`)} AS name, o.since,
      ${nameOn(Prisma.sql`o."byId"`, Prisma.sql`o.since`)} AS by, o.reason
    FROM "DeskOfficer" o JOIN "Application" a ON a.id = o."applicationId"
    WHERE a.id = ${applicationId}::uuid AND ${inScope(actor)} ORDER BY o.id DESC`;

/** Desk officers who may look after an application: those whom no interest recuses. */
export async function listOfficers(client: Pick<Tx, "person">, applicationId: string): Promise<Officer[]> {
  const people = await client.person.findMany({
    where: { ...DESK_OFFICERS, declarations: { none: { applicationId, isRecused: true } } },
    select: {
      id: true,
      name: true,
      _count: { select: { looksAfter: { where: { state: { in: ALL_STATES.filter(isLookedAfter) } } } } },
    },
    orderBy: [{ name: "asc" }, { id: "asc" }],
  });
  return people.map(({ id, name, _count }) => ({ id, name, count: _count.looksAfter }));
}

/** Whom an application may be handed over to, with how many they look after now. */
export async function listOfficerOptions(
  actor: MfatActor,
  { id, deskOfficerId }: { id: string; deskOfficerId: string | null },
): Promise<Option[]> {
  permit(actor, "officer:change");
  return (await listOfficers(db(), id))
    .filter((one) => one.id !== deskOfficerId)
    .map(({ id: value, name, count }) => ({
      value,
      label: `${name} (looks after ${count === 1 ? "1 application" : `${count} applications`})`,
    }));
}

/** What the filter of a list offers: the reader, nobody, and every other desk officer by name. */
export async function listOfficerFilter(actor: MfatActor, client: Pick<Tx, "person"> = db()): Promise<Option[]> {
  const others = await client.person.findMany({
    where: { ...DESK_OFFICERS, id: { not: actor.personId } },
    select: { id: true, name: true },
    orderBy: [{ name: "asc" }, { id: "asc" }],
  });
  return [
    { value: "me", label: "You" },
    ...others.map(({ id, name }) => ({ value: id, label: name })),
    { value: "nobody", label: "Nobody" },
  ];
}

/** How many open applications no desk officer looks after: whoever did may have left. */
export const countLookedAfterByNobody = (actor: MfatActor): Promise<number> =>
  db().application.count({
    where: {
      AND: [
        scopeOf(actor),
        { state: { in: ALL_STATES.filter(isLookedAfter) } },
        lookedAfterBy("nobody", actor.personId),
      ],
    },
  });

/** The same filter for "Application" a in an SQL query. */
export function isLookedAfterBy(chosen: string | null, { personId }: MfatActor): Prisma.Sql {
  if (!chosen) return Prisma.sql`TRUE`;
  if (chosen !== "nobody") return Prisma.sql`a."deskOfficerId" = ${chosen === "me" ? personId : chosen}::uuid`;
  return Prisma.sql`(a."versionNumber" > 0 AND NOT EXISTS (SELECT FROM "Person" p
    JOIN "PersonRole" r ON r."personId" = p.id AND r.role = 'DESK' WHERE p.id = a."deskOfficerId" AND p."endedAt" IS NULL))`;
}

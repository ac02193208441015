import { AGENCY_FILTER } from "#lib/agencies/queries.ts";
import { type Option, UUID } from "#lib/form/fields.ts";
import { readOptions } from "#lib/fund/queries.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { inScope, nameOn, scopeOf } from "#lib/lifecycle/queries.ts";
import { toldApart } from "#lib/lifecycle/rules.ts";
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
      email: true,
      _count: { select: { looksAfter: { where: { state: { in: ALL_STATES.filter(isLookedAfter) } } } } },
    },
    orderBy: [{ name: "asc" }, { id: "asc" }],
  });
  return people.map(({ _count, ...person }) => ({ ...person, count: _count.looksAfter }));
}

/** Whom an application may be handed over to, with how many they look after now. */
export async function listOfficerOptions(
  actor: MfatActor,
  { id, deskOfficerId }: { id: string; deskOfficerId: string | null },
): Promise<Option[]> {
  permit(actor, "officer:change");
  return toldApart(await listOfficers(db(), id))
    .filter((one) => one.id !== deskOfficerId)
    .map(({ id: value, name, count }) => ({
      value,
      label: `${name} (looks after ${count === 1 ? "1 application" : `${count} applications`})`,
    }));
}

/** What MFAT's lists can be narrowed to, for readOptions(): every agency, and every desk officer but the reader. */
export const mfatFilters = (actor: MfatActor) => ({
  agencies: AGENCY_FILTER,
  deskOfficers: Prisma.sql`
    SELECT p.id::text, p.name, p.email, row_number() OVER (ORDER BY p.name, p.id) FROM "Person" p
    WHERE p.side = 'MFAT' AND p."endedAt" IS NULL AND p.id <> ${actor.personId}::uuid
      AND EXISTS (SELECT FROM "PersonRole" r WHERE r."personId" = p.id AND r.role = 'DESK')`,
});

/** The reader, every other desk officer by name, and nobody. */
export const officerFilter = (others: readonly (Option & { email?: string })[]): Option[] => [
  { value: "me", label: "You" },
  ...toldApart(others.map(({ value, label, email = "" }) => ({ value, name: label, email }))).map(
    ({ value, name }) => ({ value, label: name }),
  ),
  { value: "nobody", label: "Nobody" },
];

/** What the filters of MFAT's lists offer. */
export async function readMfatFilters(
  actor: MfatActor,
  client: Pick<Tx, "$queryRaw"> = db(),
): Promise<{ agencies: Option[]; deskOfficers: Option[] }> {
  const { agencies, deskOfficers } = await readOptions(client, mfatFilters(actor));
  return { agencies, deskOfficers: officerFilter(deskOfficers) };
}

/** Somebody who left the desk, and who looks after now what they did, whoever took over most first. */
export type FormerOfficer = { name: string; successors: { id: string; name: string }[] };

/** Whom a saved view may still ask for: null for everybody whom the filter offers, and for nobody who ever looked after anything. */
export async function readFormerOfficer(actor: MfatActor, personId: string): Promise<FormerOfficer | null> {
  if (!UUID.test(personId)) return null;
  const found = await db().person.findFirst({
    where: { id: personId, lookedAfter: { some: {} }, NOT: DESK_OFFICERS },
    select: { name: true },
  });
  if (!found) return null;
  const successors = await db().$queryRaw<FormerOfficer["successors"]>`
    SELECT p.id, p.name FROM "Application" a JOIN "Person" p ON p.id = a."deskOfficerId" AND p."endedAt" IS NULL
    WHERE ${inScope(actor)} AND EXISTS (SELECT FROM "PersonRole" r WHERE r."personId" = p.id AND r.role = 'DESK')
      AND EXISTS (SELECT FROM "DeskOfficer" o WHERE o."applicationId" = a.id AND o."personId" = ${personId}::uuid)
    GROUP BY p.id, p.name ORDER BY count(*) DESC, p.name`;
  return { name: found.name, successors };
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

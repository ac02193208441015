import type { Prisma } from "../db/generated/client.ts";
import { db } from "../db.ts";
import type { Actor } from "../permissions.ts";

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

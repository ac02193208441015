import { UUID } from "#lib/form/fields.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { db } from "#lib/platform/db.ts";

export type Ties = { adviseOn: string | null; places: { code: string; name: string }[] };

/** What somebody is tied to as an adviser; null where they are none. */
export async function readTies(actor: MfatActor, personId: string): Promise<Ties | null> {
  permit(actor, "person:read");
  if (!UUID.test(personId)) return null;
  const person = await db().person.findFirst({
    where: { id: personId, roles: { some: { role: "ADVISER" } } },
    select: {
      adviseOn: true,
      advisesFor: { select: { place: { select: { code: true, name: true } } }, orderBy: { place: { name: "asc" } } },
    },
  });
  return person && { adviseOn: person.adviseOn, places: person.advisesFor.map(({ place }) => place) };
}

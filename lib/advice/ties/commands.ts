import { type Lists, UUID, type Values } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { getLists } from "#lib/fund/queries.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { knowing } from "#lib/lifecycle/settings/commands.ts";
import { nothingChanged, type Revised } from "#lib/lifecycle/settings/rules.ts";
import { isRepeated, recordEvent } from "#lib/platform/audit.ts";
import { transaction } from "#lib/platform/db.ts";
import { DomainError, forbidden, invalid, notFound } from "#lib/platform/errors.ts";
import { TIES_FIELDS } from "./schema.ts";

/** @throws INVALID at the fields */
function readTies(values: Values, lists: Lists): { places: string[]; adviseOn: string | null } {
  const { data, errors } = parseFields(TIES_FIELDS, values, lists);
  if (errors) throw invalid(errors);
  const places = data.places ?? [];
  if (!places.length && !data.adviseOn) throw invalid({ places: "Choose at least one place, or enter a subject" });
  if (places.length && data.adviseOn) throw invalid({ adviseOn: "Enter a subject or choose places, not both" });
  return { places, adviseOn: data.adviseOn };
}

/**
 * Changes what an adviser is tied to (TIES_FIELDS): from now on they can read the initiatives for these places.
 * @throws INVALID at the fields, STATE for somebody who is not an adviser, FORBIDDEN, NOT_FOUND
 */
export async function changeTies(actor: MfatActor, request: Revised, personId: string, values: Values): Promise<void> {
  permit(actor, "role:keep");
  if (personId === actor.personId) throw forbidden("Another administrator can change what you advise on.");
  const lists = await getLists();
  await transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext('people'))`;
    if (await isRepeated(tx, request.requestId)) return;
    const person = UUID.test(personId)
      ? await tx.person.findUnique({ where: { id: personId }, include: { roles: true, advisesFor: true } })
      : null;
    if (!person) throw notFound();
    if (person.endedAt || !person.roles.some(({ role }) => role === "ADVISER"))
      throw new DomainError("STATE", `${person.name} is not an adviser.`);
    const held = person.advisesFor.map(({ placeCode }) => placeCode);
    const known = await knowing(tx, request, {
      subject: `person:${personId}`,
      revision: person.revision,
      fields: TIES_FIELDS,
      values: { places: held, adviseOn: person.adviseOn ?? "" },
    });
    const { places, adviseOn } = readTies(values, lists);
    if (
      adviseOn === person.adviseOn &&
      new Set([...places, ...held]).size === held.length &&
      places.length === held.length
    )
      throw nothingChanged();
    await tx.person.update({ where: { id: personId }, data: { adviseOn } });
    await tx.adviserPlace.deleteMany({ where: { personId, placeCode: { notIn: places } } });
    const added = places.filter((code) => !held.includes(code));
    await tx.adviserPlace.createMany({ data: added.map((placeCode) => ({ personId, placeCode })) });
    await recordEvent(tx, {
      event: "adviser.changed",
      known,
      actor,
      subject: `person:${personId}`,
      data: {
        before: { places: held.sort(), adviseOn: person.adviseOn },
        after: { places: [...places].sort(), adviseOn },
      },
      requestId: request.requestId,
      ...(request.remoteAddress && { remoteAddress: request.remoteAddress }),
    });
  });
}

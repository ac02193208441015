import { type Option, UUID } from "#lib/form/fields.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
import { countsInWords } from "./rules.ts";

export type Moving = {
  name: string;
  revision: number;
  /** How many applications it has. */
  count: number;
  /** The same by state, in words. */
  words: string;
  lists: { agencies: Option[] };
};

/** An agency whose applications may move to another, and to which. @throws NOT_FOUND, FORBIDDEN */
export async function readMoving(actor: MfatActor, id: string): Promise<Moving> {
  permit(actor, "agency:keep");
  const agency = UUID.test(id) ? await db().agency.findUnique({ where: { id } }) : null;
  if (!agency) throw notFound();
  const [lists, counts] = await Promise.all([
    listSuccessors(db(), id),
    db().application.groupBy({ by: ["state"], where: { agencyId: id }, _count: true }),
  ]);
  const byState = counts.map(({ state, _count }) => ({ state, count: _count }));
  const count = byState.reduce((sum, one) => sum + one.count, 0);
  return { name: agency.name, revision: agency.revision, count, words: countsInWords(byState), lists };
}

/** The agencies that may take over the work of another: those that may apply. */
export async function listSuccessors(client: Pick<Tx, "agency">, id: string): Promise<Moving["lists"]> {
  const others = await client.agency.findMany({
    where: { isActive: true, id: { not: id } },
    orderBy: [{ name: "asc" }, { id: "asc" }],
  });
  return { agencies: others.map(({ id: value, name: label }) => ({ value, label })) };
}

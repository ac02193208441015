import type { Option } from "#lib/form/fields.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { scopeOf } from "#lib/lifecycle/queries.ts";
import { db, type Tx } from "#lib/platform/db.ts";

/** The conditions of an arrangement, as they were approved; both sides read them. */
export const listConditions = (actor: Actor, applicationId: string, client: Pick<Tx, "condition"> = db()) =>
  client.condition.findMany({
    where: { applicationId, arrangement: { application: scopeOf(actor) } },
    orderBy: { number: "asc" },
  });

/** Those that are met, or not, as options of a form. */
export async function listConditionsAs(actor: Actor, applicationId: string, isMet: boolean): Promise<Option[]> {
  const rows = await listConditions(actor, applicationId);
  return rows
    .filter(({ metAt }) => (metAt !== null) === isMet)
    .map(({ number, text, owner }) => ({
      value: String(number),
      label: `${number}. ${text}`,
      hint: `Owner: ${owner}`,
    }));
}

import { randomUUID } from "node:crypto";
import type { Revised } from "#lib/lifecycle/settings/rules.ts";
import { db } from "#lib/platform/db.ts";

/** The values of the form on a page that shows a person, an agency or a view, as it is now. */
export async function asShown(id: string, requestId: string = randomUUID()): Promise<Revised> {
  const [row] = await db().$queryRaw<{ revision: number }[]>`
    SELECT revision FROM (SELECT id, revision FROM "Person" UNION ALL SELECT id, revision FROM "Agency"
      UNION ALL SELECT id, revision FROM "SavedView") kept WHERE id = ${id}::uuid`;
  return { requestId, revision: row?.revision ?? 0 };
}

import type { Tx } from "#lib/platform/db.ts";
import type { Written } from "./rules.ts";

/** The last things that were done to a record whose page had a revision, the first first. */
export async function listWrittenSince(
  client: Pick<Tx, "$queryRaw">,
  subject: string,
  revision: number,
): Promise<Written[]> {
  const rows = await client.$queryRaw<Written[]>`
    SELECT e.event, e.at, e.data, p.name AS by FROM "AuditEvent" e LEFT JOIN "Person" p ON p.id = e."actorId"
    WHERE e.subject = ${subject} AND e.data ? 'revision' AND (e.data ->> 'revision')::int >= ${revision}
    ORDER BY e.id DESC LIMIT 3`;
  return rows.reverse();
}

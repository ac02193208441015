import type { Role } from "#lib/lifecycle/permissions.ts";
import { STATES } from "#lib/lifecycle/states.ts";
import { TOLD_FIRST, WAITS, waits } from "#lib/lifecycle/waits/rows/queries.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import type { Tx } from "#lib/platform/db.ts";

/**
 * Who an application is waiting on, and for which step where it is a single one. On hold it waits on the desk; work under way
 * waits on those doing it.
 */
export type Waiting = { role: Role; since: Date; step?: string };

type Waited = { id: string; state: State; stateSince: Date; heldAt: Date | null };

/** States that wait on several offices, one after the other; some that have ended may wait on somebody still. */
const SEVERAL: readonly State[] = [
  ...(["ASSESSMENT", "MODERATION", "BUDGET_CHECK", "DECISION"] as const),
  ...(["ACTIVE", "CLOSING", "TERMINATED", "CLOSED"] as const),
];

type Client = Pick<Tx, "$queryRaw">;

/** Null: it waits on nobody. What was terminated or closed may wait for its final account, or to be reopened. */
export const findWaiting = async (client: Client, application: Waited): Promise<Waiting | null> =>
  (await listWaiting(client, [application])).get(application.id) ?? null;

/** `personId`: the one person it waits for, if it is a single person. */
export type AskedStep = { role: Role; step: string; personId: string | null };

/** Every step an application waits for, with the office that takes it. A hold makes no difference here. */
export const listAskedSteps = (client: Client, { id, state }: Pick<Waited, "id" | "state">): Promise<AskedStep[]> =>
  WAITS[state]
    ? client.$queryRaw`SELECT DISTINCT w.role, w.step, w."personId" FROM (${waits([state])}) w WHERE w.id = ${id}::uuid ORDER BY 1, 2, 3`
    : Promise.resolve([]);

/**
 * By id; what has ended is not in it. Where several are waited for at once the desk comes first, then the longest wait. Last
 * come a finance officer, who helps a certifier, an adviser, who helps the desk, unclaimed work, which every agency is asked for
 * at once in June, and conditions.
 */
export async function listWaiting(client: Client, applications: readonly Waited[]): Promise<Map<string, Waiting>> {
  const asked = applications.filter(({ state, heldAt }) => !heldAt && SEVERAL.includes(state));
  const states = SEVERAL.filter((state) => asked.some((one) => one.state === state));
  const ids = asked.map(({ id }) => id);
  const rows = asked.length
    ? await client.$queryRaw<(Waiting & { id: string })[]>`
        SELECT DISTINCT ON (w.id) w.id, w.role, w.since, w.step FROM (${waits(states)}) w WHERE w.id = ANY(${ids}::uuid[])
        ORDER BY w.id, ${TOLD_FIRST}`
    : [];
  return new Map(
    applications.flatMap(({ id, state, stateSince, heldAt }): [string, Waiting][] => {
      const role = STATES[state].waitsOn;
      if (role && heldAt) return [[id, { role: "DESK", since: heldAt }]];
      const { id: _, ...waiting } = rows.find((row) => row.id === id) ?? { id, role, since: stateSince };
      return waiting.role ? [[id, { ...waiting, role: waiting.role }]] : [];
    }),
  );
}

/** The amount an approver has to decide, in cents: the new total of a cost variation, or the recommended amount. */
export const DECIDED_CENTS = Prisma.sql`coalesce(
  (SELECT sum((part ->> 'cents')::bigint)::bigint FROM "Variation" v CROSS JOIN jsonb_array_elements(v.proposed -> 'phasing') part
    WHERE v."applicationId" = a.id AND v.kind = 'COST' AND v.state IN ('ASKED', 'BUDGET_CONFIRMED')),
  a."recommendedCents", 0)`;

export async function readDecidedCents(client: Client, applicationId: string): Promise<bigint> {
  const rows = await client.$queryRaw<{ cents: bigint }[]>`
    SELECT ${DECIDED_CENTS} AS cents FROM "Application" a WHERE a.id = ${applicationId}::uuid`;
  return rows[0]?.cents ?? 0n;
}

/** How long it was on hold since a wait `w` began, in milliseconds: a hold stops every clock. */
export const HELD_MS = Prisma.sql`(
  SELECT coalesce(sum(extract(epoch FROM r.at - greatest(h.at, w.since))) * 1000, 0)::float8
  FROM "AuditEvent" r CROSS JOIN LATERAL (SELECT max(e.at) AS at FROM "AuditEvent" e
    WHERE e."applicationId" = a.id AND e.action = 'putOnHold' AND e.id < r.id) h
  WHERE r."applicationId" = a.id AND r.action = 'resume' AND r.at > w.since)`;

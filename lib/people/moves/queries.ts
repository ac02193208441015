import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { db } from "#lib/platform/db.ts";

export type PlannedMove = { to: string; email: string; fromOn: Date; by: string };

/** The move of somebody to another agency that is planned; null where none is. @throws FORBIDDEN */
export async function readPlannedMove(actor: MfatActor, personId: string): Promise<PlannedMove | null> {
  permit(actor, "person:keep");
  const move = await db().personMove.findFirst({
    where: { personId, endedAt: null },
    include: { agency: { select: { name: true } }, plannedBy: { select: { name: true } } },
  });
  return move && { to: move.agency.name, email: move.email, fromOn: move.fromOn, by: move.plannedBy.name };
}

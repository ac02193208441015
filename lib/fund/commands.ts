import { recordEvent } from "../audit.ts";
import { atTime } from "../dates.ts";
import { transaction } from "../db.ts";
import { invalid, violates } from "../errors.ts";
import { type MfatActor, permit } from "../permissions.ts";
import { type NewRound, STARTING_CRITERIA } from "./schema.ts";

/** Makes a round with the starting set of criteria. @throws INVALID at the field, FORBIDDEN */
export async function createRound(
  actor: MfatActor,
  request: { requestId: string; remoteAddress?: string },
  round: NewRound,
): Promise<void> {
  permit(actor, "round:keep");
  const opensAt = atTime(round.opensOn, "00:00");
  const closesAt = round.closesOn && atTime(round.closesOn, "17:00");
  if (closesAt && closesAt <= opensAt) throw invalid({ "closesOn-day": "It must close after it opens" });
  try {
    await transaction(async (tx) => {
      const { requestId, remoteAddress } = request;
      if (await tx.auditEvent.findUnique({ where: { requestId }, select: { id: true } })) return;
      const { id } = await tx.round.create({
        data: {
          name: round.name,
          opensAt,
          closesAt,
          minimumAssessments: round.minimumAssessments,
          criteria: {
            create: STARTING_CRITERIA.map(({ anchors, ...criterion }, position) => ({
              ...criterion,
              anchors: [...anchors],
              position,
            })),
          },
        },
      });
      await recordEvent(tx, {
        event: "round.created",
        actor,
        requestId,
        subject: `round:${id}`,
        data: { name: round.name },
        ...(remoteAddress && { remoteAddress }),
      });
    });
  } catch (error) {
    if (violates(error, "Round_name_key")) throw invalid({ name: "There is already a round with this name" });
    throw error;
  }
}

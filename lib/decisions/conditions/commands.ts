import { currentConditions } from "#lib/decisions/queries.ts";
import { checkConditions } from "#lib/decisions/rules.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { isRepeated, recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { transaction } from "#lib/platform/db.ts";
import { conflict, invalid } from "#lib/platform/errors.ts";

/** `revision`: the number of the library that the page showed. */
type LibraryRequest = { requestId: string; revision: number; remoteAddress?: string };

/**
 * Saves the library of conditions as a new one; what was recommended or decided keeps its own words. The same again makes
 * none.
 * @throws INVALID at the field, CONFLICT where somebody saved meanwhile, FORBIDDEN
 */
export function saveConditions(
  actor: MfatActor,
  request: LibraryRequest,
  conditions: readonly string[],
): Promise<void> {
  permit(actor, "condition:keep");
  return transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext('conditions'))`;
    if (await isRepeated(tx, request.requestId)) return;
    const errors = checkConditions(conditions);
    if (Object.keys(errors).length) throw invalid(errors);
    const before = await currentConditions(tx);
    if (before.number !== request.revision) {
      throw conflict(
        `A colleague saved the library on ${formatInstant(before.savedAt)}, after you opened this page. Your version is still here, and the saved one is below it.`,
      );
    }
    if (before.conditions.join("\n") === conditions.join("\n")) return;
    const number = before.number + 1;
    await tx.conditionList.create({
      data: { number, conditions: [...conditions], savedById: actor.personId, savedAt: now() },
    });
    await recordEvent(tx, {
      event: "conditions.saved",
      actor,
      subject: "conditions:library",
      data: { number, before: before.conditions, after: [...conditions] },
      requestId: request.requestId,
      ...(request.remoteAddress && { remoteAddress: request.remoteAddress }),
    });
  });
}

import { currentConditions } from "#lib/decisions/queries.ts";
import { checkConditions } from "#lib/decisions/rules.ts";
import { CONDITION_LIST_FIELDS } from "#lib/decisions/schema.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { knowing } from "#lib/lifecycle/settings/commands.ts";
import { nothingChanged, type Revised } from "#lib/lifecycle/settings/rules.ts";
import { isRepeated, recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { transaction } from "#lib/platform/db.ts";
import { invalid } from "#lib/platform/errors.ts";

/**
 * Saves the library of conditions as a new one, whose number is its revision; what was recommended or decided keeps its own words.
 * @throws INVALID at the field, CONFLICT where somebody saved meanwhile, STATE where nothing is changed, FORBIDDEN
 */
export function saveConditions(actor: MfatActor, request: Revised, conditions: readonly string[]): Promise<void> {
  permit(actor, "condition:keep");
  return transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext('conditions'))`;
    if (await isRepeated(tx, request.requestId)) return;
    const errors = checkConditions(conditions);
    if (Object.keys(errors).length) throw invalid(errors);
    const before = await currentConditions(tx);
    const known = await knowing(tx, request, {
      subject: "conditions:library",
      revision: before.number,
      fields: CONDITION_LIST_FIELDS,
      values: { conditions: before.conditions.join("\n") },
    });
    if (before.conditions.join("\n") === conditions.join("\n")) throw nothingChanged();
    const number = before.number + 1;
    await tx.conditionList.create({
      data: { number, conditions: [...conditions], savedById: actor.personId, savedAt: now() },
    });
    await recordEvent(tx, {
      event: "conditions.saved",
      known,
      actor,
      subject: "conditions:library",
      data: { number, before: before.conditions, after: [...conditions] },
      requestId: request.requestId,
      ...(request.remoteAddress && { remoteAddress: request.remoteAddress }),
    });
  });
}

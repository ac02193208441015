import { currentConditions } from "#lib/decisions/queries.ts";
import { checkConditions } from "#lib/decisions/rules.ts";
import { CONDITION_LIST_FIELDS } from "#lib/decisions/schema.ts";
import { type StepRequest, takeTransition } from "#lib/lifecycle/commands.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import type { LockedApplication } from "#lib/lifecycle/queries.ts";
import { knowing } from "#lib/lifecycle/settings/commands.ts";
import { nothingChanged, type Revised } from "#lib/lifecycle/settings/rules.ts";
import { isRepeated, recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDueDay } from "#lib/platform/dates.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { invalid } from "#lib/platform/errors.ts";
import { listConditions } from "./queries.ts";
import { heldWords, namedIn } from "./rules.ts";
import { type ChangedCondition, type MetCondition, type ReopenedCondition, UNMET } from "./schema.ts";
import { CONDITION_STEPS } from "./steps.ts";

/**
 * Saves the library of conditions as a new version, whose number is its revision; recommendations and decisions keep
 * their own wording.
 * @throws INVALID at the field, CONFLICT where somebody saved meanwhile, STATE where nothing has changed, FORBIDDEN
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

type Accepted = { id: string; agency: { name: string } };

/** Creates an arrangement's conditions from its approval: owned by its agency, to be met by that day. */
export async function keepConditions(tx: Tx, { id, agency }: Accepted, conditions: string, dueOn: Date): Promise<void> {
  await tx.condition.createMany({
    data: namedIn(conditions).map((text, index) => ({
      applicationId: id,
      number: index + 1,
      text,
      owner: agency.name,
      dueOn,
    })),
  });
}

/** Moves conditions that are due with the final report, when the end of their arrangement moves. */
export async function moveConditions(tx: Tx, applicationId: string, from: Date, to: Date): Promise<void> {
  await tx.condition.updateMany({ where: { applicationId, dueOn: from, metAt: null }, data: { dueOn: to } });
}

/** @throws INVALID where there is no such condition, or it is already met, or not yet met */
async function conditionOf(tx: Tx, actor: MfatActor, { id }: LockedApplication, number: string, isMet: boolean) {
  const found = (await listConditions(actor, id, tx)).find((one) => String(one.number) === number);
  if (!found || (found.metAt !== null) !== isMet) {
    throw invalid({ condition: `Choose a condition that is ${isMet ? "met" : "not met yet"}` });
  }
  return found;
}

/** Sets who has to meet a condition, and by when. */
export function changeCondition(actor: MfatActor, request: StepRequest, reference: string, changed: ChangedCondition) {
  return takeTransition(actor, request, reference, CONDITION_STEPS.changeCondition, async (tx, application) => {
    const { owner, dueOn } = changed;
    const before = await conditionOf(tx, actor, application, changed.condition, false);
    if (before.owner === owner && before.dueOn.getTime() === dueOn.getTime()) {
      throw invalid({ owner: "Change the owner or the day. These are the same" });
    }
    await tx.condition.update({ where: { id: before.id }, data: { owner, dueOn } });
    return {
      note: `Condition ${before.number} must be met by ${formatDueDay(dueOn)}.`,
      data: { condition: before.number, owner, before: { owner: before.owner, dueOn: before.dueOn.toISOString() } },
    };
  });
}

/** Records what shows that a condition is met. */
export function meetCondition(actor: MfatActor, request: StepRequest, reference: string, met: MetCondition) {
  return takeTransition(actor, request, reference, CONDITION_STEPS.meetCondition, async (tx, application) => {
    const { id, number } = await conditionOf(tx, actor, application, met.condition, false);
    await tx.condition.update({ where: { id }, data: { proof: met.proof, metById: actor.personId, metAt: now() } });
    return { note: `Condition ${number} is met.`, data: { condition: number, proof: met.proof } };
  });
}

/** Takes back that a condition is met; the evidence stays in the record of the step. */
export function reopenCondition(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  reopened: ReopenedCondition,
) {
  return takeTransition(actor, request, reference, CONDITION_STEPS.reopenCondition, async (tx, application) => {
    const { id, number, proof } = await conditionOf(tx, actor, application, reopened.condition, true);
    await tx.condition.update({ where: { id }, data: { proof: null, metById: null, metAt: null } });
    return {
      reason: reopened.reason,
      note: `Condition ${number} is not met.`,
      data: { condition: number, proof },
    };
  });
}

/** @throws INVALID with a question, where an unmet condition holds a payment and nobody says why it is paid */
export async function refuseUnmet(
  tx: Tx,
  actor: MfatActor,
  { id }: LockedApplication,
  reason: string | null | undefined,
): Promise<void> {
  const held = heldWords(await listConditions(actor, id, tx), dayOf(now()));
  if (held && !reason) throw invalid({ [UNMET]: `${held}. Enter why you pay before it is met` });
}

import { randomUUID } from "node:crypto";
import { askForChange, changeOnce, refuseAskedAgain } from "#lib/changes/commands.ts";
import { listOpenChanges } from "#lib/changes/queries.ts";
import type { ChangeLine } from "#lib/changes/rules.ts";
import { text, type Values } from "#lib/form/fields.ts";
import type { StepRequest } from "#lib/lifecycle/commands.ts";
import { type Actor, asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { scopeOf } from "#lib/lifecycle/queries.ts";
import { requestIdOf } from "#lib/platform/audit.ts";
import { db, type Tx, within } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
import { takeStep } from "#lib/workflow/commands.ts";
import { isStep, type StepKey, stepRow } from "#lib/workflow/steps.ts";

/** The steps that correct what was paid of a claim. In a closed year one person asks for them, and another takes them. */
const CORRECTING: readonly StepKey[] = ["recoverPayment"];

/**
 * Asks for a step that corrects a closed year, which another budget officer confirms; what would refuse the step refuses this.
 * Answers the change that waits; null where the step is not about a closed year, and is taken by one person.
 * @throws CONFLICT where the same is asked for already, and what the step throws
 */
export async function askInClosedYear(
  actor: Actor,
  request: StepRequest,
  reference: string,
  step: StepKey,
  values: Values,
): Promise<string | null> {
  if (!CORRECTING.includes(step) || actor.side !== "MFAT") return null;
  const number = Number(text(values, "claim"));
  if (!Number.isInteger(number) || number < 1 || number > 999_999) return null;
  const claim = await db().claim.findFirst({
    where: { number, ofAgency: { ...scopeOf(actor), reference }, year: { closedAt: { not: null } } },
  });
  if (!claim) return null;
  const { applicationId, startYear } = claim;
  const id = requestIdOf(request.requestId, "asked");
  await changeOnce(request.requestId, async (tx) => {
    const cents = await tryStep(tx, asMfat(actor), request, reference, step, values);
    const waiting = (await listOpenChanges(asMfat(actor), tx)).filter((one) => one.applicationId === applicationId);
    refuseAskedAgain(waiting.find(({ answers }) => answers && text(answers, "claim") === text(values, "claim")));
    await askForChange(tx, asMfat(actor), request, {
      ...{ id, kind: "STEP", startYear, cents, applicationId, step, answers: { ...values } as Record<string, string> },
      source: `${stepRow(step).label} of ${reference}, claim ${number},`,
      reason: text(values, "reason") || stepRow(step).label,
    });
  });
  return id;
}

/** Takes the step and takes it back again. Answers what it moves. */
async function tryStep(
  tx: Tx,
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  step: StepKey,
  values: Values,
): Promise<bigint> {
  const own = { ...request, requestId: randomUUID() };
  await tx.$executeRaw`SAVEPOINT tried`;
  await within(tx, () => takeStep(actor, own, reference, step, { values, isLater: false }));
  const entries = await tx.ledgerEntry.findMany({ where: { requestId: own.requestId } });
  await tx.$executeRaw`ROLLBACK TO SAVEPOINT tried`;
  return entries.reduce((sum, { paidCents }) => sum + (paidCents < 0n ? -paidCents : paidCents), 0n);
}

/** Takes the step that was asked for, as whoever confirms it. @throws what the step throws, as the fund stands now */
export async function applyStep(tx: Tx, { actor }: { actor: MfatActor | null }, change: ChangeLine): Promise<string[]> {
  const { id, applicationId, step, answers } = change;
  if (!actor || !applicationId || !step || !isStep(step) || !answers) throw notFound();
  const { reference, revision } = await tx.application.findUniqueOrThrow({ where: { id: applicationId } });
  const request = { requestId: requestIdOf(id, "taken"), revision };
  await within(tx, () => takeStep(actor, request, reference, step, { values: answers, isLater: false }));
  return [`${reference}: ${stepRow(step).happened}.`];
}

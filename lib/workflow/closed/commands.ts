import { randomUUID } from "node:crypto";
import { askForChange, changeOnce, refuseAskedAgain } from "#lib/changes/commands.ts";
import { listOpenChanges } from "#lib/changes/queries.ts";
import type { ChangeLine } from "#lib/changes/rules.ts";
import { text, UUID, type Values } from "#lib/form/fields.ts";
import type { StepRequest } from "#lib/lifecycle/commands.ts";
import { type Actor, asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { lockApplication, scopeOf } from "#lib/lifecycle/queries.ts";
import { requestIdOf } from "#lib/platform/audit.ts";
import { db, type Tx, within } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
import { sumCents } from "#lib/platform/money.ts";
import { takeStep } from "#lib/workflow/commands.ts";
import { isStep, type StepKey, stepRow } from "#lib/workflow/steps.ts";

/**
 * The steps that correct what was paid, and the field of each that determines the year. In a closed year, one person
 * asks for them and another takes them.
 */
const CORRECTING: { readonly [Key in StepKey]?: "claim" | "payment" | "recovery" } = {
  recordReturnedPayment: "payment",
  correctPayment: "payment",
  recordCreditNote: "claim",
  recoverPayment: "claim",
  reverseRecovery: "recovery",
};

type Corrected = { applicationId: string; startYear: number; claim: { number: number } | null };

/** What a step corrects, if it concerns a closed year. */
async function findClosed(actor: Actor, reference: string, step: StepKey, values: Values): Promise<Corrected | null> {
  const field = CORRECTING[step];
  if (!field || actor.side !== "MFAT") return null;
  const application = { ...scopeOf(actor), reference };
  const year = { closedAt: { not: null } };
  const id = text(values, field);
  if (field === "claim") {
    if (!/^[1-9]\d{0,5}$/.test(id)) return null;
    const claim = await db().claim.findFirst({ where: { number: Number(id), application: application, year } });
    return claim && { ...claim, claim };
  }
  if (!UUID.test(id)) return null;
  const found =
    field === "payment"
      ? await db().paymentLine.findFirst({ where: { id, application }, include: { claim: true } })
      : await db().recovery.findFirst({ where: { id, arrangement: { application } }, include: { claim: true } });
  const closed = found && (await db().financialYear.findFirst({ where: { startYear: found.startYear, ...year } }));
  return closed ? found : null;
}

/**
 * Asks for a step that corrects a closed year, which another budget officer confirms; anything that would refuse the
 * step refuses this too. Returns the waiting change; null where the step does not concern a closed year, and one person
 * takes it.
 * @throws CONFLICT where the same was already asked for, and the errors of the step
 */
export async function askInClosedYear(
  actor: Actor,
  request: StepRequest,
  reference: string,
  step: StepKey,
  values: Values,
): Promise<string | null> {
  const found = await findClosed(actor, reference, step, values);
  if (!found) return null;
  const { applicationId, startYear, claim } = found;
  const of = claim ? `claim ${claim.number}` : "paid and not spent";
  const id = requestIdOf(request.requestId, "asked");
  await changeOnce(request.requestId, async (tx) => {
    // As every step does: first the initiative, and then the year, which what is asked for holds.
    await lockApplication(tx, actor, reference);
    const cents = await tryStep(tx, asMfat(actor), request, reference, step, values);
    const waiting = (await listOpenChanges(asMfat(actor), tx)).filter((one) => one.applicationId === applicationId);
    // An earlier request may change what this one applies to.
    refuseAskedAgain(waiting.find(({ source }) => source?.endsWith(`, ${of},`)));
    await askForChange(tx, asMfat(actor), request, {
      ...{ id, kind: "STEP", startYear, cents, applicationId, step, answers: { ...values } as Record<string, string> },
      source: `${stepRow(step).label} of ${reference}, ${of},`,
      reason: text(values, "reason") || stepRow(step).label,
    });
  });
  return id;
}

/** Takes the step and rolls it back. Returns what it moves. */
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
  // From here on the transaction counts as itself again, which its guards check.
  await tx.$executeRaw`RELEASE SAVEPOINT tried`;
  // The amount it takes back; if it only restores something, that amount.
  const backCents = sumCents(entries.map(({ paidCents }) => (paidCents < 0n ? -paidCents : 0n)));
  return backCents || sumCents(entries.map(({ paidCents }) => paidCents));
}

/** Takes the requested step, as the person who confirms it. @throws the errors of the step, as things are now */
export async function applyStep(tx: Tx, { actor }: { actor: MfatActor | null }, change: ChangeLine): Promise<string[]> {
  const { id, applicationId, step, answers } = change;
  if (!actor || !applicationId || !step || !isStep(step) || !answers) throw notFound();
  const { reference, revision } = await tx.application.findUniqueOrThrow({ where: { id: applicationId } });
  const request = { requestId: requestIdOf(id, "taken"), revision };
  await within(tx, () => takeStep(actor, request, reference, step, { values: answers, isLater: false }));
  return [`${reference}: ${stepRow(step).happened}.`];
}

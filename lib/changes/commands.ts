import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { isRepeated, recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import type { ChangeState } from "#lib/platform/db/generated/enums.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { conflict, DomainError } from "#lib/platform/errors.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { changeEmail } from "./emails.ts";
import { getChange, readConfirmers } from "./queries.ts";
import {
  CHANGE_KINDS,
  type ChangeLine,
  type ChangeTerms,
  changeTitle,
  waitsForSecond,
  whyNotSettled,
} from "./rules.ts";

/** From the form that asks for the change. */
export type FormRequest = { requestId: string; remoteAddress?: string };

/** Runs changes one at a time, and the same request only once. */
export function changeOnce(requestId: string, work: (tx: Tx) => Promise<void>): Promise<void> {
  return transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext('change'))`;
    if (await isRepeated(tx, requestId)) return;
    await work(tx);
  });
}

/** Fields that a kind of change does not have are left out. */
export type NewChange = Pick<ChangeTerms, "kind" | "reason"> &
  Partial<Omit<ChangeTerms, "answers">> & { id?: string; answers?: Prisma.InputJsonObject };

/**
 * Stores what one person asks for until another confirms it: nothing changes yet. To be called by the command of each
 * kind, which first checks what is asked for. Returns the change's id.
 * @throws STATE where nobody else could confirm it, saying who can help
 */
export async function askForChange(tx: Tx, actor: MfatActor, request: FormRequest, asked: NewChange): Promise<string> {
  permit(actor, CHANGE_KINDS[asked.kind].asks);
  const { others, refusal } = await readConfirmers(actor, asked, tx);
  const { id } = await tx.changeRequest.create({
    data: { ...asked, askedById: actor.personId, askedAt: now() },
    select: { id: true },
  });
  const change = await getChange(actor, id, tx);
  if (refusal && !change.isSmall) throw new DomainError("STATE", refusal);
  await recordChange(tx, actor, request, "change.asked", change);
  await tellOfChange(tx, change, `asked for by ${actor.name}`, {
    more: [`Reason: ${asked.reason}`],
    next: waitsForSecond(change),
    to: others,
  });
  return id;
}

/**
 * Refuses to ask twice for what is already waiting for a second person. @throws CONFLICT with what is waiting and who
 * asked for it
 */
export function refuseAskedAgain(waiting: ChangeLine | undefined): void {
  if (!waiting) return;
  throw conflict(
    `“${changeTitle(waiting)}” is already waiting. ${waiting.askedBy} asked for it. Confirm, decline or withdraw it first.`,
  );
}

/** @throws CONFLICT saying how it was settled, FORBIDDEN for the person who asked for it, NOT_FOUND */
export function declineChange(actor: MfatActor, request: FormRequest, id: string, reason: string): Promise<void> {
  return end(actor, request, id, { to: "DECLINED", reason });
}

/** Includes confirmed changes that are waiting for their day. @throws CONFLICT saying how it was settled, NOT_FOUND */
export function withdrawChange(actor: MfatActor, request: FormRequest, id: string, reason: string): Promise<void> {
  return end(actor, request, id, { to: "WITHDRAWN", reason });
}

type Ended = { to: "DECLINED" | "WITHDRAWN"; reason: string };

function end(actor: MfatActor, request: FormRequest, id: string, { to, reason }: Ended): Promise<void> {
  return changeOnce(request.requestId, async (tx) => {
    const change = await settleChange(tx, actor, id, { to, settledWhy: reason });
    const became = to.toLowerCase();
    await recordChange(tx, actor, request, `change.${became}`, change);
    // Tells whoever was asked to confirm it that they no longer need to.
    const { others } = to === "WITHDRAWN" ? await readConfirmers(actor, change, tx) : { others: [] };
    await tellOfChange(tx, change, `${became} by ${actor.name}`, {
      more: [`Reason: ${reason}`],
      next: "Nothing has changed.",
      to: [await addressOf(tx, change.askedById), ...others],
    });
  });
}

type Settling = { to: Exclude<ChangeState, "ASKED">; settledWhy?: string; appliedAt?: Date };

/**
 * Settles a waiting change under the lock of changeOnce. `appliedAt`: it takes effect now, which the caller does.
 * @throws CONFLICT saying how it was settled, FORBIDDEN for the person who asked for it, NOT_FOUND
 */
export async function settleChange(
  tx: Tx,
  actor: MfatActor,
  id: string,
  { to, ...settled }: Settling,
): Promise<ChangeLine> {
  const before = await getChange(actor, id, tx);
  permit(actor, CHANGE_KINDS[before.kind][to === "WITHDRAWN" ? "asks" : "confirms"]);
  const problem = whyNotSettled(before, actor.personId, to);
  if (problem) throw new DomainError(problem.code, problem.message);
  await tx.changeRequest.update({
    where: { id },
    data: { ...settled, state: to, settledById: actor.personId, settledAt: now() },
  });
  return getChange(actor, id, tx);
}

/** One line of the audit trail: what was asked for, in words, and both people. */
export const recordChange = (
  tx: Tx,
  actor: { personId: string } | null,
  { requestId, remoteAddress }: FormRequest,
  event: string,
  change: ChangeLine,
): Promise<void> =>
  recordEvent(tx, {
    event,
    actor,
    requestId,
    reason: change.settledWhy ?? change.reason,
    subject: `change:${change.id}`,
    data: { kind: change.kind, change: changeTitle(change), askedBy: change.askedBy },
    ...(remoteAddress && { remoteAddress }),
  });

/** Emails the desk about every change, and whoever has to act or is waiting for it. */
export async function tellOfChange(
  tx: Tx,
  change: ChangeLine,
  happened: string,
  { more, next, to }: { more: readonly string[]; next?: string; to: readonly string[] },
): Promise<void> {
  const { marking } = change.applicationId
    ? await tx.application.findUniqueOrThrow({ where: { id: change.applicationId }, select: { marking: true } })
    : { marking: "UNCLASSIFIED" as const };
  const email = changeEmail({ baseUrl: env().BASE_URL, marking }, change, happened, { more, next });
  for (const address of new Set([env().DESK_EMAIL, ...to])) await queueEmail(tx, { to: address, ...email });
}

export async function addressOf(tx: Tx, personId: string): Promise<string> {
  return (await tx.person.findUniqueOrThrow({ where: { id: personId }, select: { email: true } })).email;
}

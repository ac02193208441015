import { applyAdjustment, changeEnvelopes, type EnvelopeRequest, tellDesk } from "#lib/budget/commands.ts";
import { carryForwardEmail } from "#lib/budget/emails.ts";
import { endedYear } from "#lib/budget/rules.ts";
import { UUID } from "#lib/form/fields.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDate } from "#lib/platform/dates.ts";
import type { Tx } from "#lib/platform/db.ts";
import { conflict, DomainError, invalid, notFound } from "#lib/platform/errors.ts";
import { formatYear } from "#lib/platform/money.ts";
import { CARRY_FORWARD_STATES } from "./rules.ts";

export type NewCarryForward = { fromYear: number; cents: bigint; reason: string; source: string };

/**
 * Records money of one year that is to be spent in the next, in principle: it stands beside the envelopes and moves nothing.
 * @throws INVALID where one of the two years is not open, or the one that it goes into has ended
 */
export function agreeCarryForward(actor: MfatActor, request: EnvelopeRequest, carried: NewCarryForward): Promise<void> {
  permit(actor, "envelope:adjust");
  const { fromYear, cents, reason, source } = carried;
  return changeEnvelopes(request.requestId, async (tx) => {
    const years = { fromYear, intoYear: fromYear + 1 };
    const open = await tx.financialYear.count({ where: { startYear: { in: Object.values(years) } } });
    if (open < 2) throw invalid({ fromYear: "Choose a financial year that is open and has an open one after it" });
    const ended = endedYear(years.intoYear, dayOf(now()));
    if (ended) throw invalid({ fromYear: ended });
    const { id } = await tx.carryForward.create({
      data: { ...years, cents, reason, source, agreedById: actor.personId, agreedAt: now() },
    });
    await record(tx, actor, request, { event: "carryForward.agreed", id, cents, reason });
    await tellDesk(tx, (baseUrl) => carryForwardEmail(baseUrl, { id, ...years, cents }, "agreed in principle"));
  });
}

/**
 * Moves the money: two adjustments tied to each other, the year that it comes from lowered and the next one raised.
 * @throws MONEY with what is available, where the first year has reserved or committed it; CONFLICT where it is settled
 */
export function confirmCarryForward(actor: MfatActor, request: EnvelopeRequest, id: string): Promise<void> {
  permit(actor, "envelope:adjust");
  return changeEnvelopes(request.requestId, async (tx) => {
    const carried = await settle(tx, actor, id, { state: "CONFIRMED" });
    const { fromYear, intoYear, cents, source } = carried;
    const ended = endedYear(intoYear, dayOf(now()));
    if (ended) throw new DomainError("STATE", `${ended}. Cancel this carry-forward.`);
    const reason = `Carried forward from ${formatYear(fromYear)} into ${formatYear(intoYear)}: ${carried.reason}`;
    const cause = { actor, requestId: request.requestId, reason };
    const moved = { reason, source, effectiveOn: dayOf(now()) };
    const ties = { carryForwardId: id };
    await applyAdjustment(tx, cause, { ...moved, startYear: fromYear, changeCents: -cents }, ties);
    await applyAdjustment(tx, cause, { ...moved, startYear: intoYear, changeCents: cents }, ties);
    await record(tx, actor, request, { event: "carryForward.confirmed", id, cents, reason: carried.reason });
    await tellDesk(tx, (baseUrl) => carryForwardEmail(baseUrl, carried, "confirmed"));
  });
}

/** @throws CONFLICT where it is settled */
export function cancelCarryForward(
  actor: MfatActor,
  request: EnvelopeRequest,
  id: string,
  reason: string,
): Promise<void> {
  permit(actor, "envelope:adjust");
  return changeEnvelopes(request.requestId, async (tx) => {
    const carried = await settle(tx, actor, id, { state: "CANCELLED", settledWhy: reason });
    await record(tx, actor, request, { event: "carryForward.cancelled", id, cents: carried.cents, reason });
    await tellDesk(tx, (baseUrl) => carryForwardEmail(baseUrl, carried, "cancelled"));
  });
}

type Settled = { state: "CONFIRMED" } | { state: "CANCELLED"; settledWhy: string };

/** Ends what is in principle. Envelopes change one after the other, so nobody else settles it meanwhile. */
async function settle(tx: Tx, actor: MfatActor, id: string, settled: Settled) {
  const carried = UUID.test(id) ? await tx.carryForward.findUnique({ where: { id } }) : null;
  if (!carried) throw notFound();
  if (carried.state !== "IN_PRINCIPLE") {
    const since = carried.settledAt ? ` on ${formatDate(carried.settledAt)}` : "";
    throw conflict(`It was ${CARRY_FORWARD_STATES[carried.state].toLowerCase()}${since} already.`);
  }
  await tx.carryForward.update({ where: { id }, data: { ...settled, settledById: actor.personId, settledAt: now() } });
  return carried;
}

type Happened = { event: string; id: string; cents: bigint; reason: string };

const record = (
  tx: Tx,
  actor: MfatActor,
  { requestId, remoteAddress }: EnvelopeRequest,
  { event, id, cents, reason }: Happened,
): Promise<void> =>
  recordEvent(tx, {
    event,
    actor,
    requestId,
    reason,
    subject: `carryForward:${id}`,
    data: { cents: cents.toString() },
    ...(remoteAddress && { remoteAddress }),
  });

import { applyAdjustment, changeEnvelopes, type EnvelopeRequest, tellDesk } from "#lib/budget/commands.ts";
import { correctionEmail } from "#lib/budget/emails.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { recordEvent } from "#lib/platform/audit.ts";
import type { Tx } from "#lib/platform/db.ts";
import { conflict, DomainError, notFound } from "#lib/platform/errors.ts";

/**
 * Takes back an adjustment made in error, by an entry that names the one it reverses; both entries of a carry-forward go
 * back together. The correction takes effect on the day of what it corrects.
 * @throws MONEY with what is available, where the envelope would fall below what is reserved and committed;
 * CONFLICT where it is reversed already, STATE where it is no adjustment or reverses one itself
 */
export function reverseAdjustment(
  actor: MfatActor,
  { requestId, remoteAddress }: EnvelopeRequest,
  id: bigint,
  reason: string,
): Promise<void> {
  permit(actor, "envelope:adjust");
  return changeEnvelopes(requestId, async (tx) => {
    const entries = await findReversible(tx, id);
    const changes: { startYear: number; changeCents: bigint; envelopeCents: bigint }[] = [];
    for (const { id: reversesId, startYear, envelopeCents, source, effectiveOn, carryForwardId } of entries) {
      if (source === null || effectiveOn === null) throw notFound();
      const change = { startYear, changeCents: -envelopeCents, reason, source, effectiveOn };
      const ties = { reversesId, ...(carryForwardId && { carryForwardId }) };
      await applyAdjustment(tx, { actor, requestId, reason }, change, ties);
      const year = await tx.financialYear.findUniqueOrThrow({ where: { startYear } });
      changes.push({ startYear, changeCents: -envelopeCents, envelopeCents: year.envelopeCents });
    }
    await recordEvent(tx, {
      event: "envelope.corrected",
      actor,
      requestId,
      reason,
      subject: `year:${changes[0]?.startYear}`,
      data: { reverses: entries.map((entry) => entry.id.toString()) },
      ...(remoteAddress && { remoteAddress }),
    });
    await tellDesk(tx, (baseUrl) => correctionEmail(baseUrl, changes));
  });
}

/** The adjustment, or both of its carry-forward, earliest year first. */
async function findReversible(tx: Tx, id: bigint) {
  const entry = await tx.ledgerEntry.findUnique({ where: { id }, include: { correction: { select: { id: true } } } });
  if (!entry) throw notFound();
  if (entry.kind !== "ADJUST")
    throw new DomainError("STATE", "Only an adjustment of an envelope can be reversed here.");
  if (entry.reversesId !== null) {
    throw new DomainError("STATE", "This entry is a correction itself. Adjust the envelope anew instead.");
  }
  if (entry.correction) throw conflict(`It has been reversed already, by entry ${entry.correction.id}.`);
  if (!entry.carryForwardId) return [entry];
  return tx.ledgerEntry.findMany({
    where: { carryForwardId: entry.carryForwardId, reversesId: null },
    orderBy: { startYear: "asc" },
  });
}

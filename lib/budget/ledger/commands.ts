import { enterCarry, takeAlong } from "#lib/budget/carry-forward/commands.ts";
import { type Cause, enterChange, envelopeNow } from "#lib/budget/commands.ts";
import type { Moved } from "#lib/budget/rules.ts";
import { askForChange, changeOnce, type FormRequest } from "#lib/changes/commands.ts";
import type { ChangeLine } from "#lib/changes/rules.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import type { Tx } from "#lib/platform/db.ts";
import { conflict, DomainError, notFound } from "#lib/platform/errors.ts";

/**
 * Asks for an adjustment made in error to be taken back, which another person confirms.
 * @throws CONFLICT where it is reversed already, STATE where it is no adjustment or reverses one itself
 */
export function reverseAdjustment(actor: MfatActor, request: FormRequest, id: bigint, reason: string): Promise<void> {
  permit(actor, "envelope:adjust");
  return changeOnce(request.requestId, async (tx) => {
    const [entry] = await findReversible(tx, id);
    if (!entry) throw notFound();
    await askForChange(tx, actor, request, {
      kind: "CORRECTION",
      startYear: entry.startYear,
      entryId: id,
      reason,
    });
  });
}

/**
 * Takes an adjustment back by an entry that names the one it reverses; both entries of a carry-forward go back together. The
 * correction takes effect on the day of what it corrects.
 * @throws MONEY with what is available, where an envelope would fall below what is reserved and committed; CONFLICT, STATE
 */
export async function applyCorrection(tx: Tx, cause: Cause, change: ChangeLine): Promise<string[]> {
  if (change.entryId === null) throw notFound();
  const entries = await findReversible(tx, change.entryId);
  const because = { ...cause, reason: change.reason };
  const [first, second] = entries;
  if (!first?.source || !first.effectiveOn) throw notFound();
  const { startYear, envelopeCents, source, effectiveOn } = first;
  if (second) {
    const moved = await movedBy(tx, first.changeId ?? "", startYear + 1);
    const reverses = new Map(
      entries.map((entry) => [entry.startYear, { id: entry.id, effectiveOn: entry.effectiveOn ?? effectiveOn }]),
    );
    const carry = { startYear, cents: -envelopeCents, source, moved, changeId: change.id, isBack: true, reverses };
    await enterCarry(tx, because, carry);
  } else {
    const reversed = { envelopeCents: -envelopeCents, reversesId: first.id, changeId: change.id };
    await enterChange(tx, because, [{ startYear, kind: "ADJUST", source, effectiveOn, ...reversed }]);
  }
  const told: string[] = [];
  for (const entry of entries) told.push(await envelopeNow(tx, entry.startYear));
  return told;
}

/** What a carry-forward took along, as initiatives hold it now: what was reserved may have been committed since. */
async function movedBy(tx: Tx, changeId: string, intoYear: number): Promise<Moved[]> {
  const carried = await tx.carriedInitiative.findMany({ where: { changeId }, orderBy: { applicationId: "asc" } });
  await takeAlong(tx, carried);
  const held = await tx.applicationFunding.findMany({
    where: { startYear: intoYear, applicationId: { in: carried.map(({ applicationId }) => applicationId) } },
  });
  return carried.map(({ applicationId, reservedCents, committedCents }) => {
    const reserved = held.find((one) => one.applicationId === applicationId)?.reservedCents ?? 0n;
    const back = reserved < reservedCents ? reserved : reservedCents;
    return { applicationId, reservedCents: back, committedCents: committedCents + reservedCents - back };
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
  if (!entry.changeId) return [entry];
  return tx.ledgerEntry.findMany({
    where: { changeId: entry.changeId, kind: "ADJUST", reversesId: null },
    orderBy: { startYear: "asc" },
  });
}

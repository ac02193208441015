import { type Cause, enterChange, envelopeNow } from "#lib/budget/commands.ts";
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
  const rows = entries.map(({ id: reversesId, startYear, envelopeCents, source, effectiveOn }) => {
    if (source === null || effectiveOn === null) throw notFound();
    const reversed = { envelopeCents: -envelopeCents, reversesId, changeId: change.id };
    return { startYear, kind: "ADJUST" as const, source, effectiveOn, ...reversed };
  });
  await enterChange(tx, { ...cause, reason: change.reason }, rows);
  const told: string[] = [];
  for (const { startYear } of rows) told.push(await envelopeNow(tx, startYear));
  return told;
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

import { enterCarry, takeAlong } from "#lib/budget/carry-forward/commands.ts";
import { type Cause, enterChange, envelopeNow } from "#lib/budget/commands.ts";
import type { Moved } from "#lib/budget/rules.ts";
import { askForChange, changeOnce, type FormRequest, refuseAskedAgain } from "#lib/changes/commands.ts";
import { listOpenChanges } from "#lib/changes/queries.ts";
import type { ChangeLine } from "#lib/changes/rules.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { withinYear } from "#lib/platform/dates.ts";
import type { Tx } from "#lib/platform/db.ts";
import { conflict, DomainError, notFound } from "#lib/platform/errors.ts";
import { closedFor } from "./rules.ts";

/**
 * Asks for an adjustment made in error to be taken back, which another person confirms.
 * @throws CONFLICT where it is reversed already, or that is asked for, STATE where it is no adjustment or reverses one itself
 */
export function reverseAdjustment(actor: MfatActor, request: FormRequest, id: bigint, reason: string): Promise<void> {
  permit(actor, "envelope:adjust");
  return changeOnce(request.requestId, async (tx) => {
    const [entry, other] = await findReversible(tx, id);
    if (!entry) throw notFound();
    const waiting = (await listOpenChanges(actor, tx)).filter(({ kind }) => kind === "CORRECTION");
    const same = [entry, other].map((one) => one?.id);
    refuseAskedAgain(waiting.find(({ entryId }) => entryId !== null && same.includes(entryId)));
    if (other && entry.changeId) await movedBy(tx, entry.changeId, entry.startYear);
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
 * correction takes effect on the day of what it corrects, or today where initiatives move with it.
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
    const moved = await movedBy(tx, first.changeId ?? "", startYear);
    await takeAlong(tx, moved);
    // What initiatives took along moves back today, and the envelope with it: no month in between holds one without the other.
    const reverses = new Map(
      entries.map((entry) => [entry.startYear, { id: entry.id, effectiveOn: moved.length ? null : entry.effectiveOn }]),
    );
    const carry = { startYear, cents: -envelopeCents, source, moved, changeId: change.id, isBack: true, reverses };
    await enterCarry(tx, because, carry);
  } else {
    const reversed = { envelopeCents: -envelopeCents, reversesId: first.id, changeId: change.id };
    const day = withinYear(startYear, effectiveOn);
    await enterChange(tx, because, [{ startYear, kind: "ADJUST", source, effectiveOn: day, ...reversed }]);
  }
  const told: string[] = [];
  for (const entry of entries) told.push(await envelopeNow(tx, entry.startYear));
  return told;
}

/**
 * What a carry-forward took along, as initiatives hold it now: what was reserved is committed once the offer is accepted.
 * @throws STATE with the initiative that has spent it or varies, and where the year that it goes back into is closed
 */
async function movedBy(tx: Tx, changeId: string, fromYear: number): Promise<Moved[]> {
  const carried = await tx.$queryRaw<CarriedNow[]>`
    SELECT i."applicationId", a.reference, i."reservedCents", i."committedCents", r."applicationId" IS NOT NULL AS "isAccepted",
      coalesce(f."reservedCents", 0)::bigint AS "reservedNow",
      (coalesce(f."committedCents" - f."paidCents", 0) - coalesce(u.open, 0))::bigint AS "unspentNow",
      EXISTS (SELECT FROM "Variation" v WHERE v."applicationId" = a.id AND v.state IN ('ASKED', 'BUDGET_CONFIRMED'))
        AS "isVarying"
    FROM "CarriedInitiative" i
    JOIN "Application" a ON a.id = i."applicationId"
    LEFT JOIN "Arrangement" r ON r."applicationId" = a.id
    LEFT JOIN "ApplicationFunding" f ON f."applicationId" = a.id AND f."startYear" = ${fromYear + 1}
    LEFT JOIN year_unspent(${fromYear + 1}) u ON u."applicationId" = a.id
    WHERE i."changeId" = ${changeId}::uuid ORDER BY i."applicationId"`;
  if (!carried.length) return [];
  const from = await tx.financialYear.findUniqueOrThrow({ where: { startYear: fromYear } });
  if (from.closedAt) {
    throw new DomainError("STATE", closedFor(fromYear));
  }
  return carried.map((one) => {
    const { applicationId, reference, isAccepted, isVarying } = one;
    if (isVarying) throw new DomainError("STATE", `${reference} has an open variation. Decide it first.`);
    const sum = one.reservedCents + one.committedCents;
    const back = isAccepted
      ? { applicationId, reservedCents: 0n, committedCents: sum }
      : { applicationId, reservedCents: sum, committedCents: 0n };
    if (back.reservedCents > one.reservedNow || back.committedCents > one.unspentNow) {
      throw new DomainError(
        "STATE",
        `${reference} no longer has the money that was carried forward, so it cannot go back.`,
      );
    }
    return back;
  });
}

type CarriedNow = Moved & {
  reference: string;
  isAccepted: boolean;
  isVarying: boolean;
  reservedNow: bigint;
  unspentNow: bigint;
};

/** The adjustment, or both of its carry-forward, earliest year first. */
async function findReversible(tx: Tx, id: bigint) {
  const entry = await tx.ledgerEntry.findUnique({ where: { id }, include: { correction: { select: { id: true } } } });
  if (!entry) throw notFound();
  if (entry.kind !== "ADJUST")
    throw new DomainError("STATE", "Only an adjustment of an envelope can be reversed here.");
  if (entry.reversesId !== null) {
    throw new DomainError(
      "STATE",
      "This entry is itself a correction, so you cannot reverse it. Ask for another envelope change instead.",
    );
  }
  if (entry.correction) throw conflict(`It was already reversed, by entry ${entry.correction.id}.`);
  if (!entry.changeId) return [entry];
  return tx.ledgerEntry.findMany({
    where: { changeId: entry.changeId, kind: "ADJUST", reversesId: null },
    orderBy: { startYear: "asc" },
  });
}

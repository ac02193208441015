import { applyCarryForward } from "#lib/budget/carry-forward/commands.ts";
import { applyEnvelope, applyThreshold, type Cause, fundingOf } from "#lib/budget/commands.ts";
import { applyCorrection } from "#lib/budget/ledger/commands.ts";
import { takesEffect } from "#lib/budget/rules.ts";
import { applyClosing } from "#lib/budget/years/commands.ts";
import {
  addressOf,
  changeOnce,
  type FormRequest,
  recordChange,
  settleChange,
  tellOfChange,
} from "#lib/changes/commands.ts";
import { getChange, listDueChanges } from "#lib/changes/queries.ts";
import type { ChangeLine } from "#lib/changes/rules.ts";
import { carryPhasing } from "#lib/decisions/commands.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { applyDelegation, lockDelegation } from "#lib/people/delegations/commands.ts";
import { recordEvent, requestIdOf } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDay } from "#lib/platform/dates.ts";
import type { ChangeKind } from "#lib/platform/db/generated/enums.ts";
import type { Tx } from "#lib/platform/db.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { formatYear } from "#lib/platform/money.ts";
import { agreeCarried, tellAgency } from "#lib/variations/carried/commands.ts";
import { applyStep } from "#lib/workflow/closed/commands.ts";

/** What a confirmed change does, in the transaction of its confirmation; returns what to tell about it. */
const CHANGES = {
  ENVELOPE: applyEnvelope,
  CORRECTION: rephased(applyCorrection),
  CARRY_FORWARD: rephased(applyCarryForward),
  DELEGATION: applyDelegation,
  CLOSING: applyClosing,
  THRESHOLD: applyThreshold,
  STEP: applyStep,
} satisfies Record<ChangeKind, (tx: Tx, cause: Cause<MfatActor>, change: ChangeLine) => Promise<string[]>>;

type Apply = (tx: Tx, cause: Cause<MfatActor>, change: ChangeLine) => Promise<string[]>;

/**
 * Money that a change moves between years is recorded as its initiative's agreed re-phasing or, where no offer is
 * accepted yet, in the recommended or approved phasing; the agencies are told.
 */
function rephased(apply: Apply): Apply {
  return async (tx, cause, change) => {
    const told = await apply(tx, cause, change);
    const moved = await tx.ledgerEntry.findMany({
      where: { changeId: change.id, applicationId: { not: null } },
      orderBy: { id: "asc" },
    });
    const ids = [...new Set(moved.flatMap(({ applicationId }) => applicationId ?? []))];
    for (const applicationId of ids) {
      const own = moved.filter((entry) => entry.applicationId === applicationId);
      await rephase(tx, change, applicationId, own, cause.actor?.personId ?? change.askedById);
    }
    return ids.length
      ? [...told, `${ids.length === 1 ? "1 initiative" : `${ids.length} initiatives`} moved with it.`]
      : told;
  };
}

async function rephase(
  tx: Tx,
  change: ChangeLine,
  applicationId: string,
  moved: readonly { startYear: number; reservedCents: bigint; committedCents: bigint }[],
  confirmedById: string,
): Promise<void> {
  const [out, into] = ["out", "in"].map((way) =>
    moved.find(({ reservedCents, committedCents }) => reservedCents + committedCents < 0n === (way === "out")),
  );
  if (!out || !into) return;
  // The officers' own reason may name other agencies, so the agency does not see it.
  const moves = change.kind === "CORRECTION" ? "Taken back" : "Carried forward";
  const why = `${moves} from ${formatYear(out.startYear)} into ${formatYear(into.startYear)}`;
  await recordEvent(tx, {
    event: "application.carried",
    actor: { personId: confirmedById },
    applicationId,
    subject: `change:${change.id}`,
    data: { from: out.startYear, into: into.startYear, cents: (into.reservedCents + into.committedCents).toString() },
  });
  const reservedCents = moved.reduce((sum, one) => (one.reservedCents > 0n ? sum + one.reservedCents : sum), 0n);
  if (reservedCents > 0n) {
    const years = { fromYear: out.startYear, intoYear: into.startYear, cents: reservedCents };
    const after = await carryPhasing(tx, applicationId, years);
    const { state } = await tx.application.findUniqueOrThrow({ where: { id: applicationId }, select: { state: true } });
    // Before the offer, the agency does not know the phasing.
    if (state === "OFFERED") await tellAgency(tx, applicationId, why, after);
  }
  if (moved.some(({ committedCents }) => committedCents !== 0n)) {
    const held = await fundingOf(tx, applicationId);
    const after = held.map(({ startYear, committedCents: cents }) => ({ startYear, cents }));
    const before = after.map(({ startYear, cents }) => ({
      startYear,
      cents: cents - moved.reduce((sum, one) => (one.startYear === startYear ? sum + one.committedCents : sum), 0n),
    }));
    const people = { askedById: change.askedById, confirmedById };
    await agreeCarried(tx, { changeId: change.id, applicationId, why, ...people, before, after });
  }
}

const isDue = ({ kind, startYear, effectiveOn }: ChangeLine): boolean =>
  kind !== "ENVELOPE" || startYear === null || effectiveOn === null
    ? true
    : takesEffect({ startYear, effectiveOn }, dayOf(now()));

/**
 * Confirms what somebody else asked for. It takes effect at once, or on its day if that is in the future.
 * @throws CONFLICT saying how it was settled, FORBIDDEN for the person who asked, NOT_FOUND, and the errors of the
 * change itself
 */
export function confirmChange(actor: MfatActor, request: FormRequest, id: string): Promise<void> {
  return changeOnce(request.requestId, async (tx) => {
    const asked = await getChange(actor, id, tx);
    if (asked.personId) await lockDelegation(tx, asked.personId);
    const isNow = isDue(asked);
    const change = await settleChange(tx, actor, id, { to: "CONFIRMED", ...(isNow && { appliedAt: now() }) });
    const cause = { actor, requestId: request.requestId, reason: change.reason };
    const more =
      isNow || !change.effectiveOn
        ? await CHANGES[change.kind](tx, cause, change)
        : [`It takes effect on ${formatDay(change.effectiveOn)}.`];
    await recordChange(tx, actor, request, "change.confirmed", change);
    const to = [change.askedById, ...(change.personId ? [change.personId] : [])];
    await tellOfChange(tx, change, `confirmed by ${actor.name}`, {
      more,
      to: await Promise.all(to.map((personId) => addressOf(tx, personId))),
    });
  });
}

/**
 * A timed job: applies envelope changes that were confirmed for today. A change that the year can no longer take keeps
 * waiting, and the people who asked and confirmed are told once.
 */
export async function applyDueChanges(): Promise<void> {
  for (const { id } of await listDueChanges(dayOf(now()))) {
    try {
      await changeOnce(requestIdOf(id, "applied"), async (tx) => {
        const [change] = await listDueChanges(dayOf(now()), tx, id);
        if (!change?.settledById) return;
        await tx.changeRequest.update({ where: { id }, data: { appliedAt: now() } });
        const actor = { personId: change.settledById };
        const request = { requestId: requestIdOf(id, "applied") };
        const more = await applyEnvelope(tx, { actor, reason: change.reason, ...request }, change);
        await recordChange(tx, null, request, "change.applied", change);
        await tellOfChange(tx, change, "took effect", { more, to: [await addressOf(tx, change.askedById)] });
      });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      await tellThatItWaits(id, error.message);
    }
  }
}

function tellThatItWaits(id: string, problem: string): Promise<void> {
  const request = { requestId: requestIdOf(id, "not applied") };
  return changeOnce(request.requestId, async (tx) => {
    const [change] = await listDueChanges(dayOf(now()), tx, id);
    if (!change?.settledById) return;
    await recordChange(tx, null, request, "change.waits", change);
    await tellOfChange(tx, change, "did not take effect", {
      more: [problem, "We keep trying. Withdraw the change if it is no longer wanted."],
      to: [await addressOf(tx, change.askedById), await addressOf(tx, change.settledById)],
    });
  });
}

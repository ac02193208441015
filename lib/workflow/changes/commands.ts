import { applyCarryForward } from "#lib/budget/carry-forward/commands.ts";
import { applyEnvelope, type Cause } from "#lib/budget/commands.ts";
import { applyCorrection } from "#lib/budget/ledger/commands.ts";
import { takesEffect } from "#lib/budget/rules.ts";
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
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { applyDelegation } from "#lib/people/commands.ts";
import { requestIdOf } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDay } from "#lib/platform/dates.ts";
import type { ChangeKind } from "#lib/platform/db/generated/enums.ts";
import type { Tx } from "#lib/platform/db.ts";
import { DomainError } from "#lib/platform/errors.ts";

/** What a confirmed change does, in the transaction of its confirmation; answers what to tell of it. */
const CHANGES = {
  ENVELOPE: applyEnvelope,
  CORRECTION: applyCorrection,
  CARRY_FORWARD: applyCarryForward,
  DELEGATION: applyDelegation,
} satisfies Record<ChangeKind, (tx: Tx, cause: Cause, change: ChangeLine) => Promise<string[]>>;

const isDue = ({ kind, startYear, effectiveOn }: ChangeLine): boolean =>
  kind !== "ENVELOPE" || startYear === null || effectiveOn === null
    ? true
    : takesEffect({ startYear, effectiveOn }, dayOf(now()));

/**
 * Confirms what somebody else asked for. It takes effect at once, or on its day where that is to come.
 * @throws CONFLICT with what became of it, FORBIDDEN for who asked for it, NOT_FOUND, and what the change itself meets
 */
export function confirmChange(actor: MfatActor, request: FormRequest, id: string): Promise<void> {
  return changeOnce(request.requestId, async (tx) => {
    const isNow = isDue(await getChange(actor, id, tx));
    const change = await settleChange(tx, actor, id, { to: "CONFIRMED", ...(isNow && { appliedAt: now() }) });
    const cause = { actor, requestId: request.requestId, reason: change.reason };
    const more =
      isNow || !change.effectiveOn
        ? await CHANGES[change.kind](tx, cause, change)
        : [`It takes effect on ${formatDay(change.effectiveOn)}.`];
    await recordChange(tx, actor, request, "change.confirmed", change);
    await tellOfChange(tx, change, `confirmed by ${actor.name}`, { more, to: [await addressOf(tx, change.askedById)] });
  });
}

/**
 * A timed job: what was confirmed for today takes effect. What the year cannot hold any more waits on, and who asked and who
 * confirmed read of it once.
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
        const more = await CHANGES[change.kind](tx, { actor, reason: change.reason, ...request }, change);
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
      more: [problem, "We try again every hour. Withdraw the change if it is no longer wanted."],
      to: [await addressOf(tx, change.askedById), await addressOf(tx, change.settledById)],
    });
  });
}

import { type HeldDelegation, listDelegations } from "#lib/deputies/queries.ts";
import type { Option } from "#lib/form/fields.ts";
import { type Actor, can, type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { lastToReopen, readNamesOfDay, scopeOf } from "#lib/lifecycle/queries.ts";
import { lateToReopen, mayDecide } from "#lib/lifecycle/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { forbidden } from "#lib/platform/errors.ts";
import { formatCents } from "#lib/platform/money.ts";
import { decidedBy, delegationFor, formatDelegation, highestDelegation } from "./rules.ts";

/** Recommendations, budget checks and decisions of an application newest first, with the names that those who made them had that day. */
export async function readDecisions(actor: MfatActor, applicationId: string) {
  if (!can(actor, "assessment:read")) return [];
  const recommendations = await db().recommendation.findMany({
    where: { applicationId },
    include: { budgetChecks: { orderBy: { checkedAt: "desc" } }, decisions: { orderBy: { decidedAt: "desc" } } },
    orderBy: { recommendedAt: "desc" },
  });
  const ids = recommendations.flatMap(({ recommendedById, takenBackById, budgetChecks, decisions }) => [
    recommendedById,
    takenBackById,
    ...budgetChecks.map((check) => check.checkedById),
    ...decisions.flatMap(({ decidedById, forId }) => [decidedById, forId]),
  ]);
  const nameOf = await readNamesOfDay(db(), ids);
  return recommendations.map((recommendation) => ({
    ...recommendation,
    by: nameOf(recommendation.recommendedById, recommendation.recommendedAt),
    takenBackBy:
      recommendation.takenBackById &&
      recommendation.returnedAt &&
      nameOf(recommendation.takenBackById, recommendation.returnedAt),
    budgetChecks: recommendation.budgetChecks.map((check) => ({
      ...check,
      by: nameOf(check.checkedById, check.checkedAt),
    })),
    decisions: recommendation.decisions.map((decision) => {
      const forName = decision.forId && nameOf(decision.forId, decision.decidedAt);
      return { ...decision, forName, by: decidedBy(nameOf(decision.decidedById, decision.decidedAt), forName) };
    }),
  }));
}

export type DecisionRecord = Awaited<ReturnType<typeof readDecisions>>;

/** What a declined agency was told before letters were kept; null where it was not told that it was declined. */
export async function readDeclineText(actor: Actor, applicationId: string): Promise<string | null> {
  const decision = await db().decision.findFirst({
    where: { applicationId, outcome: "DECLINED", application: { ...scopeOf(actor), state: "DECLINED" } },
    select: { agencyText: true },
    orderBy: { id: "desc" },
  });
  return decision?.agencyText ?? null;
}

/** What the last decision to decline says to the agency, for its letter. */
export async function currentDeclineText(
  client: Pick<Tx, "decision">,
  actor: MfatActor,
  applicationId: string,
): Promise<string | null> {
  const decision = await client.decision.findFirst({
    where: { applicationId, outcome: "DECLINED", application: scopeOf(actor) },
    select: { agencyText: true },
    orderBy: { id: "desc" },
  });
  return decision?.agencyText ?? null;
}

/** Why a decline can no longer be reopened; null if it can. `toldAt`: when the agency was told of it. */
export const tooLateToReopen = (toldAt: Date): string | null =>
  lateToReopen(lastToReopen(toldAt), now(), "the agency was told");

/** The current library of conditions. */
export const currentConditions = (client: Pick<Tx, "conditionList">) =>
  client.conditionList.findFirstOrThrow({ orderBy: { number: "desc" } });

/** The library of conditions, with who saved it; null: the portal began with it. @throws FORBIDDEN */
export async function getConditions(actor: MfatActor) {
  permit(actor, "condition:read");
  const { savedById, ...list } = await currentConditions(db());
  const savedBy = savedById && (await readNamesOfDay(db(), [savedById]))(savedById, list.savedAt);
  return { ...list, savedBy };
}

/** What may be chosen from the library. */
export async function listConditionOptions(_actor: MfatActor): Promise<Option[]> {
  return (await currentConditions(db())).conditions.map((condition) => ({ value: condition, label: condition }));
}

/**
 * The delegation that covers an amount, of those that the actor may decide an application under; or the words for why
 * none does.
 * @throws FORBIDDEN if there is no delegation at all
 */
export async function findDelegation(
  tx: Tx,
  actor: MfatActor,
  applicationId: string,
  cents: bigint,
): Promise<HeldDelegation | { beyond: string }> {
  const held = await listDelegations(actor, applicationId, tx);
  const highest = highestDelegation(held);
  if (highest === undefined) throw forbidden("You have no delegation to decide.");
  const limit = formatDelegation(highest);
  const beyond = `You can only decide ${limit}. ${formatCents(cents)} needs an approver with a higher delegation`;
  return delegationFor(held, cents) ?? { beyond };
}

/** Who may decide an amount now, under their own delegation or as a deputy, by name. */
export async function listDeciders(applicationId: string, cents: bigint): Promise<string[]> {
  const people = await db().person.findMany({
    where: mayDecide(applicationId, cents, dayOf(now())),
    select: { name: true },
    orderBy: { name: "asc" },
    take: 20,
  });
  return people.map(({ name }) => name);
}

import { adjustReserve, type Cause, releaseReserve, reserve } from "../budget/commands.ts";
import { listPositions } from "../budget/queries.ts";
import { type PhasedAmount, phasedTotal } from "../budget/rules.ts";
import { now } from "../clock.ts";
import type { AmountKind, RecommendationOutcome } from "../db/generated/enums.ts";
import type { Tx } from "../db.ts";
import { DomainError, forbidden, invalid } from "../errors.ts";
import { listCriteria } from "../fund/queries.ts";
import { type StepRequest, takeDuty, takeTransition } from "../lifecycle/commands.ts";
import type { LockedApplication } from "../lifecycle/queries.ts";
import { formatCents } from "../money.ts";
import type { MfatActor } from "../permissions.ts";
import { checkApproval, checkRecommendation, isWithinDelegation } from "./rules.ts";

const causeOf = (actor: MfatActor, { requestId }: StepRequest, reason: string): Cause => ({ actor, requestId, reason });

/** Replaces one of the three amounts' phasing. */
async function setPhasing(tx: Tx, applicationId: string, kind: AmountKind, phasing: PhasedAmount): Promise<void> {
  await tx.phasing.deleteMany({ where: { applicationId, kind } });
  await tx.phasing.createMany({ data: phasing.map((part) => ({ ...part, applicationId, kind })) });
}

const firstAmount = (phasing: PhasedAmount, application: LockedApplication): string =>
  `phasing${phasing[0]?.startYear ?? application.reference.slice(4, 8)}`;

export type Recommended = {
  outcome: RecommendationOutcome;
  phasing: PhasedAmount;
  conditions: string | null;
  rationale: string;
  exceptionReason: string | null;
};

/** Recommends after moderation; an amount is reserved in its years. @throws MONEY with what is available */
export function recommend(actor: MfatActor, request: StepRequest, reference: string, recommended: Recommended) {
  return takeTransition(actor, request, reference, "recommend", async (tx, application) => {
    const { outcome, phasing, conditions, rationale, exceptionReason } = recommended;
    await refuseUnmoderated(tx, application);
    const amountCents = phasedTotal(phasing);
    const { requestedCents } = application;
    const first = firstAmount(phasing, application);
    const errors = checkRecommendation({ outcome, amountCents, requestedCents, exceptionReason, firstAmount: first });
    if (Object.keys(errors).length) throw invalid(errors);
    await takeDuty(tx, actor, application, "RECOMMEND");
    await tx.recommendation.create({
      data: {
        applicationId: application.id,
        outcome,
        amountCents,
        conditions: conditions ?? "",
        rationale,
        exceptionReason,
        recommendedById: actor.personId,
        recommendedAt: now(),
      },
    });
    await setPhasing(tx, application.id, "RECOMMENDED", phasing);
    await reserve(tx, causeOf(actor, request, "Recommended"), application.id, phasing);
    return {
      set: { recommendedCents: amountCents },
      data: { outcome, amountCents: amountCents.toString() },
      ...(outcome === "DO_NOT_FUND" && { to: "DECISION" as const }),
    };
  });
}

async function refuseUnmoderated(tx: Tx, application: LockedApplication): Promise<void> {
  const criteria = await listCriteria(tx, application);
  const agreed = await tx.agreedScore.count({ where: { applicationId: application.id, score: { not: null } } });
  if (agreed < criteria.length) {
    throw new DomainError("STATE", "Agree a score and a comment for every criterion before you recommend.");
  }
}

const currentRecommendation = (tx: Tx, application: LockedApplication) =>
  tx.recommendation.findFirstOrThrow({ where: { applicationId: application.id, returnedAt: null } });

/** The budget officer's word that the money is there, with the position as it stood. */
export function confirmBudget(actor: MfatActor, request: StepRequest, reference: string): Promise<void> {
  return takeTransition(actor, request, reference, "confirmBudget", async (tx, application) => {
    await checkBudget(tx, actor, application, { isConfirmed: true, reason: null });
    return {};
  });
}

async function checkBudget(
  tx: Tx,
  actor: MfatActor,
  application: LockedApplication,
  check: { isConfirmed: boolean; reason: string | null },
): Promise<void> {
  await takeDuty(tx, actor, application, "CHECK_BUDGET");
  const recommendation = await currentRecommendation(tx, application);
  const positions = await listPositions(actor, tx);
  const position = positions.map((one) =>
    Object.fromEntries(Object.entries(one).map(([name, value]) => [name, String(value)])),
  );
  await tx.budgetCheck.create({
    data: {
      ...check,
      applicationId: application.id,
      recommendationId: recommendation.id,
      position,
      checkedById: actor.personId,
      checkedAt: now(),
    },
  });
}

/** Back to moderation, from the budget check or the decision: what was confirmed is void and the reserve is released. */
export function returnRecommendation(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { reason }: { reason: string },
) {
  return takeTransition(actor, request, reference, "returnRecommendation", async (tx, application) => {
    const recommendation = await currentRecommendation(tx, application);
    if (application.state === "BUDGET_CHECK") await checkBudget(tx, actor, application, { isConfirmed: false, reason });
    else {
      await takeDuty(tx, actor, application, "DECIDE");
      await decide(tx, actor, application, { outcome: "RETURNED", recommendationId: recommendation.id, reason });
    }
    await tx.recommendation.update({ where: { id: recommendation.id }, data: { returnedAt: now() } });
    await releaseReserve(tx, causeOf(actor, request, "Recommendation returned"), application.id);
    await setPhasing(tx, application.id, "RECOMMENDED", []);
    return { reason, set: { recommendedCents: null } };
  });
}

async function decide(
  tx: Tx,
  actor: MfatActor,
  application: LockedApplication,
  decision: {
    outcome: "APPROVED" | "DECLINED" | "RETURNED";
    recommendationId: string;
    amountCents?: bigint;
    conditions?: string;
    reason: string | null;
    agencyText?: string;
  },
): Promise<void> {
  await tx.decision.create({
    data: {
      amountCents: 0n,
      ...decision,
      applicationId: application.id,
      delegationCents: actor.delegationCents ?? null,
      decidedById: actor.personId,
      decidedAt: now(),
    },
  });
}

export type Approval = { phasing: PhasedAmount; conditions: string | null; reason: string | null };

/** Approves within the approver's delegation; the reserve becomes what is approved. @throws MONEY, FORBIDDEN */
export function approve(actor: MfatActor, request: StepRequest, reference: string, approval: Approval): Promise<void> {
  return takeTransition(actor, request, reference, "approve", async (tx, application) => {
    const { phasing, reason } = approval;
    const conditions = approval.conditions ?? "";
    const recommendation = await currentRecommendation(tx, application);
    const recommended = await tx.phasing.findMany({ where: { applicationId: application.id, kind: "RECOMMENDED" } });
    const amountCents = phasedTotal(phasing);
    const errors = checkApproval({
      amountCents,
      recommendedCents: recommendation.amountCents,
      isSamePhasing: phasing.every((part) =>
        recommended.some((one) => one.startYear === part.startYear && one.cents === part.cents),
      ),
      isSameConditions: conditions === recommendation.conditions,
      reason,
      firstAmount: firstAmount(phasing, application),
    });
    if (Object.keys(errors).length) throw invalid(errors);
    refuseBeyondDelegation(actor, amountCents);
    await takeDuty(tx, actor, application, "DECIDE");
    const recommendationId = recommendation.id;
    await decide(tx, actor, application, { outcome: "APPROVED", recommendationId, amountCents, conditions, reason });
    await setPhasing(tx, application.id, "APPROVED", phasing);
    await adjustReserve(tx, causeOf(actor, request, "Approved"), application.id, phasing);
    return {
      ...(reason && { reason }),
      set: { approvedCents: amountCents },
      data: { amountCents: amountCents.toString() },
    };
  });
}

function refuseBeyondDelegation(actor: MfatActor, amountCents: bigint): void {
  if (isWithinDelegation(actor.delegationCents, amountCents)) return;
  const limit = actor.delegationCents;
  throw forbidden(
    limit === undefined || limit === null
      ? "You hold no delegation to decide."
      : `Your delegation is ${formatCents(limit)}; ${formatCents(amountCents)} needs an approver with a higher one.`,
  );
}

/** Declines what was recommended for; needs a delegation for the amount recommended, and gives the reserve back. */
export function decline(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { reason, agencyText }: { reason: string; agencyText: string },
): Promise<void> {
  return takeTransition(actor, request, reference, "decline", async (tx, application) => {
    const recommendation = await currentRecommendation(tx, application);
    refuseBeyondDelegation(actor, recommendation.amountCents);
    await takeDuty(tx, actor, application, "DECIDE");
    await decide(tx, actor, application, {
      outcome: "DECLINED",
      recommendationId: recommendation.id,
      reason,
      agencyText,
    });
    await releaseReserve(tx, causeOf(actor, request, "Declined"), application.id);
    return { reason };
  });
}

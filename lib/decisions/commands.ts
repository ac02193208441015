import { refuseOpenAdvice } from "#lib/advice/commands.ts";
import { refuseUndecided } from "#lib/assessments/moderation/commands.ts";
import { adjustReserve, type Cause, releaseReserve, reserve } from "#lib/budget/commands.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { checkYears, endedYears, type PhasedAmount, phasedTotal } from "#lib/budget/rules.ts";
import type { HeldDelegation } from "#lib/deputies/queries.ts";
import { listCriteria } from "#lib/fund/queries.ts";
import { sendLetter } from "#lib/letters/commands.ts";
import { correctionValues, declineValues } from "#lib/letters/rules.ts";
import {
  giveDelegateDuty,
  type StepOutcome,
  type StepRequest,
  takeDuty,
  takeTransition,
} from "#lib/lifecycle/commands.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import type { LockedApplication } from "#lib/lifecycle/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf } from "#lib/platform/dates.ts";
import type { AmountKind, DecisionOutcome, RecommendationOutcome } from "#lib/platform/db/generated/enums.ts";
import type { Tx } from "#lib/platform/db.ts";
import { DomainError, forbidden, invalid } from "#lib/platform/errors.ts";
import { currentConditions, currentDeclineText, findDelegation, tooLateToReopen } from "./queries.ts";
import { checkApproval, checkRecommendation, decidedCents, decidedFor, joinConditions, notReserved } from "./rules.ts";
import { DECISION_STEPS } from "./steps.ts";

const causeOf = (actor: MfatActor, { requestId }: StepRequest, reason: string): Cause => ({ actor, requestId, reason });

/**
 * Moves what was recommended or, once approved, what was approved from one financial year into the next, when a
 * carry-forward takes its reserve along. The total and the other amounts stay the same.
 */
export async function carryPhasing(
  tx: Tx,
  applicationId: string,
  { fromYear, intoYear, cents }: { fromYear: number; intoYear: number; cents: bigint },
): Promise<PhasedAmount> {
  const rows = await tx.phasing.findMany({ where: { applicationId, kind: { in: ["RECOMMENDED", "APPROVED"] } } });
  const kind = rows.some((row) => row.kind === "APPROVED") ? "APPROVED" : "RECOMMENDED";
  const own = rows.filter((row) => row.kind === kind);
  if (!own.length) return [];
  const years = new Set([...own.map(({ startYear }) => startYear), fromYear, intoYear]);
  const phasing = [...years].sort().map((startYear) => {
    const held = own.find((row) => row.startYear === startYear)?.cents ?? 0n;
    const moved = startYear === fromYear ? -cents : startYear === intoYear ? cents : 0n;
    return { startYear, cents: held + moved };
  });
  await setPhasing(tx, applicationId, kind, phasing);
  return phasing;
}

/** Replaces one of the three amounts' phasing. */
async function setPhasing(tx: Tx, applicationId: string, kind: AmountKind, phasing: PhasedAmount): Promise<void> {
  await tx.phasing.deleteMany({ where: { applicationId, kind } });
  await tx.phasing.createMany({ data: phasing.map((part) => ({ ...part, applicationId, kind })) });
}

/** The input of the first amount that was typed, otherwise of the first that the form asks for. */
const firstAmount = (phasing: PhasedAmount): string =>
  `phasing${phasing[0]?.startYear ?? financialYearOf(dayOf(now()))}`;

/** Conditions from the library, and others. */
type Conditions = { standardConditions?: readonly string[] | null; conditions: string | null };

/** @throws INVALID where one was removed from the library since the form was opened */
async function conditionsOf(tx: Tx, { standardConditions, conditions }: Conditions): Promise<string> {
  const library = await currentConditions(tx);
  const gone = standardConditions?.find((condition) => !library.conditions.includes(condition));
  if (gone) {
    throw invalid({
      standardConditions: `“${gone}” is no longer in the library: leave it out, or write it in your own words`,
    });
  }
  return joinConditions(standardConditions, conditions);
}

export type Recommended = Conditions & {
  outcome: RecommendationOutcome;
  phasing: PhasedAmount;
  rationale: string;
  exceptionReason: string | null;
};

/** Recommends after moderation and reserves the amount in its years. @throws MONEY with the available amount */
export function recommend(actor: MfatActor, request: StepRequest, reference: string, recommended: Recommended) {
  return takeTransition(actor, request, reference, DECISION_STEPS.recommend, async (tx, application) => {
    const { outcome, phasing, rationale, exceptionReason } = recommended;
    const conditions = await conditionsOf(tx, recommended);
    await refuseUnmoderated(tx, application);
    await refuseUndecided(tx, actor, application);
    await refuseOpenAdvice(tx, application);
    const amountCents = phasedTotal(phasing);
    const { requestedCents } = application;
    const errors = {
      ...checkRecommendation({
        outcome,
        amountCents,
        requestedCents,
        exceptionReason,
        firstAmount: firstAmount(phasing),
      }),
      ...checkYears(phasing, dayOf(now())),
    };
    if (Object.keys(errors).length) throw invalid(errors);
    await takeDuty(tx, actor, application, "RECOMMEND");
    await tx.recommendation.create({
      data: {
        applicationId: application.id,
        outcome,
        amountCents,
        conditions,
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
  const agreed = await tx.agreedScore.count({
    where: {
      applicationId: application.id,
      criterionId: { in: criteria.map(({ id }) => id) },
      score: { not: null },
    },
  });
  if (agreed < criteria.length) {
    throw new DomainError("STATE", "Agree a score and a comment for every criterion before you recommend.");
  }
}

const currentRecommendation = (tx: Tx, application: LockedApplication) =>
  tx.recommendation.findFirstOrThrow({ where: { applicationId: application.id, returnedAt: null } });

/** The budget officer confirms that the money is there; the position at that time is stored. */
export function confirmBudget(actor: MfatActor, request: StepRequest, reference: string): Promise<void> {
  return takeTransition(actor, request, reference, DECISION_STEPS.confirmBudget, async (tx, application) => {
    await refuseUndecided(tx, actor, application);
    const recommended = await tx.phasing.findMany({ where: { applicationId: application.id, kind: "RECOMMENDED" } });
    const ended = endedYears(recommended, dayOf(now()));
    if (ended) throw new DomainError("STATE", `${ended} Return the recommendation.`);
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

/**
 * Returns it to moderation, from the budget check or the decision: the confirmation becomes void and the reserve is
 * released.
 */
export function returnRecommendation(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { reason }: { reason: string },
) {
  return takeTransition(actor, request, reference, DECISION_STEPS.returnRecommendation, async (tx, application) => {
    const recommendation = await currentRecommendation(tx, application);
    if (application.state === "BUDGET_CHECK") await checkBudget(tx, actor, application, { isConfirmed: false, reason });
    else {
      await takeDuty(tx, actor, application, "DECIDE");
      const own = { limitCents: actor.delegationCents ?? null, of: null };
      await decide(tx, actor, application, own, { outcome: "RETURNED", recommendationId: recommendation.id, reason });
    }
    await tx.recommendation.update({ where: { id: recommendation.id }, data: { returnedAt: now() } });
    return undoRecommendation(tx, application, causeOf(actor, request, "Recommendation returned"), reason);
  });
}

/**
 * The desk takes back its recommendation, until the budget is confirmed: back to moderation, and the reserve is
 * released.
 */
export function takeBackRecommendation(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { reason }: { reason: string },
) {
  return takeTransition(actor, request, reference, DECISION_STEPS.takeBackRecommendation, async (tx, application) => {
    await takeDuty(tx, actor, application, "RECOMMEND");
    await tx.recommendation.update({
      where: { id: (await currentRecommendation(tx, application)).id },
      data: { returnedAt: now(), takenBackById: actor.personId, takenBackReason: reason },
    });
    return undoRecommendation(tx, application, causeOf(actor, request, "Recommendation taken back"), reason);
  });
}

/** Releases what a recommendation reserved; nothing is recommended any more. */
async function undoRecommendation(tx: Tx, { id }: LockedApplication, cause: Cause, reason: string) {
  await releaseReserve(tx, cause, id);
  await setPhasing(tx, id, "RECOMMENDED", []);
  return { reason, set: { recommendedCents: null } };
}

/**
 * Stores a decision with the delegation it was made under. Where a deputy decides, the approver takes on the duty too.
 */
async function decide(
  tx: Tx,
  actor: MfatActor,
  application: LockedApplication,
  { limitCents, of }: HeldDelegation,
  decision: {
    outcome: DecisionOutcome;
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
      delegationCents: limitCents,
      decidedById: actor.personId,
      ...(of && { forId: of.id, forDuty: await giveDelegateDuty(tx, application, of.id) }),
      decidedAt: now(),
    },
  });
}

export type Approval = Conditions & { phasing: PhasedAmount; reason: string | null };

/** Approves within a delegation the approver may use. The reserve becomes the approved amount. @throws MONEY */
export function approve(actor: MfatActor, request: StepRequest, reference: string, approval: Approval): Promise<void> {
  return takeTransition(actor, request, reference, DECISION_STEPS.approve, async (tx, application) => {
    await refuseUndecided(tx, actor, application);
    const { phasing, reason } = approval;
    const conditions = await conditionsOf(tx, approval);
    const recommendation = await currentRecommendation(tx, application);
    const recommended = await tx.phasing.findMany({ where: { applicationId: application.id, kind: "RECOMMENDED" } });
    const amountCents = phasedTotal(phasing);
    const firstInput = firstAmount(phasing);
    const errors: Record<string, string> = {
      ...checkApproval({
        amountCents,
        recommendedCents: recommendation.amountCents,
        isSamePhasing: phasing.every((part) =>
          recommended.some((one) => one.startYear === part.startYear && one.cents === part.cents),
        ),
        isSameConditions: conditions === recommendation.conditions,
        reason,
        firstAmount: firstInput,
      }),
      ...checkYears(phasing, dayOf(now())),
    };
    const delegation = await findDelegation(tx, actor, application.id, amountCents);
    if ("beyond" in delegation) errors[firstInput] ??= delegation.beyond;
    if ("beyond" in delegation || Object.keys(errors).length) throw invalid(errors);
    await takeDuty(tx, actor, application, "DECIDE");
    const recommendationId = recommendation.id;
    await decide(tx, actor, application, delegation, {
      outcome: "APPROVED",
      recommendationId,
      amountCents,
      conditions,
      reason,
    });
    await setPhasing(tx, application.id, "APPROVED", phasing);
    await adjustReserve(tx, causeOf(actor, request, "Approved"), application.id, phasing);
    const { data, ...note } = decidedFor(actor.name, delegation.of);
    return {
      ...note,
      ...(reason && { reason }),
      set: { approvedCents: amountCents },
      data: { ...data, amountCents: amountCents.toString() },
    };
  });
}

/**
 * Declines what was recommended: requires a delegation for the recommended amount, and releases the reserve. The agency
 * is told by a letter, which the desk sends.
 */
export function decline(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { reason, agencyText }: { reason: string; agencyText: string },
): Promise<void> {
  return takeTransition(actor, request, reference, DECISION_STEPS.decline, async (tx, application) => {
    await refuseUndecided(tx, actor, application);
    const recommendation = await currentRecommendation(tx, application);
    const delegation = await findDelegation(tx, actor, application.id, recommendation.amountCents);
    if ("beyond" in delegation) throw forbidden(`${delegation.beyond}.`);
    await takeDuty(tx, actor, application, "DECIDE");
    await decide(tx, actor, application, delegation, {
      outcome: "DECLINED",
      recommendationId: recommendation.id,
      reason,
      agencyText,
    });
    await releaseReserve(tx, causeOf(actor, request, "Declined"), application.id);
    return { reason, ...decidedFor(actor.name, delegation.of) };
  });
}

/**
 * Reopens a decision that the agency has not been told: it is decided again on the same recommendation and budget
 * check, with the same amount reserved as before. Requires a delegation for what was decided.
 * @throws STATE where one of its years has ended, MONEY where the recommended amount is no longer available
 */
export function reopenDecision(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { reason }: { reason: string },
): Promise<void> {
  return takeTransition(actor, request, reference, DECISION_STEPS.reopenDecision, (tx, application) =>
    reopen(tx, actor, request, application, { reason }),
  );
}

/**
 * The same for a decline that the agency has been told: it is sent a correcting letter.
 * @throws STATE also where it was told too long ago
 */
export function reopenDeclined(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { reason, agencyText }: { reason: string; agencyText: string },
): Promise<void> {
  return takeTransition(actor, request, reference, DECISION_STEPS.reopenDeclined, async (tx, application) => {
    const tooLate = tooLateToReopen(application.stateSince);
    if (tooLate) throw new DomainError("STATE", tooLate);
    const outcome = await reopen(tx, actor, request, application, { reason, agencyText });
    await sendLetter(tx, actor, application, "CORRECTION", correctionValues(application, agencyText));
    return { ...outcome, note: "The letter is in the portal." };
  });
}

async function reopen(
  tx: Tx,
  actor: MfatActor,
  request: StepRequest,
  application: LockedApplication,
  written: { reason: string; agencyText?: string },
): Promise<StepOutcome> {
  const { id: recommendationId } = await currentRecommendation(tx, application);
  const amountCents = decidedCents(application);
  const delegation = await findDelegation(tx, actor, application.id, amountCents);
  if ("beyond" in delegation) throw forbidden(`${delegation.beyond}.`);
  const phasing = await tx.phasing.findMany({ where: { applicationId: application.id } });
  const ended = endedYears(notReserved(phasing), dayOf(now()));
  if (ended) throw new DomainError("STATE", ended);
  await takeDuty(tx, actor, application, "DECIDE");
  const reopened = { ...written, outcome: "REOPENED", recommendationId, amountCents } as const;
  await decide(tx, actor, application, delegation, reopened);
  const recommended = phasing.filter(({ kind }) => kind === "RECOMMENDED");
  await adjustReserve(tx, causeOf(actor, request, "Decision reopened"), application.id, recommended);
  await setPhasing(tx, application.id, "APPROVED", []);
  const by = decidedFor(actor.name, delegation.of, "Reopened");
  return { reason: written.reason, ...by, set: { approvedCents: null } };
}

/** Tells the agency that it was declined, in the approver's words. */
export function sendDecisionLetter(actor: MfatActor, request: StepRequest, reference: string): Promise<void> {
  return takeTransition(actor, request, reference, DECISION_STEPS.sendDecisionLetter, async (tx, application) => {
    const agencyText = await currentDeclineText(tx, actor, application.id);
    await sendLetter(tx, actor, application, "DECLINE", declineValues(application, agencyText));
    return { note: "The letter is in the portal." };
  });
}

import * as advice from "#lib/advice/commands.ts";
import * as applications from "#lib/applications/commands.ts";
import * as screening from "#lib/applications/screening/commands.ts";
import { readChangesAsked } from "#lib/applications/screening/schema.ts";
import * as arrangements from "#lib/arrangements/commands.ts";
import * as reopening from "#lib/arrangements/reopening/commands.ts";
import * as settlement from "#lib/arrangements/settlement/commands.ts";
import * as assessments from "#lib/assessments/commands.ts";
import * as moderation from "#lib/assessments/moderation/commands.ts";
import * as decisions from "#lib/decisions/commands.ts";
import * as conditions from "#lib/decisions/conditions/commands.ts";
import {
  APPROVE_FIELDS,
  approveFields,
  phasedYears,
  phasingOf,
  RECOMMEND_FIELDS,
  RECOMMEND_MORE_FIELDS,
  recommendFields,
} from "#lib/decisions/schema.ts";
import type { Answers, Field, Values } from "#lib/form/fields.ts";
import { chosenLists, parseFields } from "#lib/form/parse.ts";
import type { StepRequest } from "#lib/lifecycle/commands.ts";
import { fromDatabase } from "#lib/lifecycle/constraints.ts";
import { type Actor, asAgency, asMfat } from "#lib/lifecycle/permissions.ts";
import { stateAccrual } from "#lib/payments/accruals/commands.ts";
import * as claims from "#lib/payments/commands.ts";
import * as corrections from "#lib/payments/corrections/commands.ts";
import * as payments from "#lib/payments/lines/commands.ts";
import { changePurchaseOrder } from "#lib/payments/orders/commands.ts";
import * as recoveries from "#lib/payments/recoveries/commands.ts";
import { requestIdOf } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import type { RecommendationOutcome } from "#lib/platform/db/generated/enums.ts";
import { DomainError, invalid, isAway, notFound } from "#lib/platform/errors.ts";
import * as reports from "#lib/reports/commands.ts";
import { changeSchedule } from "#lib/reports/schedule/commands.ts";
import * as variations from "#lib/variations/commands.ts";
import { readAsked } from "#lib/variations/schema.ts";
import { inWords, type Refusal } from "./rules.ts";
import { STEPS, type StepKey, type StepsWith } from "./steps.ts";

type Take = (actor: Actor, request: StepRequest, reference: string, values: Values) => Promise<unknown>;
type Save = (actor: Actor, reference: string, values: Values) => Promise<void>;
/** Takes a step with the values of its form. `save` keeps the values of a step that can be finished later. */
type Command = { take: Take; save?: Save };
type CommandOf<Key extends StepKey> = Key extends StepsWith<"later"> ? Required<Command> : Command;

/** A step of one side whose command reads the form itself. */
const typed = <Side>(
  side: (actor: Actor) => Side,
  take: (actor: Side, request: StepRequest, reference: string, values: Values) => Promise<unknown>,
): { take: Take } => ({
  take: (actor, request, reference, values) => take(side(actor), request, reference, values),
});

/** A step of one side whose fields are in its row. Its command gets the parsed answers. */
const answered = <Side, const Fields extends readonly Field[]>(
  side: (actor: Actor) => Side,
  { fields }: { fields: Fields },
  take: (actor: Side, request: StepRequest, reference: string, answers: Answers<Fields>) => Promise<unknown>,
): { take: Take } =>
  typed(side, async (actor, request, reference, values) => {
    return take(actor, request, reference, answersTo(fields, values));
  });

/** `form`: the whole form, if it asks more than `fields`. @throws INVALID at its fields */
function answersTo<const Fields extends readonly Field[]>(
  fields: Fields,
  values: Values,
  form: readonly Field[] = fields,
): Answers<Fields> {
  const lists = chosenLists(form, values);
  const [all, own] = [parseFields(form, values, lists), parseFields(fields, values, lists)];
  if (all.errors || own.errors) throw invalid(all.errors ?? own.errors ?? {});
  return own.data;
}

const [agency, mfat] = [asAgency, asMfat];
const RECOMMENDED = [...RECOMMEND_FIELDS, ...RECOMMEND_MORE_FIELDS] as const;

/** The command of each step. Null: a timed job takes it, and it has no form. */
const COMMANDS: { [Key in StepKey]: CommandOf<Key> | null } = {
  sendForSignOff: typed(agency, applications.sendForSignOff),
  discard: answered(agency, STEPS.discard, applications.discard),
  signOffAndSubmit: answered(agency, STEPS.signOffAndSubmit, applications.signOffAndSubmit),
  returnToContributor: answered(agency, STEPS.returnToContributor, applications.returnToContributor),
  takeBack: answered(agency, STEPS.takeBack, applications.takeBack),
  acceptForAssessment: {
    ...typed(mfat, screening.acceptForAssessment),
    save: (actor, reference, values) => screening.saveScreening(asMfat(actor), reference, values),
  },
  askForChanges: typed(mfat, async (actor, request, reference, values) =>
    screening.askForChanges(actor, request, reference, readChangesAsked(values)),
  ),
  moveDueDate: answered(mfat, STEPS.moveDueDate, screening.moveDueDate),
  declineAsIneligible: answered(mfat, STEPS.declineAsIneligible, screening.declineAsIneligible),
  assignAssessors: answered(mfat, STEPS.assignAssessors, assessments.assignAssessors),
  unassignAssessor: answered(mfat, STEPS.unassignAssessor, assessments.unassignAssessor),
  completeAssessment: {
    ...typed(mfat, assessments.completeAssessment),
    save: (actor, reference, values) => assessments.saveAssessment(asMfat(actor), reference, values),
  },
  reopenAssessment: answered(mfat, STEPS.reopenAssessment, assessments.reopenAssessment),
  startModeration: answered(mfat, STEPS.startModeration, moderation.startModeration),
  returnAssessment: answered(mfat, STEPS.returnAssessment, moderation.returnAssessment),
  askToScoreAgain: answered(mfat, STEPS.askToScoreAgain, moderation.askToScoreAgain),
  setAssessmentAside: answered(mfat, STEPS.setAssessmentAside, moderation.setAssessmentAside),
  keepAssessment: answered(mfat, STEPS.keepAssessment, moderation.keepAssessment),
  countAssessmentAgain: answered(mfat, STEPS.countAssessmentAgain, moderation.countAssessmentAgain),
  askForAdvice: answered(mfat, STEPS.askForAdvice, advice.askForAdvice),
  giveAdvice: {
    ...typed(mfat, advice.giveAdvice),
    save: (actor, reference, values) => advice.saveAdvice(asMfat(actor), reference, values),
  },
  takeBackAdvice: answered(mfat, STEPS.takeBackAdvice, advice.takeBackAdvice),
  withdrawQuestion: answered(mfat, STEPS.withdrawQuestion, advice.withdrawQuestion),
  passOverAdvice: answered(mfat, STEPS.passOverAdvice, advice.passOverAdvice),
  recommend: typed(mfat, async (actor, request, reference, values) => {
    const { outcome, ...answers } = answersTo(RECOMMENDED, values, recommendFields(phasedYears(values)));
    return decisions.recommend(actor, request, reference, {
      ...answers,
      outcome: outcome as RecommendationOutcome,
      phasing: phasingOf(values),
    });
  }),
  confirmBudget: answered(mfat, STEPS.confirmBudget, decisions.confirmBudget),
  takeBackRecommendation: answered(mfat, STEPS.takeBackRecommendation, decisions.takeBackRecommendation),
  returnRecommendation: answered(mfat, STEPS.returnRecommendation, decisions.returnRecommendation),
  approve: typed(mfat, async (actor, request, reference, values) => {
    const answers = answersTo(APPROVE_FIELDS, values, approveFields(phasedYears(values)));
    return decisions.approve(actor, request, reference, { ...answers, phasing: phasingOf(values) });
  }),
  decline: answered(mfat, STEPS.decline, decisions.decline),
  reopenDecision: answered(mfat, STEPS.reopenDecision, decisions.reopenDecision),
  sendDecisionLetter: answered(mfat, STEPS.sendDecisionLetter, decisions.sendDecisionLetter),
  reopenDeclined: answered(mfat, STEPS.reopenDeclined, decisions.reopenDeclined),
  sendOffer: answered(mfat, STEPS.sendOffer, arrangements.sendOffer),
  acceptOffer: answered(agency, STEPS.acceptOffer, arrangements.acceptOffer),
  declineOffer: answered(agency, STEPS.declineOffer, arrangements.declineOffer),
  moveLastDay: answered(mfat, STEPS.moveLastDay, arrangements.moveLastDay),
  withdrawOffer: answered(mfat, STEPS.withdrawOffer, arrangements.withdrawOffer),
  lapse: null,
  submitClaim: answered(agency, STEPS.submitClaim, claims.submitClaim),
  confirmWork: answered(mfat, STEPS.confirmWork, claims.confirmWork),
  takeBackConfirmation: answered(mfat, STEPS.takeBackConfirmation, claims.takeBackConfirmation),
  withdrawClaim: answered(agency, STEPS.withdrawClaim, claims.withdrawClaim),
  approveClaim: answered(mfat, STEPS.approveClaim, claims.approveClaim),
  returnClaim: answered(mfat, STEPS.returnClaim, claims.returnClaim),
  recordPayment: answered(mfat, STEPS.recordPayment, payments.recordPayment),
  recordReturnedPayment: answered(mfat, STEPS.recordReturnedPayment, corrections.recordReturnedPayment),
  correctPayment: answered(mfat, STEPS.correctPayment, corrections.correctPayment),
  recordCreditNote: answered(mfat, STEPS.recordCreditNote, payments.recordCreditNote),
  recoverPayment: answered(mfat, STEPS.recoverPayment, recoveries.recoverPayment),
  reverseRecovery: answered(mfat, STEPS.reverseRecovery, recoveries.reverseRecovery),
  changePurchaseOrder: typed(agency, changePurchaseOrder),
  stateAccrual: answered(agency, STEPS.stateAccrual, stateAccrual),
  askForVariation: typed(agency, async (actor, request, reference, values) =>
    variations.askForVariation(actor, request, reference, readAsked(values)),
  ),
  changeCondition: answered(mfat, STEPS.changeCondition, conditions.changeCondition),
  meetCondition: answered(mfat, STEPS.meetCondition, conditions.meetCondition),
  reopenCondition: answered(mfat, STEPS.reopenCondition, conditions.reopenCondition),
  cancelVariation: answered(agency, STEPS.cancelVariation, variations.cancelVariation),
  confirmVariation: answered(mfat, STEPS.confirmVariation, variations.confirmVariation),
  approveVariation: answered(mfat, STEPS.approveVariation, variations.approveVariation),
  declineVariation: answered(mfat, STEPS.declineVariation, variations.declineVariation),
  changeSchedule: typed(mfat, changeSchedule),
  submitReport: {
    ...typed(agency, reports.submitReport),
    save: (actor, reference, values) => reports.saveReport(asAgency(actor), reference, values),
  },
  acceptReport: answered(mfat, STEPS.acceptReport, reports.acceptReport),
  returnReport: answered(mfat, STEPS.returnReport, reports.returnReport),
  reopenReport: answered(mfat, STEPS.reopenReport, reports.reopenReport),
  acceptLastReport: answered(mfat, STEPS.acceptLastReport, settlement.acceptLastReport),
  terminate: answered(mfat, STEPS.terminate, settlement.terminate),
  prepareAcquittal: typed(agency, settlement.prepareAcquittal),
  submitAcquittal: typed(agency, settlement.submitAcquittal),
  returnAcquittal: answered(mfat, STEPS.returnAcquittal, settlement.returnAcquittal),
  recordRecovery: answered(mfat, STEPS.recordRecovery, settlement.recordRecovery),
  confirmSurplus: answered(mfat, STEPS.confirmSurplus, settlement.confirmSurplus),
  close: answered(mfat, STEPS.close, settlement.close),
  withdraw: answered(agency, STEPS.withdraw, arrangements.withdraw),
  reopen: typed(mfat, reopening.reopen),
  askToReopen: answered(mfat, STEPS.askToReopen, reopening.askToReopen),
  confirmReopening: answered(mfat, STEPS.confirmReopening, reopening.confirmReopening),
  declineReopening: answered(mfat, STEPS.declineReopening, reopening.declineReopening),
  putOnHold: answered(mfat, STEPS.putOnHold, arrangements.putOnHold),
  resume: answered(mfat, STEPS.resume, arrangements.resume),
};

/**
 * Takes a step with the values of its form, or with `isLater` saves them to be finished later. Returns whether the step
 * was taken.
 * @throws what its command throws, with the possible steps added; NOT_FOUND if the step has no form
 */
export async function takeStep(
  actor: Actor,
  request: StepRequest,
  reference: string,
  step: StepKey,
  { values, isLater }: { values: Values; isLater: boolean },
): Promise<boolean> {
  const command: Command | null = COMMANDS[step];
  if (!command) throw notFound();
  try {
    if (isLater && command.save) await command.save(actor, reference, values);
    else await command.take(actor, request, reference, values);
  } catch (error) {
    throw inWords(error);
  }
  return !(isLater && command.save);
}

/**
 * Takes a step for several applications, one after the other. Each has its own transaction and its own request id,
 * which is always the same for the same form. If one is refused, the others still go ahead. A null refusal means it was
 * taken.
 * @throws if the database is unavailable. Sending the same form again takes the rest
 */
export async function takeEach<Row extends { reference: string; revision: number }>(
  request: Omit<StepRequest, "revision">,
  rows: readonly Row[],
  take: (row: Row, own: StepRequest) => Promise<unknown>,
): Promise<{ row: Row; refusal: Refusal | null }[]> {
  const results: { row: Row; refusal: Refusal | null }[] = [];
  for (const row of rows) {
    const own = { ...request, requestId: requestIdOf(request.requestId, row.reference), revision: row.revision };
    try {
      await take(row, own);
      results.push({ row, refusal: null });
    } catch (error) {
      if (isAway(error)) throw error;
      results.push({ row, refusal: refusalOf(inWords(error)) });
    }
  }
  return results;
}

/** Logs an unexpected error, so that the other rows can continue. */
function refusalOf(error: unknown): Refusal {
  const refusal = error instanceof DomainError ? error : fromDatabase(error);
  if (refusal) {
    const sentence = Object.values(refusal.fields).join(". ") || refusal.message;
    return { sentence, isStale: refusal.code === "CONFLICT" };
  }
  const what = error instanceof Error ? error.stack : String(error);
  console.error(JSON.stringify({ at: now().toISOString(), level: "error", id: "takeEach", what }));
  const sentence = "Something went wrong, and nothing was changed. Try this one again on its own.";
  return { sentence, isStale: false };
}

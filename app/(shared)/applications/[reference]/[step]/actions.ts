"use server";

import { refresh } from "next/cache";
import { STEP_FIELDS, stepFields } from "#components/steps/step-fields.ts";
import * as applications from "#lib/applications/commands.ts";
import * as arrangements from "#lib/arrangements/commands.ts";
import * as settlement from "#lib/arrangements/settlement/commands.ts";
import * as assessments from "#lib/assessments/commands.ts";
import * as decisions from "#lib/decisions/commands.ts";
import {
  APPROVE_FIELDS,
  phasedYears,
  phasingOf,
  RECOMMEND_FIELDS,
  RECOMMEND_MORE_FIELDS,
} from "#lib/decisions/schema.ts";
import { type Answers, type Field, type FormState, type Lists, texts, type Values } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import type { StepRequest } from "#lib/lifecycle/commands.ts";
import { type Actor, asAgency, asMfat } from "#lib/lifecycle/permissions.ts";
import { type Action, isAction } from "#lib/lifecycle/workflow.ts";
import * as payments from "#lib/payments/commands.ts";
import type { RecommendationOutcome } from "#lib/platform/db/generated/enums.ts";
import { invalid, notFound } from "#lib/platform/errors.ts";
import * as reports from "#lib/reports/commands.ts";
import { changeSchedule } from "#lib/reports/schedule/commands.ts";
import * as variations from "#lib/variations/commands.ts";
import { readAsked } from "#lib/variations/schema.ts";
import { answerForm } from "#lib/web/action.ts";

type Take = (actor: Actor, request: StepRequest, reference: string, values: Values) => Promise<unknown>;

/** A step whose fields are always the same: its command gets their answers. */
function answered<A extends keyof typeof STEP_FIELDS>(
  action: A,
  take: (
    actor: Actor,
    request: StepRequest,
    reference: string,
    answers: Answers<(typeof STEP_FIELDS)[A]>,
  ) => Promise<unknown>,
): Take {
  return async (actor, request, reference, values) => {
    const parsed = parseFields(STEP_FIELDS[action], values, offered(values));
    if (parsed.errors) throw invalid(parsed.errors);
    return take(actor, request, reference, parsed.data as Answers<(typeof STEP_FIELDS)[A]>);
  };
}

/** Each step's command. */
const COMMANDS: Partial<Record<Action, Take>> = {
  sendForSignOff: (actor, request, ref) => applications.sendForSignOff(asAgency(actor), request, ref),
  discard: (actor, request, ref) => applications.discard(asAgency(actor), request, ref),
  signOffAndSubmit: answered("signOffAndSubmit", (actor, request, ref, answers) =>
    applications.signOffAndSubmit(asAgency(actor), request, ref, answers),
  ),
  returnToContributor: answered("returnToContributor", (actor, request, ref, answers) =>
    applications.returnToContributor(asAgency(actor), request, ref, answers),
  ),
  acceptForAssessment: (actor, request, ref, values) =>
    applications.acceptForAssessment(asMfat(actor), request, ref, values),
  askForChanges: answered("askForChanges", (actor, request, ref, answers) =>
    applications.askForChanges(asMfat(actor), request, ref, answers),
  ),
  moveDueDate: answered("moveDueDate", (actor, request, ref, answers) =>
    applications.moveDueDate(asMfat(actor), request, ref, answers),
  ),
  declineAsIneligible: answered("declineAsIneligible", (actor, request, ref, answers) =>
    applications.declineAsIneligible(asMfat(actor), request, ref, answers),
  ),
  assignAssessors: answered("assignAssessors", (actor, request, ref, answers) =>
    assessments.assignAssessors(asMfat(actor), request, ref, answers),
  ),
  unassignAssessor: answered("unassignAssessor", (actor, request, ref, answers) =>
    assessments.unassignAssessor(asMfat(actor), request, ref, answers),
  ),
  completeAssessment: (actor, request, ref, values) =>
    assessments.completeAssessment(asMfat(actor), request, ref, values),
  startModeration: (actor, request, ref) => assessments.startModeration(asMfat(actor), request, ref),
  recommend: (actor, request, ref, values) => {
    const { outcome, ...answers } = phased("recommend", RECOMMEND_ANSWERS, values);
    return decisions.recommend(asMfat(actor), request, ref, {
      ...answers,
      outcome: outcome as RecommendationOutcome,
      phasing: phasingOf(values),
    });
  },
  confirmBudget: (actor, request, ref) => decisions.confirmBudget(asMfat(actor), request, ref),
  returnRecommendation: answered("returnRecommendation", (actor, request, ref, answers) =>
    decisions.returnRecommendation(asMfat(actor), request, ref, answers),
  ),
  approve: (actor, request, ref, values) =>
    decisions.approve(asMfat(actor), request, ref, {
      ...phased("approve", APPROVE_FIELDS, values),
      phasing: phasingOf(values),
    }),
  decline: answered("decline", (actor, request, ref, answers) =>
    decisions.decline(asMfat(actor), request, ref, answers),
  ),
  sendOffer: answered("sendOffer", (actor, request, ref, answers) =>
    arrangements.sendOffer(asMfat(actor), request, ref, answers),
  ),
  acceptOffer: answered("acceptOffer", (actor, request, ref) =>
    arrangements.acceptOffer(asAgency(actor), request, ref),
  ),
  declineOffer: answered("declineOffer", (actor, request, ref, answers) =>
    arrangements.declineOffer(asAgency(actor), request, ref, answers),
  ),
  submitClaim: answered("submitClaim", (actor, request, ref, answers) =>
    payments.submitClaim(asAgency(actor), request, ref, answers),
  ),
  cancelClaim: answered("cancelClaim", (actor, request, ref, answers) =>
    payments.cancelClaim(asAgency(actor), request, ref, answers),
  ),
  approveClaim: answered("approveClaim", (actor, request, ref, answers) =>
    payments.approveClaim(asMfat(actor), request, ref, answers),
  ),
  returnClaim: answered("returnClaim", (actor, request, ref, answers) =>
    payments.returnClaim(asMfat(actor), request, ref, answers),
  ),
  recordPayment: answered("recordPayment", (actor, request, ref, answers) =>
    payments.recordPayment(asMfat(actor), request, ref, answers),
  ),
  recoverPayment: answered("recoverPayment", (actor, request, ref, answers) =>
    payments.recoverPayment(asMfat(actor), request, ref, answers),
  ),
  askForVariation: (actor, request, ref, values) =>
    variations.askForVariation(asAgency(actor), request, ref, readAsked(values)),
  cancelVariation: (actor, request, ref) => variations.cancelVariation(asAgency(actor), request, ref),
  confirmVariation: (actor, request, ref) => variations.confirmVariation(asMfat(actor), request, ref),
  approveVariation: (actor, request, ref) => variations.approveVariation(asMfat(actor), request, ref),
  declineVariation: answered("declineVariation", (actor, request, ref, answers) =>
    variations.declineVariation(asMfat(actor), request, ref, answers),
  ),
  changeSchedule: (actor, request, ref, values) => changeSchedule(asMfat(actor), request, ref, values),
  submitReport: (actor, request, ref, values) => reports.submitReport(asAgency(actor), request, ref, values),
  acceptReport: answered("acceptReport", (actor, request, ref, answers) =>
    reports.acceptReport(asMfat(actor), request, ref, answers),
  ),
  returnReport: answered("returnReport", (actor, request, ref, answers) =>
    reports.returnReport(asMfat(actor), request, ref, answers),
  ),
  acceptLastReport: answered("acceptLastReport", (actor, request, ref, answers) =>
    settlement.acceptLastReport(asMfat(actor), request, ref, answers),
  ),
  terminate: answered("terminate", (actor, request, ref, answers) =>
    settlement.terminate(asMfat(actor), request, ref, answers),
  ),
  submitAcquittal: (actor, request, ref, values) => settlement.submitAcquittal(asAgency(actor), request, ref, values),
  recordRecovery: answered("recordRecovery", (actor, request, ref, answers) =>
    settlement.recordRecovery(asMfat(actor), request, ref, answers),
  ),
  confirmSurplus: (actor, request, ref) => settlement.confirmSurplus(asMfat(actor), request, ref),
  close: (actor, request, ref) => settlement.close(asMfat(actor), request, ref),
  withdraw: answered("withdraw", (actor, request, ref, answers) =>
    arrangements.withdraw(asAgency(actor), request, ref, answers),
  ),
  putOnHold: answered("putOnHold", (actor, request, ref, answers) =>
    arrangements.putOnHold(asMfat(actor), request, ref, answers),
  ),
  resume: (actor, request, ref) => arrangements.resume(asMfat(actor), request, ref),
};

const RECOMMEND_ANSWERS = [...RECOMMEND_FIELDS, ...RECOMMEND_MORE_FIELDS] as const;

/** The answers of a step that also has amounts by year: all of it is checked at once. */
function phased<const F extends readonly Field[]>(
  step: "recommend" | "approve",
  fields: F,
  values: Values,
): Answers<F> {
  const all = parseFields(stepFields(step, phasedYears(values)), values, offered(values));
  const own = parseFields(fields, values, offered(values));
  if (all.errors || own.errors) throw invalid(all.errors ?? own.errors ?? {});
  return own.data;
}

/** Steps that somebody may begin now and finish later. */
const SAVES: Partial<Record<Action, (actor: Actor, reference: string, values: Values) => Promise<void>>> = {
  acceptForAssessment: (actor, ref, values) => applications.saveScreening(asMfat(actor), ref, values),
  completeAssessment: (actor, ref, values) => assessments.saveAssessment(asMfat(actor), ref, values),
  submitReport: (actor, ref, values) => reports.saveReport(asAgency(actor), ref, values),
};

/** Takes a step of the workflow table, or (the second button of some) keeps what there is of it. */
export async function takeStep(reference: string, step: string, before: FormState, form: FormData): Promise<FormState> {
  const answer = await answerForm(before, form, async (actor, values, request) => {
    const command = isAction(step) ? COMMANDS[step] : undefined;
    if (!isAction(step) || !command) throw notFound();
    const save = values.intent === "other" ? SAVES[step] : undefined;
    if (save) {
      await save(actor, reference, values);
      return `/applications/${reference}/${step}?saved=1`;
    }
    await command(actor, request, reference, values);
    return `/applications/${reference}?done=${step}`;
  });
  return asItIsNow(answer);
}

/** Lists that only the page knows: what was chosen is checked by the command. */
const offered = (values: Values): Lists =>
  Object.fromEntries(
    Object.entries({
      assessors: "assessors",
      unassignable: "assessor",
      conditions: "standardConditions",
      reports: "report",
      claims: "claim",
      claimYears: "year",
      years: "year",
      invoices: "invoice",
    }).map(([list, name]) => [list, texts(values, name).map((value) => ({ value, label: value }))]),
  );

/** Agreed scores and comments of the moderation. */
export async function saveAgreed(reference: string, before: FormState, form: FormData): Promise<FormState> {
  const answer = await answerForm(before, form, async (actor, values) => {
    await assessments.saveModeration(asMfat(actor), reference, values);
    return `/applications/${reference}?done=moderation`;
  });
  return asItIsNow(answer);
}

/** Refused as a whole: the page around the form is shown as it is now, too. */
function asItIsNow(answer: FormState): FormState {
  if (answer.problem) refresh();
  return answer;
}

"use server";

import { stepFields } from "../../../../../components/step-fields.ts";
import { answerForm } from "../../../../../lib/action.ts";
import * as applications from "../../../../../lib/applications/commands.ts";
import * as arrangements from "../../../../../lib/arrangements/commands.ts";
import * as assessments from "../../../../../lib/assessments/commands.ts";
import type { RecommendationOutcome } from "../../../../../lib/db/generated/enums.ts";
import * as decisions from "../../../../../lib/decisions/commands.ts";
import { phasedYears, phasingOf } from "../../../../../lib/decisions/schema.ts";
import { invalid, notFound } from "../../../../../lib/errors.ts";
import { type FormState, type Lists, texts, type Values } from "../../../../../lib/fields.ts";
import { parseFields } from "../../../../../lib/form.ts";
import type { StepRequest } from "../../../../../lib/lifecycle/commands.ts";
import { type Action, isAction } from "../../../../../lib/lifecycle/workflow.ts";
import { recordPayment } from "../../../../../lib/payments/commands.ts";
import { type Actor, asAgency, asMfat } from "../../../../../lib/permissions.ts";

type Take = (
  actor: Actor,
  request: StepRequest,
  reference: string,
  answers: Record<string, never>,
  values: Values,
) => Promise<unknown>;

/** Each step's command. Answers are parsed by the step's fields before. */
const COMMANDS: Partial<Record<Action, Take>> = {
  sendForSignOff: (actor, request, ref) => applications.sendForSignOff(asAgency(actor), request, ref),
  discard: (actor, request, ref) => applications.discard(asAgency(actor), request, ref),
  signOffAndSubmit: (actor, request, ref, answers) =>
    applications.signOffAndSubmit(asAgency(actor), request, ref, answers as never),
  returnToContributor: (actor, request, ref, answers) =>
    applications.returnToContributor(asAgency(actor), request, ref, answers as never),
  acceptForAssessment: (actor, request, ref, answers) =>
    applications.acceptForAssessment(asMfat(actor), request, ref, answers),
  askForChanges: (actor, request, ref, answers) =>
    applications.askForChanges(asMfat(actor), request, ref, answers as never),
  declineAsIneligible: (actor, request, ref, answers) =>
    applications.declineAsIneligible(asMfat(actor), request, ref, answers as never),
  assignAssessors: (actor, request, ref, _answers, values) =>
    assessments.assignAssessors(asMfat(actor), request, ref, texts(values, "assessors")),
  declareInterests: (actor, request, ref, answers) =>
    assessments.declareInterests(asMfat(actor), request, ref, answers as never),
  completeAssessment: (actor, request, ref, _answers, values) =>
    assessments.completeAssessment(asMfat(actor), request, ref, values),
  startModeration: (actor, request, ref) => assessments.startModeration(asMfat(actor), request, ref),
  recommend: (actor, request, ref, answers, values) => {
    const { outcome, conditions, rationale, exceptionReason } = answers as Record<string, string>;
    return decisions.recommend(asMfat(actor), request, ref, {
      outcome: outcome as RecommendationOutcome,
      phasing: phasingOf(values),
      conditions: conditions ?? null,
      rationale: rationale ?? "",
      exceptionReason: exceptionReason ?? null,
    });
  },
  confirmBudget: (actor, request, ref) => decisions.confirmBudget(asMfat(actor), request, ref),
  returnRecommendation: (actor, request, ref, answers) =>
    decisions.returnRecommendation(asMfat(actor), request, ref, answers as never),
  approve: (actor, request, ref, answers, values) => {
    const { conditions, reason } = answers as Record<string, string | null>;
    return decisions.approve(asMfat(actor), request, ref, {
      phasing: phasingOf(values),
      conditions: conditions ?? null,
      reason: reason ?? null,
    });
  },
  decline: (actor, request, ref, answers) => decisions.decline(asMfat(actor), request, ref, answers as never),
  sendOffer: (actor, request, ref, answers) => arrangements.sendOffer(asMfat(actor), request, ref, answers as never),
  acceptOffer: (actor, request, ref) => arrangements.acceptOffer(asAgency(actor), request, ref),
  declineOffer: (actor, request, ref, answers) =>
    arrangements.declineOffer(asAgency(actor), request, ref, answers as never),
  recordPayment: (actor, request, ref, answers) => recordPayment(asMfat(actor), request, ref, answers as never),
  acceptLastReport: (actor, request, ref, answers) =>
    arrangements.acceptLastReport(asMfat(actor), request, ref, answers as never),
  terminate: (actor, request, ref, answers) => arrangements.terminate(asMfat(actor), request, ref, answers as never),
  submitAcquittal: (actor, request, ref, answers) =>
    arrangements.submitAcquittal(asAgency(actor), request, ref, answers as never),
  confirmSurplus: (actor, request, ref) => arrangements.confirmSurplus(asMfat(actor), request, ref),
  close: (actor, request, ref) => arrangements.close(asMfat(actor), request, ref),
  withdraw: (actor, request, ref, answers) => applications.withdraw(asAgency(actor), request, ref, answers as never),
  putOnHold: (actor, request, ref, answers) => applications.putOnHold(asMfat(actor), request, ref, answers as never),
  resume: (actor, request, ref) => applications.resume(asMfat(actor), request, ref),
};

/** Takes a step of the workflow table, or (an assessment's second button) keeps what there is of it. */
export async function takeStep(reference: string, step: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const command = isAction(step) ? COMMANDS[step] : undefined;
    if (!isAction(step) || !command) throw notFound();
    if (step === "completeAssessment" && values.intent === "other") {
      await assessments.saveAssessment(asMfat(actor), reference, values);
      return `/applications/${reference}/completeAssessment?saved=1`;
    }
    const parsed = parseFields(stepFields(step, phasedYears(values)), values, offered(values));
    if (parsed.errors && step !== "completeAssessment") throw invalid(parsed.errors);
    await command(actor, request, reference, (parsed.data ?? {}) as Record<string, never>, values);
    return `/applications/${reference}?done=${step}`;
  });
}

/** Lists that only the page knows: what was chosen is checked by the command. */
const offered = (values: Values): Lists =>
  Object.fromEntries(
    Object.entries({ assessors: "assessors", years: "year" }).map(([list, name]) => [
      list,
      texts(values, name).map((value) => ({ value, label: value })),
    ]),
  );

/** Agreed scores and comments of the moderation. */
export async function saveAgreed(reference: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values) => {
    await assessments.saveModeration(asMfat(actor), reference, values);
    return `/applications/${reference}?done=moderation`;
  });
}

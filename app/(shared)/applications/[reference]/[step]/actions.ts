"use server";

import { refresh } from "next/cache";
import { saveModeration } from "#lib/assessments/moderation/commands.ts";
import type { FormState } from "#lib/form/fields.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { stepPath } from "#lib/lifecycle/steps.ts";
import { notFound } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";
import { askInClosedYear } from "#lib/workflow/closed/commands.ts";
import * as workflow from "#lib/workflow/commands.ts";
import { isStep } from "#lib/workflow/steps.ts";

/** Takes a step of the workflow table, or (second button of some forms) saves it to finish later. */
export async function takeStep(reference: string, step: string, before: FormState, form: FormData): Promise<FormState> {
  const answer = await answerForm(before, form, async (actor, values, request) => {
    if (!isStep(step)) throw notFound();
    const asked = await askInClosedYear(actor, request, reference, step, values);
    if (asked) return `/changes/${asked}?done=asked`;
    const isLater = values.intent === "other";
    const isTaken = await workflow.takeStep(actor, request, reference, step, { values, isLater });
    return isTaken ? `/applications/${reference}?done=${step}` : `${stepPath(reference, step)}?saved=1`;
  });
  return asItIsNow(answer);
}

/** Saves the agreed scores and comments of the moderation. */
export async function saveAgreed(reference: string, before: FormState, form: FormData): Promise<FormState> {
  const answer = await answerForm(before, form, async (actor, values) => {
    await saveModeration(asMfat(actor), reference, values);
    return `/applications/${reference}?done=moderation`;
  });
  return asItIsNow(answer);
}

/** The step was refused as a whole: the page around the form is rendered again as it is now, too. */
function asItIsNow(answer: FormState): FormState {
  if (answer.problem) refresh();
  return answer;
}

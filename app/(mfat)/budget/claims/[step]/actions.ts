"use server";

import { refresh } from "next/cache";
import * as batch from "#lib/batches/claims/commands.ts";
import { type ClaimsStep, claimsStepPath, isClaimsStep } from "#lib/batches/claims/schema.ts";
import type { FormState } from "#lib/form/fields.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { notFound } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";

function stepOf(step: string): ClaimsStep {
  if (!isClaimsStep(step)) throw notFound();
  return step;
}

/** Stores which claims were chosen. The next page previews them with their totals. */
export async function prepareClaims(step: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const id = await batch.prepareClaims(asMfat(actor), request, stepOf(step), values);
    return `${claimsStepPath(stepOf(step))}/${id}`;
  });
}

/** Takes the step for each claim as previewed. The results replace the preview. */
export async function takeClaims(step: string, id: string, before: FormState, form: FormData): Promise<FormState> {
  const answer = await answerForm(before, form, async (actor, _values, request) => {
    await batch.takeClaims(asMfat(actor), request, stepOf(step), id);
    return `${claimsStepPath(stepOf(step))}/${id}`;
  });
  if (answer.problem) refresh();
  return answer;
}

"use server";

import { refresh } from "next/cache";
import * as batches from "#lib/batches/commands.ts";
import { type BatchStep, batchPath, isBatchStep } from "#lib/batches/schema.ts";
import type { FormState } from "#lib/form/fields.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { notFound } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";

function stepOf(step: string): BatchStep {
  if (!isBatchStep(step)) throw notFound();
  return step;
}

/** Stores what was chosen and written. The next page previews each application. */
export async function prepareBatch(step: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const id = await batches.prepareBatch(asMfat(actor), request, stepOf(step), values);
    return `${batchPath(stepOf(step))}/${id}`;
  });
}

/** Takes the step for each application as previewed. The results replace the preview. */
export async function takeBatch(step: string, id: string, before: FormState, form: FormData): Promise<FormState> {
  const answer = await answerForm(before, form, async (actor, _values, request) => {
    await batches.takeBatch(asMfat(actor), request, stepOf(step), id);
    return `${batchPath(stepOf(step))}/${id}`;
  });
  // The whole batch was refused: show the preview again as it is now.
  if (answer.problem) refresh();
  return answer;
}

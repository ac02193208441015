"use server";

import * as interests from "#lib/assessments/interests/commands.ts";
import { DECLARE_FIELDS, LATER_INTEREST_FIELDS } from "#lib/assessments/interests/schema.ts";
import type { FormState } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { stepPath } from "#lib/lifecycle/steps.ts";
import { invalid } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";
import { isStep } from "#lib/workflow/steps.ts";

/** `next`: the step that the reader was about to take. */
export async function declareInterests(
  reference: string,
  next: string,
  before: FormState,
  form: FormData,
): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const parsed = parseFields(DECLARE_FIELDS, values);
    if (parsed.errors) throw invalid(parsed.errors);
    await interests.declareInterests(asMfat(actor), request, reference, parsed.data);
    return `${isStep(next) ? stepPath(reference, next) : `/applications/${reference}`}?done=interests`;
  });
}

export async function noteInterest(reference: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const parsed = parseFields(LATER_INTEREST_FIELDS, values);
    if (parsed.errors) throw invalid(parsed.errors);
    await interests.noteInterest(asMfat(actor), request, reference, parsed.data);
    return `/applications/${reference}?done=interests`;
  });
}

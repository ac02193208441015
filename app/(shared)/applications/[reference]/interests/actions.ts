"use server";

import { answerForm } from "#lib/action.ts";
import * as assessments from "#lib/assessments/commands.ts";
import { DECLARE_FIELDS } from "#lib/assessments/schema.ts";
import { invalid } from "#lib/errors.ts";
import type { FormState } from "#lib/fields.ts";
import { parseFields } from "#lib/form.ts";
import { isAction } from "#lib/lifecycle/workflow.ts";
import { asMfat } from "#lib/permissions.ts";

/** `next`: the step that the reader was on the way to. */
export async function declareInterests(
  reference: string,
  next: string,
  before: FormState,
  form: FormData,
): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const parsed = parseFields(DECLARE_FIELDS, values);
    if (parsed.errors) throw invalid(parsed.errors);
    await assessments.declareInterests(asMfat(actor), request, reference, parsed.data);
    return `/applications/${reference}${isAction(next) ? `/${next}` : ""}?done=interests`;
  });
}

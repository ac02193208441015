"use server";

import * as interests from "#lib/assessments/interests/commands.ts";
import { CLEAR_FIELDS, NOTE_INTEREST_FIELDS } from "#lib/assessments/interests/schema.ts";
import type { FormState } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { invalid } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";

export async function clearInterest(
  reference: string,
  personId: string,
  before: FormState,
  form: FormData,
): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const parsed = parseFields(CLEAR_FIELDS, values);
    if (parsed.errors) throw invalid(parsed.errors);
    await interests.clearInterest(asMfat(actor), request, reference, personId, parsed.data);
    return "/settings/interests?done=cleared";
  });
}

export async function noteInterestOf(
  reference: string,
  personId: string,
  before: FormState,
  form: FormData,
): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const parsed = parseFields(NOTE_INTEREST_FIELDS, values);
    if (parsed.errors) throw invalid(parsed.errors);
    await interests.noteInterestOf(asMfat(actor), request, reference, personId, parsed.data);
    return "/settings/interests?done=noted";
  });
}

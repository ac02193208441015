"use server";

import * as library from "#lib/decisions/conditions/commands.ts";
import { CONDITION_LIST_FIELDS } from "#lib/decisions/schema.ts";
import type { FormState } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { linesOf } from "#lib/fund/schema.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { invalid } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";

export async function saveConditions(before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const parsed = parseFields(CONDITION_LIST_FIELDS, values);
    if (parsed.errors) throw invalid(parsed.errors);
    await library.saveConditions(asMfat(actor), request, linesOf(parsed.data.conditions));
    return "/settings/conditions?done=saved";
  });
}

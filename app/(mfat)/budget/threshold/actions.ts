"use server";

import * as budget from "#lib/budget/commands.ts";
import { THRESHOLD_FIELDS } from "#lib/budget/schema.ts";
import type { FormState } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { invalid } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";

export async function askForThreshold(before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const parsed = parseFields(THRESHOLD_FIELDS, values, {});
    if (parsed.errors) throw invalid(parsed.errors);
    const { threshold: cents, reason } = parsed.data;
    await budget.askForThreshold(asMfat(actor), request, { cents, reason });
    return "/changes?done=asked";
  });
}

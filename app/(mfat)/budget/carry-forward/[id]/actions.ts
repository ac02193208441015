"use server";

import * as budget from "#lib/budget/carry-forward/commands.ts";
import { CANCEL_FIELDS } from "#lib/budget/carry-forward/schema.ts";
import type { FormState } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { invalid } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";

export async function confirmCarryForward(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, _values, request) => {
    await budget.confirmCarryForward(asMfat(actor), request, id);
    return `/budget/carry-forward/${id}?done=confirmed`;
  });
}

export async function cancelCarryForward(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const parsed = parseFields(CANCEL_FIELDS, values);
    if (parsed.errors) throw invalid(parsed.errors);
    await budget.cancelCarryForward(asMfat(actor), request, id, parsed.data.reason);
    return `/budget/carry-forward/${id}?done=cancelled`;
  });
}

"use server";

import { answerForm } from "#lib/action.ts";
import * as budget from "#lib/budget/carry-forward/commands.ts";
import { CANCEL_FIELDS } from "#lib/budget/carry-forward/schema.ts";
import { invalid } from "#lib/errors.ts";
import type { FormState } from "#lib/fields.ts";
import { parseFields } from "#lib/form.ts";
import { asMfat } from "#lib/permissions.ts";

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

"use server";

import { answerForm } from "#lib/action.ts";
import * as budget from "#lib/budget/carry-forward/commands.ts";
import { CARRY_FORWARD_FIELDS } from "#lib/budget/carry-forward/schema.ts";
import { ANY_YEARS } from "#lib/budget/schema.ts";
import { invalid } from "#lib/errors.ts";
import type { FormState } from "#lib/fields.ts";
import { parseFields } from "#lib/form.ts";
import { asMfat } from "#lib/permissions.ts";

export async function agreeCarryForward(before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const parsed = parseFields(CARRY_FORWARD_FIELDS, values, { years: ANY_YEARS });
    if (parsed.errors) throw invalid(parsed.errors);
    const { fromYear, ...rest } = parsed.data;
    await budget.agreeCarryForward(asMfat(actor), request, { ...rest, fromYear: Number(fromYear) });
    return "/budget/carry-forward?done=agreed";
  });
}

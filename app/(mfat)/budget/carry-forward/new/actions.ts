"use server";

import * as budget from "#lib/budget/carry-forward/commands.ts";
import { CARRY_FORWARD_FIELDS } from "#lib/budget/carry-forward/schema.ts";
import { ANY_YEARS } from "#lib/budget/schema.ts";
import type { FormState } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { invalid } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";

export async function askForCarryForward(before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const parsed = parseFields(CARRY_FORWARD_FIELDS, values, { years: ANY_YEARS });
    if (parsed.errors) throw invalid(parsed.errors);
    const { fromYear, ...rest } = parsed.data;
    await budget.askForCarryForward(asMfat(actor), request, { ...rest, fromYear: Number(fromYear) });
    return "/changes?done=asked";
  });
}

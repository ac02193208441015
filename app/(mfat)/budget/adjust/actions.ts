"use server";

import * as budget from "#lib/budget/commands.ts";
import { ADJUST_FIELDS, ANY_YEARS } from "#lib/budget/schema.ts";
import type { FormState } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { invalid } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";

export async function adjustEnvelope(before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const parsed = parseFields(ADJUST_FIELDS, values, { years: ANY_YEARS });
    if (parsed.errors) throw invalid(parsed.errors);
    const { year, change, ...rest } = parsed.data;
    const adjustment = { ...rest, startYear: Number(year), changeCents: change };
    await budget.adjustEnvelope(asMfat(actor), request, adjustment);
    return "/changes?done=asked";
  });
}

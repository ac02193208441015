"use server";

import * as years from "#lib/budget/years/commands.ts";
import { CLOSING_FIELDS, CUTOFF_FIELDS, MOVE_CUTOFF_FIELDS } from "#lib/budget/years/schema.ts";
import type { FormState } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { invalid } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";

export async function setCutoff(startYear: number, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const { data, errors } = parseFields("reason" in values ? MOVE_CUTOFF_FIELDS : CUTOFF_FIELDS, values);
    if (errors) throw invalid(errors);
    const { cutoffOn, reason = null } = data as { cutoffOn: Date; reason?: string };
    await years.setCutoff(asMfat(actor), request, Number(startYear), cutoffOn, reason);
    return `/budget/year-end?year=${Number(startYear)}&done=cutoff`;
  });
}

export async function askForClosing(startYear: number, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const parsed = parseFields(CLOSING_FIELDS, values);
    if (parsed.errors) throw invalid(parsed.errors);
    await years.askForClosing(asMfat(actor), request, Number(startYear), parsed.data.reason);
    return "/changes?done=asked";
  });
}

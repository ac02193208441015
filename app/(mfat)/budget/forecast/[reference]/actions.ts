"use server";

import * as forecast from "#lib/budget/forecast/commands.ts";
import { EXPECTATION_FIELDS, FIRST_EXPECTATION_FIELDS } from "#lib/budget/forecast/schema.ts";
import { type FormState, text } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { invalid } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";

export async function noteExpectation(before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const parsed = parseFields(text(values, "isNoted") ? EXPECTATION_FIELDS : FIRST_EXPECTATION_FIELDS, values);
    if (parsed.errors) throw invalid(parsed.errors);
    const [reference, year] = [text(values, "reference"), text(values, "year")];
    const { total, note } = parsed.data;
    const noted = { reference, startYear: /^\d{4}$/.test(year) ? Number(year) : 0, cents: total, note };
    await forecast.noteExpectation(asMfat(actor), request, noted);
    const query = new URLSearchParams({ year, done: total === null ? "forecast" : "noted", reference });
    return `/budget/forecast?${query}`;
  });
}

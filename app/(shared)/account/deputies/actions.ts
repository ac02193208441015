"use server";

import * as deputies from "#lib/deputies/commands.ts";
import { DEPUTY_FIELDS } from "#lib/deputies/schema.ts";
import { type FormState, type Lists, text, type Values } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { invalid } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";

/** The command checks who may be named. */
const offered = (values: Values): Lists => ({
  deputies: [{ value: text(values, "deputy"), label: text(values, "deputy") }],
});

export async function nameDeputy(before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const parsed = parseFields(DEPUTY_FIELDS, values, offered(values));
    if (parsed.errors) throw invalid(parsed.errors);
    await deputies.nameDeputy(asMfat(actor), request, parsed.data);
    return "/account/deputies?done=named";
  });
}

export async function endDeputy(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, _values, request) => {
    await deputies.endDeputy(asMfat(actor), request, id);
    return "/account/deputies?done=ended";
  });
}

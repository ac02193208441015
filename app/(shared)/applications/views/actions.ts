"use server";

import type { FormState } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { invalid } from "#lib/platform/errors.ts";
import * as views from "#lib/views/commands.ts";
import { VIEW_FIELDS } from "#lib/views/schema.ts";
import { answerForm } from "#lib/web/action.ts";

/** `query`: the search, as it appears in the address of the list. */
export async function saveView(query: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const parsed = parseFields(VIEW_FIELDS, values);
    if (parsed.errors) throw invalid(parsed.errors);
    await views.saveView(actor, request, { ...parsed.data, query });
    return `/applications?${query}`;
  });
}

export async function renameView(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const parsed = parseFields(VIEW_FIELDS, values);
    if (parsed.errors) throw invalid(parsed.errors);
    await views.renameView(actor, request, id, parsed.data.name);
    return "/applications/views?done=renamed";
  });
}

export async function deleteView(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, _values, request) => {
    await views.deleteView(actor, request, id);
    return "/applications/views?done=deleted";
  });
}

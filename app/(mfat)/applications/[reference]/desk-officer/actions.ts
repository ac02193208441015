"use server";

import * as officers from "#lib/applications/officers/commands.ts";
import { CHANGE_OFFICER_FIELDS } from "#lib/applications/officers/schema.ts";
import { type FormState, text } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { invalid } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";

/** The command checks that the chosen person may look after it. */
export async function changeDeskOfficer(reference: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const officer = text(values, "officer");
    const lists = { officers: officer ? [{ value: officer, label: officer }] : [] };
    const parsed = parseFields(CHANGE_OFFICER_FIELDS, values, lists);
    if (parsed.errors) throw invalid(parsed.errors);
    const current = text(values, "before") || null;
    await officers.changeDeskOfficer(asMfat(actor), request, reference, { ...parsed.data, before: current });
    return `/applications/${reference}/desk-officer?done=changed`;
  });
}

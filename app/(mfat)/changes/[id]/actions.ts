"use server";

import * as changes from "#lib/changes/commands.ts";
import { DECLINE_CHANGE_FIELDS, WITHDRAW_CHANGE_FIELDS } from "#lib/changes/schema.ts";
import type { FormState } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { invalid } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";
import * as workflow from "#lib/workflow/changes/commands.ts";

const pageOf = (id: string): string => `/changes/${id}?done=1`;

export async function confirmChange(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, _values, request) => {
    await workflow.confirmChange(asMfat(actor), request, id);
    return pageOf(id);
  });
}

export async function declineChange(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const parsed = parseFields(DECLINE_CHANGE_FIELDS, values);
    if (parsed.errors) throw invalid(parsed.errors);
    await changes.declineChange(asMfat(actor), request, id, parsed.data.reason);
    return pageOf(id);
  });
}

export async function withdrawChange(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const parsed = parseFields(WITHDRAW_CHANGE_FIELDS, values);
    if (parsed.errors) throw invalid(parsed.errors);
    await changes.withdrawChange(asMfat(actor), request, id, parsed.data.reason);
    return pageOf(id);
  });
}

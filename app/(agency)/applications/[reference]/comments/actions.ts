"use server";

import { addComment, settleComment } from "#lib/comments/commands.ts";
import { COMMENT_FIELDS } from "#lib/comments/schema.ts";
import type { FormState } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { asAgency } from "#lib/lifecycle/permissions.ts";
import { invalid } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";

export async function add(reference: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, { requestId }) => {
    const { data, errors } = parseFields(COMMENT_FIELDS, values, {});
    if (errors) throw invalid(errors);
    const told = await addComment(asAgency(actor), { requestId }, reference, data);
    return `/applications/${reference}/comments?done=added&told=${told}`;
  });
}

export async function settle(reference: string, id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor) => {
    await settleComment(asAgency(actor), reference, id);
    return `/applications/${reference}/comments?done=settled`;
  });
}

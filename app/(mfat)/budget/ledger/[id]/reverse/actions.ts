"use server";

import * as ledger from "#lib/budget/ledger/commands.ts";
import { CORRECTION_FIELDS } from "#lib/budget/schema.ts";
import type { FormState } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { invalid, notFound } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";

export async function reverseAdjustment(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    if (!/^\d{1,18}$/.test(id)) throw notFound();
    const parsed = parseFields(CORRECTION_FIELDS, values);
    if (parsed.errors) throw invalid(parsed.errors);
    await ledger.reverseAdjustment(asMfat(actor), request, BigInt(id), parsed.data.reason);
    return "/changes?done=asked";
  });
}

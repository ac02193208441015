"use server";

import { answerForm } from "../../../../lib/action.ts";
import { invalid } from "../../../../lib/errors.ts";
import type { FormState } from "../../../../lib/fields.ts";
import { parseFields } from "../../../../lib/form.ts";
import * as fund from "../../../../lib/fund/commands.ts";
import { ROUND_FIELDS } from "../../../../lib/fund/schema.ts";
import { asMfat } from "../../../../lib/permissions.ts";

export async function createRound(before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const parsed = parseFields(ROUND_FIELDS, values);
    if (parsed.errors) throw invalid(parsed.errors);
    await fund.createRound(asMfat(actor), request, parsed.data);
    return "/rounds?done=created";
  });
}

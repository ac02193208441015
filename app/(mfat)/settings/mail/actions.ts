"use server";

import * as correspondence from "#lib/correspondence/commands.ts";
import type { FormState } from "#lib/form/fields.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { answerForm } from "#lib/web/action.ts";

/** `search`: the filters of the list that the reader came from. */
export async function sendAgain(id: string, search: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, _values, request) => {
    await correspondence.sendAgain(asMfat(actor), request, id);
    return `/settings/mail?${new URLSearchParams([...new URLSearchParams(search), ["done", "queued"]])}`;
  });
}

"use server";

import { ownSessionHash } from "#lib/auth/own-session.ts";
import type { FormState } from "#lib/form/fields.ts";
import * as people from "#lib/people/commands.ts";
import { answerForm } from "#lib/web/action.ts";

const DONE = "/account?done=ended";

export async function endOwnSession(sessionId: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, _values, request) => {
    await people.endOwnSession(actor, request, sessionId);
    return DONE;
  });
}

export async function endOtherSessions(before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, _values, request) => {
    await people.endOtherSessions(actor, request, await ownSessionHash());
    return DONE;
  });
}

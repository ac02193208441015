"use server";

import { answerForm } from "#lib/action.ts";
import { ownSessionHash } from "#lib/auth/own-session.ts";
import type { FormState } from "#lib/fields.ts";
import * as people from "#lib/people/commands.ts";

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

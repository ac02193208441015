"use server";

import { redirect, unstable_rethrow } from "next/navigation";
import { askForCode, ownPath, tryCode } from "#lib/auth/session.ts";
import { hasSignedOut } from "#lib/auth/signed-out.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { parseFields, valuesOf } from "#lib/form/parse.ts";
import { DomainError, isAway } from "#lib/platform/errors.ts";
import { markFailed } from "#lib/web/action.ts";
import { answerUnavailable } from "#lib/web/unavailable.ts";

export type SignInState = {
  step: "email" | "code";
  email: string;
  /** What was typed, when there is an error in it. */
  code?: string;
  errors: Record<string, string>;
  problem?: string;
};

/** A code may already have been sent or used when the database became unavailable. */
const AWAY = {
  email: "The portal is not available right now. We do not know whether a code was sent. Try again in a minute.",
  code: "The portal is not available right now. Try again in a minute. If your code no longer works, ask for a new one.",
};

const EMAIL_FIELD = [
  { kind: "email", name: "email", label: "Email address", missing: "Enter your email address" },
] as const;

/** Both steps of signing in: an address gets a code, and the code signs in. */
export async function signIn(_before: SignInState, form: FormData): Promise<SignInState> {
  const values = valuesOf(form);
  const state = await answer(values);
  if (state.problem || Object.keys(state.errors).length) await markFailed();
  return state;
}

async function answer(values: Values): Promise<SignInState> {
  const step = text(values, "step") === "code" ? "code" : "email";
  const parsed = parseFields(EMAIL_FIELD, values);
  if (parsed.errors) return { step: "email", email: text(values, "email"), errors: parsed.errors };
  const { email } = parsed.data;
  try {
    if (step === "code") return await signInWithCode(email, values);
    await askForCode(email);
    return { step: "code", email, errors: {} };
  } catch (error) {
    unstable_rethrow(error); // signed in: go to the page that was asked for
    if (error instanceof DomainError) return { step, email, errors: {}, problem: error.message };
    if (!isAway(error)) throw error;
    answerUnavailable(AWAY[step]);
    return { step, email, errors: {}, problem: AWAY[step] };
  }
}

async function signInWithCode(email: string, values: Values): Promise<SignInState> {
  const code = text(values, "code").trim().slice(0, 20);
  if (!code) return { step: "code", email, errors: { code: "Enter the code from the email" } };
  const answer = await tryCode(email, code);
  if (answer === "wrong") {
    return { step: "code", email, code, errors: { code: "That code is wrong. Check the email and try again" } };
  }
  if (answer === "dead") {
    const problem =
      "That code no longer works: it was mistyped three times, has been used, is older than 10 minutes, or was asked for in another browser. Ask for a new one.";
    return { step: "email", email, errors: {}, problem };
  }
  const next = ownPath(text(values, "next"));
  redirect((await hasSignedOut(email)) ? `/unsent?next=${encodeURIComponent(next)}` : next);
}

"use server";

import { redirect } from "next/navigation";
import { endSession, markBrowser, requestContext, sendCode, tryCode } from "../../../lib/auth/session.ts";
import { DomainError } from "../../../lib/errors.ts";
import { text, type Values } from "../../../lib/fields.ts";
import { parseFields, valuesOf } from "../../../lib/form.ts";
import { reportUnknownPerson } from "../../../lib/people/commands.ts";

export type SignInState = {
  step: "email" | "code" | "noAccount";
  email: string;
  agency?: string;
  errors: Record<string, string>;
  problem?: string;
};

const EMAIL_FIELD = [
  { kind: "email", name: "email", label: "Email address", missing: "Enter your email address" },
] as const;

/** Both steps of signing in: an address asks for a code, the code signs in. */
export async function signIn(_before: SignInState, form: FormData): Promise<SignInState> {
  const values = valuesOf(form);
  return text(values, "step") === "code" ? codeStep(values) : askForCode(values);
}

async function askForCode(values: Values): Promise<SignInState> {
  const parsed = parseFields(EMAIL_FIELD, values);
  if (parsed.errors) return { step: "email", email: text(values, "email"), errors: parsed.errors };
  const { email } = parsed.data;
  try {
    if (await sendCode(email)) return { step: "code", email, errors: {} };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { step: "email", email, errors: {}, problem: error.message };
  }
  const agency = await reportUnknownPerson(email, (await requestContext()).remoteAddress);
  if (agency) return { step: "noAccount", email, agency, errors: {} };
  await markBrowser();
  return { step: "code", email, errors: {} };
}

async function codeStep(values: Values): Promise<SignInState> {
  const email = text(values, "email").toLowerCase();
  const code = text(values, "code");
  if (!code) return { step: "code", email, errors: { code: "Enter the code from the mail" } };
  const answer = await tryCode(email, code);
  if (answer === "wrong")
    return { step: "code", email, errors: { code: "That code is wrong. Check the mail and try again" } };
  if (answer === "dead") {
    const problem =
      "That code no longer works: it is wrong, used, too old, or was asked for in another browser. Ask for a new one.";
    return { step: "email", email, errors: {}, problem };
  }
  redirect(landing(text(values, "next")));
}

/** Only a path of this portal. */
const landing = (next: string): string => (/^\/(?![/\\])[\w\-./?=&%]*$/.test(next) ? next : "/home");

export async function signOut(): Promise<void> {
  await endSession();
  redirect("/");
}

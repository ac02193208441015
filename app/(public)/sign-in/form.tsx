"use client";

import type { ReactNode } from "react";
import { useSent } from "#components/form/use-sent.tsx";
import { Button } from "#components/ui/buttons.tsx";
import { ErrorSummary } from "#components/ui/error-summary.tsx";
import { TextField } from "#components/ui/fields.tsx";
import { type SignInState, signIn } from "./actions.ts";

type SignInFormProps = {
  next: string;
  /** The fund desk's address, as a link. */
  desk: ReactNode;
  /** In the demonstration: its people, each with a button that submits an `email`. */
  children?: ReactNode;
};

const START: SignInState = { step: "email", email: "", errors: {} };

export function SignInForm({ next, desk, children }: SignInFormProps) {
  const [state, action] = useSent(signIn, START, `/sign-in?next=${encodeURIComponent(next)}`);
  return (
    <>
      <ErrorSummary errors={state.errors} problem={state.problem} />
      <form action={action} noValidate aria-label="Sign in">
        <input type="hidden" name="next" value={next} />
        {state.step === "code" ? (
          <CodeStep state={state} isDemo={children !== undefined} />
        ) : (
          <TextField
            key="email"
            name="email"
            type="email"
            label="Email address"
            hint="We will email you a code. It works for 10 minutes"
            autoComplete="email"
            width={30}
            defaultValue={state.email}
            error={state.errors.email}
          />
        )}
        <Button>{state.step === "code" ? "Sign in" : "Send me a code"}</Button>
      </form>
      {state.step === "email" && children !== undefined && (
        <form action={action} aria-label="Sign in to the demonstration">
          <input type="hidden" name="next" value={next} />
          {children}
        </form>
      )}
      {state.step === "code" && (
        <>
          <p>
            <a href={`/sign-in?next=${encodeURIComponent(next)}`}>Use another address or ask for a new code</a>
          </p>
          <h2>If no email arrives</h2>
          <p>
            You may not have an account with this address yet. If you work for an agency that uses the portal, we tell
            the fund desk that you asked for a code, and they will ask your agency before adding you. If it is urgent,
            email {desk}.
          </p>
        </>
      )}
    </>
  );
}

function CodeStep({ state, isDemo }: { state: SignInState; isDemo: boolean }) {
  return (
    <>
      <input type="hidden" name="step" value="code" />
      <input type="hidden" name="email" value={state.email} />
      <p>
        If <strong>{state.email}</strong> has an account, we have sent a code to it. Type it here, in this browser.
      </p>
      {isDemo && (
        <p>
          This is a demonstration: the email is in{" "}
          <a href={`/mailbox?to=${encodeURIComponent(state.email)}`} target="_blank" rel="noreferrer">
            the mailbox (opens in a new tab)
          </a>
          .
        </p>
      )}
      <TextField
        key="code"
        name="code"
        label="Code"
        hint="8 letters and numbers, like ABCD-EFGH"
        autoComplete="one-time-code"
        autoCapitalize="characters"
        spellCheck={false}
        width={10}
        // This field replaces the one that was submitted, and takes its focus
        autoFocus
        defaultValue={state.code}
        error={state.errors.code}
      />
    </>
  );
}

"use client";

import type { ReactNode } from "react";
import { ErrorSummary } from "#components/ui/error-summary.tsx";
import { InsetText } from "#components/ui/feedback.tsx";
import { type FormState, text, type Values } from "#lib/form/fields.ts";
import type { Keeping } from "#lib/unsent/rules.ts";
import { useAutosave } from "./use-autosave.tsx";

export type FormAction = (state: FormState, form: FormData) => Promise<FormState>;

type FormShellProps = {
  /** The state, as useActionState returns it. */
  sent: readonly [state: FormState, send: (form: FormData) => void, ...rest: unknown[]];
  /** New for each rendered page (crypto.randomUUID()), so that sending the same form twice acts once. */
  requestId: string;
  /** The revision of the record that the page shows. */
  revision?: number | undefined;
  /** Distinguishes the forms on a page, for a form that does not keep what is typed. */
  name?: string | undefined;
  /** What it needs to keep what is typed, and what it starts with; undefined for a form without fields. */
  keeping: Keeping | undefined;
  /** The fields, with what the form holds. */
  fields: (values: Values, errors: FormState["errors"]) => ReactNode;
  /** The end of the form: its buttons. */
  children: ReactNode;
};

/**
 * What every form has around its fields: the answer to the last submission, the hidden inputs, and the code that keeps
 * what is typed.
 */
export function FormShell({
  sent: [state, send],
  requestId,
  revision,
  name,
  keeping,
  fields,
  children,
}: FormShellProps) {
  const { form, kept } = useAutosave(keeping?.keptAs, state.answer);
  const values = state.answer ? state.values : (kept ?? keeping?.values ?? {});
  return (
    <>
      <Answered state={state} />
      <form
        action={send}
        noValidate
        ref={form}
        key={`${state.answer ?? 0}${kept ? "kept" : ""}`}
        aria-label={keeping?.place.form ?? name}
      >
        <input type="hidden" name="requestId" value={requestId} />
        {revision !== undefined && <input type="hidden" name="revision" value={state.revision ?? revision} />}
        {keeping && <Carried keeping={keeping} values={values} />}
        {fields(values, state.errors)}
        {keeping && <p role="status" className="app-saved" />}
        {children}
      </form>
    </>
  );
}

/** Above a form that came back: what is wrong, or what to know before sending it again. */
export function Answered({ state: { errors, problem, notice } }: { state: FormState }) {
  return (
    <>
      <ErrorSummary errors={errors} problem={problem} />
      {notice && <InsetText>{notice}</InsetText>}
    </>
  );
}

/** The hidden inputs that keep what is typed: those it was last sent with, where it came back. */
export function Carried({ keeping, values }: { keeping: Keeping; values: Values }) {
  return Object.entries(keeping.carried).map(([name, value]) => (
    <input key={name} type="hidden" name={name} value={text(values, name) || value} />
  ));
}

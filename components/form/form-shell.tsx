"use client";

import type { ReactNode } from "react";
import { ErrorSummary } from "#components/ui/error-summary.tsx";
import { InsetText } from "#components/ui/feedback.tsx";
import { type FormState, text, type Values } from "#lib/form/fields.ts";
import type { Keeping } from "#lib/unsent/rules.ts";
import { useAutosave } from "./use-autosave.tsx";

export type FormAction = (state: FormState, form: FormData) => Promise<FormState>;

type FormShellProps = {
  /** As useActionState gives it. */
  sent: readonly [state: FormState, send: (form: FormData) => void, ...rest: unknown[]];
  /** Made anew for each page (crypto.randomUUID()), so that the same form sent twice acts once. */
  requestId: string;
  /** The revision of what the page shows. */
  revision?: number | undefined;
  /** Tells the forms of a page apart, for a form that keeps nothing. */
  name?: string | undefined;
  /** What it needs to keep what is typed, and what it begins with; none for a form that asks nothing. */
  keeping: Keeping | undefined;
  /** What is asked, with what the form holds. */
  fields: (values: Values, errors: FormState["errors"]) => ReactNode;
  /** The end of the form: its buttons. */
  children: ReactNode;
};

/** What every form has around its fields: what came back for it, what it carries, and what keeps it while it is written. */
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

/** Above a form that came back: what is wrong, or what to know before it is sent again. */
export function Answered({ state: { errors, problem, notice } }: { state: FormState }) {
  return (
    <>
      <ErrorSummary errors={errors} problem={problem} />
      {notice && <InsetText>{notice}</InsetText>}
    </>
  );
}

/** What a form carries unseen so that what is typed into it is kept: what it carried last, where it came back. */
export function Carried({ keeping, values }: { keeping: Keeping; values: Values }) {
  return Object.entries(keeping.carried).map(([name, value]) => (
    <input key={name} type="hidden" name={name} value={text(values, name) || value} />
  ));
}

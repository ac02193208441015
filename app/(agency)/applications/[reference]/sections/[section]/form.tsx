"use client";

import { type FormEvent, lazy, type ReactNode, startTransition } from "react";
import { FormField } from "#components/form/form-field.tsx";
import { Answered, type FormAction } from "#components/form/form-shell.tsx";
import { useAutosave } from "#components/form/use-autosave.tsx";
import { useSent } from "#components/form/use-sent.tsx";
import { EMPTY_FORM, type Field, text, type Values } from "#lib/form/fields.ts";
import type { KeptAs } from "#lib/unsent/rules.ts";

/** Only a section with rows loads the code for rows. */
const RowsField = lazy(() => import("#components/form/rows-field.tsx"));

type SectionFormProps = {
  action: FormAction;
  /** The address of the form's page. */
  path: string;
  /** The fields, with their options filled in (resolveFields). */
  fields: readonly Field[];
  /** `shown`: a short mark of each field's stored value (merge.ts). */
  initial: Values;
  requestId: string;
  keptAs: KeptAs;
  /** The section’s title, which is also the form's name. */
  name: string;
  /** What comes before and after the fields: rendered on the server, so that the browser loads no code for it. */
  first?: ReactNode;
  children: ReactNode;
};

/** A section of the application form: the same with and without JavaScript. */
export function SectionForm({
  action,
  path,
  fields,
  initial,
  requestId,
  keptAs,
  name,
  first,
  children,
}: SectionFormProps) {
  const [state, send] = useSent(action, EMPTY_FORM, path);
  const { form, kept } = useAutosave(keptAs, undefined);
  const values = state.answer ? state.values : (kept ?? initial);
  const { errors } = state;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    // Submitted by hand, because React empties a form that it submits itself.
    event.preventDefault();
    const { submitter } = event.nativeEvent as SubmitEvent;
    const form = new FormData(event.currentTarget, submitter);
    startTransition(() => send(form));
  };
  return (
    <>
      <Answered state={state} />
      <form action={send} onSubmit={submit} noValidate ref={form} key={kept && "kept"} aria-label={name}>
        <input type="hidden" name="requestId" value={requestId} />
        <input type="hidden" name="shown" value={text(values, "shown")} />
        {first}
        {state.questions?.map((field) => (
          <FormField key={field.name} field={field} values={values} errors={errors} />
        ))}
        {fields.map((field) =>
          field.kind === "rows" ? (
            <RowsField key={field.name} field={field} values={values} errors={errors} />
          ) : (
            <div className="app-narrow" key={field.name}>
              <FormField field={field} values={values} errors={errors} />
            </div>
          ),
        )}
        {children}
      </form>
    </>
  );
}

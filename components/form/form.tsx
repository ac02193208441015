"use client";

import { type ReactNode, useActionState } from "react";
import { Button, ButtonGroup, type ButtonKind } from "#components/ui/buttons.tsx";
import { Details } from "#components/ui/details.tsx";
import { ErrorSummary } from "#components/ui/error-summary.tsx";
import { EMPTY_FORM, type Field, type FormState, type Values } from "#lib/form/fields.ts";
import { FormFields } from "./form-fields.tsx";

export type FormAction = (state: FormState, form: FormData) => Promise<FormState>;

type FormProps = {
  action: FormAction;
  /** With their lists written out (resolveFields). */
  fields: readonly Field[];
  /** What stands beside a field and those after it, by the field's name: what they are about. */
  beside?: Readonly<Record<string, ReactNode>>;
  /** What the form begins with. */
  initial?: Values;
  /** Made anew for each page (crypto.randomUUID()), so that the same form sent twice acts once. */
  requestId: string;
  /** The revision of the application that the page shows. */
  revision?: number;
  submit: ReactNode;
  kind?: ButtonKind;
  /** A second way to send the form: the action finds "other" in `intent`. */
  otherSubmit?: string;
  cancelHref?: string;
  /** The line that the form stands behind until somebody opens it. Where something was refused, it is open. */
  behind?: string;
  /** Stands between the fields and the buttons. */
  children?: ReactNode;
};

/** The form of the portal: the same with and without JavaScript. What is refused comes back with what was typed. */
export function Form(props: FormProps) {
  const { action, fields, beside, initial, requestId, revision, submit, kind, otherSubmit, cancelHref, children } =
    props;
  const { behind } = props;
  const [state, send, isPending] = useActionState(action, EMPTY_FORM);
  const values = state.answer ? state.values : (initial ?? {});
  const isRefused = Boolean(state.problem) || Object.keys(state.errors).length > 0;
  const form = (
    <>
      <ErrorSummary errors={state.errors} problem={state.problem} />
      <form action={send} noValidate key={state.answer ?? 0}>
        <input type="hidden" name="requestId" value={requestId} />
        {revision !== undefined && <input type="hidden" name="revision" value={revision} />}
        <FormFields fields={fields} beside={beside} values={values} errors={state.errors} />
        {children}
        <ButtonGroup>
          <Button kind={kind} aria-disabled={isPending || undefined}>
            {submit}
          </Button>
          {otherSubmit && (
            <Button kind="secondary" name="intent" value="other">
              {otherSubmit}
            </Button>
          )}
          {cancelHref && <a href={cancelHref}>Cancel</a>}
        </ButtonGroup>
      </form>
    </>
  );
  if (!behind) return form;
  return (
    <Details summary={behind} isOpen={isRefused}>
      {form}
    </Details>
  );
}

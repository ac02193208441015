"use client";

import { type FormEvent, lazy, startTransition, useActionState } from "react";
import type { FormAction } from "../../../../../../components/form.tsx";
import { FormField } from "../../../../../../components/form-fields.tsx";
import { Button, ButtonGroup } from "../../../../../../components/ui/buttons.tsx";
import { ErrorSummary } from "../../../../../../components/ui/error-summary.tsx";
import { EMPTY_FORM, type Field, type Values } from "../../../../../../lib/fields.ts";

/** Only a section with rows carries what rows need. */
const RowsField = lazy(() => import("../../../../../../components/rows-field.tsx"));

type SectionFormProps = {
  action: FormAction;
  /** With their lists written out (resolveFields). */
  fields: readonly Field[];
  initial: Values;
  requestId: string;
  /** Without JavaScript more rows are asked for by sending the form. */
  hasMoreRows: boolean;
  /** What its files are called, where the section has files on a page of their own. */
  files?: string;
};

/** A section of the application form: the same with and without JavaScript. */
export function SectionForm({ action, fields, initial, requestId, hasMoreRows, files }: SectionFormProps) {
  const [state, send] = useActionState(action, EMPTY_FORM);
  const values = state.answer ? state.values : initial;
  const { errors } = state;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    // Sent by hand, because a form that React sends is emptied afterwards.
    event.preventDefault();
    const { submitter } = event.nativeEvent as SubmitEvent;
    const form = new FormData(event.currentTarget, submitter);
    startTransition(() => send(form));
  };
  return (
    <>
      <ErrorSummary errors={errors} problem={state.problem} />
      <form action={send} onSubmit={submit} noValidate>
        <input type="hidden" name="requestId" value={requestId} />
        {fields.map((field) =>
          field.kind === "rows" ? (
            <RowsField key={field.name} field={field} values={values} errors={errors} hasMoreRows={hasMoreRows} />
          ) : (
            <div className="app-narrow" key={field.name}>
              <FormField field={field} values={values} errors={errors} />
            </div>
          ),
        )}
        {files && (
          <Button kind="secondary" name="intent" value="files">
            Save and add {files}
          </Button>
        )}
        <ButtonGroup>
          <Button>Save and continue</Button>
          <Button kind="secondary" name="intent" value="other">
            Save and finish later
          </Button>
        </ButtonGroup>
      </form>
    </>
  );
}

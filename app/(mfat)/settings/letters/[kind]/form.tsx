"use client";

import { useActionState, useEffect, useRef } from "react";
import { Letter } from "#components/application/letter.tsx";
import type { FormAction } from "#components/form/form.tsx";
import { FormFields } from "#components/form/form-fields.tsx";
import { Button, ButtonGroup } from "#components/ui/buttons.tsx";
import { ErrorSummary } from "#components/ui/error-summary.tsx";
import { StatusMessage } from "#components/ui/feedback.tsx";
import { EMPTY_FORM, type Field, text, type Values } from "#lib/form/fields.ts";

type TemplateFormProps = {
  action: FormAction;
  fields: readonly Field[];
  /** Below the text: which application the preview is made with. */
  previewFields: readonly Field[];
  initial: Values;
  requestId: string;
  /** The number of the version that the page shows. */
  revision: number;
};

/** The text of a letter, which is looked at in a real letter before it is saved. */
export function TemplateForm({ action, fields, previewFields, initial, requestId, revision }: TemplateFormProps) {
  const [state, send] = useActionState(action, EMPTY_FORM);
  const preview = useRef<HTMLHeadingElement>(null);
  const { answer, shown } = state;
  useEffect(() => {
    if (answer) preview.current?.focus();
  }, [answer]);
  const values = answer ? state.values : initial;
  return (
    <>
      <ErrorSummary errors={state.errors} problem={state.problem} />
      {shown && (
        <StatusMessage>
          Nothing is saved yet. <a href="#preview">The preview is below the form.</a>
        </StatusMessage>
      )}
      <form action={send} noValidate key={answer ?? 0}>
        <input type="hidden" name="requestId" value={requestId} />
        <input type="hidden" name="revision" value={revision} />
        <FormFields fields={fields} values={values} errors={state.errors} />
        <FormFields fields={previewFields} values={values} errors={state.errors} />
        <ButtonGroup>
          <Button>Save as a new version</Button>
          <Button kind="secondary" name="intent" value="other">
            Preview
          </Button>
        </ButtonGroup>
      </form>
      {shown && (
        <section aria-labelledby="preview">
          <h2 id="preview" ref={preview} tabIndex={-1}>
            Preview with {text(values, "application")}
          </h2>
          <Letter letter={shown} />
        </section>
      )}
    </>
  );
}

"use client";

import { useActionState, useEffect, useRef } from "react";
import { Letter } from "#components/application/letter.tsx";
import { FormFields } from "#components/form/form-fields.tsx";
import { Answered, Carried } from "#components/form/form-parts.tsx";
import type { FormAction } from "#components/form/kept-form.tsx";
import { useAutosave } from "#components/form/use-autosave.tsx";
import { Button, ButtonGroup } from "#components/ui/buttons.tsx";
import { StatusMessage } from "#components/ui/feedback.tsx";
import { EMPTY_FORM, type Field, text } from "#lib/form/fields.ts";
import type { Keeping } from "#lib/unsent/rules.ts";

type TemplateFormProps = {
  action: FormAction;
  fields: readonly Field[];
  /** Below the text: which application the preview is made with. */
  previewFields: readonly Field[];
  keeping: Keeping;
  requestId: string;
  /** The number of the version that the page shows. */
  revision: number;
};

/** The text of a letter, which is looked at in a real letter before it is saved. */
export function TemplateForm({ action, fields, previewFields, keeping, requestId, revision }: TemplateFormProps) {
  const [state, send] = useActionState(action, EMPTY_FORM);
  const preview = useRef<HTMLHeadingElement>(null);
  const { answer, shown } = state;
  useEffect(() => {
    if (answer) preview.current?.focus();
  }, [answer]);
  const { form, kept } = useAutosave(keeping.keptAs, answer);
  const values = answer ? state.values : (kept ?? keeping.values);
  return (
    <>
      <Answered state={state} />
      {shown && (
        <StatusMessage>
          We have not saved anything yet. <a href="#preview">The preview is below the form.</a>
        </StatusMessage>
      )}
      <form
        action={send}
        noValidate
        ref={form}
        key={`${answer ?? 0}${kept ? "kept" : ""}`}
        aria-label={keeping.place.form}
      >
        <Carried keeping={keeping} values={values} />
        <input type="hidden" name="requestId" value={requestId} />
        <input type="hidden" name="revision" value={revision} />
        <FormFields fields={fields} values={values} errors={state.errors} />
        <FormFields fields={previewFields} values={values} errors={state.errors} />
        <p role="status" className="app-saved" />
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

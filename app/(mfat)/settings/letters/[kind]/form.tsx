"use client";

import { useEffect, useRef } from "react";
import { Letter } from "#components/application/letter.tsx";
import { FormFields } from "#components/form/form-fields.tsx";
import { type FormAction, FormShell } from "#components/form/form-shell.tsx";
import { useSent } from "#components/form/use-sent.tsx";
import { Button, ButtonGroup } from "#components/ui/buttons.tsx";
import { StatusMessage } from "#components/ui/feedback.tsx";
import { EMPTY_FORM, type Field, text } from "#lib/form/fields.ts";
import type { Keeping } from "#lib/unsent/rules.ts";

type TemplateFormProps = {
  action: FormAction;
  fields: readonly Field[];
  /** Below the text: the application to preview the letter with. */
  previewFields: readonly Field[];
  keeping: Keeping;
  requestId: string;
  /** The version number shown on the page. */
  revision: number;
};

/** The text of a letter, which can be previewed as a real letter before it is saved. */
export function TemplateForm({ action, fields, previewFields, keeping, requestId, revision }: TemplateFormProps) {
  const sent = useSent(action, EMPTY_FORM, keeping.place.path);
  const preview = useRef<HTMLHeadingElement>(null);
  const [{ answer, shown, values: answered }] = sent;
  useEffect(() => {
    if (answer) preview.current?.focus();
  }, [answer]);
  return (
    <>
      {shown && (
        <StatusMessage>
          We have not saved anything yet. <a href="#preview">The preview is below the form.</a>
        </StatusMessage>
      )}
      <FormShell
        sent={sent}
        requestId={requestId}
        revision={revision}
        keeping={keeping}
        fields={(values, errors) => (
          <FormFields fields={[...fields, ...previewFields]} values={values} errors={errors} />
        )}
      >
        <ButtonGroup>
          <Button>Save as a new version</Button>
          <Button kind="secondary" name="intent" value="other">
            Preview
          </Button>
        </ButtonGroup>
      </FormShell>
      {shown && (
        <section aria-labelledby="preview">
          <h2 id="preview" ref={preview} tabIndex={-1}>
            Preview with {text(answered, "application")}
          </h2>
          <Letter letter={shown} level={3} />
        </section>
      )}
    </>
  );
}

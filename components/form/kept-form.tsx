"use client";

import type { ReactNode } from "react";
import { Button, ButtonGroup, type ButtonKind } from "#components/ui/buttons.tsx";
import { EMPTY_FORM, type Field, type FormState, type Values } from "#lib/form/fields.ts";
import type { Keeping } from "#lib/unsent/rules.ts";
import { FormFields } from "./form-fields.tsx";
import { type FormAction, FormShell } from "./form-shell.tsx";
import { useSent } from "./use-sent.tsx";

export type FormProps = {
  action: FormAction;
  /** The address of its page, which locates its forms. */
  path: string;
  /** The fields, with their options filled in (resolveFields). */
  fields: readonly Field[];
  /** What is shown next to a field and those after it, by the field's name: what they are about. */
  beside?: Readonly<Record<string, ReactNode>>;
  /** The form's starting values. */
  initial?: Values;
  /** New for each rendered page (crypto.randomUUID()), so that sending the same form twice acts once. */
  requestId: string;
  /** The revision of the application that the page shows. */
  revision?: number;
  submit: ReactNode;
  /**
   * Distinguishes the forms on a page. By default it is the button's label; needed where that is not plain text, or
   * several forms share it.
   */
  name?: string;
  kind?: ButtonKind;
  /** A second submit button: the action finds "other" in `intent`. */
  otherSubmit?: string;
  cancelHref?: string;
  /** Shown between the fields and the buttons. */
  children?: ReactNode;
  /** What it needs to keep what is typed; undefined for a form without fields. */
  keeping?: Keeping;
};

/**
 * The form, the same with and without JavaScript. A refused form comes back with what was typed, and with the questions
 * that this raised.
 */
export function KeptForm(props: FormProps) {
  return <SentForm {...props} sent={useSent(props.action, EMPTY_FORM, props.path)} />;
}

/** The form with the answer to its last submission, and the additional questions that this raised. */
export function SentForm(props: FormProps & { sent: [FormState, (form: FormData) => void, boolean] }) {
  const { sent, fields, beside, requestId, revision, name, keeping, submit, kind, otherSubmit, cancelHref } = props;
  const [{ questions = [] }, , isPending] = sent;
  return (
    <FormShell
      sent={sent}
      requestId={requestId}
      revision={revision}
      name={name}
      keeping={keeping}
      fields={(values, errors) => (
        <>
          <FormFields fields={[...fields, ...questions]} beside={beside} values={values} errors={errors} />
          {props.children}
        </>
      )}
    >
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
    </FormShell>
  );
}

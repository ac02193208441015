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
  /** Its page, as the place of its forms. */
  path: string;
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
  /** Tells the forms of a page apart: what the button says, unless that is more than text or said by several. */
  name?: string;
  kind?: ButtonKind;
  /** A second way to send the form: the action finds "other" in `intent`. */
  otherSubmit?: string;
  cancelHref?: string;
  /** Stands between the fields and the buttons. */
  children?: ReactNode;
  /** What it needs to keep what is typed; none for a form that asks nothing. */
  keeping?: Keeping;
};

/** The form, the same with and without JavaScript. What is refused comes back with what was typed, and with what is asked because of it. */
export function KeptForm(props: FormProps) {
  return <SentForm {...props} sent={useSent(props.action, EMPTY_FORM, props.path)} />;
}

/** The form with what became of it, and what is asked in addition because of what was sent. */
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

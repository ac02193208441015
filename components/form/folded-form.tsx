"use client";

import { Details } from "#components/ui/details.tsx";
import { EMPTY_FORM } from "#lib/form/fields.ts";
import { type FormProps, SentForm } from "./kept-form.tsx";
import { useSent } from "./use-sent.tsx";

/** A form behind a line until somebody opens it. Where it came back, or holds what was typed before, it is open. */
export function FoldedForm({ behind, ...props }: FormProps & { behind: string }) {
  const sent = useSent(props.action, EMPTY_FORM, props.path);
  const [{ answer }] = sent;
  return (
    <Details summary={behind} isOpen={Boolean(answer || props.keeping?.savedAt)}>
      <SentForm {...props} sent={sent} />
    </Details>
  );
}

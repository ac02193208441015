"use client";

import { Details } from "#components/ui/details.tsx";
import { EMPTY_FORM } from "#lib/form/fields.ts";
import { type FormProps, SentForm } from "./kept-form.tsx";
import { useSent } from "./use-sent.tsx";

/**
 * A form that is collapsed until somebody opens it. It starts open where it came back with errors or holds what was
 * typed before.
 */
export function FoldedForm({ behind, ...props }: FormProps & { behind: string }) {
  const sent = useSent(props.action, EMPTY_FORM, props.path);
  const [{ answer }] = sent;
  return (
    <Details summary={behind} isOpen={Boolean(answer || props.keeping?.savedAt)}>
      <SentForm {...props} sent={sent} />
    </Details>
  );
}

"use client";

import { useActionState } from "react";
import { Details } from "#components/ui/details.tsx";
import { EMPTY_FORM } from "#lib/form/fields.ts";
import { type FormProps, SentForm } from "./form.tsx";

/** A form behind a line until somebody opens it. Where something was refused, it is open. */
export function FoldedForm({ behind, ...props }: FormProps & { behind: string }) {
  const sent = useActionState(props.action, EMPTY_FORM);
  const [{ errors, problem }] = sent;
  return (
    <Details summary={behind} isOpen={Boolean(problem) || Object.keys(errors).length > 0}>
      <SentForm {...props} sent={sent} />
    </Details>
  );
}

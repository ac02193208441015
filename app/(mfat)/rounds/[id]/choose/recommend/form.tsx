"use client";

import { useActionState } from "react";
import type { FormAction } from "../../../../../../components/form.tsx";
import { FormFields } from "../../../../../../components/form-fields.tsx";
import { Button, ButtonGroup } from "../../../../../../components/ui/buttons.tsx";
import { ErrorSummary } from "../../../../../../components/ui/error-summary.tsx";
import { Panel } from "../../../../../../components/ui/panel.tsx";
import { EMPTY_FORM, type Field, texts } from "../../../../../../lib/fields.ts";

/** One recommendation as it will be made, ready to be left out. */
export type PreviewRow = {
  reference: string;
  revision: number;
  title: string;
  agency: string;
  /** "Fund in part: $200,000.00 of $300,000.00 requested, 2026/27 $200,000.00". */
  what: string;
  /** Why it would be refused as things stand: the year's figure. */
  warning: string | null;
  own: readonly Field[];
};

type RecommendFormProps = {
  action: FormAction;
  common: readonly Field[];
  rows: readonly PreviewRow[];
  requestId: string;
  revision: number;
  cancelHref: string;
};

/** The names of the inputs that a row has beside its fields (lib/scenarios/schema.ts). */
const TAKE = "take";

export function RecommendForm({ action, common, rows, requestId, revision, cancelHref }: RecommendFormProps) {
  const [state, send, isPending] = useActionState(action, EMPTY_FORM);
  const { errors, values, problem } = state;
  const taken = state.answer ? texts(values, TAKE) : rows.map(({ reference }) => reference);
  return (
    <>
      <ErrorSummary errors={errors} problem={problem} />
      <form action={send} noValidate key={state.answer ?? 0}>
        <input type="hidden" name="requestId" value={requestId} />
        <input type="hidden" name="revision" value={revision} />
        <FormFields fields={common} values={values} errors={errors} />
        <div id={TAKE} tabIndex={-1}>
          <h2>One by one</h2>
          {errors[TAKE] && <p className="govuk-error-message">{errors[TAKE]}</p>}
          {rows.map(({ reference, revision: own, title, agency, what, warning, own: fields }) => (
            <Panel title={title} level={3} key={reference}>
              <p className="app-note">
                {reference} · {agency}
              </p>
              <p>
                <strong>{what}</strong>
              </p>
              {warning && (
                <p>
                  <strong>Does not fit as things stand.</strong> {warning}
                </p>
              )}
              <input type="hidden" name={`revision-${reference}`} value={own} />
              <div className="govuk-checkboxes__item">
                <input
                  className="govuk-checkboxes__input"
                  type="checkbox"
                  id={`${TAKE}-${reference}`}
                  name={TAKE}
                  value={reference}
                  defaultChecked={taken.includes(reference)}
                />
                <label className="govuk-label govuk-checkboxes__label" htmlFor={`${TAKE}-${reference}`}>
                  Recommend {reference} now
                </label>
              </div>
              <FormFields fields={fields} values={values} errors={errors} />
            </Panel>
          ))}
        </div>
        <ButtonGroup>
          <Button aria-disabled={isPending || undefined}>Recommend those ticked</Button>
          <a href={cancelHref}>Cancel</a>
        </ButtonGroup>
      </form>
    </>
  );
}

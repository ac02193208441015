"use client";

import { type ReactNode, useActionState } from "react";
import { EMPTY_FORM, type Field, texts, type Values } from "../lib/fields.ts";
import type { FormAction } from "./form.tsx";
import { FormFields } from "./form-fields.tsx";
import { Button, ButtonGroup } from "./ui/buttons.tsx";
import { ErrorSummary } from "./ui/error-summary.tsx";
import { Panel } from "./ui/panel.tsx";

/** One application of several that a step may be taken for. */
export type EachRow = {
  reference: string;
  revision: number;
  title: string;
  agency: string;
  /** "Fund in part: $200,000.00 of $300,000.00 requested, 2026/27 $200,000.00". */
  what: string;
  /** Why it would be refused as things stand: the year's figure. */
  warning: string | null;
  /** What the tick says. */
  tick: string;
  own: readonly Field[];
};

type EachFormProps = {
  action: FormAction;
  /** What is said once for all of them. */
  common: readonly Field[];
  rows: readonly EachRow[];
  /** References of those that are ticked at first; all of them unless told. */
  ticked?: readonly string[];
  initial?: Values;
  requestId: string;
  /** Of what the form is about as a whole. */
  revision?: number;
  submit: string;
  cancelHref: string;
};

/** The names of the inputs that a row has beside its fields (lib/scenarios/schema.ts). */
const TAKE = "take";

/** Several applications one by one, each with its tick and its own fields, after what is said for all of them. */
export function EachForm(props: EachFormProps) {
  const { action, common, rows, initial = {}, requestId, revision, submit, cancelHref } = props;
  const [state, send, isPending] = useActionState(action, EMPTY_FORM);
  const { errors, problem } = state;
  const values = state.answer ? state.values : initial;
  const atFirst = props.ticked ?? rows.map(({ reference }) => reference);
  const taken = state.answer ? texts(values, TAKE) : atFirst;
  return (
    <>
      <ErrorSummary errors={errors} problem={problem} />
      <form action={send} noValidate key={state.answer ?? 0}>
        <input type="hidden" name="requestId" value={requestId} />
        {revision !== undefined && <input type="hidden" name="revision" value={revision} />}
        <FormFields fields={common} values={values} errors={errors} />
        <div id={TAKE} tabIndex={-1}>
          <h2>One by one</h2>
          {errors[TAKE] && <p className="govuk-error-message">{errors[TAKE]}</p>}
          {rows.map((row) => (
            <Each
              key={row.reference}
              row={row}
              isTicked={taken.includes(row.reference)}
              error={errors[`${TAKE}-${row.reference}`]}
            >
              <FormFields fields={row.own} values={values} errors={errors} />
            </Each>
          ))}
        </div>
        <ButtonGroup>
          <Button aria-disabled={isPending || undefined}>{submit}</Button>
          <a href={cancelHref}>Cancel</a>
        </ButtonGroup>
      </form>
    </>
  );
}

type EachProps = { row: EachRow; isTicked: boolean; error: string | undefined; children: ReactNode };

function Each({ row, isTicked, error, children }: EachProps) {
  const { reference, revision, title, agency, what, warning, tick } = row;
  const id = `${TAKE}-${reference}`;
  return (
    <Panel title={title} level={3}>
      <p className="app-note">
        <a href={`/applications/${reference}`}>{reference}</a> · {agency}
      </p>
      <p>
        <strong>{what}</strong>
      </p>
      {warning && (
        <p>
          <strong>Does not fit as things stand.</strong> {warning}
        </p>
      )}
      <input type="hidden" name={`revision-${reference}`} value={revision} />
      {error && <p className="govuk-error-message">{error}</p>}
      <div className="app-each-tick govuk-checkboxes__item">
        <input
          className="govuk-checkboxes__input"
          type="checkbox"
          id={id}
          name={TAKE}
          value={reference}
          defaultChecked={isTicked}
        />
        <label className="govuk-label govuk-checkboxes__label" htmlFor={id}>
          {tick}
        </label>
      </div>
      <div className="app-each-own">{children}</div>
    </Panel>
  );
}

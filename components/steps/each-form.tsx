"use client";

import { type ReactNode, useActionState } from "react";
import { FormFields } from "#components/form/form-fields.tsx";
import { Answered, Carried } from "#components/form/form-parts.tsx";
import type { FormAction } from "#components/form/kept-form.tsx";
import { useAutosave } from "#components/form/use-autosave.tsx";
import { EMPTY_FORM, type Field, texts } from "#lib/form/fields.ts";
import type { Keeping } from "#lib/unsent/rules.ts";
import { TAKE } from "./each-begins.ts";

/** One application of several that a step may be taken for. */
export type EachRow = {
  reference: string;
  /** What it is, with the revision that is shown of it: made on the server (components/steps/each-views.tsx). */
  head: ReactNode;
  /** What the tick says. */
  tick: string;
  own: readonly Field[];
};

type EachFormProps = {
  action: FormAction;
  /** What is said once for all of them. */
  common: readonly Field[];
  rows: readonly EachRow[];
  /** What it begins with: its ticks too (eachBegins). */
  keeping: Keeping;
  requestId: string;
  /** The end of the form: its buttons, and what else it carries. */
  children: ReactNode;
};

/** Several applications one by one, each with its tick and its own fields, after what is said for all of them. */
export function EachForm(props: EachFormProps) {
  const { action, common, rows, keeping, requestId, children } = props;
  const [state, send] = useActionState(action, EMPTY_FORM);
  const { form, kept } = useAutosave(keeping.keptAs, state.answer);
  const { errors } = state;
  const values = state.answer ? state.values : (kept ?? keeping.values);
  const taken = texts(values, TAKE);
  return (
    <>
      <Answered state={state} />
      <form
        action={send}
        noValidate
        ref={form}
        key={`${state.answer ?? 0}${kept ? "kept" : ""}`}
        aria-label={keeping.place.form}
      >
        <Carried keeping={keeping} values={values} />
        <input type="hidden" name="requestId" value={requestId} />
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
        <p role="status" className="app-saved" />
        {children}
      </form>
    </>
  );
}

type EachProps = { row: EachRow; isTicked: boolean; error: string | undefined; children: ReactNode };

function Each({ row: { reference, head, tick }, isTicked, error, children }: EachProps) {
  const id = `${TAKE}-${reference}`;
  return (
    <div className="app-panel">
      {head}
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
    </div>
  );
}

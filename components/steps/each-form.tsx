"use client";

import type { ReactNode } from "react";
import { FormFields } from "#components/form/form-fields.tsx";
import { type FormAction, FormShell } from "#components/form/form-shell.tsx";
import { useSent } from "#components/form/use-sent.tsx";
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
  return (
    <FormShell
      sent={useSent(action, EMPTY_FORM, keeping.place.path)}
      requestId={requestId}
      keeping={keeping}
      fields={(values, errors) => (
        <>
          <FormFields fields={common} values={values} errors={errors} />
          <div id={TAKE} tabIndex={-1}>
            <h2>One by one</h2>
            {errors[TAKE] && <p className="govuk-error-message">{errors[TAKE]}</p>}
            {rows.map((row) => (
              <Each
                key={row.reference}
                row={row}
                isTicked={texts(values, TAKE).includes(row.reference)}
                error={errors[`${TAKE}-${row.reference}`]}
              >
                <FormFields fields={row.own} values={values} errors={errors} />
              </Each>
            ))}
          </div>
        </>
      )}
    >
      {children}
    </FormShell>
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

"use client";

import type { ReactNode } from "react";
import { FormFields } from "#components/form/form-fields.tsx";
import { type FormAction, FormShell } from "#components/form/form-shell.tsx";
import { useSent } from "#components/form/use-sent.tsx";
import { EMPTY_FORM, type Field, texts } from "#lib/form/fields.ts";
import type { Keeping } from "#lib/unsent/rules.ts";
import { TAKE } from "./each-begins.ts";

/** One of several applications that a step can be taken for. */
export type EachRow = {
  reference: string;
  /** The application with its revision, rendered on the server (components/steps/each-views.tsx). */
  head: ReactNode;
  /** The label of the tick. */
  tick: string;
  own: readonly Field[];
};

type EachFormProps = {
  action: FormAction;
  /** The fields that apply to all of them. */
  common: readonly Field[];
  rows: readonly EachRow[];
  /** The form's starting values, ticks included (eachBegins). */
  keeping: Keeping;
  requestId: string;
  /** The end of the form: its buttons and other inputs. */
  children: ReactNode;
};

/**
 * Several applications one by one, each with its tick and its own fields, below the fields that apply to all of them.
 */
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

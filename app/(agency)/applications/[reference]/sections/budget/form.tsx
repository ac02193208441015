"use client";

import { type FormEvent, startTransition, useActionState, useEffect, useState } from "react";
import { type Control, type UseFormRegister, useFieldArray, useForm, useWatch } from "react-hook-form";
import type { FormAction } from "../../../../../../components/form.tsx";
import { Button, ButtonGroup } from "../../../../../../components/ui/buttons.tsx";
import { ErrorSummary } from "../../../../../../components/ui/error-summary.tsx";
import { Select, TextField } from "../../../../../../components/ui/fields.tsx";
import { countRows, EMPTY_FORM, type Field, text, type Values } from "../../../../../../lib/fields.ts";
import { formatCents, parseCents } from "../../../../../../lib/money.ts";

type RowsField = Extract<Field, { kind: "rows" }>;
type Rows = Record<string, Record<string, string>[]>;
type Errors = Readonly<Record<string, string>>;

type RowsFormProps = {
  action: FormAction;
  fields: readonly Field[];
  initial: Values;
  requestId: string;
  /** Without JavaScript more rows are asked for by sending the form. */
  hasMoreRows: boolean;
};

const SPARE_ROWS = 3;

/** A section made of rows, such as the budget: lines are added, removed and summed as they are typed, and all of it is
 * one plain form where there is no JavaScript. */
export function RowsForm({ action, fields, initial, requestId, hasMoreRows }: RowsFormProps) {
  const [state, send] = useActionState(action, EMPTY_FORM);
  const rowsFields = fields.filter((field): field is RowsField => field.kind === "rows");
  const values = state.answer ? state.values : initial;
  const { control, register } = useForm<Rows>({
    defaultValues: Object.fromEntries(rowsFields.map((field) => [field.name, rowsOf(field, values, hasMoreRows)])),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    // Sent by hand, because a form that React sends is emptied afterwards.
    event.preventDefault();
    const { submitter } = event.nativeEvent as SubmitEvent;
    const form = new FormData(event.currentTarget, submitter);
    startTransition(() => send(form));
  };
  return (
    <>
      <ErrorSummary errors={state.errors} problem={state.problem} />
      <form action={send} onSubmit={submit} noValidate>
        <input type="hidden" name="requestId" value={requestId} />
        {rowsFields.map((field) => (
          <RowsEditor key={field.name} field={field} control={control} register={register} errors={state.errors} />
        ))}
        <ButtonGroup>
          <Button>Save and continue</Button>
          <Button kind="secondary" name="intent" value="other">
            Save and finish later
          </Button>
        </ButtonGroup>
      </form>
    </>
  );
}

/** What there is as rows of text, and empty ones to write in. */
function rowsOf(field: RowsField, values: Values, hasMoreRows: boolean): Record<string, string>[] {
  const count = countRows(field.name, values);
  const spare = hasMoreRows || count === 0 ? SPARE_ROWS : 0;
  return Array.from({ length: count + spare }, (_, index) =>
    Object.fromEntries(field.columns.map(({ name }) => [name, text(values, `${field.name}.${index}.${name}`)])),
  );
}

type EditorProps = { field: RowsField; control: Control<Rows>; register: UseFormRegister<Rows>; errors: Errors };

function RowsEditor({ field, control, register, errors }: EditorProps) {
  const { fields: rows, append, remove } = useFieldArray({ control, name: field.name });
  const [isLive, setLive] = useState(false);
  useEffect(() => setLive(true), []);
  const blank = () => Object.fromEntries(field.columns.map(({ name }) => [name, ""]));
  return (
    <fieldset
      className="govuk-fieldset app-rows"
      aria-describedby={errors[field.name] ? `${field.name}-error` : undefined}
    >
      <legend className="govuk-fieldset__legend govuk-fieldset__legend--m">
        {field.label}
        {field.optional && <span className="app-optional"> (optional)</span>}
      </legend>
      {field.hint && <div className="govuk-hint">{field.hint}</div>}
      {errors[field.name] && (
        <p className="govuk-error-message" id={`${field.name}-error`}>
          <span className="govuk-visually-hidden">Error: </span>
          {errors[field.name]}
        </p>
      )}
      <div id={field.name} tabIndex={-1}>
        {rows.map((row, index) => (
          <fieldset className="app-row" key={row.id}>
            <legend className="govuk-visually-hidden">
              {field.noun} {index + 1}
            </legend>
            {field.columns.map((column) => (
              <Cell
                key={column.name}
                column={column}
                name={`${field.name}.${index}.${column.name}`}
                register={register}
                errors={errors}
              />
            ))}
            {isLive && (
              <Button type="button" kind="secondary" className="app-row-remove" onClick={() => remove(index)}>
                Remove
                <span className="govuk-visually-hidden">
                  {" "}
                  {field.noun} {index + 1}
                </span>
              </Button>
            )}
          </fieldset>
        ))}
      </div>
      <Button
        kind="secondary"
        name="intent"
        value="rows"
        onClick={(event) => {
          if (!isLive) return;
          event.preventDefault();
          append(blank(), { focusName: `${field.name}.${rows.length}.${field.columns[0]?.name}` });
        }}
      >
        Add a {field.noun}
      </Button>
      <Totals field={field} control={control} />
    </fieldset>
  );
}

type CellProps = { column: Field; name: string; register: UseFormRegister<Rows>; errors: Errors };

function Cell({ column, name, register, errors }: CellProps) {
  const common = { label: column.label, error: errors[name], ...register(name as `${string}.${number}.${string}`) };
  if (column.kind === "choice" && typeof column.options !== "string") {
    return <Select {...common} options={column.options} placeholder="Choose" />;
  }
  return column.kind === "amount" ? (
    <TextField {...common} prefix="$" inputMode="decimal" autoComplete="off" width={10} />
  ) : (
    <TextField {...common} autoComplete="off" />
  );
}

/** The sums of the columns of amounts, as they are typed; an amount that cannot be read counts as nothing. */
function Totals({ field, control }: { field: RowsField; control: Control<Rows> }) {
  const rows = useWatch({ control, name: field.name });
  const amounts = field.columns.filter(({ kind }) => kind === "amount");
  const sums = amounts.map(({ name }) => rows.reduce((sum, row) => sum + (parseCents(row[name] ?? "") ?? 0n), 0n));
  const total = sums.reduce((all, sum) => all + sum, 0n);
  return (
    <dl className="app-totals" aria-live="polite">
      {amounts.length > 1 &&
        amounts.map(({ name, label }, index) => (
          <div key={name}>
            <dt>{label}</dt>
            <dd>{formatCents(sums[index] ?? 0n)}</dd>
          </div>
        ))}
      <div className="app-totals-all">
        <dt>Total</dt>
        <dd>{formatCents(total)}</dd>
      </div>
    </dl>
  );
}

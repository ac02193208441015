"use client";

import { useEffect, useState } from "react";
import { type UseFormReturn, useFieldArray, useForm } from "react-hook-form";
import { Select, TextArea, TextField } from "#components/ui/fields.tsx";
import { describedBy, FieldNotes, LabelText } from "#components/ui/form-group.tsx";
import { type Field, text, type Values } from "#lib/form/fields.ts";
import { countRows, inputsOf, isStepPossible, lookUp, ROW_STEPS, type RowStep } from "#lib/form/rows.ts";
import { formatCents, parseCents } from "#lib/platform/money.ts";
import { DateField } from "./form-field.tsx";

type RowsOf = Extract<Field, { kind: "rows" }>;
type Rows = Record<string, Record<string, string>[]>;
type Errors = Readonly<Record<string, string>>;

type RowsFieldProps = { field: RowsOf; values: Values; errors: Errors };

/** Rows of fields: added, removed, copied, moved and summed while somebody types; plain inputs without JavaScript. */
export default function RowsField({ field, values, errors }: RowsFieldProps) {
  const form = useForm<Rows>({ defaultValues: { [field.name]: rowsOf(field, values) } });
  const rows = useFieldArray({ control: form.control, name: field.name });
  const [isLive, setLive] = useState(false);
  useEffect(() => setLive(true), []);
  const notes = { name: field.name, hint: field.hint, error: errors[field.name] };
  const inputOf = (index: number) => `${field.name}.${index}.${field.columns[0]?.name}`;
  const add = (index: number, row: Record<string, string>) => rows.insert(index, row, { focusName: inputOf(index) });
  const take = (step: RowStep, index: number, button: Element) => {
    const card = button.closest(".app-row") as Element;
    if (step === "Copy") return add(index + 1, typedIn(card, field));
    if (step === "Remove") {
      enter(card.nextSibling ?? card.previousSibling ?? card.parentNode?.nextSibling);
      return rows.remove(index);
    }
    const to = step === "Move up" ? index - 1 : index + 1;
    // At either end, the button that was pressed disappears.
    if (!isStepPossible(step, to, rows.fields.length)) enter(card);
    rows.move(index, to);
  };
  return (
    <fieldset className="govuk-fieldset app-rows" aria-describedby={describedBy(notes)}>
      <legend className="govuk-fieldset__legend govuk-fieldset__legend--m">
        <LabelText label={field.label} optional={field.optional} />
      </legend>
      <FieldNotes {...notes} />
      <div id={field.name} tabIndex={-1}>
        {rows.fields.map((row, index) => (
          <fieldset className={field.sumBy ? "app-row" : "app-row app-row-card"} key={row.id}>
            <legend className={field.sumBy ? undefined : "govuk-fieldset__legend govuk-fieldset__legend--s"}>
              {field.noun} {index + 1}
            </legend>
            {field.columns.map((column) => (
              <Cell
                key={column.name}
                column={column}
                prefix={`${field.name}.${index}.`}
                form={form}
                errors={errors}
                row={row as unknown as Record<string, string>}
              />
            ))}
            <div className="app-row-buttons">
              {ROW_STEPS.filter((step) => isStepPossible(step, index, rows.fields.length)).map((step) => (
                <button
                  key={step}
                  // Without JavaScript the server does this (lib/applications/form/row-steps.ts).
                  type={isLive ? "button" : "submit"}
                  name="intent"
                  value={`${step} ${field.name} ${index}`}
                  className={SECONDARY}
                  onClick={isLive ? (event) => take(step, index, event.currentTarget) : undefined}
                >
                  {step}
                  <span className="govuk-visually-hidden">
                    {" "}
                    {field.noun} {index + 1}
                  </span>
                </button>
              ))}
            </div>
          </fieldset>
        ))}
      </div>
      <button
        type="submit"
        className={SECONDARY}
        name="intent"
        value="rows"
        onClick={(event) => {
          if (!isLive) return;
          event.preventDefault();
          add(rows.fields.length, blankRow(field));
        }}
      >
        {/^[aeiou]/.test(field.noun) ? "Add an" : "Add a"} {field.noun}
      </button>
      {field.sumBy && <Totals field={field} sumBy={field.sumBy} form={form} />}
    </fieldset>
  );
}

/** Not components/ui/buttons.tsx: it would be loaded for its kinds alone, and these pages are near their size limit. */
const SECONDARY = "govuk-button govuk-button--secondary";

/** Before a focused button disappears, moves the focus to the first field of a row, or to the button that adds one. */
function enter(row?: Node | null): void {
  const element = row as HTMLElement;
  (element.querySelector<HTMLElement>("[name]") ?? element).focus();
}

/** A row with what has been typed. */
const typedIn = (card: Element, field: RowsOf): Record<string, string> =>
  Object.fromEntries(
    field.columns.flatMap(inputsOf).map((name) => {
      const input = card.querySelector<HTMLInputElement>(`[name$="${CSS.escape(`.${name}`)}"]`);
      return [name, input?.value ?? ""];
    }),
  );

const blankRow = (field: RowsOf): Record<string, string> =>
  Object.fromEntries(field.columns.flatMap(inputsOf).map((name) => [name, ""]));

/** The initial values as rows of text. */
function rowsOf(field: RowsOf, values: Values): Record<string, string>[] {
  const names = field.columns.flatMap(inputsOf);
  return Array.from({ length: countRows(field.name, values) }, (_, index) =>
    Object.fromEntries(names.map((name) => [name, text(values, `${field.name}.${index}.${name}`)])),
  );
}

/** Subscribes to a value of the rows as they are typed; only the component that calls this renders again. */
function useTyped<T>({ getValues, subscribe }: UseFormReturn<Rows>, read: (rows: Rows) => T): T {
  const [typed, setTyped] = useState(() => read(getValues()));
  useEffect(() => subscribe({ formState: { values: true }, callback: ({ values }) => setTyped(() => read(values)) }));
  return typed;
}

type CellProps = {
  column: Field;
  prefix: `${string}.${number}.`;
  form: UseFormReturn<Rows>;
  errors: Errors;
  row: Record<string, string>;
};

function Cell({ column, prefix, form, errors, row }: CellProps) {
  if (column.kind === "lookup") return <Looked column={column} prefix={prefix} form={form} />;
  const name = prefix + column.name;
  const common = { label: column.label, hint: column.hint, optional: column.optional, error: errors[name] };
  if (column.kind === "day") {
    const part = (key: string) => row[`${column.name}-${key}`] ?? "";
    const day = { day: part("day"), month: part("month"), year: part("year") };
    return <DateField {...common} name={name} error={errors[`${name}-day`]} defaultValue={day} />;
  }
  // The value is also written into the markup, for readers without JavaScript.
  const defaultValue = row[column.name];
  const registered = {
    ...common,
    ...form.register(name as `${string}.${number}.${string}`),
    defaultValue,
    autoComplete: "off",
  };
  if (column.kind === "choice" && typeof column.options !== "string")
    return <Select {...registered} options={column.options} placeholder="Choose" />;
  if (column.kind === "longText") return <TextArea {...registered} rows={column.rows} maxWords={column.wordsMax} />;
  return column.kind === "amount" ? (
    <TextField {...registered} optional={undefined} prefix="$" inputMode="decimal" width={10} />
  ) : (
    <TextField {...registered} />
  );
}

type LookedProps = Pick<CellProps, "prefix" | "form"> & { column: Extract<Field, { kind: "lookup" }> };

/** A value calculated from other answers in the row. */
function Looked({ column, prefix, form }: LookedProps) {
  const [name = "", index = ""] = prefix.split(".");
  const answer = useTyped(form, (rows) => lookUp(column, (other) => rows[name]?.[Number(index)]?.[other] ?? ""));
  return (
    <div className="govuk-form-group">
      <span className="govuk-label">{column.label}</span>
      <output className="app-looked">{answer}</output>
    </div>
  );
}

type TotalsProps = { field: RowsOf; sumBy: string; form: UseFormReturn<Rows> };

/**
 * The sums of the amounts by column, and by the choice that groups them, updated while typing. An amount that cannot be
 * read counts as zero.
 */
function Totals({ field, sumBy, form }: TotalsProps) {
  const rows = useTyped(form, (all) => [...(all[field.name] ?? [])]);
  const columns = field.columns.filter(({ kind }) => kind === "amount");
  const choice = field.columns.find(({ name }) => name === sumBy);
  const options = choice?.kind === "choice" && typeof choice.options !== "string" ? choice.options : [];
  const centsOf = (row: Record<string, string>, name: string) => parseCents(row[name] ?? "") ?? 0n;
  const sum = (some: typeof rows, names: typeof columns) =>
    some.reduce((all, row) => names.reduce((part, { name }) => part + centsOf(row, name), all), 0n);
  const byColumn = columns.length > 1 ? columns.map((column) => [column.label, sum(rows, [column])] as const) : [];
  const byChoice = options.map(({ value, label }) => {
    const chosen = rows.filter((row) => row[sumBy] === value);
    return [label, sum(chosen, columns)] as const;
  });
  return (
    <dl className="app-totals" aria-live="polite">
      {[...byChoice.filter(([, cents]) => cents > 0n), ...byColumn].map(([label, cents]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{formatCents(cents)}</dd>
        </div>
      ))}
      <div className="app-totals-all">
        <dt>Total</dt>
        <dd>{formatCents(sum(rows, columns))}</dd>
      </div>
    </dl>
  );
}

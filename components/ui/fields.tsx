import type { InputHTMLAttributes, Ref, SelectHTMLAttributes, TextareaHTMLAttributes } from "react";
import { describedBy, FieldNotes, type FieldProps, FormGroup, LabelText } from "./form-group.tsx";

type Own<Attributes> = FieldProps & Omit<Attributes, "size" | "name" | "id">;

/** The label of one control. */
function Label({ name, ...text }: Pick<FieldProps, "name" | "label" | "optional">) {
  return (
    <label className="govuk-label" htmlFor={name}>
      <LabelText {...text} />
    </label>
  );
}

/** The expected number of characters in the answer, which sets the field's width where there is room. */
type FieldWidth = 2 | 3 | 4 | 5 | 10 | 20 | 30;

export type TextFieldProps = Own<InputHTMLAttributes<HTMLInputElement>> & {
  width?: FieldWidth;
  /** Shown in the field, but not part of the answer: "$". Put the unit in the label too. */
  prefix?: string;
  ref?: Ref<HTMLInputElement>;
};

/**
 * One line of text. Further attributes (inputMode, autoComplete, spellCheck, defaultValue, maxLength, onChange …) are
 * passed to the input. Numbers and amounts have type "text" with an inputMode, so that what was typed can be returned.
 */
export function TextField({ label, hint, error, optional, width, prefix, ...input }: TextFieldProps) {
  const { name, type = "text", className = "" } = input;
  const classes = ["govuk-input", width && `govuk-input--width-${width}`, error && "govuk-input--error", className];
  const control = (
    <input
      {...input}
      id={name}
      type={type}
      className={classes.filter(Boolean).join(" ")}
      aria-invalid={error ? true : undefined}
      aria-describedby={describedBy({ name, hint, error }, input["aria-describedby"])}
    />
  );
  return (
    <FormGroup error={error}>
      <Label name={name} label={label} optional={optional} />
      <FieldNotes name={name} hint={hint} error={error} />
      {prefix ? (
        <div className="govuk-input__wrapper">
          <div className="govuk-input__prefix" aria-hidden="true">
            {prefix}
          </div>
          {control}
        </div>
      ) : (
        control
      )}
    </FormGroup>
  );
}

export type TextAreaProps = Own<TextareaHTMLAttributes<HTMLTextAreaElement>> & {
  /** A limit to show below the field. The server checks it; nothing stops somebody from typing more. */
  maxWords?: number;
  maxCharacters?: number;
  ref?: Ref<HTMLTextAreaElement>;
};

/** Several lines of text: six, unless `rows` says otherwise. */
export function TextArea({ label, hint, error, optional, maxWords, maxCharacters, ...area }: TextAreaProps) {
  const { name, rows = 6, className = "" } = area;
  const limit = limitText(maxWords, maxCharacters);
  return (
    <FormGroup error={error}>
      <Label name={name} label={label} optional={optional} />
      <FieldNotes name={name} hint={hint} error={error} />
      <textarea
        {...area}
        id={name}
        rows={rows}
        className={`govuk-textarea${error ? " govuk-textarea--error" : ""} ${className}`.trimEnd()}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy({ name, hint, error }, limit && `${name}-limit`, area["aria-describedby"])}
      />
      {limit && (
        <p className="app-limit" id={`${name}-limit`}>
          {limit}
        </p>
      )}
    </FormGroup>
  );
}

function limitText(maxWords?: number, maxCharacters?: number): string {
  if (maxWords) return `${maxWords.toLocaleString("en-NZ")} words at most`;
  return maxCharacters ? `${maxCharacters.toLocaleString("en-NZ")} characters at most` : "";
}

type SelectOption = { value: string; label: string };

export type SelectProps = Own<SelectHTMLAttributes<HTMLSelectElement>> & {
  options: readonly SelectOption[];
  /** The first option, which is not an answer: "Choose a round". */
  placeholder?: string;
  ref?: Ref<HTMLSelectElement>;
};

/** One of many options. For up to about seven use Radios, which show all of them. */
export function Select({ label, hint, error, optional, options, placeholder, ...select }: SelectProps) {
  const { name, className = "" } = select;
  return (
    <FormGroup error={error}>
      <Label name={name} label={label} optional={optional} />
      <FieldNotes name={name} hint={hint} error={error} />
      <select
        {...select}
        id={name}
        className={`govuk-select${error ? " govuk-select--error" : ""} ${className}`.trimEnd()}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy({ name, hint, error }, select["aria-describedby"])}
      >
        {placeholder !== undefined && <option value="">{placeholder}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </FormGroup>
  );
}

import type { ReactNode } from "react";
import { Fieldset } from "./fieldset.tsx";
import { describedBy, FieldNotes, type FieldProps, FormGroup, Hint, LabelText } from "./form-group.tsx";

type Choice = { value: string; label: string; hint?: string };
type Item = { value: string; label: ReactNode; hint?: ReactNode };

type ChoicesProps = FieldProps & {
  /**
   * A choice of one or of any number: the form sends one value of `name` for each. Or one statement to agree to, sent
   * as "yes".
   */
  kind: "radio" | "checkbox" | "confirm";
  choices: readonly Choice[];
  chosen: readonly string[];
  /** For choices with a percentage each, named `NAME-VALUE`: what was typed, and what is wrong with it. */
  shares?: {
    values: Readonly<Record<string, string | readonly string[]>>;
    errors: Readonly<Record<string, string>>;
  };
};

/** The first choice has the group's own id, so that the link in the error summary leads to it. */
export default function Choices({ name, label, hint, error, optional, kind, choices, chosen, shares }: ChoicesProps) {
  const block = kind === "radio" ? "govuk-radios" : "govuk-checkboxes";
  const item = (choice: Item, id: string, problem?: string) => (
    <div key={id} className={`${block}__item`}>
      <input
        className={`${block}__input`}
        type={kind === "radio" ? kind : "checkbox"}
        id={id}
        name={name}
        value={choice.value}
        defaultChecked={chosen.includes(choice.value)}
        aria-invalid={problem ? true : undefined}
        aria-describedby={describedBy({ name: `${id}-item`, hint: choice.hint }, problem && `${id}-error`)}
      />
      <label className={`govuk-label ${block}__label`} htmlFor={id}>
        {choice.label}
      </label>
      {choice.hint && (
        <Hint id={`${id}-item-hint`} className={`govuk-hint ${block}__hint`}>
          {choice.hint}
        </Hint>
      )}
    </div>
  );
  if (kind === "confirm") {
    const statement = { value: "yes", label: <LabelText label={label} optional={optional} />, hint };
    return (
      <FormGroup error={error}>
        <FieldNotes name={name} error={error} />
        <div className={block}>{item(statement, name, error)}</div>
      </FormGroup>
    );
  }
  return (
    <FormGroup error={error}>
      <Fieldset
        legend={<LabelText label={label} optional={optional} />}
        describedBy={describedBy({ name, hint, error })}
      >
        <FieldNotes name={name} hint={hint} error={error} />
        <div className={shares ? "app-shares" : block}>
          {choices.map((choice, index) => {
            const id = index === 0 ? name : `${name}-tick-${index}`;
            const percent = `${name}-${choice.value}`;
            if (!shares) return item(choice, id);
            return (
              <div className="app-share" key={id}>
                {item(choice, id)}
                <Percentage
                  id={percent}
                  of={choice.label}
                  typed={[shares.values[percent] ?? ""].flat()[0]}
                  error={shares.errors[percent]}
                />
              </div>
            );
          })}
        </div>
      </Fieldset>
    </FormGroup>
  );
}

type PercentageProps = { id: string; of: string; typed?: string; error?: string };

function Percentage({ id, of, typed, error }: PercentageProps) {
  return (
    <div>
      <label className="govuk-visually-hidden" htmlFor={id}>
        Percentage for {of}
      </label>
      <div className="govuk-input__wrapper">
        <input
          className={`govuk-input govuk-input--width-3${error ? " govuk-input--error" : ""}`}
          type="text"
          inputMode="numeric"
          id={id}
          name={id}
          defaultValue={typed}
          aria-invalid={error ? true : undefined}
          aria-describedby={describedBy({ name: id, error })}
        />
        <div className="govuk-input__suffix" aria-hidden="true">
          %
        </div>
      </div>
      <FieldNotes name={id} error={error} />
    </div>
  );
}

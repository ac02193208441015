import { Fieldset } from "./fieldset.tsx";
import { describedBy, FieldNotes, type FieldProps, FormGroup, Hint, LabelText } from "./form-group.tsx";

type Choice = { value: string; label: string; hint?: string };

type ChoicesProps = FieldProps & {
  /** One of a few, or any number of them: the form sends one value of `name` for each. */
  kind: "radio" | "checkbox";
  choices: readonly Choice[];
  chosen: readonly string[];
  /** Where each has its percentage of the whole, as `NAME-VALUE`: what was typed, and what is wrong with it. */
  shares?: {
    values: Readonly<Record<string, string | readonly string[]>>;
    errors: Readonly<Record<string, string>>;
  };
};

/** The first choice has the group's own id, so that the error summary's link lands on it. */
export function Choices({ name, label, hint, error, optional, kind, choices, chosen, shares }: ChoicesProps) {
  const block = kind === "radio" ? "govuk-radios" : "govuk-checkboxes";
  const item = (choice: Choice, id: string) => (
    <div key={id} className={`${block}__item`}>
      <input
        className={`${block}__input`}
        type={kind}
        id={id}
        name={name}
        value={choice.value}
        defaultChecked={chosen.includes(choice.value)}
        aria-describedby={choice.hint ? `${id}-item-hint` : undefined}
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
  return (
    <FormGroup error={error}>
      <Fieldset
        legend={<LabelText label={label} optional={optional} />}
        describedBy={describedBy({ name, hint, error })}
      >
        <FieldNotes name={name} hint={hint} error={error} />
        <div className={shares ? "app-shares" : block}>
          {choices.map((choice, index) => {
            const id = index === 0 ? name : `${name}-tick-${choice.value}`;
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

type CheckboxProps = FieldProps & {
  defaultChecked?: boolean;
};

/** One statement to agree to: "yes" where it is. */
export function Checkbox({ name, label, hint, error, optional, defaultChecked }: CheckboxProps) {
  return (
    <FormGroup error={error}>
      {error && <FieldNotes name={name} error={error} />}
      <div className="govuk-checkboxes">
        <div className="govuk-checkboxes__item">
          <input
            className="govuk-checkboxes__input"
            type="checkbox"
            id={name}
            name={name}
            value="yes"
            defaultChecked={defaultChecked}
            aria-invalid={error ? true : undefined}
            aria-describedby={describedBy({ name, hint, error })}
          />
          <label className="govuk-label govuk-checkboxes__label" htmlFor={name}>
            <LabelText label={label} optional={optional} />
          </label>
          {hint && (
            <Hint id={`${name}-hint`} className="govuk-hint govuk-checkboxes__hint">
              {hint}
            </Hint>
          )}
        </div>
      </div>
    </FormGroup>
  );
}

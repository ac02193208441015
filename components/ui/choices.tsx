import type { ReactNode } from "react";
import { Fieldset } from "./fieldset.tsx";
import { describedBy, FieldNotes, type FieldProps, FormGroup, Hint, type LabelSize, LabelText } from "./form-group.tsx";

export type Choice = {
  value: string;
  label: ReactNode;
  hint?: ReactNode;
};

type ChoicesProps = FieldProps & {
  choices: readonly Choice[];
  /** Size of the legend. */
  size?: LabelSize;
};

type RadiosProps = ChoicesProps & { defaultValue?: string };

/** One of a few. */
export function Radios({ defaultValue, ...props }: RadiosProps) {
  const isChosen = (value: string) => value === defaultValue;
  return (
    <ChoiceGroup {...props}>
      <div className="govuk-radios">
        <Items {...props} kind="radio" isChosen={isChosen} />
      </div>
    </ChoiceGroup>
  );
}

type CheckboxesProps = ChoicesProps & {
  /** The chosen values. The form sends one value of `name` for each. */
  defaultValue?: readonly string[];
};

/** Any number of a few. */
export function Checkboxes({ defaultValue = [], ...props }: CheckboxesProps) {
  const isChosen = (value: string) => defaultValue.includes(value);
  return (
    <ChoiceGroup {...props}>
      <div className="govuk-checkboxes">
        <Items {...props} kind="checkbox" isChosen={isChosen} />
      </div>
    </ChoiceGroup>
  );
}

type CheckboxProps = FieldProps & {
  /** What the form sends when it is ticked. */
  value?: string;
  defaultChecked?: boolean;
};

/** One statement to agree to. */
export function Checkbox({ name, label, hint, error, optional, value = "yes", defaultChecked }: CheckboxProps) {
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
            value={value}
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

function ChoiceGroup({ name, label, hint, error, optional, size, children }: ChoicesProps & { children: ReactNode }) {
  return (
    <FormGroup error={error}>
      <Fieldset
        legend={<LabelText label={label} optional={optional} />}
        size={size ?? "strong"}
        describedBy={describedBy({ name, hint, error })}
      >
        <FieldNotes name={name} hint={hint} error={error} />
        {children}
      </Fieldset>
    </FormGroup>
  );
}

type ItemsProps = Pick<ChoicesProps, "name" | "choices"> & {
  kind: "radio" | "checkbox";
  isChosen: (value: string) => boolean;
};

/** The first choice has the group's own id, so that the error summary's link lands on it. */
function Items({ kind, name, choices, isChosen }: ItemsProps) {
  const block = kind === "radio" ? "govuk-radios" : "govuk-checkboxes";
  return choices.map((choice, index) => {
    const id = index === 0 ? name : `${name}-${choice.value}`;
    return (
      <div key={choice.value} className={`${block}__item`}>
        <input
          className={`${block}__input`}
          type={kind}
          id={id}
          name={name}
          value={choice.value}
          defaultChecked={isChosen(choice.value)}
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
  });
}

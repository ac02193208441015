import { Fieldset } from "./fieldset.tsx";
import { describedBy, FieldNotes, type FieldProps, FormGroup, LabelText } from "./form-group.tsx";

type SharesProps = FieldProps & {
  choices: readonly { value: string; label: string }[];
  /** The form's values: `NAME` holds what is ticked, `NAME-VALUE` the percentage of each. */
  values: Readonly<Record<string, string | readonly string[]>>;
  errors: Readonly<Record<string, string>>;
};

/** Any number of a few, each with its percentage of the whole. */
export function Shares({ name, label, hint, error, optional, choices, values, errors }: SharesProps) {
  const chosen = [values[name] ?? []].flat();
  return (
    <FormGroup error={error}>
      <Fieldset
        legend={<LabelText label={label} optional={optional} />}
        size="strong"
        describedBy={describedBy({ name, hint, error })}
      >
        <FieldNotes name={name} hint={hint} error={error} />
        <div className="app-shares">
          {choices.map(({ value, label: choice }, index) => {
            const id = index === 0 ? name : `${name}-tick-${value}`;
            const percent = `${name}-${value}`;
            const problem = errors[percent];
            return (
              <div className="app-share" key={value}>
                <div className="govuk-checkboxes__item">
                  <input
                    className="govuk-checkboxes__input"
                    type="checkbox"
                    id={id}
                    name={name}
                    value={value}
                    defaultChecked={chosen.includes(value)}
                  />
                  <label className="govuk-label govuk-checkboxes__label" htmlFor={id}>
                    {choice}
                  </label>
                </div>
                <div>
                  <label className="govuk-visually-hidden" htmlFor={percent}>
                    Percentage for {choice}
                  </label>
                  <div className="govuk-input__wrapper">
                    <input
                      className={`govuk-input govuk-input--width-3${problem ? " govuk-input--error" : ""}`}
                      type="text"
                      inputMode="numeric"
                      id={percent}
                      name={percent}
                      defaultValue={[values[percent] ?? ""].flat()[0]}
                      aria-invalid={problem ? true : undefined}
                      aria-describedby={problem ? `${percent}-error` : undefined}
                    />
                    <div className="govuk-input__suffix" aria-hidden="true">
                      %
                    </div>
                  </div>
                  <FieldNotes name={percent} error={problem} />
                </div>
              </div>
            );
          })}
        </div>
      </Fieldset>
    </FormGroup>
  );
}

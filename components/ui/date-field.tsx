import { Fieldset } from "./fieldset.tsx";
import { describedBy, FieldNotes, type FieldProps, FormGroup, LabelText } from "./form-group.tsx";

/** The three parts as they were typed. */
type DateValue = { day?: string; month?: string; year?: string };

type DateFieldProps = FieldProps & {
  defaultValue?: DateValue;
};

const PARTS = [
  { part: "day", label: "Day", width: 2 },
  { part: "month", label: "Month", width: 2 },
  { part: "year", label: "Year", width: 4 },
] as const;

/**
 * A date typed into three fields, whose names and ids are `NAME-day`, `NAME-month` and `NAME-year`. An error of the
 * whole date links to `#NAME-day`.
 */
export default function DateField({ name, label, hint, error, optional, defaultValue = {} }: DateFieldProps) {
  return (
    <FormGroup error={error}>
      <Fieldset
        legend={<LabelText label={label} optional={optional} />}
        describedBy={describedBy({ name, hint, error })}
        role="group"
      >
        <FieldNotes name={name} hint={hint} error={error} />
        <div className="govuk-date-input">
          {PARTS.map(({ part, label: partLabel, width }) => {
            const id = `${name}-${part}`;
            return (
              <div className="govuk-date-input__item" key={part}>
                <label className="govuk-label govuk-date-input__label" htmlFor={id}>
                  {partLabel}
                </label>
                <input
                  className={`govuk-input govuk-date-input__input govuk-input--width-${width}${error ? " govuk-input--error" : ""}`}
                  type="text"
                  inputMode="numeric"
                  id={id}
                  name={id}
                  defaultValue={defaultValue[part]}
                  aria-invalid={error ? true : undefined}
                />
              </div>
            );
          })}
        </div>
      </Fieldset>
    </FormGroup>
  );
}

import type { ReactNode } from "react";

type FieldsetProps = {
  legend: ReactNode;
  describedBy?: string;
  /** "group" where the fields are text inputs: some screen readers need it to announce the description. */
  role?: "group";
  children: ReactNode;
};

/** Fields that answer one question together, under its legend. */
export function Fieldset({ legend, describedBy, role, children }: FieldsetProps) {
  return (
    <fieldset className="govuk-fieldset" aria-describedby={describedBy} role={role}>
      <legend className="govuk-fieldset__legend govuk-fieldset__legend--s">{legend}</legend>
      {children}
    </fieldset>
  );
}

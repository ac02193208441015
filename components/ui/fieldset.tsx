import type { ReactNode } from "react";

type FieldsetProps = {
  legend: ReactNode;
  /** The legend is as plain as a label: one of many in a row. */
  isPlain?: boolean;
  describedBy?: string;
  /** "group" where the fields are text: some screen readers need it to read the description. */
  role?: "group";
  children: ReactNode;
};

/** Fields that answer one question together, under its legend. */
export function Fieldset({ legend, isPlain, describedBy, role, children }: FieldsetProps) {
  return (
    <fieldset className="govuk-fieldset" aria-describedby={describedBy} role={role}>
      <legend className={`govuk-fieldset__legend${isPlain ? "" : " govuk-fieldset__legend--s"}`}>{legend}</legend>
      {children}
    </fieldset>
  );
}

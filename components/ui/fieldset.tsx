import type { ReactNode } from "react";
import { type LabelSize, sizeClass } from "./form-group.tsx";

type FieldsetProps = {
  legend: ReactNode;
  /** "heading" unless told; "page" makes the legend the page's h1. */
  size?: LabelSize;
  describedBy?: string;
  /** "group" where the fields are text: some screen readers need it to read the description. */
  role?: "group";
  id?: string;
  children: ReactNode;
};

/** Fields that answer one question together, under its legend. */
export function Fieldset({ legend, size = "heading", describedBy, role, id, children }: FieldsetProps) {
  const className = sizeClass("govuk-fieldset__legend", size);
  return (
    <fieldset className="govuk-fieldset" aria-describedby={describedBy} role={role} id={id}>
      <legend className={className}>
        {size === "page" ? <h1 className="govuk-fieldset__heading">{legend}</h1> : legend}
      </legend>
      {children}
    </fieldset>
  );
}

import type { ReactNode } from "react";
import type { Field, Values } from "#lib/form/fields.ts";
import { FormField } from "./form-field.tsx";

type FormFieldsProps = {
  /** The fields, with their options filled in (resolveFields). */
  fields: readonly Field[];
  values: Values;
  errors: Readonly<Record<string, string>>;
  /** What is shown next to each group of fields, by the name of the group's first field. */
  beside?: Readonly<Record<string, ReactNode>> | undefined;
};

/** The inputs for a list of fields, by their kinds. Fields with rows need a form of their own. */
export function FormFields({ fields, values, errors, beside }: FormFieldsProps) {
  const inputs = (some: readonly Field[]) =>
    some.map((field) => <FormField key={field.name} field={field} values={values} errors={errors} />);
  if (!beside) return inputs(fields);
  const starts = fields.flatMap(({ name }, index) => (name in beside ? [index] : []));
  return starts.map((start, index) => {
    const name = fields[start]?.name ?? "";
    return (
      <div key={name} className="app-beside">
        <div>{beside[name]}</div>
        <div>{inputs(fields.slice(start, starts[index + 1]))}</div>
      </div>
    );
  });
}

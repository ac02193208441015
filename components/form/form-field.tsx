import { lazy } from "react";
import { Select, TextArea, TextField } from "#components/ui/fields.tsx";
import type { Field, Option, Values } from "#lib/form/fields.ts";
import { text, texts } from "#lib/form/fields.ts";

/** Loaded only by forms that have such fields. */
const Choices = lazy(() => import("#components/ui/choices.tsx"));
export const DateField = lazy(() => import("#components/ui/date-field.tsx"));

const listOf = (options: readonly Option[] | string): readonly Option[] => (typeof options === "string" ? [] : options);

type FormFieldProps = { field: Field; values: Values; errors: Readonly<Record<string, string>> };

export function FormField({ field, values, errors }: FormFieldProps) {
  const { name, label, hint, optional } = field;
  const common = { name, label, hint, optional, error: errors[name] };
  const many = { ...common, choices: "options" in field ? listOf(field.options) : [], chosen: texts(values, name) };
  switch (field.kind) {
    case "longText":
      return (
        <TextArea
          {...common}
          rows={field.rows}
          maxWords={field.wordsMax}
          maxCharacters={field.charsMax}
          defaultValue={text(values, name)}
        />
      );
    case "day": {
      const part = (key: string) => text(values, `${name}-${key}`);
      return (
        <DateField
          {...common}
          error={errors[`${name}-day`]}
          defaultValue={{ day: part("day"), month: part("month"), year: part("year") }}
        />
      );
    }
    case "choice":
      return field.layout === "select" ? (
        <Select {...common} options={many.choices} placeholder="Choose" defaultValue={text(values, name)} />
      ) : (
        <Choices {...many} kind="radio" />
      );
    case "choices":
      return <Choices {...many} kind="checkbox" />;
    case "confirm":
      return <Choices {...many} kind="confirm" />;
    case "shares":
      return <Choices {...many} kind="checkbox" shares={{ values, errors }} />;
    case "rows":
    case "lookup":
      return null;
    default:
      return <LineField field={field} values={values} error={errors[name]} />;
  }
}

type Line = Extract<Field, { kind: "text" | "email" | "amount" | "whole" }>;

/** One line of text, an address, an amount or a number. */
function LineField({ field, values, error }: { field: Line; values: Values; error?: string }) {
  const { name, label, hint, optional } = field;
  const common = { name, label, hint, optional, error, defaultValue: text(values, name) };
  if (field.kind === "amount") return <TextField {...common} prefix="$" inputMode="decimal" width={10} />;
  if (field.kind === "whole") return <TextField {...common} inputMode="numeric" width={5} />;
  if (field.kind === "email") return <TextField {...common} type="email" autoComplete="off" width={30} />;
  return <TextField {...common} width={field.width} autoComplete="off" />;
}

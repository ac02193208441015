import type { ReactNode } from "react";

/** The props of every field. `name` is also the id, so that a line of the error summary links to `#name`. */
export type FieldProps = {
  name: string;
  label: ReactNode;
  hint?: ReactNode;
  /** The message for this field: the same words as in the error summary. */
  error?: string;
  /** Adds "(optional)" to the label; every other field is required. */
  optional?: boolean;
};

/**
 * The ids that describe a field: its hint, its error and any others from the caller; undefined where there are none.
 */
export function describedBy(
  { name, hint, error }: Pick<FieldProps, "name" | "hint" | "error">,
  ...others: (string | false | undefined)[]
): string | undefined {
  const ids = [hint ? `${name}-hint` : "", error ? `${name}-error` : "", ...others].filter(Boolean);
  return ids.length ? ids.join(" ") : undefined;
}

/** A label's text, followed by "(optional)" where the field is optional. */
export function LabelText({ label, optional }: Pick<FieldProps, "label" | "optional">) {
  return (
    <>
      {label}
      {optional && <span className="app-optional"> (optional)</span>}
    </>
  );
}

/** A line of help under a label. */
export function Hint({
  id,
  className = "govuk-hint",
  children,
}: {
  id?: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <div className={className} id={id}>
      {children}
    </div>
  );
}

/** What is wrong with a field, shown above it. */
export function ErrorMessage({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <p className="govuk-error-message" id={id}>
      <span className="govuk-visually-hidden">Error: </span>
      {children}
    </p>
  );
}

/** A field's hint and error, with the ids that describedBy() returns. */
export function FieldNotes({ name, hint, error }: Pick<FieldProps, "name" | "hint" | "error">) {
  return (
    <>
      {hint && <Hint id={`${name}-hint`}>{hint}</Hint>}
      {error && <ErrorMessage id={`${name}-error`}>{error}</ErrorMessage>}
    </>
  );
}

/** The box around a field, with a coral rule on its left where something is wrong. */
export function FormGroup({ error, children }: { error?: string; children: ReactNode }) {
  return <div className={`govuk-form-group${error ? " govuk-form-group--error" : ""}`}>{children}</div>;
}

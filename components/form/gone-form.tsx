import { ErrorSummary } from "#components/ui/error-summary.tsx";
import { InsetText } from "#components/ui/feedback.tsx";
import { text, type Values } from "#lib/form/fields.ts";

/** What was wrong with the form that was sent, and what was typed; undefined where none was sent. */
export type GoneFormProps = { failure: { values: Values; problem?: string | undefined } | undefined };

/**
 * Replaces a form that existed when its page was opened: says what happened since, and shows the reason that was typed.
 */
export function GoneForm({ failure }: GoneFormProps) {
  if (!failure?.problem) return null;
  const reason = text(failure.values, "reason").trim();
  return (
    <>
      <ErrorSummary errors={{}} problem={`${failure.problem} We did not make your change.`} />
      {reason && <InsetText>You typed: {reason}</InsetText>}
    </>
  );
}

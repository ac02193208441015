import { ErrorSummary } from "#components/ui/error-summary.tsx";
import { InsetText } from "#components/ui/feedback.tsx";
import { text } from "#lib/form/fields.ts";
import { readFailure } from "#lib/web/action.ts";

/** In place of a form that was there when its page was opened: what happened since, and the reason that was typed. */
export async function GoneForm() {
  const failure = await readFailure();
  if (!failure?.problem) return null;
  const reason = text(failure.values, "reason").trim();
  return (
    <>
      <ErrorSummary errors={{}} problem={`${failure.problem} We did not make your change.`} />
      {reason && <InsetText>You typed: {reason}</InsetText>}
    </>
  );
}

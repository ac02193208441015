import { ErrorSummary } from "#components/ui/error-summary.tsx";
import { InsetText } from "#components/ui/feedback.tsx";
import { type FormState, text, type Values } from "#lib/form/fields.ts";
import type { Keeping } from "#lib/unsent/rules.ts";

/** Above a form that came back: what is wrong, or what to know before it is sent again. */
export function Answered({ state: { errors, problem, notice } }: { state: FormState }) {
  return (
    <>
      <ErrorSummary errors={errors} problem={problem} />
      {notice && <InsetText>{notice}</InsetText>}
    </>
  );
}

/** What a form carries unseen so that what is typed into it is kept: what it carried last, where it came back. */
export function Carried({ keeping, values }: { keeping: Keeping; values: Values }) {
  return Object.entries(keeping.carried).map(([name, value]) => (
    <input key={name} type="hidden" name={name} value={text(values, name) || value} />
  ));
}

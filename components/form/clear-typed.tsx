import { Button } from "#components/ui/buttons.tsx";
import { InsetText } from "#components/ui/feedback.tsx";
import type { Keeping } from "#lib/unsent/rules.ts";

/**
 * Above a form that starts with what somebody typed earlier: when that was, and a button to clear it. Renders nothing
 * otherwise.
 */
export function ClearTyped({ keeping: { place, savedAt, differing } }: { keeping: Keeping }) {
  if (!savedAt) return null;
  return (
    <InsetText>
      <p>We have filled in what you typed here on {savedAt}. You have not sent it yet.</p>
      {differing.map((label) => (
        <p key={label}>
          Somebody else has changed “{label}” since then. We are showing what you typed. Clear the form to see their
          change.
        </p>
      ))}
      <form method="post" action="/api/unsent/clear" aria-label="Clear what you typed">
        <input type="hidden" name="path" value={place.path} />
        <input type="hidden" name="form" value={place.form} />
        <Button kind="secondary">Clear what you typed</Button>
      </form>
    </InsetText>
  );
}

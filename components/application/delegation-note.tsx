import { InsetText } from "#components/ui/feedback.tsx";
import { formatDelegation } from "#lib/decisions/rules.ts";
import type { HeldDelegation } from "#lib/deputies/queries.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";

/** Under which delegation the reader decides: their own, or that of the approver they are deputy for. */
export function DecidesAs({ actor, delegation: { of, limitCents } }: { actor: MfatActor; delegation: HeldDelegation }) {
  if (!of) return <p>Your delegation: {formatDelegation(limitCents)}</p>;
  return (
    <InsetText>
      You are deciding as deputy for <strong>{of.name}</strong>, whose delegation is {formatDelegation(limitCents)}.
      Your own is {formatDelegation(actor.delegationCents)}. We record it as decided by {actor.name} for {of.name}.
    </InsetText>
  );
}

import type { ReactNode } from "react";
import { InsetText, WarningText } from "#components/ui/feedback.tsx";
import { readConfirmers } from "#lib/changes/queries.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import type { ChangeKind } from "#lib/platform/db/generated/enums.ts";

type TwoPeopleProps = {
  actor: MfatActor;
  kind: ChangeKind;
  /** For a delegation: whose it is. That person cannot confirm it either. */
  personId?: string;
  /** Up to a threshold, the person who asks may also confirm. */
  isSmallPossible?: boolean;
  children: ReactNode;
};

/** The form for a change that another person confirms. Where there is no such person, it says so instead. */
export async function TwoPeople({ actor, kind, personId, isSmallPossible, children }: TwoPeopleProps) {
  const { refusal } = await readConfirmers(actor, { kind, ...(personId && { personId }) });
  if (!refusal) return children;
  if (!isSmallPossible) return <InsetText>{refusal}</InsetText>;
  return (
    <>
      <WarningText>{refusal} You can still ask for a change up to the threshold.</WarningText>
      {children}
    </>
  );
}

import type { ReactNode } from "react";
import { InsetText, WarningText } from "#components/ui/feedback.tsx";
import { readConfirmers } from "#lib/changes/queries.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import type { ChangeKind } from "#lib/platform/db/generated/enums.ts";

type TwoPeopleProps = {
  actor: MfatActor;
  kind: ChangeKind;
  /** Of a delegation: whose it is. They do not confirm it either. */
  personId?: string;
  /** Up to a threshold, who asks may confirm it too. */
  isSmallPossible?: boolean;
  children: ReactNode;
};

/** The form of a change that another person confirms: where there is no other, that is said in its place. */
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

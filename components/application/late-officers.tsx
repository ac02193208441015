import { InsetText } from "#components/ui/feedback.tsx";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { readLateOfficers } from "#lib/assessments/interests/queries.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { stepPath } from "#lib/lifecycle/steps.ts";
import { stepRow, stepsFor } from "#lib/workflow/steps.ts";

/** What was done by people who learned of an interest afterwards, with the steps by which the reader may undo it. */
export async function LateOfficers({ actor, application }: { actor: MfatActor; application: ApplicationHeader }) {
  const { state, heldAt, reference } = application;
  const possible = stepsFor(state, actor.roles, heldAt !== null);
  return (await readLateOfficers(actor, application)).map(({ sentence, steps }) => (
    <InsetText key={sentence}>
      <p>{sentence}</p>
      {possible
        .filter((step) => steps.includes(step))
        .map((step) => (
          <p key={step}>
            <a href={stepPath(reference, step)}>{stepRow(step).label}</a>
          </p>
        ))}
    </InsetText>
  ));
}

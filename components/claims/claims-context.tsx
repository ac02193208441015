import { FileList } from "#components/application/file-list.tsx";
import { LinkButton } from "#components/ui/buttons.tsx";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { listArrangementFiles } from "#lib/documents/queries.ts";
import { filesPath } from "#lib/documents/rules.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import type { Action } from "#lib/lifecycle/workflow.ts";
import { readClaims } from "#lib/payments/queries.ts";
import { CLAIM_STEPS, isClaimStep } from "#lib/payments/rules.ts";
import { ClaimsTable, YearsLeft } from "./claims-view.tsx";

type ClaimsContextProps = {
  actor: Actor;
  application: ApplicationHeader;
  step: Action;
};

/** What somebody has before their eyes who claims, or who decides on a claim. */
export async function ClaimsContext({ actor, application, step }: ClaimsContextProps) {
  const { claims, years } = await readClaims(actor, application.id);
  if (step === "submitClaim" && actor.side === "AGENCY") {
    return (
      <>
        <YearsLeft years={years} />
        <h2>1. The invoice</h2>
        <p>A claim is made with an invoice as a file. Add it first.</p>
        <FileList
          files={await listArrangementFiles(actor, application.id, "claims")}
          reference={application.reference}
        />
        <LinkButton kind="secondary" href={filesPath(application.reference, "claims")}>
          Add an invoice
        </LinkButton>
        <h2>2. The claim</h2>
      </>
    );
  }
  const states = isClaimStep(step) ? CLAIM_STEPS[step] : [];
  return (
    <>
      <YearsLeft years={years} />
      <ClaimsTable
        claims={claims.filter(({ state }) => states.some((one) => one === state))}
        reference={application.reference}
      />
    </>
  );
}

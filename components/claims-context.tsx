import type { ApplicationHeader } from "../lib/applications/queries.ts";
import type { Action } from "../lib/lifecycle/workflow.ts";
import { readClaims } from "../lib/payments/queries.ts";
import { CLAIM_STEPS, isClaimStep } from "../lib/payments/rules.ts";
import type { Actor } from "../lib/permissions.ts";
import { ClaimsTable, YearsLeft } from "./claims-view.tsx";
import { FilesPart } from "./files-part.tsx";

type ClaimsContextProps = {
  actor: Actor;
  application: ApplicationHeader;
  step: Action;
  /** What was done with the invoices just now: "added", "removed". */
  done?: string | undefined;
};

/** What somebody has before their eyes who claims, or who decides on a claim. */
export async function ClaimsContext({ actor, application, step, done }: ClaimsContextProps) {
  const { claims, years } = await readClaims(actor, application.id);
  if (step === "submitClaim" && actor.side === "AGENCY") {
    return (
      <>
        <YearsLeft years={years} />
        <h2>1. The invoice</h2>
        <p>
          Add the invoice as a file first. Then claim with it below: what you type there is not kept while a file is
          added.
        </p>
        <FilesPart actor={actor} application={application} section="claims" {...(done && { done })} />
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

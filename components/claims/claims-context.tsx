import { FileList } from "#components/application/file-list.tsx";
import { LinkButton } from "#components/ui/buttons.tsx";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { listArrangementFiles } from "#lib/documents/queries.ts";
import { filesPath } from "#lib/documents/rules.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { asAgency } from "#lib/lifecycle/permissions.ts";
import { readClaims } from "#lib/payments/queries.ts";
import { CLAIM_STEPS, type ClaimStep } from "#lib/payments/rules.ts";
import type { ClaimState } from "#lib/platform/db/generated/enums.ts";
import { ClaimsTable, YearsLeft } from "./claims-view.tsx";

type ClaimsContextProps = { actor: Actor; application: ApplicationHeader };

/** What somebody has before their eyes who claims. */
export async function NewClaimContext({ actor, application }: ClaimsContextProps) {
  const { years } = await readClaims(actor, application.id);
  return (
    <>
      <YearsLeft years={years} />
      <h2>1. Upload the invoice</h2>
      <p>You need to upload an invoice before you claim.</p>
      <FileList
        files={await listArrangementFiles(asAgency(actor), application.id, "claims")}
        reference={application.reference}
      />
      <LinkButton kind="secondary" href={filesPath(application.reference, "claims")}>
        Add an invoice
      </LinkButton>
      <h2>2. Fill in the claim</h2>
    </>
  );
}

/** The claims that a step may be about. */
export async function ClaimsContext({ actor, application, step }: ClaimsContextProps & { step: ClaimStep }) {
  const { claims, years, advances } = await readClaims(actor, application.id);
  const states: readonly ClaimState[] = CLAIM_STEPS[step];
  return (
    <>
      <YearsLeft years={years} />
      <ClaimsTable
        claims={claims.filter(({ state }) => states.includes(state))}
        advances={advances}
        reference={application.reference}
      />
    </>
  );
}

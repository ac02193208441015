import type { Metadata } from "next";
import { FileList } from "#components/application/file-list.tsx";
import { FilesPart, hasFileProblem } from "#components/application/files-part.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { LinkButton } from "#components/ui/buttons.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { getApplication } from "#lib/applications/queries.ts";
import { requireAgency } from "#lib/auth/session.ts";
import { listArrangementFiles } from "#lib/documents/queries.ts";
import { isOpenForFiles, PART_TITLES, permissionFor } from "#lib/documents/rules.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { can } from "#lib/lifecycle/permissions.ts";
import { stepPath } from "#lib/lifecycle/steps.ts";
import { orNotFound } from "#lib/web/action.ts";
import { add, remove, reuse } from "../sections/files/actions.ts";

type Props = { params: Promise<{ reference: string }>; searchParams: Promise<{ done?: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [{ reference }, isWrong] = await Promise.all([params, hasFileProblem()]);
  return { title: `${isWrong ? "Error: " : ""}${PART_TITLES.claims}: ${reference}` };
}

/** The files of an arrangement's invoices, which claims are made from. */
export default async function Page({ params, searchParams }: Props) {
  const [actor, { reference }, { done }] = await Promise.all([requireAgency(), params, searchParams]);
  const application = await orNotFound(() => getApplication(actor, reference));
  const isWriter = can(actor, permissionFor("claims")) && isOpenForFiles(application, "claims");
  const back = isWriter ? "submitClaim" : "";
  return (
    <MarkedPage marking={MARKING_LABELS[application.marking]} endorsement={application.endorsement}>
      <BackLink href={`/applications/${reference}/${back}`}>
        {isWriter ? "Submit claim" : `Back to ${reference}`}
      </BackLink>
      <PageHeading title={PART_TITLES.claims} caption={application.title} />
      {isWriter ? (
        <>
          <FilesPart
            actions={{ add, remove, reuse }}
            actor={actor}
            application={application}
            section="claims"
            {...(done && { done })}
          />
          <LinkButton kind="secondary" href={stepPath(reference, "submitClaim")}>
            Continue to the claim
          </LinkButton>
        </>
      ) : (
        <>
          <p>You can read these files, but you cannot change them now.</p>
          <FileList files={await listArrangementFiles(actor, application.id, "claims")} reference={reference} />
        </>
      )}
    </MarkedPage>
  );
}

import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { FilesPart } from "../../../../../../components/files-part.tsx";
import { MarkedPage } from "../../../../../../components/marked-page.tsx";
import { PageHeading } from "../../../../../../components/page-heading.tsx";
import { LinkButton } from "../../../../../../components/ui/buttons.tsx";
import { BackLink } from "../../../../../../components/ui/navigation.tsx";
import { orNotFound } from "../../../../../../lib/action.ts";
import { SECTIONS } from "../../../../../../lib/applications/form/sections.ts";
import { getApplication } from "../../../../../../lib/applications/queries.ts";
import { isSectionOpen } from "../../../../../../lib/applications/rules.ts";
import { requireActor } from "../../../../../../lib/auth/session.ts";
import { MARKING_LABELS } from "../../../../../../lib/lifecycle/emails.ts";

type Props = { params: Promise<{ reference: string }>; searchParams: Promise<{ files?: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `${SECTIONS.files.title}: ${(await params).reference}` };
}

/** Documents that belong to the application. */
export default async function Page({ params, searchParams }: Props) {
  const [actor, { reference }, { files }] = await Promise.all([requireActor(), params, searchParams]);
  if (actor.side !== "AGENCY" || !actor.roles.has("CONTRIBUTOR")) notFound();
  const application = await orNotFound(() => getApplication(actor, reference));
  const list = `/applications/${reference}/sections`;
  const { state, openSections, heldAt } = application;
  if (heldAt || !isSectionOpen(state, openSections, "files")) redirect(list);
  return (
    <MarkedPage marking={MARKING_LABELS[application.marking]} endorsement={application.endorsement}>
      <BackLink href={list}>Back to the sections</BackLink>
      <PageHeading title={SECTIONS.files.title} caption={`${reference} · section ${SECTIONS.files.number}`} />
      <FilesPart actor={actor} application={application} section="files" done={files} />
      <LinkButton kind="secondary" href={list}>
        Back to the sections
      </LinkButton>
    </MarkedPage>
  );
}

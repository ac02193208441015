import type { Metadata } from "next";
import { CopyLinks } from "#components/application/copy-links.tsx";
import { PaperSections } from "#components/application/paper-sections.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { now } from "#lib/platform/clock.ts";
import { getCopy } from "#lib/records/queries.ts";
import { applicationPaper } from "#lib/records/rules.ts";
import { orNotFound } from "#lib/web/action.ts";

type Props = { params: Promise<{ reference: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Printable copy: ${(await params).reference}` };
}

/** The whole application on one page, for paper. */
export default async function Page({ params }: Props) {
  const [actor, { reference }] = await Promise.all([requireActor(), params]);
  const paper = applicationPaper(await orNotFound(() => getCopy(actor, reference)), actor.side, now());
  return (
    <MarkedPage marking={paper.marking}>
      <BackLink href={`/applications/${reference}`}>Back to {reference}</BackLink>
      <CopyLinks reference={reference} isOnCopy />
      <PageHeading title={paper.title} caption={paper.above.join(" · ")} />
      <PaperSections sections={paper.sections} />
    </MarkedPage>
  );
}

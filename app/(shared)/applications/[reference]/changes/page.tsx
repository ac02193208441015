import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ApplicationLede } from "#components/application/application-lede.tsx";
import { ChangesView, comparedWords } from "#components/application/changes-view.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { readChanges } from "#lib/applications/answers/queries.ts";
import { getApplication } from "#lib/applications/queries.ts";
import { requireActor } from "#lib/auth/session.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { orNotFound } from "#lib/web/action.ts";

type Props = { params: Promise<{ reference: string }>; searchParams: Promise<{ from?: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `What changed: ${(await params).reference}` };
}

/** What changed between two versions of an application, or between the submitted version and the agency's draft. */
export default async function Page({ params, searchParams }: Props) {
  const [actor, { reference }, { from }] = await Promise.all([requireActor(), params, searchParams]);
  const application = await orNotFound(() => getApplication(actor, reference));
  if (!application.isOpen) notFound();
  const { versionNumber } = application;
  const comparison = await readChanges(actor, application, from === undefined ? undefined : Number(from) || 0);
  const earlier = Array.from({ length: Math.max(versionNumber - 1, 0) }, (_, index) => index + 1);
  return (
    <MarkedPage marking={MARKING_LABELS[application.marking]} endorsement={application.endorsement}>
      <BackLink href={`/applications/${reference}`}>Back to {reference}</BackLink>
      <PageHeading title="What changed" caption={application.title || "No title yet"}>
        <ApplicationLede actor={actor} application={application} />
      </PageHeading>
      <Narrow>
        {comparison ? (
          <>
            <h2>Between {comparedWords(comparison)}</h2>
            <p>
              <ins>Added words</ins> are underlined; <del>removed words</del> are struck through.
            </p>
            <ChangesView actor={actor} application={application} comparison={comparison} />
          </>
        ) : (
          <p>There are not yet two versions to compare.</p>
        )}
        {earlier.length > 0 && (
          <>
            <h2>Other comparisons</h2>
            <ul className="app-plain">
              <li>
                <a href={`/applications/${reference}/changes`}>Latest changes</a>
              </li>
              {earlier.map((number) => (
                <li key={number}>
                  <a href={`/applications/${reference}/changes?from=${number}`}>
                    Between version {number} and version {number + 1}
                  </a>
                </li>
              ))}
            </ul>
          </>
        )}
      </Narrow>
    </MarkedPage>
  );
}

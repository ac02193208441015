import type { Metadata } from "next";
import { PaperSections } from "#components/application/paper-sections.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { getApplication } from "#lib/applications/queries.ts";
import { requireActor } from "#lib/auth/session.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { getReport } from "#lib/reports/queries.ts";
import { reportPaper } from "#lib/reports/rules.ts";
import { orNotFound } from "#lib/web/action.ts";

type Props = { params: Promise<{ reference: string; number: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { reference, number } = await params;
  return { title: `Report ${number}: ${reference}` };
}

/** A submitted report in full, for screen and print. */
export default async function Page({ params }: Props) {
  const [actor, { reference, number }] = await Promise.all([requireActor(), params]);
  const report = await orNotFound(async () => {
    const application = await getApplication(actor, reference);
    return getReport(actor, application, /^\d{1,4}$/.test(number) ? Number(number) : 0);
  });
  const paper = reportPaper(report, dayOf(now()));
  return (
    <MarkedPage marking={paper.marking}>
      <BackLink href={`/applications/${reference}#reports`}>Back to {reference}</BackLink>
      <PageHeading title={paper.title} caption={`${reference} · ${report.application.title}`} />
      <PaperSections sections={paper.sections} />
    </MarkedPage>
  );
}

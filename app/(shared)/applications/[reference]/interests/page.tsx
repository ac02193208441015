import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { ApplicationLede } from "#components/application/application-lede.tsx";
import { DeclareInterests, Recused } from "#components/application/declare-interests.tsx";
import { Form } from "#components/form/form.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { getApplication } from "#lib/applications/queries.ts";
import { readOwnDeclaration } from "#lib/assessments/interests/queries.ts";
import { interestWords } from "#lib/assessments/interests/rules.ts";
import { LATER_INTEREST_FIELDS } from "#lib/assessments/interests/schema.ts";
import { requireMfat } from "#lib/auth/session.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { orNotFound } from "#lib/web/action.ts";
import { declareInterests, noteInterest } from "./actions.ts";

type Props = { params: Promise<{ reference: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Interests: ${(await params).reference}` };
}

/** What the actor declared for an application, and a form to declare an interest learned of since. */
export default async function Page({ params }: Props) {
  const [actor, { reference }] = await Promise.all([requireMfat("interest:declare"), params]);
  const application = await orNotFound(() => getApplication(actor, reference));
  const declared = await readOwnDeclaration(actor, application.id);
  return (
    <MarkedPage marking={MARKING_LABELS[application.marking]} endorsement={application.endorsement}>
      <BackLink href={`/applications/${reference}`}>Back to {reference}</BackLink>
      <PageHeading title="Your interests" caption={application.title}>
        <ApplicationLede actor={actor} application={application} />
      </PageHeading>
      {application.versionNumber === 0 ? (
        <p>The agency has not submitted this application yet, so you do not need to declare anything.</p>
      ) : !declared ? (
        <DeclareInterests declare={declareInterests} actor={actor} application={application} />
      ) : (
        <Narrow>
          {declared.isRecused ? (
            <Recused declared={declared} />
          ) : (
            <p>
              On {formatInstant(declared.declaredAt)} you declared: {interestWords(declared)}.
            </p>
          )}
          <h2>Tell us about an interest you learned of later</h2>
          <Form
            action={noteInterest.bind(null, reference)}
            fields={LATER_INTEREST_FIELDS}
            requestId={randomUUID()}
            submit="Declare interest"
            kind="warning"
            cancelHref={`/applications/${reference}`}
          />
        </Narrow>
      )}
    </MarkedPage>
  );
}

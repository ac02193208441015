import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import { getInterest } from "#lib/assessments/interests/queries.ts";
import { declaredWords, laterWords } from "#lib/assessments/interests/rules.ts";
import { CLEAR_FIELDS, NOTE_INTEREST_FIELDS } from "#lib/assessments/interests/schema.ts";
import { requireMfat } from "#lib/auth/session.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { can } from "#lib/lifecycle/permissions.ts";
import { orNotFound } from "#lib/web/action.ts";
import { clearInterest, noteInterestOf } from "../../actions.ts";

export const metadata: Metadata = { title: "Interests of a person" };

type Props = { params: Promise<{ reference: string; person: string }> };

export default async function Page({ params }: Props) {
  const [actor, { reference, person }] = await Promise.all([requireMfat(), params]);
  const interest = await orNotFound(async () => getInterest(actor, reference, person));
  const { application } = interest;
  return (
    <MarkedPage marking={MARKING_LABELS[application.marking]}>
      <BackLink href="/settings/interests">Interests</BackLink>
      <PageHeading title={`Interests of ${interest.by}`} caption={`${reference} ${application.title}`}>
        {interest.isRecused ? "Recused from this application" : "Not recused from this application"}
      </PageHeading>
      <SummaryList
        rows={[
          { key: "Who", value: interest.by },
          { key: "Declared", value: declaredWords(interest) },
          ...(interest.description ? [{ key: "Interest", value: interest.description }] : []),
          ...interest.later.map((one) => ({ key: "Learned of later", value: laterWords(one) })),
        ]}
      />
      {interest.isRecused && can(actor, "interest:clear") && (
        <Narrow>
          <h2>Clear the interest</h2>
          <p>{interest.by} can then open the application and act on it.</p>
          <Form
            action={clearInterest.bind(null, reference, person)}
            fields={CLEAR_FIELDS}
            requestId={randomUUID()}
            submit="Clear interest"
            cancelHref="/settings/interests"
          />
        </Narrow>
      )}
      {can(actor, "interest:note") && person !== actor.personId && (
        <Narrow>
          <h2>Note an interest the desk has learned of</h2>
          <p>
            Use this if {interest.by} has left or cannot declare it themselves. They are recused from now on. If they
            completed an assessment, the desk decides whether it still counts.
          </p>
          <Form
            action={noteInterestOf.bind(null, reference, person)}
            fields={NOTE_INTEREST_FIELDS}
            requestId={randomUUID()}
            submit="Note interest"
            kind="warning"
            cancelHref="/settings/interests"
          />
        </Narrow>
      )}
    </MarkedPage>
  );
}

import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import { getInterest } from "#lib/assessments/interests/queries.ts";
import { interestWords, laterWords } from "#lib/assessments/interests/rules.ts";
import { CLEAR_FIELDS } from "#lib/assessments/interests/schema.ts";
import { requireMfat } from "#lib/auth/session.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { orNotFound } from "#lib/web/action.ts";
import { clearInterest } from "../../actions.ts";

export const metadata: Metadata = { title: "Clear an interest" };

type Props = { params: Promise<{ reference: string; person: string }> };

export default async function Page({ params }: Props) {
  const [actor, { reference, person }] = await Promise.all([requireMfat(), params]);
  const interest = await orNotFound(async () => getInterest(actor, reference, person));
  const { application } = interest;
  return (
    <MarkedPage marking={MARKING_LABELS[application.marking]}>
      <BackLink href="/settings/interests">Interests</BackLink>
      <PageHeading title="Clear an interest" caption={`${reference} ${application.title}`}>
        {interest.by} can then open the application and act on it
      </PageHeading>
      <SummaryList
        rows={[
          { key: "Who", value: interest.by },
          { key: "Declared", value: `${interestWords(interest)}, ${formatInstant(interest.declaredAt)}` },
          ...(interest.description ? [{ key: "Interest", value: interest.description }] : []),
          ...interest.later.map((one) => ({ key: "Learned of later", value: laterWords(one) })),
        ]}
      />
      {interest.isRecused ? (
        <Narrow>
          <Form
            action={clearInterest.bind(null, reference, person)}
            fields={CLEAR_FIELDS}
            requestId={randomUUID()}
            submit="Clear interest"
            cancelHref="/settings/interests"
          />
        </Narrow>
      ) : (
        <p>This interest has already been cleared.</p>
      )}
    </MarkedPage>
  );
}

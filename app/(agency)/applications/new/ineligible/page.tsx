import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { answersInAddress, ELIGIBILITY, ineligibleFor } from "#lib/applications/schema.ts";
import { requireAgency } from "#lib/auth/session.ts";
import type { Values } from "#lib/form/fields.ts";
import { env } from "#lib/platform/env.ts";

export const metadata: Metadata = { title: "The fund cannot help with this" };

type Props = { searchParams: Promise<Values> };

/** Why the fund cannot pay for an initiative, and who to ask. */
export default async function Page({ searchParams }: Props) {
  const [answers] = await Promise.all([searchParams, requireAgency("application:create")]);
  const because = ineligibleFor(answers);
  if (!because.length) notFound();
  const questions = `/applications/new?${answersInAddress(answers)}`;
  const desk = env().DESK_EMAIL;
  return (
    <Narrow>
      <BackLink href={questions}>Back to the questions</BackLink>
      <PageHeading title="The fund cannot help with this" />
      <p>We have not saved anything. You told us that:</p>
      <ul>
        {because.map((key) => (
          <li key={key}>{ELIGIBILITY[key].because}</li>
        ))}
      </ul>
      <h2>Who to ask</h2>
      <p>
        Before you give up, email the fund desk, <a href={`mailto:${desk}`}>{desk}</a>. They can tell you what you could
        change and who else may fund it.
      </p>
      <p>
        <a href={questions}>Answer the questions again</a>
      </p>
    </Narrow>
  );
}

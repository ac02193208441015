import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { AnnouncedCriteria, AnnouncedRounds } from "#components/rounds/announced.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { InsetText } from "#components/ui/feedback.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { getRound } from "#lib/fund/queries.ts";
import { whyNotPublished } from "#lib/fund/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { orNotFound } from "#lib/web/action.ts";
import { publishRound } from "../../actions.ts";

export const metadata: Metadata = { title: "Publish a round" };

/** Shows what everybody will read about a draft round before it is published. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const [actor, { id }] = await Promise.all([requireMfat(), params]);
  const round = await orNotFound(async () => getRound(actor, id));
  const at = now();
  const problem = whyNotPublished(round, at);
  return (
    <Narrow>
      <BackLink href="/rounds">Rounds</BackLink>
      <PageHeading title="Publish a round" caption={round.name}>
        {!round.publishedAt && "Only the desk and auditors can see this draft"}
      </PageHeading>
      <h2>What the public will read</h2>
      <p>On the front page of the portal:</p>
      <AnnouncedRounds rounds={[round]} at={at} />
      <p>On “Prepare your application”, while the round is open:</p>
      <AnnouncedCriteria names={[round.name]} criteria={round.criteria} />
      {problem ? (
        <InsetText>
          {problem} <a href={`/rounds/${id}`}>Change the round</a>
        </InsetText>
      ) : (
        <>
          <p>
            {round.opensAt <= at
              ? "Agencies can start applications as soon as you publish it."
              : "Agencies can start applications when it opens."}{" "}
            We will email the fund’s mailbox{round.tellEmails.length > 0 && ` and ${round.tellEmails.join(", ")}`}. You
            can take the round back until an agency starts an application.
          </p>
          <Form
            action={publishRound.bind(null, id)}
            fields={[]}
            requestId={randomUUID()}
            revision={round.revision}
            submit="Publish round"
            cancelHref="/rounds"
          />
        </>
      )}
    </Narrow>
  );
}

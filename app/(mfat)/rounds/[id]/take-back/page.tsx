import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { InsetText } from "#components/ui/feedback.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { getRound } from "#lib/fund/queries.ts";
import { whyNotTakenBack } from "#lib/fund/rules.ts";
import { TAKE_BACK_FIELDS } from "#lib/fund/schema.ts";
import { orNotFound } from "#lib/web/action.ts";
import { takeBackRound } from "../../actions.ts";

export const metadata: Metadata = { title: "Take back a round" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const [actor, { id }] = await Promise.all([requireMfat(), params]);
  const round = await orNotFound(async () => getRound(actor, id));
  const problem = whyNotTakenBack(round, round._count.applications);
  return (
    <Narrow>
      <BackLink href="/rounds">Rounds</BackLink>
      <PageHeading title="Take back a round" caption={round.name}>
        It becomes a draft again, and agencies can no longer see it
      </PageHeading>
      {problem ? (
        <InsetText>
          {problem} <a href={`/rounds/${id}`}>Change the round</a>
        </InsetText>
      ) : (
        <Form
          action={takeBackRound.bind(null, id)}
          fields={TAKE_BACK_FIELDS}
          requestId={randomUUID()}
          revision={round.revision}
          submit="Take back round"
          kind="warning"
          cancelHref="/rounds"
        />
      )}
    </Narrow>
  );
}

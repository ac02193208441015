import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { getRound } from "#lib/fund/queries.ts";
import { roundValues } from "#lib/fund/rules.ts";
import { ROUND_FIELDS } from "#lib/fund/schema.ts";
import { orNotFound } from "#lib/web/action.ts";
import { changeRound } from "../actions.ts";

export const metadata: Metadata = { title: "Change a round" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const [actor, { id }] = await Promise.all([requireMfat(), params]);
  const round = await orNotFound(async () => getRound(actor, id));
  return (
    <Narrow>
      <BackLink href="/rounds">Rounds</BackLink>
      <PageHeading title="Change a round" caption={round.name}>
        {round.publishedAt
          ? "If you move the closing time, we email everybody who is writing or signing off an application in this round"
          : "This round is a draft. Agencies cannot see it until you publish it"}
      </PageHeading>
      <Form
        action={changeRound.bind(null, id)}
        fields={ROUND_FIELDS}
        initial={roundValues(round)}
        requestId={randomUUID()}
        revision={round.revision}
        submit="Change round"
        cancelHref="/rounds"
      />
    </Narrow>
  );
}

import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import type { Values } from "#lib/form/fields.ts";
import { getRound, type RoundRow } from "#lib/fund/queries.ts";
import { ROUND_FIELDS } from "#lib/fund/schema.ts";
import { dayOf, formatClock } from "#lib/platform/dates.ts";
import { plainCents } from "#lib/platform/money.ts";
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
        Drafts use a later closing time straight away
      </PageHeading>
      <Form
        action={changeRound.bind(null, id)}
        fields={ROUND_FIELDS}
        initial={valuesOfRound(round)}
        requestId={randomUUID()}
        revision={round.revision}
        submit="Change round"
        cancelHref="/rounds"
      />
    </Narrow>
  );
}

const dayValues = (name: string, day: Date): Values => ({
  [`${name}-day`]: String(day.getUTCDate()),
  [`${name}-month`]: String(day.getUTCMonth() + 1),
  [`${name}-year`]: String(day.getUTCFullYear()),
});

/** A round as its form holds it. */
const valuesOfRound = (round: RoundRow): Values => ({
  name: round.name,
  ...dayValues("opensOn", dayOf(round.opensAt)),
  ...(round.closesAt && {
    ...dayValues("closesOn", dayOf(round.closesAt)),
    closesTime: formatClock(round.closesAt),
  }),
  money: round.moneyCents === null ? "" : plainCents(round.moneyCents),
  minimumAssessments: String(round.minimumAssessments),
  checklist: round.checklist.join("\n"),
  tellEmails: round.tellEmails.join("\n"),
});

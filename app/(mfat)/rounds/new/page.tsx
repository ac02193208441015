import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { getRound } from "#lib/fund/queries.ts";
import { valuesOfNextRound } from "#lib/fund/rules.ts";
import { ROUND_FIELDS, STARTING_CHECKLIST } from "#lib/fund/schema.ts";
import { workingDayFrom } from "#lib/platform/working-days.ts";
import { orNotFound } from "#lib/web/action.ts";
import { createRound } from "../actions.ts";

export const metadata: Metadata = { title: "Add a round" };

/** A new draft: empty, or where `copyOf` names an earlier round, a copy of it one year later. */
export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, search] = await Promise.all([requireMfat("round:keep"), searchParams]);
  const copyOf = text(search, "copyOf") || null;
  const copied = copyOf ? await orNotFound(async () => getRound(actor, copyOf)) : null;
  const initial = copied
    ? valuesOfNextRound(copied, workingDayFrom)
    : { minimumAssessments: "2", checklist: STARTING_CHECKLIST.join("\n") };
  return (
    <Narrow>
      <BackLink href="/rounds">Rounds</BackLink>
      <PageHeading title="Add a round">
        {copied
          ? `It starts with the criteria of “${copied.name}”. Its dates are one year later, moved to working days. Check each of them`
          : "It starts with the standard criteria"}
        . Agencies cannot see it until you publish it
      </PageHeading>
      <Form
        action={createRound.bind(null, copyOf)}
        fields={ROUND_FIELDS}
        initial={initial}
        requestId={randomUUID()}
        submit="Add round"
        cancelHref="/rounds"
      />
    </Narrow>
  );
}

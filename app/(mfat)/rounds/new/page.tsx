import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { ROUND_FIELDS, STARTING_CHECKLIST } from "#lib/fund/schema.ts";
import { createRound } from "../actions.ts";

export const metadata: Metadata = { title: "Add a round" };

export default async function Page() {
  await requireMfat("round:keep");
  return (
    <Narrow>
      <BackLink href="/rounds">Rounds</BackLink>
      <PageHeading title="Add a round">It starts with the standard criteria</PageHeading>
      <Form
        action={createRound}
        fields={ROUND_FIELDS}
        initial={{ minimumAssessments: "2", checklist: STARTING_CHECKLIST.join("\n") }}
        requestId={randomUUID()}
        submit="Add round"
        cancelHref="/rounds"
      />
    </Narrow>
  );
}

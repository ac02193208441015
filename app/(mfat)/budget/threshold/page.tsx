import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { TwoPeople } from "#components/form/two-people.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { THRESHOLD_FIELDS } from "#lib/budget/schema.ts";
import { currentThreshold } from "#lib/changes/queries.ts";
import { thresholdInWords } from "#lib/changes/rules.ts";
import { resolveFields } from "#lib/form/parse.ts";
import { orNotFound } from "#lib/web/action.ts";
import { askForThreshold } from "./actions.ts";

export const metadata: Metadata = { title: "Small envelope changes" };

export default async function Page() {
  const actor = await requireMfat("envelope:adjust");
  const threshold = await orNotFound(() => currentThreshold(actor));
  return (
    <Narrow>
      <BackLink href="/budget/adjust">Adjust the envelope</BackLink>
      <PageHeading title="Small envelope changes">{thresholdInWords(threshold)}</PageHeading>
      <p>
        Up to the threshold, the person who asks for an envelope change can confirm it too. The threshold covers
        everything changed that way in a financial year, added together. Carry-forwards, corrections and closings always
        take two people.
      </p>
      <p>Another budget officer or an approver confirms a new threshold. The old one applies until then.</p>
      <TwoPeople actor={actor} kind="THRESHOLD">
        <Form
          action={askForThreshold}
          fields={resolveFields(THRESHOLD_FIELDS, {})}
          requestId={randomUUID()}
          submit="Ask for new threshold"
          cancelHref="/budget/adjust"
        />
      </TwoPeople>
    </Narrow>
  );
}

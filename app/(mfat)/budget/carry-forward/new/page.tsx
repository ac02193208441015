import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { CARRY_FORWARD_FIELDS } from "#lib/budget/carry-forward/schema.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { stageOf } from "#lib/budget/rules.ts";
import { yearOptions } from "#lib/budget/schema.ts";
import { resolveFields } from "#lib/form/parse.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { orNotFound } from "#lib/web/action.ts";
import { askForCarryForward } from "./actions.ts";

export const metadata: Metadata = { title: "Ask for a carry-forward" };

export default async function Page() {
  const actor = await requireMfat("envelope:adjust");
  const positions = await orNotFound(() => listPositions(actor));
  const today = dayOf(now());
  const from = positions.slice(0, -1).filter(({ startYear }) => stageOf(startYear + 1, today) !== "closing");
  const years = yearOptions(from.map(({ startYear }) => startYear));
  return (
    <Narrow>
      <BackLink href="/budget/carry-forward">Carry-forward</BackLink>
      <PageHeading title="Ask for a carry-forward" />
      <p>Another budget officer or an approver confirms it. Nothing moves until then.</p>
      <Form
        action={askForCarryForward}
        fields={resolveFields(CARRY_FORWARD_FIELDS, { years })}
        requestId={randomUUID()}
        submit="Ask for carry-forward"
        cancelHref="/budget/carry-forward"
      />
    </Narrow>
  );
}

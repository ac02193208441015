import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { NotificationBanner } from "#components/ui/feedback.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { getCarryForward } from "#lib/budget/carry-forward/queries.ts";
import { CARRY_FORWARD_STATES, type CarryForwardLine, carriedYears } from "#lib/budget/carry-forward/rules.ts";
import { CANCEL_FIELDS } from "#lib/budget/carry-forward/schema.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { can } from "#lib/lifecycle/permissions.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { orNotFound } from "#lib/web/action.ts";
import { cancelCarryForward, confirmCarryForward } from "./actions.ts";

export const metadata: Metadata = { title: "Carry-forward" };

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Values> };

export default async function Page({ params, searchParams }: Props) {
  const [actor, { id }, search] = await Promise.all([requireMfat(), params, searchParams]);
  const [line, positions] = await orNotFound(async () => {
    return Promise.all([getCarryForward(actor, id), listPositions(actor)]);
  });
  const from = positions.find(({ startYear }) => startYear === line.fromYear);
  return (
    <Narrow>
      <BackLink href="/budget/carry-forward">Carry-forward</BackLink>
      <PageHeading title={`Carry-forward ${carriedYears(line)}`}>
        {formatCents(line.cents)} · {CARRY_FORWARD_STATES[line.state].toLowerCase()}
      </PageHeading>
      {text(search, "done") !== "" && line.state !== "IN_PRINCIPLE" && (
        <NotificationBanner kind="success">
          The carry-forward is {CARRY_FORWARD_STATES[line.state].toLowerCase()}.
        </NotificationBanner>
      )}
      {line.state === "IN_PRINCIPLE" && can(actor, "envelope:adjust") && (
        <Panel title="Confirm it, or cancel it" isAct>
          <p>
            Confirmed, the envelope of {formatYear(line.fromYear)} is lowered and that of {formatYear(line.intoYear)} is
            raised by {formatCents(line.cents)}. In {formatYear(line.fromYear)}{" "}
            {formatCents(from?.availableCents ?? 0n)} is available.
          </p>
          <Form
            action={confirmCarryForward.bind(null, id)}
            fields={[]}
            requestId={randomUUID()}
            submit="Confirm carry-forward"
          />
          <Form
            action={cancelCarryForward.bind(null, id)}
            fields={CANCEL_FIELDS}
            requestId={randomUUID()}
            submit="Cancel carry-forward"
            kind="secondary"
          />
        </Panel>
      )}
      <SummaryList rows={rowsOf(line)} />
    </Narrow>
  );
}

function rowsOf(line: CarryForwardLine) {
  const { state, reason, source, agreedBy, agreedAt, settledBy, settledAt, settledWhy } = line;
  return [
    { key: "Reason", value: reason },
    { key: "Source", value: source },
    { key: "Recorded in principle", value: `${formatInstant(agreedAt)}, ${agreedBy}` },
    ...(settledAt
      ? [{ key: CARRY_FORWARD_STATES[state], value: `${formatInstant(settledAt)}, ${settledBy ?? "the portal"}` }]
      : []),
    ...(settledWhy ? [{ key: "Why it was cancelled", value: settledWhy }] : []),
  ];
}

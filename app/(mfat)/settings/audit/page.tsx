import type { Metadata } from "next";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Button } from "#components/ui/buttons.tsx";
import { Details } from "#components/ui/details.tsx";
import { Select } from "#components/ui/fields.tsx";
import { Pagination } from "#components/ui/navigation.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { type AuditLine, listAudit, listAuditEvents } from "#lib/records/queries.ts";
import { eventLabel } from "#lib/records/rules.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "Audit trail" };

const COLUMNS: Column<AuditLine>[] = [
  { header: "When", cell: ({ at }) => formatInstant(at) },
  { header: "Who", cell: ({ by }) => by ?? "Not signed in" },
  { header: "Event", cell: (line) => <What line={line} /> },
  {
    header: "Subject",
    cell: ({ subject }) => (
      <span className="app-nowrap">
        {subject?.href ? <a href={subject.href}>{subject.label}</a> : (subject?.label ?? "–")}
      </span>
    ),
  },
  { header: "Reason", cell: ({ reason }) => reason ?? "–" },
  { header: "Network address", cell: ({ remoteAddress }) => remoteAddress ?? "–" },
];

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const actor = await requireMfat();
  const values = await searchParams;
  const event = text(values, "event");
  const before = text(values, "before");
  const [{ lines, next }, events] = await orNotFound(async () => {
    return Promise.all([listAudit(actor, { event, before }), listAuditEvents(actor)]);
  });
  return (
    <>
      <PageHeading title="Audit trail">
        Everything people did in the portal, and everything the portal refused. No one can change or delete a line.
      </PageHeading>
      <form method="get" className="app-search" aria-label="Choose an event">
        <Select
          name="event"
          label="Event"
          options={events
            .map((value) => ({ value, label: eventLabel(value) }))
            .sort((a, b) => a.label.localeCompare(b.label, "en-NZ"))}
          placeholder="All events"
          defaultValue={event}
        />
        <Button kind="secondary">Show</Button>
      </form>
      {before && (
        <p>
          <a href={`?${new URLSearchParams({ event })}`}>Show from the newest</a>
        </p>
      )}
      <Table
        caption={event ? `Events “${eventLabel(event)}”, newest first` : "All events, newest first"}
        columns={COLUMNS}
        rows={lines}
        keyOf={({ id }) => String(id)}
        empty="No events match."
      />
      <Pagination label="Audit trail" {...(next && { next: `?${new URLSearchParams({ event, before: next })}` })} />
    </>
  );
}

function What({ line: { event, data } }: { line: AuditLine }) {
  if (data === null) return eventLabel(event);
  return (
    <>
      {eventLabel(event)}
      <div className="app-in-row">
        <Details summary="What was recorded">
          <pre className="app-source">{JSON.stringify(data, null, 2)}</pre>
        </Details>
      </div>
    </>
  );
}

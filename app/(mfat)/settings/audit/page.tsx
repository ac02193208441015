import type { Metadata } from "next";
import { addressOf, ListFilters } from "#components/form/list-filters.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Details } from "#components/ui/details.tsx";
import { ErrorSummary } from "#components/ui/error-summary.tsx";
import { Pagination } from "#components/ui/navigation.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { emptyWords, filterChoice, readFilters, readKnown } from "#lib/form/filters.ts";
import { cleanValues } from "#lib/form/parse.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { byName } from "#lib/platform/text.ts";
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

const LIST = "/settings/audit";
const FILTERS = [filterChoice("event", "Event", "events")] as const;

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const actor = await requireMfat();
  const values = cleanValues(await searchParams);
  const before = text(values, "before");
  const events = await orNotFound(async () => listAuditEvents(actor));
  const options = events.map((value) => ({ value, label: eventLabel(value) }));
  const lists = { events: options.sort((a, b) => byName(a.label, b.label)) };
  const search = readKnown(readFilters(FILTERS, values, lists), values);
  const { filter, query } = search;
  const page = filter && (await listAudit(actor, { event: filter.event ?? "", before }));
  return (
    <>
      {search.errors && <ErrorSummary errors={search.errors} problem={search.problem} />}
      <PageHeading title="Audit trail">
        Everything people did in the portal, and everything the portal refused. No one can change or delete a line.
      </PageHeading>
      <ListFilters rows="the audit trail" path={LIST} fields={FILTERS} lists={lists} search={search} />
      {before && (
        <p>
          <a href={addressOf(LIST, query)}>Back to the first page</a>
        </p>
      )}
      {page && (
        <>
          <Table
            caption="Events, newest first"
            columns={COLUMNS}
            rows={page.lines}
            keyOf={({ id }) => String(id)}
            empty={emptyWords("events", query !== "")}
          />
          <Pagination
            label="Audit trail"
            {...(page.next && {
              next: `${LIST}?${new URLSearchParams([...new URLSearchParams(query), ["before", page.next]])}`,
            })}
          />
        </>
      )}
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

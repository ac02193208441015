import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { addressOf, ListFilters } from "#components/form/list-filters.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { ErrorSummary } from "#components/ui/error-summary.tsx";
import { Pagination } from "#components/ui/navigation.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { type Field, text, type Values } from "#lib/form/fields.ts";
import { emptyWords, readFilters, readKnown } from "#lib/form/filters.ts";
import { cleanValues } from "#lib/form/parse.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { hasMailbox, listReceived, type MailHead } from "#lib/platform/mailbox.ts";

export const metadata: Metadata = { title: "Demonstration mailbox" };

const COLUMNS: Column<MailHead>[] = [
  { header: "Subject", cell: ({ file, subject }) => <a href={`/mailbox/${file}`}>{subject}</a> },
  { header: "To", cell: ({ to }) => to },
  { header: "Received", cell: ({ receivedAt }) => formatInstant(receivedAt) },
];

const LIST = "/mailbox";
const FILTERS = [
  { kind: "text", name: "to", label: "To", hint: "An email address or part of one", optional: true, charsMax: 200 },
] as const satisfies readonly Field[];

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  if (!hasMailbox()) notFound();
  const values = cleanValues(await searchParams);
  const search = readKnown(readFilters(FILTERS, values, {}), values);
  const { filter, query } = search;
  const page = filter && (await listReceived({ to: filter.to ?? "", before: text(values, "before") }));
  return (
    <>
      {search.errors && <ErrorSummary errors={search.errors} problem={search.problem} />}
      <PageHeading title="Demonstration mailbox">
        The emails this demonstration has sent. They went nowhere else, and anyone can read them here.
      </PageHeading>
      <ListFilters rows="emails" path={LIST} fields={FILTERS} search={search} />
      <p>
        <a href={addressOf(LIST, query)}>Refresh</a>
      </p>
      {page && (
        <>
          <Table
            caption="Emails, newest first"
            columns={COLUMNS}
            rows={page.mails}
            keyOf={({ file }) => file}
            empty={emptyWords("emails", query !== "")}
          />
          <Pagination
            label="Mail"
            {...(page.next && {
              next: `${LIST}?${new URLSearchParams([...new URLSearchParams(query), ["before", page.next]])}`,
            })}
          />
        </>
      )}
    </>
  );
}

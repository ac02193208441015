import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Button } from "#components/ui/buttons.tsx";
import { TextField } from "#components/ui/fields.tsx";
import { Pagination } from "#components/ui/navigation.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { text, type Values } from "#lib/form/fields.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { hasMailbox, listReceived, type MailHead } from "#lib/platform/mailbox.ts";

export const metadata: Metadata = { title: "Demonstration mailbox" };

const COLUMNS: Column<MailHead>[] = [
  { header: "Subject", cell: ({ file, subject }) => <a href={`/mailbox/${file}`}>{subject}</a> },
  { header: "To", cell: ({ to }) => to },
  { header: "Received", cell: ({ receivedAt }) => formatInstant(receivedAt) },
];

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  if (!hasMailbox()) notFound();
  const values = await searchParams;
  const to = text(values, "to");
  const before = text(values, "before");
  const { mails, next } = await listReceived({ to, before });
  const address = (more: Record<string, string>) => `/mailbox?${new URLSearchParams({ ...(to && { to }), ...more })}`;
  return (
    <>
      <PageHeading title="Demonstration mailbox">
        The emails this demonstration has sent. They went nowhere else, and anyone can read them here.
      </PageHeading>
      <form method="get" className="app-search" aria-label="Search the mailbox">
        <TextField
          name="to"
          type="search"
          label="To"
          hint="An email address or part of one"
          width={30}
          defaultValue={to}
        />
        <Button kind="secondary">Search</Button>
      </form>
      <p>
        <a href={address({})}>Refresh</a>
        {to && (
          <>
            {" · "}
            <a href="/mailbox">Show all emails</a>
          </>
        )}
      </p>
      <Table
        caption={to ? `Emails to “${to}”, newest first` : "All emails, newest first"}
        columns={COLUMNS}
        rows={mails}
        keyOf={({ file }) => file}
        empty={to ? `No emails to “${to}” have arrived yet.` : "No emails have arrived yet."}
      />
      <Pagination label="Mail" {...(next && { next: address({ before: next }) })} />
    </>
  );
}

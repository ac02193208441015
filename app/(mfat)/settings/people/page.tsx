import type { Metadata } from "next";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Button, LinkButton } from "#components/ui/buttons.tsx";
import { TextField } from "#components/ui/fields.tsx";
import { Pagination } from "#components/ui/navigation.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { Tag } from "#components/ui/tag.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { can, ROLE_LABELS } from "#lib/lifecycle/permissions.ts";
import { listPeople, type PersonRow } from "#lib/people/queries.ts";
import { formatDate } from "#lib/platform/dates.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "People" };

const COLUMNS: Column<PersonRow>[] = [
  { header: "Name", cell: ({ id, name }) => <a href={`/settings/people/${id}`}>{name}</a> },
  { header: "Email address", cell: ({ email }) => email },
  { header: "Belongs to", cell: ({ belongsTo }) => belongsTo },
  { header: "Roles", cell: ({ roles }) => roles.map((role) => ROLE_LABELS[role]).join(", ") || "–" },
  { header: "Account", cell: ({ endedAt }) => (endedAt ? <Tag kind="no">Ended {formatDate(endedAt)}</Tag> : "Active") },
];

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const actor = await requireMfat();
  const values = await searchParams;
  const search = text(values, "search");
  const after = text(values, "after");
  const { people, next } = await orNotFound(async () => listPeople(actor, { search, after }));
  return (
    <>
      <PageHeading title="People" />
      {can(actor, "person:keep") && <LinkButton href="/settings/people/new">Add a person</LinkButton>}
      <form method="get" className="app-search" aria-label="Search people">
        <TextField name="search" type="search" label="Name or email address" width={30} defaultValue={search} />
        <Button kind="secondary">Search</Button>
      </form>
      {(search || after) && (
        <p>
          <a href="/settings/people">Show everybody from the beginning</a>
        </p>
      )}
      <Table
        caption={search ? `People with “${search}” in their name or address` : "Everybody with an account"}
        columns={COLUMNS}
        rows={people}
        keyOf={({ id }) => id}
        empty={
          search
            ? `We cannot find anybody with “${search}” in their name or email address.`
            : "There are no people yet."
        }
      />
      <Pagination label="People" {...(next && { next: `?${new URLSearchParams({ search, after: next })}` })} />
    </>
  );
}

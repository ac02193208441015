import type { Metadata } from "next";
import { PageHeading } from "#components/site/page-heading.tsx";
import { LinkButton } from "#components/ui/buttons.tsx";
import { Pagination } from "#components/ui/navigation.tsx";
import { Table } from "#components/ui/table.tsx";
import { Tag } from "#components/ui/tag.tsx";
import { requireAgency } from "#lib/auth/session.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { ROLE_LABELS } from "#lib/lifecycle/permissions.ts";
import { listPeople } from "#lib/people/queries.ts";
import { formatDate } from "#lib/platform/dates.ts";

export const metadata: Metadata = { title: "Your people" };

/** The people of the certifier's own agency. */
export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const actor = await requireAgency("colleague:keep");
  const { people, next } = await listPeople(actor, { after: text(await searchParams, "after") });
  return (
    <>
      <PageHeading title="Your people">Everybody at {actor.agencyName} who has an account</PageHeading>
      <LinkButton href="/people/new">Add a person</LinkButton>
      <Table
        caption={`People at ${actor.agencyName}`}
        hideCaption
        onPhone="stack"
        rows={people}
        keyOf={({ id }) => id}
        empty="There are no people yet."
        columns={[
          { header: "Name", isRowHeader: true, cell: ({ id, name }) => <a href={`/people/${id}`}>{name}</a> },
          { header: "Email address", cell: ({ email }) => email },
          { header: "Roles", cell: ({ roles }) => roles.map((role) => ROLE_LABELS[role]).join(", ") || "–" },
          {
            header: "Account",
            cell: ({ endedAt }) => (endedAt ? <Tag kind="no">Ended {formatDate(endedAt)}</Tag> : "Active"),
          },
        ]}
      />
      <Pagination label="People" {...(next && { next: `?${new URLSearchParams({ after: next })}` })} />
    </>
  );
}

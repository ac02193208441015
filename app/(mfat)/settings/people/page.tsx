import type { Metadata } from "next";
import { ListFilters, sortable } from "#components/form/list-filters.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { LinkButton } from "#components/ui/buttons.tsx";
import { ErrorSummary } from "#components/ui/error-summary.tsx";
import { Pagination } from "#components/ui/navigation.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { Tag } from "#components/ui/tag.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { emptyWords, readFilters, readKnown } from "#lib/form/filters.ts";
import { cleanValues } from "#lib/form/parse.ts";
import { can, ROLE_LABELS } from "#lib/lifecycle/permissions.ts";
import { listPeople, type PersonRow } from "#lib/people/queries.ts";
import { PEOPLE_FILTERS, PEOPLE_ORDERS } from "#lib/people/schema.ts";
import { formatDate } from "#lib/platform/dates.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "People" };

const COLUMNS: Column<PersonRow>[] = [
  { header: "Name", cell: ({ id, name }) => <a href={`/settings/people/${id}`}>{name}</a> },
  { header: "Email address", cell: ({ email }) => email },
  { header: "Works for", cell: ({ belongsTo }) => belongsTo },
  { header: "Roles", cell: ({ roles }) => roles.map((role) => ROLE_LABELS[role]).join(", ") || "–" },
  { header: "Account", cell: ({ endedAt }) => (endedAt ? <Tag kind="no">Ended {formatDate(endedAt)}</Tag> : "Active") },
];

const LIST = "/settings/people";

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const actor = await requireMfat();
  const values = cleanValues(await searchParams);
  const search = readKnown(readFilters(PEOPLE_FILTERS, values, {}), values);
  const { filter, query, chips } = search;
  const found = await orNotFound(async () => listPeople(actor, { ...filter, after: text(values, "after") }));
  return (
    <>
      {search.errors && <ErrorSummary errors={search.errors} problem={search.problem} />}
      <PageHeading title="People" />
      {can(actor, "person:keep") && <LinkButton href="/settings/people/new">Add a person</LinkButton>}
      <ListFilters rows="people" path={LIST} fields={PEOPLE_FILTERS} search={search} />
      {filter && (
        <>
          <Table
            caption="People with an account"
            columns={sortable(COLUMNS, { orders: PEOPLE_ORDERS, sort: filter.sort, path: LIST, query })}
            rows={found.people}
            keyOf={({ id }) => id}
            empty={emptyWords("people", chips.length > 0)}
          />
          <Pagination
            label="People"
            {...(found.next && {
              next: `${LIST}?${new URLSearchParams([...new URLSearchParams(query), ["after", found.next]])}`,
            })}
          />
        </>
      )}
    </>
  );
}

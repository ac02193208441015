import type { Metadata } from "next";
import { PageHeading } from "#components/site/page-heading.tsx";
import { LinkButton } from "#components/ui/buttons.tsx";
import { NotificationBanner } from "#components/ui/feedback.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { Tag } from "#components/ui/tag.tsx";
import { type AgencyRow, listAgencies } from "#lib/agencies/queries.ts";
import { requireMfat } from "#lib/auth/session.ts";
import { entryOf, text, type Values } from "#lib/form/fields.ts";
import { can } from "#lib/lifecycle/permissions.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "Agencies" };

const DONE: Record<string, string> = {
  added: "You have added the agency. You can now add its people.",
  changed: "You have saved the agency.",
  applications: "You have moved the applications. We have emailed everybody at both agencies, and the desk.",
  domain: "You have changed the domain. We have emailed everybody whose address changed, at both addresses.",
};

const columnsFor = (mayChange: boolean): Column<AgencyRow & { people: number }>[] => [
  {
    header: "Name",
    cell: ({ id, name }) => (mayChange ? <a href={`/settings/agencies/${id}`}>{name}</a> : name),
  },
  { header: "Abbreviation", cell: ({ abbreviation }) => abbreviation },
  { header: "Kind", cell: ({ kind }) => kind },
  { header: "Email domains", cell: ({ emailDomains }) => emailDomains.join(", ") || "–" },
  { header: "People", cell: ({ people }) => people, isNumeric: true },
  { header: "May apply", cell: ({ isActive }) => (isActive ? "Yes" : <Tag kind="no">No</Tag>) },
];

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const actor = await requireMfat();
  const agencies = await orNotFound(async () => listAgencies(actor));
  const mayChange = can(actor, "agency:keep");
  const done = entryOf(DONE, text(await searchParams, "done"));
  return (
    <>
      {done && (
        <NotificationBanner kind="success">
          <p>{done}</p>
        </NotificationBanner>
      )}
      <PageHeading title="Agencies" />
      {mayChange && <LinkButton href="/settings/agencies/new">Add an agency</LinkButton>}
      <Table
        caption="New Zealand government agencies"
        columns={columnsFor(mayChange)}
        rows={agencies}
        keyOf={({ id }) => id}
        empty="There are no agencies."
      />
    </>
  );
}

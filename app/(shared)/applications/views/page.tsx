import type { Metadata } from "next";
import { PageHeading } from "#components/site/page-heading.tsx";
import { NotificationBanner } from "#components/ui/feedback.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { Table } from "#components/ui/table.tsx";
import { requireActor } from "#lib/auth/session.ts";
import type { Values } from "#lib/form/fields.ts";
import { entryOf, text } from "#lib/form/fields.ts";
import { listViews, readFilterLists } from "#lib/views/queries.ts";
import { searchInWords, searchOfQuery } from "#lib/views/rules.ts";

export const metadata: Metadata = { title: "Saved views" };

const DONE: Record<string, string> = {
  renamed: "You have renamed the view.",
  deleted: "You have deleted the view. This does not change the applications in it.",
};

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, sent] = await Promise.all([requireActor(), searchParams]);
  const [views, lists] = await Promise.all([listViews(actor), readFilterLists(actor)]);
  const done = entryOf(DONE, text(sent, "done"));
  return (
    <>
      {done && (
        <NotificationBanner kind="success">
          <p>{done}</p>
        </NotificationBanner>
      )}
      <BackLink href="/applications">Applications</BackLink>
      <PageHeading title="Saved views">
        Lists of applications you want to come back to. Only you can see them.
      </PageHeading>
      <Table
        caption="Your views"
        hideCaption
        empty="You have no saved views. Filter the list of applications, then choose “Save this view”."
        rows={views}
        keyOf={({ id }) => id}
        columns={[
          { header: "Name", cell: ({ name, query }) => <a href={`/applications?${query}`}>{name}</a> },
          { header: "Filters", cell: ({ query }) => searchInWords(searchOfQuery(actor.side, query, lists)) },
          {
            header: "Change",
            cell: ({ id, name }) => (
              <a href={`/applications/views/${id}`}>
                Rename or delete<span className="govuk-visually-hidden">: {name}</span>
              </a>
            ),
          },
        ]}
      />
    </>
  );
}

import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { getView, readFilterLists } from "#lib/views/queries.ts";
import { searchInWords, searchOfQuery } from "#lib/views/rules.ts";
import { VIEW_FIELDS } from "#lib/views/schema.ts";
import { orNotFound } from "#lib/web/action.ts";
import { deleteView, renameView } from "../actions.ts";

export const metadata: Metadata = { title: "Rename or delete a view" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const [actor, { id }] = await Promise.all([requireActor(), params]);
  const [view, lists] = await Promise.all([orNotFound(() => getView(actor, id)), readFilterLists(actor)]);
  return (
    <Narrow>
      <BackLink href="/applications/views">Saved views</BackLink>
      <PageHeading title={view.name}>{searchInWords(searchOfQuery(actor.side, view.query, lists))}</PageHeading>
      <Form
        action={renameView.bind(null, id)}
        fields={VIEW_FIELDS}
        initial={{ name: view.name }}
        requestId={randomUUID()}
        revision={view.revision}
        submit="Rename view"
        cancelHref="/applications/views"
      />
      <Panel title="Delete this view">
        <p>This does not change the applications in it.</p>
        <Form
          action={deleteView.bind(null, id)}
          fields={[]}
          requestId={randomUUID()}
          revision={view.revision}
          submit="Delete view"
          kind="warning"
        />
      </Panel>
    </Narrow>
  );
}

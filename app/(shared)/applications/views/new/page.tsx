import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { Form } from "#components/form/form.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { requireActor } from "#lib/auth/session.ts";
import type { Values } from "#lib/form/fields.ts";
import { cleanValues } from "#lib/form/parse.ts";
import { readFilterLists } from "#lib/views/queries.ts";
import { searchInWords } from "#lib/views/rules.ts";
import { readSearch, VIEW_FIELDS } from "#lib/views/schema.ts";
import { saveView } from "../actions.ts";

export const metadata: Metadata = { title: "Save a view" };

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, sent] = await Promise.all([requireActor(), searchParams]);
  const search = readSearch(actor.side, cleanValues(sent), await readFilterLists(actor));
  const list = `/applications?${search.query}`;
  // Errors are shown where they can be fixed.
  if (search.errors) redirect(list);
  return (
    <Narrow>
      <BackLink href={list}>Applications</BackLink>
      <PageHeading title="Save a view">{searchInWords(search)}</PageHeading>
      <p>It always shows the applications that match when you open it.</p>
      <Form
        action={saveView.bind(null, search.query)}
        fields={VIEW_FIELDS}
        requestId={randomUUID()}
        submit="Save view"
        cancelHref={list}
      />
    </Narrow>
  );
}

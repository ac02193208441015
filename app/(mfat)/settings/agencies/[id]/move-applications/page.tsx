import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { readMoving } from "#lib/applications/moves/queries.ts";
import { MOVE_APPLICATIONS_FIELDS } from "#lib/applications/moves/schema.ts";
import { requireMfat } from "#lib/auth/session.ts";
import { resolveFields } from "#lib/form/parse.ts";
import { orNotFound } from "#lib/web/action.ts";
import { moveApplications } from "../../actions.ts";

export const metadata: Metadata = { title: "Move applications" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const [actor, { id }] = await Promise.all([requireMfat(), params]);
  const { name, revision, count, words, lists } = await orNotFound(async () => readMoving(actor, id));
  return (
    <Narrow>
      <BackLink href={`/settings/agencies/${id}`}>{name}</BackLink>
      <PageHeading title="Move applications" caption={name} />
      {count === 0 ? (
        <p>{name} has no applications.</p>
      ) : (
        <>
          <p>
            {name} has {count === 1 ? "1 application" : `${count} applications`}: {words}. The agency that takes them
            over gets their answers, files, claims, reports and history. What people did for {name} stays in their name.
          </p>
          <Form
            action={moveApplications.bind(null, id)}
            fields={resolveFields(MOVE_APPLICATIONS_FIELDS, lists)}
            requestId={randomUUID()}
            revision={revision}
            submit="Move applications"
            cancelHref={`/settings/agencies/${id}`}
          />
        </>
      )}
    </Narrow>
  );
}

import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { requireAgency } from "#lib/auth/session.ts";
import { resolveFields } from "#lib/form/parse.ts";
import { AGENCY_ROLES } from "#lib/lifecycle/permissions.ts";
import { NEW_PERSON_FIELDS, roleOptions } from "#lib/people/schema.ts";
import { createPerson } from "../actions.ts";

export const metadata: Metadata = { title: "Add a person" };

export default async function Page() {
  const { agencyName } = await requireAgency("colleague:keep");
  const fields = NEW_PERSON_FIELDS.filter(({ name }) => name !== "belongsTo");
  return (
    <Narrow>
      <BackLink href="/people">Your people</BackLink>
      <PageHeading title="Add a person" caption={agencyName}>
        We email them and the fund desk. They can sign in straight away.
      </PageHeading>
      <Form
        action={createPerson}
        fields={resolveFields(fields, { roles: roleOptions(AGENCY_ROLES) })}
        requestId={randomUUID()}
        submit="Add person"
        cancelHref="/people"
      />
    </Narrow>
  );
}

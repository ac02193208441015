import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { listAgencyOptions } from "#lib/agencies/queries.ts";
import { requireMfat } from "#lib/auth/session.ts";
import { resolveFields } from "#lib/form/parse.ts";
import { AGENCY_ROLES, can, MFAT_ROLES } from "#lib/lifecycle/permissions.ts";
import { MFAT_OPTION, NEW_PERSON_FIELDS, roleOptions } from "#lib/people/schema.ts";
import { orNotFound } from "#lib/web/action.ts";
import { createPerson } from "../actions.ts";

export const metadata: Metadata = { title: "Add a person" };

export default async function Page() {
  const actor = await requireMfat();
  const agencies = await orNotFound(async () => listAgencyOptions(actor));
  const isForMfat = can(actor, "role:keep");
  const lists = {
    belongings: isForMfat ? [{ value: MFAT_OPTION, label: MFAT_OPTION }, ...agencies] : agencies,
    roles: roleOptions(isForMfat ? [...AGENCY_ROLES, ...MFAT_ROLES] : AGENCY_ROLES),
  };
  return (
    <Narrow>
      <BackLink href="/settings/people">People</BackLink>
      <PageHeading title="Add a person">
        {isForMfat
          ? "We email them, and they can sign in straight away."
          : "We email them, and they can sign in straight away. An administrator adds people at MFAT."}
      </PageHeading>
      <Form
        action={createPerson}
        fields={resolveFields(NEW_PERSON_FIELDS, lists)}
        requestId={randomUUID()}
        submit="Add person"
        cancelHref="/settings/people"
      />
    </Narrow>
  );
}

import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { AGENCY_FIELDS } from "#lib/agencies/schema.ts";
import { requireMfat } from "#lib/auth/session.ts";
import { createAgency } from "../actions.ts";

export const metadata: Metadata = { title: "Add an agency" };

export default async function Page() {
  await requireMfat("agency:keep");
  return (
    <Narrow>
      <BackLink href="/settings/agencies">Agencies</BackLink>
      <PageHeading title="Add an agency" />
      <Form
        action={createAgency}
        fields={AGENCY_FIELDS}
        initial={{ isActive: "yes" }}
        requestId={randomUUID()}
        submit="Add agency"
        cancelHref="/settings/agencies"
      />
    </Narrow>
  );
}

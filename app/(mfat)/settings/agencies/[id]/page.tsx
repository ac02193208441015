import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { AgencyLeaving } from "#components/people/agency-leaving.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { getAgency } from "#lib/agencies/queries.ts";
import { AGENCY_FIELDS } from "#lib/agencies/schema.ts";
import { requireMfat } from "#lib/auth/session.ts";
import { orNotFound } from "#lib/web/action.ts";
import { readAgencyLeaving } from "#lib/work/leaving/queries.ts";
import { changeAgency } from "../actions.ts";

export const metadata: Metadata = { title: "Agency" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireMfat();
  const { id } = await params;
  const { name, abbreviation, kind, emailDomains, isActive } = await orNotFound(async () => getAgency(actor, id));
  return (
    <Narrow>
      <BackLink href="/settings/agencies">Agencies</BackLink>
      <PageHeading title={name} />
      {isActive && <AgencyLeaving name={name} leaving={await readAgencyLeaving(actor, id)} />}
      <Form
        action={changeAgency.bind(null, id)}
        fields={AGENCY_FIELDS}
        initial={{ name, abbreviation, kind, emailDomains: emailDomains.join("\n"), isActive: isActive ? "yes" : "no" }}
        requestId={randomUUID()}
        submit="Save agency"
        cancelHref="/settings/agencies"
      />
    </Narrow>
  );
}

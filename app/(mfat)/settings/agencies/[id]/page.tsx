import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { AgencyLeaving } from "#components/people/agency-leaving.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { LinkButton } from "#components/ui/buttons.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { getAgency } from "#lib/agencies/queries.ts";
import { AGENCY_FIELDS, agencyValues } from "#lib/agencies/schema.ts";
import { requireMfat } from "#lib/auth/session.ts";
import { resolveFields } from "#lib/form/parse.ts";
import { DOMAIN_FIELDS } from "#lib/people/addresses/schema.ts";
import { orNotFound } from "#lib/web/action.ts";
import { readAgencyLeaving } from "#lib/work/leaving/queries.ts";
import { changeAgency, changeDomain } from "../actions.ts";

export const metadata: Metadata = { title: "Agency" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const actor = await requireMfat();
  const { id } = await params;
  const agency = await orNotFound(async () => getAgency(actor, id));
  const { name, isActive, revision } = agency;
  return (
    <Narrow>
      <BackLink href="/settings/agencies">Agencies</BackLink>
      <PageHeading title={name} />
      {isActive && <AgencyLeaving name={name} leaving={await readAgencyLeaving(actor, id)} />}
      <Form
        action={changeAgency.bind(null, id)}
        fields={AGENCY_FIELDS}
        initial={agencyValues(agency)}
        requestId={randomUUID()}
        revision={revision}
        submit="Save agency"
        cancelHref="/settings/agencies"
      />
      {agency.emailDomains.length > 0 && (
        <section aria-labelledby="domain">
          <h2 id="domain">Change the email domain of its people</h2>
          <Form
            action={changeDomain.bind(null, id)}
            fields={resolveFields(DOMAIN_FIELDS, {
              domains: agency.emailDomains.map((value) => ({ value, label: value })),
            })}
            requestId={randomUUID()}
            revision={revision}
            submit="Change domain"
          />
        </section>
      )}
      <section aria-labelledby="applications">
        <h2 id="applications">Move this agency’s applications to another agency</h2>
        <p>If another agency takes over its work, or part of it, move the applications with their history.</p>
        <LinkButton kind="secondary" href={`/settings/agencies/${id}/move-applications`}>
          Move applications
        </LinkButton>
      </section>
    </Narrow>
  );
}

import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { ApplicationLede } from "#components/application/application-lede.tsx";
import { Form } from "#components/form/form.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { InsetText, NotificationBanner } from "#components/ui/feedback.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { Table } from "#components/ui/table.tsx";
import { listOfficerOptions, listOfficersOf, type OfficerLine } from "#lib/applications/officers/queries.ts";
import { CHANGE_OFFICER_FIELDS } from "#lib/applications/officers/schema.ts";
import { getApplication } from "#lib/applications/queries.ts";
import { requireMfat } from "#lib/auth/session.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { resolveFields } from "#lib/form/parse.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { formatDate } from "#lib/platform/dates.ts";
import { orNotFound } from "#lib/web/action.ts";
import { changeDeskOfficer } from "./actions.ts";

type Props = { params: Promise<{ reference: string }>; searchParams: Promise<Values> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Desk officer: ${(await params).reference}` };
}

/** Which desk officer looks after an application, who did before, and the form to hand it over. */
export default async function Page({ params, searchParams }: Props) {
  const [actor, { reference }, search] = await Promise.all([requireMfat("officer:change"), params, searchParams]);
  const application = await orNotFound(() => getApplication(actor, reference));
  const [lines, officers] = await Promise.all([
    listOfficersOf(actor, application.id),
    listOfficerOptions(actor, application),
  ]);
  const [current] = lines;
  const path = `/applications/${reference}`;
  return (
    <MarkedPage marking={MARKING_LABELS[application.marking]} endorsement={application.endorsement}>
      <BackLink href={path}>Back to {reference}</BackLink>
      {text(search, "done") === "changed" && current && (
        <NotificationBanner kind="success">
          <p>
            <strong>{current.name} looks after this application now.</strong> We have emailed the fund desk and{" "}
            {current.name}, and the person who looked after it before if they still have an account.
          </p>
        </NotificationBanner>
      )}
      <PageHeading title="Desk officer" caption={application.title}>
        <ApplicationLede actor={actor} application={application} />
      </PageHeading>
      <Narrow>
        {application.versionNumber === 0 ? (
          <p>The agency has not submitted this application yet. A desk officer will look after it once they do.</p>
        ) : (
          <>
            <p>
              {current
                ? `${current.name} has looked after this application since ${formatDate(current.since)}.`
                : "No desk officer looks after this application."}
            </p>
            {officers.length ? (
              <Form
                action={changeDeskOfficer.bind(null, reference)}
                fields={resolveFields(CHANGE_OFFICER_FIELDS, { officers })}
                requestId={randomUUID()}
                submit="Change desk officer"
                cancelHref={path}
              >
                <input type="hidden" name="before" value={application.deskOfficerId ?? ""} />
              </Form>
            ) : (
              <InsetText>
                No other desk officer is free to look after it. Ask an administrator to give somebody the role.
              </InsetText>
            )}
          </>
        )}
      </Narrow>
      {lines.length > 0 && <Officers lines={lines} />}
    </MarkedPage>
  );
}

const Officers = ({ lines }: { lines: readonly OfficerLine[] }) => (
  <Table
    caption="Who has looked after it, newest first"
    onPhone="stack"
    rows={lines}
    keyOf={({ since, personId }) => `${since.toISOString()} ${personId}`}
    columns={[
      { header: "Desk officer", isRowHeader: true, cell: ({ name }) => name },
      { header: "Since", cell: ({ since }) => formatDate(since) },
      { header: "Changed by", cell: ({ by }) => by ?? "The portal, when it was submitted" },
      { header: "Reason", cell: ({ reason }) => reason ?? "–" },
    ]}
  />
);

import type { Metadata } from "next";
import { ApplicationLink } from "#components/application/application-link.tsx";
import { Downloads } from "#components/site/downloads.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { NotificationBanner } from "#components/ui/feedback.tsx";
import { Pagination } from "#components/ui/navigation.tsx";
import { Table } from "#components/ui/table.tsx";
import { Tag } from "#components/ui/tag.tsx";
import { type DeclaredInterest, listInterests } from "#lib/assessments/interests/queries.ts";
import { clearedWords, laterWords } from "#lib/assessments/interests/rules.ts";
import { requireMfat } from "#lib/auth/session.ts";
import { entryOf, text, type Values } from "#lib/form/fields.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { can, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "Interests" };

const DONE: Record<string, string> = {
  cleared: "You have cleared the interest.",
  noted:
    "You have noted the interest. We have emailed the fund desk, the administrators and, if they have an account, the person.",
};

/** The register of interests: who declared what in which application, and who cleared it. */
export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, values] = await Promise.all([requireMfat(), searchParams]);
  const isRecused = text(values, "show") === "recused";
  const before = text(values, "before");
  const done = entryOf(DONE, text(values, "done"));
  const { rows, next, count } = await orNotFound(async () => listInterests(actor, { isRecused, before }));
  return (
    <MarkedPage marking={MARKING_LABELS[highestMarking(rows.map(({ application }) => application.marking))]}>
      <PageHeading title="Interests">
        Interests declared by MFAT staff before reading an application. A person with an interest cannot act until an
        administrator clears it.
      </PageHeading>
      {done && <NotificationBanner kind="success">{done}</NotificationBanner>}
      <div className="app-found">
        <p>
          {isRecused ? (
            <a href="/settings/interests">Show all declarations</a>
          ) : (
            <a href="?show=recused">Show only people who are recused</a>
          )}
        </p>
        {count > 0 && (
          <ul>
            <Downloads path="/settings/interests/export" query={isRecused ? "show=recused" : ""} count={count} />
          </ul>
        )}
      </div>
      <Table
        caption={isRecused ? "People who are recused, newest first" : "Declarations, newest first"}
        onPhone="stack"
        empty={isRecused ? "Nobody is recused." : "There are no declarations yet."}
        rows={rows}
        keyOf={({ applicationId, personId }) => `${applicationId} ${personId}`}
        columns={[
          { header: "Who", isRowHeader: true, cell: ({ by }) => by },
          { header: "Initiative", cell: ({ application }) => <ApplicationLink application={application} /> },
          { header: "Agency", cell: ({ application }) => application.agency.abbreviation },
          { header: "Declared", cell: ({ declaredAt }) => formatInstant(declaredAt) },
          { header: "Interest", cell: (interest) => <Interest interest={interest} actor={actor} /> },
        ]}
      />
      <Pagination
        label="Interests"
        {...(next && { next: `?${new URLSearchParams({ ...(isRecused && { show: "recused" }), before: next })}` })}
      />
    </MarkedPage>
  );
}

function Interest({ interest, actor }: { interest: DeclaredInterest; actor: MfatActor }) {
  const { hasInterest, isRecused, description, later, personId, application } = interest;
  const cleared = clearedWords(interest);
  return (
    <>
      {hasInterest ? <Cleared isCleared={cleared !== null} /> : "None"} {description}
      {cleared && <span className="app-note app-line">{cleared}</span>}
      {later.map((one) => (
        <span key={one.id} className="app-line">
          <Cleared isCleared={one.clearedAt !== null} /> Later: {laterWords(one)}
        </span>
      ))}
      {isRecused && can(actor, "interest:clear") && (
        <span className="app-line">
          <a href={`/settings/interests/${application.reference}/${personId}`}>
            Clear<span className="govuk-visually-hidden"> the interest of {interest.by}</span>
          </a>
        </span>
      )}
      {can(actor, "interest:note") && personId !== actor.personId && (
        <span className="app-line">
          <a href={`/settings/interests/${application.reference}/${personId}`}>
            Note an interest<span className="govuk-visually-hidden"> of {interest.by}</span>
          </a>
        </span>
      )}
    </>
  );
}

const Cleared = ({ isCleared }: { isCleared: boolean }) =>
  isCleared ? <Tag kind="ok">Cleared</Tag> : <Tag kind="bad">Recused</Tag>;

import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { NotificationBanner } from "#components/ui/feedback.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { getConditions } from "#lib/decisions/queries.ts";
import { CONDITION_LIST_FIELDS } from "#lib/decisions/schema.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { can } from "#lib/lifecycle/permissions.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { orNotFound } from "#lib/web/action.ts";
import { saveConditions } from "./actions.ts";

export const metadata: Metadata = { title: "Conditions" };

/** The library of conditions to choose from for an offer. */
export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, values] = await Promise.all([requireMfat(), searchParams]);
  const library = await orNotFound(async () => getConditions(actor));
  return (
    <>
      {text(values, "done") && (
        <NotificationBanner kind="success">
          <p>You have saved the conditions. You can now choose them in recommendations and decisions.</p>
        </NotificationBanner>
      )}
      <PageHeading title="Conditions">
        Conditions to choose from in a recommendation or a decision. Earlier recommendations and decisions keep their
        wording.
      </PageHeading>
      <Narrow>
        {can(actor, "condition:keep") && (
          <Form
            action={saveConditions}
            fields={CONDITION_LIST_FIELDS}
            initial={{ conditions: library.conditions.join("\n") }}
            requestId={randomUUID()}
            revision={library.number}
            submit="Save conditions"
          />
        )}
        <h2>The library now</h2>
        <p className="app-note">
          {library.savedBy
            ? `Saved by ${library.savedBy}, ${formatInstant(library.savedAt)}`
            : "The original conditions"}
        </p>
        {library.conditions.length > 0 ? (
          <ul className="govuk-list govuk-list--bullet">
            {library.conditions.map((condition) => (
              <li key={condition}>{condition}</li>
            ))}
          </ul>
        ) : (
          <p className="app-empty">The library is empty. Write the conditions in each recommendation instead.</p>
        )}
      </Narrow>
    </>
  );
}

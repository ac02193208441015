import { AnswersView } from "#components/application/answers.tsx";
import { CommentsLink } from "#components/application/comments-link.tsx";
import { CopyLinks } from "#components/application/copy-links.tsx";
import { arrangementParts } from "#components/arrangement/arrangement-view.tsx";
import { conditionsPart } from "#components/arrangement/conditions-view.tsx";
import { claimsPart } from "#components/claims/claims-view.tsx";
import { reportsPart } from "#components/reports/reports-view.tsx";
import { InsetText } from "#components/ui/feedback.tsx";
import { Parts } from "#components/ui/parts.tsx";
import { variationsPart } from "#components/variations/variations-view.tsx";
import { getAnswers } from "#lib/applications/answers/queries.ts";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { readArrangement } from "#lib/arrangements/queries.ts";
import { countOpenComments } from "#lib/comments/queries.ts";
import { readDeclineText } from "#lib/decisions/queries.ts";
import { listLetters } from "#lib/letters/queries.ts";
import { type Actor, can } from "#lib/lifecycle/permissions.ts";
import { listReports } from "#lib/reports/queries.ts";

import { letterPart, sectionPlaces, WhatChanged } from "./parts.tsx";

/** What an agency sees of its application. */
export async function AgencyParts({
  actor,
  application,
  today,
}: {
  actor: Extract<Actor, { side: "AGENCY" }>;
  application: ApplicationHeader;
  today: Date;
}) {
  const { id, reference } = application;
  const [answers, comments, letters, declined, arrangement, reports, claims, variations, conditions] =
    await Promise.all([
      getAnswers(actor, application),
      countOpenComments(actor, id),
      listLetters(actor, id),
      readDeclineText(actor, id),
      readArrangement(actor, id),
      listReports(actor, id),
      claimsPart(actor, application),
      variationsPart(actor, id),
      conditionsPart(actor, application, today),
    ]);
  return (
    <Parts
      parts={[
        declined !== null &&
          !letters.length && { id: "decision", title: "Decision", body: <InsetText>{declined}</InsetText> },
        letterPart(letters, application, ({ kind }) => (kind === "OFFER" ? "Offer" : "Decision")),
        ...arrangementParts(arrangement),
        conditions,
        claims,
        variations,
        reportsPart({ reports, reference, side: actor.side, today }),
        {
          id: "answers",
          title: "Answers",
          ...(answers && { within: sectionPlaces(answers) }),
          body: (
            <>
              <CopyLinks reference={reference} />
              <p>
                <CommentsLink reference={reference} counts={comments} />
              </p>
              {can(actor, "application:create") && application.title && (
                <p>
                  <a href={`/applications/new?copyOf=${reference}`}>Copy to a new application</a>
                </p>
              )}
              <WhatChanged application={application} />
              {answers && <AnswersView actor={actor} application={application} answers={answers} />}
            </>
          ),
        },
      ]}
    />
  );
}

import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { AdvicePart } from "#components/advice/advice-view.tsx";
import { ApplicationLede } from "#components/application/application-lede.tsx";
import { DeclareInterests } from "#components/application/declare-interests.tsx";
import { StandingReasons } from "#components/application/history-view.tsx";
import { ScoreComments } from "#components/assessment/score-comments.tsx";
import { ScoreTable } from "#components/assessment/score-table.tsx";
import { Form } from "#components/form/form.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { readAdvice } from "#lib/advice/queries.ts";
import { getApplication } from "#lib/applications/queries.ts";
import { readAssessments } from "#lib/assessments/queries.ts";
import { byDisagreement } from "#lib/assessments/rules.ts";
import { commentInput, scoreFields, scoreInput } from "#lib/assessments/schema.ts";
import { requireMfat } from "#lib/auth/session.ts";
import { resolveFields } from "#lib/form/parse.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { orNotFound } from "#lib/web/action.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import { saveAgreed } from "../[step]/actions.ts";
import { declareInterests } from "../interests/actions.ts";

type Props = { params: Promise<{ reference: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Agree scores: ${(await params).reference}` };
}

/** Agreed scores and comments, next to what each assessor wrote. */
export default async function Page({ params }: Props) {
  const [actor, { reference }] = await Promise.all([requireMfat("moderation:edit"), params]);
  const application = await orNotFound(() => getApplication(actor, reference));
  const [read, advice, history] = await Promise.all([
    readAssessments(actor, application),
    readAdvice(actor, application),
    listHistory(actor, application.id),
  ]);
  if (!application.isOpen) {
    return (
      <MarkedPage marking={MARKING_LABELS[application.marking]} endorsement={application.endorsement}>
        <BackLink href={`/applications/${reference}`}>Back to {reference}</BackLink>
        <PageHeading title="Agree scores" caption={application.title} />
        <DeclareInterests declare={declareInterests} actor={actor} application={application} />
      </MarkedPage>
    );
  }
  const record = byDisagreement(read);
  const { criteria, agreed } = record;
  const initial = Object.fromEntries(
    agreed.scores.flatMap(({ criterionId, score, comment }) => [
      [scoreInput(criterionId), String(score ?? "")],
      [commentInput(criterionId), comment],
    ]),
  );
  return (
    <MarkedPage marking={MARKING_LABELS[application.marking]} endorsement={application.endorsement}>
      <BackLink href={`/applications/${reference}`}>Back to {reference}</BackLink>
      <PageHeading title="Agree scores" caption={application.title}>
        <ApplicationLede actor={actor} application={application} />
      </PageHeading>
      <StandingReasons lines={history} application={application} side={actor.side} />
      <p>Criteria with the biggest differences come first.</p>
      <ScoreTable record={record} />
      <h2>What the assessors wrote</h2>
      <ScoreComments record={record} />
      <AdvicePart advice={advice} today={dayOf(now())} />
      <Narrow>
        <h2>Agreed</h2>
        {application.state === "MODERATION" ? (
          <Form
            action={saveAgreed.bind(null, reference)}
            fields={resolveFields(scoreFields(criteria), {})}
            initial={initial}
            requestId={randomUUID()}
            submit="Save agreed scores"
            cancelHref={`/applications/${reference}`}
          />
        ) : (
          <p>This application is not in moderation now.</p>
        )}
      </Narrow>
    </MarkedPage>
  );
}

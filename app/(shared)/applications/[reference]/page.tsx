import type { Metadata } from "next";
import type { ReactNode } from "react";
import { AdvicePart } from "#components/advice/advice-view.tsx";
import { AnswersView } from "#components/application/answers.tsx";
import { ApplicationLede } from "#components/application/application-lede.tsx";
import { ChangeRequest } from "#components/application/change-request.tsx";
import { CommentsLink } from "#components/application/comments-link.tsx";
import { CopyLinks } from "#components/application/copy-links.tsx";
import { DecisionRecordView } from "#components/application/decision-record.tsx";
import { Declared, DeclareInterests } from "#components/application/declare-interests.tsx";
import { Facts } from "#components/application/facts.tsx";
import { HistoryView, StandingReasons } from "#components/application/history-view.tsx";
import { LateOfficers } from "#components/application/late-officers.tsx";
import { Letter } from "#components/application/letter.tsx";
import { ArrangementView } from "#components/arrangement/arrangement-view.tsx";
import { assessmentWords, EarlierScores, Scores } from "#components/assessment/score-table.tsx";
import { ClaimsPart } from "#components/claims/claims-view.tsx";
import { ReportsView } from "#components/reports/reports-view.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { StepPanel } from "#components/steps/step-panel.tsx";
import { WithAside } from "#components/ui/columns.tsx";
import { Details } from "#components/ui/details.tsx";
import { InsetText, NotificationBanner } from "#components/ui/feedback.tsx";
import { Breadcrumbs } from "#components/ui/navigation.tsx";
import { Steps } from "#components/ui/progress.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import { Table } from "#components/ui/table.tsx";
import { VariationsView } from "#components/variations/variations-view.tsx";
import { readAdvice } from "#lib/advice/queries.ts";
import {
  type ApplicationHeader,
  getAnswers,
  getApplication,
  readChangeRequest,
  readScreening,
} from "#lib/applications/queries.ts";
import { checkLabel } from "#lib/applications/schema.ts";
import { findOffer, readArrangement } from "#lib/arrangements/queries.ts";
import { listInterestsOf } from "#lib/assessments/interests/queries.ts";
import { interestWords } from "#lib/assessments/interests/rules.ts";
import { listEarlierScores, readAssessments } from "#lib/assessments/queries.ts";
import { requireActor } from "#lib/auth/session.ts";
import { countOpenComments } from "#lib/comments/queries.ts";
import { listMailOf, readTold } from "#lib/correspondence/queries.ts";
import { readDecisions, readDeclineText } from "#lib/decisions/queries.ts";
import { listLetters, type SentLetter } from "#lib/letters/queries.ts";
import { LETTERS, sinceSent } from "#lib/letters/rules.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { type Actor, can, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { isEnded, PATH, stateLabel, waitsOn } from "#lib/lifecycle/states.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatInstant } from "#lib/platform/dates.ts";
import { listReports } from "#lib/reports/queries.ts";
import { findOpenVariation } from "#lib/variations/queries.ts";
import { waitsOnRole } from "#lib/variations/rules.ts";
import { orNotFound } from "#lib/web/action.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import { whatNext } from "#lib/workflow/rules.ts";
import { isStep, stepRow } from "#lib/workflow/steps.ts";
import { declareInterests } from "./interests/actions.ts";

type Props = { params: Promise<{ reference: string }>; searchParams: Promise<{ done?: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await params).reference };
}

/** One page for everybody: each sees what is theirs to see. */
export default async function Page({ params, searchParams }: Props) {
  const [actor, { reference }, { done }] = await Promise.all([requireActor(), params, searchParams]);
  const application = await orNotFound(() => getApplication(actor, reference));
  const [history, asked] = await Promise.all([
    application.isOpen ? listHistory(actor, application.id) : [],
    actor.side === "AGENCY" ? readChangeRequest(actor, application) : null,
  ]);
  return (
    <MarkedPage marking={MARKING_LABELS[application.marking]} endorsement={application.endorsement}>
      <Breadcrumbs crumbs={[{ label: "Applications", href: "/applications" }]} />
      {done === "interests" && <Declared />}
      {done && done !== "interests" && <Done actor={actor} application={application} step={done} />}
      <PageHeading title={application.title || "No title yet"}>
        <ApplicationLede actor={actor} application={application} />
      </PageHeading>
      <Progress application={application} />
      <StandingReasons lines={history} application={application} side={actor.side} />
      {actor.side === "MFAT" && application.isOpen && <LateOfficers actor={actor} application={application} />}
      {asked && <ChangeRequest asked={asked} />}
      <WithAside
        act={application.isOpen && <StepPanel actor={actor} application={application} />}
        aside={<HistoryView lines={history} />}
      >
        {application.isOpen ? (
          <>
            <Facts actor={actor} application={application} />
            {actor.side === "AGENCY" ? (
              <AgencyParts actor={actor} application={application} />
            ) : (
              <MfatParts actor={actor} application={application} />
            )}
          </>
        ) : (
          actor.side === "MFAT" && (
            <DeclareInterests declare={declareInterests} actor={actor} application={application} />
          )
        )}
      </WithAside>
    </MarkedPage>
  );
}

/** What has just been done, and what happens next. */
async function Done({ actor, application, step }: { actor: Actor; application: ApplicationHeader; step: string }) {
  const next = waitsOn(application.state, actor.side, application.waiting?.role ?? null, application.waiting?.step);
  const offer = application.state === "OFFERED" ? await findOffer(actor, application.id) : null;
  const taken = isStep(step) ? step : undefined;
  const variation = await findOpenVariation(actor, application.id);
  const varying = variation && waitsOnRole(variation);
  const endsOn = application.arrangement?.endsOn ?? application.endsOn;
  const then = whatNext({ ...application, endsOn, offerDueAt: offer?.dueAt ?? null, varying }, actor.side, taken);
  const what = taken ? stepRow(taken).happened : "saved";
  const told = taken ? await readTold(actor, application, stepRow(taken)) : null;
  return (
    <NotificationBanner kind="success">
      <p>
        <strong>
          {application.reference}: {what}.
        </strong>{" "}
        It is now “{stateLabel(application.state, actor.side)}”{next ? ` and is waiting on ${next}.` : "."}
        {told && ` We have emailed ${told}.`}
      </p>
      {then && (
        <p>
          <strong>What happens next:</strong> {then}
        </p>
      )}
    </NotificationBanner>
  );
}

function Progress({ application }: { application: ApplicationHeader }) {
  const { state } = application;
  const now = PATH.findIndex(({ states }) => states.includes(state));
  if (now < 0) return null;
  return (
    <Steps
      steps={PATH.map(({ label }, index) => ({ label, status: index < now ? "done" : index === now ? "now" : "next" }))}
    />
  );
}

const Part = ({ title, id, children }: { title: string; id: string; children: ReactNode }) => (
  <section id={id}>
    <h2>{title}</h2>
    {children}
  </section>
);

/** The way to what changed, where something was signed off and written again. */
function WhatChanged({ application: { reference, versionNumber, state } }: { application: ApplicationHeader }) {
  if (versionNumber < 2 && !(versionNumber === 1 && state === "CHANGES_REQUESTED")) return null;
  return (
    <p>
      <a href={`/applications/${reference}/changes`}>What changed since version {Math.max(versionNumber - 1, 1)}</a>
    </p>
  );
}

type LetterPartProps = {
  letters: readonly SentLetter[];
  application: ApplicationHeader;
  titleOf: (letter: SentLetter) => string;
};

/** The letter that the agency was sent, an offer or why there is none; those before it are folded up. */
function LetterPart({ letters: [letter, ...earlier], application, titleOf }: LetterPartProps) {
  if (!letter) return null;
  return (
    <Part title={titleOf(letter)} id="letter">
      <AsSent letter={letter} state={application.state} />
      <p>
        <a href={`/applications/${application.reference}/letter`}>Download the letter (PDF)</a>
      </p>
      {earlier.map((one) => (
        <Details key={one.id} summary={`Earlier letter, sent on ${formatInstant(one.sentAt)}`}>
          <AsSent letter={one} state={application.state} />
        </Details>
      ))}
    </Part>
  );
}

function AsSent({ letter, state }: { letter: SentLetter; state: ApplicationHeader["state"] }) {
  const since = sinceSent(letter, state);
  return (
    <>
      {since && <InsetText>{since}</InsetText>}
      <Letter letter={letter.text} />
    </>
  );
}

async function AgencyParts({
  actor,
  application,
}: {
  actor: Extract<Actor, { side: "AGENCY" }>;
  application: ApplicationHeader;
}) {
  const { id, reference } = application;
  const [answers, comments, letters, declined, arrangement, reports] = await Promise.all([
    getAnswers(actor, application),
    countOpenComments(actor, id),
    listLetters(actor, id),
    readDeclineText(actor, id),
    readArrangement(actor, id),
    listReports(actor, id),
  ]);
  return (
    <>
      {declined && !letters.length && (
        <Part title="Decision" id="decision">
          <InsetText>{declined}</InsetText>
        </Part>
      )}
      <LetterPart
        letters={letters}
        application={application}
        titleOf={({ kind }) => (kind === "OFFER" ? "Offer" : "Decision")}
      />
      <ArrangementView arrangement={arrangement} />
      <ClaimsPart actor={actor} application={application} />
      <VariationsView actor={actor} applicationId={id} />
      <ReportsView reports={reports} reference={reference} side={actor.side} today={dayOf(now())} />
      <Part title="Answers" id="answers">
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
      </Part>
    </>
  );
}

/** More of them are folded up: they are for who looks for one. */
const MAILS_SHOWN = 10;

async function MfatParts({ actor, application }: { actor: MfatActor; application: ApplicationHeader }) {
  const { id, reference } = application;
  const [answers, screening, record, advice, interests, decisions, letters, arrangement, reports, mails] =
    await Promise.all([
      getAnswers(actor, application),
      readScreening(actor, id),
      readAssessments(actor, application),
      readAdvice(actor, application),
      listInterestsOf(actor, id),
      readDecisions(actor, id),
      listLetters(actor, id),
      readArrangement(actor, id),
      listReports(actor, id),
      listMailOf(actor, id),
    ]);
  const earlier = record.assessments.length ? await listEarlierScores(actor, application, record) : [];
  return (
    <>
      {screening && (
        <Part title="Screening" id="screening">
          <SummaryList
            rows={screening.checks.map(({ question, answer, note }) => ({
              key: question,
              value: note ? `${checkLabel(answer)}: ${note}` : checkLabel(answer),
            }))}
          />
          <p className="app-note">
            Version {screening.versionNumber}, by {screening.by}, {formatInstant(screening.answeredAt)}
          </p>
        </Part>
      )}
      {record.assessments.length > 0 && (
        <Part title="Assessments" id="assessments">
          <Scores record={record} />
          <EarlierScores criteria={record.criteria} earlier={earlier} />
          <SummaryList
            rows={record.assessments.map((assessment) => ({
              key: assessment.assessor,
              value: assessmentWords(assessment, dayOf(now())),
            }))}
          />
        </Part>
      )}
      <AdvicePart advice={advice} today={dayOf(now())} />
      {interests.length > 0 && (
        <Part title="Interests" id="interests">
          <SummaryList
            rows={interests.map((interest) => ({
              key: interest.by,
              value: `${interestWords(interest)}, ${formatInstant(interest.declaredAt)}`,
            }))}
          />
          {can(actor, "interest:declare") && (
            <p>
              <a href={`/applications/${reference}/interests`}>Declare an interest you have learned of since</a>
            </p>
          )}
        </Part>
      )}
      {decisions.length > 0 && (
        <Part title="Recommendation and decision" id="decision">
          <DecisionRecordView record={decisions} />
          <p className="app-no-print">
            <a href={`/applications/${reference}/decision-note`}>Download the decision note (PDF)</a>
          </p>
        </Part>
      )}
      <LetterPart letters={letters} application={application} titleOf={({ kind }) => LETTERS[kind].label} />
      <ArrangementView arrangement={arrangement} isMfat />
      <ClaimsPart actor={actor} application={application} />
      <VariationsView actor={actor} applicationId={id} />
      <ReportsView reports={reports} reference={reference} side={actor.side} today={dayOf(now())} />
      <Part title="Answers" id="answers">
        {answers ? (
          <>
            <CopyLinks reference={reference} />
            <WhatChanged application={application} />
            <AnswersView actor={actor} application={application} answers={answers} />
          </>
        ) : (
          <p>{isEnded(application.state) ? "The agency did not submit it." : "The agency has not submitted it yet."}</p>
        )}
      </Part>
      <Part title="Messages" id="messages">
        <Details summary={`${mails.length} emails, newest first`} isOpen={mails.length <= MAILS_SHOWN}>
          <Table
            caption="Emails about this application, newest first"
            hideCaption
            onPhone="stack"
            empty="There are no emails about it yet."
            rows={mails}
            keyOf={(mail) => mail.id}
            columns={[
              { header: "Subject", cell: ({ subject }) => subject, isRowHeader: true },
              { header: "To", cell: ({ to }) => to },
              {
                header: "Sent",
                cell: ({ sentAt, fate }) =>
                  sentAt ? formatInstant(sentAt) : fate === "failing" ? "Not sent yet, trying again" : "Waiting",
              },
            ]}
          />
        </Details>
      </Part>
    </>
  );
}

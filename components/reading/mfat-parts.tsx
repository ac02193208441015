import { advicePart } from "#components/advice/advice-view.tsx";
import { AnswersView } from "#components/application/answers.tsx";
import { CopyLinks } from "#components/application/copy-links.tsx";
import { DecisionRecordView } from "#components/application/decision-record.tsx";
import { arrangementParts } from "#components/arrangement/arrangement-view.tsx";
import { conditionsPart } from "#components/arrangement/conditions-view.tsx";
import { assessmentWords, EarlierScores, Scores } from "#components/assessment/score-table.tsx";
import { claimsPart } from "#components/claims/claims-view.tsx";
import { reportsPart } from "#components/reports/reports-view.tsx";
import { Details } from "#components/ui/details.tsx";
import { Parts } from "#components/ui/parts.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import { Table } from "#components/ui/table.tsx";
import { variationsPart } from "#components/variations/variations-view.tsx";
import { readAdvice } from "#lib/advice/queries.ts";
import { type Answers, getAnswers } from "#lib/applications/answers/queries.ts";
import { type ApplicationHeader, readScreening } from "#lib/applications/queries.ts";
import { checkLabel } from "#lib/applications/schema.ts";
import { readArrangement } from "#lib/arrangements/queries.ts";
import { listInterestsOf } from "#lib/assessments/interests/queries.ts";
import { declaredWords } from "#lib/assessments/interests/rules.ts";
import { listEarlierScores, readAssessments } from "#lib/assessments/queries.ts";
import { listMailOf } from "#lib/correspondence/queries.ts";
import { type DecisionRecord, readDecisions } from "#lib/decisions/queries.ts";
import { DECISIONS, OUTCOMES } from "#lib/decisions/rules.ts";
import { listLetters } from "#lib/letters/queries.ts";
import { LETTERS } from "#lib/letters/rules.ts";
import { can, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { isEnded } from "#lib/lifecycle/states.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { listReports } from "#lib/reports/queries.ts";

import { letterPart, sectionPlaces, WhatChanged } from "./parts.tsx";

/** More than this many are collapsed, for readers who look for a particular one. */
const MAILS_SHOWN = 10;

type Props = { actor: MfatActor; application: ApplicationHeader; today: Date };

async function readAll(actor: MfatActor, application: ApplicationHeader, today: Date) {
  const { id } = application;
  const [
    answers,
    screening,
    record,
    advice,
    interests,
    decisions,
    letters,
    arrangement,
    reports,
    mails,
    claims,
    variations,
    conditions,
  ] = await Promise.all([
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
    claimsPart(actor, application),
    variationsPart(actor, id),
    conditionsPart(actor, application, today),
  ]);
  const earlier = record.assessments.length ? await listEarlierScores(actor, application, record) : [];
  return {
    answers,
    screening,
    record,
    earlier,
    advice,
    interests,
    decisions,
    letters,
    arrangement,
    reports,
    mails,
    claims,
    variations,
    conditions,
  };
}

/** What MFAT sees of an application. */
export async function MfatParts({ actor, application, today }: Props) {
  const { reference } = application;
  const { screening, record, decisions, interests, answers, mails, ...read } = await readAll(actor, application, today);
  const [decision] = decisions;
  return (
    <Parts
      parts={[
        screening && {
          id: "screening",
          title: "Screening",
          state: `version ${screening.versionNumber}`,
          body: <Screening screening={screening} />,
        },
        record.assessments.length > 0 && {
          id: "assessments",
          title: "Assessments",
          state: `${record.assessments.filter(({ status }) => status === "COMPLETE").length} of ${record.assessments.length} complete`,
          body: <Assessments record={record} earlier={read.earlier} today={today} />,
        },
        advicePart({ advice: read.advice, today }),
        interests.length > 0 && {
          id: "interests",
          title: "Interests",
          state: `${interests.length} declared`,
          body: <Interests actor={actor} reference={reference} interests={interests} />,
        },
        decision !== undefined && {
          id: "decision",
          title: "Recommendation and decision",
          state: decisionState(decision),
          body: <Decisions record={decisions} reference={reference} />,
        },
        letterPart(read.letters, application, ({ kind }) => LETTERS[kind].label),
        ...arrangementParts(read.arrangement, true),
        read.conditions,
        read.claims,
        read.variations,
        reportsPart({ reports: read.reports, reference, side: actor.side, today }),
        {
          id: "answers",
          title: "Answers",
          state: answers ? undefined : "not submitted",
          ...(answers && { within: sectionPlaces(answers) }),
          body: answers ? (
            <Answered actor={actor} application={application} answers={answers} />
          ) : (
            <p>
              {isEnded(application.state) ? "The agency did not submit it." : "The agency has not submitted it yet."}
            </p>
          ),
        },
        { id: "messages", title: "Messages", state: `${mails.length} emails`, body: <Messages mails={mails} /> },
      ]}
    />
  );
}

type AnsweredProps = Pick<Props, "actor" | "application"> & { answers: Answers };

const Answered = ({ actor, application, answers }: AnsweredProps) => (
  <>
    <CopyLinks reference={application.reference} />
    <WhatChanged application={application} />
    <AnswersView actor={actor} application={application} answers={answers} />
  </>
);

type AssessmentsProps = {
  record: Awaited<ReturnType<typeof readAssessments>>;
  earlier: Awaited<ReturnType<typeof listEarlierScores>>;
  today: Date;
};

const Assessments = ({ record, earlier, today }: AssessmentsProps) => (
  <>
    <Scores record={record} />
    <EarlierScores earlier={earlier} />
    <SummaryList
      rows={record.assessments.map((assessment) => ({
        key: assessment.assessor,
        value: assessmentWords(assessment, today),
      }))}
    />
  </>
);

const Decisions = ({ record, reference }: { record: DecisionRecord; reference: string }) => (
  <>
    <DecisionRecordView record={record} />
    <p className="app-no-print">
      <a href={`/applications/${reference}/decision-note`}>Download the decision note (PDF)</a>
    </p>
  </>
);

const decisionState = ({ outcome, returnedAt, decisions: [decided] }: DecisionRecord[number]): string =>
  (returnedAt ? "returned" : decided ? DECISIONS[decided.outcome] : OUTCOMES[outcome]).toLowerCase();

type ScreeningProps = { screening: NonNullable<Awaited<ReturnType<typeof readScreening>>> };

const Screening = ({ screening: { checks, versionNumber, by, answeredAt } }: ScreeningProps) => (
  <>
    <SummaryList
      rows={checks.map(({ question, answer, note }) => ({
        key: question,
        value: note ? `${checkLabel(answer)}: ${note}` : checkLabel(answer),
      }))}
    />
    <p className="app-note">
      Version {versionNumber}, by {by}, {formatInstant(answeredAt)}
    </p>
  </>
);

type InterestsProps = {
  actor: MfatActor;
  reference: string;
  interests: Awaited<ReturnType<typeof listInterestsOf>>;
};

const Interests = ({ actor, reference, interests }: InterestsProps) => (
  <>
    <SummaryList
      rows={interests.map((interest) => ({
        key: interest.by,
        value: declaredWords(interest),
      }))}
    />
    {can(actor, "interest:declare") && (
      <p>
        <a href={`/applications/${reference}/interests`}>Declare an interest you learned of later</a>
      </p>
    )}
  </>
);

const Messages = ({ mails }: { mails: Awaited<ReturnType<typeof listMailOf>> }) => (
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
);

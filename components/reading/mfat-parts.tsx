import { AdvicePart } from "#components/advice/advice-view.tsx";
import { AnswersView } from "#components/application/answers.tsx";
import { CopyLinks } from "#components/application/copy-links.tsx";
import { DecisionRecordView } from "#components/application/decision-record.tsx";
import { ArrangementView } from "#components/arrangement/arrangement-view.tsx";
import { assessmentWords, EarlierScores, Scores } from "#components/assessment/score-table.tsx";
import { ClaimsPart } from "#components/claims/claims-view.tsx";
import { ReportsView } from "#components/reports/reports-view.tsx";
import { Details } from "#components/ui/details.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import { Table } from "#components/ui/table.tsx";
import { VariationsView } from "#components/variations/variations-view.tsx";
import { readAdvice } from "#lib/advice/queries.ts";
import { getAnswers } from "#lib/applications/answers/queries.ts";
import { type ApplicationHeader, readScreening } from "#lib/applications/queries.ts";
import { checkLabel } from "#lib/applications/schema.ts";
import { readArrangement } from "#lib/arrangements/queries.ts";
import { listInterestsOf } from "#lib/assessments/interests/queries.ts";
import { interestWords } from "#lib/assessments/interests/rules.ts";
import { listEarlierScores, readAssessments } from "#lib/assessments/queries.ts";
import { listMailOf } from "#lib/correspondence/queries.ts";
import { readDecisions } from "#lib/decisions/queries.ts";
import { listLetters } from "#lib/letters/queries.ts";
import { LETTERS } from "#lib/letters/rules.ts";
import { can, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { isEnded } from "#lib/lifecycle/states.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { listReports } from "#lib/reports/queries.ts";

import { LetterPart, Part, WhatChanged } from "./parts.tsx";

/** More of them are folded up: they are for who looks for one. */
const MAILS_SHOWN = 10;

/** What MFAT reads of an application. */
export async function MfatParts({
  actor,
  application,
  today,
}: {
  actor: MfatActor;
  application: ApplicationHeader;
  today: Date;
}) {
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
              value: assessmentWords(assessment, today),
            }))}
          />
        </Part>
      )}
      <AdvicePart advice={advice} today={today} />
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
      <ReportsView reports={reports} reference={reference} side={actor.side} today={today} />
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

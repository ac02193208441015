import { randomUUID } from "node:crypto";
import type { ReactNode } from "react";
import { AnswersView, OneSectionView } from "#components/application/answers.tsx";
import { ClearTyped } from "#components/form/clear-typed.tsx";
import type { FormAction } from "#components/form/form.tsx";
import { Details } from "#components/ui/details.tsx";
import { Contents } from "#components/ui/parts.tsx";
import { type Answers, getAnswers } from "#lib/applications/answers/queries.ts";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { readAssessments } from "#lib/assessments/queries.ts";
import { commentInput, type ScoredCriterion, scoreFields, scoreInput } from "#lib/assessments/schema.ts";
import { keepTyping } from "#lib/auth/own-unsent.ts";
import type { Values } from "#lib/form/fields.ts";
import { resolveFields } from "#lib/form/parse.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { formatDueDay } from "#lib/platform/dates.ts";
import { LazyAssessmentForm } from "./lazy-step-parts.tsx";

type AssessmentStepProps = { actor: MfatActor; application: ApplicationHeader; action: FormAction };

/** Each criterion next to the answers that it is about; on a phone, below them. */
export async function AssessmentStep({ actor, application, action }: AssessmentStepProps) {
  const { reference, revision } = application;
  const [{ criteria, assessments }, answers] = await Promise.all([
    readAssessments(actor, application),
    getAnswers(actor, application),
  ]);
  const own = assessments.find(({ assessorId }) => assessorId === actor.personId);
  if (!answers || !own) return <p>You are not assigned to assess this application.</p>;
  const initial: Values = Object.fromEntries(
    own.scores.flatMap(({ criterionId, score, comment }) => [
      [scoreInput(criterionId), score === null ? "" : String(score)],
      [commentInput(criterionId), comment],
    ]),
  );
  const fields = resolveFields(scoreFields(criteria), {});
  const keeping = await keepTyping("Complete assessment", fields, initial);
  return (
    <>
      <p>
        You assess version {own.versionNumber}
        {own.dueOn && `, by ${formatDueDay(own.dueOn)}`}. We save what you write as you go.
      </p>
      <ClearTyped keeping={keeping} />
      <Details summary="All answers, as signed off">
        <AnswersView actor={actor} application={application} answers={answers} />
      </Details>
      <Contents
        parts={criteria.map(({ id, name, weight }) => ({
          id: scoreInput(id),
          title: name,
          state: `${weight}% · ${own.scores.some(({ criterionId, score }) => criterionId === id && score !== null) ? "scored" : "not scored yet"}`,
        }))}
      />
      <LazyAssessmentForm
        action={action}
        fields={fields}
        beside={Object.fromEntries(
          criteria.map((criterion) => [
            scoreInput(criterion.id),
            <Evidence
              key={criterion.id}
              actor={actor}
              application={application}
              answers={answers}
              criterion={criterion}
            />,
          ]),
        )}
        criteria={criteria.map(({ id, weight }) => ({ id, weight }))}
        keeping={keeping}
        requestId={randomUUID()}
        revision={revision}
        reference={reference}
      />
    </>
  );
}

type EvidenceProps = {
  actor: MfatActor;
  application: ApplicationHeader;
  answers: Answers;
  criterion: ScoredCriterion;
};

/** The sections that a criterion is about. */
function Evidence({ actor, application, answers, criterion }: EvidenceProps): ReactNode {
  const sections = answers.sections.filter(({ key }) => criterion.sections.includes(key));
  if (sections.length === 0) return <p>This criterion is about the whole application: see all answers above.</p>;
  return sections.map((section) => (
    <section key={section.key} aria-label={`${section.title}, for “${criterion.name}”`}>
      <h2>
        {section.number}. {section.title}
      </h2>
      <OneSectionView actor={actor} application={application} answers={answers} section={section} />
    </section>
  ));
}

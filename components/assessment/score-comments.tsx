import { SummaryList } from "#components/ui/summary-list.tsx";
import type { AssessmentRecord } from "#lib/assessments/queries.ts";
import { assessorHeading } from "#lib/assessments/rules.ts";

/** The comments with the scores, criterion by criterion; with `hasAgreed`, also those of the moderation. */
export function ScoreComments({ record, hasAgreed }: { record: AssessmentRecord; hasAgreed?: boolean }) {
  const writers = [
    ...record.assessments.map((assessment) => ({ name: assessorHeading(assessment), scores: assessment.scores })),
    ...(hasAgreed ? [{ name: "Agreed", scores: record.agreed.scores }] : []),
  ];
  return record.criteria.map(({ id, name }) => (
    <section key={id}>
      <h3>{name}</h3>
      <SummaryList
        rows={writers.flatMap((writer) => {
          const line = writer.scores.find(({ criterionId }) => criterionId === id);
          return line ? [{ key: `${writer.name}: ${line.score ?? "–"}`, value: line.comment }] : [];
        })}
      />
    </section>
  ));
}

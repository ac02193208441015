import { Details } from "#components/ui/details.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import { Table } from "#components/ui/table.tsx";
import type { AssessmentRecord, listEarlierScores } from "#lib/assessments/queries.ts";
import { assessorHeading, criterionSpread } from "#lib/assessments/rules.ts";
import type { ScoredCriterion } from "#lib/assessments/schema.ts";
import { SCORE_MAX } from "#lib/fund/schema.ts";
import { formatDate, formatDueDay, formatInstant } from "#lib/platform/dates.ts";
import type { AssessmentStatus } from "#lib/platform/db/generated/enums.ts";
import { ScoreComments } from "./score-comments.tsx";

/** The scores, with the comments collapsed below. Renders nothing where nobody has scored. */
export function Scores({ record }: { record: AssessmentRecord }) {
  if (!record.assessments.some(({ scores }) => scores.length)) return null;
  return (
    <>
      {record.measured && <p>{record.measured}</p>}
      <ScoreTable record={record} />
      <Details summary="Comments with the scores">
        <ScoreComments record={record} hasAgreed />
      </Details>
    </>
  );
}

/** Scores side by side, with the weighted totals below. Renders nothing where nobody has scored. */
export function ScoreTable({ record }: { record: AssessmentRecord }) {
  const { criteria, assessments, agreed, spread } = record;
  const withScores = assessments.filter(({ scores }) => scores.length);
  const done = withScores.filter(({ status }) => status === "COMPLETE");
  const shown = [...done, ...withScores.filter(({ status }) => status === "SET_ASIDE")];
  if (!shown.length) return null;
  const scoreOf = (scores: readonly { criterionId: string; score: number | null }[], id: string) =>
    scores.find(({ criterionId }) => criterionId === id)?.score ?? "–";
  const hasAgreed = agreed.scores.length > 0;
  return (
    <Table
      caption={`Scores, 0 to ${SCORE_MAX}`}
      onPhone="scroll"
      label="Scores"
      rows={criteria}
      keyOf={({ id }) => id}
      columns={[
        { header: "Criterion", cell: ({ name }: ScoredCriterion) => name, isRowHeader: true },
        { header: "Weight", isNumeric: true, cell: ({ weight }: ScoredCriterion) => weight },
        ...shown.map((assessment) => ({
          header: assessorHeading(assessment),
          isNumeric: true,
          cell: ({ id }: ScoredCriterion) => scoreOf(assessment.scores, id),
        })),
        ...(done.length > 1
          ? [
              {
                header: "Spread",
                isNumeric: true,
                cell: ({ id }: ScoredCriterion) => criterionSpread(done, id) || "–",
              },
            ]
          : []),
        ...(hasAgreed
          ? [
              {
                header: "Agreed",
                isNumeric: true,
                cell: ({ id }: ScoredCriterion) => <strong>{scoreOf(agreed.scores, id)}</strong>,
              },
            ]
          : []),
      ]}
      total={[
        "Weighted total of 100",
        "",
        ...shown.map(({ total }) => total ?? "–"),
        ...(done.length > 1 ? [spread || "–"] : []),
        ...(hasAgreed ? [agreed.total ?? "–"] : []),
      ]}
    />
  );
}

type EarlierProps = { earlier: Awaited<ReturnType<typeof listEarlierScores>> };

/** Assessments that were completed and then reopened, each collapsed. */
export function EarlierScores({ earlier }: EarlierProps) {
  return earlier.map(({ id, assessor, at, total, scores }) => (
    <Details
      key={id}
      summary={`Earlier scores: ${assessor}${at ? `, completed ${formatInstant(at)}` : ""}, total ${total ?? "–"}`}
    >
      <SummaryList
        rows={scores.map(({ criterion, score, comment }) => ({ key: `${criterion}: ${score ?? "–"}`, value: comment }))}
      />
    </Details>
  ));
}

type Assessed = {
  status: AssessmentStatus;
  hasDeclared: boolean;
  versionNumber: number;
  dueOn: Date | null;
  completedAt: Date | null;
  setAsideReason: string | null;
};

/** The status of an assessment in words. `today`: a civil day. */
export function assessmentWords(assessment: Assessed, today: Date): string {
  const { status, hasDeclared, versionNumber, dueOn, completedAt, setAsideReason } = assessment;
  const due = dueOn && (dueOn < today ? `overdue since ${formatDueDay(dueOn)}` : `due on ${formatDueDay(dueOn)}`);
  const words: Record<AssessmentStatus, (string | null | false)[]> = {
    ASSIGNED: ["Assigned", !hasDeclared && "interests not declared yet", due],
    RECUSED: ["Recused: declared an interest"],
    COMPLETE: [`Complete${completedAt ? ` since ${formatDate(completedAt)}` : ""}`],
    UNASSIGNED: ["Unassigned"],
    SET_ASIDE: [`Set aside: “${setAsideReason}”`],
  };
  return `${words[status].filter(Boolean).join(", ")} · version ${versionNumber}`;
}

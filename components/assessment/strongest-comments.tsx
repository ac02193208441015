import { Shortened } from "#components/ui/details.tsx";
import type { AssessmentRecord } from "#lib/assessments/queries.ts";
import { type Comment, strongestComments } from "#lib/assessments/rules.ts";
import { SCORE_MAX } from "#lib/fund/schema.ts";

/** The comments with the highest and the lowest scores. Renders nothing where nobody has scored. */
export function StrongestComments({ record }: { record: AssessmentRecord }) {
  const { highest, lowest } = strongestComments(record);
  if (!highest.length) return null;
  return (
    <>
      <h2>For and against</h2>
      <h3>Highest scores</h3>
      <Comments comments={highest} />
      {lowest.length > 0 && (
        <>
          <h3>Lowest scores</h3>
          <Comments comments={lowest} />
        </>
      )}
    </>
  );
}

const Comments = ({ comments }: { comments: readonly Comment[] }) => (
  <ul className="app-plain">
    {comments.map(({ criterion, assessor, score, comment }) => (
      <li key={criterion}>
        <strong>
          {criterion}: {score} of {SCORE_MAX}
        </strong>{" "}
        <span className="app-note">{assessor}</span>
        <br />
        <Shortened text={comment} />
      </li>
    ))}
  </ul>
);

import { AwardsTable } from "#components/arrangement/awards-table.tsx";
import { Scores } from "#components/assessment/score-table.tsx";
import { StrongestComments } from "#components/assessment/strongest-comments.tsx";
import { BeforeAfterTable, PositionTable } from "#components/budget/position-table.tsx";
import { TwoColumns } from "#components/ui/columns.tsx";
import { Details, Shortened } from "#components/ui/details.tsx";
import { WarningText } from "#components/ui/feedback.tsx";
import { Amounts, FactGrid, type Figure } from "#components/ui/figures.tsx";
import { SummaryList, type SummaryRow } from "#components/ui/summary-list.tsx";
import { type AdviceView, readAdvice } from "#lib/advice/queries.ts";
import { adviceWords } from "#lib/advice/rules.ts";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { listAwards } from "#lib/arrangements/awards/queries.ts";
import { type AssessmentRecord, readAssessments } from "#lib/assessments/queries.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { beforeAndAfter, endedYears, formatPhasing } from "#lib/budget/rules.ts";
import { type DecisionRecord, readDecisions } from "#lib/decisions/queries.ts";
import { OUTCOMES } from "#lib/decisions/rules.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { stepPath } from "#lib/lifecycle/steps.ts";
import { dayOf, formatDay, formatInstant } from "#lib/platform/dates.ts";
import type { AmountKind } from "#lib/platform/db/generated/enums.ts";
import { formatCents } from "#lib/platform/money.ts";
import type { HistoryLine } from "#lib/workflow/queries.ts";
import { pageTitle, type StepKey } from "#lib/workflow/steps.ts";
import { MayDecide } from "./decision-parts.tsx";

type BriefProps = {
  actor: Actor;
  application: ApplicationHeader;
  now: Date;
  history: readonly HistoryLine[];
  /** The amount to decide on next. */
  of: "REQUESTED" | "RECOMMENDED";
  /** Whether the reader is about to decide. */
  isDeciding?: boolean;
  /** The other steps that the reader could take. */
  instead?: readonly StepKey[];
};

/**
 * Everything that a decision rests on, on one page from top to bottom: what it is, what it costs and leaves, what
 * speaks for and against it, earlier awards, and who did what so far.
 */
export async function DecisionBrief({ actor: reader, application, now, history, of, isDeciding, instead }: BriefProps) {
  const actor = asMfat(reader);
  const [positions, record, advice, decisions, awards] = await Promise.all([
    listPositions(actor),
    readAssessments(actor, application),
    readAdvice(actor, application),
    readDecisions(actor, application.id),
    listAwards(actor, application),
  ]);
  const current = decisions.find(({ returnedAt }) => returnedAt === null);
  const phasing = application.phasing.filter(({ kind }) => kind === of);
  const years = beforeAndAfter(positions, phasing, of === "RECOMMENDED");
  const ended = endedYears(phasing, dayOf(now));
  const isRecommended = of === "RECOMMENDED";
  const ownPart = isDeciding ? "Your decision" : "Your check";
  return (
    <>
      {ended && <WarningText>{ended}</WarningText>}
      <AtAGlance
        application={application}
        record={record}
        hasNote={current !== undefined}
        {...(instead && { own: ownPart })}
      />
      {isDeciding && <MayDecide actor={actor} application={application} />}
      {years.length > 0 && (
        <BeforeAfterTable
          caption={`Each financial year before and after ${isRecommended ? "this recommendation" : "the amounts requested"}`}
          years={years}
        />
      )}
      <Details summary="Every financial year" isOpen={!isDeciding}>
        <PositionTable
          positions={positions}
          caption={
            isRecommended && years.length > 0
              ? "The fund’s position now (reserved includes this recommendation)"
              : "The fund’s position now"
          }
        />
      </Details>
      <TwoColumns>
        <section>
          <h2>Recommendation</h2>
          {current ? <SummaryList rows={recommendationRows(current)} /> : <p>Nothing is recommended yet.</p>}
          <h3>Who did what</h3>
          <FactGrid figures={whoDidWhat(history, record, current)} />
        </section>
        <section>
          <StrongestComments record={record} />
          <Details summary="All scores and comments">
            <Scores record={record} />
          </Details>
        </section>
      </TwoColumns>
      <AdviceInShort advice={advice} today={dayOf(now)} />
      <AwardsTable awards={awards} />
      {instead && (
        <>
          <h2 id="own">{ownPart}</h2>
          <Instead steps={instead} reference={application.reference} />
        </>
      )}
    </>
  );
}

type GlanceProps = {
  application: ApplicationHeader;
  record: AssessmentRecord;
  hasNote: boolean;
  /** What the reader does at the end of the page. */
  own?: string;
};

/** What it is and what it costs. */
function AtAGlance({ application, record, hasNote, own }: GlanceProps) {
  const { reference, phasing, places, focusAreas, startsOn, endsOn, requestedCents, recommendedCents } = application;
  const phased = (kind: AmountKind) => formatPhasing(phasing.filter((part) => part.kind === kind));
  const totals = record.assessments.flatMap(({ status, total }) =>
    status === "COMPLETE" && total !== null ? total : [],
  );
  return (
    <>
      <Amounts
        amounts={[
          { label: "Requested", value: formatCents(requestedCents), note: phased("REQUESTED") },
          {
            label: "Recommended",
            value: recommendedCents === null ? "–" : formatCents(recommendedCents),
            note: phased("RECOMMENDED"),
          },
          {
            label: "Agreed score",
            value: record.agreed.total === null ? "–" : `${record.agreed.total} of 100`,
            note:
              totals.length > 0 &&
              `Assessors gave ${AND.format(totals.map(String))}${record.spread ? `: spread ${record.spread}` : ""}`,
          },
        ]}
      />
      <p className="app-narrow">{application.summary}</p>
      <FactGrid
        figures={[
          { label: "Agency", value: application.agency.name },
          { label: "Places", value: places.map(({ place, percent }) => `${place.name} (${percent}%)`).join(", ") },
          { label: "Main focus area", value: focusAreas.find(({ isMain }) => isMain)?.focusArea.name ?? "–" },
          { label: "Dates", value: startsOn && endsOn ? `${formatDay(startsOn)} to ${formatDay(endsOn)}` : "–" },
        ]}
      />
      <p className="app-no-print">
        <a href={`/applications/${reference}`}>Read the whole application</a>
        {hasNote && (
          <>
            {" · "}
            <a href={`/applications/${reference}/decision-note`}>Download the decision note (PDF)</a>
          </>
        )}
        {own && (
          <>
            {" · "}
            <a href="#own">Go to {own.toLowerCase()}</a>
          </>
        )}
      </p>
    </>
  );
}

const AND = new Intl.ListFormat("en-NZ");

function recommendationRows(current: DecisionRecord[number]): SummaryRow[] {
  return [
    { key: "Outcome", value: OUTCOMES[current.outcome] },
    { key: "Rationale", value: <Shortened text={current.rationale} /> },
    { key: "Conditions", value: current.conditions ? <Shortened text={current.conditions} /> : "None" },
    ...(current.exceptionReason
      ? [{ key: "Reason for going above the amount requested", value: current.exceptionReason }]
      : []),
  ];
}

/** What each adviser was asked and answered, shortened. */
function AdviceInShort({ advice, today }: { advice: readonly AdviceView[]; today: Date }) {
  if (!advice.length) return null;
  return (
    <section id="advice">
      <h2>Advice</h2>
      <SummaryList
        rows={advice.map((one) => ({
          key: one.adviser,
          value: (
            <>
              <div className="app-note">
                <Shortened text={`Question: ${one.question}`} />
              </div>
              {one.advice && <Shortened text={one.advice} />}
              <div className="app-note">
                {adviceWords(one, today)}
                {one.endReason && `: “${one.endReason}”`}
              </div>
            </>
          ),
        }))}
      />
    </section>
  );
}

/** Who certified, assessed, recommended and checked, each under a separate duty. */
function whoDidWhat(
  history: readonly HistoryLine[],
  { assessments }: AssessmentRecord,
  current: DecisionRecord[number] | undefined,
): Figure[] {
  const did = (step: StepKey) => history.find(({ action }) => action === step);
  const figure = (label: string, line: { by: string; at: Date } | undefined): Figure[] =>
    line ? [{ label, value: line.by, note: formatInstant(line.at) }] : [];
  const assessed = assessments.filter(({ status }) => status === "COMPLETE").map(({ assessor }) => assessor);
  const check = current?.budgetChecks.find(({ isConfirmed }) => isConfirmed);
  return [
    ...figure("Certified by", did("signOffAndSubmit")),
    ...figure("Screened by", did("acceptForAssessment")),
    ...(assessed.length > 0 ? [{ label: "Assessed by", value: AND.format(assessed) }] : []),
    ...figure("Recommended by", current && { by: current.by, at: current.recommendedAt }),
    ...figure("Budget confirmed by", check && { by: check.by, at: check.checkedAt }),
  ];
}

function Instead({ steps, reference }: { steps: readonly StepKey[]; reference: string }) {
  return (
    <p className="app-no-print">
      Or instead:{" "}
      {steps.map((step, index) => (
        <span key={step}>
          {index > 0 && " · "}
          <a href={stepPath(reference, step)}>{pageTitle(step)}</a>
        </span>
      ))}
    </p>
  );
}

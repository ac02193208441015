import { type ApplicationHeader, getDraft, getSubmitted } from "../lib/applications/queries.ts";
import { findOffer } from "../lib/arrangements/queries.ts";
import { readAssessments } from "../lib/assessments/queries.ts";
import { listPositions } from "../lib/budget/queries.ts";
import { formatPhasing } from "../lib/budget/rules.ts";
import { readDecisions } from "../lib/decisions/queries.ts";
import type { Action } from "../lib/lifecycle/workflow.ts";
import { formatCents } from "../lib/money.ts";
import type { Actor, MfatActor } from "../lib/permissions.ts";
import { AnswersView } from "./answers.tsx";
import { CopyLinks } from "./copy-links.tsx";
import { OUTCOMES } from "./decision-record.tsx";
import { Letter } from "./letter.tsx";
import { PositionTable } from "./position-table.tsx";
import { ScoreTable } from "./score-table.tsx";
import { Details } from "./ui/feedback.tsx";
import { Amounts } from "./ui/figures.tsx";
import { SummaryList } from "./ui/summary-list.tsx";

type ContextProps = { actor: Actor; application: ApplicationHeader; step: Action };

/** What somebody has to have before their eyes to take a step. */
export async function StepContext({ actor, application, step }: ContextProps) {
  if (step === "acceptOffer" || step === "declineOffer") {
    const offer = await findOffer(actor, application.id);
    return offer && <Letter letter={offer.letter} />;
  }
  if (step === "signOffAndSubmit" && actor.side === "AGENCY") {
    return (
      <Details summary="Everything that is signed off" isOpen>
        <CopyLinks reference={application.reference} />
        <AnswersView actor={actor} application={application} answers={await getDraft(actor, application)} />
      </Details>
    );
  }
  if (step === "sendForSignOff" && actor.side === "AGENCY") {
    const draft = await getDraft(actor, application);
    const isOpen = (key: string) => draft.sections.some((section) => section.key === key && section.isOpen);
    return (
      <>
        <CopyLinks reference={application.reference} />
        <AnswersView
          actor={actor}
          application={application}
          answers={draft}
          changeHref={(key) => (isOpen(key) ? `/applications/${application.reference}/sections/${key}` : null)}
        />
      </>
    );
  }
  if (actor.side === "AGENCY") return null;
  if (step === "completeAssessment" || step === "acceptForAssessment" || step === "askForChanges") {
    const answers = await getSubmitted(actor, application);
    return (
      answers && (
        <Details summary="The answers, as signed off" isOpen={step === "completeAssessment"}>
          <AnswersView actor={actor} application={application} answers={answers} />
        </Details>
      )
    );
  }
  return MONEY_STEPS.has(step) ? <MoneyContext actor={actor} application={application} /> : null;
}

const MONEY_STEPS = new Set<Action>(["recommend", "confirmBudget", "returnRecommendation", "approve", "decline"]);

/** The three amounts, the recommendation, the scores and the whole position of every year. */
async function MoneyContext({ actor, application }: { actor: MfatActor; application: ApplicationHeader }) {
  const [positions, record, decisions] = await Promise.all([
    listPositions(actor),
    readAssessments(actor, application),
    readDecisions(actor, application.id),
  ]);
  const current = decisions.find(({ returnedAt }) => returnedAt === null);
  const phased = (kind: string) => formatPhasing(application.phasing.filter((part) => part.kind === kind));
  return (
    <>
      <Amounts
        amounts={[
          { label: "Requested", value: formatCents(application.requestedCents), note: phased("REQUESTED") },
          {
            label: "Recommended",
            value: application.recommendedCents === null ? "–" : formatCents(application.recommendedCents),
            note: phased("RECOMMENDED"),
          },
        ]}
      />
      <PositionTable
        positions={positions}
        caption={
          current && current.amountCents > 0n
            ? "The fund’s position; what is recommended here is part of reserved"
            : "The fund’s position now"
        }
      />
      {current && (
        <SummaryList
          rows={[
            { key: "Recommendation", value: `${OUTCOMES[current.outcome]}, by ${current.by}` },
            { key: "Rationale", value: current.rationale },
            { key: "Conditions", value: current.conditions },
          ]}
        />
      )}
      <ScoreTable record={record} />
    </>
  );
}

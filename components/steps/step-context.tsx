import { AnswersView } from "#components/application/answers.tsx";
import { ChangesView, comparedWords } from "#components/application/changes-view.tsx";
import { CopyLinks } from "#components/application/copy-links.tsx";
import { DecidesAs } from "#components/application/delegation-note.tsx";
import { Letter } from "#components/application/letter.tsx";
import { SignOffSummary } from "#components/application/sign-off-summary.tsx";
import { SettlementContext } from "#components/arrangement/settlement-context.tsx";
import { Scores } from "#components/assessment/score-table.tsx";
import { PositionTable } from "#components/budget/position-table.tsx";
import { ClaimsContext } from "#components/claims/claims-context.tsx";
import { ReportsContext } from "#components/reports/reports-context.tsx";
import { Details, InsetText, WarningText } from "#components/ui/feedback.tsx";
import { Amounts } from "#components/ui/figures.tsx";
import { SummaryList, type SummaryRow } from "#components/ui/summary-list.tsx";
import { VARIATION_STEPS, VariationContext } from "#components/variations/variation-context.tsx";
import { SECTIONS, type SectionKey } from "#lib/applications/form/sections.ts";
import { type ApplicationHeader, getAnswers, getDraft, readChanges } from "#lib/applications/queries.ts";
import { openTitles, unfinishedOf } from "#lib/applications/rules.ts";
import { findOffer, type SentOffer } from "#lib/arrangements/queries.ts";
import { readAssessments } from "#lib/assessments/queries.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { endedYears, formatPhasing } from "#lib/budget/rules.ts";
import { previewLetter } from "#lib/correspondence/queries.ts";
import { readDecisions } from "#lib/decisions/queries.ts";
import { delegationFor, formatDelegation, highestDelegation, OUTCOMES } from "#lib/decisions/rules.ts";
import { listDelegations } from "#lib/deputies/queries.ts";
import { readFileChanges } from "#lib/documents/queries.ts";
import type { Actor, MfatActor } from "#lib/lifecycle/permissions.ts";
import type { Action } from "#lib/lifecycle/workflow.ts";
import { isAboutClaims } from "#lib/payments/rules.ts";
import { dayOf, formatDeadline, formatInstant } from "#lib/platform/dates.ts";
import type { LetterKind } from "#lib/platform/db/generated/enums.ts";
import { formatCents } from "#lib/platform/money.ts";
import { listDeciders } from "#lib/work/queries.ts";
import { beyondDelegation, whoElse } from "#lib/work/rules.ts";
import { LazyUnsentNotice } from "./lazy-step-parts.tsx";

type ContextProps = {
  actor: Actor;
  application: ApplicationHeader;
  step: Action;
  now: Date;
};

/** What somebody has to have before their eyes to take a step. */
export function StepContext(props: ContextProps) {
  if (isAboutClaims(props.step)) return <ClaimsContext {...props} />;
  return <ReviewContext {...props} />;
}

/** Up to the offer, and its answer. */
async function ReviewContext({ actor, application, step, now }: ContextProps) {
  if (step === "acceptOffer" || step === "declineOffer") {
    const offer = await findOffer(actor, application.id);
    return offer && <OfferContext offer={offer} application={application} />;
  }
  if (step === "signOffAndSubmit" && actor.side === "AGENCY") {
    const draft = await getDraft(actor, application);
    return (
      <>
        <SignOffSummary actor={actor} application={application} answers={draft} now={now} />
        <Changes actor={actor} application={application} />
        <Details summary="Everything that is signed off">
          <CopyLinks reference={application.reference} />
          <AnswersView actor={actor} application={application} answers={draft} />
        </Details>
        <p>
          Not ready? <a href={`/applications/${application.reference}/returnToContributor`}>Return to contributor</a>{" "}
          with a reason.
        </p>
      </>
    );
  }
  if (step === "sendForSignOff" && actor.side === "AGENCY") {
    const draft = await getDraft(actor, application);
    const isOpen = (key: string) => draft.sections.some((section) => section.key === key && section.isOpen);
    return (
      <>
        <Unfinished sections={unfinishedOf(draft.sections)} reference={application.reference} />
        <LazyUnsentNotice
          personId={actor.personId}
          reference={application.reference}
          sections={openTitles(draft.sections)}
        />
        <Changes actor={actor} application={application} />
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
  if (VARIATION_STEPS.has(step)) return <VariationContext actor={actor} application={application} step={step} />;
  const shared = (
    <>
      <SettlementContext actor={actor} application={application} step={step} />
      <ReportsContext actor={actor} application={application} step={step} today={dayOf(now)} />
    </>
  );
  if (actor.side === "AGENCY") return shared;
  if (step === "acceptForAssessment" || step === "askForChanges") {
    const answers = await getAnswers(actor, application);
    return (
      <>
        {step === "acceptForAssessment" && (
          <p>
            Where something is missing,{" "}
            <a href={`/applications/${application.reference}/askForChanges`}>ask for changes</a>; where it is not for
            the fund,{" "}
            <a href={`/applications/${application.reference}/declineAsIneligible`}>decline it as ineligible</a>.
          </p>
        )}
        <Changes actor={actor} application={application} />
        {answers && (
          <Details summary="The answers, as signed off">
            <AnswersView actor={actor} application={application} answers={answers} />
          </Details>
        )}
      </>
    );
  }
  const letter = LETTER_STEPS[step];
  return (
    <>
      {shared}
      {MONEY_STEPS.has(step) && <MoneyContext actor={actor} application={application} step={step} now={now} />}
      {letter && (
        <Details summary="The letter as it will go out" isOpen={step === "sendOffer"}>
          <Letter letter={await previewLetter(actor, letter, application.reference, now)} />
        </Details>
      )}
    </>
  );
}

/** The steps that send a letter to the agency. */
const LETTER_STEPS: Partial<Record<Action, LetterKind>> = {
  sendOffer: "OFFER",
  decline: "DECLINE",
  declineAsIneligible: "INELIGIBLE",
};

/** The ways to what is still to be written. */
function Unfinished({ sections, reference }: { sections: readonly SectionKey[]; reference: string }) {
  if (!sections.length) return null;
  return (
    <>
      <p>Complete these sections first:</p>
      <ul>
        {sections.map((key) => (
          <li key={key}>
            <a href={`/applications/${reference}/sections/${key}`}>
              {SECTIONS[key].number}. {SECTIONS[key].title}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

/** What is offered in figures, the letter in full, and the other answer to it. */
function OfferContext({ offer, application }: { offer: SentOffer; application: ApplicationHeader }) {
  const path = `/applications/${application.reference}`;
  const phasing = application.phasing.filter(({ kind }) => kind === "APPROVED");
  return (
    <>
      <Amounts
        amounts={[
          { label: "Offered", value: formatCents(offer.amountCents), note: formatPhasing(phasing) },
          { label: "Answer by", value: formatDeadline(offer.dueAt), note: "After that the offer lapses" },
        ]}
      />
      <Letter letter={offer.letter.text} />
      <p>
        <a href={`${path}/letter`}>Download the letter (PDF)</a>
      </p>
      <p>
        You can <a href={`${path}/acceptOffer`}>accept the offer</a> or{" "}
        <a href={`${path}/declineOffer`}>decline it with a reason</a>.
      </p>
    </>
  );
}

/** What changed since it was read last, where it was read before. */
async function Changes({ actor, application }: { actor: Actor; application: ApplicationHeader }) {
  const comparison = await readChanges(actor, application);
  return (
    comparison && (
      <Details summary={`What changed between ${comparedWords(comparison)}`} isOpen>
        <h2 className="govuk-visually-hidden">What changed</h2>
        <ChangesView comparison={comparison} files={await readFileChanges(actor, application, comparison)} />
      </Details>
    )
  );
}

const MONEY_STEPS = new Set<Action>(["recommend", "confirmBudget", "returnRecommendation", "approve", "decline"]);

type MoneyContextProps = { actor: MfatActor; application: ApplicationHeader; step: Action; now: Date };

/** The amounts, the whole position of every year, the recommendation with its budget check, and the scores. */
async function MoneyContext({ actor, application, step, now }: MoneyContextProps) {
  const [positions, record, decisions] = await Promise.all([
    listPositions(actor),
    readAssessments(actor, application),
    readDecisions(actor, application.id),
  ]);
  const current = decisions.find(({ returnedAt }) => returnedAt === null);
  const recommended = application.phasing.filter(({ kind }) => kind === "RECOMMENDED");
  const asked = step === "recommend" ? application.phasing.filter(({ kind }) => kind === "REQUESTED") : recommended;
  const ended = endedYears(asked, dayOf(now));
  return (
    <>
      {ended && <WarningText>{ended}</WarningText>}
      <Amounts
        amounts={[
          {
            label: "Requested",
            value: formatCents(application.requestedCents),
            note: formatPhasing(application.phasing.filter(({ kind }) => kind === "REQUESTED")),
          },
          {
            label: "Recommended",
            value: application.recommendedCents === null ? "–" : formatCents(application.recommendedCents),
            note: formatPhasing(recommended),
          },
        ]}
      />
      {(step === "approve" || step === "decline") && <MayDecide actor={actor} application={application} />}
      <PositionTable
        positions={positions}
        caption={
          recommended.length > 0
            ? "The fund’s position now; what is recommended here is part of reserved"
            : "The fund’s position now"
        }
        {...(recommended.length > 0 && { here: recommended })}
      />
      {current && <SummaryList rows={recommendationRows(current)} />}
      <Scores record={record} />
    </>
  );
}

/** Under which delegation the reader decides, and what to do where none of theirs reaches. */
async function MayDecide({ actor, application }: { actor: MfatActor; application: ApplicationHeader }) {
  const cents = application.recommendedCents ?? 0n;
  const held = await listDelegations(actor, application.id);
  const [enough, highest] = [delegationFor(held, cents), highestDelegation(held)];
  if (enough) return <DecidesAs actor={actor} delegation={enough} />;
  if (!highest) return <p>Your delegation: {formatDelegation(highest)}</p>;
  return (
    <InsetText>
      {beyondDelegation(cents, highest)} You may approve less of it, with a reason.{" "}
      {whoElse(await listDeciders(application.id, cents))}
    </InsetText>
  );
}

type Recommended = Awaited<ReturnType<typeof readDecisions>>[number];

function recommendationRows(current: Recommended): SummaryRow[] {
  return [
    {
      key: "Recommendation",
      value: `${OUTCOMES[current.outcome]}, by ${current.by}, ${formatInstant(current.recommendedAt)}`,
    },
    { key: "Rationale", value: current.rationale },
    { key: "Conditions", value: current.conditions || "None" },
    ...(current.exceptionReason ? [{ key: "Reason for more than was requested", value: current.exceptionReason }] : []),
    ...current.budgetChecks.map((check) => ({
      key: "Budget confirmed by",
      value: `${check.by}, ${formatInstant(check.checkedAt)}`,
    })),
  ];
}

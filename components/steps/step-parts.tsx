import type { ReactNode } from "react";
import { AdvicePart } from "#components/advice/advice-view.tsx";
import { AnswersView } from "#components/application/answers.tsx";
import { ChangesView, comparedWords } from "#components/application/changes-view.tsx";
import { CopyLinks } from "#components/application/copy-links.tsx";
import { Letter } from "#components/application/letter.tsx";
import { SignOffSummary } from "#components/application/sign-off-summary.tsx";
import { ConditionsView } from "#components/arrangement/conditions-view.tsx";
import { SettlementContext } from "#components/arrangement/settlement-context.tsx";
import { Scores } from "#components/assessment/score-table.tsx";
import {
  AccrualContext,
  ClaimsContext,
  ConfirmWorkContext,
  NewClaimContext,
  RecoverPaymentContext,
} from "#components/claims/claims-context.tsx";
import type { FormAction } from "#components/form/form.tsx";
import { DueReport, ScheduleContext, SubmittedReports } from "#components/reports/reports-context.tsx";
import { Details } from "#components/ui/details.tsx";
import { InsetText } from "#components/ui/feedback.tsx";
import { Contents } from "#components/ui/parts.tsx";
import { VariationContext } from "#components/variations/variation-context.tsx";
import { findOwnQuestion, readAdvice } from "#lib/advice/queries.ts";
import { getAnswers, getDraft, readChanges } from "#lib/applications/answers/queries.ts";
import { endedInWords } from "#lib/applications/form/budget.ts";
import { SECTIONS, type SectionKey } from "#lib/applications/form/sections.ts";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { openTitles, unfinishedOf } from "#lib/applications/rules.ts";
import { readAssessments } from "#lib/assessments/queries.ts";
import { keepSection } from "#lib/auth/own-unsent.ts";
import { previewLetter } from "#lib/correspondence/queries.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { asAgency, asMfat } from "#lib/lifecycle/permissions.ts";
import { stepPath } from "#lib/lifecycle/steps.ts";
import { dayOf, formatDueDay } from "#lib/platform/dates.ts";
import type { LetterKind } from "#lib/platform/db/generated/enums.ts";
import type { HistoryLine } from "#lib/workflow/queries.ts";
import type { STEPS, StepKey } from "#lib/workflow/steps.ts";
import { AssessmentStep } from "./assessment-step.tsx";
import { DecisionBrief } from "./decision-brief.tsx";
import { Decided } from "./decision-parts.tsx";
import { LazyUnsentNotice } from "./lazy-step-parts.tsx";
import { Ended, EndedByTwo, Offer, OfferSent } from "./offer-parts.tsx";
import { VariationStep } from "./variation-step.tsx";

type PartProps = {
  actor: Actor;
  application: ApplicationHeader;
  now: Date;
  /** The steps so far, newest first. */
  history: readonly HistoryLine[];
  /** The number of the report that the step was opened for. */
  report?: string | undefined;
};
type Part = (props: PartProps) => ReactNode | Promise<ReactNode>;

/** What somebody needs to see next to a step's form to take the step. */
const BESIDE: Record<StepKey, Part | null> = {
  sendForSignOff: DraftInFull,
  discard: null,
  signOffAndSubmit: SignOff,
  returnToContributor: null,
  takeBack: null,
  acceptForAssessment: Screening,
  askForChanges: WhatToChange,
  moveDueDate: null,
  declineAsIneligible: (props) => <LetterPreview {...props} kind="INELIGIBLE" />,
  assignAssessors: null,
  unassignAssessor: null,
  completeAssessment: null,
  reopenAssessment: null,
  startModeration: null,
  returnAssessment: AssessedSoFar,
  askToScoreAgain: AssessedSoFar,
  setAssessmentAside: AssessedSoFar,
  keepAssessment: AssessedSoFar,
  countAssessmentAgain: AssessedSoFar,
  askForAdvice: AdviceSoFar,
  giveAdvice: OwnQuestion,
  takeBackAdvice: AdviceSoFar,
  withdrawQuestion: AdviceSoFar,
  passOverAdvice: AdviceSoFar,
  recommend: (props) => <DecisionBrief {...props} of="REQUESTED" />,
  confirmBudget: (props) => <DecisionBrief {...props} of="RECOMMENDED" instead={["returnRecommendation"]} />,
  takeBackRecommendation: (props) => <DecisionBrief {...props} of="RECOMMENDED" />,
  returnRecommendation: (props) => <DecisionBrief {...props} of="RECOMMENDED" />,
  approve: (props) => (
    <DecisionBrief {...props} of="RECOMMENDED" isDeciding instead={["decline", "returnRecommendation"]} />
  ),
  decline: (props) => (
    <>
      <DecisionBrief {...props} of="RECOMMENDED" isDeciding instead={["approve", "returnRecommendation"]} />
      <LetterPreview {...props} kind="DECLINE" />
    </>
  ),
  reopenDecision: Decided,
  sendDecisionLetter: (props) => <LetterPreview {...props} kind="DECLINE" isOpen />,
  reopenDeclined: (props) => (
    <>
      <Decided {...props} />
      <LetterPreview {...props} kind="CORRECTION" />
    </>
  ),
  sendOffer: (props) => <LetterPreview {...props} kind="OFFER" isOpen />,
  acceptOffer: Offer,
  declineOffer: Offer,
  moveLastDay: OfferSent,
  withdrawOffer: OfferSent,
  lapse: null,
  submitClaim: NewClaimContext,
  confirmWork: ({ now, ...props }) => <ConfirmWorkContext {...props} today={dayOf(now)} />,
  takeBackConfirmation: (props) => <ClaimsContext {...props} step="takeBackConfirmation" />,
  withdrawClaim: (props) => <ClaimsContext {...props} step="withdrawClaim" />,
  approveClaim: (props) => <ClaimsContext {...props} step="approveClaim" />,
  returnClaim: (props) => <ClaimsContext {...props} step="returnClaim" />,
  recordPayment: ({ now, ...props }) => (
    <>
      <ConditionsView {...props} today={dayOf(now)} />
      <ClaimsContext {...props} step="recordPayment" />
    </>
  ),
  recordReturnedPayment: (props) => <ClaimsContext {...props} step="recordReturnedPayment" />,
  correctPayment: (props) => <ClaimsContext {...props} step="correctPayment" />,
  recordCreditNote: (props) => <ClaimsContext {...props} step="recordCreditNote" />,
  recoverPayment: (props) => <RecoverPaymentContext {...props} />,
  reverseRecovery: null,
  changePurchaseOrder: null,
  stateAccrual: AccrualContext,
  askForVariation: null,
  cancelVariation: VariationContext,
  confirmVariation: VariationContext,
  approveVariation: (props) => <VariationContext {...props} isDeciding />,
  declineVariation: VariationContext,
  changeCondition: ({ now, ...props }) => <ConditionsView {...props} today={dayOf(now)} />,
  meetCondition: ({ now, ...props }) => <ConditionsView {...props} today={dayOf(now)} />,
  reopenCondition: ({ now, ...props }) => <ConditionsView {...props} today={dayOf(now)} />,
  changeSchedule: ({ now, ...props }) => <ScheduleContext {...props} today={dayOf(now)} />,
  submitReport: ({ report, ...props }) => <DueReport {...props} number={report} />,
  acceptReport: ({ now, ...props }) => <SubmittedReports {...props} isFinal={false} today={dayOf(now)} />,
  returnReport: ({ now, ...props }) => <SubmittedReports {...props} today={dayOf(now)} />,
  reopenReport: ({ now, ...props }) => <ScheduleContext {...props} today={dayOf(now)} />,
  acceptLastReport: ({ now, ...props }) => <SubmittedReports {...props} isFinal today={dayOf(now)} />,
  terminate: SettlementContext,
  prepareAcquittal: SettlementContext,
  submitAcquittal: SettlementContext,
  returnAcquittal: SettlementContext,
  recordRecovery: SettlementContext,
  confirmSurplus: SettlementContext,
  close: ({ now, ...props }) => (
    <>
      <SettlementContext {...props} />
      <ConditionsView {...props} today={dayOf(now)} />
    </>
  ),
  withdraw: null,
  reopen: Ended,
  askToReopen: EndedByTwo,
  confirmReopening: EndedByTwo,
  declineReopening: EndedByTwo,
  putOnHold: null,
  resume: null,
};

export function StepContext({ step, ...props }: PartProps & { step: StepKey }) {
  const Beside = BESIDE[step];
  return Beside && <Beside {...props} />;
}

/** `kind`: the kinds of variation named in the address. */
type OwnProps = {
  actor: Actor;
  application: ApplicationHeader;
  action: FormAction;
  kind: string | string[] | undefined;
};
type OwnKey = { [Key in StepKey]: (typeof STEPS)[Key]["fields"] extends "own" ? Key : never }[StepKey];

/** The steps whose form is a component of its own, with what is shown next to it. */
const OWN: Record<OwnKey, (props: OwnProps) => ReactNode> = {
  completeAssessment: ({ actor, application, action }) => (
    <AssessmentStep actor={asMfat(actor)} application={application} action={action} />
  ),
  askForVariation: VariationStep,
};

export const hasOwnForm = (step: StepKey): step is OwnKey => Object.hasOwn(OWN, step);

export function OwnForm({ step, ...props }: OwnProps & { step: OwnKey }) {
  const Own = OWN[step];
  return <Own {...props} />;
}

async function SignOff({ actor, application, now }: PartProps) {
  const draft = await getDraft(asAgency(actor), application);
  return (
    <>
      <SignOffSummary actor={asAgency(actor)} application={application} answers={draft} now={now} />
      <Changes actor={actor} application={application} />
      <Details summary="Everything you are signing off">
        <CopyLinks reference={application.reference} />
        <AnswersView actor={actor} application={application} answers={draft} />
      </Details>
      <p>
        Not ready? <a href={stepPath(application.reference, "returnToContributor")}>Return to contributor</a> with a
        reason.
      </p>
    </>
  );
}

async function DraftInFull({ actor, application }: PartProps) {
  const draft = await getDraft(asAgency(actor), application);
  const isOpen = (key: string) => draft.sections.some((section) => section.key === key && section.isOpen);
  return (
    <>
      <Unfinished
        sections={unfinishedOf(draft.sections)}
        reference={application.reference}
        ended={endedInWords(draft.years)}
      />
      <LazyUnsentNotice
        keptAs={await keepSection(application.reference)}
        reference={application.reference}
        sections={openTitles(draft.sections)}
      />
      <Changes actor={actor} application={application} />
      <CopyLinks reference={application.reference} />
      <Contents
        parts={draft.sections.map(({ key, number, title, status }) => ({
          id: `section-${key}`,
          title: `${number}. ${title}`,
          state: status,
        }))}
      />
      <AnswersView
        actor={actor}
        application={application}
        answers={draft}
        changeHref={(key) => (isOpen(key) ? `/applications/${application.reference}/sections/${key}` : null)}
      />
      {application.state === "CHANGES_REQUESTED" && <h2>Your answers to MFAT</h2>}
    </>
  );
}

function Screening(props: PartProps) {
  const { reference } = props.application;
  return (
    <>
      <p>
        If something is missing, <a href={stepPath(reference, "askForChanges")}>ask for changes</a>. If the fund cannot
        pay for it, <a href={stepPath(reference, "declineAsIneligible")}>decline it as ineligible</a>.
      </p>
      <SignedAnswers {...props} />
    </>
  );
}

/** What changed, and the answers. */
async function SignedAnswers({ actor, application }: PartProps) {
  const answers = await getAnswers(actor, application);
  return (
    <>
      <Changes actor={actor} application={application} />
      {answers && (
        <Details summary="The answers, as signed off">
          <AnswersView actor={actor} application={application} answers={answers} />
        </Details>
      )}
    </>
  );
}

/** The same, and an explanation of the form below. */
function WhatToChange(props: PartProps) {
  return (
    <>
      <SignedAnswers {...props} />
      <h2>What needs to change</h2>
      <p>
        Write in each section that the agency should change, and leave the others empty. The agency reads this, and can
        edit only the sections that you write in.
      </p>
    </>
  );
}

type LetterProps = PartProps & { kind: LetterKind; isOpen?: boolean };

async function LetterPreview({ actor, application, now, kind, isOpen = false }: LetterProps) {
  return (
    <Details summary="Preview of the letter" isOpen={isOpen}>
      <Letter letter={await previewLetter(asMfat(actor), kind, application.reference, now)} level={2} />
    </Details>
  );
}

/** The scores, before one of the assessments is returned, set aside or counted again. */
async function AssessedSoFar({ actor, application }: PartProps) {
  return <Scores record={await readAssessments(asMfat(actor), application)} />;
}

/** What was asked and answered, before another question is asked or one is closed. */
async function AdviceSoFar({ actor, application, now }: PartProps) {
  return <AdvicePart advice={await readAdvice(asMfat(actor), application)} today={dayOf(now)} />;
}

/** The question to the adviser, and everything that the agency signed off. */
async function OwnQuestion({ actor, application }: PartProps) {
  const [own, answers] = await Promise.all([
    findOwnQuestion(asMfat(actor), application.id),
    getAnswers(actor, application),
  ]);
  return (
    <>
      {own && (
        <InsetText>
          <p>
            <strong>Answer by {formatDueDay(own.dueOn)}</strong>
          </p>
          <p className="app-line">{own.question}</p>
        </InsetText>
      )}
      {answers && (
        <Details summary="All answers, as signed off">
          <AnswersView actor={actor} application={application} answers={answers} />
        </Details>
      )}
    </>
  );
}
/** `ended`: what has changed about the budget since it was written. */
type UnfinishedProps = { sections: readonly SectionKey[]; reference: string; ended: string | null };

/** Links to what still needs to be written. */
function Unfinished({ sections, reference, ended }: UnfinishedProps) {
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
            {ended && key === "budget" && <span className="app-note app-line">{ended}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}

/** What changed since the reader last read it, where they have read it before. */
async function Changes({ actor, application }: { actor: Actor; application: ApplicationHeader }) {
  const comparison = await readChanges(actor, application);
  return (
    comparison && (
      <Details summary={`What changed between ${comparedWords(comparison)}`} isOpen>
        <h2 className="govuk-visually-hidden">What changed</h2>
        <ChangesView actor={actor} application={application} comparison={comparison} />
      </Details>
    )
  );
}

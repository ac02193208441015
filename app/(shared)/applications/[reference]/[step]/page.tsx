import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ApplicationLede } from "#components/application/application-lede.tsx";
import { Declared, DeclareInterests } from "#components/application/declare-interests.tsx";
import { StandingReasons } from "#components/application/history-view.tsx";
import { Form } from "#components/form/form.tsx";
import { TypedWords } from "#components/form/typed-words.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { hasOwnForm, OwnForm, StepContext } from "#components/steps/step-parts.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { ErrorSummary } from "#components/ui/error-summary.tsx";
import { InsetText, StatusMessage, WarningText } from "#components/ui/feedback.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { isSection, SECTIONS } from "#lib/applications/form/sections.ts";
import { type ApplicationHeader, getApplication } from "#lib/applications/queries.ts";
import { requireActor } from "#lib/auth/session.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { stepPath } from "#lib/lifecycle/steps.ts";
import { now } from "#lib/platform/clock.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { readUnsent } from "#lib/unsent/queries.ts";
import { wordsIn } from "#lib/unsent/rules.ts";
import { orNotFound, readFailure } from "#lib/web/action.ts";
import { readStepForm } from "#lib/workflow/forms/queries.ts";
import { readBefore } from "#lib/workflow/obstacles/queries.ts";
import { type HistoryLine, listHistory, readEndingWords } from "#lib/workflow/queries.ts";
import { findStep, pageTitle, type StepKey, stepRow, stepsFor } from "#lib/workflow/steps.ts";
import { declareInterests } from "../interests/actions.ts";
import { takeStep } from "./actions.ts";

/**
 * saved, done: what was done on this page just now. kind: which kinds of variation are asked for. claim, report: the number of
 * the claim or the report that the step is opened for.
 */
type StepSearch = { saved?: string; done?: string; kind?: string | string[]; claim?: string; report?: string };

type Props = {
  params: Promise<{ reference: string; step: string }>;
  searchParams: Promise<StepSearch>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { reference, step: address } = await params;
  const step = findStep(address);
  return { title: step ? `${pageTitle(step)}: ${reference}` : "Page not found" };
}

/** One page for every step of the workflow table: its form, next to what the reader needs to know to fill it in. */
export default async function Page({ params, searchParams }: Props) {
  const [actor, { reference, step: address }, search] = await Promise.all([requireActor(), params, searchParams]);
  const { saved, done } = search;
  const step = findStep(address);
  if (!step) notFound();
  const application = await orNotFound(() => getApplication(actor, reference));
  const isInTable = stepsFor(application.state, actor.roles, application.heldAt !== null).includes(step);
  const { obstacle, cautions } =
    isInTable && application.isOpen
      ? await readBefore(actor, application, step, search.kind)
      : { obstacle: undefined, cautions: [] };
  const isPossible = isInTable && obstacle !== null;
  const history = application.isOpen ? await listHistory(actor, application.id) : [];
  return (
    <MarkedPage marking={MARKING_LABELS[application.marking]} endorsement={application.endorsement}>
      <BackLink href={`/applications/${reference}`}>Back to {reference}</BackLink>
      {done === "interests" && <Declared isRecused={!application.isOpen} />}
      <PageHeading title={pageTitle(step)} caption={application.title || "No title yet"}>
        <ApplicationLede actor={actor} application={application} />
      </PageHeading>
      {!application.isOpen && actor.side === "MFAT" && (
        <DeclareInterests declare={declareInterests} actor={actor} application={application} next={step} />
      )}
      {saved && isPossible && (
        <StatusMessage>
          {isSection(saved) ? `“${SECTIONS[saved].title}” is saved.` : "Saved. You can continue later."}
        </StatusMessage>
      )}
      {!isPossible && application.isOpen && (
        <NotPossible actor={actor} last={history.find(({ action }) => action)} step={step} reference={reference} />
      )}
      <StandingReasons lines={history} application={application} side={actor.side} />
      {isPossible && application.isOpen ? (
        <PossibleStep
          actor={actor}
          application={application}
          step={step}
          search={search}
          {...{ obstacle, cautions, history }}
        />
      ) : (
        <p>
          <a href={`/applications/${reference}`}>See the application as it is now</a>
        </p>
      )}
    </MarkedPage>
  );
}

type NotPossibleProps = { actor: Actor; last: HistoryLine | undefined; step: StepKey; reference: string };

/**
 * A step that was possible when its page was opened may no longer be possible when the form is sent. Then that is shown
 * first.
 */
async function NotPossible({ actor, last, step, reference }: NotPossibleProps) {
  const what = last?.action
    ? `${stepRow(last.action).happened} by ${last.by}, ${formatInstant(last.at)}.`
    : "nothing yet.";
  const sent = await readFailure();
  const kept = sent
    ? [sent.values]
    : [...(await readUnsent(actor, stepPath(reference, step))).values()].map(({ values }) => values);
  const words = kept.flatMap(wordsIn);
  const problem = `You can no longer do this. Last step: ${what} We did not make your change.`;
  return (
    <>
      {sent ? <ErrorSummary errors={{}} problem={problem} /> : <p>You cannot do this now. Last step: {what}</p>}
      {words.length > 0 && (
        <TypedWords title="What you typed" words={words}>
          Only you can read this. We keep it for 90 days.
        </TypedWords>
      )}
    </>
  );
}

type PossibleStepProps = {
  actor: Actor;
  application: ApplicationHeader;
  step: StepKey;
  obstacle: string | undefined;
  /** What else the reader should know before sending the form. */
  cautions: readonly string[];
  history: readonly HistoryLine[];
  search: StepSearch;
};

async function PossibleStep({ actor, application, step, obstacle, cautions, history, search }: PossibleStepProps) {
  const { kind } = search;
  const { reference, revision } = application;
  const { label, isFinal, later } = stepRow(step);
  const context = (
    <StepContext
      actor={actor}
      application={application}
      step={step}
      now={now()}
      history={history}
      report={search.report}
    />
  );
  if (obstacle) {
    return (
      <>
        <InsetText>
          <strong>You cannot do this now: “{label}”.</strong> {obstacle}
        </InsetText>
        {context}
      </>
    );
  }
  const action = takeStep.bind(null, reference, step);
  const warnings = cautions.map((caution) => <WarningText key={caution}>{caution}</WarningText>);
  if (hasOwnForm(step)) {
    return (
      <>
        {warnings}
        <OwnForm step={step} actor={actor} application={application} kind={kind} action={action} />
      </>
    );
  }
  const { hidden = {}, ...form } = await readStepForm(actor, application, step, search);
  return (
    <>
      {context}
      <Narrow>
        {warnings}
        {isFinal && <WarningText>{await readEndingWords(actor, application, step)}</WarningText>}
        <Form
          action={action}
          {...form}
          requestId={randomUUID()}
          revision={revision}
          submit={label}
          {...(hidden.report && { name: `${label} ${hidden.report}` })}
          kind={isFinal ? "warning" : "primary"}
          {...(later && { otherSubmit: later })}
          cancelHref={`/applications/${reference}`}
        >
          {Object.entries(hidden).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
        </Form>
      </Narrow>
    </>
  );
}

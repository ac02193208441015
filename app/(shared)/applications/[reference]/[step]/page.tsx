import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ApplicationLede } from "#components/application/application-lede.tsx";
import { Declared, DeclareInterests } from "#components/application/declare-interests.tsx";
import { StandingReasons } from "#components/application/history-view.tsx";
import { Form } from "#components/form/form.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { AssessmentStep } from "#components/steps/assessment-step.tsx";
import { StepContext } from "#components/steps/step-context.tsx";
import { stepFields } from "#components/steps/step-fields.ts";
import { VariationStep } from "#components/steps/variation-step.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { ErrorSummary } from "#components/ui/error-summary.tsx";
import { InsetText, StatusMessage, WarningText } from "#components/ui/feedback.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { type ApplicationHeader, getApplication, readScreening } from "#lib/applications/queries.ts";
import { checkInput, noteInput } from "#lib/applications/schema.ts";
import { readAcquittalForm, readRecoveryForm } from "#lib/arrangements/settlement/queries.ts";
import { listAssessorOptions, listUnassignable, readAssessments } from "#lib/assessments/queries.ts";
import { requireActor } from "#lib/auth/session.ts";
import { listConditionOptions, readDecisions } from "#lib/decisions/queries.ts";
import { decidedYears } from "#lib/decisions/rules.ts";
import type { Lists, Values } from "#lib/form/fields.ts";
import { resolveFields } from "#lib/form/parse.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import type { Actor, MfatActor } from "#lib/lifecycle/permissions.ts";
import { type HistoryLine, listHistory } from "#lib/lifecycle/queries.ts";
import { type Action, actionsFrom, isAction, pageTitle, transition } from "#lib/lifecycle/workflow.ts";
import { readClaimForm } from "#lib/payments/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatInstant } from "#lib/platform/dates.ts";
import { plainCents } from "#lib/platform/money.ts";
import { ASSESSMENT_DAYS, addWorkingDays } from "#lib/platform/working-days.ts";
import { listReportOptions, readReportForm, readScheduleForm, type StepForm } from "#lib/reports/queries.ts";
import { isFailed, orNotFound } from "#lib/web/action.ts";
import { listObstacles } from "#lib/work/queries.ts";
import { declareInterests } from "../interests/actions.ts";
import { takeStep } from "./actions.ts";

/**
 * saved, done: what was done on this page just now. kind: which kind of variation is asked for. claim: the number of the
 * claim that the step is opened for.
 */
type StepSearch = { saved?: string; done?: string; kind?: string; claim?: string };

type Props = {
  params: Promise<{ reference: string; step: string }>;
  searchParams: Promise<StepSearch>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { reference, step } = await params;
  return { title: isAction(step) ? `${pageTitle(step)}: ${reference}` : "Page not found" };
}

/** One page for every step of the workflow table: what it asks, beside what has to be known to answer. */
export default async function Page({ params, searchParams }: Props) {
  const [actor, { reference, step }, search] = await Promise.all([requireActor(), params, searchParams]);
  const { saved, done } = search;
  if (!isAction(step)) notFound();
  const application = await orNotFound(() => getApplication(actor, reference));
  const isInTable = actionsFrom(application.state, actor.roles, application.heldAt !== null).includes(step);
  const obstacle = isInTable && application.isOpen ? (await listObstacles(actor, application))[step] : undefined;
  const isPossible = isInTable && obstacle !== null;
  const history = application.isOpen ? await listHistory(actor, application.id) : [];
  return (
    <MarkedPage marking={MARKING_LABELS[application.marking]} endorsement={application.endorsement}>
      <BackLink href={`/applications/${reference}`}>Back to {reference}</BackLink>
      {done === "interests" && <Declared />}
      <PageHeading title={pageTitle(step)} caption={application.title || "No title yet"}>
        <ApplicationLede actor={actor} application={application} />
      </PageHeading>
      {!application.isOpen && actor.side === "MFAT" && (
        <DeclareInterests declare={declareInterests} actor={actor} application={application} next={step} />
      )}
      {saved && isPossible && <StatusMessage>Saved. You can go on later.</StatusMessage>}
      {!isPossible && application.isOpen && <NotPossible last={history[0]} />}
      <StandingReasons lines={history} application={application} side={actor.side} />
      {isPossible && application.isOpen ? (
        <PossibleStep actor={actor} application={application} step={step} obstacle={obstacle} search={search} />
      ) : (
        <p>
          <a href={`/applications/${reference}`}>See the application as it is now</a>
        </p>
      )}
    </MarkedPage>
  );
}

/** A step that was there when its page was opened may be gone when its form is sent: then that is what is read first. */
async function NotPossible({ last }: { last: HistoryLine | undefined }) {
  const what = last ? `${transition(last.action).happened} by ${last.by}, ${formatInstant(last.at)}.` : "nothing yet.";
  if (!(await isFailed())) return <p>This is not possible now, or not for you. What happened last: {what}</p>;
  const problem = `This is no longer possible. What happened after this page was opened: ${what} Nothing of yours was changed.`;
  return <ErrorSummary errors={{}} problem={problem} />;
}

type PossibleStepProps = {
  actor: Actor;
  application: ApplicationHeader;
  step: Action;
  obstacle: string | undefined;
  search: StepSearch;
};

async function PossibleStep({ actor, application, step, obstacle, search }: PossibleStepProps) {
  const { kind, claim } = search;
  const { reference, revision } = application;
  const { label, isFinal } = transition(step);
  const context = <StepContext actor={actor} application={application} step={step} now={now()} />;
  if (obstacle) {
    return (
      <>
        <InsetText>
          <strong>“{label}” is not possible now.</strong> {obstacle ?? "There is nothing that it could be done for."}
        </InsetText>
        {context}
      </>
    );
  }
  if (step === "completeAssessment" && actor.side === "MFAT") {
    return <AssessmentStep actor={actor} application={application} action={takeStep.bind(null, reference, step)} />;
  }
  if (step === "askForVariation") {
    const action = takeStep.bind(null, reference, step);
    return <VariationStep actor={actor} application={application} kind={kind} action={action} />;
  }
  const { hidden = {}, ...form } = await formOf(actor, application, step, claim);
  const later = LATER[step];
  return (
    <>
      {context}
      <Narrow>
        {isFinal && <WarningText>This cannot be undone.</WarningText>}
        <Form
          action={takeStep.bind(null, reference, step)}
          {...form}
          requestId={randomUUID()}
          revision={revision}
          submit={label}
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

/** The second button of steps that somebody may begin now and finish later. */
const LATER: Partial<Record<Action, string>> = {
  acceptForAssessment: "Save and finish later",
  submitReport: "Save for later",
};

/** The step's fields with their lists, and what they begin with. */
async function formOf(
  actor: Actor,
  application: ApplicationHeader,
  step: Action,
  claim: string | undefined,
): Promise<StepForm> {
  const years = decidedYears(dayOf(now()));
  const claims = await readClaimForm(actor, application.id, step, claim);
  if (actor.side === "AGENCY") {
    if (step === "submitReport") return readReportForm(actor, application);
    if (step === "submitAcquittal") return readAcquittalForm(actor, application);
    return { fields: resolveFields(stepFields(step, years), claims.lists), initial: claims.initial };
  }
  if (step === "changeSchedule") return readScheduleForm(actor, application);
  if (step === "recordRecovery") return readRecoveryForm(actor, application.id);
  const lists: Lists = {
    reports: await listReportOptions(actor, application.id, step),
    assessors: step === "assignAssessors" ? await listAssessorOptions(actor, application.id) : [],
    unassignable: step === "unassignAssessor" ? await listUnassignable(actor, application.id) : [],
    conditions: ["recommend", "approve"].includes(step) ? await listConditionOptions(actor) : [],
    ...claims.lists,
  };
  return {
    fields: resolveFields(stepFields(step, years, application.round), lists),
    initial: { ...claims.initial, ...onlyReport(lists), ...(await initialOf(actor, application, step)) },
  };
}

/** Where there is one report to choose, it is chosen. */
const onlyReport = ({ reports = [] }: Lists): Values =>
  reports.length === 1 && reports[0] ? { report: reports[0].value } : {};

/** What is recommended begins as what was requested; what is approved begins as what was recommended. */
async function initialOf(actor: MfatActor, application: ApplicationHeader, step: Action): Promise<Values> {
  if (step === "assignAssessors") {
    const { assessments } = await readAssessments(actor, application);
    const due = addWorkingDays(dayOf(now()), ASSESSMENT_DAYS);
    return {
      assessors: assessments.flatMap(({ assessorId, status }) => (status === "UNASSIGNED" ? [] : assessorId)),
      "dueOn-day": String(due.getUTCDate()),
      "dueOn-month": String(due.getUTCMonth() + 1),
      "dueOn-year": String(due.getUTCFullYear()),
    };
  }
  if (step === "acceptForAssessment") {
    const screening = await readScreening(actor, application.id);
    return Object.fromEntries(
      (screening?.checks ?? []).flatMap(({ position, answer, note }) => [
        [checkInput(position), answer ?? ""],
        [noteInput(position), note],
      ]),
    );
  }
  if (step !== "recommend" && step !== "approve") return {};
  const kind = step === "recommend" ? "REQUESTED" : "RECOMMENDED";
  const years = decidedYears(dayOf(now()));
  const phasing = application.phasing.filter((part) => part.kind === kind && years.includes(part.startYear));
  const [current] = step === "approve" ? await readDecisions(actor, application.id) : [];
  return {
    ...Object.fromEntries(phasing.map(({ startYear, cents }) => [`phasing${startYear}`, plainCents(cents)])),
    ...(current && { conditions: current.conditions }),
  };
}

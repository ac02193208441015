import type { Metadata } from "next";
import { ApplicationLede } from "#components/application/application-lede.tsx";
import { ChangeRequest } from "#components/application/change-request.tsx";
import { Declared, DeclareInterests } from "#components/application/declare-interests.tsx";
import { Facts } from "#components/application/facts.tsx";
import { HistoryView, StandingReasons } from "#components/application/history-view.tsx";
import { LateOfficers } from "#components/application/late-officers.tsx";
import { AgencyParts } from "#components/reading/agency-parts.tsx";
import { MfatParts } from "#components/reading/mfat-parts.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { StepPanel } from "#components/steps/step-panel.tsx";
import { WithAside } from "#components/ui/columns.tsx";
import { NotificationBanner } from "#components/ui/feedback.tsx";
import { Breadcrumbs } from "#components/ui/navigation.tsx";
import { Steps } from "#components/ui/progress.tsx";
import { type ApplicationHeader, getApplication } from "#lib/applications/queries.ts";
import { readChangeRequest } from "#lib/applications/screening/queries.ts";
import { findOffer } from "#lib/arrangements/queries.ts";
import { lastList } from "#lib/auth/request.ts";
import { requireActor } from "#lib/auth/session.ts";
import { readTold } from "#lib/correspondence/queries.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { PATH, stateLabel, waitsOn } from "#lib/lifecycle/states.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { findOpenVariation } from "#lib/variations/queries.ts";
import { waitsOnRole } from "#lib/variations/rules.ts";
import { orNotFound } from "#lib/web/action.ts";
import { listWork } from "#lib/work/queries.ts";
import { taskPath, workLabel } from "#lib/work/rules.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import { whatNext } from "#lib/workflow/rules.ts";
import { isStep, stepRow } from "#lib/workflow/steps.ts";
import { declareInterests } from "./interests/actions.ts";

type Props = { params: Promise<{ reference: string }>; searchParams: Promise<{ done?: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await params).reference };
}

/** One page for everybody: each reader sees only what they may see. */
export default async function Page({ params, searchParams }: Props) {
  const [actor, { reference }, { done }] = await Promise.all([requireActor(), params, searchParams]);
  const application = await orNotFound(() => getApplication(actor, reference));
  const [history, asked] = await Promise.all([
    application.isOpen ? listHistory(actor, application.id) : [],
    actor.side === "AGENCY" ? readChangeRequest(actor, application) : null,
  ]);
  return (
    <MarkedPage marking={MARKING_LABELS[application.marking]} endorsement={application.endorsement}>
      <Breadcrumbs crumbs={[await lastList()]} />
      {done === "interests" && <Declared isRecused={!application.isOpen} />}
      {done && done !== "interests" && <Done actor={actor} application={application} step={done} />}
      <PageHeading title={application.title || "No title yet"}>
        <ApplicationLede actor={actor} application={application} />
      </PageHeading>
      <Progress application={application} />
      <StandingReasons lines={history} application={application} side={actor.side} />
      {actor.side === "MFAT" && application.isOpen && <LateOfficers actor={actor} application={application} />}
      {asked && <ChangeRequest asked={asked} reference={reference} />}
      <WithAside
        act={application.isOpen && <StepPanel actor={actor} application={application} />}
        aside={<HistoryView lines={history} />}
      >
        {application.isOpen ? (
          <>
            <Facts actor={actor} application={application} />
            {actor.side === "AGENCY" ? (
              <AgencyParts actor={actor} application={application} today={dayOf(now())} />
            ) : (
              <MfatParts actor={actor} application={application} today={dayOf(now())} />
            )}
          </>
        ) : (
          actor.side === "MFAT" && (
            <DeclareInterests declare={declareInterests} actor={actor} application={application} />
          )
        )}
      </WithAside>
    </MarkedPage>
  );
}

/** What has just been done, and what happens next. */
async function Done({ actor, application, step }: { actor: Actor; application: ApplicationHeader; step: string }) {
  const next = waitsOn(application.state, actor.side, application.waiting?.role ?? null, application.waiting?.step);
  const offer = application.state === "OFFERED" ? await findOffer(actor, application.id) : null;
  const taken = isStep(step) ? step : undefined;
  const variation = await findOpenVariation(actor, application.id);
  const varying = variation && waitsOnRole(variation);
  const endsOn = application.arrangement?.endsOn ?? application.endsOn;
  const then = whatNext({ ...application, endsOn, offerDueAt: offer?.dueAt ?? null, varying }, actor.side, taken);
  const what = taken ? stepRow(taken).happened : "saved";
  const told = taken ? await readTold(actor, application, stepRow(taken)) : null;
  const [task] = (await listWork(actor)).items;
  return (
    <NotificationBanner kind="success">
      <p>
        <strong>
          {application.reference}: {what}.
        </strong>{" "}
        It is now “{stateLabel(application.state, actor.side)}”{next ? ` and is waiting on ${next}.` : "."}
        {told && ` We have emailed ${told}.`}
      </p>
      {then && (
        <p>
          <strong>What happens next:</strong> {then}
        </p>
      )}
      {task && (
        <p>
          <a href={taskPath(task)}>
            Next task: {workLabel(task.step)}
            {task.reference !== application.reference && ` for “${task.title}”`}
          </a>
        </p>
      )}
    </NotificationBanner>
  );
}

function Progress({ application }: { application: ApplicationHeader }) {
  const { state } = application;
  const now = PATH.findIndex(({ states }) => states.includes(state));
  if (now < 0) return null;
  return (
    <Steps
      steps={PATH.map(({ label }, index) => ({ label, status: index < now ? "done" : index === now ? "now" : "next" }))}
    />
  );
}

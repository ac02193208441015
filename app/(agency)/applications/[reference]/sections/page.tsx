import type { Metadata } from "next";
import { ApplicationLede } from "#components/application/application-lede.tsx";
import { ChangeRequest } from "#components/application/change-request.tsx";
import { CommentsLink } from "#components/application/comments-link.tsx";
import { StandingReasons } from "#components/application/history-view.tsx";
import { UnsentNotice } from "#components/application/unsent-notice.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { LinkButton } from "#components/ui/buttons.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { StatusMessage } from "#components/ui/feedback.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { TaskList } from "#components/ui/progress.tsx";
import { getDraft, type SectionView } from "#lib/applications/answers/queries.ts";
import { endedInWords } from "#lib/applications/form/budget.ts";
import { isOptionalSection, isSection, SECTIONS } from "#lib/applications/form/sections.ts";
import { getApplication } from "#lib/applications/queries.ts";
import { openTitles } from "#lib/applications/rules.ts";
import { readChangeRequest } from "#lib/applications/screening/queries.ts";
import { keepSection } from "#lib/auth/own-unsent.ts";
import { requireAgency } from "#lib/auth/session.ts";
import { countOpenComments } from "#lib/comments/queries.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { stepPath } from "#lib/lifecycle/steps.ts";
import { formatDeadline, formatInstant } from "#lib/platform/dates.ts";
import { orNotFound } from "#lib/web/action.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import { pageTitle } from "#lib/workflow/steps.ts";

type Props = { params: Promise<{ reference: string }>; searchParams: Promise<{ saved?: string; copied?: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Sections: ${(await params).reference}` };
}

/** The task list of an application's form. */
export default async function Page({ params, searchParams }: Props) {
  const [actor, { reference }, { saved, copied }] = await Promise.all([requireAgency(), params, searchParams]);
  const application = await orNotFound(() => getApplication(actor, reference));
  const [{ sections, years }, comments, asked, history] = await Promise.all([
    getDraft(actor, application),
    countOpenComments(actor, application.id),
    readChangeRequest(actor, application),
    listHistory(actor, application.id),
  ]);
  const needed = sections.filter(({ key }) => SECTIONS[key].by === "CONTRIBUTOR" && !isOptionalSection(key));
  const done = needed.filter(({ status }) => status === "complete").length;
  return (
    <MarkedPage marking={MARKING_LABELS[application.marking]} endorsement={application.endorsement}>
      <Narrow>
        <BackLink href={`/applications/${reference}`}>Back to {reference}</BackLink>
        <PageHeading title={application.title || "New application"} caption="Application form">
          <ApplicationLede actor={actor} application={application} />
        </PageHeading>
        {saved && isSection(saved) && <StatusMessage>“{SECTIONS[saved].title}” is saved.</StatusMessage>}
        {copied && (
          <StatusMessage>
            We have copied the answers from {copied}, except dates, confirmations and files. Check every section.
          </StatusMessage>
        )}
        <StandingReasons lines={history} application={application} side={actor.side} />
        {asked && <ChangeRequest asked={asked} reference={reference} />}
        <p>
          You have completed {done} of {needed.length} required sections.
          {application.state === "DRAFT" && " You can complete them in any order."}
        </p>
        {application.state === "DRAFT" && application.round.closesAt && (
          <p>
            {application.round.name} closes on <strong>{formatDeadline(application.round.closesAt)}</strong>. Your
            certifier must sign off and submit before then.
          </p>
        )}
        <p>
          <CommentsLink reference={reference} counts={comments} />
        </p>
        <UnsentNotice keptAs={await keepSection(reference)} reference={reference} sections={openTitles(sections)} />
        <TaskList
          tasks={sections.map((section) => taskOf(section, reference, asked !== null && !section.isOpen, years))}
        />
        {actor.roles.has("CONTRIBUTOR") && sections.some(({ isOpen }) => isOpen) && (
          <LinkButton href={stepPath(reference, "sendForSignOff")}>{pageTitle("sendForSignOff")}</LinkButton>
        )}
      </Narrow>
    </MarkedPage>
  );
}

function taskOf({ key, status, savedAt }: SectionView, reference: string, isLocked: boolean, years: readonly number[]) {
  const ended = key === "budget" ? endedInWords(years) : null;
  return {
    id: key,
    title: `${SECTIONS[key].number}. ${SECTIONS[key].title}`,
    ...(key !== "declaration" && { href: `/applications/${reference}/sections/${key}` }),
    ...(key === "declaration" && { hint: "Your certifier completes this at sign-off" }),
    ...(isOptionalSection(key) && { hint: "Optional" }),
    ...(savedAt && { hint: `Saved ${formatInstant(savedAt)}` }),
    ...(isLocked && key !== "declaration" && { hint: "Locked: MFAT did not ask for changes here" }),
    ...(ended && { hint: ended }),
    status: status.charAt(0).toUpperCase() + status.slice(1),
    ...(status === "not started" && { statusKind: "neutral" as const }),
    ...(status === "in progress" && { statusKind: "wait" as const }),
  };
}

import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { ApplicationLede } from "#components/application/application-lede.tsx";
import { Form } from "#components/form/form.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { Details } from "#components/ui/details.tsx";
import { StatusMessage } from "#components/ui/feedback.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { Timeline } from "#components/ui/progress.tsx";
import { SECTIONS } from "#lib/applications/form/sections.ts";
import { getApplication } from "#lib/applications/queries.ts";
import { requireAgency } from "#lib/auth/session.ts";
import { type ListedComment, listComments } from "#lib/comments/queries.ts";
import { COMMENT_FIELDS } from "#lib/comments/schema.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { isEnded } from "#lib/lifecycle/states.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { orNotFound } from "#lib/web/action.ts";
import { add, settle } from "./actions.ts";

type Props = {
  params: Promise<{ reference: string }>;
  searchParams: Promise<{ section?: string; done?: string; told?: string }>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Comments: ${(await params).reference}` };
}

/** What colleagues say to each other about an application. MFAT cannot open this page. */
/** How many colleagues were emailed about a comment. */
const toldInWords = (count: number): string => {
  if (count > 0) return `We have emailed ${count === 1 ? "one colleague" : `${Math.floor(count)} colleagues`}.`;
  return "No one else has worked on this application yet, so we did not email anyone.";
};

export default async function Page({ params, searchParams }: Props) {
  const [actor, { reference }, { section, done, told }] = await Promise.all([requireAgency(), params, searchParams]);
  const application = await orNotFound(() => getApplication(actor, reference));
  const comments = await listComments(actor, application.id);
  const settled = comments.filter((comment) => comment.done);
  const open = comments.filter((comment) => !comment.done);
  return (
    <MarkedPage marking={MARKING_LABELS[application.marking]} endorsement={application.endorsement}>
      <Narrow>
        <BackLink href={`/applications/${reference}`}>Back to {reference}</BackLink>
        <PageHeading title="Comments" caption={application.title || "No title yet"}>
          <ApplicationLede actor={actor} application={application} />
        </PageHeading>
        {done === "added" && <StatusMessage>You have added a comment. {toldInWords(Number(told))}</StatusMessage>}
        {done === "settled" && <StatusMessage>You have marked the comment as done.</StatusMessage>}
        <p>For contributors and certifiers at {actor.agencyName}. MFAT cannot see them.</p>
        {open.length ? <Comments comments={open} reference={reference} /> : <p>There are no open comments.</p>}
        {settled.length > 0 && (
          <Details summary={`Done (${settled.length})`}>
            <Comments comments={settled} reference={reference} />
          </Details>
        )}
        {!isEnded(application.state) && (
          <>
            <h2>Add a comment</h2>
            <Form
              action={add.bind(null, reference)}
              fields={COMMENT_FIELDS}
              initial={{ section: section ?? "" }}
              requestId={randomUUID()}
              submit="Add comment"
            />
          </>
        )}
      </Narrow>
    </MarkedPage>
  );
}

function Comments({ comments, reference }: { comments: readonly ListedComment[]; reference: string }) {
  return (
    <Timeline
      label="Comments"
      entries={comments.map((comment) => ({
        id: comment.id,
        title: <strong>{comment.author}</strong>,
        at: formatInstant(comment.at),
        dateTime: comment.at.toISOString(),
        by: comment.section ? (
          <a href={`/applications/${reference}/sections/${comment.section}`}>
            {SECTIONS[comment.section].number}. {SECTIONS[comment.section].title}
          </a>
        ) : (
          "the whole application"
        ),
        children: (
          <>
            <p className="app-line">{comment.text}</p>
            {comment.done ? (
              <p className="app-note">
                Done: {comment.done.by}, {formatInstant(comment.done.at)}
              </p>
            ) : (
              <Form
                action={settle.bind(null, reference, comment.id)}
                fields={[]}
                requestId={randomUUID()}
                kind="secondary"
                name={`Mark as done: ${comment.author}’s comment of ${formatInstant(comment.at)}`}
                submit={
                  <>
                    Mark as done<span className="govuk-visually-hidden">: {comment.author}’s comment</span>
                  </>
                }
              />
            )}
          </>
        ),
      }))}
    />
  );
}

import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { NotificationBanner } from "#components/ui/feedback.tsx";
import { Pagination, Views } from "#components/ui/navigation.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { Tag, type TagKind } from "#components/ui/tag.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { listMail, type MailFate, type MailLine } from "#lib/correspondence/queries.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { can } from "#lib/lifecycle/permissions.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { orNotFound } from "#lib/web/action.ts";
import { sendAgain } from "./actions.ts";

export const metadata: Metadata = { title: "Mail" };

const FATES: Record<MailFate, { label: string; kind: TagKind }> = {
  waiting: { label: "Waiting", kind: "neutral" },
  failing: { label: "Failing", kind: "bad" },
  sent: { label: "Sent", kind: "ok" },
};
const isFate = (word: string): word is MailFate => Object.hasOwn(FATES, word);

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const actor = await requireMfat();
  const values = await searchParams;
  const word = text(values, "fate");
  const fate = isFate(word) ? word : undefined;
  const before = text(values, "before");
  const { lines, next } = await orNotFound(async () =>
    listMail(actor, { ...(fate && { fate }), ...(before && { before }) }),
  );
  const search = `${new URLSearchParams({ ...(fate && { fate }), ...(before && { before }) })}`;
  const nextPage = next && `?${new URLSearchParams({ ...(fate && { fate }), before: next })}`;
  const views = [
    { label: "All", href: "/settings/mail", isCurrent: !fate },
    ...Object.entries(FATES).map(([value, { label }]) => ({
      label,
      href: `/settings/mail?fate=${value}`,
      isCurrent: value === fate,
    })),
  ];
  return (
    <>
      {text(values, "done") === "queued" && (
        <NotificationBanner kind="success">
          <p>The email is back in the queue. It will go out within seconds if the mail server accepts it.</p>
        </NotificationBanner>
      )}
      <PageHeading title="Mail">
        All emails from the portal and whether they were sent. We retry failed emails, waiting longer each time.
      </PageHeading>
      <Views label="Emails by result" views={views} />
      <Table
        caption="Emails, newest first"
        columns={columnsFor(can(actor, "mail:send") ? search : null)}
        rows={lines}
        keyOf={({ id }) => id}
        empty={fate ? `No emails are ${FATES[fate].label.toLowerCase()}.` : "There are no emails yet."}
      />
      <Pagination label="Mail" {...(nextPage && { next: nextPage })} />
    </>
  );
}

/** `search`: the list to return to after sending again; null where the reader may not send. */
function columnsFor(search: string | null): Column<MailLine>[] {
  const columns: Column<MailLine>[] = [
    { header: "Created", cell: ({ createdAt }) => formatInstant(createdAt) },
    { header: "To", cell: ({ to }) => to },
    { header: "Subject", cell: ({ subject }) => subject },
    { header: "Result", cell: (line) => <Fate line={line} /> },
    { header: "Attempts", cell: ({ attempts }) => attempts, isNumeric: true },
  ];
  if (search === null) return columns;
  const cell = ({ id, isSecret, subject, to, createdAt, revision }: MailLine) =>
    isSecret ? null : (
      <div className="app-in-row">
        <Form
          action={sendAgain.bind(null, id, search)}
          fields={[]}
          requestId={randomUUID()}
          revision={revision}
          name={`Send again to ${to}: ${subject}, ${formatInstant(createdAt)}`}
          submit={
            <>
              Send again<span className="govuk-visually-hidden">{` to ${to}: ${subject}`}</span>
            </>
          }
          kind="secondary"
        />
      </div>
    );
  return [...columns, { header: "Send again", cell }];
}

function Fate({ line: { fate, sentAt, lastError, nextTryAt } }: { line: MailLine }) {
  const { label, kind } = FATES[fate];
  return (
    <>
      <Tag kind={kind}>{label}</Tag> {sentAt && formatInstant(sentAt)}
      {lastError && <div className="app-small">{lastError}</div>}
      {fate === "failing" && (
        <div className="app-small">
          {nextTryAt ? `Next attempt: ${formatInstant(nextTryAt)}` : "No more attempts, unless you send it again"}
        </div>
      )}
    </>
  );
}

import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { DeskEmail } from "#components/site/desk-email.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { SIGN_OUT } from "#components/site/site-header.tsx";
import { Button } from "#components/ui/buttons.tsx";
import { NotificationBanner } from "#components/ui/feedback.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { Tag } from "#components/ui/tag.tsx";
import { aliveSince, ownSessionHash } from "#lib/auth/own-session.ts";
import { requireActor } from "#lib/auth/session.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { type Actor, can, ROLE_LABELS } from "#lib/lifecycle/permissions.ts";
import { listOwnSessions, type SessionRow } from "#lib/people/queries.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { formatCents } from "#lib/platform/money.ts";
import { endOtherSessions, endOwnSession } from "./actions.ts";

export const metadata: Metadata = { title: "Your account" };

const COLUMNS: Column<SessionRow>[] = [
  { header: "Signed in", cell: ({ createdAt }) => formatInstant(createdAt) },
  { header: "Last seen", cell: ({ lastSeenAt }) => formatInstant(lastSeenAt) },
  {
    header: "Sign out",
    cell: ({ id, isThis, createdAt }) =>
      isThis ? (
        <Tag kind="ok">This browser</Tag>
      ) : (
        <div className="app-in-row">
          <Form
            action={endOwnSession.bind(null, id)}
            fields={[]}
            requestId={randomUUID()}
            name={`Sign out of the session of ${formatInstant(createdAt)}`}
            submit={
              <>
                Sign out
                <span className="govuk-visually-hidden"> of the session of {formatInstant(createdAt)}</span>
              </>
            }
            kind="secondary"
          />
        </div>
      ),
  },
];

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const actor = await requireActor();
  const sessions = await listOwnSessions(actor, await ownSessionHash(), aliveSince());
  return (
    <>
      {text(await searchParams, "done") === "ended" && (
        <NotificationBanner kind="success">
          <p>You have signed out of that session.</p>
        </NotificationBanner>
      )}
      <PageHeading title="Your account" />
      <SummaryList rows={factsOf(actor)} />
      {can(actor, "deputy:name") && (
        <p>
          <a href="/account/deputies">Your deputies</a>: who decides for you while you are away
        </p>
      )}
      <p>
        Is something wrong or out of date? Email <DeskEmail />.
      </p>
      <h2>Where you are signed in</h2>
      <p>Sign out of any session you do not recognise or no longer use. If it was not you, tell the fund desk too.</p>
      <Table
        caption="Your sessions, newest first"
        hideCaption
        columns={COLUMNS}
        rows={sessions}
        keyOf={({ id }) => id}
      />
      {sessions.length > 1 && (
        <Form
          action={endOtherSessions}
          fields={[]}
          requestId={randomUUID()}
          submit="Sign out of all others"
          kind="secondary"
        />
      )}
      <form method="post" action={SIGN_OUT} aria-label="Sign out of this browser">
        <Button kind="secondary">Sign out of this browser</Button>
      </form>
    </>
  );
}

function factsOf(actor: Actor) {
  const roles = [...actor.roles].map((role) => ROLE_LABELS[role]).join(", ") || "None";
  return [
    { key: "Name", value: actor.name },
    { key: "Email address", value: actor.email },
    { key: "Works for", value: actor.side === "AGENCY" ? actor.agencyName : "MFAT" },
    { key: "Roles", value: roles },
    ...(actor.roles.has("APPROVER") && actor.side === "MFAT"
      ? [{ key: "You can decide", value: delegationInWords(actor.delegationCents) }]
      : []),
  ];
}

function delegationInWords(cents?: bigint | null): string {
  if (cents === undefined) return "Nothing. You have no delegation yet";
  return cents === null ? "Without a limit" : `Up to ${formatCents(cents)}`;
}

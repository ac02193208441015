import type { Metadata } from "next";
import { AccountPanel, AddressForm, ChangeForm, EndAccount } from "#components/people/person-forms.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { WithAside } from "#components/ui/columns.tsx";
import { NotificationBanner } from "#components/ui/feedback.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import { Tag } from "#components/ui/tag.tsx";
import { aliveSince } from "#lib/auth/own-session.ts";
import { requireAgency } from "#lib/auth/session.ts";
import { entryOf, text, type Values } from "#lib/form/fields.ts";
import { ROLE_LABELS } from "#lib/lifecycle/permissions.ts";
import { getPerson } from "#lib/people/queries.ts";
import { formatDate } from "#lib/platform/dates.ts";
import { orNotFound } from "#lib/web/action.ts";
import { readLeaving } from "#lib/work/leaving/queries.ts";
import { changeAddress, changePerson, endAccount, endSessions, restoreAccount } from "../actions.ts";

export const metadata: Metadata = { title: "Person" };

const DONE: Record<string, string> = {
  added: "You have added the person. We have emailed them and the fund desk.",
  changed: "You have saved the name and roles. We have emailed the fund desk.",
  address:
    "You have changed the address. We have emailed both addresses and the fund desk, and ended all their sessions.",
  sessions: "You have ended all their sessions. They need to sign in again.",
  ended: "You have ended the account and all its sessions. We have emailed the fund desk.",
  restored: "You have restored the account. They can sign in again. We have emailed the fund desk.",
};

const ACTIONS = { changeAddress, changePerson, endAccount, endSessions, restoreAccount };

type PageProps = { params: Promise<{ id: string }>; searchParams: Promise<Values> };

/** Somebody at the certifier's own agency: their roles, and what they would leave behind. */
export default async function Page({ params, searchParams }: PageProps) {
  const [actor, { id }, search] = await Promise.all([requireAgency("colleague:keep"), params, searchParams]);
  const person = await orNotFound(async () => getPerson(actor, id, aliveSince()));
  const done = entryOf(DONE, text(search, "done"));
  const isOwn = id === actor.personId;
  const leaving = !isOwn && !person.endedAt ? await readLeaving(actor, id) : null;
  return (
    <>
      <BackLink href="/people">Your people</BackLink>
      {done && (
        <NotificationBanner kind="success">
          <p>{done}</p>
        </NotificationBanner>
      )}
      <PageHeading title={person.name} caption={person.belongsTo}>
        {person.endedAt && <Tag kind="no">Account ended</Tag>}
      </PageHeading>
      <WithAside act={!isOwn && <AccountPanel person={person} actions={ACTIONS} />}>
        <SummaryList
          rows={[
            { key: "Email address", value: person.email },
            { key: "Roles", value: person.roles.map((role) => ROLE_LABELS[role]).join(", ") || "None" },
            { key: "Added", value: formatDate(person.createdAt) },
            ...(person.endedAt ? [{ key: "Account ended", value: formatDate(person.endedAt) }] : []),
          ]}
        />
        {isOwn && <p>Only another certifier or the fund desk can change your roles or end your account.</p>}
        <ChangeForm person={person} isOwn={isOwn} leaving={leaving} actions={ACTIONS} />
        {!isOwn && !person.endedAt && <AddressForm person={person} actions={ACTIONS} />}
        {leaving && <EndAccount leaving={leaving} person={person} reader="AGENCY" actions={ACTIONS} />}
      </WithAside>
    </>
  );
}

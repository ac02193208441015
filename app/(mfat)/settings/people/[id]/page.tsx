import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form, type FormAction } from "#components/form/form.tsx";
import { TwoPeople } from "#components/form/two-people.tsx";
import { DeputyTable } from "#components/people/deputy-table.tsx";
import { LeavingList } from "#components/people/leaving-list.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { WithAside } from "#components/ui/columns.tsx";
import { NotificationBanner } from "#components/ui/feedback.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import { Tag } from "#components/ui/tag.tsx";
import { aliveSince } from "#lib/auth/own-session.ts";
import { requireMfat } from "#lib/auth/session.ts";
import { type Deputies, listDeputiesOf } from "#lib/deputies/queries.ts";
import { entryOf, text, type Values } from "#lib/form/fields.ts";
import { resolveFields } from "#lib/form/parse.ts";
import { AGENCY_ROLES, can, MFAT_ROLES, type MfatActor, ROLE_LABELS } from "#lib/lifecycle/permissions.ts";
import { getPerson, type PersonDetails } from "#lib/people/queries.ts";
import { DELEGATION_FIELDS, PERSON_FIELDS, roleOptions } from "#lib/people/schema.ts";
import { formatDate } from "#lib/platform/dates.ts";
import { formatCents, plainCents } from "#lib/platform/money.ts";
import { orNotFound } from "#lib/web/action.ts";
import { readLeaving } from "#lib/work/leaving/queries.ts";
import { countOf, type Leaving } from "#lib/work/leaving/rules.ts";
import { ACCOUNT_FIELDS, ROLE_FIELDS } from "#lib/work/leaving/schema.ts";
import { changeDelegation, changePerson, endAccount, endSessions, restoreAccount } from "../actions.ts";

export const metadata: Metadata = { title: "Person" };

const DONE: Record<string, string> = {
  added: "The person has been added and told by email.",
  changed: "Name and roles have been saved.",
  sessions: "All sessions have ended. The person has to sign in again.",
  ended: "The account and all its sessions have ended.",
  restored: "The account has been restored. The person can sign in again.",
};

type PageProps = { params: Promise<{ id: string }>; searchParams: Promise<Values> };

export default async function Page({ params, searchParams }: PageProps) {
  const actor = await requireMfat();
  const { id } = await params;
  const person = await orNotFound(async () => getPerson(actor, id, aliveSince()));
  const deputies = await listDeputiesOf(actor, id);
  const done = entryOf(DONE, text(await searchParams, "done"));
  const isOwn = id === actor.personId;
  const isKept = can(actor, person.side === "MFAT" ? "role:keep" : "person:keep");
  const isApprover = person.roles.includes("APPROVER");
  const leaving = isKept && !isOwn && !person.endedAt ? await readLeaving(actor, id) : null;
  return (
    <>
      <BackLink href="/settings/people">People</BackLink>
      {done && (
        <NotificationBanner kind="success">
          <p>{done}</p>
        </NotificationBanner>
      )}
      <PageHeading title={person.name} caption={person.belongsTo}>
        {person.endedAt && <Tag kind="no">Account ended</Tag>}
      </PageHeading>
      <WithAside act={isKept && !isOwn && <AccountPanel person={person} />}>
        <Facts person={person} />
        <DeputiesPart deputies={deputies} />
        {isOwn && <p>Only another administrator can change your roles, delegation and account.</p>}
        {isKept && <ChangeForm person={person} isOwn={isOwn} leaving={leaving} />}
        {isKept && isApprover && !isOwn && <DelegationForm actor={actor} person={person} />}
        {leaving && <EndAccount leaving={leaving} id={id} />}
      </WithAside>
    </>
  );
}

function Facts({ person }: { person: PersonDetails }) {
  const { email, belongsTo, roles, delegationCents, sessions, createdAt, endedAt } = person;
  const rows = [
    { key: "Email address", value: email },
    { key: "Belongs to", value: belongsTo },
    { key: "Roles", value: roles.map((role) => ROLE_LABELS[role]).join(", ") || "None" },
    ...(roles.includes("APPROVER") ? [{ key: "Decides", value: delegationInWords(delegationCents) }] : []),
    {
      key: "Signed in",
      value: sessions === 0 ? "Nowhere" : `In ${sessions} ${sessions === 1 ? "browser" : "browsers"}`,
    },
    { key: "Added", value: formatDate(createdAt) },
    ...(endedAt ? [{ key: "Account ended", value: formatDate(endedAt) }] : []),
  ];
  return <SummaryList rows={rows} />;
}

/** Who decides for them and for whom they decide, where anybody was ever named. */
function DeputiesPart({ deputies: { named, namedBy } }: { deputies: Deputies }) {
  if (!named.length && !namedBy.length) return null;
  return (
    <section aria-labelledby="deputies">
      <h2 id="deputies">Deputies</h2>
      {named.length > 0 && <DeputyTable caption="Deputies they have named" rows={named} who="deputy" />}
      {namedBy.length > 0 && <DeputyTable caption="Approvers they are a deputy for" rows={namedBy} who="approver" />}
    </section>
  );
}

function delegationInWords(cents?: bigint | null): string {
  if (cents === undefined) return "Nothing: no delegation yet";
  return cents === null ? "Without a limit" : `Up to ${formatCents(cents)}`;
}

type ChangeProps = { person: PersonDetails; isOwn: boolean; leaving: Leaving | null };

const officersOf = ({ officers }: Leaving) => ({
  officers: officers.map(({ id: value, name: label }) => ({ value, label })),
});

/** Whether the form asks to whom applications go. */
const isHandedOver = ({ held, officers }: Leaving): boolean => countOf(held, "looksAfter") > 0 && officers.length > 0;

/** Somebody's own roles stay as they are, whatever is ticked, so they are not offered. */
function ChangeForm({ person, isOwn, leaving }: ChangeProps) {
  const { id, name, side, roles } = person;
  const allowed = side === "MFAT" ? MFAT_ROLES : AGENCY_ROLES;
  const fields = [
    ...resolveFields(PERSON_FIELDS, { roles: roleOptions(allowed) }),
    ...(leaving && isHandedOver(leaving) ? resolveFields(ROLE_FIELDS, officersOf(leaving)) : []),
  ];
  return (
    <section aria-labelledby="change">
      <h2 id="change">{isOwn ? "Change your name" : "Change name and roles"}</h2>
      {leaving && (
        <p>
          Before you take a role away, see <a href="#end">what hangs on them</a>.
        </p>
      )}
      <Form
        action={changePerson.bind(null, id)}
        fields={isOwn ? fields.filter((field) => field.name !== "roles") : fields}
        initial={{ name, roles }}
        requestId={randomUUID()}
        submit="Save"
      >
        {isOwn && roles.map((role) => <input key={role} type="hidden" name="roles" value={role} />)}
      </Form>
    </section>
  );
}

type DelegationProps = { actor: MfatActor; person: PersonDetails };

function DelegationForm({ actor, person: { id, delegationCents } }: DelegationProps) {
  const delegation = delegationCents === undefined ? "none" : delegationCents === null ? "unlimited" : "limit";
  const limit = typeof delegationCents === "bigint" ? plainCents(delegationCents) : "";
  return (
    <section aria-labelledby="delegate">
      <h2 id="delegate">Change delegation</h2>
      <TwoPeople actor={actor} kind="DELEGATION" personId={id}>
        <Form
          action={changeDelegation.bind(null, id)}
          fields={DELEGATION_FIELDS}
          initial={{ delegation, limit }}
          requestId={randomUUID()}
          submit="Ask for delegation change"
        />
      </TwoPeople>
    </section>
  );
}

function AccountPanel({ person: { id, sessions, endedAt } }: { person: PersonDetails }) {
  if (endedAt) {
    return (
      <Panel title="Account">
        <p>Nobody can sign in to this account. We keep the record of what was done with it.</p>
        <OneButton action={restoreAccount.bind(null, id)} submit="Restore account" />
      </Panel>
    );
  }
  return (
    <Panel title="Account">
      {sessions > 0 && (
        <>
          <p>Use this if a computer is lost. The person has to sign in again.</p>
          <OneButton action={endSessions.bind(null, id)} submit="End all sessions" />
        </>
      )}
      <p>
        Before somebody leaves, see <a href="#end">what hangs on them</a>.
      </p>
    </Panel>
  );
}

/** What the person leaves behind, and to whom it goes, before the account is ended. */
function EndAccount({ leaving, id }: { leaving: Leaving; id: string }) {
  return (
    <section aria-labelledby="end">
      <h2 id="end">End the account</h2>
      <LeavingList leaving={leaving} />
      <p>This ends all sessions straight away, and nobody can sign in again. We keep the record of what was done.</p>
      <Form
        action={endAccount.bind(null, id)}
        fields={isHandedOver(leaving) ? resolveFields(ACCOUNT_FIELDS, officersOf(leaving)) : []}
        requestId={randomUUID()}
        submit="End account"
        kind="warning"
      />
    </section>
  );
}

function OneButton({ action, submit }: { action: FormAction; submit: string }) {
  return <Form action={action} fields={[]} requestId={randomUUID()} submit={submit} kind="secondary" />;
}

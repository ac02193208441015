import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { TwoPeople } from "#components/form/two-people.tsx";
import { DeputyTable } from "#components/people/deputy-table.tsx";
import { AccountPanel, AddressForm, ChangeForm, EndAccount } from "#components/people/person-forms.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { WithAside } from "#components/ui/columns.tsx";
import { NotificationBanner } from "#components/ui/feedback.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import { Tag } from "#components/ui/tag.tsx";
import { tiesWords } from "#lib/advice/rules.ts";
import { readTies, type Ties } from "#lib/advice/ties/queries.ts";
import { TIES_FIELDS } from "#lib/advice/ties/schema.ts";
import { listAgencyOptions } from "#lib/agencies/queries.ts";
import { aliveSince } from "#lib/auth/own-session.ts";
import { requireMfat } from "#lib/auth/session.ts";
import { type Deputies, listDeputiesOf } from "#lib/deputies/queries.ts";
import { entryOf, text, type Values } from "#lib/form/fields.ts";
import { resolveFields } from "#lib/form/parse.ts";
import { getLists } from "#lib/fund/queries.ts";
import { AGENCY_ROLES, can, type MfatActor, ROLE_LABELS } from "#lib/lifecycle/permissions.ts";
import { readPlannedMove } from "#lib/people/moves/queries.ts";
import { MOVE_FIELDS } from "#lib/people/moves/schema.ts";
import { getPerson, type PersonDetails } from "#lib/people/queries.ts";
import { DELEGATION_FIELDS, roleOptions } from "#lib/people/schema.ts";
import { formatDate, formatDueDay } from "#lib/platform/dates.ts";
import { formatCents, typedCents } from "#lib/platform/money.ts";
import { orNotFound } from "#lib/web/action.ts";
import { readLeaving } from "#lib/work/leaving/queries.ts";
import {
  cancelMove,
  changeAddress,
  changeDelegation,
  changePerson,
  changeTies,
  endAccount,
  endSessions,
  movePerson,
  restoreAccount,
} from "../actions.ts";

export const metadata: Metadata = { title: "Person" };

const DONE: Record<string, string> = {
  added: "You have added the person. We have emailed them.",
  changed: "You have saved the name and roles.",
  moved: "You have moved this person. We have emailed them, and told their old agency what work is left to do.",
  planned: "You have planned the move. We have emailed them. You can cancel it here until that day.",
  stays: "You have cancelled the move. We have emailed them.",
  address: "You have changed the address. We have emailed both addresses, and ended all their sessions.",
  advises: "You have saved what this person advises on.",
  sessions: "You have ended all their sessions. They need to sign in again.",
  ended: "You have ended the account and all its sessions.",
  handedOver: "You have saved the name and roles. We have emailed the people who take over the work.",
  endedAndHandedOver:
    "You have ended the account and all its sessions. We have emailed the people who take over the work.",
  restored: "You have restored the account. They can sign in again.",
};

const ACTIONS = { changeAddress, changePerson, endAccount, endSessions, restoreAccount };

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
  const ties = person.roles.includes("ADVISER") ? await readTies(actor, id) : null;
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
      <WithAside act={isKept && !isOwn && <AccountPanel person={person} actions={ACTIONS} />}>
        <Facts person={person} ties={ties} />
        <DeputiesPart deputies={deputies} />
        {isOwn && <p>Only another administrator can change your roles, delegation and account.</p>}
        {isKept && <ChangeForm person={person} isOwn={isOwn} leaving={leaving} actions={ACTIONS} />}
        {isKept && !isOwn && !person.endedAt && <AddressForm person={person} actions={ACTIONS} />}
        {isKept && person.side === "AGENCY" && !person.endedAt && <MoveForm actor={actor} person={person} />}
        {isKept && ties && !isOwn && !person.endedAt && <TiesForm ties={ties} person={person} />}
        {isKept && isApprover && !isOwn && <DelegationForm actor={actor} person={person} />}
        {leaving && <EndAccount leaving={leaving} person={person} reader="MFAT" actions={ACTIONS} />}
      </WithAside>
    </>
  );
}

function Facts({ person, ties }: { person: PersonDetails; ties: Ties | null }) {
  const { email, belongsTo, roles, delegationCents, sessions, createdAt, endedAt } = person;
  const rows = [
    { key: "Email address", value: email },
    { key: "Works for", value: belongsTo },
    { key: "Roles", value: roles.map((role) => ROLE_LABELS[role]).join(", ") || "None" },
    ...(roles.includes("APPROVER") ? [{ key: "Can decide", value: delegationInWords(delegationCents) }] : []),
    ...(ties ? [{ key: "Advises on", value: tiesWords(ties) || "Nothing yet. Choose places or a subject below" }] : []),
    {
      key: "Signed in",
      value: sessions === 0 ? "Nowhere" : `In ${sessions} ${sessions === 1 ? "browser" : "browsers"}`,
    },
    { key: "Added", value: formatDate(createdAt) },
    ...(endedAt ? [{ key: "Account ended", value: formatDate(endedAt) }] : []),
  ];
  return <SummaryList rows={rows} />;
}

/** Who is their deputy, and who they are deputy for; only where anybody was ever named. */
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
  if (cents === undefined) return "Nothing. They have no delegation yet";
  return cents === null ? "Without a limit" : `Up to ${formatCents(cents)}`;
}

/** Which initiatives an adviser reads, and which subject they are asked about. */
async function TiesForm({ ties: { places, adviseOn }, person }: { ties: Ties; person: PersonDetails }) {
  return (
    <section aria-labelledby="advises">
      <h2 id="advises">Change what they advise on</h2>
      <Form
        action={changeTies.bind(null, person.id)}
        fields={resolveFields(TIES_FIELDS, await getLists())}
        initial={{ places: places.map(({ code }) => code), adviseOn: adviseOn ?? "" }}
        requestId={randomUUID()}
        revision={person.revision}
        submit="Save what they advise on"
      />
    </section>
  );
}

/** Moves somebody from one agency to another, or cancels the move that is planned. */
async function MoveForm({ actor, person: { id, name, belongsTo, revision } }: MoveProps) {
  const planned = await readPlannedMove(actor, id);
  if (planned) {
    return (
      <section aria-labelledby="move">
        <h2 id="move">Move to another agency</h2>
        <p>
          {name} moves to {planned.to} on {formatDueDay(planned.fromOn)}, and signs in with {planned.email} from then
          on. Planned by {planned.by}.
        </p>
        <Form
          action={cancelMove.bind(null, id)}
          fields={[]}
          requestId={randomUUID()}
          revision={revision}
          submit="Cancel move"
          kind="secondary"
        />
      </section>
    );
  }
  const agencies = (await listAgencyOptions(actor)).filter(({ label }) => label !== belongsTo);
  return (
    <section aria-labelledby="move">
      <h2 id="move">Move to another agency</h2>
      <p>
        From their first day there, they can no longer open the applications of {belongsTo}, and take no work with them
        to the new agency. What they did before stays on record as done for {belongsTo}.
      </p>
      <Form
        action={movePerson.bind(null, id)}
        fields={resolveFields(MOVE_FIELDS, { agencies, roles: roleOptions(AGENCY_ROLES) })}
        requestId={randomUUID()}
        revision={revision}
        submit="Move person"
      />
    </section>
  );
}

type MoveProps = { actor: MfatActor; person: PersonDetails };

type DelegationProps = { actor: MfatActor; person: PersonDetails };

function DelegationForm({ actor, person: { id, delegationCents, revision } }: DelegationProps) {
  const delegation = delegationCents === undefined ? "none" : delegationCents === null ? "unlimited" : "limit";
  const limit = typeof delegationCents === "bigint" ? typedCents(delegationCents) : "";
  return (
    <section aria-labelledby="delegate">
      <h2 id="delegate">Change delegation</h2>
      <TwoPeople actor={actor} kind="DELEGATION" personId={id}>
        <Form
          action={changeDelegation.bind(null, id)}
          fields={DELEGATION_FIELDS}
          initial={{ delegation, limit }}
          requestId={randomUUID()}
          revision={revision}
          submit="Ask for delegation change"
        />
      </TwoPeople>
    </section>
  );
}

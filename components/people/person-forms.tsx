import { randomUUID } from "node:crypto";
import { Form, type FormAction } from "#components/form/form.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { resolveFields } from "#lib/form/parse.ts";
import { AGENCY_ROLES, MFAT_ROLES } from "#lib/lifecycle/permissions.ts";
import type { PersonDetails } from "#lib/people/queries.ts";
import { PERSON_FIELDS, roleOptions } from "#lib/people/schema.ts";
import { countOf, type Leaving } from "#lib/work/leaving/rules.ts";
import { ACCOUNT_FIELDS, ROLE_FIELDS } from "#lib/work/leaving/schema.ts";
import { LeavingList } from "./leaving-list.tsx";

type PersonAction = (id: string, ...form: Parameters<FormAction>) => ReturnType<FormAction>;
/** What the forms of somebody's page do: MFAT's and an agency's are actions of their own. */
type PersonActions = Record<"changePerson" | "endAccount" | "endSessions" | "restoreAccount", PersonAction>;

const officersOf = ({ officers }: Leaving) => ({
  officers: officers.map(({ id: value, name: label }) => ({ value, label })),
});

/** Whether the form asks to whom applications go. */
const isHandedOver = ({ held, officers }: Leaving): boolean => countOf(held, "looksAfter") > 0 && officers.length > 0;

type ChangeProps = { person: PersonDetails; isOwn: boolean; leaving: Leaving | null; actions: PersonActions };

/** Somebody's own roles stay as they are, whatever is ticked, so they are not offered. */
export function ChangeForm({ person, isOwn, leaving, actions }: ChangeProps) {
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
          Before you take a role away, see <a href="#end">what they are responsible for</a>.
        </p>
      )}
      <Form
        action={actions.changePerson.bind(null, id)}
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

type AccountProps = { person: PersonDetails; actions: PersonActions };

export function AccountPanel({ person: { id, sessions, endedAt }, actions }: AccountProps) {
  if (endedAt) {
    return (
      <Panel title="Account">
        <p>Nobody can sign in to this account. We keep the record of everything done with it.</p>
        <OneButton action={actions.restoreAccount.bind(null, id)} submit="Restore account" />
      </Panel>
    );
  }
  return (
    <Panel title="Account">
      {sessions > 0 && (
        <>
          <p>Use this if a computer is lost. They need to sign in again.</p>
          <OneButton action={actions.endSessions.bind(null, id)} submit="End all sessions" />
        </>
      )}
      <p>
        Before somebody leaves, see <a href="#end">what they are responsible for</a>.
      </p>
    </Panel>
  );
}

type EndProps = { leaving: Leaving; id: string; reader: "AGENCY" | "MFAT"; actions: PersonActions };

/** What the person leaves behind, and to whom it goes, before the account is ended. */
export function EndAccount({ leaving, id, reader, actions }: EndProps) {
  return (
    <section aria-labelledby="end">
      <h2 id="end">End the account</h2>
      <LeavingList leaving={leaving} reader={reader} />
      <p>This ends all sessions straight away, and nobody can sign in again. We keep the record of what was done.</p>
      <Form
        action={actions.endAccount.bind(null, id)}
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

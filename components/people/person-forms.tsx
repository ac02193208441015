import { randomUUID } from "node:crypto";
import { Form, type FormAction } from "#components/form/form.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { handOverFields } from "#lib/assessments/handover/schema.ts";
import { resolveFields } from "#lib/form/parse.ts";
import { AGENCY_ROLES, MFAT_ROLES } from "#lib/lifecycle/permissions.ts";
import { ADDRESS_FIELDS } from "#lib/people/addresses/schema.ts";
import type { PersonDetails } from "#lib/people/queries.ts";
import { comesBack, PERSON_FIELDS, roleOptions } from "#lib/people/schema.ts";
import { countOf, type Leaving } from "#lib/work/leaving/rules.ts";
import { ACCOUNT_FIELDS, NAMES, ROLE_FIELDS } from "#lib/work/leaving/schema.ts";
import { LeavingList } from "./leaving-list.tsx";

type PersonAction = (id: string, ...form: Parameters<FormAction>) => ReturnType<FormAction>;
/** The actions of the forms on a person's page: MFAT and agencies each have their own. */
type PersonActions = Record<
  "changeAddress" | "changePerson" | "endAccount" | "endSessions" | "restoreAccount",
  PersonAction
>;

const officersOf = ({ officers }: Leaving) => ({
  officers: officers.map(({ id: value, name: label }) => ({ value, label })),
});

/** Whether the form asks who takes over the applications. */
const isHandedOver = ({ held, officers }: Leaving): boolean => countOf(held, "looksAfter") > 0 && officers.length > 0;

type ChangeProps = { person: PersonDetails; isOwn: boolean; leaving: Leaving | null; actions: PersonActions };

/** Nobody can change their own roles, whatever is ticked, so they are not offered. */
export function ChangeForm({ person, isOwn, leaving, actions }: ChangeProps) {
  const { id, name, side, roles, revision } = person;
  const allowed = side === "MFAT" ? MFAT_ROLES : AGENCY_ROLES;
  const fields = [
    ...resolveFields(PERSON_FIELDS, { roles: roleOptions(allowed) }),
    ...(leaving && isHandedOver(leaving) ? resolveFields(ROLE_FIELDS, officersOf(leaving)) : []),
    ...handOverFields(leaving?.assessments ?? [], NAMES.ofRole.assessor, "Only if you take the role of assessor away"),
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
        revision={revision}
        submit="Save"
      />
    </section>
  );
}

/** Changes the email address of an active account. */
export function AddressForm({ person: { id, revision }, actions }: AccountProps) {
  return (
    <section aria-labelledby="address">
      <h2 id="address">Change email address</h2>
      <Form
        action={actions.changeAddress.bind(null, id)}
        fields={ADDRESS_FIELDS}
        requestId={randomUUID()}
        revision={revision}
        submit="Change address"
      />
    </section>
  );
}

type AccountProps = { person: PersonDetails; actions: PersonActions };

export function AccountPanel({ person, actions }: AccountProps) {
  const { id, sessions, endedAt, revision } = person;
  if (endedAt) {
    const restored = comesBack(person);
    return (
      <Panel title="Account">
        <p>Nobody can sign in to this account. We keep the record of everything done with it.</p>
        <p>If you restore it, they can sign in. {restored.length ? "They get back:" : "They have no role."}</p>
        {restored.length > 0 && (
          <ul className="govuk-list govuk-list--bullet">
            {restored.map((what) => (
              <li key={what}>{what}</li>
            ))}
          </ul>
        )}
        <OneButton action={actions.restoreAccount.bind(null, id)} submit="Restore account" revision={revision} />
      </Panel>
    );
  }
  return (
    <Panel title="Account">
      {sessions > 0 && (
        <>
          <p>Use this if a computer is lost. They need to sign in again.</p>
          <OneButton action={actions.endSessions.bind(null, id)} submit="End all sessions" revision={revision} />
        </>
      )}
      <p>
        Before somebody leaves, see <a href="#end">what they are responsible for</a>.
      </p>
    </Panel>
  );
}

type EndProps = { leaving: Leaving; person: PersonDetails; reader: "AGENCY" | "MFAT"; actions: PersonActions };

/** What the person leaves behind, and who takes it over, before the account is ended. */
export function EndAccount({ leaving, person: { id, revision }, reader, actions }: EndProps) {
  return (
    <section aria-labelledby="end">
      <h2 id="end">End the account</h2>
      <LeavingList leaving={leaving} reader={reader} />
      <p>This ends all sessions straight away, and nobody can sign in again. We keep the record of what was done.</p>
      <Form
        action={actions.endAccount.bind(null, id)}
        fields={[
          ...(isHandedOver(leaving) ? resolveFields(ACCOUNT_FIELDS, officersOf(leaving)) : []),
          ...handOverFields(leaving.assessments, NAMES.ofAccount.assessor),
        ]}
        requestId={randomUUID()}
        revision={revision}
        submit="End account"
        kind="warning"
      />
    </section>
  );
}

type OneButtonProps = { action: FormAction; submit: string; revision: number };

function OneButton({ action, submit, revision }: OneButtonProps) {
  return (
    <Form action={action} fields={[]} requestId={randomUUID()} revision={revision} submit={submit} kind="secondary" />
  );
}

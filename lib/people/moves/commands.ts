import type { Values } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { AGENCY_ROLES, type MfatActor, permit, type Role } from "#lib/lifecycle/permissions.ts";
import type { Revised } from "#lib/lifecycle/settings/rules.ts";
import {
  checkAddress,
  type KeptPerson,
  keptPerson,
  knowingPerson,
  lockPeople,
  subjectOf,
  traceOf,
} from "#lib/people/commands.ts";
import { roleOptions } from "#lib/people/schema.ts";
import { recordEvent } from "#lib/platform/audit.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { DomainError, invalid } from "#lib/platform/errors.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { movedEmail } from "./emails.ts";
import { MOVE_FIELDS } from "./schema.ts";

/**
 * Moves somebody to another agency (MOVE_FIELDS), with new roles there. What they did stays with the agency they did it
 * for. They are still the same person, so they cannot decide on what they certified before. `leave`: what to do with
 * what they leave behind.
 * @throws INVALID, CONFLICT, STATE for people at MFAT and accounts that have ended, FORBIDDEN, NOT_FOUND
 */
export function movePerson(
  actor: MfatActor,
  request: Revised,
  id: string,
  values: Values,
  leave: (tx: Tx) => Promise<void> = async () => {},
): Promise<void> {
  permit(actor, "person:keep");
  return transaction(async (tx) => {
    if (await lockPeople(tx, request)) return;
    const person = await keptPerson(tx, actor, id);
    const known = await knowingPerson(tx, request, person);
    const from = person.agency;
    if (!from || person.endedAt) throw new DomainError("STATE", `${person.name} has no account of an agency now.`);
    const { agency, email, roles } = await readMove(tx, person, values);
    await leave(tx);
    await tx.session.deleteMany({ where: { personId: id } });
    await tx.signInCode.deleteMany({ where: { email: { in: [person.email, email] } } });
    await tx.person.update({ where: { id }, data: { agencyId: agency.id, email } });
    await tx.personRole.deleteMany({ where: { personId: id } });
    await tx.personRole.createMany({ data: roles.map((role) => ({ personId: id, side: "AGENCY" as const, role })) });
    const [held, subject] = [person.roles.map(({ role }) => role), subjectOf(id)];
    const names = { before: { name: person.name, roles: held }, after: { name: person.name, roles } };
    await recordEvent(tx, { event: "person.changed", known, actor, subject, data: names });
    if (email !== person.email) {
      const data = { before: { email: person.email }, after: { email } };
      await recordEvent(tx, { event: "person.addressChanged", known, actor, subject, data });
    }
    await recordEvent(tx, {
      event: "person.moved",
      known,
      actor,
      subject,
      data: {
        before: { belongsTo: from.name, agencyId: from.id },
        after: { belongsTo: agency.name, agencyId: agency.id },
      },
      ...traceOf(request),
    });
    const mail = movedEmail({ name: person.name, from: from.name, to: agency.name, email, baseUrl: env().BASE_URL });
    for (const to of new Set([person.email, email])) await queueEmail(tx, { to, ...mail });
  });
}

/** @throws INVALID at the fields */
async function readMove(tx: Tx, person: KeptPerson, values: Values) {
  const agencies = await tx.agency.findMany({ where: { isActive: true, id: { not: person.agency?.id ?? "" } } });
  const { data, errors } = parseFields(MOVE_FIELDS, values, {
    agencies: agencies.map(({ id: value, name: label }) => ({ value, label })),
    roles: roleOptions(AGENCY_ROLES),
  });
  if (errors) throw invalid(errors);
  const agency = agencies.find(({ id }) => id === data.agency);
  if (!agency) throw invalid({ agency: "Choose the new agency" });
  const { newEmail: email } = data;
  await checkAddress(tx, email, agency, { name: "newEmail", ownId: person.id });
  return { agency, email, roles: data.newRoles as Role[] };
}

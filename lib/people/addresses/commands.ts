import { readDomains } from "#lib/agencies/schema.ts";
import { UUID, type Values } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { type Actor, type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { knowing } from "#lib/lifecycle/settings/commands.ts";
import { nothingChanged, type Revised } from "#lib/lifecycle/settings/rules.ts";
import { keptPerson, knowingPerson, lockPeople, subjectOf, tellDesk, traceOf } from "#lib/people/commands.ts";
import { keptBy } from "#lib/people/queries.ts";
import { Known, recordEvent } from "#lib/platform/audit.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { DomainError, forbidden, invalid, notFound } from "#lib/platform/errors.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { addressEmail } from "./emails.ts";
import { listFormerHolders, whyNotAddress } from "./queries.ts";
import { ADDRESS_FIELDS, type NewDomain } from "./schema.ts";

/**
 * Changes somebody's address (ADDRESS_FIELDS) and tells both addresses. They remain the same person, with everything
 * they did, their duties and their roles. Their sessions end.
 * @throws INVALID, CONFLICT, STATE for an account that has ended, FORBIDDEN for one's own, NOT_FOUND
 */
export function changeAddress(actor: Actor, request: Revised, id: string, values: Values): Promise<void> {
  keptBy(actor);
  return transaction(async (tx) => {
    if (await lockPeople(tx, request)) return;
    const person = await keptPerson(tx, actor, id);
    const known = await knowingPerson(tx, request, person);
    if (id === actor.personId)
      throw forbidden("You cannot change your own email address. Ask somebody else who manages accounts.");
    if (person.endedAt) throw new DomainError("STATE", `The account of ${person.name} has ended. Restore it first.`);
    const { data, errors } = parseFields(ADDRESS_FIELDS, values);
    if (errors) throw invalid(errors);
    if (data.email === person.email) throw nothingChanged();
    const agency = person.agency && (await tx.agency.findUniqueOrThrow({ where: { id: person.agency.id } }));
    const why = await whyNotAddress(tx, actor, data.email, { agency, ownId: id });
    if (why) throw invalid({ email: why });
    await move(tx, actor, { ...person, after: data.email, known, trace: traceOf(request) });
    await tellDesk(tx, actor, `address of ${person.name} changed`, [`Now: ${data.email}.`, `Before: ${person.email}.`]);
  });
}

type Moved = {
  id: string;
  name: string;
  email: string;
  after: string;
  known: Known;
  trace: { requestId: string; remoteAddress?: string } | null;
};

async function move(tx: Tx, actor: Actor, { id, name, email: before, after, known, trace }: Moved): Promise<void> {
  await tx.signInCode.deleteMany({ where: { email: { in: [before, after] } } });
  const { count: sessionsEnded } = await tx.session.deleteMany({ where: { personId: id } });
  await tx.person.update({ where: { id }, data: { email: after } });
  await recordEvent(tx, {
    event: "person.addressChanged",
    known,
    actor,
    subject: subjectOf(id),
    data: { before: { email: before }, after: { email: after }, sessionsEnded },
    ...trace,
  });
  const { DESK_EMAIL: deskEmail, BASE_URL: baseUrl } = env();
  const mail = addressEmail({ name, before, after, by: actor.name, deskEmail, baseUrl });
  for (const to of [before, after]) await queueEmail(tx, { to, ...mail });
}

/**
 * Changes the domain of every address at an agency that has the old one. @throws INVALID at the fields, also where an
 * address is taken; CONFLICT, FORBIDDEN, NOT_FOUND
 */
export function changeDomain(actor: MfatActor, request: Revised, id: string, domain: NewDomain): Promise<void> {
  permit(actor, "agency:keep");
  return transaction(async (tx) => {
    if (await lockPeople(tx, request)) return;
    await tx.$queryRaw`SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext('agencies'))`;
    const agency = UUID.test(id) ? await tx.agency.findUnique({ where: { id } }) : null;
    if (!agency) throw notFound();
    const { revision, id: _, ...before } = agency;
    const known = await knowing(tx, request, { subject: `agency:${id}`, revision });
    const { from, to } = await readDomain(tx, agency, domain);
    const people = await tx.person.findMany({
      where: { agencyId: id, endedAt: null, email: { endsWith: `@${from}` } },
      orderBy: { id: "asc" },
    });
    const moved = people.map((person) => ({ ...person, after: person.email.replace(/@.*$/, `@${to}`) }));
    const taken = await tx.person.findFirst({ where: { email: { in: moved.map(({ after }) => after) } } });
    if (taken) throw invalid({ to: `${taken.name} already has the address ${taken.email}` });
    const had = (
      await listFormerHolders(
        tx,
        moved.map(({ after }) => after),
      )
    ).find(({ personId, email }) => moved.some(({ id: own, after }) => after === email && own !== personId));
    if (had) throw invalid({ to: `${had.email} was the address of ${had.name} before, so nobody else can have it` });
    const emailDomains = [...new Set(agency.emailDomains.map((one) => (one === from ? to : one)))];
    await tx.agency.update({ where: { id }, data: { emailDomains } });
    for (const person of moved) {
      await move(tx, actor, { ...person, known: new Known(person.revision), trace: null });
    }
    await recordEvent(tx, {
      event: "agency.changed",
      known,
      actor,
      subject: `agency:${id}`,
      data: { before, after: { ...before, emailDomains }, addressesChanged: moved.length },
      ...traceOf(request),
    });
  });
}

/** @throws INVALID */
async function readDomain(tx: Tx, agency: { id: string; emailDomains: string[] }, { from, to }: NewDomain) {
  if (!agency.emailDomains.includes(from)) throw invalid({ from: "Choose the old domain" });
  const read = readDomains(to);
  const [domain, ...more] = "wrong" in read ? [] : read.domains;
  if (!domain || more.length) throw invalid({ to: "Enter one email domain, like customs.govt.nz" });
  if (domain === from) throw nothingChanged();
  const other = await tx.agency.findFirst({ where: { id: { not: agency.id }, emailDomains: { has: domain } } });
  if (other) throw invalid({ to: `${domain} belongs to ${other.name}. Add it to both agencies first` });
  return { from, to: domain };
}

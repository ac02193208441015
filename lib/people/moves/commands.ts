import type { Values } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { AGENCY_ROLES, asMfat, type MfatActor, permit, type Role } from "#lib/lifecycle/permissions.ts";
import type { Revised } from "#lib/lifecycle/settings/rules.ts";
import { whyNotAddress } from "#lib/people/addresses/queries.ts";
import { type KeptPerson, keptPerson, knowingPerson, lockPeople, subjectOf, traceOf } from "#lib/people/commands.ts";
import { ACTOR, toActor } from "#lib/people/queries.ts";
import { roleOptions } from "#lib/people/schema.ts";
import { Known, recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { addMonths, dayOf } from "#lib/platform/dates.ts";
import { db, type Tx, transaction } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { conflict, DomainError, forbidden, invalid } from "#lib/platform/errors.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { cancelledEmail, failedEmail, type Moved, movedEmail } from "./emails.ts";
import { MOVE_FIELDS } from "./schema.ts";

/** What takes place with what somebody leaves behind: `seen` before anything, and `tell` with the move. */
export type Leave = { seen: () => void; tell: (tx: Tx) => Promise<void> };
const NO_LEAVE: Leave = { seen: () => {}, tell: async () => {} };

type Move = { agency: { id: string; name: string }; email: string; roles: Role[] };
type Kept = { person: KeptPerson; known: Known };

/**
 * Moves somebody to another agency (MOVE_FIELDS), with roles of their own there; from a day to come on, the move is planned, and takes
 * place on it. What they did stays with the agency that they did it for; they are the same person, so what they certified before
 * they do not decide now. Answers whether it is planned.
 * @throws INVALID, CONFLICT also where a move is planned already, STATE for people of MFAT and accounts that have ended, FORBIDDEN,
 * NOT_FOUND
 */
export function movePerson(
  actor: MfatActor,
  request: Revised,
  id: string,
  values: Values,
  leave: Leave = NO_LEAVE,
): Promise<boolean> {
  permit(actor, "person:keep");
  return transaction(async (tx) => {
    if (await lockPeople(tx, request)) return (await findPlanned(tx, id)) !== null;
    const person = await keptPerson(tx, actor, id);
    const known = await knowingPerson(tx, request, person);
    const { fromOn, ...move } = await readMove(tx, actor, person, values);
    if (await findPlanned(tx, id)) throw conflict(`A move of ${person.name} is planned already. Cancel it first.`);
    leave.seen();
    const isPlanned = fromOn > dayOf(now());
    if (isPlanned) await plan(tx, actor, request, { person, fromOn, ...move });
    else await take(tx, actor, { person, known }, move, { leave, trace: traceOf(request) });
    return isPlanned;
  });
}

/** The move of somebody that is planned. */
const findPlanned = (tx: Tx, personId: string) =>
  tx.personMove.findFirst({ where: { personId, endedAt: null }, include: { agency: true } });

async function plan(
  tx: Tx,
  actor: MfatActor,
  request: Revised,
  { person, agency, email, roles, fromOn }: Move & { person: KeptPerson; fromOn: Date },
): Promise<void> {
  const personId = person.id;
  const planned = {
    personId,
    agencyId: agency.id,
    email,
    roles,
    fromOn,
    plannedById: actor.personId,
    plannedAt: now(),
  };
  await tx.personMove.create({ data: planned });
  await recordEvent(tx, {
    event: "person.movePlanned",
    actor,
    subject: subjectOf(personId),
    data: { to: agency.name, fromOn: fromOn.toISOString().slice(0, 10), email, roles },
    ...traceOf(request),
  });
  const from = person.agency?.name ?? "";
  await tell(tx, [person.email, email], { name: person.name, from, to: agency.name, email, fromOn });
}

/** Cancels a move that is planned. @throws CONFLICT where none is any more, FORBIDDEN, NOT_FOUND */
export function cancelMove(actor: MfatActor, request: Revised, id: string): Promise<void> {
  permit(actor, "person:keep");
  return transaction(async (tx) => {
    if (await lockPeople(tx, request)) return;
    const person = await keptPerson(tx, actor, id);
    const planned = await findPlanned(tx, id);
    if (!planned) throw conflict(`No move of ${person.name} is planned any more.`);
    await tx.personMove.update({ where: { id: planned.id }, data: { endedAt: now() } });
    const data = { to: planned.agency.name, fromOn: planned.fromOn.toISOString().slice(0, 10) };
    const subject = subjectOf(id);
    await recordEvent(tx, { event: "person.moveCancelled", actor, subject, data, ...traceOf(request) });
    const mail = cancelledEmail({ name: person.name, to: planned.agency.name, baseUrl: env().BASE_URL });
    for (const to of new Set([person.email, planned.email])) await queueEmail(tx, { to, ...mail });
  });
}

/**
 * Takes the moves whose day has come, as whoever planned them; one that cannot be made any more is ended, and the desk told why.
 * `leaveOf`: what takes place with what each leaves behind.
 */
export async function takeDueMoves(leaveOf: (actor: MfatActor, id: string) => Promise<Leave>): Promise<void> {
  const due = await db().personMove.findMany({
    where: { endedAt: null, fromOn: { lte: dayOf(now()) } },
    include: { plannedBy: { include: ACTOR } },
    orderBy: { id: "asc" },
    take: 100,
  });
  for (const { id, personId, plannedBy } of due) {
    try {
      const actor = asMfat(toActor(plannedBy));
      if (plannedBy.endedAt) throw forbidden(`${plannedBy.name}, who planned it, has left.`);
      permit(actor, "person:keep");
      await takePlanned(actor, personId, id, await leaveOf(actor, personId));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      await fail(id, Object.values(error.fields)[0] ?? error.message);
    }
  }
}

const takePlanned = (actor: MfatActor, personId: string, id: string, leave: Leave): Promise<void> =>
  transaction(async (tx) => {
    const person = await keptPerson(tx, actor, personId);
    if (await lockPeople(tx, { requestId: id })) return;
    const planned = await findPlanned(tx, personId);
    if (planned?.id !== id) return;
    await tx.personMove.update({ where: { id }, data: { endedAt: now() } });
    const { agency, email, roles } = planned;
    if (person.endedAt) throw new DomainError("STATE", `The account of ${person.name} has ended.`);
    if (!agency.isActive) throw new DomainError("STATE", `${agency.name} may not apply to the fund at present.`);
    const why = await whyNotAddress(tx, actor, email, { agency, ownId: personId });
    if (why) throw invalid({ email: why });
    const kept = { person, known: new Known(person.revision) };
    await take(tx, actor, kept, { agency, email, roles }, { leave, trace: { requestId: id } });
  });

function fail(id: string, why: string): Promise<void> {
  return transaction(async (tx) => {
    const move = await tx.personMove.findUniqueOrThrow({ where: { id }, include: { person: true, agency: true } });
    if (move.endedAt) return;
    await tx.personMove.update({ where: { id }, data: { endedAt: now() } });
    const { person, agency } = move;
    const [subject, data] = [subjectOf(person.id), { to: agency.name, why }];
    await recordEvent(tx, { event: "person.moveFailed", actor: null, subject, data });
    const { BASE_URL: baseUrl, DESK_EMAIL: to } = env();
    await queueEmail(tx, { to, ...failedEmail({ id: person.id, name: person.name, to: agency.name, why, baseUrl }) });
  });
}

type Taking = { leave: Leave; trace: { requestId: string; remoteAddress?: string } };

async function take(
  tx: Tx,
  actor: MfatActor,
  { person, known }: Kept,
  { agency, email, roles }: Move,
  { leave, trace }: Taking,
): Promise<void> {
  const { id, agency: from } = person;
  if (!from) throw new DomainError("STATE", `${person.name} is not of an agency.`);
  await leave.tell(tx);
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
  const before = { belongsTo: from.name, agencyId: from.id };
  const data = { before, after: { belongsTo: agency.name, agencyId: agency.id } };
  await recordEvent(tx, { event: "person.moved", known, actor, subject, data, ...trace });
  await tell(tx, [person.email, email], { name: person.name, from: from.name, to: agency.name, email, fromOn: null });
}

async function tell(tx: Tx, addresses: readonly string[], told: Omit<Moved, "baseUrl">): Promise<void> {
  const mail = movedEmail({ ...told, baseUrl: env().BASE_URL });
  for (const to of new Set(addresses)) await queueEmail(tx, { to, ...mail });
}

/** @throws INVALID at the fields, STATE */
async function readMove(
  tx: Tx,
  actor: MfatActor,
  person: KeptPerson,
  values: Values,
): Promise<Move & { fromOn: Date }> {
  if (!person.agency || person.endedAt)
    throw new DomainError("STATE", `${person.name} has no account of an agency now.`);
  const agencies = await tx.agency.findMany({ where: { isActive: true, id: { not: person.agency.id } } });
  const { data, errors } = parseFields(MOVE_FIELDS, values, {
    agencies: agencies.map(({ id: value, name: label }) => ({ value, label })),
    roles: roleOptions(AGENCY_ROLES),
  });
  if (errors) throw invalid(errors);
  const agency = agencies.find(({ id }) => id === data.agency);
  if (!agency) throw invalid({ agency: "Choose the new agency" });
  const today = dayOf(now());
  const email = data.newEmail;
  const fromOn = data.fromOn ?? today;
  const why = await whyNotAddress(tx, actor, email, { agency, ownId: person.id });
  if (why) throw invalid({ newEmail: why });
  if (fromOn < today) throw invalid({ "fromOn-day": "First day there must be today or later" });
  if (fromOn > addMonths(today, MONTHS_AHEAD)) {
    throw invalid({ "fromOn-day": `First day there must be within ${MONTHS_AHEAD} months` });
  }
  return { agency, email, roles: data.newRoles as Role[], fromOn };
}

/** Plans for later are for later. */
const MONTHS_AHEAD = 6;

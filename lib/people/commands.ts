import { z } from "zod";
import { endDeputiesOf } from "#lib/deputies/commands.ts";
import { type Field, text, type Values } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { Questions } from "#lib/form/questions.ts";
import { type Actor, AGENCY_ROLES, MFAT_ROLES, permit, ROLE_LABELS, type Role } from "#lib/lifecycle/permissions.ts";
import { knowing } from "#lib/lifecycle/settings/commands.ts";
import { nothingChanged, type Revised } from "#lib/lifecycle/settings/rules.ts";
import { type Known, recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { DomainError, forbidden, invalid, notFound } from "#lib/platform/errors.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { nameKey } from "#lib/platform/text.ts";
import { listFormerHolders, whyNotAddress } from "./addresses/queries.ts";
import { askedEmail, colleagueEmail, welcomeEmail } from "./emails.ts";
import { ACTOR, keptBy } from "./queries.ts";
import {
  ALIKE,
  alikeQuestion,
  MFAT_OPTION,
  NEW_PERSON_FIELDS,
  PERSON_FIELDS,
  roleOptions,
  rolesProblem,
} from "./schema.ts";

/**
 * Makes somebody an administrator where the portal has none, or only one, for whom nobody could confirm anything: all
 * others are added in the portal. @throws CONFLICT where there are two
 */
export async function createAdministrator({ email, name }: { email: string; name: string }): Promise<void> {
  const address = email.trim().toLowerCase();
  if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address))
    throw new DomainError("INVALID", `${email} is not an email address.`);
  await transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext('people'))`;
    if ((await tx.personRole.count({ where: { role: "ADMINISTRATOR", person: { endedAt: null } } })) > 1) {
      throw new DomainError("CONFLICT", "There are two administrators already. They can add others in the portal.");
    }
    if ((await tx.person.count({ where: { email: address } })) || (await listFormerHolders(tx, [address])).length) {
      throw new DomainError("INVALID", `There is, or was, already a person with the address ${address}.`);
    }
    const person = await tx.person.create({
      data: { email: address, name: name.trim(), side: "MFAT", createdAt: now() },
    });
    await tx.personRole.create({ data: { personId: person.id, side: "MFAT", role: "ADMINISTRATOR" } });
    await recordEvent(tx, {
      event: "person.created",
      actor: null,
      subject: `person:${person.id}`,
      data: { roles: ["ADMINISTRATOR"] },
    });
  });
}

const DAY_MS = 86_400_000;
/** A limit, because anybody can make up addresses at an agency. */
const ASKED_MAILS_PER_DAY_MAX = 10;

/**
 * Somebody at a known agency without an account asked for a code: tells the desk, once a day for an address and ten
 * times for an agency; beyond that it is only recorded. Returns the agency's name; null where the address belongs to no
 * known agency.
 */
export function reportUnknownPerson(email: string, remoteAddress?: string): Promise<string | null> {
  const domain = email.split("@")[1] ?? "";
  return transaction(async (tx) => {
    const agency = await tx.agency.findFirst({ where: { emailDomains: { has: domain }, isActive: true } });
    if (!agency) return null;
    const [event, subject, data] = ["account.asked", `email:${email}`, { agencyId: agency.id }];
    await tx.$queryRaw`SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext(${`${event}:${agency.id}`}))`;
    const asked = await tx.auditEvent.findMany({
      where: {
        event,
        at: { gt: new Date(now().getTime() - DAY_MS) },
        data: { path: ["agencyId"], equals: agency.id },
      },
      select: { subject: true },
    });
    if (asked.some((one) => one.subject === subject)) return agency.name;
    await recordEvent(tx, { event, actor: null, subject, data, ...(remoteAddress && { remoteAddress }) });
    if (asked.length >= ASKED_MAILS_PER_DAY_MAX) return agency.name;
    const [former = null] = await listFormerHolders(tx, [email]);
    const mail = askedEmail({ email, agencyName: agency.name, former, baseUrl: env().BASE_URL });
    await queueEmail(tx, { to: env().DESK_EMAIL, ...mail });
    return agency.name;
  });
}

export type WriteRequest = { requestId: string; remoteAddress?: string };

/**
 * Runs changes to people one at a time: if two administrators end each other's account at once, one of them remains.
 * The same form acts once. Returns what the request has already done, if it has.
 */
export async function lockPeople(tx: Tx, { requestId }: WriteRequest): Promise<{ subject: string | null } | null> {
  await tx.$queryRaw`SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext('people'))`;
  return tx.auditEvent.findUnique({ where: { requestId }, select: { subject: true } });
}

export const subjectOf = (id: string): string => `person:${id}`;
export const traceOf = ({ requestId, remoteAddress }: WriteRequest) => ({
  requestId,
  ...(remoteAddress && { remoteAddress }),
});

/**
 * Adds a person (NEW_PERSON_FIELDS) and emails them; returns the id. What they do counts for whoever they belong to on
 * that day.
 * @throws INVALID at the fields, FORBIDDEN for MFAT's people without role:keep
 */
export function createPerson(actor: Actor, request: WriteRequest, values: Values): Promise<string> {
  keptBy(actor);
  return transaction(async (tx) => {
    const done = await lockPeople(tx, request);
    if (done) return done.subject?.slice(subjectOf("").length) ?? "";
    const { name, email, roles, agency } = await readNewPerson(tx, actor, values);
    await checkNewPerson(tx, actor, { email, roles, agency });
    if (text(values, ALIKE) !== "yes") await askAlike(tx, name, agency ?? null);
    const side = agency ? "AGENCY" : "MFAT";
    const { id } = await tx.person.create({
      data: { name, email, side, agencyId: agency?.id ?? null, createdAt: now() },
    });
    await tx.personRole.createMany({ data: roles.map((role) => ({ personId: id, side, role })) });
    const data = { name, email, belongsTo: agency?.name ?? MFAT_OPTION, roles };
    await recordEvent(tx, { event: "person.created", actor, subject: subjectOf(id), data, ...traceOf(request) });
    await queueEmail(tx, { to: email, ...welcomeEmail({ name, baseUrl: env().BASE_URL }) });
    await tellDesk(tx, actor, `${name} added`, [`${email}: ${inRoles(roles)}.`]);
    return id;
  });
}

/**
 * A new person from a form. A certifier can only add people to their own agency, whatever the form says. @throws
 * INVALID, STATE
 */
async function readNewPerson(tx: Tx, actor: Actor, values: Values) {
  const own = actor.side === "AGENCY" ? actor.agencyId : null;
  const agencies = await tx.agency.findMany({ where: { isActive: true, ...(own && { id: own }) } });
  if (own && !agencies.length) {
    throw new DomainError("STATE", "Your agency may not apply to the fund at present, so you cannot add people.");
  }
  const belongings = [
    { value: MFAT_OPTION, label: MFAT_OPTION },
    ...agencies.map(({ id, name }) => ({ value: id, label: name })),
  ];
  const parsed = parseFields(NEW_PERSON_FIELDS, own ? { ...values, belongsTo: own } : values, {
    belongings,
    roles: roleOptions([...AGENCY_ROLES, ...MFAT_ROLES]),
  });
  if (parsed.errors) throw invalid(parsed.errors);
  const { name, email, belongsTo } = parsed.data;
  const agency = agencies.find(({ id }) => id === belongsTo);
  if (!agency) permit(actor, "role:keep");
  return { name, email, roles: parsed.data.roles as Role[], agency };
}

type NewPerson = { email: string; roles: Role[]; agency?: { name: string; emailDomains: string[] } };

async function checkNewPerson(tx: Tx, actor: Actor, { email, roles, agency }: NewPerson): Promise<void> {
  const problem = rolesProblem(agency ? "AGENCY" : "MFAT", roles);
  if (problem) throw invalid({ roles: problem });
  const why = await whyNotAddress(tx, actor, email, { agency: agency ?? null });
  if (why) throw invalid({ email: why });
}

/**
 * Asks about a new person with the same name as somebody at the same agency or at MFAT: is it the same person? @throws
 * INVALID
 */
async function askAlike(tx: Tx, name: string, agency: { id: string } | null): Promise<void> {
  const others = await tx.person.findMany({
    where: { agencyId: agency?.id ?? null, side: agency ? "AGENCY" : "MFAT" },
    select: { name: true, email: true, endedAt: true },
    orderBy: [{ name: "asc" }, { id: "asc" }],
  });
  const alike = others.filter((other) => nameKey(other.name) === nameKey(name));
  if (!alike.length) return;
  const who = alike
    .map(({ name, email, endedAt }) => `${name} (${email}${endedAt ? ", account ended" : ""})`)
    .join(", ");
  throw new Questions({ [ALIKE]: `There is already ${who}. Confirm that this is somebody else` }, [alikeQuestion(who)]);
}

export type KeptPerson = Prisma.PersonGetPayload<{ include: typeof ACTOR }>;

/**
 * The person, if the actor may change them: administrators can change people at MFAT; administrators and the desk,
 * people at agencies; certifiers, people at their own agency.
 */
export async function keptPerson(tx: Tx, actor: Actor, id: string): Promise<KeptPerson> {
  const scope = keptBy(actor);
  const person = z.uuid().safeParse(id).success
    ? await tx.person.findFirst({ where: { ...scope, id }, include: ACTOR })
    : null;
  if (!person) throw notFound();
  if (person.side === "MFAT") permit(actor, "role:keep");
  return person;
}

const inRoles = (roles: readonly Role[]): string => roles.map((role) => ROLE_LABELS[role]).join(", ");

/**
 * The desk is told what a certifier changes about the people at their agency; its own changes are in the audit trail.
 */
export async function tellDesk(tx: Tx, actor: Actor, happened: string, more: readonly string[]): Promise<void> {
  if (actor.side !== "AGENCY") return;
  const mail = colleagueEmail({ ...actor, happened, more, baseUrl: env().BASE_URL });
  await queueEmail(tx, { to: env().DESK_EMAIL, ...mail });
}

/** Who to ask about one's own account. */
const whoElse = ({ side }: Actor): string =>
  side === "AGENCY" ? "Another certifier or the fund desk can" : "Another administrator can";

async function refuseLastAdministrator(tx: Tx, { id, roles }: KeptPerson): Promise<void> {
  if (!roles.some(({ role }) => role === "ADMINISTRATOR")) return;
  const others = { role: "ADMINISTRATOR", personId: { not: id }, person: { endedAt: null } } as const;
  if ((await tx.personRole.count({ where: others })) === 0) {
    throw new DomainError("STATE", "The portal needs an administrator. Give somebody else the role first.");
  }
}

/** The person as shown on the page of whoever changes them. @throws CONFLICT with what somebody else did meanwhile */
export const knowingPerson = (
  tx: Tx,
  request: Revised,
  { id, revision, name, roles }: KeptPerson,
  fields: readonly Field[] = [],
): Promise<Known> => {
  const values = { name, roles: roles.map(({ role }) => role) };
  return knowing(tx, request, { subject: subjectOf(id), revision, fields, values });
};

/** Changes one person under the lock, if the page was up to date; the same request acts once. */
function changing(
  actor: Actor,
  request: Revised,
  id: string,
  change: (tx: Tx, person: KeptPerson, known: Known) => Promise<void>,
  fields: readonly Field[] = [],
): Promise<void> {
  keptBy(actor);
  return transaction(async (tx) => {
    if (await lockPeople(tx, request)) return;
    const person = await keptPerson(tx, actor, id);
    await change(tx, person, await knowingPerson(tx, request, person, fields));
  });
}

/** Name and roles from a form; people who change themselves keep the roles that they have. @throws INVALID */
function readPerson(actor: Actor, { id, roles: held }: KeptPerson, values: Values): { name: string; roles: Role[] } {
  const isOwn = id === actor.personId && values.roles === undefined;
  const lists = { roles: roleOptions([...AGENCY_ROLES, ...MFAT_ROLES]) };
  const parsed = parseFields(PERSON_FIELDS, isOwn ? { ...values, roles: held.map(({ role }) => role) } : values, lists);
  if (parsed.errors) throw invalid(parsed.errors);
  return { name: parsed.data.name, roles: parsed.data.roles as Role[] };
}

/**
 * Changes name and roles (PERSON_FIELDS). `handOver`: what to do when roles are taken away; returns what to record
 * about it.
 * @throws INVALID, STATE for the last administrator and where nothing has changed, CONFLICT, FORBIDDEN, NOT_FOUND
 */
export function changePerson(
  actor: Actor,
  request: Revised,
  id: string,
  values: Values,
  handOver: (tx: Tx, removed: readonly Role[]) => Promise<Prisma.InputJsonObject> = async () => ({}),
): Promise<void> {
  const change = async (tx: Tx, person: KeptPerson, known: Known) => {
    const { name, roles } = readPerson(actor, person, values);
    const held = person.roles.map(({ role }) => role);
    const added = roles.filter((role) => !held.includes(role));
    const removed = held.filter((role) => !roles.includes(role));
    const hasNewRoles = added.length + removed.length > 0;
    if (hasNewRoles && id === actor.personId)
      throw invalid({ roles: `You cannot change your own roles. ${whoElse(actor)}` });
    const problem = rolesProblem(person.side, roles);
    if (problem) throw invalid({ roles: problem });
    if (removed.includes("ADMINISTRATOR")) await refuseLastAdministrator(tx, person);
    if (name === person.name && !hasNewRoles) throw nothingChanged();
    await tx.person.update({ where: { id }, data: { name } });
    await tx.personRole.deleteMany({ where: { personId: id, role: { in: removed } } });
    await tx.personRole.createMany({ data: added.map((role) => ({ personId: id, side: person.side, role })) });
    if (removed.includes("APPROVER")) {
      await tx.delegation.deleteMany({ where: { personId: id } });
      await endDeputiesOf(tx, actor, id, known);
    }
    const handedOver = await handOver(tx, removed);
    const data = { before: { name: person.name, roles: held }, after: { name, roles }, ...handedOver };
    await recordEvent(tx, { event: "person.changed", known, actor, subject: subjectOf(id), data, ...traceOf(request) });
    await tellDesk(tx, actor, `${name} changed`, [
      `Now: ${name}, ${inRoles(roles)}.`,
      `Before: ${person.name}, ${inRoles(held)}.`,
    ]);
  };
  return changing(actor, request, id, change, PERSON_FIELDS);
}

/**
 * Ends an account and, at once, its sessions and open code. What the person did stays on record. `handOver`: what to do
 * once it has ended; returns what to record about it. @throws STATE, FORBIDDEN
 */
export function endAccount(
  actor: Actor,
  request: Revised,
  id: string,
  handOver: (tx: Tx) => Promise<Prisma.InputJsonObject> = async () => ({}),
): Promise<void> {
  return changing(actor, request, id, async (tx, person, known) => {
    if (id === actor.personId) throw forbidden(`You cannot end your own account. ${whoElse(actor)}.`);
    if (person.endedAt) throw nothingChanged();
    await refuseLastAdministrator(tx, person);
    await tx.person.update({ where: { id }, data: { endedAt: now() } });
    await tx.signInCode.deleteMany({ where: { email: person.email } });
    await endDeputiesOf(tx, actor, id, known);
    const { count } = await tx.session.deleteMany({ where: { personId: id } });
    const data = { sessionsEnded: count, ...(await handOver(tx)) };
    await recordEvent(tx, { event: "person.ended", known, actor, subject: subjectOf(id), data, ...traceOf(request) });
    await tellDesk(tx, actor, `account of ${person.name} ended`, []);
  });
}

/** Restores an ended account, with the roles shown on its page. */
export function restoreAccount(actor: Actor, request: Revised, id: string): Promise<void> {
  return changing(actor, request, id, async (tx, person, known) => {
    if (!person.endedAt) throw nothingChanged();
    await tx.person.update({ where: { id }, data: { endedAt: null } });
    await recordEvent(tx, { event: "person.restored", known, actor, subject: subjectOf(id), ...traceOf(request) });
    await tellDesk(tx, actor, `account of ${person.name} restored`, []);
  });
}

/** Ends all of a person's sessions at once: they have to sign in again. */
export function endSessions(actor: Actor, request: WriteRequest, id: string): Promise<void> {
  keptBy(actor);
  return transaction(async (tx) => {
    if (await lockPeople(tx, request)) return;
    await keptPerson(tx, actor, id);
    const { count } = await tx.session.deleteMany({ where: { personId: id } });
    const data = { sessionsEnded: count };
    await recordEvent(tx, { event: "sessions.ended", actor, subject: subjectOf(id), data, ...traceOf(request) });
  });
}

/** Ends one of the actor's own sessions, by the id that listOwnSessions returns. */
export function endOwnSession(actor: Actor, request: WriteRequest, sessionId: string): Promise<void> {
  if (!/^[0-9a-f]{16}$/.test(sessionId)) throw notFound();
  return endOwn(actor, request, { tokenHash: { startsWith: sessionId } });
}

/** Ends the actor's own sessions except the current one, given by the hash of its token. */
export function endOtherSessions(actor: Actor, request: WriteRequest, ownHash: string): Promise<void> {
  return endOwn(actor, request, { tokenHash: { not: ownHash } });
}

function endOwn(actor: Actor, request: WriteRequest, which: Prisma.SessionWhereInput): Promise<void> {
  return transaction(async (tx) => {
    if (await lockPeople(tx, request)) return;
    const { count } = await tx.session.deleteMany({ where: { ...which, personId: actor.personId } });
    if (count === 0) return;
    const data = { sessionsEnded: count };
    await recordEvent(tx, {
      event: "sessions.ended",
      actor,
      subject: subjectOf(actor.personId),
      data,
      ...traceOf(request),
    });
  });
}

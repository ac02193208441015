import { z } from "zod";
import type { Answers } from "#lib/form/fields.ts";
import { type Actor, type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { APPROVERS } from "#lib/lifecycle/rules.ts";
import { knowing } from "#lib/lifecycle/settings/commands.ts";
import { nothingChanged, type Revised } from "#lib/lifecycle/settings/rules.ts";
import { isRepeated, type Known, recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { DomainError, invalid, notFound } from "#lib/platform/errors.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { type DeputyMail, deputyEmail } from "./emails.ts";
import { checkRange, formatRange } from "./rules.ts";
import type { DEPUTY_FIELDS } from "./schema.ts";

type WriteRequest = { requestId: string; remoteAddress?: string };

const NAMES = {
  approver: { select: { name: true } },
  deputy: { select: { name: true, email: true, endedAt: true } },
} satisfies Prisma.DeputyInclude;
type Naming = Prisma.DeputyGetPayload<{ include: typeof NAMES }>;

/**
 * Names a deputy who can decide under the actor's own delegation from one day to another. A delegation that the actor
 * holds as a deputy cannot be passed on.
 * @throws INVALID at the fields, STATE without a delegation, FORBIDDEN
 */
export function nameDeputy(
  actor: MfatActor,
  request: Revised,
  { deputy: deputyId, fromOn, toOn }: Answers<typeof DEPUTY_FIELDS>,
): Promise<void> {
  permit(actor, "deputy:name");
  return naming(request, async (tx) => {
    const known = await knowingOwn(tx, actor, request);
    const delegation = await tx.delegation.findUnique({ where: { personId: actor.personId } });
    if (!delegation) throw new DomainError("STATE", "You have no delegation of your own, so you cannot name a deputy.");
    const isChoice = z.uuid().safeParse(deputyId).success && deputyId !== actor.personId;
    const deputy = isChoice ? await tx.person.findFirst({ where: { ...APPROVERS, id: deputyId } }) : null;
    if (!deputy) throw invalid({ deputy: "Choose your deputy" });
    const own = await tx.deputy.findMany({ where: { approverId: actor.personId, endedAt: null }, include: NAMES });
    const others = own.map((one) => ({ ...one, name: one.deputy.name }));
    const errors = checkRange({ fromOn, toOn }, others, dayOf(now()));
    if (Object.keys(errors).length) throw invalid(errors);
    const named = await tx.deputy.create({
      data: { approverId: actor.personId, deputyId, fromOn, toOn, namedAt: now() },
      include: NAMES,
    });
    await record(tx, actor, "deputy.named", { one: named, known, request });
    await tell(tx, named, "named");
  });
}

/** Ends one of the actor's deputies before the last day, with immediate effect. @throws NOT_FOUND */
export function endDeputy(actor: MfatActor, request: Revised, id: string): Promise<void> {
  permit(actor, "deputy:name");
  return naming(request, async (tx) => {
    const own = z.uuid().safeParse(id).success
      ? await tx.deputy.findFirst({ where: { id, approverId: actor.personId }, include: NAMES })
      : null;
    if (!own) throw notFound();
    const known = await knowingOwn(tx, actor, request);
    if (own.endedAt || own.toOn < dayOf(now())) throw nothingChanged();
    await end(tx, actor, { one: own, known, request });
  });
}

/**
 * When somebody loses their account or the role of approver, the deputies they named and the approvers they are deputy
 * for end too.
 */
export async function endDeputiesOf(tx: Tx, actor: Actor, personId: string, known: Known): Promise<void> {
  const open = await tx.deputy.findMany({
    where: { OR: [{ approverId: personId }, { deputyId: personId }], endedAt: null, toOn: { gte: dayOf(now()) } },
    include: NAMES,
    orderBy: { id: "asc" },
  });
  for (const one of open) await end(tx, actor, { one, known });
}

/** The actor's deputies as their page shows them: they count as changes to the actor's own record. @throws CONFLICT */
async function knowingOwn(tx: Tx, { personId }: Actor, request: Revised): Promise<Known> {
  const { revision } = await tx.person.findUniqueOrThrow({ where: { id: personId }, select: { revision: true } });
  return knowing(tx, request, { subject: `person:${personId}`, revision, fields: [], values: {} });
}

type Written = { one: Naming; known: Known; request?: WriteRequest };

async function end(tx: Tx, actor: Actor, written: Written): Promise<void> {
  const { one } = written;
  await tx.deputy.update({ where: { id: one.id }, data: { endedAt: now(), endedById: actor.personId } });
  await record(tx, actor, "deputy.ended", written);
  await tell(tx, one, "ended");
}

/** Runs changes of deputies one at a time with all other changes to people, and the same form only once. */
function naming({ requestId }: WriteRequest, work: (tx: Tx) => Promise<void>): Promise<void> {
  return transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext('people'))`;
    if (await isRepeated(tx, requestId)) return;
    await work(tx);
  });
}

function record(
  tx: Tx,
  actor: Actor,
  event: "deputy.named" | "deputy.ended",
  { one, known, request }: Written,
): Promise<void> {
  return recordEvent(tx, {
    event,
    known,
    actor,
    subject: `person:${one.approverId}`,
    data: { deputyId: one.deputyId, deputy: one.deputy.name, days: formatRange(one) },
    ...(request && { requestId: request.requestId }),
    ...(request?.remoteAddress && { remoteAddress: request.remoteAddress }),
  });
}

async function tell(tx: Tx, one: Naming, what: DeputyMail["what"]): Promise<void> {
  const mail: DeputyMail = {
    approver: one.approver.name,
    deputy: one.deputy.name,
    fromOn: one.fromOn,
    toOn: one.toOn,
    what,
    baseUrl: env().BASE_URL,
  };
  if (!one.deputy.endedAt) await queueEmail(tx, { to: one.deputy.email, ...deputyEmail(mail, "deputy") });
  await queueEmail(tx, { to: env().DESK_EMAIL, ...deputyEmail(mail, "desk") });
}

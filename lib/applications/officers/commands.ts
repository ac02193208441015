import { type Actor, type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { type LockedApplication, lockApplication } from "#lib/lifecycle/queries.ts";
import { ALL_STATES } from "#lib/lifecycle/states.ts";
import { isRepeated, recordEvent, requestIdOf } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { conflict, DomainError, invalid } from "#lib/platform/errors.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { handOverEmail, officerEmail } from "./emails.ts";
import { listOfficers } from "./queries.ts";
import { isLookedAfter, type Officer, withFewest } from "./rules.ts";
import type { NewOfficer } from "./schema.ts";

/** From the form that asks. */
type FormRequest = { requestId: string; remoteAddress?: string };

/**
 * Hands an application over to another desk officer. Both of them are told. `before`: who looked after it when the form
 * was rendered; null: nobody.
 * @throws CONFLICT where somebody was faster, INVALID where the new officer may not, STATE before it is submitted
 */
export function changeDeskOfficer(
  actor: MfatActor,
  request: FormRequest,
  reference: string,
  { officer, reason, before }: NewOfficer & { before: string | null },
): Promise<void> {
  permit(actor, "officer:change");
  return transaction(async (tx) => {
    const application = await lockApplication(tx, actor, reference);
    if (await isRepeated(tx, request.requestId)) return;
    if (application.versionNumber === 0)
      throw new DomainError(
        "STATE",
        "The agency has not submitted this application yet. A desk officer will look after it once they do.",
      );
    if (application.deskOfficerId !== before) {
      const current = await nameOf(tx, application.deskOfficerId);
      throw conflict(`${current} looks after ${reference} now. It was handed over after you opened this page.`);
    }
    const chosen = (await listOfficers(tx, application.id)).find(({ id }) => id === officer);
    if (!chosen || chosen.id === before)
      throw invalid({ officer: "Choose another desk officer, who has no interest in it" });
    await record(tx, application, { actor, request, chosen, reason });
    await tell(tx, application, { chosen, by: actor.name, reason });
  });
}

/**
 * Chooses who looks after a submitted application: whoever did before, or else the desk officer with the fewest
 * applications. If nobody at the desk may, it has nobody, and the desk finds it in its lists.
 */
export async function nameDeskOfficer(tx: Tx, application: LockedApplication): Promise<void> {
  const officers = await listOfficers(tx, application.id);
  if (officers.some(({ id }) => id === application.deskOfficerId)) return;
  const chosen = withFewest(officers);
  if (!chosen) return;
  await tx.deskOfficer.create({ data: { applicationId: application.id, personId: chosen.id, since: now() } });
  await tell(tx, application, { chosen, by: null, reason: null });
}

type HandOver = { fromId: string; toId: string; reason: string };

/**
 * Hands over everything open that one person looks after to another, in the transaction of the change that requires it.
 * Where an interest recuses the other person, it goes to the desk officer with the fewest. Returns how many went to
 * that person, how many to somebody else, and the references of those that nobody may look after, which stay where they
 * were.
 * @throws INVALID where the other person is not a desk officer
 */
export async function handOverApplications(
  tx: Tx,
  actor: MfatActor,
  request: FormRequest,
  { fromId, toId, reason }: HandOver,
): Promise<{ handedOver: number; toOthers: number; left: string[] }> {
  permit(actor, "officer:change");
  const rows = await tx.application.findMany({
    where: { deskOfficerId: fromId, state: { in: ALL_STATES.filter(isLookedAfter) } },
    select: { reference: true },
    orderBy: { reference: "asc" },
  });
  const by = new Map<string, { chosen: Officer; references: string[] }>();
  const left: string[] = [];
  for (const { reference } of rows) {
    const application = await lockApplication(tx, null, reference);
    if (application.deskOfficerId !== fromId) continue;
    const officers = (await listOfficers(tx, application.id)).filter(({ id }) => id !== fromId);
    const chosen = officers.find(({ id }) => id === toId) ?? withFewest(officers);
    if (!chosen) {
      left.push(reference);
      continue;
    }
    const own = { ...request, requestId: requestIdOf(request.requestId, reference) };
    await record(tx, application, { actor, request: own, chosen, reason });
    const list = by.get(chosen.id) ?? { chosen, references: [] };
    by.set(chosen.id, { ...list, references: [...list.references, reference] });
  }
  for (const { chosen, references } of by.values()) {
    const before = await nameOf(tx, fromId);
    const mail = handOverEmail({
      references,
      officer: chosen.name,
      before,
      by: actor.name,
      reason,
      baseUrl: env().BASE_URL,
    });
    for (const to of await addressesOf(tx, [chosen.id, fromId])) await queueEmail(tx, { to, ...mail });
  }
  const handedOver = by.get(toId)?.references.length ?? 0;
  const all = [...by.values()].reduce((sum, { references }) => sum + references.length, 0);
  return { handedOver, toOthers: all - handedOver, left };
}

type Recorded = { actor: Actor; request: FormRequest; chosen: Officer; reason: string };

async function record(
  tx: Tx,
  application: LockedApplication,
  { actor, request, chosen, reason }: Recorded,
): Promise<void> {
  const { id: applicationId, deskOfficerId } = application;
  const at = now();
  await tx.deskOfficer.create({
    data: { applicationId, personId: chosen.id, since: at, byId: actor.personId, reason },
  });
  await recordEvent(tx, {
    event: "application.handedOver",
    actor,
    at,
    applicationId,
    requestId: request.requestId,
    reason,
    data: { from: deskOfficerId, to: chosen.id, toName: chosen.name },
    ...(request.remoteAddress && { remoteAddress: request.remoteAddress }),
  });
}

type Told = { chosen: Officer; by: string | null; reason: string | null };

async function tell(tx: Tx, application: LockedApplication, { chosen, by, reason }: Told): Promise<void> {
  const { id: applicationId, reference, title, marking, deskOfficerId } = application;
  const mail = officerEmail({
    ...{ reference, title, marking, by, reason },
    officer: chosen.name,
    before: deskOfficerId && (await nameOf(tx, deskOfficerId)),
    baseUrl: env().BASE_URL,
  });
  const people = await addressesOf(tx, [chosen.id, deskOfficerId]);
  // The desk has already been emailed about the step that made the portal choose.
  for (const to of by ? people : [...people].filter((one) => one !== env().DESK_EMAIL)) {
    await queueEmail(tx, { to, applicationId, ...mail });
  }
}

const nameOf = async (tx: Tx, id: string | null): Promise<string> =>
  id ? (await tx.person.findUniqueOrThrow({ where: { id }, select: { name: true } })).name : "Nobody";

/** The desk's mailbox, and the people who have not left. */
async function addressesOf(tx: Tx, ids: readonly (string | null)[]): Promise<Set<string>> {
  const people = await tx.person.findMany({
    where: { id: { in: ids.filter((id) => id !== null) }, endedAt: null },
    select: { email: true },
  });
  return new Set([env().DESK_EMAIL, ...people.map(({ email }) => email)]);
}

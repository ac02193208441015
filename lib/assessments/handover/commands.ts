import type { Values } from "#lib/form/fields.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { type LockedApplication, lockApplication } from "#lib/lifecycle/queries.ts";
import { recordEvent, requestIdOf } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import type { Tx } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { invalid } from "#lib/platform/errors.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { addWorkingDays } from "#lib/platform/working-days.ts";
import { releasedEmail, takenOverEmail } from "./emails.ts";
import { listOpenAssessments } from "./queries.ts";
import { ASSESSMENT_HANDED_OVER } from "./rules.ts";
import { chosenFor } from "./schema.ts";

/** Who can no longer assess, and the answers to `handOverFields` under `name`. */
type HandOver = { from: { id: string; name: string }; values: Values; name: string };
type FormRequest = { requestId: string; remoteAddress?: string };
type Taken = { reference: string; dueOn: Date; isHeld: boolean; to: { id: string; name: string } };

/** The least time that somebody who takes over has, in working days; the day that was agreed may be later. */
const DAYS_MIN = 5;

/**
 * Hands the open assessments of somebody over as the form says, in the transaction that takes their role or account. Who takes over is
 * emailed, with the desk, and so is who assessed before; what the latter wrote stays theirs to read. Returns which were handed over,
 * and which were not.
 * @throws INVALID where somebody who was chosen may not assess it
 */
export async function handOverAssessments(
  tx: Tx,
  actor: MfatActor,
  request: FormRequest,
  { from, values, name }: HandOver,
): Promise<{ handedOver: string[]; left: string[] }> {
  permit(actor, "role:keep");
  const locked: LockedApplication[] = [];
  for (const { reference } of await listOpenAssessments(tx, from.id)) {
    locked.push(await lockApplication(tx, null, reference));
  }
  const least = addWorkingDays(dayOf(now()), DAYS_MIN);
  const [taken, left]: [Taken[], string[]] = [[], []];
  for (const one of await listOpenAssessments(tx, from.id)) {
    const { applicationId, reference, successors } = one;
    const application = locked.find(({ id }) => id === applicationId);
    const chosen = chosenFor(one, name, values);
    const to = successors.find(({ id }) => id === chosen?.id);
    if (chosen && !to)
      throw invalid({ [chosen.input]: `They can no longer assess ${reference}. Choose somebody else` });
    if (!to || !application) {
      left.push(reference);
      continue;
    }
    const dueOn = one.dueOn && one.dueOn > least ? one.dueOn : least;
    await moveAssessment(tx, actor, application, { fromId: from.id, toId: to.id, dueOn });
    const data = {
      from: from.id,
      fromName: from.name,
      to: to.id,
      toName: to.name,
      dueOn: dueOn.toISOString().slice(0, 10),
    };
    await recordEvent(tx, {
      event: ASSESSMENT_HANDED_OVER,
      actor,
      applicationId,
      requestId: requestIdOf(request.requestId, `assessment of ${reference}`),
      data,
      ...(request.remoteAddress && { remoteAddress: request.remoteAddress }),
    });
    taken.push({ reference, dueOn, isHeld: application.heldAt !== null, to });
  }
  await tell(tx, actor, from, taken);
  return { handedOver: taken.map(({ reference }) => reference), left };
}

async function moveAssessment(
  tx: Tx,
  actor: MfatActor,
  { id: applicationId, versionNumber, duties }: LockedApplication,
  { fromId, toId, dueOn }: { fromId: string; toId: string; dueOn: Date },
): Promise<void> {
  const at = now();
  await tx.assessment.update({
    where: { applicationId_assessorId: { applicationId, assessorId: fromId } },
    data: { status: "UNASSIGNED" },
  });
  if (!duties.some(({ personId }) => personId === toId)) {
    await tx.duty.create({ data: { applicationId, personId: toId, side: "MFAT", kind: "ASSESS", since: at } });
  }
  const row = { status: "ASSIGNED" as const, versionNumber, assignedById: actor.personId, assignedAt: at, dueOn };
  await tx.assessment.upsert({
    where: { applicationId_assessorId: { applicationId, assessorId: toId } },
    create: { applicationId, assessorId: toId, ...row },
    update: row,
  });
}

async function tell(tx: Tx, { name: by }: MfatActor, from: HandOver["from"], taken: readonly Taken[]): Promise<void> {
  if (!taken.length) return;
  const { BASE_URL: baseUrl, DESK_EMAIL: deskEmail } = env();
  const addresses = await tx.person.findMany({
    where: { id: { in: [from.id, ...taken.map(({ to }) => to.id)] }, endedAt: null },
    select: { id: true, email: true },
  });
  const addressOf = (id: string) => addresses.find((one) => one.id === id)?.email;
  for (const [id, assessments] of Map.groupBy(taken, ({ to }) => to.id)) {
    const to = assessments[0]?.to.name ?? "";
    const mail = takenOverEmail({ assessments, to, from: from.name, by, baseUrl });
    for (const address of new Set([addressOf(id), deskEmail]))
      if (address) await queueEmail(tx, { to: address, ...mail });
  }
  const own = addressOf(from.id);
  const references = taken.map(({ reference }) => reference);
  if (own) await queueEmail(tx, { to: own, ...releasedEmail({ references, by, baseUrl }) });
}

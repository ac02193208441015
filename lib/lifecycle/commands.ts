import { isRepeated, recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import type { DutyKind, State } from "#lib/platform/db/generated/enums.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { DomainError, forbidden } from "#lib/platform/errors.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { lostEmail, type StepMail, stepEmail } from "./emails.ts";
import { type Actor, type MfatActor, ROLE_LABELS, type Role } from "./permissions.ts";
import {
  type LockedApplication,
  listFinanceOfficers,
  listParticipants,
  listWaitedFor,
  listWaitedForIn,
  lockApplication,
  nobodyFor,
} from "./queries.ts";
import { isPersonal, otherDuty, StepRefusal } from "./rules.ts";
import { alsoAsked, isEnded, isUnderArrangement, STATES, stateLabel } from "./states.ts";
import { handoversOf, mayTakeNext, type Step } from "./steps.ts";
import { type AskedStep, findWaiting, listAskedSteps } from "./waits/queries.ts";

/** What comes with a form: its own id, so that sending it twice acts once, and the revision that its page showed. */
export type StepRequest = { requestId: string; revision: number; remoteAddress?: string };

export type StepOutcome = {
  /** Columns of the application that change with the step. */
  set?: Prisma.ApplicationUncheckedUpdateInput;
  reason?: string;
  /** Where a step leads if not where its row says (a recommendation not to fund). */
  to?: State;
  data?: Prisma.InputJsonObject;
  /** A sentence for the mail, such as a deadline. */
  note?: string;
  /** The same, for readers at MFAT only. */
  mfatNote?: string;
  /**
   * People to email as well as those who act next, because they are asked for something or asked for it: person ids.
   */
  asks?: readonly string[];
  /** Addresses at MFAT to tell as well. */
  tells?: readonly string[];
};

/**
 * The one way to take a step: load scoped and locked, authorise, check the state, do the step's own work, change the
 * application, audit, mail; all in one transaction. `actor` null is a timed job.
 * @throws NOT_FOUND, FORBIDDEN, CONFLICT (somebody was faster), STATE (names the possible steps), and the step's own
 */
export function takeTransition(
  actor: Actor | null,
  request: StepRequest,
  reference: string,
  row: Step,
  step: (tx: Tx, application: LockedApplication) => Promise<StepOutcome>,
): Promise<void> {
  return transaction(async (tx) => {
    const application = await lockApplication(tx, actor, reference);
    if (await isRepeated(tx, request.requestId)) return;
    await authorise(tx, actor, request, application, row);
    const before = {
      waitedOn: (await findWaiting(tx, application))?.role,
      asked: await listAskedSteps(tx, application),
    };
    const outcome = await step(tx, application);
    await finish(tx, actor, request, { ...application, ...before }, row, outcome);
  });
}

async function authorise(
  tx: Tx,
  actor: Actor | null,
  request: StepRequest,
  application: LockedApplication,
  { from, label, whileHeld, isOwn }: Step,
) {
  const anyRole = Object.values(from).flat();
  if (actor && !anyRole.some((role) => actor.roles.has(role))) {
    throw forbidden(
      `Only the ${[...new Set(anyRole)].map((role) => ROLE_LABELS[role]).join(" or ")} can do this: “${label}”.`,
    );
  }
  if (actor && !isOwn && request.revision !== application.revision) throw await whatHappened(tx, actor, application);
  const roles = from[application.state];
  if (!roles) throw wrongState(actor, application, label);
  if (application.heldAt && !whileHeld) {
    throw new DomainError("STATE", `${application.reference} is on hold. The desk needs to resume it first.`);
  }
  if (whileHeld === "only" && !application.heldAt) {
    throw new DomainError("STATE", `${application.reference} is not on hold.`);
  }
  if (actor && !roles.some((role) => actor.roles.has(role))) {
    throw forbidden(`In this state, only the ${roles.map((role) => ROLE_LABELS[role]).join(" or ")} can do this.`);
  }
  if (actor?.side === "MFAT") await refuseUndeclared(tx, actor, application);
}

/**
 * People at MFAT declare their interests before they act on an application, and cannot act while an interest recuses
 * them. A draft that was never submitted cannot be read, so nothing has to be declared.
 * @throws FORBIDDEN
 */
export async function refuseUndeclared(tx: Tx, actor: MfatActor, application: LockedApplication): Promise<void> {
  const declaration = await tx.interestDeclaration.findUnique({
    where: { applicationId_personId: { applicationId: application.id, personId: actor.personId } },
    select: { isRecused: true },
  });
  if (!declaration && application.versionNumber === 0) return;
  if (!declaration) throw forbidden("Declare your interests in this application first.");
  if (declaration.isRecused)
    throw forbidden("You declared an interest in this application, so somebody else needs to do this.");
}

function wrongState(actor: Actor | null, { reference, state, heldAt }: LockedApplication, label: string): StepRefusal {
  const side = actor?.side ?? "MFAT";
  const message = `${reference} is “${stateLabel(state, side)}”, so you cannot do this now: “${label}”.`;
  return new StepRefusal("STATE", message, { reference, state, isHeld: heldAt !== null, side });
}

/**
 * The conflict for a stale page: who did what since it was opened, and when. A carry-forward is not a step of the
 * application.
 */
async function whatHappened(tx: Tx, { side }: Actor, { id, reference, state, heldAt }: LockedApplication) {
  const last = await tx.auditEvent.findFirst({
    where: { applicationId: id, OR: [{ action: { not: null } }, { event: "application.carried" }] },
    orderBy: { id: "desc" },
  });
  if (last && !last.action) {
    const what = `Money for ${reference} was carried into another year on ${formatInstant(last.at)}, after you opened this page.`;
    return new DomainError("CONFLICT", `${what} We did not make your change.`);
  }
  const who = last?.actorId
    ? await tx.person.findUnique({ where: { id: last.actorId }, select: { name: true, side: true } })
    : null;
  const by = who && (side === "MFAT" || who.side === "AGENCY") ? who.name : null;
  const message = `${reference} has changed since you opened this page. It is now “${stateLabel(state, side)}”.`;
  return new StepRefusal("CONFLICT", message, {
    reference,
    state,
    isHeld: heldAt !== null,
    side,
    ...(last?.action && { last: { step: last.action, at: last.at, by } }),
  });
}

async function finish(
  tx: Tx,
  actor: Actor | null,
  request: StepRequest,
  application: LockedApplication & { waitedOn: Role | undefined; asked: readonly AskedStep[] },
  row: Step,
  outcome: StepOutcome,
): Promise<void> {
  const at = now();
  const to = outcome.to ?? target(application, row);
  const changed = await tx.application.update({
    where: { id: application.id },
    data: {
      ...outcome.set,
      ...(to !== application.state && { state: to, stateSince: at }),
      ...(!row.isOwn && { revision: { increment: 1 } }),
    },
  });
  await recordEvent(tx, {
    event: row.event,
    actor,
    at,
    applicationId: application.id,
    action: row.key,
    fromState: application.state,
    toState: to,
    requestId: request.requestId,
    ...(outcome.reason && { reason: outcome.reason }),
    data: { ...outcome.data, ...(actor && namesToday(actor)) },
    ...(request.remoteAddress && { remoteAddress: request.remoteAddress }),
  });
  const waiting = await findWaiting(tx, changed);
  // The desk may have been waited on before as well, but whoever looks after it does not know of the hold.
  const isHeldOrResumed = (changed.heldAt === null) !== (application.heldAt === null);
  const isMoved = to !== application.state || waiting?.role !== application.waitedOn || isHeldOrResumed;
  // Tell the roles that are newly asked, even if something else has waited longer, and the role it is now waiting on
  // first. While it is on hold, it is only waiting to be resumed.
  const asksNow = changed.heldAt ? [] : await listAskedSteps(tx, changed);
  const asked = changed.heldAt ? [] : newlyAsked(application.asked, asksNow);
  const [named, namedNow] = [namedIn(application.heldAt ? [] : application.asked), namedIn(asksNow)];
  const waits = [...asked, ...(isMoved && waiting ? [waiting] : [])];
  const next = waits[0] ?? waiting;
  await tell(tx, {
    actor,
    outcome,
    asks: [...new Set(waits.flatMap(({ role, step }) => [role, ...alsoAsked(step)]))],
    gains: without(namedNow, named, actor),
    loses: without(named, namedNow, actor),
    isHeld: changed.heldAt !== null,
    application,
    mail: {
      reference: application.reference,
      title: changed.title,
      marking: changed.marking,
      step: row,
      state: to,
      waitsOnRole: next?.role ?? null,
      waitsOnStep: next?.step,
      agencyName: application.agency.name,
      by: by(actor, application, row),
      at,
      note: outcome.note,
      mfatNote: outcome.mfatNote,
      baseUrl: env().BASE_URL,
    },
  });
}

/** What a step's event stores about its actor, so that a history shows the name they had that day. */
const namesToday = (actor: Actor) => ({
  byName: actor.name,
  ...(actor.side === "AGENCY" && { byAgency: actor.agencyName }),
});

/** Who an application is waiting on by name, and in which role. */
const namedIn = (asked: readonly AskedStep[]): Map<string, Role> =>
  new Map(asked.flatMap(({ personId, role }) => (personId ? [[personId, role]] : [])));

/** Those who are waited on in one and not in the other, except for whoever took the step. */
const without = (those: Map<string, Role>, others: Map<string, Role>, actor: Actor | null): Map<string, Role> =>
  new Map([...those].filter(([id]) => !others.has(id) && id !== actor?.personId));

/** The steps that nobody was asked for before. An application can wait for several at once. */
const newlyAsked = (before: readonly AskedStep[], after: readonly AskedStep[]): AskedStep[] =>
  after.filter(({ step }) => before.every((one) => one.step !== step));

function target(application: LockedApplication, { to }: Step): State {
  if (to === "stays") return application.state;
  return to === "back" ? (application.signOffFrom ?? "DRAFT") : to;
}

function by(actor: Actor | null, application: LockedApplication, { from }: Step): StepMail["by"] {
  if (!actor) return null;
  if (actor.side === "AGENCY") return { side: "AGENCY" };
  return { side: "MFAT", role: from[application.state]?.find((role) => actor.roles.has(role)) };
}

type Telling = {
  actor: Actor | null;
  outcome: StepOutcome;
  /** The roles that it now waits on and did not before. */
  asks: readonly Role[];
  /** The people it is now waiting on by name, and those it is no longer waiting on, with their roles. */
  gains: ReadonlyMap<string, Role>;
  loses: ReadonlyMap<string, Role>;
  isHeld: boolean;
  application: LockedApplication;
  mail: StepMail;
};

/**
 * Emails the desk about every step, asks those who act next, and tells the agency's people who took part. When the
 * application ends, or the row says so, it also tells everybody it was waiting on. Whoever loses a task is told.
 */
async function tell(tx: Tx, telling: Telling): Promise<void> {
  const { application, mail, asks, outcome } = telling;
  const desk = env().DESK_EMAIL;
  const people = new Map<string, "AGENCY" | "MFAT">();
  const add = (rows: readonly { email: string; side: "AGENCY" | "MFAT" }[]) => {
    for (const { email, side } of rows) people.set(email, side);
  };
  for (const role of asks) add(await listAsked(tx, telling, role));
  if (mail.step.tellsAsked || isEnded(mail.state)) add(await listReleased(tx, application, telling.actor));
  if (mail.step.tellsAgency) add(await listParticipants(tx, application));
  const isArranged = isUnderArrangement(application.state) || isUnderArrangement(mail.state);
  if (mail.step.tellsFinance && isArranged) add(await listFinanceOfficers(tx, application));
  const named = [...(outcome.asks ?? []), ...telling.gains.keys(), ...telling.loses.keys()];
  const found = named.length
    ? await tx.person.findMany({ where: { id: { in: named }, endedAt: null }, select: { id: true, ...TO } })
    : [];
  const lost = found.filter(({ id }) => telling.loses.has(id));
  add(found.filter(({ id }) => !telling.loses.has(id)));
  for (const email of outcome.tells ?? []) people.set(email, "MFAT");
  for (const { email } of lost) people.delete(email);
  people.set(desk, "MFAT");
  for (const [to, reader] of people) {
    await queueEmail(tx, { to, applicationId: application.id, ...stepEmail(mail, reader) });
  }
  for (const { id, email: to } of lost) {
    const lostAs = { role: telling.loses.get(id) ?? "ASSESSOR", isOnHold: telling.isHeld };
    await queueEmail(tx, { to, applicationId: application.id, ...lostEmail(mail, lostAs) });
  }
}

const TO = { email: true, side: true } satisfies Prisma.PersonSelect;

/** The people in a role to ask for the next step. @throws STATE, saying who can help, if there is nobody to ask */
async function listAsked(tx: Tx, { actor, application, mail }: Telling, role: Role) {
  const handover = handoversOf(mail.step, application.state, mail.state).find((one) => one.role === role) ?? {
    role,
    duty: STATES[mail.state].duty,
  };
  // Whoever looks after it knows what they did themselves.
  const isAlone = actor && (role === "DESK" || !mayTakeNext(mail.step, application.state, handover));
  const people = await listWaitedFor(tx, application, handover, isAlone ? actor.personId : undefined);
  if (isPersonal(role) && !people.length && actor && mail.step.asksNext) {
    throw new DomainError("STATE", await nobodyFor(tx, actor.side, application, role));
  }
  return people;
}

/**
 * The people it was waiting on. Of the assessors, those who have not finished, and advisers with a question to answer; not those who no
 * longer have the role, and so were waited for no more.
 */
async function listReleased(tx: Tx, application: LockedApplication, actor: Actor | null) {
  const { id: applicationId } = application;
  const role = STATES[application.state].waitsOn;
  const assessments = { some: { applicationId, status: "ASSIGNED" as const } };
  const named = await tx.person.findMany({
    where: {
      endedAt: null,
      OR: [
        { advice: { some: { applicationId, state: "ASKED" } }, roles: { some: { role: "ADVISER" } } },
        ...(role === "ASSESSOR"
          ? [{ duties: { some: { assessments } }, roles: { some: { role: "ASSESSOR" as const } } }]
          : []),
      ],
    },
    select: TO,
  });
  const others = await listWaitedForIn(tx, application, role, role === "DESK" ? actor?.personId : undefined);
  return [...named, ...others];
}

/**
 * Records the actor's one duty in an application, for good. The primary key of Duty enforces it; here it gets its
 * message.
 * @throws FORBIDDEN if the person already has another duty
 */
export async function takeDuty(tx: Tx, actor: Actor, application: LockedApplication, kind: DutyKind): Promise<void> {
  const held = application.duties.find((duty) => duty.personId === actor.personId);
  if (held?.kind === kind) return;
  if (held) throw forbidden(otherDuty(held.kind));
  const { personId, side } = actor;
  await tx.duty.create({
    data: {
      applicationId: application.id,
      personId,
      side,
      agencyId: side === "AGENCY" ? actor.agencyId : null,
      kind,
      since: now(),
    },
  });
}

/** A deputy's decision gives the approver a duty too: their existing one or a new one. Returns it. */
export async function giveDelegateDuty(tx: Tx, application: LockedApplication, personId: string): Promise<DutyKind> {
  const held = application.duties.find((duty) => duty.personId === personId);
  if (held) return held.kind;
  const duty = { applicationId: application.id, personId, side: "MFAT", kind: "DELEGATE", since: now() } as const;
  await tx.duty.create({ data: duty });
  return duty.kind;
}

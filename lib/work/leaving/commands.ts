import * as agencies from "#lib/agencies/commands.ts";
import type { AgencyAnswers } from "#lib/agencies/schema.ts";
import { handOverApplications } from "#lib/applications/officers/commands.ts";
import { isLookedAfter } from "#lib/applications/officers/rules.ts";
import { handOverAssessments } from "#lib/assessments/handover/commands.ts";
import type { Values } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { Questions } from "#lib/form/questions.ts";
import type { Actor, MfatActor, Role } from "#lib/lifecycle/permissions.ts";
import type { Revised } from "#lib/lifecycle/settings/rules.ts";
import { ALL_STATES } from "#lib/lifecycle/states.ts";
import * as people from "#lib/people/commands.ts";
import * as moves from "#lib/people/moves/commands.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import type { Tx } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { conflict, invalid } from "#lib/platform/errors.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { agencyEmail, askedAgainEmail, leavingEmail } from "./emails.ts";
import { listOfficersBut, readLeaving, readUnsubmitted } from "./queries.ts";
import { askedAgain, isMissed, type Leaving, leavingWords, officesOfNobody, onlyOf } from "./rules.ts";
import { HAND_OVER_FIELDS, NAMES, SEEN, seenQuestion } from "./schema.ts";

/**
 * Ends an account and hands over what the person looks after and assesses as the form says (HAND_OVER_FIELDS, handOverFields),
 * telling whoever takes over. An agency is told what somebody leaves behind. Returns whether anybody took something over.
 * @throws as endAccount of people; INVALID at the fields, CONFLICT where the form did not ask
 */
export async function endAccount(actor: Actor, request: Revised, id: string, values: Values): Promise<boolean> {
  const leaving = await readLeaving(actor, id);
  let handed: HandedOver = {};
  await people.endAccount(actor, request, id, async (tx) => {
    await tellAgency(tx, leaving, null);
    const leaver = { id, name: leaving.name, values, names: NAMES.ofAccount };
    handed = {
      ...(await handOver(tx, actor, request, leaver)),
      ...(await handOverNamed(tx, actor, request, leaving, leaver)),
    };
    return handed;
  });
  return isHandedOver(handed);
}

type HandedOver = {
  handedOver?: number;
  toOthers?: number;
  assessmentsHandedOver?: string[];
  assessmentsLeft?: string[];
};

/** Whether anybody took something over, and so was emailed. */
const isHandedOver = ({ handedOver = 0, toOthers = 0, assessmentsHandedOver = [] }: HandedOver): boolean =>
  handedOver + toOthers + assessmentsHandedOver.length > 0;

/**
 * Changes name and roles. When somebody loses the role of desk officer or assessor, what they look after or assess is handed over as
 * the form says; an agency is told what another role was responsible for. Returns whether anybody took something over.
 * @throws as changePerson of people, and endAccount
 */
export async function changePerson(actor: Actor, request: Revised, id: string, values: Values): Promise<boolean> {
  const leaving = await readLeaving(actor, id);
  let handed: HandedOver = {};
  await people.changePerson(actor, request, id, values, async (tx, removed) => {
    const left = onlyOf(leaving, removed);
    if (removed.length && isMissed(left) && values[SEEN] !== "yes") {
      throw notSeen(left);
    }
    await tellAgency(tx, left, removed);
    const leaver = { id, name: leaving.name, values, names: NAMES.ofRole };
    handed = {
      ...(removed.includes("DESK") && (await handOver(tx, actor, request, leaver))),
      ...(await handOverNamed(tx, actor, request, left, leaver)),
    };
    return handed;
  });
  return isHandedOver(handed);
}

/**
 * Moves somebody to another agency, today or on a day to come, once the form confirms that what they leave behind was read; their
 * old agency is told when they leave. Answers whether the move is planned.
 * @throws as movePerson of people, and INVALID until it was read
 */
export async function movePerson(actor: MfatActor, request: Revised, id: string, values: Values): Promise<boolean> {
  return moves.movePerson(actor, request, id, values, await leaveOf(actor, id, values[SEEN] === "yes"));
}

/** Moves everybody whose day has come. */
export const takeDueMoves = (): Promise<void> => moves.takeDueMoves((actor, id) => leaveOf(actor, id, true));

async function leaveOf(actor: MfatActor, id: string, isSeen: boolean): Promise<moves.Leave> {
  const leaving = await readLeaving(actor, id);
  const roles = leaving.offices.map(({ role }) => role);
  return {
    seen: () => {
      if (isMissed(leaving) && !isSeen) throw notSeen(leaving);
    },
    tell: (tx) => tellAgency(tx, leaving, roles),
  };
}

/** Requires confirmation that what somebody is responsible for was read. */
const notSeen = (leaving: Leaving): Questions =>
  new Questions({ [SEEN]: "Read what they are responsible for, then confirm" }, [
    seenQuestion(leaving.name, leavingWords(leaving)),
  ]);

/**
 * Changes an agency. When it may no longer apply, or may apply again, the desk and everybody who writes or signs its
 * unsubmitted applications are told. @throws as changeAgency of agencies
 */
export async function changeAgency(
  actor: MfatActor,
  request: Revised,
  id: string,
  answers: AgencyAnswers,
  isShared = false,
): Promise<void> {
  await agencies.changeAgency(actor, request, id, answers, isShared, async (tx, { name, isActive }) => {
    const { references } = await readUnsubmitted(tx, id);
    if (!references.length) return;
    const { BASE_URL: baseUrl, DESK_EMAIL: deskEmail } = env();
    const mail = agencyEmail({ name, isActive, references }, { baseUrl, deskEmail });
    const people = await tx.person.findMany({
      where: { agencyId: id, endedAt: null, roles: { some: { role: { in: ["CONTRIBUTOR", "CERTIFIER"] } } } },
      select: { email: true },
      orderBy: { email: "asc" },
    });
    for (const to of [deskEmail, ...people.map(({ email }) => email)]) await queueEmail(tx, { to, ...mail });
  });
}

/**
 * The people who are told instead of the one who leaves: for an agency where a role has nobody left, everybody there
 * and the desk.
 */
async function tellAgency(tx: Tx, leaving: Leaving, lost: readonly Role[] | null): Promise<void> {
  const { agencyId, offices } = leaving;
  if (!agencyId || !isMissed(leaving)) return;
  const { BASE_URL: baseUrl, DESK_EMAIL: deskEmail } = env();
  const isShort = officesOfNobody(leaving).length > 0;
  const roles = offices.map(({ role }) => role);
  const told = await tx.person.findMany({
    where: { agencyId, endedAt: null, ...(!isShort && { roles: { some: { role: { in: roles } } } }) },
    select: { email: true },
    orderBy: { email: "asc" },
  });
  const mail = leavingEmail(leaving, { lost, baseUrl, deskEmail });
  for (const to of [...told.map(({ email }) => email), ...(isShort ? [deskEmail] : [])]) {
    await queueEmail(tx, { to, ...mail });
  }
}

/**
 * Hands over what somebody was asked by name and can no longer do, as the form says. The desk is told of the rest, so that it asks
 * somebody else. Returns what to record about it.
 */
async function handOverNamed(
  tx: Tx,
  actor: Actor,
  request: Revised,
  leaving: Leaving,
  { id, name, values, names }: Leaver,
): Promise<HandedOver> {
  if (actor.side === "AGENCY") return {};
  const isAssessor = leaving.offices.some(({ role }) => role === "ASSESSOR");
  const handed = isAssessor
    ? await handOverAssessments(tx, actor, request, { from: { id, name }, values, name: names.assessor })
    : { handedOver: [], left: [] };
  const left = { kind: "assessments" as const, count: handed.left.length, references: handed.left };
  const others = askedAgain(leaving).filter(({ kind }) => kind !== "assessments");
  const held = left.count ? [left, ...others] : others;
  const { BASE_URL: baseUrl, DESK_EMAIL: to } = env();
  if (held.length) await queueEmail(tx, { to, ...askedAgainEmail(name, held, baseUrl) });
  return { assessmentsHandedOver: handed.handedOver, assessmentsLeft: handed.left };
}

type Leaver = { id: string; name: string; values: Values; names: (typeof NAMES)[keyof typeof NAMES] };

/**
 * Returns what to record about it. Where nobody remains at the desk, nothing changes hands: the desk's lists show it
 * under “Nobody”.
 */
async function handOver(
  tx: Tx,
  actor: Actor,
  request: Revised,
  { id, values, names }: Leaver,
): Promise<Prisma.InputJsonObject> {
  // Nobody at an agency looks after an application: what they wrote belongs to their agency, and stays.
  if (actor.side === "AGENCY") return {};
  const count = await tx.application.count({
    where: { deskOfficerId: id, state: { in: ALL_STATES.filter(isLookedAfter) } },
  });
  const officers = await listOfficersBut(tx, id);
  if (count === 0 || officers.length === 0) return {};
  const { [names.officer]: officer, [names.reason]: why = "" } = values;
  if (officer === undefined) {
    throw conflict(
      "They have more applications to look after since you opened this page. Open it again to hand them over.",
    );
  }
  const lists = { officers: officers.map(({ id: value, name: label }) => ({ value, label })) };
  const parsed = parseFields(HAND_OVER_FIELDS, { officer, reason: why }, lists);
  if (parsed.errors) {
    const { officer: noOfficer, reason: noReason } = parsed.errors;
    throw invalid({
      ...(noOfficer && { [names.officer]: noOfficer }),
      ...(noReason && { [names.reason]: noReason }),
    });
  }
  const { officer: toId, reason } = parsed.data;
  return handOverApplications(tx, actor, request, { fromId: id, toId, reason });
}

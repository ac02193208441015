import { formatDeadline } from "#lib/platform/dates.ts";
import type { DutyKind, Marking, State } from "#lib/platform/db/generated/enums.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { formatCents } from "#lib/platform/money.ts";
import { nameKey } from "#lib/platform/text.ts";
import { AGENCY_ROLES, ROLE_LABELS, type Role } from "./permissions.ts";
import { DUTY_LABELS } from "./states.ts";
import type { Handover } from "./steps.ts";

/** Why somebody with one duty cannot take on another. */
export const otherDuty = (held: DutyKind): string =>
  `You ${DUTY_LABELS[held]}, so somebody else needs to take this step.`;

const RANKED: readonly Marking[] = ["UNCLASSIFIED", "IN_CONFIDENCE", "SENSITIVE", "RESTRICTED"];

/** The marking of a page that shows several applications: the highest of theirs; UNCLASSIFIED without any. */
export function highestMarking(markings: Iterable<Marking>): Marking {
  let highest = 0;
  for (const marking of markings) highest = Math.max(highest, RANKED.indexOf(marking));
  return RANKED[highest] ?? "RESTRICTED";
}

/** Who to ask for help where nobody can take a step. */
export type Helpers = {
  agencyName: string;
  /** The amount that an approver would have to decide on. */
  cents: bigint;
  deskEmail: string;
  /** The addresses of MFAT's administrators. */
  administrators: readonly string[];
};

/** Why there is nobody to ask for the next step, and who can help. `side`: the reader's side. */
export function nobodyToAsk(
  role: Role,
  { agencyName, cents, deskEmail, administrators }: Helpers,
  side: "AGENCY" | "MFAT",
): string {
  if (side === "AGENCY") {
    const whose = AGENCY_ROLES.includes(role) ? "Your agency" : "MFAT";
    return `${whose} has no ${ROLE_LABELS[role]} who can take the next step. Ask the fund desk, ${deskEmail}, to add one.`;
  }
  if (AGENCY_ROLES.includes(role)) {
    return `${agencyName} has no ${ROLE_LABELS[role]} who can take the next step. Ask the agency who it is now, and add them under “People”.`;
  }
  const help = `Ask an administrator${administrators.length ? ` (${administrators.join(", ")})` : ""} to give somebody`;
  return role === "APPROVER"
    ? `No approver who may decide ${formatCents(cents)} is free to act on this application. ${help} the delegation.`
    : `MFAT has no ${ROLE_LABELS[role]} who is free to act on this application. ${help} the role.`;
}

/** An office that a step hands on to: how many of its people may take the next step, and how many it needs. */
export type Free = { role: Role; people: number; needed: number };

/**
 * What the sender of a step is told before sending it. The step is refused where none of the offices it may hand on to
 * has anybody, because it would wait for ever; the desk has a mailbox, and assessors are found one by one, so there it
 * is only a warning. The same where one of several offices has nobody, because the answers decide which it is.
 */
export function beforeSending(
  free: readonly Free[],
  helpers: Helpers,
  side: "AGENCY" | "MFAT",
): { refusal?: string; cautions: string[] } {
  const lacking = free.filter(({ people, needed }) => people < needed);
  const words = (one: Free) =>
    one.role === "ASSESSOR" && one.people > 0
      ? `Only ${one.people} of the ${one.needed} assessors that this needs ${one.people === 1 ? "is" : "are"} free to act on this application.`
      : nobodyToAsk(one.role, helpers, side);
  const [first] = lacking.filter(({ role }) => isPersonal(role));
  const isForNobody = first && lacking.length === free.length && free.every(({ role }) => isPersonal(role));
  if (isForNobody) return { refusal: words(first), cautions: [] };
  // An agency cannot fix what the desk and its assessors lack, so that never prevents sending.
  return { cautions: lacking.filter(({ role }) => side === "MFAT" || isPersonal(role)).map(words) };
}

/** Whether each step that waits on a role waits on one named person. */
export const isAskedByName = (role: Role): boolean => role === "ASSESSOR" || role === "ADVISER";

/**
 * Whether what waits on a role needs its people: the desk reads its mailbox, assessors and advisers are named one by
 * one, and an agency need not have a finance officer.
 */
export const isPersonal = (role: Role): boolean => role !== "DESK" && role !== "FINANCE" && !isAskedByName(role);

/** For a query: the acquittal that was submitted and not returned. */
export const STANDS = { returnedAt: null } as const;

/** For a query: the deputies in force on a day. */
export const inForceOn = (today: Date) => ({ endedAt: null, fromOn: { lte: today }, toOn: { gte: today } });

/** For a query: people who may hold a delegation. */
export const APPROVERS = { side: "MFAT", endedAt: null, roles: { some: { role: "APPROVER" } } } as const;

/** For a query: approvers with no other duty in an application and no interest that recuses them. */
export const freeToDecide = (applicationId: string) => ({
  ...APPROVERS,
  duties: { none: { applicationId, kind: { notIn: ["DECIDE" as const, "DELEGATE" as const] } } },
  declarations: { none: { applicationId, isRecused: true } },
});

/** For a query: who may decide an amount on a day, under their own delegation or as a deputy. */
export function mayDecide(applicationId: string, cents: bigint, today: Date) {
  const free = freeToDecide(applicationId);
  const holder = { ...free, delegation: { is: { OR: [{ limitCents: null }, { limitCents: { gte: cents } }] } } };
  return { AND: [free, { OR: [holder, { deputyFor: { some: { ...inForceOn(today), approver: holder } } }] }] };
}

type Taken = { id: string; agencyId: string };

/**
 * For a query: who may take a step that is handed on to them. `cents`: the amount that an approver would have to decide
 * on.
 */
export function mayTakeOn(
  { role, duty }: Handover,
  { id: applicationId, agencyId }: Taken,
  cents: bigint,
  today: Date,
) {
  if (role === "APPROVER") return mayDecide(applicationId, cents, today);
  const setAside = { assessments: { some: { status: "SET_ASIDE" as const } } };
  const other =
    role === "ASSESSOR" ? { OR: [{ kind: { not: "ASSESS" as const } }, setAside] } : { kind: { not: duty } };
  return {
    endedAt: null,
    roles: { some: { role } },
    ...(AGENCY_ROLES.includes(role) && { agencyId }),
    ...((duty || role === "ASSESSOR") && { duties: { none: { applicationId, ...other } } }),
    declarations: { none: { applicationId, isRecused: true } },
  };
}

/** People to choose from: where two names look alike, each is shown with the address. */
export function toldApart<P extends { name: string; email: string }>(people: readonly P[]): P[] {
  const isAlone = ({ name }: P) => people.filter((other) => nameKey(other.name) === nameKey(name)).length === 1;
  return people.map((person) => (isAlone(person) ? person : { ...person, name: `${person.name} (${person.email})` }));
}

/** For a query of assessments: those of people who may still assess. */
export const STILL_ASSESSES = { holder: { person: { endedAt: null, roles: { some: { role: "ASSESSOR" } } } } } as const;

/** States in which an agency's answers may differ from what it last signed off. */
export const REWRITING: readonly State[] = ["DRAFT", "SIGN_OFF", "CHANGES_REQUESTED"];

/** Which answers a reader sees: a signed-off version, by number, or the agency's current draft. */
export type Reading = number | "draft";

/** MFAT reads the latest signed-off version. An agency reads its draft while it can change it. */
export const readingOf = (
  side: "AGENCY" | "MFAT",
  { state, versionNumber }: { state: State; versionNumber: number },
): Reading => (side === "AGENCY" && (versionNumber === 0 || REWRITING.includes(state)) ? "draft" : versionNumber);

/** A refusal with its facts. This room knows one step at a time; lib/workflow knows all of them and adds the words. */
export class StepRefusal extends DomainError {
  readonly facts: RefusalFacts;

  constructor(code: "STATE" | "CONFLICT", message: string, facts: RefusalFacts) {
    super(code, message);
    this.facts = facts;
  }
}

type RefusalFacts = {
  reference: string;
  state: State;
  isHeld: boolean;
  side: "AGENCY" | "MFAT";
  /** For a stale page: the last step taken. `by`: a person whom the reader may know by name. */
  last?: { step: string; at: Date; by: string | null };
};

/** For how many working days an end that came in error can be reopened. */
export const REOPEN_DAYS = 20;

/** Why it is too late to reopen what could be reopened until then; null if it is not. `since`: "it ended". */
export const lateToReopen = (until: Date, at: Date, since: string): string | null =>
  at <= until
    ? null
    : `It could be reopened until ${formatDeadline(until)}, ${REOPEN_DAYS} working days after ${since}.`;

const REFERENCE = /^(?:PSF-?)?(20\d\d)-(\d{1,9})$/i;
/** Other hyphens and dashes, which word processors use instead of the one on the keyboard. */
const DASHES = /[\u2010-\u2015\u2212]/g;

/** "psf-2026-42" → "PSF-2026-0042"; null where the text is not a reference. */
export function asReference(words: string): string | null {
  const [, year, number = ""] = REFERENCE.exec(words.replace(/\s+/g, "").replace(DASHES, "-")) ?? [];
  return year ? `PSF-${year}-${number.replace(/^0+/, "").padStart(4, "0")}` : null;
}

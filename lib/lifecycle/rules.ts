import { formatDay, formatDeadline } from "#lib/platform/dates.ts";
import type { DutyKind, Marking, State } from "#lib/platform/db/generated/enums.ts";
import { formatCents } from "#lib/platform/money.ts";
import { ROLE_LABELS, type Role } from "./permissions.ts";
import { type Action, DUTY_LABELS, transition } from "./workflow.ts";

/** The duty that steps out of a state take on: who has another one is refused. */
export const DUTIES: Partial<Record<State, { kind: DutyKind; steps: readonly Action[] }>> = {
  DRAFT: { kind: "ASK_SIGN_OFF", steps: ["sendForSignOff"] },
  CHANGES_REQUESTED: { kind: "ASK_SIGN_OFF", steps: ["sendForSignOff"] },
  SIGN_OFF: { kind: "CERTIFY", steps: ["signOffAndSubmit"] },
  MODERATION: { kind: "RECOMMEND", steps: ["recommend"] },
  BUDGET_CHECK: { kind: "CHECK_BUDGET", steps: ["confirmBudget", "returnRecommendation"] },
  DECISION: { kind: "DECIDE", steps: ["approve", "decline", "returnRecommendation"] },
};

/** Why who has a duty may not take on another, in words. */
export const otherDuty = (held: DutyKind): string => `You ${DUTY_LABELS[held]}, so this step needs somebody else.`;

const RANKED: readonly Marking[] = ["UNCLASSIFIED", "IN_CONFIDENCE", "SENSITIVE", "RESTRICTED"];

/** The marking of a page that shows several applications: the highest of theirs. UNCLASSIFIED where there are none. */
export function highestMarking(markings: Iterable<Marking>): Marking {
  let highest = 0;
  for (const marking of markings) highest = Math.max(highest, RANKED.indexOf(marking));
  return RANKED[highest] ?? "RESTRICTED";
}

/** Steps whose reason is read before anything else is done, by the side that has to act on it or learn of it. */
const READ_FIRST: Record<"AGENCY" | "MFAT", readonly Action[]> = {
  AGENCY: ["returnToContributor", "declineAsIneligible", "terminate"],
  MFAT: ["returnRecommendation", "declineAsIneligible", "terminate"],
};

/**
 * Of a history, newest first, the lines whose reasons still hold: why it is on hold, and why it came to the state that it
 * is in.
 */
export function standingReasons<Line extends { action: Action; reason: string | null }>(
  lines: readonly Line[],
  { heldAt }: { heldAt: Date | null },
  side: "AGENCY" | "MFAT",
): Line[] {
  const hold = heldAt ? lines.find(({ action }) => action === "putOnHold") : undefined;
  const moved = lines.find(({ action }) => transition(action).to !== "stays");
  const why = moved && READ_FIRST[side].includes(moved.action) ? moved : undefined;
  return [hold, why].filter((line) => line?.reason) as Line[];
}

type Ahead = {
  state: State;
  signOffFrom: State | null;
  heldAt: Date | null;
  changesDueAt: Date | null;
  endsOn: Date | null;
  round: { closesAt: Date | null; minimumAssessments: number };
  /** Until when an open offer may be accepted. */
  offerDueAt: Date | null;
  /** Who acts next on a variation that is open; none is where this is null. */
  varying: Role | null;
};

/** What a step asks for that leaves the state as it is: the same to both sides. */
const NEXT_AFTER: Partial<Record<Action, string>> = {
  submitClaim: "A budget officer approves the claim, or returns it with a reason. The contributor hears by email.",
  cancelClaim: "Nothing more. The invoice can be claimed again.",
  approveClaim: "The claim is paid, and a budget officer records the payment.",
  returnClaim: "The contributor reads the reason, and can claim again.",
  recordPayment: "Nothing more: the claim is settled.",
  recoverPayment: "Nothing more. The money stays committed to the initiative.",
};

/**
 * What happens next and, where it is known, by when: a sentence or two for a confirmation. Null where it has ended.
 * `step`: what was done just now.
 */
export function whatNext(ahead: Ahead, side: "AGENCY" | "MFAT", step?: Action): string | null {
  if (ahead.heldAt) return "It stays as it is until the fund desk resumes it.";
  const after = step && NEXT_AFTER[step];
  if (after) return after;
  return (side === "AGENCY" ? NEXT_FOR_AGENCY : NEXT_FOR_MFAT)[ahead.state]?.(ahead) ?? null;
}

const by = (at: Date | null): string => (at ? ` by ${formatDeadline(at)}` : "");
const submitBy = ({ signOffFrom, changesDueAt, round }: Ahead): string =>
  by(signOffFrom === "CHANGES_REQUESTED" ? changesDueAt : round.closesAt);

const beingDecided = () =>
  "MFAT recommends, checks the budget and decides. You hear the outcome by email, and may withdraw until you have accepted an offer.";

const nothingMore = () => "Nothing more. A new draft can begin with its answers.";

const NEXT_FOR_AGENCY: Partial<Record<State, (ahead: Ahead) => string>> = {
  DRAFT: (ahead) =>
    `The contributor goes on with it and sends it for sign-off. It has to be submitted${submitBy(ahead) || " when you are ready"}.`,
  SIGN_OFF: (ahead) =>
    `Your agency’s certifiers have been asked by email: one of them signs it off, or returns it with a reason${submitBy(ahead) ? `. It has to be submitted${submitBy(ahead)}` : ""}.`,
  SUBMITTED: () =>
    "The fund desk reads it first: it goes on to be assessed, or you are asked for changes, or told why it is not eligible. You hear by email each time. No day is fixed for it: ask the fund desk where it stands, and it acknowledges your email within 3 working days.",
  CHANGES_REQUESTED: ({ changesDueAt }) =>
    `The contributor makes the changes, and a certifier signs them off${by(changesDueAt)}.`,
  ASSESSMENT: () => "Assessors score it against the round’s criteria, and MFAT decides. You hear the outcome by email.",
  MODERATION: beingDecided,
  BUDGET_CHECK: beingDecided,
  DECISION: beingDecided,
  APPROVED: beingDecided,
  OFFERED: ({ offerDueAt }) =>
    `A certifier of your agency accepts or declines the offer${by(offerDueAt)}. After that it lapses, and the money is released.`,
  ACTIVE: ({ endsOn, varying }) =>
    varying
      ? "MFAT decides on the variation, and you hear the outcome by email. Until then all stays as it was agreed."
      : `The funding arrangement is in force${endsOn ? `, and the work is planned to end on ${formatDay(endsOn)}` : ""}. The contributor claims what the work costs with its invoices; reports are due as its schedule says.`,
  CLOSING: () =>
    "A certifier submits the acquittal, the budget officer confirms the surplus, and the fund desk closes it.",
  TERMINATED: () =>
    "Where something was paid, a certifier accounts for it by an acquittal, and the budget officer confirms the surplus.",
  WITHDRAWN: nothingMore,
  DISCARDED: nothingMore,
};

const NEXT_FOR_MFAT: Partial<Record<State, (ahead: Ahead) => string>> = {
  SUBMITTED: () => "The desk screens it: accepts it for assessment, asks for changes, or declines it as ineligible.",
  CHANGES_REQUESTED: ({ changesDueAt }) => `The agency answers${by(changesDueAt)}, and the desk sees what it changed.`,
  ASSESSMENT: ({ round: { minimumAssessments } }) =>
    `The desk assigns assessors. When ${minimumAssessments} assessments are complete, it starts the moderation.`,
  MODERATION: () => "The desk agrees scores and recommends, which reserves the amount.",
  BUDGET_CHECK: () => "The budget officer confirms the budget or returns the recommendation.",
  DECISION: () => "An approver with enough delegation approves, declines, or returns the recommendation.",
  APPROVED: () => "The desk sends the offer.",
  OFFERED: ({ offerDueAt }) =>
    `The agency’s certifier answers${by(offerDueAt)}; after that the offer lapses and the reserve is released.`,
  ACTIVE: ({ varying }) =>
    varying
      ? `The variation waits on the ${ROLE_LABELS[varying]}.`
      : "The agency reports as the schedule says; the desk accepts each report, and closing begins with the last. The budget officer approves and pays claims.",
  CLOSING: () =>
    "The certifier submits the acquittal, the budget officer confirms the surplus, and the desk closes it.",
  TERMINATED: () =>
    "Where something was paid, the agency accounts for it by an acquittal, and the budget officer confirms the surplus.",
};

type Asked = {
  role: Role;
  agencyName: string;
  /** What an approver would have to decide. */
  cents: bigint;
  deskEmail: string;
};

/** Why nobody can be asked for the next step, and whom to ask about that. `side`: of who reads it. */
export function nobodyToAsk({ role, agencyName, cents, deskEmail }: Asked, side: "AGENCY" | "MFAT"): string {
  if (side === "AGENCY") {
    const whose = role === "CERTIFIER" || role === "CONTRIBUTOR" ? "Your agency" : "MFAT";
    return `${whose} has no ${ROLE_LABELS[role]} who can take the next step, so nothing was sent. Ask the fund desk, ${deskEmail}, to add one.`;
  }
  if (role === "CERTIFIER" || role === "CONTRIBUTOR") {
    return `${agencyName} has no ${ROLE_LABELS[role]} who can take the next step, so nothing was sent. Ask the agency who it is now, and add them under “People”.`;
  }
  return role === "APPROVER"
    ? `No approver who may decide ${formatCents(cents)} is free to act on this application, so nothing was sent. Ask an administrator to give somebody the delegation.`
    : `MFAT has no ${ROLE_LABELS[role]} who is free to act on this application, so nothing was sent. Ask an administrator to give somebody the role.`;
}

/** Why the step of one of several was not taken, in words. `isStale`: somebody was faster. */
export type Refusal = { sentence: string; isStale: boolean };

/** For a query: the namings that are in force on a day. */
export const inForceOn = (today: Date) => ({ endedAt: null, fromOn: { lte: today }, toOn: { gte: today } });

/** For a query: people who may hold a delegation. */
export const APPROVERS = { side: "MFAT", endedAt: null, roles: { some: { role: "APPROVER" } } } as const;

/** For a query: approvers without another part in an application, whom no interest in it recuses. */
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

/** States in which an agency's answers may differ from what it signed off last. */
export const REWRITING: readonly State[] = ["DRAFT", "SIGN_OFF", "CHANGES_REQUESTED"];

/** What an application is read as: a version that was signed off, by its number, or the agency's draft as it stands. */
export type Reading = number | "draft";

/** MFAT reads what was signed off last; an agency its draft while it may be written. */
export const readingOf = (
  side: "AGENCY" | "MFAT",
  { state, versionNumber }: { state: State; versionNumber: number },
): Reading => (side === "AGENCY" && (versionNumber === 0 || REWRITING.includes(state)) ? "draft" : versionNumber);

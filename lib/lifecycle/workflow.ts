import type { DutyKind, State } from "#lib/platform/db/generated/enums.ts";
import { ROLE_LABELS, type Role } from "./permissions.ts";

/**
 * The life of an application as one table. It drives the buttons, the permissions (`application:<action>`), the audit
 * trail, the messages and the tests; what a step needs beyond state and role stands in its domain's rules.
 *
 * page: the heading of its page and the words of every link to it, where they are not the label's.
 * from: the states it may be taken in, and who may take it there. An empty list: a timed job.
 * to: the state it leads to; "stays" leaves the state, "back" leads to where the sign-off came from.
 * happened: completes "…: <happened> by …" in a mail's subject and in the history.
 * reason: whom a reason is for. Agency: the applicant reads it. MFAT: it stays inside.
 * tellsAgency: the people who took part for the agency are told by mail, and read it in their history.
 */
type Transition = {
  label: string;
  page?: string;
  event: string;
  happened: string;
  from: Partial<Record<State, readonly Role[]>>;
  to: State | "stays" | "back";
  reason?: "agency" | "MFAT";
  tellsAgency?: true;
  /** It asks somebody for the next step: refused where nobody may take that. Others go ahead all the same. */
  asksNext?: true;
  /** A step that may be taken while the application is on hold. */
  whileHeld?: true;
  /** Each takes this step for themselves: it makes nobody's page stale, and needs none that is fresh. */
  isOwn?: true;
  /** A step that cannot be undone, shown as a warning. */
  isFinal?: true;
};

/** From the submission up to the offer. */
const inReview = (roles: readonly Role[]) => ({
  SUBMITTED: roles,
  CHANGES_REQUESTED: roles,
  ASSESSMENT: roles,
  MODERATION: roles,
  BUDGET_CHECK: roles,
  DECISION: roles,
  APPROVED: roles,
  OFFERED: roles,
});
const WITHDRAWERS: readonly Role[] = ["CONTRIBUTOR", "CERTIFIER"];
const HOLDABLE: Partial<Record<State, readonly Role[]>> = { ...inReview(["DESK"]), ACTIVE: ["DESK"] };

export const TRANSITIONS = {
  sendForSignOff: {
    label: "Send for sign-off",
    page: "Check your answers",
    event: "application.sentForSignOff",
    happened: "sent for sign-off",
    from: { DRAFT: ["CONTRIBUTOR"], CHANGES_REQUESTED: ["CONTRIBUTOR"] },
    to: "SIGN_OFF",
    asksNext: true,
  },
  discard: {
    label: "Discard",
    event: "application.discarded",
    happened: "discarded",
    tellsAgency: true,
    from: { DRAFT: ["CONTRIBUTOR"] },
    to: "DISCARDED",
    isFinal: true,
  },
  signOffAndSubmit: {
    label: "Sign off and submit",
    event: "application.signedOffAndSubmitted",
    happened: "submitted",
    tellsAgency: true,
    from: { SIGN_OFF: ["CERTIFIER"] },
    to: "SUBMITTED",
  },
  returnToContributor: {
    label: "Return to contributor",
    event: "application.returnedToContributor",
    happened: "returned to the contributor",
    from: { SIGN_OFF: ["CERTIFIER"] },
    to: "back",
    reason: "agency",
  },
  acceptForAssessment: {
    label: "Accept for assessment",
    event: "application.acceptedForAssessment",
    happened: "accepted for assessment",
    tellsAgency: true,
    from: { SUBMITTED: ["DESK"] },
    to: "ASSESSMENT",
  },
  askForChanges: {
    label: "Ask for changes",
    event: "application.changesAskedFor",
    happened: "changes asked for",
    tellsAgency: true,
    from: { SUBMITTED: ["DESK"] },
    to: "CHANGES_REQUESTED",
    asksNext: true,
    reason: "agency",
  },
  // A due date that has passed would else leave the agency with no way on.
  moveDueDate: {
    label: "Move due date",
    event: "application.dueDateMoved",
    happened: "due date of the changes moved",
    tellsAgency: true,
    from: { CHANGES_REQUESTED: ["DESK"] },
    to: "stays",
    reason: "agency",
  },
  declineAsIneligible: {
    label: "Decline as ineligible",
    event: "application.declinedAsIneligible",
    happened: "declined as ineligible",
    tellsAgency: true,
    from: { SUBMITTED: ["DESK"] },
    to: "INELIGIBLE",
    reason: "agency",
    isFinal: true,
  },
  assignAssessors: {
    label: "Assign assessors",
    event: "application.assessorsAssigned",
    happened: "assessors assigned",
    from: { ASSESSMENT: ["DESK"] },
    to: "stays",
  },
  unassignAssessor: {
    label: "Unassign an assessor",
    event: "application.assessorUnassigned",
    happened: "assessor unassigned",
    from: { ASSESSMENT: ["DESK"] },
    to: "stays",
    reason: "MFAT",
  },
  completeAssessment: {
    label: "Complete assessment",
    event: "application.assessmentCompleted",
    happened: "assessment completed",
    from: { ASSESSMENT: ["ASSESSOR"] },
    to: "stays",
    isOwn: true,
  },
  startModeration: {
    label: "Start moderation",
    event: "application.moderationStarted",
    happened: "moderation started",
    from: { ASSESSMENT: ["DESK"] },
    to: "MODERATION",
  },
  recommend: {
    label: "Recommend",
    event: "application.recommended",
    happened: "recommended",
    from: { MODERATION: ["DESK"] },
    to: "BUDGET_CHECK",
    asksNext: true,
  },
  confirmBudget: {
    label: "Confirm budget",
    event: "application.budgetConfirmed",
    happened: "budget confirmed",
    from: { BUDGET_CHECK: ["BUDGET"] },
    to: "DECISION",
    asksNext: true,
  },
  returnRecommendation: {
    label: "Return recommendation",
    event: "application.recommendationReturned",
    happened: "recommendation returned",
    from: { BUDGET_CHECK: ["BUDGET"], DECISION: ["APPROVER"] },
    to: "MODERATION",
    reason: "MFAT",
  },
  approve: {
    label: "Approve",
    event: "application.approved",
    happened: "approved",
    from: { DECISION: ["APPROVER"] },
    to: "APPROVED",
  },
  decline: {
    label: "Decline",
    event: "application.declined",
    happened: "declined",
    tellsAgency: true,
    from: { DECISION: ["APPROVER"] },
    to: "DECLINED",
    reason: "MFAT",
    isFinal: true,
  },
  sendOffer: {
    label: "Send offer",
    event: "application.offerSent",
    happened: "offer sent",
    tellsAgency: true,
    from: { APPROVED: ["DESK"] },
    to: "OFFERED",
    asksNext: true,
  },
  acceptOffer: {
    label: "Accept offer",
    event: "application.offerAccepted",
    happened: "offer accepted",
    tellsAgency: true,
    from: { OFFERED: ["CERTIFIER"] },
    to: "ACTIVE",
  },
  declineOffer: {
    label: "Decline offer",
    event: "application.offerDeclined",
    happened: "offer declined",
    tellsAgency: true,
    from: { OFFERED: ["CERTIFIER"] },
    to: "OFFER_DECLINED",
    reason: "agency",
    isFinal: true,
  },
  lapse: {
    label: "Lapse",
    event: "application.lapsed",
    happened: "lapsed",
    tellsAgency: true,
    from: { OFFERED: [] },
    to: "LAPSED",
    isFinal: true,
  },
  submitClaim: {
    label: "Submit claim",
    event: "application.claimSubmitted",
    happened: "claim submitted",
    tellsAgency: true,
    from: { ACTIVE: ["CONTRIBUTOR"], CLOSING: ["CONTRIBUTOR"] },
    to: "stays",
    asksNext: true,
  },
  cancelClaim: {
    label: "Cancel claim",
    event: "application.claimCancelled",
    happened: "claim cancelled",
    tellsAgency: true,
    from: { ACTIVE: ["CONTRIBUTOR"], CLOSING: ["CONTRIBUTOR"] },
    to: "stays",
    reason: "agency",
  },
  approveClaim: {
    label: "Approve claim",
    event: "application.claimApproved",
    happened: "claim approved",
    tellsAgency: true,
    from: { ACTIVE: ["BUDGET"], CLOSING: ["BUDGET"] },
    to: "stays",
  },
  returnClaim: {
    label: "Return claim",
    event: "application.claimReturned",
    happened: "claim returned",
    tellsAgency: true,
    from: { ACTIVE: ["BUDGET"], CLOSING: ["BUDGET"] },
    to: "stays",
    reason: "agency",
  },
  recordPayment: {
    label: "Record payment",
    event: "application.paymentRecorded",
    happened: "payment recorded",
    tellsAgency: true,
    from: { ACTIVE: ["BUDGET"], CLOSING: ["BUDGET"] },
    to: "stays",
  },
  recoverPayment: {
    label: "Recover payment",
    event: "application.paymentRecovered",
    happened: "payment recovered",
    tellsAgency: true,
    from: { ACTIVE: ["BUDGET"], CLOSING: ["BUDGET"] },
    to: "stays",
    reason: "agency",
  },
  askForVariation: {
    label: "Ask for a variation",
    event: "application.variationAskedFor",
    happened: "variation asked for",
    tellsAgency: true,
    from: { ACTIVE: ["CONTRIBUTOR"] },
    to: "stays",
    asksNext: true,
    reason: "agency",
  },
  cancelVariation: {
    label: "Cancel the variation",
    event: "application.variationCancelled",
    happened: "variation cancelled",
    tellsAgency: true,
    from: { ACTIVE: ["CONTRIBUTOR"] },
    to: "stays",
  },
  confirmVariation: {
    label: "Confirm budget of the variation",
    event: "application.variationConfirmed",
    happened: "budget of the variation confirmed",
    from: { ACTIVE: ["BUDGET"] },
    to: "stays",
    asksNext: true,
  },
  // Which of these roles it is for follows from the variation's kind.
  approveVariation: {
    label: "Approve the variation",
    event: "application.variationApproved",
    happened: "variation approved",
    tellsAgency: true,
    from: { ACTIVE: ["DESK", "BUDGET", "APPROVER"] },
    to: "stays",
  },
  declineVariation: {
    label: "Decline the variation",
    event: "application.variationDeclined",
    happened: "variation declined",
    tellsAgency: true,
    from: { ACTIVE: ["DESK", "BUDGET", "APPROVER"] },
    to: "stays",
    reason: "agency",
  },
  changeSchedule: {
    label: "Change the schedule",
    event: "application.scheduleChanged",
    happened: "schedule of reports changed",
    tellsAgency: true,
    from: { ACTIVE: ["DESK"] },
    to: "stays",
    reason: "agency",
  },
  submitReport: {
    label: "Submit report",
    event: "application.reportSubmitted",
    happened: "report submitted",
    tellsAgency: true,
    from: { ACTIVE: ["CONTRIBUTOR"] },
    to: "stays",
  },
  acceptReport: {
    label: "Accept report",
    event: "application.reportAccepted",
    happened: "report accepted",
    tellsAgency: true,
    from: { ACTIVE: ["DESK"] },
    to: "stays",
  },
  returnReport: {
    label: "Return report",
    event: "application.reportReturned",
    happened: "report returned",
    tellsAgency: true,
    from: { ACTIVE: ["DESK"] },
    to: "stays",
    reason: "agency",
  },
  acceptLastReport: {
    label: "Accept last report",
    event: "application.lastReportAccepted",
    happened: "last report accepted",
    tellsAgency: true,
    from: { ACTIVE: ["DESK"] },
    to: "CLOSING",
    asksNext: true,
    reason: "agency",
  },
  terminate: {
    label: "Terminate",
    event: "application.terminated",
    happened: "terminated",
    tellsAgency: true,
    from: { ACTIVE: ["DESK"] },
    to: "TERMINATED",
    reason: "agency",
    isFinal: true,
  },
  submitAcquittal: {
    label: "Submit acquittal",
    event: "application.acquittalSubmitted",
    happened: "acquittal submitted",
    tellsAgency: true,
    from: { CLOSING: ["CERTIFIER"], TERMINATED: ["CERTIFIER"] },
    to: "stays",
    asksNext: true,
  },
  recordRecovery: {
    label: "Record recovery",
    event: "application.recoveryRecorded",
    happened: "recovery recorded",
    tellsAgency: true,
    from: { CLOSING: ["BUDGET"], TERMINATED: ["BUDGET"] },
    to: "stays",
  },
  confirmSurplus: {
    label: "Confirm surplus",
    event: "application.surplusConfirmed",
    happened: "surplus confirmed",
    from: { CLOSING: ["BUDGET"], TERMINATED: ["BUDGET"] },
    to: "stays",
  },
  close: {
    label: "Close",
    event: "application.closed",
    happened: "closed",
    tellsAgency: true,
    from: { CLOSING: ["DESK"] },
    to: "CLOSED",
    isFinal: true,
  },
  withdraw: {
    label: "Withdraw",
    event: "application.withdrawn",
    happened: "withdrawn",
    tellsAgency: true,
    from: inReview(WITHDRAWERS),
    to: "WITHDRAWN",
    reason: "agency",
    whileHeld: true,
    isFinal: true,
  },
  putOnHold: {
    label: "Put on hold",
    event: "application.putOnHold",
    happened: "put on hold",
    tellsAgency: true,
    from: HOLDABLE,
    to: "stays",
    reason: "agency",
  },
  resume: {
    label: "Resume",
    event: "application.resumed",
    happened: "resumed",
    tellsAgency: true,
    from: HOLDABLE,
    to: "stays",
    whileHeld: true,
  },
} as const satisfies Record<string, Transition>;

export type Action = keyof typeof TRANSITIONS;
export const ACTIONS = Object.keys(TRANSITIONS) as Action[];
export const isAction = (text: string): text is Action => Object.hasOwn(TRANSITIONS, text);
/** Whether an agency reads of this step: its own people took it, or it is addressed to them. */
export const isForAgency = (action: Action): boolean =>
  transition(action).tellsAgency === true || action === "sendForSignOff" || action === "returnToContributor";
/** The row of an action, with every optional column. */
export const transition = (action: Action): Transition => TRANSITIONS[action];

/** A step that was taken, as a history says it: "Sent for sign-off". */
export const happenedLabel = (action: Action): string =>
  transition(action).happened.replace(/^./, (first) => first.toUpperCase());

export const pageTitle = (action: Action): string => transition(action).page ?? transition(action).label;

/** A state in the words of each side, and who moves it on. Null: nobody, it has ended. */
type StateRow = { label: string; agency: string; waitsOn: Role | null; tone: "ok" | "wait" | "no" | "bad" | "neutral" };

export const STATES: Record<State, StateRow> = {
  DRAFT: { label: "Draft", agency: "Draft", waitsOn: "CONTRIBUTOR", tone: "no" },
  SIGN_OFF: { label: "Waiting for sign-off", agency: "Waiting for sign-off", waitsOn: "CERTIFIER", tone: "wait" },
  SUBMITTED: { label: "Submitted", agency: "Submitted", waitsOn: "DESK", tone: "wait" },
  CHANGES_REQUESTED: {
    label: "Changes requested",
    agency: "Changes requested",
    waitsOn: "CONTRIBUTOR",
    tone: "wait",
  },
  ASSESSMENT: { label: "Assessment", agency: "Being assessed", waitsOn: "ASSESSOR", tone: "neutral" },
  MODERATION: { label: "Moderation", agency: "Being assessed", waitsOn: "DESK", tone: "neutral" },
  BUDGET_CHECK: { label: "Budget check", agency: "Being decided", waitsOn: "BUDGET", tone: "wait" },
  DECISION: { label: "Decision", agency: "Being decided", waitsOn: "APPROVER", tone: "wait" },
  APPROVED: { label: "Approved", agency: "Being decided", waitsOn: "DESK", tone: "ok" },
  OFFERED: { label: "Offered", agency: "Offer to accept", waitsOn: "CERTIFIER", tone: "wait" },
  ACTIVE: { label: "Under way", agency: "Under way", waitsOn: "CONTRIBUTOR", tone: "ok" },
  CLOSING: { label: "Being closed", agency: "Being closed", waitsOn: "CERTIFIER", tone: "neutral" },
  DISCARDED: { label: "Discarded", agency: "Discarded", waitsOn: null, tone: "no" },
  INELIGIBLE: { label: "Ineligible", agency: "Ineligible", waitsOn: null, tone: "bad" },
  DECLINED: { label: "Declined", agency: "Declined", waitsOn: null, tone: "bad" },
  WITHDRAWN: { label: "Withdrawn", agency: "Withdrawn", waitsOn: null, tone: "no" },
  OFFER_DECLINED: { label: "Offer declined", agency: "Offer declined", waitsOn: null, tone: "no" },
  LAPSED: { label: "Lapsed", agency: "Lapsed", waitsOn: null, tone: "no" },
  TERMINATED: { label: "Terminated", agency: "Terminated", waitsOn: null, tone: "bad" },
  CLOSED: { label: "Closed", agency: "Closed", waitsOn: null, tone: "no" },
};

export const ALL_STATES = Object.keys(STATES) as State[];
/** States that have ended: nothing leads out of them. What was terminated is still settled. */
export const isEnded = (state: State): boolean => STATES[state].waitsOn === null;

export const stateLabel = (state: State, side: "AGENCY" | "MFAT"): string =>
  side === "MFAT" ? STATES[state].label : STATES[state].agency;

/** Who moves it on, in words: the fund's own offices are "the fund desk" to an agency. */
export function waitsOn(
  state: State,
  side: "AGENCY" | "MFAT",
  role: Role | null = STATES[state].waitsOn,
): string | null {
  if (!role) return null;
  if (role === "CONTRIBUTOR" || role === "CERTIFIER") return `the ${ROLE_LABELS[role]}`;
  return side === "MFAT" ? `the ${ROLE_LABELS[role]}` : "MFAT";
}

/** The steps that somebody with these roles may take from a state, in the table's order. */
export function actionsFrom(state: State, roles: ReadonlySet<Role>, isHeld: boolean): Action[] {
  return ACTIONS.filter((action) => {
    const row = transition(action);
    if (action === "resume" ? !isHeld : isHeld && !row.whileHeld) return false;
    return row.from[state]?.some((role) => roles.has(role)) ?? false;
  });
}

/** What a refusal names as possible: every step out of a state, whoever may take it. */
export const stepsFrom = (state: State): string[] =>
  ACTIONS.filter((action) => transition(action).from[state] && action !== "lapse").map(
    (action) => transition(action).label,
  );

/** The path an application takes when all goes well, for the progress line. */
export const PATH: readonly { label: string; states: readonly State[] }[] = [
  { label: "Draft", states: ["DRAFT"] },
  { label: "Sign-off", states: ["SIGN_OFF"] },
  { label: "Screening", states: ["SUBMITTED", "CHANGES_REQUESTED"] },
  { label: "Assessment", states: ["ASSESSMENT", "MODERATION"] },
  { label: "Budget check", states: ["BUDGET_CHECK"] },
  { label: "Decision", states: ["DECISION", "APPROVED"] },
  { label: "Offer", states: ["OFFERED"] },
  { label: "Under way", states: ["ACTIVE"] },
  { label: "Closed", states: ["CLOSING", "CLOSED"] },
];

/** What somebody did who holds a duty, after "you". */
export const DUTY_LABELS: Record<DutyKind, string> = {
  ASK_SIGN_OFF: "asked for the sign-off",
  CERTIFY: "signed it off",
  ASSESS: "are an assessor of it",
  RECOMMEND: "made a recommendation on it",
  CHECK_BUDGET: "checked its budget",
  DECIDE: "decided on it",
  DELEGATE: "had it decided by your deputy",
};

import type { DutyKind, State } from "#lib/platform/db/generated/enums.ts";
import { AGENCY_ROLES, ROLE_LABELS, type Role } from "./permissions.ts";

/** What each side calls a state, and who moves it on. Null: nobody, because it has ended. */
type StateRow = {
  label: string;
  agency: string;
  waitsOn: Role | null;
  tone: "ok" | "wait" | "no" | "bad" | "neutral";
  /** The duty for the steps that move it on. Somebody with another duty is refused. */
  duty?: DutyKind;
};

export const STATES: Record<State, StateRow> = {
  DRAFT: { label: "Draft", agency: "Draft", waitsOn: "CONTRIBUTOR", tone: "no", duty: "ASK_SIGN_OFF" },
  SIGN_OFF: {
    label: "Waiting for sign-off",
    agency: "Waiting for sign-off",
    waitsOn: "CERTIFIER",
    tone: "wait",
    duty: "CERTIFY",
  },
  SUBMITTED: { label: "Submitted", agency: "Submitted", waitsOn: "DESK", tone: "wait" },
  CHANGES_REQUESTED: {
    label: "Changes requested",
    agency: "Changes requested",
    waitsOn: "CONTRIBUTOR",
    tone: "wait",
    duty: "ASK_SIGN_OFF",
  },
  ASSESSMENT: { label: "Assessment", agency: "Being assessed", waitsOn: "ASSESSOR", tone: "neutral" },
  MODERATION: { label: "Moderation", agency: "Being assessed", waitsOn: "DESK", tone: "neutral", duty: "RECOMMEND" },
  BUDGET_CHECK: {
    label: "Budget check",
    agency: "Being decided",
    waitsOn: "BUDGET",
    tone: "wait",
    duty: "CHECK_BUDGET",
  },
  DECISION: { label: "Decision", agency: "Being decided", waitsOn: "APPROVER", tone: "wait", duty: "DECIDE" },
  APPROVED: { label: "Approved", agency: "Being decided", waitsOn: "DESK", tone: "ok" },
  UNSUCCESSFUL: { label: "Unsuccessful", agency: "Being decided", waitsOn: "DESK", tone: "bad" },
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
/** States without a way out. A terminated arrangement still has to be settled. */
export const isEnded = (state: State): boolean => STATES[state].waitsOn === null;

/** States in which there is an arrangement, or was one. */
const UNDER_ARRANGEMENT: readonly State[] = ["ACTIVE", "CLOSING", "TERMINATED", "CLOSED"];
export const isUnderArrangement = (state: State): boolean => UNDER_ARRANGEMENT.includes(state);

/** States in which an agency does not know MFAT's decision yet: its offer was not sent, or was withdrawn. */
export const UNDECIDED: readonly State[] = ALL_STATES.filter((state) =>
  [STATES.ASSESSMENT.agency, STATES.APPROVED.agency].includes(STATES[state].agency),
);

export const stateLabel = (state: State, side: "AGENCY" | "MFAT"): string =>
  side === "MFAT" ? STATES[state].label : STATES[state].agency;

/**
 * Steps for which others are asked as well as the role that they wait on: finance officers for claims, and for a second
 * person's confirmation each office that may give it.
 */
const ALSO_ASKED: Readonly<Record<string, { waitsOn: Role; also: readonly Role[] }>> = {
  submitClaim: { waitsOn: "CONTRIBUTOR", also: ["FINANCE"] },
  stateAccrual: { waitsOn: "CONTRIBUTOR", also: ["FINANCE"] },
  confirmReopening: { waitsOn: "BUDGET", also: ["APPROVER"] },
};
export const alsoAsked = (step: string | undefined): readonly Role[] => ALSO_ASKED[step ?? ""]?.also ?? [];
/** The steps that a role is asked for as well as another. */
export const stepsAlsoAsked = (role: Role): readonly string[] =>
  Object.keys(ALSO_ASKED).filter((step) => alsoAsked(step).includes(role));
/** The roles that a role is asked beside, for some of their steps. */
export const rolesAskedBeside = (role: Role): readonly Role[] =>
  Object.values(ALSO_ASKED)
    .filter(({ also }) => also.includes(role))
    .map(({ waitsOn }) => waitsOn);

/**
 * Who moves it on, in words: the fund's own offices are "the fund desk" to an agency. `step`: the step it is waiting
 * for.
 */
export function waitsOn(
  state: State,
  side: "AGENCY" | "MFAT",
  role: Role | null = STATES[state].waitsOn,
  step?: string,
): string | null {
  if (!role) return null;
  if (side === "AGENCY" && !AGENCY_ROLES.includes(role)) return "MFAT";
  return [role, ...alsoAsked(step)].map((one) => `the ${ROLE_LABELS[one]}`).join(" or ");
}

/** The path an application takes when all goes well, for the progress line. */
export const PATH: readonly { label: string; states: readonly State[] }[] = [
  { label: "Draft", states: ["DRAFT"] },
  { label: "Sign-off", states: ["SIGN_OFF"] },
  { label: "Screening", states: ["SUBMITTED", "CHANGES_REQUESTED"] },
  { label: "Assessment", states: ["ASSESSMENT", "MODERATION"] },
  { label: "Budget check", states: ["BUDGET_CHECK"] },
  { label: "Decision", states: ["DECISION", "APPROVED", "UNSUCCESSFUL"] },
  { label: "Offer", states: ["OFFERED"] },
  { label: "Under way", states: ["ACTIVE"] },
  { label: "Closed", states: ["CLOSING", "CLOSED"] },
];

/** What the holder of a duty did, to follow "you". */
export const DUTY_LABELS: Record<DutyKind, string> = {
  ASK_SIGN_OFF: "asked for the sign-off",
  CERTIFY: "signed it off",
  ASSESS: "are an assessor of it",
  ADVISE: "gave advice on it",
  RECOMMEND: "made a recommendation on it",
  CHECK_BUDGET: "checked its budget",
  DECIDE: "decided on it",
  DELEGATE: "had it decided by your deputy",
};

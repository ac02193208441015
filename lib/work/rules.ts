import {
  type OpenItem,
  obstacleToClosing,
  obstacleToLastReport,
  obstacleToSurplus,
  obstacleToTerminating,
  type Settlement,
  toRecoverCents,
} from "#lib/arrangements/settlement/rules.ts";
import { unbegunYear } from "#lib/budget/rules.ts";
import { formatDelegation, isWithinDelegation } from "#lib/decisions/rules.ts";
import type { Role } from "#lib/lifecycle/permissions.ts";
import { DUTIES, otherDuty } from "#lib/lifecycle/rules.ts";
import { type Action, isAction, transition } from "#lib/lifecycle/workflow.ts";
import { CLAIM_STEPS, type ClaimStep, tooEarly, type YearLeft } from "#lib/payments/rules.ts";
import type {
  ClaimState,
  DutyKind,
  ReportKind,
  ReportState,
  State,
  VariationKind,
  VariationState,
} from "#lib/platform/db/generated/enums.ts";
import { formatCents } from "#lib/platform/money.ts";
import { isOpenReport } from "#lib/reports/rules.ts";
import { decliners, KINDS, variationName, waitsOnRole } from "#lib/variations/rules.ts";

/** What somebody is asked to do: a step of the life, one of the two that have several outcomes, or to declare. */
export type WorkStep = Action | "screen" | "declareInterests" | "decide";

/** A step as its link on "My work" says it. */
export function workLabel(step: WorkStep): string {
  if (isAction(step)) return transition(step).label;
  return { screen: "Screen", declareInterests: "Declare interests", decide: "Decide" }[step];
}

/**
 * How many working days a step usually takes from when it begins to wait. Of the others the last day is set: by the round,
 * the request for changes, the assignment or the offer.
 */
export const USUAL_DAYS: Partial<Record<WorkStep, number>> = {
  signOffAndSubmit: 5,
  screen: 5,
  assignAssessors: 5,
  startModeration: 5,
  recommend: 10,
  confirmBudget: 5,
  decide: 10,
  sendOffer: 5,
  confirmVariation: 5,
  approveVariation: 10,
  acceptReport: 10,
  acceptLastReport: 10,
  submitClaim: 10,
  approveClaim: 10,
  recordPayment: 10,
  submitAcquittal: 20,
  recordRecovery: 20,
  confirmSurplus: 10,
  close: 5,
};

/** How many working days before the last one somebody is reminded. */
export const REMIND_DAYS = 2;

/** The states that MFAT follows: from the first submission up to the end. */
export const PIPELINE_STATES: readonly State[] = [
  "SUBMITTED",
  "CHANGES_REQUESTED",
  "ASSESSMENT",
  "MODERATION",
  "BUDGET_CHECK",
  "DECISION",
  "APPROVED",
  "OFFERED",
  "ACTIVE",
  "CLOSING",
];

const WORKERS: readonly Role[] = ["DESK", "ASSESSOR", "BUDGET", "APPROVER"];

/** Whether anything can ever wait on somebody with these roles: an auditor or administrator takes no step. */
export const hasWork = (roles: ReadonlySet<Role>): boolean => WORKERS.some((role) => roles.has(role));

/**
 * Why a step that state and role allow would still be refused, in a sentence; steps that would be taken are not named.
 * Null: there is nothing that it could be about, so it is not spoken of.
 */
export type Obstacles = Partial<Record<Action, string | null>>;

/** Separation of duties: `held` is the duty that the reader has for the application, if any. */
export function obstaclesOfDuty(state: State, held: DutyKind | undefined): Obstacles {
  const duty = DUTIES[state];
  if (!held || !duty || held === duty.kind) return {};
  return Object.fromEntries(duty.steps.map((step) => [step, otherDuty(held)]));
}

export function obstaclesToSigning(unfinished: number): Obstacles {
  if (unfinished === 0) return {};
  return { sendForSignOff: `${unfinished === 1 ? "1 section is" : `${unfinished} sections are`} not complete yet.` };
}

export function obstaclesToModeration(complete: number, minimum: number): Obstacles {
  if (complete >= minimum) return {};
  return { startModeration: `This waits for the assessors: ${complete} of ${minimum} assessments are complete.` };
}

export function obstaclesToRecommending(agreed: number, criteria: number): Obstacles {
  if (agreed >= criteria) return {};
  return { recommend: `This waits for the moderation: scores are agreed for ${agreed} of ${criteria} criteria.` };
}

type Delegated = {
  recommendedCents: bigint;
  /** The furthest that the reader may decide under: null is no limit, undefined no delegation. */
  delegationCents: bigint | null | undefined;
  /** Who may decide it, by name. */
  others: readonly string[];
};

/**
 * An approver below the amount may approve less of it, or return the recommendation; declining it needs a delegation for
 * all of it.
 */
export function obstaclesToDeciding({ recommendedCents, delegationCents, others }: Delegated): Obstacles {
  if (isWithinDelegation(delegationCents, recommendedCents)) return {};
  if (!delegationCents) {
    const none = `${formatCents(recommendedCents)} is recommended, and you hold no delegation. ${whoElse(others)}`;
    return { approve: none, decline: none };
  }
  return { decline: `${beyondDelegation(recommendedCents, delegationCents)} ${whoElse(others)}` };
}

/** What is said where less than is recommended may be approved. */
export const beyondDelegation = (recommendedCents: bigint, delegationCents: bigint): string =>
  `${formatCents(recommendedCents)} is recommended, and you may decide up to ${formatCents(delegationCents)}.`;

export const whoElse = (others: readonly string[]): string =>
  others.length
    ? `This is for ${new Intl.ListFormat("en-NZ", { type: "disjunction" }).format(others)}.`
    : "Nobody else holds enough: an administrator sets delegations.";

type StandingClaim = { state: ClaimState; startYear: number };

/** The steps about claims are there for the claims that they can be taken for. */
export function obstaclesToClaims(
  claims: readonly StandingClaim[],
  years: readonly Pick<YearLeft, "startYear" | "leftCents">[],
  today: Date,
): Obstacles {
  const steps = (Object.keys(CLAIM_STEPS) as ClaimStep[]).flatMap((step) => {
    const states: readonly ClaimState[] = CLAIM_STEPS[step];
    const early = claims.filter(({ state }) => states.includes(state)).map((claim) => tooEarly(step, claim, today));
    if (early.includes(null)) return [];
    return [[step, early[0] ? `${early[0]}.` : null] as const];
  });
  return { ...obstacle("submitClaim", nothingToClaim(years, today)), ...Object.fromEntries(steps) };
}

/** Years are in their order: what remains in a later one is claimed once that has begun. */
function nothingToClaim(years: readonly Pick<YearLeft, "startYear" | "leftCents">[], today: Date): string | undefined {
  const next = years.find(({ leftCents }) => leftCents > 0n);
  if (!next) return "Everything committed has been paid or claimed.";
  const unbegun = unbegunYear(next.startYear, today);
  return unbegun ? `Everything committed so far has been paid or claimed. ${unbegun}.` : undefined;
}

type Varied = {
  /** The open variation; null: there is none. */
  open: { number: number; kind: VariationKind; state: VariationState; totalCents: bigint } | null;
  roles: ReadonlySet<Role>;
  /** The duty that the reader has for the application, if any. */
  held: DutyKind | undefined;
  /** As with a decision: how far the reader may decide, and who else may. */
  delegationCents: bigint | null | undefined;
  others: readonly string[];
};

/** The duties that come with a part in a variation. */
const VARYING: Partial<Record<Role, DutyKind>> = { BUDGET: "CHECK_BUDGET", APPROVER: "DECIDE" };

/** Of the steps about a variation, those that are not the reader's to take on the one that is open. */
export function obstaclesToVarying({ open, roles, held, delegationCents, others }: Varied): Obstacles {
  if (!open) return { cancelVariation: null, confirmVariation: null, approveVariation: null, declineVariation: null };
  const { kind, totalCents } = open;
  const [{ approver }, next] = [KINDS[kind], waitsOnRole(open)];
  const against = (role: Role): string | undefined => {
    const duty = VARYING[role];
    if (held && duty && held !== duty) return otherDuty(held);
    if (role !== "APPROVER" || isWithinDelegation(delegationCents, totalCents)) return undefined;
    return `The new total is ${formatCents(totalCents)}, and your delegation is ${formatDelegation(delegationCents)}. ${whoElse(others)}`;
  };
  const toApprove = next === approver ? against(approver) : "This waits for the budget officer’s check.";
  const toDecline = against(roles.has(next) ? next : approver);
  return {
    askForVariation: `${variationName(open)}, is open. It has to be decided or cancelled first.`,
    ...obstacle("confirmVariation", kind === "COST" && next === "BUDGET" ? against("BUDGET") : null),
    ...obstacle("approveVariation", roles.has(approver) ? toApprove : null),
    ...obstacle("declineVariation", decliners(open).some((role) => roles.has(role)) ? toDecline : null),
  };
}

const obstacle = (action: Action, sentence: string | null | undefined): Obstacles =>
  sentence === undefined ? {} : { [action]: sentence };

type StandingReport = { kind: ReportKind; state: ReportState };

/** Of what is under way: each step on reports needs one in its state, and what ends it needs claims and variations done. */
export function obstaclesUnderWay(reports: readonly StandingReport[], open: readonly OpenItem[]): Obstacles {
  const final = reports.find(({ kind, state }) => kind === "FINAL" && state === "SUBMITTED");
  const isDue = reports.some(({ state }) => isOpenReport(state));
  const submitted = reports.filter(({ state }) => state === "SUBMITTED");
  const terminating = obstacleToTerminating(open);
  const last = obstacleToLastReport(open);
  return {
    ...(!isDue && { changeSchedule: null, submitReport: null }),
    ...(!submitted.some(({ kind }) => kind === "PROGRESS") && { acceptReport: null }),
    ...(!submitted.length && { returnReport: null }),
    ...(!final ? { acceptLastReport: null } : last && { acceptLastReport: last }),
    ...(terminating && { terminate: terminating }),
  };
}

/** The final account's steps follow each other. Of what was terminated only what was paid is accounted for. */
export function obstaclesToSettling(settlement: Settlement, state: "CLOSING" | "TERMINATED"): Obstacles {
  const { acquittal, paidCents } = settlement;
  const closing = obstacleToClosing(settlement);
  const isOver = acquittal?.surplusConfirmedAt != null || (state === "TERMINATED" && !acquittal && paidCents === 0n);
  const surplus = isOver ? null : obstacleToSurplus(settlement);
  return {
    ...(closing && { close: closing }),
    ...((isOver || acquittal) && { submitAcquittal: null }),
    ...(isOver && { recoverPayment: null }),
    ...(toRecoverCents(settlement) === 0n && { recordRecovery: null }),
    ...((isOver || surplus) && { confirmSurplus: surplus }),
  };
}

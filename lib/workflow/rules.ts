import { HOLD_NOTE } from "#lib/arrangements/rules.ts";
import { ROLE_LABELS, type Role } from "#lib/lifecycle/permissions.ts";
import { otherDuty, StepRefusal } from "#lib/lifecycle/rules.ts";
import { stateLabel } from "#lib/lifecycle/states.ts";
import { isForAgency, type Obstacles } from "#lib/lifecycle/steps.ts";
import { formatDay, formatDeadline, formatInstant } from "#lib/platform/dates.ts";
import type { DutyKind, State } from "#lib/platform/db/generated/enums.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { dutySteps, labelsFrom, type StepKey, stepNow, stepRow } from "./steps.ts";

/**
 * Puts an error in words for its reader. A refusal because of the state names the possible steps; one because of a
 * stale page says what has happened since. Neither tells an agency what happens inside MFAT.
 */
export function inWords(error: unknown): unknown {
  if (!(error instanceof StepRefusal)) return error;
  const { reference, state, isHeld, side, last } = error.facts;
  if (error.code === "STATE") {
    const then = `The steps that are possible now: ${labelsFrom(state, isHeld).join(", ")}.`;
    return side === "AGENCY" ? error : new DomainError("STATE", `${error.message} ${then}`);
  }
  const taken = last && stepNow(last.step);
  if (!taken || (side === "AGENCY" && !isForAgency(stepRow(taken)))) return error;
  const what = `${reference}: ${stepRow(taken).happened} on ${formatInstant(last.at)}`;
  const is = `It is now “${stateLabel(state, side)}”.`;
  const by = last.by ? ` by ${last.by}` : "";
  return new DomainError("CONFLICT", `${what}${by}, after you opened this page. ${is} We did not make your change.`);
}

/** Why one of several applications was refused. `isStale`: somebody was faster. */
export type Refusal = { sentence: string; isStale: boolean };

/** Separation of duties: `held` is the reader's duty in the application, if any. */
export function obstaclesOfDuty(state: State, held: DutyKind | undefined): Obstacles<StepKey> {
  if (!held) return {};
  const others = dutySteps(state).filter(({ duty }) => duty !== held);
  return Object.fromEntries(others.map(({ step }) => [step, otherDuty(held)]));
}

/**
 * The history lines (newest first) whose reasons still apply: why it is on hold, and why it is in its current state.
 */
export function standingReasons<Line extends { action: StepKey | null; reason: string | null }>(
  lines: readonly Line[],
  { heldAt }: { heldAt: Date | null },
  side: "AGENCY" | "MFAT",
): Line[] {
  const hold = heldAt ? lines.find(({ action }) => action === "putOnHold") : undefined;
  const moved = lines.find(({ action }) => action && stepRow(action).to !== "stays");
  const why = moved?.action && stepRow(moved.action).readFirst?.includes(side) ? moved : undefined;
  return [hold, why].filter((line) => line?.reason) as Line[];
}

type Ahead = {
  state: State;
  signOffFrom: State | null;
  heldAt: Date | null;
  changesDueAt: Date | null;
  endsOn: Date | null;
  round: { closesAt: Date | null; minimumAssessments: number };
  /** The last moment to accept an open offer. */
  offerDueAt: Date | null;
  /** Who acts next on the open variation; null if none is open. */
  varying: Role | null;
};

/**
 * What happens next and, if known, by when: a sentence or two for a confirmation. Null if the application has ended.
 * `step`: the step just taken.
 */
export function whatNext(ahead: Ahead, side: "AGENCY" | "MFAT", step?: StepKey): string | null {
  if (ahead.heldAt) return HOLD_NOTE;
  const after = step && stepRow(step).next;
  if (after) return after;
  return (side === "AGENCY" ? NEXT_FOR_AGENCY : NEXT_FOR_MFAT)[ahead.state]?.(ahead) ?? null;
}

const by = (at: Date | null): string => (at ? ` by ${formatDeadline(at)}` : "");
const submitBy = ({ signOffFrom, changesDueAt, round }: Ahead): string =>
  by(signOffFrom === "CHANGES_REQUESTED" ? changesDueAt : round.closesAt);

const beingDecided = () =>
  "MFAT recommends, checks the budget and decides. We will email you the outcome. You can withdraw until you have accepted an offer.";

const nothingMore = () =>
  "Nothing more. If this was a mistake, ask the fund desk within 20 working days to reopen it. You can also copy its answers to a new application.";

const NEXT_FOR_AGENCY: Partial<Record<State, (ahead: Ahead) => string>> = {
  DRAFT: (ahead) =>
    `The contributor finishes it and sends it for sign-off. A certifier submits it${submitBy(ahead) || " when your agency is ready"}.`,
  SIGN_OFF: (ahead) =>
    `A certifier of your agency signs it off and submits it${submitBy(ahead)}, or returns it with a reason.`,
  SUBMITTED: () =>
    "The fund desk reads it first. It then goes on to be assessed, or we ask you for changes, or tell you why it is not eligible. We email you each time. There is no set date. If you want an update, email the fund desk: we acknowledge every email within 3 working days.",
  CHANGES_REQUESTED: ({ changesDueAt }) =>
    `The contributor makes the changes, and a certifier signs them off${by(changesDueAt)}.`,
  ASSESSMENT: () => "Assessors score it against the round’s criteria, and MFAT decides. We will email you the outcome.",
  MODERATION: beingDecided,
  BUDGET_CHECK: beingDecided,
  DECISION: beingDecided,
  APPROVED: beingDecided,
  UNSUCCESSFUL: beingDecided,
  OFFERED: ({ offerDueAt }) =>
    `A certifier of your agency accepts or declines the offer${by(offerDueAt)}. After that it lapses, and the money is released.`,
  ACTIVE: ({ endsOn, varying }) =>
    varying
      ? "MFAT decides on the variation and emails you the outcome. Until then, nothing changes."
      : `The funding arrangement has started${endsOn ? `, and the work is planned to end on ${formatDay(endsOn)}` : ""}. The contributor claims costs using invoices and submits reports by the due dates.`,
  CLOSING: () =>
    "A certifier submits the acquittal, the budget officer confirms the surplus, and the fund desk closes it.",
  TERMINATED: () =>
    "If anything was paid, a certifier submits an acquittal, and the budget officer confirms the surplus.",
  WITHDRAWN: nothingMore,
  DISCARDED: nothingMore,
  OFFER_DECLINED: nothingMore,
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
  UNSUCCESSFUL: () => "The desk sends the decision letter. The agency has not been told yet.",
  OFFERED: ({ offerDueAt }) =>
    `The agency’s certifier answers${by(offerDueAt)}; after that the offer lapses and the reserve is released.`,
  ACTIVE: ({ varying }) =>
    varying
      ? `The variation is waiting on the ${ROLE_LABELS[varying]}.`
      : "The agency submits reports by the due dates and the desk accepts each one. Closing starts when the desk accepts the last one. The desk confirms the work of each claim, and a budget officer approves and pays it.",
  CLOSING: () =>
    "The certifier submits the acquittal, the budget officer confirms the surplus, and the desk closes it.",
  TERMINATED: () =>
    "If anything was paid, the agency submits an acquittal, and the budget officer confirms the surplus.",
};

import { ADVICE_STEPS } from "#lib/advice/steps.ts";
import { APPLICATION_STEPS } from "#lib/applications/steps.ts";
import { SETTLEMENT_STEPS } from "#lib/arrangements/settlement/steps.ts";
import { OFFER_STEPS, PAUSE_STEPS } from "#lib/arrangements/steps.ts";
import { ASSESSMENT_STEPS } from "#lib/assessments/steps.ts";
import { CONDITION_STEPS } from "#lib/decisions/conditions/steps.ts";
import { DECISION_STEPS } from "#lib/decisions/steps.ts";
import type { Role } from "#lib/lifecycle/permissions.ts";
import { REOPEN_DAYS } from "#lib/lifecycle/rules.ts";
import { STATES } from "#lib/lifecycle/states.ts";
import { NO_WAY_BACK, type NoWayBack, type Step } from "#lib/lifecycle/steps.ts";
import { PAYMENT_STEPS } from "#lib/payments/steps.ts";
import type { DutyKind, State } from "#lib/platform/db/generated/enums.ts";
import { kebabOf } from "#lib/platform/text.ts";
import { REPORT_STEPS } from "#lib/reports/steps.ts";
import { VARIATION_STEPS } from "#lib/variations/steps.ts";

/** The life of an application as one table, in the order in which its steps are shown. */
export const STEPS = {
  ...APPLICATION_STEPS,
  ...ASSESSMENT_STEPS,
  ...ADVICE_STEPS,
  ...DECISION_STEPS,
  ...OFFER_STEPS,
  ...PAYMENT_STEPS,
  ...VARIATION_STEPS,
  ...CONDITION_STEPS,
  ...REPORT_STEPS,
  ...SETTLEMENT_STEPS,
  ...PAUSE_STEPS,
};

export type StepKey = keyof typeof STEPS;

/** The same with every optional column. A way back that is not a step of the table does not compile. */
const TABLE: Record<StepKey, Omit<Step, "back"> & { back: readonly StepKey[] | { none: NoWayBack } }> = STEPS;

export const STEP_KEYS = Object.keys(STEPS) as StepKey[];
/** Steps by their former names, which old events and addresses use. */
const FORMER: ReadonlyMap<string, StepKey> = new Map([["cancelClaim", "withdrawClaim"]]);
/** The step of an event, by its current name; null where there is none. */
export const stepNow = (action: string): StepKey | null => (isStep(action) ? action : (FORMER.get(action) ?? null));
export const isStep = (text: string): text is StepKey => Object.hasOwn(STEPS, text);
/** The step for an address such as "confirm-budget", or null. */
export const findStep = (address: string): StepKey | null =>
  STEP_KEYS.find((step) => kebabOf(step) === address) ??
  [...FORMER].find(([before]) => kebabOf(before) === address)?.[1] ??
  null;
export const stepRow = (step: StepKey): (typeof TABLE)[StepKey] => TABLE[step];

/** The steps whose rows fill in a column: `StepsWith<"isForSeveral">`. */
export type StepsWith<Column extends keyof Step> = {
  [Key in StepKey]: (typeof STEPS)[Key] extends { [C in Column]: unknown } ? Key : never;
}[StepKey];

/** A taken step in a history: "Sent for sign-off". */
export const happenedLabel = (step: StepKey): string =>
  stepRow(step).happened.replace(/^./, (first) => first.toUpperCase());

/** A step from one state to another, what it may change, and whose office may take it. */
export type StepEdge = {
  action: StepKey;
  fromState: State;
  toState: State;
  changes: readonly string[];
  roles: readonly Role[];
};

/** All transitions that the table allows, which the database enforces. */
export const stepEdges = (): StepEdge[] =>
  STEP_KEYS.flatMap((action) => {
    const { from, to, toAlso, letter, ...row } = stepRow(action);
    const changes = [...(row.changes ?? []), ...(letter ? ["Letter"] : [])];
    return statesOf(from).flatMap((fromState) =>
      [...ends(to, fromState), toAlso?.[fromState] ?? []]
        .flat()
        .map((toState) => ({ action, fromState, toState, changes, roles: from[fromState] ?? [] })),
    );
  });

/** "Back" can lead to any state from which a step leads here. */
function ends(to: Step["to"], here: State): readonly State[] {
  if (to === "stays") return [here];
  if (to !== "back") return [to];
  return STEP_KEYS.flatMap((step) => (stepRow(step).to === here ? statesOf(stepRow(step).from) : []));
}

const statesOf = (from: Step["from"]): State[] => Object.keys(from) as State[];

export const pageTitle = (step: StepKey): string => stepRow(step).page ?? stepRow(step).label;

/**
 * The warning before a step that ends an application. `only`: until when that can be undone, where it is less than the
 * usual number of days, or why it never can.
 */
export function endingWords(step: StepKey, only: { until: string } | { why: string } | null = null): string {
  const { back } = stepRow(step);
  if ("none" in back) return `This cannot be undone. ${NO_WAY_BACK[back.none]}`;
  if (only && "why" in only) return `This ends the application, and it cannot be reopened. ${only.why}`;
  const isForApprovers = back.some((undo) => Object.values(stepRow(undo).from).flat().includes("APPROVER"));
  const one = isForApprovers ? "an approver" : "the fund desk";
  const who = back.includes("askToReopen") ? "two people at MFAT" : one;
  const when = only ? `until ${only.until}` : `within ${REOPEN_DAYS} working days`;
  return `This ends the application. If it is a mistake, ${who} can reopen it ${when}.`;
}

/** The steps possible from a state, on hold or not, for the roles that `mayAct` accepts, in the table's order. */
function stepsFrom(state: State, isHeld: boolean, mayAct: (role: Role) => boolean): StepKey[] {
  return STEP_KEYS.filter((step) => {
    const { from, whileHeld } = stepRow(step);
    if (isHeld ? !whileHeld : whileHeld === "only") return false;
    return from[state]?.some(mayAct) ?? false;
  });
}

/** The steps that somebody with these roles may take from a state, in the table's order. */
export const stepsFor = (state: State, roles: ReadonlySet<Role>, isHeld: boolean): StepKey[] =>
  stepsFrom(state, isHeld, (role) => roles.has(role));

/** The labels of the steps that a refusal names as possible, whoever may take them. */
export const labelsFrom = (state: State, isHeld: boolean): string[] =>
  stepsFrom(state, isHeld, () => true).map((step) => stepRow(step).label);

/** The steps from a state that take on a duty, and which. */
export const dutySteps = (state: State): { step: StepKey; duty: DutyKind }[] =>
  STEP_KEYS.flatMap((step) => {
    const { takesDuty, from } = stepRow(step);
    const duty = takesDuty === true ? STATES[state].duty : takesDuty;
    return duty && from[state] ? { step, duty } : [];
  });

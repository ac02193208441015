import { APPLICATION_STEPS } from "#lib/applications/steps.ts";
import { SETTLEMENT_STEPS } from "#lib/arrangements/settlement/steps.ts";
import { OFFER_STEPS, PAUSE_STEPS } from "#lib/arrangements/steps.ts";
import { ASSESSMENT_STEPS } from "#lib/assessments/steps.ts";
import { DECISION_STEPS } from "#lib/decisions/steps.ts";
import type { Role } from "#lib/lifecycle/permissions.ts";
import { NO_WAY_BACK, type NoWayBack, type Step } from "#lib/lifecycle/steps.ts";
import { PAYMENT_STEPS } from "#lib/payments/steps.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { kebabOf } from "#lib/platform/text.ts";
import { REPORT_STEPS } from "#lib/reports/steps.ts";
import { VARIATION_STEPS } from "#lib/variations/steps.ts";

/** The life of an application as one table, in the order in which its steps are offered. */
export const STEPS = {
  ...APPLICATION_STEPS,
  ...ASSESSMENT_STEPS,
  ...DECISION_STEPS,
  ...OFFER_STEPS,
  ...PAYMENT_STEPS,
  ...VARIATION_STEPS,
  ...REPORT_STEPS,
  ...SETTLEMENT_STEPS,
  ...PAUSE_STEPS,
};

export type StepKey = keyof typeof STEPS;

/** The same with every optional column. A way back that is not a step of the table does not compile. */
const TABLE: Record<StepKey, Step & { back: readonly StepKey[] | { none: NoWayBack } }> = STEPS;

export const STEP_KEYS = Object.keys(STEPS) as StepKey[];
export const isStep = (text: string): text is StepKey => Object.hasOwn(STEPS, text);
/** The step for an address such as "confirm-budget", or null. */
export const findStep = (address: string): StepKey | null =>
  STEP_KEYS.find((step) => kebabOf(step) === address) ?? null;
export const stepRow = (step: StepKey): (typeof TABLE)[StepKey] => TABLE[step];

/** The steps whose rows fill in a column: `StepsWith<"isForSeveral">`. */
export type StepsWith<Column extends keyof Step> = {
  [Key in StepKey]: (typeof STEPS)[Key] extends { [C in Column]: unknown } ? Key : never;
}[StepKey];

/** A taken step in a history: "Sent for sign-off". */
export const happenedLabel = (step: StepKey): string =>
  stepRow(step).happened.replace(/^./, (first) => first.toUpperCase());

/** Where an application is sent for sign-off from. */
const SIGN_OFF_FROM = Object.keys(STEPS.sendForSignOff.from) as State[];

/** A step from one state to another, and what it may change on the way. */
export type StepEdge = { action: StepKey; fromState: State; toState: State; changes: readonly string[] };

/** All ways that the table allows, for the database to hold every step to. */
export const stepEdges = (): StepEdge[] =>
  STEP_KEYS.flatMap((action) => {
    const { from, to, toAlso = [], changes = [] } = stepRow(action);
    return (Object.keys(from) as State[]).flatMap((fromState) =>
      [...ends(to, fromState), ...toAlso].map((toState) => ({ action, fromState, toState, changes })),
    );
  });

function ends(to: Step["to"], from: State): readonly State[] {
  if (to === "stays") return [from];
  return to === "back" ? SIGN_OFF_FROM : [to];
}

export const pageTitle = (step: StepKey): string => stepRow(step).page ?? stepRow(step).label;

/** What somebody reads before a step that ends an application. */
export function endingWords(step: StepKey): string {
  const { back } = stepRow(step);
  if ("none" in back) return `This cannot be undone. ${NO_WAY_BACK[back.none]}`;
  return "This ends the application. If it is a mistake, the fund desk can reopen it within 20 working days.";
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

/** The steps from a state that need its duty. */
export const dutySteps = (state: State): StepKey[] =>
  STEP_KEYS.filter((step) => stepRow(step).takesDuty && stepRow(step).from[state]);

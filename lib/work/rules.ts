import type { Role } from "#lib/lifecycle/permissions.ts";
import { ALL_STATES, isEnded } from "#lib/lifecycle/states.ts";
import { stepPath } from "#lib/lifecycle/steps.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { isStep, type StepKey, stepRow } from "#lib/workflow/steps.ts";

/** Tasks that are not a single step: those with several outcomes, and declaring interests. `days`: see usualDays. */
const WAITED = {
  screen: { label: "Screen", days: 5 },
  declareInterests: { label: "Declare interests", days: undefined },
  decide: { label: "Decide", days: 10 },
  showCondition: { label: "Show that a condition is met", days: undefined },
  decideOnAssessment: { label: "Decide about an assessment", days: 5 },
} as const;

/** What somebody is asked to do, in words. */
export type WorkStep = StepKey | keyof typeof WAITED;

const rowOf = (step: WorkStep): { label: string; days?: number | undefined } =>
  isStep(step) ? stepRow(step) : WAITED[step];

/** A step as its link on "My work" names it. */
export const workLabel = (step: WorkStep): string => rowOf(step).label;

/** For several outcomes, the form that leads to the others. */
const OPENS: Partial<Record<WorkStep, StepKey>> = { screen: "acceptForAssessment", decide: "approve" };

/** People who have to declare their interests do so at the form of the step that they are asked for. */
const AFTER_DECLARING: Partial<Record<Role, StepKey>> = { ASSESSOR: "completeAssessment", ADVISER: "giveAdvice" };

/** Where it is done: at the step's form or, where it has none, at the application. */
export const taskPath = ({ reference, step, role }: { reference: string; step: WorkStep; role?: Role }): string => {
  // An application is sent once it is written, and recommended once its scores are agreed.
  if (step === "sendForSignOff") return `/applications/${reference}/sections`;
  if (step === "showCondition") return `/applications/${reference}#conditions`;
  if (step === "recommend") return `/applications/${reference}`;
  const form = isStep(step) ? step : step === "declareInterests" && role ? AFTER_DECLARING[role] : OPENS[step];
  return form ? stepPath(reference, form) : `/applications/${reference}`;
};

/**
 * How many working days a step usually takes once it is waiting. Steps without a number have a set due date: from the
 * round, the request for changes, the assignment or the offer.
 */
export const usualDays = (step: WorkStep): number | undefined => rowOf(step).days;

const UP_TO_LETTER: readonly WorkStep[] = [
  "screen",
  "assignAssessors",
  "startModeration",
  "recommend",
  "confirmBudget",
  "decide",
  "sendOffer",
];

/**
 * How many working days it usually takes from submission to the letter with the decision. `assessmentDays`: those of an
 * assessment.
 */
export const usualDecisionDays = (assessmentDays: number): number =>
  UP_TO_LETTER.reduce((sum, step) => sum + (usualDays(step) ?? 0), assessmentDays);

/** How many working days before the due date somebody is reminded. */
export const REMIND_DAYS = 2;

/** Whose owner is reminded again once its date has passed, besides the desk. */
export const isRemindedAfter = (step: WorkStep): boolean => step === "showCondition";

/** The states that MFAT follows: from the first submission to the end. */
export const PIPELINE_STATES: readonly State[] = ALL_STATES.filter(
  (state) => !isEnded(state) && state !== "DRAFT" && state !== "SIGN_OFF",
);

const WORKERS: readonly Role[] = ["DESK", "ASSESSOR", "ADVISER", "BUDGET", "APPROVER"];

/** Whether anything can ever wait on somebody with these roles: auditors and administrators take no steps. */
export const hasWork = (roles: ReadonlySet<Role>): boolean => WORKERS.some((role) => roles.has(role));

import type { State } from "../db/generated/enums.ts";
import { type Action, isAction, transition } from "../lifecycle/workflow.ts";
import type { Role } from "../permissions.ts";

/** What somebody is asked to do: a step of the life, or one of the two that have several outcomes. */
export type WorkStep = Action | "screen" | "decide";

/** A step as its link on "My work" says it. */
export function workLabel(step: WorkStep): string {
  if (isAction(step)) return transition(step).label;
  return step === "screen" ? "Screen" : "Decide";
}

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

import { defineSteps, type Obstacles } from "#lib/lifecycle/steps.ts";
import type { KeptCondition } from "./rules.ts";
import { CHANGE_CONDITION_FIELDS, MEET_CONDITION_FIELDS, REOPEN_CONDITION_FIELDS } from "./schema.ts";

/** The conditions of an approval last as long as the arrangement. */
export const CONDITION_STEPS = defineSteps({
  changeCondition: {
    label: "Change a condition",
    event: "application.conditionChanged",
    happened: "condition changed",
    tellsAgency: true,
    from: { ACTIVE: ["DESK"], CLOSING: ["DESK"] },
    to: "stays",
    changes: ["Condition"],
    fields: CHANGE_CONDITION_FIELDS,
    back: { none: "stillOpen" },
    isAside: true,
  },
  meetCondition: {
    label: "Record a condition as met",
    event: "application.conditionMet",
    happened: "condition met",
    tellsAgency: true,
    from: { ACTIVE: ["DESK"], CLOSING: ["DESK"] },
    to: "stays",
    changes: ["Condition"],
    fields: MEET_CONDITION_FIELDS,
    back: ["reopenCondition"],
    isAside: true,
  },
  reopenCondition: {
    label: "Record a condition as not met",
    event: "application.conditionReopened",
    happened: "condition recorded as not met",
    tellsAgency: true,
    from: { ACTIVE: ["DESK"], CLOSING: ["DESK"] },
    to: "stays",
    changes: ["Condition"],
    reason: "agency",
    fields: REOPEN_CONDITION_FIELDS,
    back: ["meetCondition"],
    isAside: true,
  },
});

/** Only unmet conditions can be changed or met, and only met ones can be recorded as not met. */
export function obstaclesToConditions(
  conditions: readonly Pick<KeptCondition, "metAt">[],
): Obstacles<keyof typeof CONDITION_STEPS> {
  return {
    ...(!conditions.some(({ metAt }) => metAt === null) && { changeCondition: null, meetCondition: null }),
    ...(!conditions.some(({ metAt }) => metAt !== null) && { reopenCondition: null }),
  };
}

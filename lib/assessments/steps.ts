import type { Obstacles } from "#lib/lifecycle/steps.ts";
import { defineSteps } from "#lib/lifecycle/steps.ts";
import type { AssessmentStatus } from "#lib/platform/db/generated/enums.ts";
import { ASSIGN_FIELDS, UNASSIGN_FIELDS } from "./schema.ts";

/** From the first assessor to the moderation. */
export const ASSESSMENT_STEPS = defineSteps({
  assignAssessors: {
    label: "Assign assessors",
    event: "application.assessorsAssigned",
    happened: "assessors assigned",
    from: { ASSESSMENT: ["DESK"] },
    to: "stays",
    fields: ASSIGN_FIELDS,
    back: ["unassignAssessor"],
    isForSeveral: true,
    days: 5,
  },
  unassignAssessor: {
    label: "Unassign an assessor",
    event: "application.assessorUnassigned",
    happened: "assessor unassigned",
    from: { ASSESSMENT: ["DESK"] },
    to: "stays",
    reason: "MFAT",
    fields: UNASSIGN_FIELDS,
    back: ["assignAssessors"],
  },
  completeAssessment: {
    label: "Complete assessment",
    event: "application.assessmentCompleted",
    happened: "assessment completed",
    from: { ASSESSMENT: ["ASSESSOR"] },
    to: "stays",
    isOwn: true,
    fields: "own",
    later: "Save and finish later",
    back: ["reopenAssessment"],
    isReading: true,
  },
  reopenAssessment: {
    label: "Reopen assessment",
    event: "application.assessmentReopened",
    happened: "assessment reopened",
    from: { ASSESSMENT: ["ASSESSOR"] },
    to: "stays",
    isOwn: true,
    fields: [],
    back: ["completeAssessment"],
    isReading: true,
    isAside: true,
    next: "Your scores are as you left them. Change what you want to, and complete the assessment again before moderation starts.",
  },
  startModeration: {
    label: "Start moderation",
    event: "application.moderationStarted",
    happened: "moderation started",
    from: { ASSESSMENT: ["DESK"] },
    to: "MODERATION",
    fields: [],
    back: { none: "stillOpen" },
    days: 5,
    isReading: true,
  },
});

export function obstaclesToModeration(complete: number, minimum: number): Obstacles<keyof typeof ASSESSMENT_STEPS> {
  if (complete >= minimum) return {};
  return { startModeration: `This waits for the assessors: ${complete} of ${minimum} assessments are complete.` };
}

/** An assessor completes what is open and reopens what is complete. `own`: null where nothing was assigned. */
export const obstaclesToAssessing = (own: AssessmentStatus | null): Obstacles<keyof typeof ASSESSMENT_STEPS> => ({
  ...(own !== "ASSIGNED" && { completeAssessment: null }),
  ...(own !== "COMPLETE" && { reopenAssessment: null }),
});

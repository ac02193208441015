import type { Obstacles } from "#lib/lifecycle/steps.ts";
import { defineSteps } from "#lib/lifecycle/steps.ts";
import { ASSIGN_FIELDS, UNASSIGN_FIELDS } from "./schema.ts";

/** From the first assessor to the moderation. */
export const ASSESSMENT_STEPS = defineSteps({
  assignAssessors: {
    label: "Assign assessors",
    event: "application.assessorsAssigned",
    happened: "assessors assigned",
    from: { ASSESSMENT: ["DESK"] },
    to: "stays",
    changes: ["Assessment"],
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
    changes: ["Assessment"],
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
    changes: ["Assessment"],
    isOwn: true,
    fields: "own",
    later: "Save and finish later",
    back: { none: "stillOpen" },
    isReading: true,
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

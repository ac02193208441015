import type { Obstacles, StepRow } from "#lib/lifecycle/steps.ts";
import { defineSteps } from "#lib/lifecycle/steps.ts";
import type { AssessmentStatus } from "#lib/platform/db/generated/enums.ts";
import {
  ASSIGN_FIELDS,
  COUNT_AGAIN_FIELDS,
  KEEP_FIELDS,
  RETURN_FIELDS,
  SCORE_AGAIN_FIELDS,
  SET_ASIDE_FIELDS,
  UNASSIGN_FIELDS,
} from "./schema.ts";

/** While something may still depend on an assessment: from the first one to the decision. */
const COUNTED = {
  ASSESSMENT: ["DESK"],
  MODERATION: ["DESK"],
  BUDGET_CHECK: ["DESK"],
  DECISION: ["DESK"],
} as const satisfies StepRow["from"];

/** The steps from the first assessor to moderation. */
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
    next: "The assessors score it by the day you set. Once enough assessments are complete, the desk starts the moderation.",
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
    back: ["reopenAssessment"],
    next: "Nothing more from you. Until the moderation starts, you can reopen your assessment and change it.",
    isReading: true,
  },
  reopenAssessment: {
    label: "Reopen assessment",
    event: "application.assessmentReopened",
    happened: "assessment reopened",
    from: { ASSESSMENT: ["ASSESSOR"] },
    to: "stays",
    changes: ["Assessment"],
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
    back: ["returnAssessment"],
    days: 5,
    isReading: true,
  },
  returnAssessment: {
    label: "Return assessment",
    event: "application.assessmentReturned",
    happened: "assessment returned",
    from: { MODERATION: ["DESK"] },
    to: "ASSESSMENT",
    changes: ["Assessment"],
    reason: "MFAT",
    readFirst: ["MFAT"],
    fields: RETURN_FIELDS,
    back: ["completeAssessment"],
    isReading: true,
    isAside: true,
    next: "The assessor completes it again. Then the desk starts moderation. We have kept the agreed scores.",
  },
  askToScoreAgain: {
    label: "Ask assessors to score again",
    event: "application.scoringAskedAgain",
    happened: "assessors asked to score again",
    from: { ASSESSMENT: ["DESK"], MODERATION: ["DESK"] },
    to: "stays",
    toAlso: { MODERATION: "ASSESSMENT" },
    changes: ["Assessment", "criteriaVersion"],
    reason: "MFAT",
    fields: SCORE_AGAIN_FIELDS,
    back: { none: "stillOpen" },
    isReading: true,
    isAside: true,
    next: "The assessors score it again on the round’s current criteria. You can still read what they completed before.",
  },
  setAssessmentAside: {
    label: "Set assessment aside",
    event: "application.assessmentSetAside",
    happened: "assessment set aside",
    from: COUNTED,
    to: "stays",
    toAlso: { MODERATION: "ASSESSMENT" },
    changes: ["Assessment"],
    reason: "MFAT",
    fields: SET_ASIDE_FIELDS,
    back: ["countAssessmentAgain"],
    isReading: true,
    isAside: true,
  },
  keepAssessment: {
    label: "Keep assessment",
    event: "application.assessmentKept",
    happened: "assessment kept",
    from: COUNTED,
    to: "stays",
    changes: ["LaterInterest"],
    reason: "MFAT",
    fields: KEEP_FIELDS,
    back: { none: "stillOpen" },
    isReading: true,
    isAside: true,
  },
  countAssessmentAgain: {
    label: "Count assessment again",
    event: "application.assessmentCountedAgain",
    happened: "assessment counted again",
    from: COUNTED,
    to: "stays",
    toAlso: { ASSESSMENT: "MODERATION" },
    changes: ["Assessment"],
    reason: "MFAT",
    fields: COUNT_AGAIN_FIELDS,
    back: ["setAssessmentAside"],
    isReading: true,
    isAside: true,
  },
});

export function obstaclesToModeration(complete: number, minimum: number): Obstacles<keyof typeof ASSESSMENT_STEPS> {
  if (complete >= minimum) return {};
  return { startModeration: `The assessors have to finish first: ${complete} of ${minimum} assessments are complete.` };
}

/** Only applications scored on criteria other than the round's current ones are scored again. */
export const obstaclesToScoringAgain = ({
  criteriaVersion,
  round,
}: {
  criteriaVersion: number | null;
  round: { criteriaVersion: number };
}): Obstacles<keyof typeof ASSESSMENT_STEPS> =>
  criteriaVersion === null || criteriaVersion === round.criteriaVersion ? { askToScoreAgain: null } : {};

/** Why an application cannot go on while the desk has to decide about assessments. `names`: their assessors. */
export const undecidedWords = (names: readonly string[], isDesk: boolean): string => {
  const which = `about the assessment by ${names.join(" and ")}, who learned of an interest after completing it`;
  return isDesk
    ? `First decide ${which}: set it aside, or keep it with a reason.`
    : `The desk first has to decide ${which}.`;
};

/** Only complete assessments can be returned or set aside, and only those set aside can be counted again. */
export const obstaclesToSecondThoughts = (
  statuses: readonly AssessmentStatus[],
  isUndecided: boolean,
): Obstacles<keyof typeof ASSESSMENT_STEPS> => ({
  ...(!statuses.includes("COMPLETE") && { returnAssessment: null, setAssessmentAside: null }),
  ...(!isUndecided && { keepAssessment: null }),
  ...(!statuses.includes("SET_ASIDE") && { countAssessmentAgain: null }),
});

/** An assessor completes an open assessment and reopens a complete one. `own`: null where none was assigned. */
export const obstaclesToAssessing = (own: AssessmentStatus | null): Obstacles<keyof typeof ASSESSMENT_STEPS> => ({
  ...(own !== "ASSIGNED" && { completeAssessment: null }),
  ...(own !== "COMPLETE" && { reopenAssessment: null }),
});

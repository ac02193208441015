import { defineSteps, type Obstacles, obstacle, type StepRow } from "#lib/lifecycle/steps.ts";
import type { AdviceState } from "#lib/platform/db/generated/enums.ts";
import { type OpenQuestion, openWords } from "./rules.ts";
import { ASK_FIELDS, PASS_OVER_FIELDS, WITHDRAW_QUESTION_FIELDS } from "./schema.ts";

/** The states from the first assessor to the recommendation. */
const DESK = { ASSESSMENT: ["DESK"], MODERATION: ["DESK"] } as const satisfies StepRow["from"];
const ADVISER = { ASSESSMENT: ["ADVISER"], MODERATION: ["ADVISER"] } as const satisfies StepRow["from"];

/** What the desk asks a post or a division, in addition to the assessment. */
export const ADVICE_STEPS = defineSteps({
  askForAdvice: {
    label: "Ask for advice",
    event: "application.adviceAsked",
    happened: "advice asked for",
    from: DESK,
    to: "stays",
    changes: ["Advice"],
    fields: ASK_FIELDS,
    back: ["withdrawQuestion"],
    isAside: true,
    next: "You can recommend once they have answered, or once you withdraw the question or pass over it.",
  },
  giveAdvice: {
    label: "Give advice",
    event: "application.adviceGiven",
    happened: "advice given",
    from: ADVISER,
    to: "stays",
    changes: ["Advice"],
    isOwn: true,
    takesDuty: "ADVISE",
    fields: "read",
    later: "Save and finish later",
    back: ["takeBackAdvice"],
    isReading: true,
    next: "Your advice is shown to whoever recommends and decides. You can take it back until the desk recommends.",
  },
  takeBackAdvice: {
    label: "Take back advice",
    event: "application.adviceTakenBack",
    happened: "advice taken back",
    from: ADVISER,
    to: "stays",
    changes: ["Advice"],
    fields: [],
    back: ["giveAdvice"],
    isReading: true,
    isAside: true,
    next: "We have kept your advice. Change what you want to, and give it again. The desk cannot recommend until you have.",
  },
  withdrawQuestion: {
    label: "Withdraw question",
    event: "application.questionWithdrawn",
    happened: "question withdrawn",
    from: DESK,
    to: "stays",
    changes: ["Advice"],
    reason: "MFAT",
    fields: WITHDRAW_QUESTION_FIELDS,
    back: ["askForAdvice"],
    isAside: true,
  },
  passOverAdvice: {
    label: "Pass over advice",
    event: "application.advicePassedOver",
    happened: "advice passed over",
    from: { MODERATION: ["DESK"] },
    to: "stays",
    changes: ["Advice"],
    reason: "MFAT",
    fields: PASS_OVER_FIELDS,
    back: ["askForAdvice"],
    isReading: true,
    isAside: true,
  },
});

/** What the desk can do about questions. `nobody`: why there is nobody to ask, if so. */
export const obstaclesToAsking = (
  open: readonly OpenQuestion[],
  nobody: string | null,
): Obstacles<keyof typeof ADVICE_STEPS | "recommend"> => ({
  ...obstacle("askForAdvice", nobody ?? undefined),
  ...(open.length ? { recommend: openWords(open) } : { withdrawQuestion: null, passOverAdvice: null }),
});

/**
 * An adviser answers an open question, and can take back the latest answer. `own`: the states of the questions put to
 * them.
 */
export const obstaclesToAdvising = (own: readonly AdviceState[]): Obstacles<keyof typeof ADVICE_STEPS> => {
  const isOpen = own.includes("ASKED");
  return {
    ...(!isOpen && { giveAdvice: null }),
    ...((isOpen || !own.includes("GIVEN")) && { takeBackAdvice: null }),
  };
};

import type { Answers, Field } from "../fields.ts";

/** A round, as the desk keeps it. Its criteria are the starting set until the desk changes them. */
export const ROUND_FIELDS = [
  { kind: "text", name: "name", label: "Name", missing: "Enter a name", charsMax: 80 },
  {
    kind: "day",
    name: "opensOn",
    label: "Opens on",
    hint: "At the beginning of that day in New Zealand",
    missing: "Enter the day it opens",
  },
  {
    kind: "day",
    name: "closesOn",
    label: "Closes on",
    hint: "At 5:00 pm in New Zealand. Leave it empty for a round that is open all year",
    optional: true,
  },
  {
    kind: "whole",
    name: "minimumAssessments",
    label: "Minimum number of assessments",
    missing: "Enter the minimum number of assessments",
    min: 1,
    max: 9,
  },
] as const satisfies readonly Field[];

export type NewRound = Answers<typeof ROUND_FIELDS>;

const SCALE = ["none", "poor", "partial", "adequate", "thorough"] as const;
/** The scale of scores, 0 to 4. */
export const SCORE_LABELS: readonly string[] = SCALE;
export const SCORE_MAX = SCALE.length - 1;

/** The starting set of criteria; weights sum to 100, anchors say what each score from 0 to 4 means. */
export const STARTING_CRITERIA = [
  {
    name: "Security need",
    weight: 25,
    anchors: [
      "No threat or gap is shown",
      "A threat is claimed without evidence",
      "A threat is shown, its consequences are not",
      "A real threat and its consequences are shown",
      "A pressing threat, well evidenced, with clear consequences for the partner and New Zealand",
    ],
  },
  {
    name: "Fit with the Boe Declaration and New Zealand’s priorities",
    weight: 20,
    anchors: [
      "No fit",
      "A fit is claimed only",
      "Fits a focus area in part",
      "Fits a focus area and a priority",
      "Advances focus areas and priorities in a way that little else does",
    ],
  },
  {
    name: "Pacific ownership",
    weight: 15,
    anchors: [
      "No partner is involved",
      "A partner is informed",
      "A partner is consulted",
      "A partner asked for it and takes part",
      "A partner asked for it, leads it and will carry it on",
    ],
  },
  {
    name: "Results and delivery",
    weight: 20,
    anchors: [
      "No results or plan",
      "Results are vague, the plan is not credible",
      "Some results can be measured, the plan has gaps",
      "Results can be measured and the plan is credible",
      "Clear, measured results and a plan with risks in hand",
    ],
  },
  {
    name: "Value and sustainability",
    weight: 20,
    anchors: [
      "Costs are not explained",
      "Costs look high, nothing lasts",
      "Costs are reasonable, little lasts",
      "Good value, and what lasts is planned for",
      "Excellent value, and it lasts without further money",
    ],
  },
] as const;

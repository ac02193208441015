import { type Answers, type Field, type Option, reasonFields } from "#lib/form/fields.ts";

const SCALE = ["none", "poor", "partial", "adequate", "thorough"] as const;

/** A round, for the desk. Its criteria are the starting set until the desk changes them. */
export const ROUND_FIELDS = [
  { kind: "text", name: "name", label: "Name", missing: "Enter a name", charsMax: 80 },
  {
    kind: "day",
    name: "opensOn",
    label: "Opens on",
    hint: "From the start of that day in New Zealand",
    missing: "Enter the day it opens",
  },
  {
    kind: "day",
    name: "closesOn",
    label: "Closes on",
    hint: "Leave blank if the round is open all year",
    optional: true,
  },
  {
    kind: "text",
    name: "closesTime",
    label: "Closing time",
    hint: "New Zealand time, like 5 pm, 5:00 pm or 17:00. If you leave it blank, the round closes at 5:00 pm. We refuse anything submitted later",
    optional: true,
    width: 10,
    charsMax: 20,
  },
  {
    kind: "amount",
    name: "money",
    label: "Money available",
    hint: "What we tell agencies. The year’s envelope limits what can be reserved",
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
  {
    kind: "longText",
    name: "checklist",
    label: "Screening checklist",
    hint: "One question per line. The desk answers each with yes, no or not applicable before an application is assessed",
    missing: "Enter at least one question",
    charsMax: 3_000,
    rows: 7,
  },
  {
    kind: "longText",
    name: "tellEmails",
    label: "Also notified of submissions",
    hint: "Email addresses in addition to the fund’s mailbox, one per line",
    optional: true,
    charsMax: 2_000,
    rows: 3,
  },
] as const satisfies readonly Field[];

export type KeptRound = Answers<typeof ROUND_FIELDS>;

/** Asked where a round with drafts is to close earlier. `label` says how many applications are being written in it. */
export const closesEarlierField = (label: string) =>
  ({
    kind: "confirm",
    name: "closesEarlier",
    label,
    missing: "Confirm that the round closes earlier",
  }) as const satisfies Field;

export const TAKE_BACK_FIELDS = reasonFields("Why it is taken back", "People who follow the round read it");

/** The lines of a text that are not empty. */
export const linesOf = (typed: string | null): string[] =>
  (typed ?? "").split("\n").flatMap((line) => line.trim() || []);

/** The checklist of a new round. */
export const STARTING_CHECKLIST = [
  "The applicant is a New Zealand government agency",
  "Every place is in the Pacific and eligible",
  "The initiative is about security, and fits a focus area",
  "It is not paid for twice: other contributions are listed",
  "The answers are enough to assess it",
] as const;

export const CRITERIA_MAX = 10;
const CRITERION_PARTS = ["name", "weight", "sections"] as const;
/** The name of an input for the criterion at that position in the form. */
export const criterionInput = (index: number, part: (typeof CRITERION_PARTS)[number] | `anchor${number}`): string =>
  `criterion${index}-${part}`;

/** A criterion in the form; one without a name is left out. */
export const criterionFields = (index: number, sections: readonly Option[]): Field[] => [
  {
    kind: "text",
    name: criterionInput(index, "name"),
    label: "Name",
    hint: "Leave blank to leave this criterion out",
    charsMax: 120,
  },
  {
    kind: "whole",
    name: criterionInput(index, "weight"),
    label: "Weight",
    hint: "All weights must add up to 100",
    min: 1,
    max: 100,
  },
  ...SCALE.map(
    (label, score): Field => ({
      kind: "text",
      name: criterionInput(index, `anchor${score}`),
      label: `What ${score} (${label}) means`,
      charsMax: 200,
    }),
  ),
  {
    kind: "choices",
    name: criterionInput(index, "sections"),
    label: "Sections it is about",
    hint: "Assessors see them next to the score",
    optional: true,
    options: sections,
  },
];

export type KeptCriterion = { name: string; weight: number; anchors: string[]; sections: string[] };

/** The scale of scores, 0 to 4. */
export const SCORE_LABELS: readonly string[] = SCALE;
export const SCORE_MAX = SCALE.length - 1;

/** The starting set of criteria; weights sum to 100, anchors say what each score from 0 to 4 means. */
export const STARTING_CRITERIA = [
  {
    name: "Security need",
    weight: 25,
    sections: ["need"],
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
    sections: ["initiative", "need"],
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
    sections: ["partners"],
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
    sections: ["activities", "results", "risks"],
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
    sections: ["budget", "value"],
    anchors: [
      "Costs are not explained",
      "Costs look high, nothing lasts",
      "Costs are reasonable, little lasts",
      "Good value, and what lasts is planned for",
      "Excellent value, and it lasts without further money",
    ],
  },
] as const;

import type { Field, Option } from "#lib/form/fields.ts";

const LIKELIHOODS: readonly Option[] = [
  { value: "rare", label: "Rare" },
  { value: "possible", label: "Possible" },
  { value: "likely", label: "Likely" },
];
const CONSEQUENCES: readonly Option[] = [
  { value: "minor", label: "Minor" },
  { value: "moderate", label: "Moderate" },
  { value: "severe", label: "Severe" },
];
const RATINGS: readonly Option[] = [
  { value: "low", label: "Low" },
  { value: "medium", label: "Medium" },
  { value: "high", label: "High" },
];

/** "likelihood consequence" to rating. */
const RATING_TABLE: Readonly<Record<string, string>> = {
  "rare minor": "Low",
  "rare moderate": "Low",
  "rare severe": "Medium",
  "possible minor": "Low",
  "possible moderate": "Medium",
  "possible severe": "High",
  "likely minor": "Medium",
  "likely moderate": "High",
  "likely severe": "High",
};

/** Section 9. */
export const RISKS_FIELDS = [
  {
    kind: "rows",
    name: "risks",
    label: "Risks",
    hint: "What could stop or harm the initiative, the partner or New Zealand",
    missing: "Add at least one risk",
    noun: "risk",
    min: 1,
    max: 30,
    columns: [
      { kind: "text", name: "risk", label: "Risk", missing: "Enter the risk", charsMax: 300 },
      {
        kind: "choice",
        layout: "select",
        name: "likelihood",
        label: "Likelihood",
        missing: "Choose the likelihood",
        options: LIKELIHOODS,
      },
      {
        kind: "choice",
        layout: "select",
        name: "consequence",
        label: "Consequence",
        missing: "Choose the consequence",
        options: CONSEQUENCES,
      },
      { kind: "lookup", name: "rating", label: "Rating", of: ["likelihood", "consequence"], table: RATING_TABLE },
      {
        kind: "longText",
        name: "treatment",
        label: "Treatment",
        hint: "What you will do about it",
        missing: "Enter the treatment",
        wordsMax: 100,
        rows: 2,
      },
      { kind: "text", name: "owner", label: "Owner", missing: "Enter who owns the risk", charsMax: 120 },
    ],
  },
  {
    kind: "choice",
    name: "overall",
    label: "Overall risk",
    hint: "After treatment",
    missing: "Choose the overall risk",
    options: RATINGS,
  },
  {
    kind: "longText",
    name: "gender",
    label: "Gender",
    hint: "Who will benefit and who will take part",
    missing: "Explain how you have considered gender",
    wordsMax: 150,
    rows: 4,
  },
  {
    kind: "longText",
    name: "humanRights",
    label: "Human rights",
    missing: "Explain how you have considered human rights",
    wordsMax: 150,
    rows: 4,
  },
  {
    kind: "longText",
    name: "environment",
    label: "Environment",
    missing: "Explain how you have considered the environment",
    wordsMax: 150,
    rows: 4,
  },
  {
    kind: "longText",
    name: "healthAndSafety",
    label: "Health and safety",
    missing: "Explain how you have considered health and safety",
    wordsMax: 150,
    rows: 4,
  },
] as const satisfies readonly Field[];

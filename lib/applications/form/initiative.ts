import type { Answers, Field, Option, Readable } from "#lib/form/fields.ts";

const MARKING_OPTIONS: readonly Option[] = [
  { value: "UNCLASSIFIED", label: "UNCLASSIFIED" },
  { value: "IN_CONFIDENCE", label: "IN-CONFIDENCE" },
  { value: "SENSITIVE", label: "SENSITIVE" },
  { value: "RESTRICTED", label: "RESTRICTED" },
];

/** Section 1. */
export const INITIATIVE_FIELDS = [
  {
    kind: "text",
    name: "title",
    label: "Title of the initiative",
    hint: "Say in plain words what you will do, and where",
    missing: "Enter a title",
    charsMax: 120,
  },
  {
    kind: "longText",
    name: "summary",
    label: "Summary",
    hint: "What you will do and what will change because of it",
    missing: "Enter a summary",
    wordsMax: 100,
    rows: 5,
  },
  {
    kind: "shares",
    name: "places",
    label: "Places",
    hint: "Choose one or more. If you choose more than one place, enter the share for each. The shares must add up to 100%",
    missing: "Choose at least one place",
    options: "places",
  },
  {
    kind: "choices",
    name: "regions",
    label: "Regions",
    hint: "Choose a region if the initiative also covers all of it",
    optional: true,
    options: "regions",
  },
  {
    kind: "choices",
    name: "focusAreas",
    label: "Focus areas",
    hint: "From the Boe Declaration. Choose one or more",
    missing: "Choose at least one focus area",
    options: "focusAreas",
  },
  {
    kind: "choice",
    layout: "select",
    name: "mainFocusArea",
    label: "Main focus area",
    missing: "Choose the main focus area",
    options: "focusAreas",
  },
  {
    kind: "day",
    name: "startsOn",
    label: "Planned start",
    hint: "For example, 1 2 2027",
    missing: "Enter the planned start",
  },
  {
    kind: "day",
    name: "endsOn",
    label: "Planned end",
    hint: "For example, 30 11 2027",
    missing: "Enter the planned end",
  },
  {
    kind: "choice",
    name: "marking",
    label: "Protective marking",
    hint: "Choose the highest marking of anything in this application. The portal can hold information up to IN-CONFIDENCE",
    missing: "Choose the protective marking",
    options: MARKING_OPTIONS,
  },
  {
    kind: "text",
    name: "endorsement",
    label: "Endorsement",
    hint: "If the marking has one, such as COMMERCIAL",
    optional: true,
    charsMax: 60,
  },
] as const satisfies readonly Field[];

export type Initiative = Answers<typeof INITIATIVE_FIELDS>;

/** Nothing with a higher marking than the portal can hold is ever stored, not even by autosave. */
export const refusedMarking = (marking: unknown): Record<string, string> =>
  marking === "SENSITIVE" || marking === "RESTRICTED"
    ? {
        marking:
          "The portal can hold information up to IN-CONFIDENCE. Do not enter this application here. Ask the fund desk how to send it",
      }
    : {};

export function checkInitiative(answers: Readable<Initiative>): Record<string, string> {
  const { startsOn, endsOn, mainFocusArea } = answers;
  const errors: Record<string, string> = {};
  if (startsOn && endsOn && endsOn < startsOn)
    errors["endsOn-day"] = "Planned end must be on or after the planned start";
  if (mainFocusArea && !answers.focusAreas.includes(mainFocusArea)) {
    errors.mainFocusArea = "The main focus area must be one of the focus areas chosen above";
  }
  return { ...errors, ...refusedMarking(answers.marking) };
}

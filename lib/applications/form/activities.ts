import type { Field } from "#lib/form/fields.ts";

/** Section 5. */
export const ACTIVITIES_FIELDS = [
  {
    kind: "longText",
    name: "approach",
    label: "How the work will be done",
    hint: "What will happen, in what order, and who will do it",
    missing: "Describe how the work will be done",
    wordsMax: 400,
    rows: 8,
  },
  {
    kind: "rows",
    name: "activities",
    label: "Activities and milestones",
    hint: "What will happen, where and by when. You will report against these milestones",
    missing: "Add at least one activity",
    noun: "activity",
    min: 1,
    max: 40,
    columns: [
      { kind: "text", name: "what", label: "Activity or milestone", missing: "Enter what will be done", charsMax: 200 },
      { kind: "text", name: "where", label: "Where", missing: "Enter where it will be done", charsMax: 120 },
      { kind: "day", name: "byOn", label: "By when", missing: "Enter the date it will be done by" },
    ],
  },
] as const satisfies readonly Field[];

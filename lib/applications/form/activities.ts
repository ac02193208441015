import type { Field } from "#lib/form/fields.ts";

/** Section 5. */
export const ACTIVITIES_FIELDS = [
  {
    kind: "longText",
    name: "approach",
    label: "How the work will be done",
    hint: "The order of things, and who does them",
    missing: "Say how the work will be done",
    wordsMax: 400,
    rows: 8,
  },
  {
    kind: "rows",
    name: "activities",
    label: "Activities and milestones",
    hint: "What happens, where and by when. Reports follow these milestones",
    missing: "Add at least one activity",
    noun: "activity",
    min: 1,
    max: 40,
    columns: [
      { kind: "text", name: "what", label: "Activity or milestone", missing: "Enter what will be done", charsMax: 200 },
      { kind: "text", name: "where", label: "Where", missing: "Enter where it will be done", charsMax: 120 },
      { kind: "day", name: "byOn", label: "By when", missing: "Enter the day by which it is done" },
    ],
  },
] as const satisfies readonly Field[];

import type { Field } from "#lib/form/fields.ts";

/** Section 8. */
export const VALUE_FIELDS = [
  {
    kind: "longText",
    name: "valueForMoney",
    label: "Value for money",
    hint: "Why this costs what it costs, and what else was considered",
    missing: "Say why this is value for money",
    wordsMax: 300,
    rows: 7,
  },
  {
    kind: "longText",
    name: "procurement",
    label: "Procurement",
    hint: "What will be bought, from whom, and under which rules",
    missing: "Say how things will be bought",
    wordsMax: 200,
    rows: 5,
  },
  {
    kind: "longText",
    name: "afterwards",
    label: "What happens when the funding ends",
    hint: "Who keeps it going, with which money",
    missing: "Say what happens when the funding ends",
    wordsMax: 300,
    rows: 7,
  },
] as const satisfies readonly Field[];

import type { Field } from "#lib/form/fields.ts";

/** Section 8. */
export const VALUE_FIELDS = [
  {
    kind: "longText",
    name: "valueForMoney",
    label: "Value for money",
    hint: "Why the costs are reasonable, and what other options you considered",
    missing: "Explain why this is value for money",
    wordsMax: 300,
    rows: 7,
  },
  {
    kind: "longText",
    name: "procurement",
    label: "Procurement",
    hint: "What you will buy, who from, and which rules apply",
    missing: "Explain what you will buy, and how",
    wordsMax: 200,
    rows: 5,
  },
  {
    kind: "longText",
    name: "afterwards",
    label: "What happens when the funding ends",
    hint: "Who will keep it going, and how it will be paid for",
    missing: "Explain what happens when the funding ends",
    wordsMax: 300,
    rows: 7,
  },
] as const satisfies readonly Field[];

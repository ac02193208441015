import type { Field } from "#lib/form/fields.ts";

/** Section 3. */
export const NEED_FIELDS = [
  {
    kind: "longText",
    name: "threat",
    label: "The security threat or gap",
    hint: "What the problem is, who is affected, and how you know",
    missing: "Describe the security threat or gap",
    wordsMax: 500,
    rows: 9,
  },
  {
    kind: "longText",
    name: "importance",
    label: "Why it matters to the Pacific partner and to New Zealand",
    missing: "Explain why it matters to the Pacific partner and to New Zealand",
    wordsMax: 300,
    rows: 7,
  },
  {
    kind: "longText",
    name: "whyNewZealand",
    label: "Why New Zealand should act",
    hint: "What your agency brings that others cannot",
    missing: "Explain why New Zealand should act",
    wordsMax: 300,
    rows: 7,
  },
  {
    kind: "longText",
    name: "otherWork",
    label: "What else is being done, and who is doing it",
    hint: "Other work on this by the partner, by New Zealand or by others, and how yours fits with it",
    missing: "Describe what else is being done, and who is doing it",
    wordsMax: 300,
    rows: 7,
  },
] as const satisfies readonly Field[];

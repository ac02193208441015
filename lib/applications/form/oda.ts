import type { Answers, Field, Readable } from "#lib/form/fields.ts";

/** Section 10: whether it counts as official development assistance. */
export const ODA_FIELDS = [
  {
    kind: "choice",
    name: "eligible",
    label: "Is the initiative eligible as official development assistance (ODA)?",
    hint: "Its main aim is the economic development and welfare of a developing country",
    missing: "Choose whether it is eligible",
    options: [
      { value: "yes", label: "Yes" },
      { value: "partly", label: "Partly" },
      { value: "no", label: "No" },
    ],
  },
  {
    kind: "longText",
    name: "reason",
    label: "Why",
    hint: "Say also which part, where it is partly eligible",
    missing: "Say why",
    wordsMax: 150,
    rows: 4,
  },
  {
    kind: "choice",
    layout: "select",
    name: "purposeCode",
    label: "DAC purpose code",
    hint: "The code that fits most of it. Needed unless the initiative is not eligible",
    optional: true,
    options: "purposeCodes",
  },
] as const satisfies readonly Field[];

type Oda = Answers<typeof ODA_FIELDS>;

export const checkOda = ({ eligible, purposeCode }: Readable<Oda>): Record<string, string> =>
  eligible && eligible !== "no" && !purposeCode ? { purposeCode: "Choose the purpose code that fits most of it" } : {};

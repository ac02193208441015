import type { Answers, Field, Readable } from "#lib/form/fields.ts";

/** Section 10: whether it counts as official development assistance. */
export const ODA_FIELDS = [
  {
    kind: "choice",
    name: "eligible",
    label: "Is the initiative eligible as official development assistance (ODA)?",
    hint: "To be eligible, its main aim must be the economic development and welfare of a developing country",
    missing: "Choose whether the initiative is eligible",
    options: [
      { value: "yes", label: "Yes" },
      { value: "partly", label: "Partly" },
      { value: "no", label: "No" },
    ],
  },
  {
    kind: "longText",
    name: "reason",
    label: "Reasons for your answer",
    hint: "If the initiative is partly eligible, say which part",
    missing: "Give the reasons for your answer",
    wordsMax: 150,
    rows: 4,
  },
  {
    kind: "choice",
    layout: "select",
    name: "purposeCode",
    label: "DAC purpose code",
    hint: "Choose the code that best describes the main purpose. You need this unless the answer above is No",
    optional: true,
    options: "purposeCodes",
  },
] as const satisfies readonly Field[];

type Oda = Answers<typeof ODA_FIELDS>;

export const checkOda = ({ eligible, purposeCode }: Readable<Oda>): Record<string, string> =>
  eligible && eligible !== "no" && !purposeCode
    ? { purposeCode: "Choose the code that best describes the main purpose" }
    : {};

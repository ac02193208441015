import type { Answers, Field, Readable } from "#lib/form/fields.ts";

/** Section 4. Letters of support are files of the section. */
export const PARTNERS_FIELDS = [
  {
    kind: "rows",
    name: "partners",
    label: "Pacific partners",
    hint: "Organisations in the Pacific that you will work with",
    missing: "Add at least one partner",
    noun: "partner",
    min: 1,
    max: 20,
    columns: [
      {
        kind: "text",
        name: "organisation",
        label: "Organisation",
        missing: "Enter the partner’s organisation",
        charsMax: 160,
      },
      {
        kind: "choice",
        layout: "select",
        name: "country",
        label: "Country",
        missing: "Choose the partner’s country",
        options: "places",
      },
      {
        kind: "text",
        name: "contact",
        label: "Contact",
        hint: "Name and position of the person you work with",
        optional: true,
        charsMax: 160,
      },
      {
        kind: "longText",
        name: "asked",
        label: "What they asked for",
        hint: "When they asked, and what they said",
        missing: "Say what the partner asked for",
        wordsMax: 150,
        rows: 3,
      },
    ],
  },
  {
    kind: "longText",
    name: "ownership",
    label: "How partners will lead or own the work",
    hint: "Who will decide, who will do the work, and what they will keep",
    missing: "Explain how partners will lead or own the work",
    wordsMax: 300,
    rows: 7,
  },
  {
    kind: "confirm",
    name: "isContactTold",
    label:
      "I have told the people named above that their names are in this application (Privacy Act 2020, principle 3A)",
    optional: true,
  },
] as const satisfies readonly Field[];

type Partners = Answers<typeof PARTNERS_FIELDS>;

/** People who are named must have been told. */
export function checkPartners({ partners, isContactTold }: Readable<Partners>): Record<string, string> {
  const isNamed = partners.some(({ contact }) => contact);
  return isNamed && !isContactTold ? { isContactTold: "Confirm that you have told the people named above" } : {};
}

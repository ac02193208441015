import type { Field } from "#lib/form/fields.ts";

/** Section 12: the certifier's, at sign-off. */
export const DECLARATION_FIELDS = [
  {
    kind: "confirm",
    name: "isAccurate",
    label: "The information in this application is complete and correct to the best of my knowledge",
    missing: "Confirm that the application is complete and correct",
  },
  {
    kind: "confirm",
    name: "isAuthorised",
    label:
      "I have the authority to commit my agency to this initiative, and my agency will carry it out if it is funded",
    missing: "Confirm that you have the authority to commit your agency",
  },
  {
    kind: "confirm",
    name: "isPeopleTold",
    label:
      "I have told the people outside my agency that their names are in this application (Privacy Act 2020, principle 3A)",
    missing: "Confirm that you have told the people who are named",
  },
  { kind: "text", name: "position", label: "Your position", missing: "Enter your position", charsMax: 120 },
] as const satisfies readonly Field[];

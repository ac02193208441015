import type { Field } from "#lib/form/fields.ts";

/** Section 12: the certifier's, at sign-off. */
export const DECLARATION_FIELDS = [
  {
    kind: "confirm",
    name: "isAccurate",
    label: "What this application says is complete and correct to the best of my knowledge",
    missing: "Confirm that the application is complete and correct",
  },
  {
    kind: "confirm",
    name: "isAuthorised",
    label: "I may commit my agency to this initiative, and the agency will carry it out if it is funded",
    missing: "Confirm that you may commit your agency",
  },
  {
    kind: "confirm",
    name: "isPeopleTold",
    label: "People outside the agency whose names are given have been told so (Privacy Act 2020, principle 3A)",
    missing: "Confirm that people who are named have been told",
  },
  { kind: "text", name: "position", label: "Your position", missing: "Enter your position", charsMax: 120 },
] as const satisfies readonly Field[];

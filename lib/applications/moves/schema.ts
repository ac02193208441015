import { type Answers, type Field, reasonFields } from "#lib/form/fields.ts";

/** Which applications of an agency move to which other. List: `agencies`, those that may apply. */
export const MOVE_APPLICATIONS_FIELDS = [
  {
    kind: "choice",
    layout: "select",
    name: "agency",
    label: "Agency that takes them over",
    missing: "Choose the agency that takes them over",
    options: "agencies",
  },
  {
    kind: "longText",
    name: "references",
    label: "Which applications to move",
    hint: "Enter one reference per line, like PSF-2026-0042. Leave this blank to move all of them",
    optional: true,
    rows: 5,
    charsMax: 20_000,
  },
  ...reasonFields("Why you are moving them", "Both agencies and the desk read this"),
] as const satisfies readonly Field[];

export type ApplicationsMove = Answers<typeof MOVE_APPLICATIONS_FIELDS>;

/** Asked before anything moves. `what`: which applications, by state. */
export const MOVE_SEEN = "moveSeen";
export const moveQuestion = (what: string, from: string, to: string): Field => ({
  kind: "confirm",
  name: MOVE_SEEN,
  label: `Move these applications from ${from} to ${to}`,
  hint: `${what}. ${to} takes over their drafts, claims, reports and history. ${from} can no longer open them`,
});

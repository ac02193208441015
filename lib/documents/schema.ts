import type { Answers, Field } from "#lib/form/fields.ts";

/** The fields of a new file other than the file itself, which has an input of its own. */
export const FILE_FIELDS = [
  {
    kind: "text",
    name: "description",
    label: "Description",
    hint: "In a few words, for the people who read the application",
    missing: "Enter a description of the file",
    charsMax: 120,
  },
] as const satisfies readonly Field[];

/** `earlierFiles`: the list of the agency's files that the page looks up. */
export const REUSE_FIELDS = [
  {
    kind: "choice",
    name: "earlierFile",
    label: "File of an earlier application",
    missing: "Choose a file",
    layout: "select",
    options: "earlierFiles",
  },
  {
    kind: "text",
    name: "earlierDescription",
    label: "Description in this application",
    missing: "Enter a description of the file",
    charsMax: 120,
  },
] as const satisfies readonly Field[];

export type Reuse = Answers<typeof REUSE_FIELDS>;

import { SECTIONS, WRITTEN_SECTIONS } from "#lib/applications/form/sections.ts";
import type { Answers, Field } from "#lib/form/fields.ts";

/** A colleague's comment, and the section it is about. */
export const COMMENT_FIELDS = [
  {
    kind: "longText",
    name: "text",
    label: "Comment",
    hint: "Your agency’s contributors and certifiers can read it. MFAT cannot. To email a colleague, write @ and their name",
    missing: "Write the comment",
    wordsMax: 300,
    rows: 4,
  },
  {
    kind: "choice",
    layout: "select",
    name: "section",
    label: "About",
    hint: "Leave blank if it is about the whole application",
    optional: true,
    options: WRITTEN_SECTIONS.map((key) => ({ value: key, label: `${SECTIONS[key].number}. ${SECTIONS[key].title}` })),
  },
] as const satisfies readonly Field[];

export type NewComment = Answers<typeof COMMENT_FIELDS>;

import type { Field } from "#lib/form/fields.ts";

/** The text of a letter, and the application that it is previewed with. List: `applications`, by reference. */
export const TEMPLATE_FIELDS = [
  { kind: "text", name: "subject", label: "Subject", missing: "Enter the subject", charsMax: 200 },
  {
    kind: "longText",
    name: "body",
    label: "Text",
    hint: "We fill in each field in double braces. A blank line starts a new paragraph. Start a heading with # and a list item with 1. or -",
    missing: "Enter the text",
    wordsMax: 1_000,
    rows: 22,
  },
] as const satisfies readonly Field[];

/** The application to preview the letter with. */
export const PREVIEW_FIELDS = [
  {
    kind: "choice",
    name: "application",
    label: "Preview with",
    hint: "Amounts, title and agency come from this application. Nothing is sent",
    missing: "Choose an application to preview with",
    optional: true,
    options: "applications",
    layout: "select",
  },
] as const satisfies readonly Field[];

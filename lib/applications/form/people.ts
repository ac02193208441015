import type { Field } from "#lib/form/fields.ts";

/** Section 2: the people in the agency who are responsible for the application. */
export const PEOPLE_FIELDS = [
  {
    kind: "text",
    name: "contributorName",
    label: "Contributor",
    hint: "The person who writes this application and answers questions about it",
    missing: "Enter the contributor’s name",
  },
  { kind: "email", name: "contributorEmail", label: "Contributor’s email address" },
  { kind: "text", name: "contributorPhone", label: "Contributor’s telephone", optional: true, charsMax: 40, width: 20 },
  {
    kind: "text",
    name: "certifierName",
    label: "Certifier",
    hint: "The person who can commit the agency and who signs off this application",
    missing: "Enter the certifier’s name",
  },
  { kind: "text", name: "certifierPosition", label: "Certifier’s position", charsMax: 120 },
  { kind: "email", name: "certifierEmail", label: "Certifier’s email address" },
  {
    kind: "text",
    name: "financeName",
    label: "Finance contact",
    hint: "Who we contact about invoices and payments",
    missing: "Enter the finance contact’s name",
  },
  { kind: "email", name: "financeEmail", label: "Finance contact’s email address" },
  { kind: "text", name: "financePhone", label: "Finance contact’s telephone", optional: true, charsMax: 40, width: 20 },
] as const satisfies readonly Field[];

import type { Answers, Field, Values } from "#lib/form/fields.ts";

/** The legal kinds of agency. */
const KINDS = [
  "department",
  "non-public-service department",
  "departmental agency",
  "business unit of a department",
  "Crown agency",
  "Crown entity",
  "other",
];

/** The fields of an agency, for the desk. */
export const AGENCY_FIELDS = [
  { kind: "text", name: "name", label: "Name", missing: "Enter a name", charsMax: 120 },
  {
    kind: "text",
    name: "abbreviation",
    label: "Abbreviation",
    missing: "Enter an abbreviation",
    charsMax: 20,
    width: 20,
  },
  {
    kind: "choice",
    name: "kind",
    label: "Kind",
    missing: "Choose a kind",
    options: KINDS.map((value) => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1) })),
    layout: "select",
  },
  {
    kind: "longText",
    name: "emailDomains",
    label: "Email domains",
    hint: "The part after the @ in its people’s email addresses, one per line, like customs.govt.nz. You can only add people with such an address to the agency",
    optional: true,
    rows: 3,
    charsMax: 1000,
  },
  {
    kind: "choice",
    name: "isActive",
    label: "May apply to the fund",
    missing: "Choose whether the agency may apply",
    options: [
      { value: "yes", label: "Yes" },
      {
        value: "no",
        label: "No",
        hint: "It cannot start or submit applications, and you cannot add people to it. Its applications and people stay",
      },
    ],
  },
] as const satisfies readonly Field[];

/** Asked where another agency has one of the domains. `what`: which, in words. */
export const SHARED = "sharedDomain";
export const sharedQuestion = (what: string): Field => ({
  kind: "confirm",
  name: SHARED,
  label: "Both agencies use this email domain",
  hint: `${what}. People with such an address can be added to either agency`,
});

export type AgencyAnswers = Answers<typeof AGENCY_FIELDS>;

/** An agency, as the database stores it. */
export type AgencyData = {
  name: string;
  abbreviation: string;
  kind: string;
  emailDomains: string[];
  isActive: boolean;
};

/** An agency, as its form holds it. */
export const agencyValues = ({ name, abbreviation, kind, emailDomains, isActive }: AgencyData): Values => ({
  name,
  abbreviation,
  kind,
  emailDomains: emailDomains.join("\n"),
  isActive: isActive ? "yes" : "no",
});

const DOMAIN = /^(?=.{4,253}$)[a-z0-9]+(-+[a-z0-9]+)*(\.[a-z0-9]+(-+[a-z0-9]+)*)+$/;

/** The domains in the text area, in lower case and without repeats; or the line that is not a domain. */
export function readDomains(text: string): { domains: string[] } | { wrong: string } {
  const lines = text.split(/[\s,;]+/).filter(Boolean);
  const domains = lines.map((line) => line.toLowerCase().replace(/^@/, ""));
  const wrong = lines.find((_line, index) => !DOMAIN.test(domains[index] ?? ""));
  return wrong === undefined ? { domains: [...new Set(domains)] } : { wrong };
}

import type { Answers, Field } from "#lib/form/fields.ts";

/** Somebody's new address. */
export const ADDRESS_FIELDS = [
  {
    kind: "email",
    name: "email",
    label: "New email address",
    missing: "Enter the new email address",
    hint: "We email both addresses, and end all their sessions. They keep their work and their history",
  },
] as const satisfies readonly Field[];

/** A new domain for all addresses at an agency. List: `domains`, those that it has. */
export const DOMAIN_FIELDS = [
  {
    kind: "choice",
    layout: "select",
    name: "from",
    label: "Old domain",
    missing: "Choose the old domain",
    options: "domains",
  },
  {
    kind: "text",
    name: "to",
    label: "New domain",
    missing: "Enter the new domain",
    hint: "Everybody with the old domain gets the same address with the new one. We email both addresses, and end their sessions",
    charsMax: 253,
  },
] as const satisfies readonly Field[];

export type NewDomain = Answers<typeof DOMAIN_FIELDS>;

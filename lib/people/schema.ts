import type { Field, Option } from "#lib/form/fields.ts";
import { type DatabaseOrder, orderField } from "#lib/form/filters.ts";
import { AGENCY_ROLES, MFAT_ROLES, ROLE_LABELS, type Role } from "#lib/lifecycle/permissions.ts";
import { formatCents } from "#lib/platform/money.ts";

/** The people of the demonstration, one for each role and side; /sign-in lists them in demonstration mode. */
export const DEMO_PEOPLE = [
  { email: "contributor@police.example", name: "Aroha Ngata", agency: "NZ Police", roles: ["CONTRIBUTOR"] },
  { email: "finance@police.example", name: "Losa Fuimaono", agency: "NZ Police", roles: ["FINANCE"] },
  { email: "certifier@police.example", name: "Daniel Whyte", agency: "NZ Police", roles: ["CERTIFIER"] },
  { email: "contributor@customs.example", name: "Sione Tāufa", agency: "Customs", roles: ["CONTRIBUTOR"] },
  { email: "certifier@customs.example", name: "Ruth Okafor", agency: "Customs", roles: ["CERTIFIER"] },
  { email: "desk@mfat.example", name: "Mere Tūhoro", agency: null, roles: ["DESK"] },
  { email: "desk2@mfat.example", name: "Teuila Brown", agency: null, roles: ["DESK"] },
  { email: "assessor1@mfat.example", name: "Hēmi Walker", agency: null, roles: ["ASSESSOR"] },
  { email: "assessor2@mfat.example", name: "Priya Raman", agency: null, roles: ["ASSESSOR"] },
  { email: "assessor3@mfat.example", name: "Tom Fa‘asavalu", agency: null, roles: ["ASSESSOR"] },
  {
    email: "suva.post@mfat.example",
    name: "High Commission, Suva",
    agency: null,
    roles: ["ADVISER"],
    advisesFor: ["FJ", "KI", "NR", "TV", "VU"],
  },
  {
    email: "legal@mfat.example",
    name: "Legal Division",
    agency: null,
    roles: ["ADVISER"],
    adviseOn: "Legal",
  },
  { email: "budget@mfat.example", name: "Ingrid Solomon", agency: null, roles: ["BUDGET"] },
  { email: "budget2@mfat.example", name: "Rangi Petersen", agency: null, roles: ["BUDGET"] },
  {
    email: "approver1@mfat.example",
    name: "Kate Morrison",
    agency: null,
    roles: ["APPROVER"],
    limitCents: 15_000_000n,
  },
  { email: "approver2@mfat.example", name: "Wiremu Grant", agency: null, roles: ["APPROVER"], limitCents: null },
  { email: "auditor@mfat.example", name: "Lucy Chen", agency: null, roles: ["AUDITOR"] },
  { email: "admin@mfat.example", name: "Peter Vaiola", agency: null, roles: ["ADMINISTRATOR"] },
  { email: "admin2@mfat.example", name: "Anna Leota", agency: null, roles: ["ADMINISTRATOR"] },
] as const;

/** MFAT's value among the agencies of a form. */
export const MFAT_OPTION = "MFAT";

const ROLE_HINTS: Record<Role, string> = {
  CONTRIBUTOR: "Agency: writes applications, reports and claims",
  FINANCE: "Agency: claims, and prepares the amounts of acquittals",
  CERTIFIER: "Agency: signs off and submits, accepts offers, manages the agency’s people",
  DESK: "MFAT: screens, moderates, recommends, sends offers",
  ASSESSOR: "MFAT: scores assigned applications",
  ADVISER: "MFAT: a post or a division that the desk asks for advice; you then choose its places or its subject",
  BUDGET: "MFAT: manages envelopes, checks the budget, pays",
  APPROVER: "MFAT: decides, up to a delegation limit",
  AUDITOR: "MFAT: reads everything and changes nothing, so has no other role",
  ADMINISTRATOR: "MFAT: manages people, roles, delegations and settings",
};

/** Roles as options of a form, each with its purpose. */
export const roleOptions = (roles: readonly Role[]): Option[] =>
  roles.map((value) => ({ value, label: capital(ROLE_LABELS[value]), hint: ROLE_HINTS[value] }));

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const NAME = { kind: "text", name: "name", label: "Full name", missing: "Enter a full name", charsMax: 120 } as const;
const ROLES = {
  kind: "choices",
  name: "roles",
  label: "Roles",
  missing: "Choose at least one role",
  options: "roles",
} as const;

/** A new person. Lists: `belongings` (MFAT_OPTION and agencies by id), `roles`. */
export const NEW_PERSON_FIELDS = [
  NAME,
  {
    kind: "email",
    name: "email",
    label: "Email address",
    missing: "Enter an email address",
    hint: "We send sign-in codes to it",
  },
  {
    kind: "choice",
    name: "belongsTo",
    label: "Works for",
    missing: "Choose who the person works for",
    hint: "You can move somebody to another agency later, but not between an agency and MFAT",
    options: "belongings",
    layout: "select",
  },
  ROLES,
] as const satisfies readonly Field[];

/** Asked where somebody has the same name. `who`: those people, in words. */
export const ALIKE = "somebodyElse";
export const alikeQuestion = (who: string): Field => ({
  kind: "confirm",
  name: ALIKE,
  label: "This is a different person with the same name",
  hint: `Already has an account: ${who}`,
});

/** What can be changed about a person. Lists: `roles`. */
export const PERSON_FIELDS = [NAME, ROLES] as const satisfies readonly Field[];

/** What an approver may decide. */
export const DELEGATION_FIELDS = [
  {
    kind: "choice",
    name: "delegation",
    label: "Delegation",
    missing: "Choose what this person may decide",
    options: [
      { value: "none", label: "None: decides nothing" },
      { value: "limit", label: "Up to a limit" },
      { value: "unlimited", label: "No limit" },
    ],
  },
  { kind: "amount", name: "limit", label: "Limit", hint: "Only if there is a limit", optional: true },
  {
    kind: "longText",
    name: "reason",
    label: "Reason",
    hint: "Another administrator reads this before they confirm it",
    missing: "Enter the reason",
    charsMax: 500,
    rows: 2,
  },
] as const satisfies readonly Field[];

/** Why these roles cannot be held together by one person on that side; null where they can. */
export function rolesProblem(side: "AGENCY" | "MFAT", roles: readonly Role[]): string | null {
  const allowed = side === "AGENCY" ? AGENCY_ROLES : MFAT_ROLES;
  const wrong = roles.filter((role) => !allowed.includes(role)).map((role) => ROLE_LABELS[role]);
  if (wrong.length) return `A person of ${side === "AGENCY" ? "an agency" : "MFAT"} cannot be ${wrong.join(" or ")}`;
  if (roles.includes("AUDITOR") && roles.length > 1) return "An auditor changes nothing, so has no other role";
  return null;
}

/** What restoring an account brings back, in words. `delegationCents`: null is no limit. */
export const comesBack = ({
  roles,
  delegationCents,
}: {
  roles: readonly Role[];
  delegationCents?: bigint | null;
}): string[] => [
  ...roles.map((role) => `the role of ${ROLE_LABELS[role]}`),
  ...(delegationCents === undefined
    ? []
    : [
        delegationCents === null
          ? "a delegation without a limit"
          : `a delegation of up to ${formatCents(delegationCents)}`,
      ]),
];

/** The orders of the list of all people. Those at MFAT have no agency, so their side keeps them together. */
export const PEOPLE_ORDERS = {
  name: { label: "Name, A to Z", column: "Name", by: ["name"], isDescending: false },
  nameBack: { label: "Name, Z to A", column: "Name", by: ["name"], isDescending: true },
  agency: { label: "Agency, A to Z", column: "Works for", by: ["side", "agency.name", "name"], isDescending: false },
  agencyBack: {
    label: "Agency, Z to A",
    column: "Works for",
    by: ["side", "agency.name", "name"],
    isDescending: true,
  },
} as const satisfies Record<string, DatabaseOrder>;

/** What the list of all people can be narrowed by. */
export const PEOPLE_FILTERS = [
  { kind: "text", name: "search", label: "Name or email address", optional: true, charsMax: 200 },
  orderField(PEOPLE_ORDERS),
] as const satisfies readonly Field[];

import { type Field, reasonFields } from "#lib/form/fields.ts";

/** Who takes over the applications that somebody looks after. Lists: `officers`, the desk officers who remain. */
export const HAND_OVER_FIELDS = [
  {
    kind: "choice",
    layout: "select",
    name: "officer",
    label: "Who takes over the applications",
    missing: "Choose a desk officer who stays",
    hint: "If they have an interest in one, it goes to the desk officer with the fewest",
    options: "officers",
  },
  ...reasonFields("Why you are handing them over", "The desk reads this. The agencies do not"),
] as const satisfies readonly Field[];

/** The names of these fields in the two forms on one page: no two fields on a page have the same name. */
export const NAMES = {
  ofAccount: { officer: "accountOfficer", reason: "accountReason", assessor: "accountAssessor" },
  ofRole: { officer: "roleOfficer", reason: "roleReason", assessor: "roleAssessor" },
} as const;

export const ACCOUNT_FIELDS: readonly Field[] = HAND_OVER_FIELDS.map((field) => ({
  ...field,
  name: NAMES.ofAccount[field.name],
}));

/** Asked where a role is taken away that something depends on. `what`: that, in words. */
export const seenQuestion = (name: string, what: string): Field => ({
  kind: "confirm",
  name: SEEN,
  label: `I have read what ${name} is responsible for in these roles`,
  hint: what,
});
export const SEEN = "roleSeen";

/** Below the roles: only used where the role of desk officer is taken away. */
export const ROLE_FIELDS: readonly Field[] = HAND_OVER_FIELDS.map((field) => ({
  ...field,
  name: NAMES.ofRole[field.name],
  optional: true as const,
  hint: "Only if you take the role of desk officer away",
}));

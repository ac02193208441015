import { type Field, reasonFields } from "#lib/form/fields.ts";

/** To whom the applications go that somebody looks after. Lists: `officers`, the desk officers who stay. */
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

/** What the two forms of one page call these fields: no two fields of a page have the same name. */
export const NAMES = {
  ofAccount: { officer: "accountOfficer", reason: "accountReason" },
  ofRole: { officer: "roleOfficer", reason: "roleReason" },
} as const;

export const ACCOUNT_FIELDS: readonly Field[] = HAND_OVER_FIELDS.map((field) => ({
  ...field,
  name: NAMES.ofAccount[field.name],
}));

/** Asked where a role is taken away on which something hangs. `what`: that, in words. */
export const seenQuestion = (name: string, what: string): Field => ({
  kind: "confirm",
  name: SEEN,
  label: `I have read what ${name} is responsible for in these roles`,
  hint: what,
});
export const SEEN = "roleSeen";

/** Below the roles: only where the role of desk officer is taken away. */
export const ROLE_FIELDS: readonly Field[] = HAND_OVER_FIELDS.map((field) => ({
  ...field,
  name: NAMES.ofRole[field.name],
  optional: true as const,
  hint: "Only if you take the role of desk officer away",
}));

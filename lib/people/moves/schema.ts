import type { Field } from "#lib/form/fields.ts";

/** Where somebody at an agency moves to. Lists: `agencies`, `roles`. */
export const MOVE_FIELDS = [
  {
    kind: "choice",
    layout: "select",
    name: "agency",
    label: "New agency",
    missing: "Choose the new agency",
    options: "agencies",
  },
  {
    kind: "email",
    name: "newEmail",
    label: "Email address there",
    missing: "Enter their email address at the new agency",
    hint: "They can keep their address if the new agency uses its domain",
  },
  {
    kind: "choices",
    name: "newRoles",
    label: "Roles there",
    missing: "Choose at least one role",
    options: "roles",
  },
  {
    kind: "day",
    name: "fromOn",
    label: "First day there",
    optional: true,
    hint: "Leave this blank to move them now. If you enter a later day, nothing changes until then",
  },
] as const satisfies readonly Field[];

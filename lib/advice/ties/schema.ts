import type { Field } from "#lib/form/fields.ts";

/** What an adviser is tied to. Lists: `places`. */
export const TIES_FIELDS = [
  {
    kind: "choices",
    name: "places",
    label: "Places",
    hint: "For a post, choose at least one. They read every initiative submitted for these places, after they have declared their interests",
    options: "places",
    optional: true,
  },
  {
    kind: "text",
    name: "adviseOn",
    label: "Subject",
    hint: "For a division, instead of places. For example, legal or defence policy. They read only what they are asked about",
    optional: true,
    charsMax: 120,
  },
] as const satisfies readonly Field[];

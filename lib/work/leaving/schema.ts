import { type Field, reasonFields } from "#lib/form/fields.ts";

/** To whom the applications go that somebody looks after. Lists: `officers`, the desk officers who stay. */
export const HAND_OVER_FIELDS = [
  {
    kind: "choice",
    layout: "select",
    name: "officer",
    label: "Who takes over the applications",
    missing: "Choose a desk officer who stays",
    hint: "What an interest keeps from them goes to whoever looks after the fewest",
    options: "officers",
  },
  ...reasonFields("Why they are handed over", "The desk reads this. The agencies do not"),
] as const satisfies readonly Field[];

/** The same below the roles: only where the role of desk officer is taken away. */
export const IF_HANDED_OVER_FIELDS = HAND_OVER_FIELDS.map((field) => ({
  ...field,
  optional: true as const,
  hint: "Only if you take the role of desk officer away",
})) satisfies readonly Field[];

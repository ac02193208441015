import { type Answers, type Field, reasonFields } from "#lib/form/fields.ts";
import { filterChoice } from "#lib/form/filters.ts";

export const CHANGE_OFFICER_FIELDS = [
  {
    kind: "choice",
    layout: "select",
    name: "officer",
    label: "Who will look after it",
    missing: "Choose a desk officer",
    options: "officers",
  },
  ...reasonFields("Why you are handing it over", "The desk reads this. The agency does not"),
] as const satisfies readonly Field[];

export type NewOfficer = Answers<typeof CHANGE_OFFICER_FIELDS>;

/** The filter of the desk's lists: whose applications, or those that nobody at the desk looks after. */
export const OFFICER_FILTER = filterChoice("officer", "Looked after by", "deskOfficers");

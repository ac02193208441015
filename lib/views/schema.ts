import { OFFICER_FILTER } from "#lib/applications/officers/schema.ts";
import { type Answers, type Field, type Lists, type Option, text, type Values } from "#lib/form/fields.ts";
import { chipsOf, filterChoice, type Order, orderField, queryOf, type Read } from "#lib/form/filters.ts";
import { parseFields } from "#lib/form/parse.ts";
import { ROLE_LABELS, type Role } from "#lib/lifecycle/permissions.ts";
import { ALL_STATES, isEnded, stateLabel } from "#lib/lifecycle/states.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";

export type Side = "AGENCY" | "MFAT";

/** The orders of a list: the sort column, then the id in the same direction. */
export const SORTS = {
  newest: { label: "Newest first", column: "Initiative", by: "id", isDescending: true },
  longest: { label: "Longest in the same state", column: "Since", by: "stateSince", isDescending: false },
  changed: { label: "State changed last", column: "Since", by: "stateSince", isDescending: true },
  largest: { label: "Largest amount requested", column: "Requested", by: "requested", isDescending: true },
  smallest: { label: "Smallest amount requested", column: "Requested", by: "requested", isDescending: false },
  reference: { label: "Reference", column: "Initiative", by: "reference", isDescending: false },
} as const satisfies Record<string, Order & { by: string }>;

export type SortKey = keyof typeof SORTS;
export type SortBy = (typeof SORTS)[SortKey]["by"];

const OPEN = "OPEN";
const ENDED = "ENDED";

/** States as filter options: an agency's label may cover several states, which it cannot tell apart. */
function stateOptions(side: Side): Option[] {
  const labels = new Map<string, State>();
  for (const state of ALL_STATES) {
    const label = stateLabel(state, side);
    if (!labels.has(label)) labels.set(label, state);
  }
  return [
    { value: OPEN, label: "All in progress" },
    { value: ENDED, label: "All ended" },
    ...[...labels].map(([label, value]) => ({ value, label })),
  ];
}

/** The states that an option of the filter covers. */
export function statesOf(chosen: string, side: Side): State[] {
  if (chosen === OPEN || chosen === ENDED) return ALL_STATES.filter((state) => isEnded(state) === (chosen === ENDED));
  return ALL_STATES.filter((state) => stateLabel(state, side) === stateLabel(chosen as State, side));
}

const OFFICES: readonly Role[] = ["DESK", "ASSESSOR", "BUDGET", "APPROVER"];
const WRITERS: readonly Role[] = ["CONTRIBUTOR", "CERTIFIER"];

/** To an agency, all the fund's offices are "MFAT". */
export function officeLabel(role: Role, side: Side): string {
  if (side === "AGENCY" && OFFICES.includes(role)) return "MFAT";
  return ROLE_LABELS[role].replace(/^./, (first) => first.toUpperCase());
}

const officeOptions = (side: Side): Option[] => [
  ...[...WRITERS, ...(side === "MFAT" ? OFFICES : [])].map((role) => ({ value: role, label: officeLabel(role, side) })),
  ...(side === "AGENCY" ? [{ value: "MFAT", label: "MFAT" }] : []),
];

/** The roles that an option of the filter covers. */
export const officesOf = (chosen: string): readonly Role[] => (chosen === "MFAT" ? OFFICES : [chosen as Role]);

const WORDS_MAX = 200;

/** The filters of a list, in the order in which they are shown. */
export const filterFields = (side: Side) =>
  [
    {
      kind: "text",
      name: "words",
      label: "Reference or words",
      hint: "Such as PSF-2026-0042, radio training or “search and rescue”",
      optional: true,
      charsMax: WORDS_MAX,
    },
    filterChoice("state", "State", stateOptions(side)),
    filterChoice("waitsOn", "Waiting on", officeOptions(side)),
    OFFICER_FILTER,
    filterChoice("agency", "Agency", "agencies"),
    filterChoice("place", "Place", "places"),
    filterChoice("focusArea", "Focus area", "focusAreas"),
    filterChoice("round", "Round", "rounds"),
    filterChoice("year", "Money for", "years"),
    { kind: "amount", name: "from", label: "Requested from", optional: true, allowZero: true },
    { kind: "amount", name: "to", label: "Requested up to", optional: true, allowZero: true },
    orderField(SORTS),
  ] as const satisfies readonly Field[];

export type Filter = Omit<Answers<ReturnType<typeof filterFields>>, "sort"> & { sort: SortKey };

export type Search = Read<Filter>;

/** An agency only has its own applications, and does not learn which desk officer looks after them. */
export const isFor =
  (side: Side) =>
  ({ name }: { name: string }): boolean =>
    side === "MFAT" || (name !== "agency" && name !== OFFICER_FILTER.name);

export function readSearch(side: Side, sent: Values, lists: Lists): Search {
  const fields: readonly Field[] = filterFields(side).filter(isFor(side));
  const values = Object.fromEntries(
    fields
      .map(({ name }) => [name, text(sent, name)] as const)
      .filter(([name, value]) => value !== "" && !(name === "sort" && value === "newest")),
  );
  const parsed = parseFields(filterFields(side), values, lists);
  const rest = { values, query: queryOf(values), chips: chipsOf(fields, values, parsed.data ?? {}, lists) };
  if (parsed.errors) return { ...rest, filter: null, errors: parsed.errors };
  const { sort, ...filter } = parsed.data;
  if (filter.from !== null && filter.to !== null && filter.from > filter.to) {
    return { ...rest, filter: null, errors: { to: "Requested up to must be at least the amount in “Requested from”" } };
  }
  return { ...rest, filter: { ...filter, sort: (sort ?? "newest") as SortKey }, errors: null };
}

export const VIEW_FIELDS = [
  {
    kind: "text",
    name: "name",
    label: "Name",
    hint: "Nobody else sees it",
    missing: "Enter a name for the view",
    charsMax: 60,
    width: 20,
  },
] as const satisfies readonly Field[];

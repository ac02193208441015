import { invalid } from "#lib/platform/errors.ts";
import { type Answers, entryOf, type Field, type Lists, type Option, text, UUID, type Values } from "./fields.ts";
import { inWords, parseFields } from "./parse.ts";

/** A filter with options to choose from. */
export const filterChoice = <const Name extends string>(
  name: Name,
  label: string,
  options: readonly Option[] | string,
) =>
  ({
    kind: "choice",
    layout: "select",
    name,
    label,
    missing: `${label}: choose from the list`,
    optional: true,
    options,
  }) as const;

/** An order of a list: its name, and the column heading that links to it. The first is the list's default. */
export type Order = { label: string; column: string; isDescending: boolean };
type Orders = Readonly<Record<string, Order>>;

/** The field for a list's order, in addition to its filters. */
export const orderField = (orders: Orders) =>
  filterChoice(
    "sort",
    "Order",
    Object.entries(orders).map(([value, { label }]) => ({ value, label })),
  );

/** A filter as a request states it: without an order, the list's default applies. */
export type Ordered<F> = Omit<F, "sort"> & { sort?: string | null };

const orderOf = <O extends Order>(orders: Readonly<Record<string, O>>, sort: string | null | undefined): O => {
  const order = entryOf(orders, sort ?? "") ?? Object.values(orders)[0];
  if (!order) throw new Error("A list without an order");
  return order;
};

/**
 * Where a column heading links to: the list in that order or, if it is already in that order, reversed. Null where the
 * list cannot be ordered by that column.
 */
export function sortOf(orders: Orders, header: string, sort: string | null, query: string) {
  const own = Object.keys(orders)[0] ?? "";
  const now = sort ?? own;
  const [first, other] = Object.keys(orders).filter((key) => orders[key]?.column === header);
  if (!first || !other) return null;
  const others = [...new URLSearchParams(query)].filter(([name]) => name !== "sort");
  const next = now === first ? other : first;
  const isOn = now === first || now === other;
  return {
    query: String(new URLSearchParams(next === own ? others : [...others, ["sort", next]])),
    ...(isOn && { now: orderOf(orders, now).isDescending ? ("descending" as const) : ("ascending" as const) }),
  };
}

/**
 * An order for the database: the columns (`agency.name` is one of a related row), then the id, all in its direction.
 */
export type DatabaseOrder = Order & { by: readonly string[] };
type DatabaseOrders = Readonly<Record<string, DatabaseOrder>>;

function orderBy<OrderBy>(orders: DatabaseOrders, sort: string | null | undefined): OrderBy[] {
  const { by, isDescending } = orderOf(orders, sort);
  const way = isDescending ? "desc" : "asc";
  return [...by, "id"].map(
    (path) => path.split(".").reduceRight<unknown>((inner, name) => ({ [name]: inner }), way) as OrderBy,
  );
}

/** One page of a list, plus one row if there are more. `after`: the id of the last row on the previous page. */
export const pageOf = <OrderBy>(
  orders: DatabaseOrders,
  sort: string | null | undefined,
  after: string,
  rows: number,
) => ({
  orderBy: orderBy<OrderBy>(orders, sort),
  take: rows + 1,
  ...(UUID.test(after) && { cursor: { id: after }, skip: 1 }),
});

/** "State: Submitted; Place: Fiji. Newest first." `all`: the words where there is no filter. */
export function filtersInWords(
  { chips, values }: Pick<Read<unknown>, "chips" | "values">,
  all: string,
  orders: Orders,
) {
  const filters = chips.map(({ label, value }) => `${label}: ${value}`).join("; ") || all;
  return `${filters}. ${orderOf(orders, text(values, "sort")).label}.`;
}

/** Shown instead of the rows of a list where there are none. */
export const emptyWords = (rows: string, isNarrowed: boolean): string =>
  isNarrowed ? `No ${rows} found. Remove or change a filter.` : `There are no ${rows} yet.`;

/** A filter from an address: parsed, or with its errors; and the same without empty values. */
export type Read<F> = {
  values: Values;
  /** The query string of the address, in the order of the fields. */
  query: string;
  chips: Chip[];
} & ({ filter: F; errors: null } | { filter: null; errors: Record<string, string> });

export type Filters<Fields extends readonly Field[]> = Read<Answers<Fields>>;

/** A list's filters from an address. */
export function readFilters<const Fields extends readonly Field[]>(
  fields: Fields,
  sent: Values,
  lists: Lists,
): Filters<Fields> {
  const values = Object.fromEntries(
    fields.map(({ name }) => [name, text(sent, name)] as const).filter(([, value]) => value !== ""),
  );
  const parsed = parseFields(fields, values, lists);
  const rest = { values, query: queryOf(values), chips: chipsOf(fields, values, parsed.data ?? {}, lists) };
  return parsed.errors
    ? { ...rest, filter: null, errors: parsed.errors }
    : { ...rest, filter: parsed.data, errors: null };
}

/** A filter in words, and the address without it. */
export type Chip = { name: string; label: string; value: string; rest: string };

export const queryOf = (values: Record<string, string>): string => new URLSearchParams(values).toString();

export function chipsOf(
  fields: readonly Field[],
  values: Record<string, string>,
  answers: Record<string, unknown>,
  lists: Lists,
): Chip[] {
  return fields.flatMap((field) => {
    const { name, label } = field;
    if (name === "sort" || !(name in values)) return [];
    const { [name]: typed = "", ...others } = values;
    // An option that is no longer offered may be an id, which means nothing to a reader.
    const value =
      inWords(field, answers[name], lists).join("") || (field.kind === "choice" ? "not in the list" : typed);
    return [{ name, label, value, rest: queryOf(others) }];
  });
}

/** What an address states that a list does not know, by name, in words; `query`: what it knows. */
export function unknownIn(sent: Values, query: string): Record<string, string> {
  const known = new URLSearchParams(query);
  const unknown = Object.keys(sent).filter((name) => text(sent, name) && !known.has(name));
  return Object.fromEntries(unknown.map((name) => [name, `This list has no filter “${name}=${text(sent, name)}”`]));
}

/**
 * A list's filters from an address, for its page: `problem` names what the list does not know, and then nothing is listed,
 * for it would be more than was asked for. Its file refuses the same (refuseUnknown).
 */
export function readKnown<F>(search: Read<F>, sent: Values): Read<F> & { problem?: string } {
  // Which page of the list it is.
  const { after: _, before: __, ...filters } = sent;
  const unknown = Object.values(unknownIn(filters, search.query));
  if (unknown.length === 0) return search;
  return { ...search, filter: null, errors: search.errors ?? {}, problem: `${unknown.join(". ")}.` };
}

/**
 * A list's filters from an address, for a file; `query` is what the list knows of them, `errors` what it knows but
 * cannot read.
 * @throws INVALID for anything else: the file would hold more than was asked for
 */
export function refuseUnknown<S extends { query: string; errors?: Record<string, string> | null }>(
  sent: Values,
  search: S,
): asserts search is Exclude<S, { filter: null }> {
  const all = { ...unknownIn(sent, search.query), ...search.errors };
  if (Object.keys(all).length) throw invalid(all);
}

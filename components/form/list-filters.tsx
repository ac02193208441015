import { Select, TextField } from "#components/ui/fields.tsx";
import { Chips, Filters } from "#components/ui/filters.tsx";
import type { Column } from "#components/ui/table.tsx";
import { type Field, type Lists, text } from "#lib/form/fields.ts";
import { type Order, type Read, sortOf } from "#lib/form/filters.ts";
import { resolveFields } from "#lib/form/parse.ts";

type Search = Pick<Read<unknown>, "values" | "chips"> & { errors: Readonly<Record<string, string>> | null };

type ListFiltersProps = {
  /** What the list contains: "reports". */
  rows: string;
  /** The address of the list. */
  path: string;
  /** The first filter is always visible. */
  fields: readonly Field[];
  lists?: Lists;
  search: Search;
};

/** What filters and orders a list, and below it the filters in use, each with a link to remove it. */
export function ListFilters({ rows, path, fields, lists = {}, search: { values, chips, errors } }: ListFiltersProps) {
  const [first, ...rest] = resolveFields(fields, lists);
  if (!first) return null;
  const input = (field: Field) => (
    <FilterField key={field.name} field={field} typed={text(values, field.name)} error={errors?.[field.name]} />
  );
  const folded = chips.filter(({ name }) => name !== first.name).length;
  const more = rest.some(({ name }) => name === "sort") ? "Filters and order" : "More filters";
  return (
    <>
      <Filters
        action={path}
        label={`Search ${rows}`}
        first={input(first)}
        rest={rest.map(input)}
        more={folded ? `${more} (${folded} in use)` : more}
        isOpen={Object.keys(errors ?? {}).some((name) => name !== first.name)}
      />
      <Chips
        chips={chips.map(({ label, value, rest: query }) => ({ label, value, href: addressOf(path, query) }))}
        clearHref={path}
      />
    </>
  );
}

type FilterFieldProps = { field: Field; typed: string; error: string | undefined };

function FilterField({ field, typed, error }: FilterFieldProps) {
  const { name, label } = field;
  const common = { name, label, defaultValue: typed, ...(error && { error }) };
  if (field.kind === "amount") return <TextField {...common} prefix="$" inputMode="decimal" width={10} />;
  if (field.kind !== "choice" || typeof field.options === "string") {
    return <TextField {...common} type="search" width={30} autoComplete="off" hint={field.hint} />;
  }
  const isOrder = name === "sort";
  return (
    <Select
      {...common}
      options={field.options.slice(isOrder ? 1 : 0)}
      placeholder={isOrder ? field.options[0]?.label : "Any"}
    />
  );
}

/** A page of a list: `query` is the part of the address after the "?". */
export const addressOf = (path: string, query: string): string => (query ? `${path}?${query}` : path);

type Sorted = { orders: Readonly<Record<string, Order>>; sort: string | null | undefined; path: string; query: string };

/** The columns of a list. Headings of columns that it can be ordered by are links. */
export const sortable = <Row,>(columns: readonly Column<Row>[], { orders, sort, path, query }: Sorted): Column<Row>[] =>
  columns.map((column) => {
    const to = sortOf(orders, column.header, sort ?? null, query);
    return to ? { ...column, sort: { href: addressOf(path, to.query), now: to.now } } : column;
  });

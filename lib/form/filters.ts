import { invalid } from "#lib/platform/errors.ts";
import { type Answers, type Field, type Lists, type Option, text, type Values } from "./fields.ts";
import { inWords, parseFields } from "./parse.ts";

/** A filter that is chosen from a list. */
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

/** A filter as it came in an address: parsed, or with what is wrong; and the same without what says nothing. */
export type Read<F> = {
  values: Values;
  /** What stands behind the ? of the address, in the order of the fields. */
  query: string;
  chips: Chip[];
} & ({ filter: F; errors: null } | { filter: null; errors: Record<string, string> });

export type Filters<Fields extends readonly Field[]> = Read<Answers<Fields>>;

/** What an address says of a list's filters. */
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
    // What is not to be chosen any more may be an id, which says nothing.
    const value =
      inWords(field, answers[name], lists).join("") || (field.kind === "choice" ? "not in the list" : typed);
    return [{ name, label, value, rest: queryOf(others) }];
  });
}

/**
 * What an address asks of a list, for a file of it; `query` is what the list knows of it, `errors` what it knows and cannot read.
 * @throws INVALID for anything else: the file would hold more than was asked for
 */
export function refuseUnknown<S extends { query: string; errors?: Record<string, string> | null }>(
  sent: Values,
  search: S,
): asserts search is Exclude<S, { filter: null }> {
  const { query, errors } = search;
  const known = new URLSearchParams(query);
  const unknown = Object.keys(sent).filter((name) => text(sent, name) && !known.has(name));
  const all = {
    ...Object.fromEntries(unknown.map((name) => [name, `This list has no filter “${name}=${text(sent, name)}”`])),
    ...errors,
  };
  if (Object.keys(all).length) throw invalid(all);
}

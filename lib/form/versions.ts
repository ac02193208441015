import type { Field, Lists, Option, Options, Values } from "./fields.ts";
import { inWords, readLeniently } from "./parse.ts";
import { countRows } from "./rows.ts";

/**
 * Forms as plain data, so that what was signed off can be read as it was asked. A release is a numbered form that never
 * changes: every change is a new release. Sections keep their keys. A release that renames a field declares it, old
 * name to new, and the field keeps its answers.
 */
export type FormSection = { key: string; number: number; title: string; fields: readonly Field[] };

/** By section, a field's old name to its new one; for a column of rows "lines.description" to "lines.what". */
export type Renames = Readonly<Record<string, Readonly<Record<string, string>>>>;

export type ReleasedForm = {
  kind: string;
  number: number;
  /** What this release renames. */
  renames: Renames;
  sections: readonly FormSection[];
};

/** `hash`: the SHA-256 of contentOf() everything else. */
export type Release = ReleasedForm & { hash: string };

/** The text that a release is hashed and stored as: JSON with the keys of every object sorted. */
export const contentOf = ({ kind, number, renames, sections }: ReleasedForm): string =>
  JSON.stringify({ kind, number, renames, sections }, (_name, value: unknown) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );

export const newestOf = <Kept extends ReleasedForm>(releases: readonly Kept[]): Kept => {
  const newest = releases.at(-1);
  if (!newest) throw new Error("A form has at least one release");
  return newest;
};

/** The renames that a section has had since a release, one release after another. */
export const renamesSince = (releases: readonly ReleasedForm[], number: number, section: string): SectionRenames =>
  releases.filter((release) => release.number > number).map(({ renames }) => renames[section] ?? {});

type SectionRenames = readonly Readonly<Record<string, string>>[];

// ---------------------------------------------------------------- fields

/** Series that fields may be repeated for, by name: options, or anything else with texts by name. */
export type Series = Readonly<Record<string, readonly Readonly<Record<string, string | undefined>>[]>>;

/**
 * Fields as they are shown: a field that is repeated for each item of a series becomes that many fields, with the
 * item's texts in place of the names in braces. Consecutive fields for the same series stay together, item by item.
 */
export function expandFields(fields: readonly Field[], series: Series): Field[] {
  const expanded: Field[] = [];
  for (let index = 0; index < fields.length; ) {
    const { each } = fields[index] ?? {};
    const end = fields.findIndex((field, place) => place >= index && field.each !== each);
    const together = fields.slice(index, end < 0 ? fields.length : end).map((field) => expandColumns(field, series));
    const items = each ? (series[each] ?? []) : [null];
    expanded.push(...items.flatMap((item) => together.map((field) => (item ? fillIn(field, item) : field))));
    index += together.length;
  }
  return expanded;
}

const expandColumns = (field: Field, series: Series): Field =>
  field.kind === "rows" ? { ...field, columns: expandFields(field.columns, series) } : field;

function fillIn({ each: _each, ...field }: Field, item: Readonly<Record<string, string | undefined>>): Field {
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_braces, name: string) => item[name] ?? "");
  const { name, label, hint, missing } = field;
  return {
    ...field,
    name: fill(name),
    label: fill(label),
    ...(hint && { hint: fill(hint) }),
    ...(missing && { missing: fill(missing) }),
  };
}

const lastPart = (path: string): string => path.split(".").at(-1) ?? path;

/** A section's fields, in the words of their own release, under the names that they have after some renames. */
export const renameFields = (fields: readonly Field[], renames: SectionRenames): readonly Field[] =>
  renames.reduce<readonly Field[]>((renamed, step) => renamed.map((field) => renameField(field, step)), fields);

/** The sections of a release, in its own words and under the names of the newest release. */
export const sectionsNow = (release: ReleasedForm, releases: readonly ReleasedForm[]): FormSection[] =>
  release.sections.map((section) => ({
    ...section,
    fields: renameFields(section.fields, renamesSince(releases, release.number, section.key)),
  }));

function renameField(field: Field, step: Readonly<Record<string, string>>): Field {
  const name = step[field.name] ?? field.name;
  if (field.kind !== "rows") return { ...field, name };
  const columnName = (column: string) => lastPart(step[`${field.name}.${column}`] ?? column);
  return {
    ...field,
    name,
    ...(field.sumBy && { sumBy: columnName(field.sumBy) }),
    columns: field.columns.map((column) => ({
      ...column,
      name: columnName(column.name),
      ...(column.kind === "lookup" && { of: column.of.map(columnName) }),
    })),
  };
}

/** The sections of a release as they are shown. */
export const expandRelease = <Kept extends ReleasedForm>(release: Kept, series: Series): Kept => ({
  ...release,
  sections: release.sections.map((section) => ({ ...section, fields: expandFields(section.fields, series) })),
});

/** The field of an input, its row and column if any, and the part of the field: "lines", "0", "byOn", "-day". */
function partsOf(input: string) {
  const [head = "", row, cell = ""] = input.split(".");
  const [, name = "", part = ""] = /^([^-]*)(.*)$/.exec(row === undefined ? head : cell) ?? [];
  return row === undefined ? { field: name, part } : { field: head, row, column: name, part };
}

/** What was typed, under the names that the fields have after some renames. */
export const renameValues = (values: Values, renames: SectionRenames): Values =>
  renames.reduce<Values>(
    (renamed, step) =>
      Object.fromEntries(Object.entries(renamed).map(([input, value]) => [renameInput(input, step), value])),
    values,
  );

function renameInput(input: string, step: Readonly<Record<string, string>>): string {
  // "choose.threat" asks about a field under its current name: it is not an answer in a row.
  if (input.split(".").length === 2) return input;
  const { field, row, column, part } = partsOf(input);
  const name = step[field] ?? field;
  if (row === undefined) return name + part;
  return `${name}.${row}.${lastPart(step[`${field}.${column}`] ?? column ?? "")}${part}`;
}

const isAsked = (fields: readonly Field[], input: string): boolean => {
  const { field: name, row, column } = partsOf(input);
  const field = fields.find((one) => one.name === input) ?? fields.find((one) => one.name === name);
  if (row === undefined) return field !== undefined && field.kind !== "rows";
  return field?.kind === "rows" && field.columns.some((one) => one.name === column);
};

/** What was typed, split into what a section asks for and what it does not. */
export function partValues(fields: readonly Field[], values: Values): { asked: Values; former: Values } {
  const [asked, former] = [true, false].map((isWanted) =>
    Object.fromEntries(Object.entries(values).filter(([input]) => isAsked(fields, input) === isWanted)),
  );
  return { asked: asked ?? {}, former: former ?? {} };
}

/**
 * A draft's section on the newest release: `former` holds what used to be asked. A field that is asked again comes
 * back.
 */
export const moveValues = (fields: readonly Field[], renames: SectionRenames, values: Values, former: Values) =>
  partValues(fields, { ...renameValues(former, renames), ...renameValues(values, renames) });

/** A section's fields in each earlier release, newest first, under their current names. */
const earlierFields = (releases: readonly ReleasedForm[], section: string): (readonly Field[])[] =>
  releases
    .slice(0, -1)
    .reverse()
    .map(({ number, sections }) =>
      renameFields(sections.find(({ key }) => key === section)?.fields ?? [], renamesSince(releases, number, section)),
    );

/** The fields that a section used to ask for and no longer does, as they were last asked. */
export const formerFields = (
  releases: readonly ReleasedForm[],
  section: string,
  today: readonly Field[],
): readonly Field[] =>
  earlierFields(releases, section)
    .flat()
    .reduce<Field[]>((found, field) => {
      const others = found.filter(({ name }) => name !== field.name);
      const known = found.find(({ name }) => name === field.name);
      const gone = known ?? withoutColumns(field, columnsOf(today, field.name));
      const more = known && withoutColumns(field, [...columnsOf(today, field.name), ...columnsOf(found, field.name)]);
      if (gone.kind !== "rows") return today.some(({ name }) => name === field.name) ? found : [...others, gone];
      const columns = [...gone.columns, ...(more?.kind === "rows" ? more.columns : [])];
      return columns.length ? [...others, { ...gone, columns }] : found;
    }, []);

const columnsOf = (fields: readonly Field[], name: string): readonly Field[] => {
  const field = fields.find((one) => one.name === name);
  return field?.kind === "rows" ? field.columns : [];
};

const withoutColumns = (field: Field, columns: readonly Field[]): Field =>
  field.kind === "rows"
    ? { ...field, columns: field.columns.filter(({ name }) => !columns.some((column) => column.name === name)) }
    : field;

/**
 * A section's fields, with the options that earlier releases had and the newest does not, so that they can be shown in
 * words.
 */
export function withRetired(releases: readonly ReleasedForm[], section: string, today: readonly Field[]): Field[] {
  const earlier = earlierFields(releases, section);
  return today.map((field) =>
    retire(
      field,
      earlier.map((fields) => fields.find(({ name }) => name === field.name)),
    ),
  );
}

function retire(field: Field, earlier: readonly (Field | undefined)[]): Field {
  if (field.kind === "rows") {
    const columnOf = (before: Field | undefined, name: string) =>
      before && columnsOf([before], before.name).find((column) => column.name === name);
    const columns = field.columns.map((column) =>
      retire(
        column,
        earlier.map((before) => columnOf(before, column.name)),
      ),
    );
    return { ...field, columns };
  }
  if (!("options" in field) || typeof field.options === "string") return field;
  const known = new Set(field.options.map(({ value }) => value));
  const retired = earlier
    .flatMap((before) => (before && "options" in before ? writtenOut(before.options) : []))
    .filter(({ value }) => !known.has(value) && known.add(value));
  return retired.length ? { ...field, retired } : field;
}

const writtenOut = (options: Options): readonly Option[] => (typeof options === "string" ? [] : options);

/**
 * Fields for a form that is being written: an option that was chosen and is no longer offered is still visible, and
 * must be replaced when the form is saved whole.
 */
export const withChosen = (fields: readonly Field[], values: Values): Field[] =>
  fields.map((field) => {
    const typed = (name: string) =>
      Object.entries(values).flatMap(([input, value]) => {
        const { field: own, column } = partsOf(input);
        return (column === undefined ? own : `${own}.${column}`) === name ? [value].flat() : [];
      });
    if (field.kind === "rows") {
      return {
        ...field,
        columns: field.columns.map((column) => choosable(column, typed(`${field.name}.${column.name}`))),
      };
    }
    return choosable(field, typed(field.name));
  });

function choosable(field: Field, typed: readonly string[]): Field {
  if (!("options" in field) || typeof field.options === "string" || !field.retired) return field;
  const { retired, ...asked } = field;
  const chosen = retired.filter(({ value }) => typed.includes(value));
  const gone = chosen.map((option) => ({ ...option, label: `${option.label} (no longer offered)` }));
  return { ...asked, options: [...field.options, ...gone] };
}

/** For the lists that some fields choose from, what was chosen: all that is needed to show the answers in words. */
export function chosenOptions(sections: readonly { fields: readonly Field[]; values: Values }[], lists: Lists): Lists {
  const chosen = new Map<string, Set<string>>();
  for (const { fields, values } of sections) {
    const typed = Object.values(values).flat();
    for (const field of fields.flatMap((one) => (one.kind === "rows" ? one.columns : [one]))) {
      if (!("options" in field) || typeof field.options !== "string") continue;
      const known = chosen.get(field.options) ?? new Set();
      for (const value of typed) known.add(value);
      chosen.set(field.options, known);
    }
  }
  return Object.fromEntries(
    [...chosen].map(([name, values]) => [name, (lists[name] ?? []).filter(({ value }) => values.has(value))]),
  );
}

export type FormerAnswer = { label: string; lines: string[] };

/** The answers to fields that are no longer asked, in words; what cannot be parsed, as it was typed. */
export const formerAnswers = (fields: readonly Field[], former: Values, lists: Lists): FormerAnswer[] =>
  fields
    .map((field) => ({ label: field.label, lines: typedWords(field, former, lists) }))
    .filter(({ lines }) => lines.length > 0);

function typedWords(field: Field, values: Values, lists: Lists): string[] {
  if (field.kind === "rows") {
    return Array.from({ length: countRows(field.name, values) }, (_, index) =>
      field.columns
        .flatMap((column) => {
          const words = typedWords({ ...column, name: `${field.name}.${index}.${column.name}` }, values, lists);
          return words.length ? [`${column.label}: ${words.join(", ")}`] : [];
        })
        .join(" · "),
    ).filter(Boolean);
  }
  const lines = inWords(field, readLeniently([field], values, lists)[field.name], lists);
  if (lines.length) return lines;
  const isOwn = (input: string) => input === field.name || input.startsWith(`${field.name}-`);
  const typed = Object.entries(values).flatMap(([input, value]) => (isOwn(input) ? [value].flat() : []));
  return [
    typed
      .map((one) => one.trim())
      .filter(Boolean)
      .join(" "),
  ].filter(Boolean);
}

// ---------------------------------------------------------------- releasing

const pathsOf = (fields: readonly Field[]): Map<string, Field> =>
  new Map(
    fields.flatMap((field): [string, Field][] => [
      [field.name, field],
      ...(field.kind === "rows"
        ? field.columns.map((column): [string, Field] => [`${field.name}.${column.name}`, column])
        : []),
    ]),
  );

const isText = ({ kind }: Field): boolean => kind === "text" || kind === "longText" || kind === "email";
const isSameQuestion = (one: Field, other: Field): boolean => one.kind === other.kind || (isText(one) && isText(other));

/** What is wrong with the newest of some releases: it could lose or misread earlier answers. */
export function releaseProblems(releases: readonly ReleasedForm[]): string[] {
  const newest = newestOf(releases);
  const before = releases.at(-2);
  const known = new Set(newest.sections.map(({ key }) => key));
  const gone = (before?.sections ?? []).filter(({ key }) => !known.has(key));
  return [
    ...releases.flatMap(({ number }, index) => (number === index + 1 ? [] : [`Release ${index + 1} is missing`])),
    ...gone.map(({ key }) => `The section “${key}” is missing: its answers could not be read`),
    ...newest.sections.flatMap(({ key, fields }) => [
      ...(before ? renameProblems(before, newest, key) : []),
      ...earlierFields(releases, key).flatMap((earlier) => questionProblems(key, earlier, fields)),
    ]),
  ];
}

function renameProblems(before: ReleasedForm, { renames, sections }: ReleasedForm, key: string): string[] {
  const fieldsOf = (some: readonly FormSection[]) => pathsOf(some.find((section) => section.key === key)?.fields ?? []);
  const [old, now] = [fieldsOf(before.sections), fieldsOf(sections)];
  return Object.entries(renames[key] ?? {}).flatMap(([from, to]) => [
    ...(old.has(from) && !old.get(from)?.each ? [] : [`${key}: “${from}” is not a field that can be renamed`]),
    ...(now.has(to) ? [] : [`${key}: “${from}” is renamed to “${to}”, which is not asked`]),
    ...(now.has(from) ? [`${key}: “${from}” is renamed, and asked as well`] : []),
    ...(old.has(to) ? [`${key}: “${from}” is renamed to “${to}”, which was another question`] : []),
  ]);
}

/** A name must always mean the same question. */
function questionProblems(key: string, earlier: readonly Field[], today: readonly Field[]): string[] {
  const now = pathsOf(today);
  return [...pathsOf(earlier)].flatMap(([path, field]) => {
    const asked = now.get(path);
    return asked && !isSameQuestion(asked, field)
      ? [`${key}: “${path}” was a question of another kind. Give the new one another name`]
      : [];
  });
}

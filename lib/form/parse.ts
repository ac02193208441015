import { z } from "zod";
import { FIRST_YEAR, formatDay, LAST_YEAR, parseDay } from "#lib/platform/dates.ts";
import { CENTS_MAX, formatCents, readCents, sumCents } from "#lib/platform/money.ts";
import { cleanText, countWords } from "#lib/platform/text.ts";
import {
  type Answers,
  type Field,
  firstInput,
  type Lists,
  type Option,
  type Options,
  type Share,
  text,
  texts,
  type Values,
} from "./fields.ts";
import { countRows, lookUp } from "./rows.ts";

export type Parsed<T> = { data: T; errors: null } | { data: null; errors: Record<string, string> };

/** No text field may hold more than this, whatever its own limit. */
const TEXT_MAX = 20_000;

/** Texts that are too long to store, even in a draft that may have other errors: input name to message. */
export const tooLong = (fields: readonly Field[], values: Values): Record<string, string> =>
  Object.fromEntries(
    fields
      .filter(({ name }) => text(values, name).length > TEXT_MAX)
      .map(({ name, label }) => [name, `${label} must be ${TEXT_MAX.toLocaleString("en-NZ")} characters or fewer`]),
  );

/**
 * The query of an address, as if a form had sent it. For names that every object has, Next adds the object's own value.
 */
export const cleanValues = (values: Values): Values =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      [value]
        .flat()
        .filter((one) => typeof one === "string")
        .map(cleanText),
    ]),
  );

/**
 * What a form sent, without Next's own fields and without names that every object has, which no form uses. A forged
 * request may contain no form at all, which counts as a form without answers.
 */
export function valuesOf(form: FormData): Values {
  const values: Record<string, string | string[]> = {};
  for (const [name, value] of form instanceof FormData ? form : []) {
    if (typeof value !== "string" || name.startsWith("$") || name in Object.prototype) continue;
    const typed = cleanText(value);
    const before = values[name];
    values[name] = before === undefined ? typed : [...(typeof before === "string" ? [before] : before), typed];
  }
  return values;
}

const optionsOf = (options: Options, lists: Lists): readonly Option[] =>
  typeof options === "string" ? (lists[options] ?? []) : options;

/** The fields with their options filled in, for a form in the browser. */
export function resolveFields(fields: readonly Field[], lists: Lists): Field[] {
  return fields.map((field) => {
    if ("options" in field) return { ...field, options: optionsOf(field.options, lists) };
    if (field.kind === "rows") return { ...field, columns: resolveFields(field.columns, lists) };
    return field;
  });
}

type Report = (name: string, message: string) => void;

/** Parses what was typed. Every field is checked, so that all errors are reported at once. */
export function parseFields<const Fields extends readonly Field[]>(
  fields: Fields,
  values: Values,
  lists: Lists = {},
): Parsed<Answers<Fields>> {
  const errors: Record<string, string> = {};
  const data = readFields(fields, values, lists, "", (name, message) => {
    errors[name] ??= message;
  });
  return Object.keys(errors).length ? { data: null, errors } : { data: data as Answers<Fields>, errors: null };
}

/** Errors in the order of their inputs, because people work through a form from the top. */
export function inOrder(fields: readonly Field[], errors: Readonly<Record<string, string>>): Record<string, string> {
  const indexIn = (some: readonly Field[], input: string) =>
    some.findIndex(({ name }) => input === name || input.startsWith(`${name}-`));
  const placed = Object.entries(errors).map(([name, message]) => {
    const [own = "", row = -1, column = ""] = name.split(".");
    const at = indexIn(fields, own);
    const field = fields[at];
    return { name, message, at, row: Number(row), column: field?.kind === "rows" ? indexIn(field.columns, column) : 0 };
  });
  placed.sort((one, other) => one.at - other.at || one.row - other.row || one.column - other.column);
  return Object.fromEntries(placed.map(({ name, message }) => [name, message]));
}

/** The answers that can be read from what was typed, in order to show them: null where one is missing or invalid. */
export const readLeniently = (fields: readonly Field[], values: Values, lists: Lists): Record<string, unknown> =>
  readFields(fields, values, lists, "", () => {});

function readFields(fields: readonly Field[], values: Values, lists: Lists, prefix: string, report: Report) {
  const data: Record<string, unknown> = {};
  for (const field of fields) {
    const named = { ...field, name: prefix + field.name };
    data[field.name] =
      named.kind === "lookup"
        ? lookUp(named, (name) => text(values, prefix + name)) || null
        : readField(named, values, lists, report);
  }
  return data;
}

const missingOf = ({ missing, label }: Field): string =>
  missing ?? `Enter ${label.charAt(0).toLowerCase()}${label.slice(1)}`;

type Asked = Exclude<Field, { kind: "lookup" }>;

function readField(field: Asked, values: Values, lists: Lists, report: Report): unknown {
  const isEmpty = isBlank(field, values);
  const missing = missingOf(field);
  if (isEmpty && field.kind !== "rows") {
    if (!field.optional) report(firstInput(field), missing);
    return field.kind === "choices" || field.kind === "shares" ? [] : null;
  }
  switch (field.kind) {
    case "shares":
      return readShares(field, values, lists, report);
    case "rows":
      return readRows(field, values, lists, report);
    case "day":
      return readDay(field, values, report);
    case "text":
    case "longText":
      return readText(field, text(values, field.name), report);
    case "choices": {
      const known = new Set(optionsOf(field.options, lists).map((option) => option.value));
      const chosen = texts(values, field.name);
      if (chosen.some((value) => !known.has(value))) report(field.name, missing);
      return chosen;
    }
    default: {
      const result = schemaOf(field, lists, missing).safeParse(text(values, field.name));
      if (result.success) return result.data;
      report(field.name, result.error.issues[0]?.message ?? missing);
      // What cannot be parsed is still shown as it was typed, where text will do as an answer.
      return ["amount", "whole", "confirm"].includes(field.kind) ? null : text(values, field.name);
    }
  }
}

type Words = Extract<Field, { kind: "text" | "longText" }>;
type Single = Exclude<Asked, Words | { kind: "shares" | "rows" | "day" | "choices" }>;

/** The zod schema of a field with a single input that does not take words. */
function schemaOf(field: Single, lists: Lists, missing: string): z.ZodType {
  switch (field.kind) {
    case "email":
      return z
        .string()
        .max(254, `${field.label} must be 254 characters or fewer`)
        .pipe(z.email("Enter an email address, like name@agency.govt.nz"))
        .transform((value) => value.toLowerCase());
    case "choice":
      return z.enum(
        optionsOf(field.options, lists).map((option) => option.value),
        { error: missing },
      );
    case "confirm":
      return z.literal("yes", { error: missing }).transform(() => true);
    case "whole":
      return z
        .string()
        .regex(/^\d{1,9}$/, `${field.label} must be a whole number`)
        .transform(Number)
        .pipe(
          z
            .number()
            .min(field.min, `${field.label} must be ${field.min} or more`)
            .max(field.max, `${field.label} must be ${field.max} or fewer`),
        );
    case "amount":
      return z.string().transform((value, context) => readAmount(field, value, context));
  }
}

/** Words are most of what an application holds, and read for most of its pages: a schema for each took longer than reading it. */
function readText(field: Words, typed: string, report: Report): string {
  const charsMax = Math.min(field.charsMax ?? (field.kind === "text" ? 200 : TEXT_MAX), TEXT_MAX);
  const wordsMax = (field.kind === "longText" && field.wordsMax) || Number.POSITIVE_INFINITY;
  const tell = (message: string) => report(field.name, `${field.label} must be ${message}`);
  if (typed.length > charsMax) tell(`${charsMax.toLocaleString("en-NZ")} characters or fewer`);
  else if (wordsMax < Number.POSITIVE_INFINITY && countWords(typed) > wordsMax)
    tell(`${wordsMax} words or fewer; it has ${countWords(typed)}`);
  else if (field.kind === "text" && /\n/.test(typed)) tell("on one line");
  return typed;
}

function readAmount(field: Extract<Field, { kind: "amount" }>, value: string, context: z.RefinementCtx): bigint {
  const cents = readCents(value);
  const fail = (message: string): bigint => {
    context.addIssue({ code: "custom", message });
    return 0n;
  };
  if (cents === null || (cents < 0n && !field.allowNegative)) {
    return fail(`${field.label} must be an amount in dollars and cents, like 300,000 or 2500.50`);
  }
  if (cents > CENTS_MAX || cents < -CENTS_MAX) return fail(`${field.label} must be ${formatCents(CENTS_MAX)} or less`);
  return cents === 0n && !field.allowZero ? fail(`${field.label} must be more than $0`) : cents;
}

function isBlank(field: Field, values: Values): boolean {
  switch (field.kind) {
    case "lookup":
      return true;
    case "day":
      return ["day", "month", "year"].every((part) => !text(values, `${field.name}-${part}`));
    case "choices":
    case "shares":
      return texts(values, field.name).length === 0;
    default:
      return text(values, field.name) === "";
  }
}

function readDay(field: Field, values: Values, report: Report): Date | null {
  const [day, month, year] = ["day", "month", "year"].map((part) => text(values, `${field.name}-${part}`));
  const date = parseDay(day ?? "", month ?? "", year ?? "");
  const isFar = /^\d{4}$/.test(year ?? "") && (Number(year) < FIRST_YEAR || Number(year) > LAST_YEAR);
  const isShort = /^\D?\d\d$/.test(year ?? "") && parseDay(day ?? "", month ?? "", `20${year?.slice(-2)}`);
  const must = isFar
    ? `have a year from ${FIRST_YEAR} to ${LAST_YEAR}`
    : isShort
      ? "have a four-digit year, like 2027"
      : "be a real date, like 1 7 2027";
  if (!date) report(firstInput(field), `${field.label} must ${must}`);
  return date;
}

function readShares(field: Extract<Field, { kind: "shares" }>, values: Values, lists: Lists, report: Report): Share[] {
  const known = new Set(optionsOf(field.options, lists).map((option) => option.value));
  const codes = texts(values, field.name).filter((code) => known.has(code));
  if (codes.length === 1) return codes.map((code) => ({ code, percent: 100 }));
  const shares = codes.map((code) => {
    const typed = text(values, `${field.name}-${code}`).replace(/\s*%$/, "");
    const percent = /^\d{1,3}$/.test(typed) ? Number(typed) : 0;
    if (percent < 1 || percent > 100)
      report(`${field.name}-${code}`, "Percentage must be a whole number from 1 to 100");
    return { code, percent };
  });
  const total = shares.reduce((sum, share) => sum + share.percent, 0);
  if (total !== 100) report(field.name, `Percentages must add up to 100; they add up to ${total}`);
  return shares;
}

/** Empty rows are left out; `rowIndex` is a row's position in the form. */
const capitalised = (words: string): string => words.replace(/^./, (first) => first.toUpperCase());

function readRows(field: Extract<Field, { kind: "rows" }>, values: Values, lists: Lists, report: Report): unknown[] {
  const rows: unknown[] = [];
  const count = countRows(field.name, values);
  for (let index = 0; index < count; index++) {
    const prefix = `${field.name}.${index}.`;
    if (field.columns.every((column) => isBlank({ ...column, name: prefix + column.name }, values))) continue;
    const reportRow: Report = (name, message) => report(name, `${capitalised(field.noun)} ${index + 1}: ${message}`);
    rows.push({ ...readFields(field.columns, values, lists, prefix, reportRow), rowIndex: index });
  }
  if (rows.length < field.min) report(field.name, field.missing ?? `Add at least ${field.min} ${field.noun}`);
  if (rows.length > field.max) report(field.name, `There can be ${field.max} ${field.noun}s at most`);
  return rows;
}

/** An answer in words, one string for each line; none where it was not provided. */
export function inWords(field: Field, answer: unknown, lists: Lists): string[] {
  if (answer === null || answer === undefined || answer === "") return [];
  const name = (value: string): string => {
    const options = "options" in field ? [...optionsOf(field.options, lists), ...(field.retired ?? [])] : [];
    return options.find((option) => option.value === value)?.label ?? value;
  };
  switch (field.kind) {
    case "day":
      return [formatDay(answer as Date)];
    case "amount":
      return [formatCents(answer as bigint)];
    case "choice":
      return [name(answer as string)];
    case "choices":
      return (answer as string[]).map(name);
    case "confirm":
      return ["Confirmed"];
    case "shares":
      return (answer as Share[]).map(({ code, percent }) => `${name(code)} (${percent}%)`);
    case "rows":
      return (answer as Record<string, unknown>[]).map((row) =>
        field.columns.flatMap((column) => cellInWords(column, row[column.name], lists)).join(" · "),
      );
    default:
      return [String(answer)];
  }
}

/** Messages for amounts in a row name their column. */
const cellInWords = (column: Field, answer: unknown, lists: Lists): string[] =>
  inWords(column, answer, lists).map((line) => (column.kind === "amount" ? `${column.label} ${line}` : line));

/** The sum of one column of amounts over parsed rows. */
export const sumColumn = (rows: readonly Record<string, unknown>[], column: string): bigint =>
  sumCents(rows.map((row) => (typeof row[column] === "bigint" ? row[column] : 0n)));

/** The lists that fields refer to, each reduced to what was chosen: the command checks what could be chosen. */
export const chosenLists = (fields: readonly Field[], values: Values): Lists =>
  Object.fromEntries(
    fields.flatMap((field) =>
      "options" in field && typeof field.options === "string"
        ? [[field.options, texts(values, field.name).map((value) => ({ value, label: value }))]]
        : [],
    ),
  );
